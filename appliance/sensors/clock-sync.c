/* The kernel's view of the clock, as a figure for gantryd and as readings for people. */
#include "appliance/sensors/clock-sync.h"

#include <math.h>
#include <sys/timex.h>
#include <unistd.h>

#include "appliance/sensors/sensor-readings.h"

#define US_TO_S 1e-6
#define NS_TO_S 1e-9

#define PTP_CLOCK "/dev/ptp0"

void
clock_sync_read(ClockSync *ret_sync)
{
    struct timex timex = {.modes = 0};
    const int state = adjtimex(&timex);
    const bool synced = state >= 0 && state != TIME_ERROR && (timex.status & STA_UNSYNC) == 0;
    const double unit = (timex.status & STA_NANO) != 0 ? NS_TO_S : US_TO_S;

    *ret_sync = (ClockSync){
        .readable = state >= 0,
        .synced = synced,
        .offset_s = synced ? (double)timex.offset * unit : 0,
        .maximum_error_s = state >= 0 ? (double)timex.maxerror * US_TO_S : 0,
    };
}

static void
clock_read(SensorSource *source, MonoUs now_us, SensorReadings *readings)
{
    ClockSync sync;

    clock_sync_read(&sync);
    const double error_s = sync.readable ? sync.maximum_error_s : NAN;
    const SensorView view = {
        .kind = (char *)"clock",
        .name = (char *)"clock error",
        .value = error_s,
        .unit = (char *)"seconds",
        .limit = NAN,
        .state = (char *)(sync.readable && !sync.synced ? "warning" : ""),
    };

    sensor_readings_add(readings, &view);
    if (sync.synced)
        sensor_add(readings, "clock", "clock offset", fabs(sync.offset_s), "seconds");
    if (access(PTP_CLOCK, F_OK) != 0)
        sensor_readings_add_absent(readings, "clock", "PTP hardware clock");
}

static void
clock_free(SensorSource *source)
{
    g_free(source);
}

SensorSource *
sensor_clock_new(void)
{
    SensorSource *source = g_new0(SensorSource, 1);

    *source = (SensorSource){.read = clock_read, .free = clock_free};
    return source;
}

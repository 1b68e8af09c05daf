/* Whether certificates are still good, by the files that servers read them from. What a server that
 * was not reloaded still shows is its own matter. */
#include <gio/gio.h>
#include <math.h>

#include "appliance/sensors/sensor-readings.h"

#define AGAIN_US (10 * US_PER_SECOND) /* between two looks at the files */
#define DAY_US   (INT64_C(24) * 3600 * US_PER_SECOND)

typedef struct {
    SensorSource source;
    GStrv paths;
    int64_t (*wall_us)(void);
    GTlsCertificate **certificates; /* by @paths; (nullable) where one cannot be read */
    MonoUs read_us;                 /* when they were read; 0: never */
} CertificateSource;

static void
forget(CertificateSource *self)
{
    for (size_t i = 0; self->paths[i] != NULL; i++)
        g_clear_object(&self->certificates[i]);
}

static void
look(CertificateSource *self, MonoUs now_us)
{
    if (self->read_us != 0 && now_us - self->read_us < AGAIN_US)
        return;
    forget(self);
    for (size_t i = 0; self->paths[i] != NULL; i++)
        self->certificates[i] = g_tls_certificate_new_from_file(self->paths[i], NULL);
    self->read_us = now_us;
}

/* "CN=gantry.example, ends 2026-12-17 10:15 UTC". Returns: (transfer full) */
static char *
text_of(GTlsCertificate *certificate)
{
    g_autofree char *subject = NULL;
    g_autoptr(GDateTime) end =
        certificate != NULL ? g_tls_certificate_get_not_valid_after(certificate) : NULL;
    g_autofree char *when = end != NULL ? g_date_time_format(end, "%Y-%m-%d %H:%M UTC") : NULL;

    if (certificate == NULL)
        return g_strdup("no certificate can be read from this file");
    subject = g_tls_certificate_get_subject_name(certificate);
    return g_strdup_printf("%s, ends %s", subject != NULL ? subject : "no subject",
                           when != NULL ? when : "at an unknown time");
}

static double
days_left(GTlsCertificate *certificate, int64_t wall_us)
{
    g_autoptr(GDateTime) end =
        certificate != NULL ? g_tls_certificate_get_not_valid_after(certificate) : NULL;

    return end != NULL
               ? (double)(g_date_time_to_unix(end) * US_PER_SECOND - wall_us) / (double)DAY_US
               : (double)NAN;
}

static const char *
state_of(double days)
{
    if (isnan(days))
        return "unknown";
    return days < CERTIFICATE_FAULT_DAYS  ? "fault"
           : days < CERTIFICATE_WARN_DAYS ? "warning"
                                          : "ok";
}

static void
certificate_read(SensorSource *source, MonoUs now_us, SensorReadings *readings)
{
    CertificateSource *self = (CertificateSource *)source;

    look(self, now_us);
    for (size_t i = 0; self->paths[i] != NULL; i++) {
        const double days = days_left(self->certificates[i], self->wall_us());
        g_autofree char *text = text_of(self->certificates[i]);
        const SensorView view = {
            .kind = (char *)"certificate",
            .name = self->paths[i],
            .value = days,
            .unit = (char *)"days",
            .limit = CERTIFICATE_FAULT_DAYS,
            .state = (char *)state_of(days),
            .text = text,
        };

        sensor_readings_add(readings, &view);
    }
}

static void
certificate_free(SensorSource *source)
{
    CertificateSource *self = (CertificateSource *)source;

    forget(self);
    g_free(self->certificates);
    g_strfreev(self->paths);
    g_free(self);
}

SensorSource *
sensor_certificate_new(const char *const *paths, int64_t (*wall_us)(void))
{
    CertificateSource *self = g_new0(CertificateSource, 1);

    self->source = (SensorSource){.read = certificate_read, .free = certificate_free};
    self->paths = g_strdupv((char **)(uintptr_t)paths);
    self->certificates = g_new0(GTlsCertificate *, g_strv_length(self->paths) + 1);
    self->wall_us = wall_us;
    return &self->source;
}

/* A window of steps that all went forward. */
#include "pipelines/ts/unit-clock.h"

#include <math.h>

#include "pipelines/base/byte-reader.h"
#include "pipelines/ts/start-code.h"

static void
begin(UnitClock *clock, Pts90 at)
{
    clock->from = at;
    clock->pictures = 0;
}

void
unit_clock_add(UnitClock *clock, const UnitTimes *unit)
{
    const Pts90 at = unit->dts < PTS90_MODULUS ? unit->dts : unit->pts;

    if (at >= PTS90_MODULUS) {
        clock->pictures += unit->pictures;
        return;
    }
    if (!clock->started || unit->lost_before)
        begin(clock, at);
    const int64_t ticks = clock->started ? pts90_distance(clock->last, at) : 1;

    if (ticks < 0 || ticks > UNIT_CLOCK_JUMP_TICKS)
        begin(clock, at);
    if (ticks != 0) /* back counts, too: after a jump, time goes on from there */
        clock->advanced_us = unit->arrived_us;
    clock->started = true;
    clock->last = at;
    const int64_t length = pts90_distance(clock->from, at);

    if (length >= UNIT_CLOCK_WINDOW_TICKS) {
        clock->rate_hz = clock->pictures * 90000.0 / (double)length;
        begin(clock, at);
    }
    clock->pictures += unit->pictures;
}

/* Whether a picture begins with this NAL unit or start code. */
static bool
begins_picture(TsCodec codec, ByteReader nal)
{
    const uint8_t head = nal.at[0];

    if (codec == TS_CODEC_H264)
        return ((head & 31) == 1 || (head & 31) == 5) && nal.left > 1 && nal.at[1] & 0x80;
    if (codec == TS_CODEC_HEVC)
        return (head >> 1 & 63) < 32 && nal.left > 2 && nal.at[2] & 0x80;
    return head == 0;
}

unsigned
unit_pictures(TsCodec codec, const uint8_t *data, size_t size)
{
    ByteReader unit = byte_reader(data, size);
    unsigned pictures = 0;

    if (codec != TS_CODEC_H264 && codec != TS_CODEC_HEVC && codec != TS_CODEC_MPEG1_VIDEO &&
        codec != TS_CODEC_MPEG2_VIDEO)
        return 1;
    while (start_code_next(&unit))
        pictures += begins_picture(codec, unit);
    return pictures > 0 ? pictures : 1;
}

bool
unit_rate_agrees(double measured_hz, double signalled_hz, bool interlaced)
{
    static const double of_fields[] = {2, 0.5, 0.8};

    if (fabs(measured_hz - signalled_hz) <= signalled_hz * UNIT_CLOCK_TOLERANCE)
        return true;
    for (size_t i = 0; interlaced && i < sizeof of_fields / sizeof of_fields[0]; i++) {
        const double expected_hz = signalled_hz * of_fields[i];

        if (fabs(measured_hz - expected_hz) <= expected_hz * UNIT_CLOCK_TOLERANCE)
            return true;
    }
    return false;
}

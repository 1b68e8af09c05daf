/* A small multiplex of one service with sound, packet by packet: what the analyser finds of its
 * clock, its time stamps and its buffers. */
#include <glib.h>
#include <string.h>

#include "pipelines/ts/ts-analyser-es.h"
#include "pipelines/ts/ts-analyser-private.h"
#include "tests/fixtures/ts-build.h"

#define PCR_PID   256u
#define SOUND_PID 257u
#define BLOCK_MS  24 /* one frame, one PCR */
#define SLOTS     24u
#define FRAME     576u

typedef struct {
    unsigned ahead_ms; /* PTS before the clock, at the first packet of the frame */
    unsigned gap;      /* slots from one packet of a frame to the next */
    unsigned slots;    /* packets in a block */
    unsigned lose;     /* every so many sound packets one is left out; 0: none */
    gint64 pcr_off_ns; /* of every 20th PCR */
    unsigned codec;    /* stream_type */
} Plan;

typedef struct {
    const Plan *plan;
    TsAnalyser *analyser;
    TsBuilder builder;
    guint8 counter;
    guint64 sent; /* packets, those left out included */
    guint64 sounds;
} Rig;

static void
push(Rig *rig, const guint8 *packet)
{
    const MonoUs now_us = US_PER_SECOND + (MonoUs)(rig->sent * BLOCK_MS * 1000 / rig->plan->slots);

    rig->sent++;
    if (packet)
        ts_analyser_push(rig->analyser, packet, TS_PACKET_SIZE, now_us);
}

static void
push_text(Rig *rig, const char *text)
{
    g_autoptr(GByteArray) bytes = ts_builder_build(&rig->builder, text);

    g_assert_cmpuint(bytes->len, ==, TS_PACKET_SIZE);
    push(rig, bytes->data);
}

static guint64
ticks_of(const Rig *rig, guint64 packet)
{
    return packet * BLOCK_MS * 27000 / rig->plan->slots;
}

static void
push_pcr(Rig *rig, guint block)
{
    const gint64 off = block % 20 == 19 ? rig->plan->pcr_off_ns * 27 / 1000 : 0;
    g_autofree char *text = g_strdup_printf("packet pid=%u pcr=%" G_GINT64_FORMAT " empty", PCR_PID,
                                            (gint64)ticks_of(rig, rig->sent) + off + 27000000);

    push_text(rig, text);
}

/* A frame in its PES packet: 590 bytes. */
static void
build_frame(Rig *rig, guint8 *pes)
{
    const guint64 pts = (ticks_of(rig, rig->sent) + 27000000) / 300 + rig->plan->ahead_ms * 90;
    const guint8 head[] = {0,
                           0,
                           1,
                           0xc0,
                           (FRAME + 8) >> 8,
                           (FRAME + 8) & 0xff,
                           0x80,
                           0x80,
                           5,
                           (guint8)(0x21 | (pts >> 29 & 0x0e)),
                           (guint8)(pts >> 22),
                           (guint8)(pts >> 14 | 1),
                           (guint8)(pts >> 7),
                           (guint8)(pts << 1 | 1),
                           0xff,
                           0xfd,
                           0xa4,
                           0x04};

    memset(pes, 0x22, FRAME + 14);
    memcpy(pes, head, sizeof head);
}

static void
push_sound(Rig *rig, const guint8 *pes, unsigned part)
{
    const gsize from = part * 184, size = MIN(FRAME + 14 - from, 184);
    const unsigned stuffing = 184 - (unsigned)size;
    guint8 packet[TS_PACKET_SIZE];
    const bool lost = rig->plan->lose > 0 && ++rig->sounds % rig->plan->lose == 0;

    memset(packet, 0xff, sizeof packet);
    packet[0] = 0x47;
    packet[1] = (guint8)((part == 0 ? 0x40 : 0) | SOUND_PID >> 8);
    packet[2] = SOUND_PID & 0xff;
    packet[3] = (guint8)((stuffing > 0 ? 0x30 : 0x10) | rig->counter);
    if (stuffing > 0) {
        packet[4] = (guint8)(stuffing - 1);
        packet[5] = 0;
    }
    memcpy(packet + 4 + stuffing, pes + from, size);
    rig->counter = (rig->counter + 1) & 15;
    push(rig, lost ? NULL : packet);
}

static void
push_block(Rig *rig, guint block)
{
    g_autofree char *pmt =
        g_strdup_printf("pmt pid=100 service=1 pcr=%u %u:%u", PCR_PID, rig->plan->codec, SOUND_PID);
    guint8 pes[FRAME + 14];
    unsigned part = 0;

    for (unsigned slot = 0; slot < rig->plan->slots; slot++) {
        if (slot == 0)
            push_pcr(rig, block);
        else if (slot == 1)
            push_text(rig, block % 2 ? pmt : "pat tsid=1 1:100");
        else if (slot >= 3 && part < 4 && (slot - 3) % rig->plan->gap == 0) {
            if (part == 0)
                build_frame(rig, pes);
            push_sound(rig, pes, part++);
        } else
            push_text(rig, "null");
    }
}

/* Ten seconds of it. Returns: (transfer full) */
static TsAnalyser *
play(const Plan *plan)
{
    Rig rig = {.plan = plan, .analyser = ts_analyser_new()};

    for (guint block = 0; block < 10000 / BLOCK_MS; block++)
        push_block(&rig, block);
    return rig.analyser;
}

static const Plan good = {.ahead_ms = 60, .gap = 4, .slots = SLOTS, .codec = 3};

static guint64
errors_of(const TsAnalyser *analyser, TsIndicator indicator)
{
    return analyser->indicators[indicator].count;
}

static const TsIndicator followed[] = {
    TS_INDICATOR_PCR,
    TS_INDICATOR_PCR_REPETITION,
    TS_INDICATOR_PCR_DISCONTINUITY,
    TS_INDICATOR_PCR_ACCURACY,
    TS_INDICATOR_PTS,
    TS_INDICATOR_BUFFER,
    TS_INDICATOR_EMPTY_BUFFER,
    TS_INDICATOR_DATA_DELAY,
};

static void
a_good_stream_is_judged_and_has_no_errors(void)
{
    g_autoptr(TsAnalyser) analyser = play(&good);

    for (gsize i = 0; i < G_N_ELEMENTS(followed); i++) {
        g_assert_true(analyser->indicators[followed[i]].judged);
        g_assert_cmpuint(errors_of(analyser, followed[i]), ==, 0);
    }
}

static void
its_figures_are_those_it_was_made_with(void)
{
    g_autoptr(TsAnalyser) analyser = play(&good);
    TsClockFigures clock;
    TsStampFigures stamps;
    TsBufferFigures buffers;
    EsAudio audio;
    TsRateKind kind;
    double bps;

    g_assert_true(ts_analyser_clock(analyser, PCR_PID, &clock));
    g_assert_cmpint(clock.interval_min_us, ==, BLOCK_MS * US_PER_MS);
    g_assert_cmpint(clock.interval_max_us, ==, BLOCK_MS * US_PER_MS);
    g_assert_true(ts_analyser_clock_rate(analyser, &bps, &kind));
    g_assert_cmpint(kind, ==, TS_RATE_CONSTANT);
    g_assert_cmpfloat_with_epsilon(bps, 1504000, 1);
    g_assert_true(ts_analyser_stamps(analyser, SOUND_PID, &stamps));
    g_assert_cmpint(stamps.pts_last_us, ==, BLOCK_MS * US_PER_MS);
    g_assert_cmpint(stamps.ahead_us, ==, 60 * US_PER_MS);
    g_assert_cmpuint(stamps.malformed + stamps.jumps + stamps.late, ==, 0);
    g_assert_true(ts_analyser_audio(analyser, SOUND_PID, &audio));
    g_assert_cmpuint(audio.sample_rate_hz, ==, 48000);
    g_assert_cmpuint(audio.bitrate_bps, ==, 192000);
    g_assert_true(ts_analyser_buffers(analyser, SOUND_PID, &buffers));
    g_assert_true(buffers.applicable);
    g_assert_cmpuint(buffers.size, ==, 3584);
    g_assert_cmpuint(buffers.units, >, 400);
    g_assert_cmpint(buffers.delay_max_us, >, 55 * US_PER_MS);
    g_assert_cmpint(buffers.delay_max_us, <, 60 * US_PER_MS);
    g_assert_true(ts_analyser_buffers(analyser, 100, &buffers));
    g_assert_cmpuint(buffers.multiplex_size, ==, 1536);
}

static void
sound_that_is_due_before_it_is_there_is_an_underflow_a_frame(void)
{
    Plan plan = good;

    plan.ahead_ms = 11;
    g_autoptr(TsAnalyser) analyser = play(&plan);
    TsBufferFigures buffers;

    g_assert_true(ts_analyser_buffers(analyser, SOUND_PID, &buffers));
    g_assert_cmpuint(buffers.underflows, ==, buffers.units);
    g_assert_cmpuint(buffers.units, >, 400);
    g_assert_cmpuint(errors_of(analyser, TS_INDICATOR_BUFFER), ==, buffers.underflows);
    g_assert_cmpuint(errors_of(analyser, TS_INDICATOR_EMPTY_BUFFER), ==, 0);
}

static void
sound_that_is_sent_a_second_early_runs_over_and_stays_too_long(void)
{
    Plan plan = good;

    plan.ahead_ms = 1200;
    g_autoptr(TsAnalyser) analyser = play(&plan);

    g_assert_cmpuint(errors_of(analyser, TS_INDICATOR_BUFFER), ==, 1);
    g_assert_cmpuint(errors_of(analyser, TS_INDICATOR_DATA_DELAY), >, 400);
}

static void
packets_in_a_burst_run_tb_over_each_time(void)
{
    Plan plan = good;

    plan.slots = 96;
    plan.gap = 1;
    g_autoptr(TsAnalyser) analyser = play(&plan);
    TsBufferFigures buffers;

    g_assert_true(ts_analyser_buffers(analyser, SOUND_PID, &buffers));
    g_assert_cmpuint(buffers.transport_overflows, >, 400);
    g_assert_cmpuint(buffers.overflows + buffers.underflows, ==, 0);
}

static void
lost_packets_are_no_errors_of_clock_or_buffers(void)
{
    Plan plan = good;

    plan.lose = 151;
    g_autoptr(TsAnalyser) analyser = play(&plan);
    TsBufferFigures buffers;
    TsPidInfo info;

    g_assert_true(ts_analyser_pid(analyser, SOUND_PID, &info));
    g_assert_cmpuint(info.cc_errors, >, 5);
    g_assert_true(ts_analyser_buffers(analyser, SOUND_PID, &buffers));
    g_assert_cmpuint(buffers.restarts, >, 5);
    g_assert_cmpuint(buffers.restarts, <=, info.cc_errors);
    g_assert_cmpuint(buffers.units, >, 300);
    for (gsize i = 0; i < G_N_ELEMENTS(followed); i++)
        g_assert_cmpuint(errors_of(analyser, followed[i]), ==, 0);
}

static void
pcrs_that_are_off_are_found_one_by_one(void)
{
    Plan plan = good;

    plan.pcr_off_ns = 2000;
    g_autoptr(TsAnalyser) analyser = play(&plan);
    TsClockFigures clock;

    g_assert_true(ts_analyser_clock(analyser, PCR_PID, &clock));
    /* Of 416 PCRs the first TS_FIT_MIN are not judged. */
    g_assert_cmpuint(errors_of(analyser, TS_INDICATOR_PCR_ACCURACY), ==, 416 / 20 - 2);
    g_assert_cmpuint(clock.accuracy_errors, ==, 416 / 20 - 2);
    g_assert_cmpint(ABS(clock.accuracy_max_ns - 2000), <, 80);
    g_assert_cmpuint(errors_of(analyser, TS_INDICATOR_BUFFER), ==, 0);
}

static void
what_has_no_model_is_not_judged(void)
{
    Plan plan = good;

    plan.codec = 0x9c; /* Opus has no model; nor has this */
    g_autoptr(TsAnalyser) analyser = play(&plan);
    TsBufferFigures buffers;

    g_assert_true(ts_analyser_buffers(analyser, SOUND_PID, &buffers));
    g_assert_false(buffers.applicable);
    g_assert_false(analyser->indicators[TS_INDICATOR_DATA_DELAY].judged);
}

static void
the_model_can_be_switched_off_and_on(void)
{
    Rig rig = {.plan = &good, .analyser = ts_analyser_new()};
    TsBufferFigures buffers;

    for (guint block = 0; block < 20; block++)
        push_block(&rig, block);
    g_assert_true(ts_analyser_buffers(rig.analyser, SOUND_PID, &buffers));
    ts_analyser_set_std(rig.analyser, false);
    push_block(&rig, 20);
    g_assert_false(ts_analyser_buffers(rig.analyser, SOUND_PID, &buffers));
    ts_analyser_set_std(rig.analyser, true);
    for (guint block = 21; block < 80; block++)
        push_block(&rig, block);
    g_assert_true(ts_analyser_buffers(rig.analyser, SOUND_PID, &buffers));
    g_assert_cmpuint(buffers.units, >, 40);
    g_assert_cmpuint(buffers.underflows, ==, 0);
    ts_analyser_free(rig.analyser);
}

static void
clocks_that_no_service_goes_by_are_few(void)
{
    g_autoptr(TsAnalyser) analyser = ts_analyser_new();
    g_autoptr(GString) text =
        g_string_new("pat tsid=1 1:100\npmt pid=100 service=1 pcr=1999 27:1999\n");
    TsClockFigures figures;
    TsCounters counters;

    for (unsigned pid = 1000; pid < 2000; pid++)
        g_string_append_printf(text, "packet pid=%u pcr=2700000\n", pid);
    g_autoptr(GByteArray) bytes = ts_build(text->str);

    ts_analyser_push(analyser, bytes->data, bytes->len, US_PER_SECOND);
    ts_analyser_counters(analyser, &counters);
    g_assert_true(ts_analyser_clock(analyser, 1000, &figures));
    g_assert_false(ts_analyser_clock(analyser, 1998, &figures));
    g_assert_true(ts_analyser_clock(analyser, 1999, &figures));
    g_assert_cmpuint(counters.refused, ==, 1000 - TS_CLOCKS_FREE_MAX - 1);
}

#define TEST(function) g_test_add_func("/ts-es/" #function, function)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST(a_good_stream_is_judged_and_has_no_errors);
    TEST(its_figures_are_those_it_was_made_with);
    TEST(sound_that_is_due_before_it_is_there_is_an_underflow_a_frame);
    TEST(sound_that_is_sent_a_second_early_runs_over_and_stays_too_long);
    TEST(packets_in_a_burst_run_tb_over_each_time);
    TEST(lost_packets_are_no_errors_of_clock_or_buffers);
    TEST(pcrs_that_are_off_are_found_one_by_one);
    TEST(what_has_no_model_is_not_judged);
    TEST(the_model_can_be_switched_off_and_on);
    TEST(clocks_that_no_service_goes_by_are_few);
    return g_test_run();
}

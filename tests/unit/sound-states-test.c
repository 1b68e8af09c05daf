/* What a channel says of its streams of sound. Time is a table of steps. */
#include <glib.h>
#include <math.h>

#include "pipelines/worker/channel-states.h"
#include "pipelines/worker/state-judge.h"

#define START      (100 * US_PER_SECOND)
#define S(seconds) (START + (MonoUs)((seconds) * (double)US_PER_SECOND))

typedef struct {
    ChannelStates states;
    EsFigures video;
    EsFigures es[2];
    SoundFigures sound[2];
    int64_t skew_us[2];
    FaultState edges[STATES_MAX];
} Channel;

/* Two streams that have sounded since START. */
static Channel *
channel_new(void)
{
    Channel *channel = g_new0(Channel, 1);

    channel->video.pid = 256;
    for (guint i = 0; i < 2; i++) {
        channel->es[i] = (EsFigures){.pid = (uint16_t)(257 + i), .unit_us = START};
        channel->skew_us[i] = INT64_MIN;
        channel->sound[i].last.at_us = START;
        channel->sound[i].loudness.hour_integrated_lufs = (double)NAN;
        condition_set(&channel->sound[i].silent, false, START);
    }
    return channel;
}

static size_t
judge(Channel *channel, MonoUs now_us)
{
    ChannelFacts facts = {.now_us = now_us, .seen_us = now_us, .video = &channel->video};
    StateJudge judging = {&channel->states, channel->edges, 0, now_us};

    for (guint i = 0; i < 2; i++)
        if (channel->es[i].pid != 0)
            facts.audios[i] =
                (AudioFacts){&channel->sound[i], &channel->es[i], channel->skew_us[i]};
    sound_states_judge(&judging, &facts);
    return judging.n_edges;
}

static const Condition *
state(const Channel *channel, FaultId fault)
{
    return &channel->states.conditions[fault];
}

static const Condition *
of_stream(const Channel *channel, guint stream, StreamFault fault)
{
    return &channel->states.streams[stream].conditions[fault];
}

static void
one_silent_stream_is_told_from_all(void)
{
    g_autofree Channel *channel = channel_new();

    judge(channel, S(1));
    g_assert_false(state(channel, FAULT_SOUND_SILENT)->active);
    condition_set(&channel->sound[1].silent, true, S(2));
    judge(channel, S(5));
    g_assert_false(state(channel, FAULT_SOUND_SILENT)->active);
    g_assert_true(state(channel, FAULT_SOUND_STREAM_SILENT)->active);
    g_assert_cmpint(state(channel, FAULT_SOUND_STREAM_SILENT)->since_us, ==, S(2));
    g_assert_false(of_stream(channel, 0, STREAM_SILENT)->active);
    g_assert_true(of_stream(channel, 1, STREAM_SILENT)->active);
    condition_set(&channel->sound[0].silent, true, S(6));
    judge(channel, S(9));
    g_assert_true(state(channel, FAULT_SOUND_SILENT)->active);
    g_assert_cmpint(state(channel, FAULT_SOUND_SILENT)->since_us, ==, S(6));
    g_assert_false(state(channel, FAULT_SOUND_STREAM_SILENT)->active); /* one cause, one fault */
    condition_set(&channel->sound[1].silent, false, S(10));
    judge(channel, S(10.2));
    g_assert_false(state(channel, FAULT_SOUND_SILENT)->active);
    g_assert_cmpint(state(channel, FAULT_SOUND_SILENT)->since_us, ==, S(10));
    g_assert_true(state(channel, FAULT_SOUND_STREAM_SILENT)->active);
}

static void
a_channel_with_one_stream_has_no_fault_of_several(void)
{
    g_autofree Channel *channel = channel_new();

    channel->es[1].pid = 0;
    condition_set(&channel->sound[0].silent, true, S(1));
    judge(channel, S(4));
    g_assert_true(state(channel, FAULT_SOUND_SILENT)->active);
    g_assert_false(state(channel, FAULT_SOUND_STREAM_SILENT)->known);
    channel->es[0].pid = 0; /* the tables name no sound any more */
    judge(channel, S(5));
    g_assert_false(state(channel, FAULT_SOUND_SILENT)->active);
    g_assert_cmpint(state(channel, FAULT_SOUND_SILENT)->since_us, ==, S(5));
}

static void
a_stream_that_stops_while_another_goes_on_is_missing(void)
{
    g_autofree Channel *channel = channel_new();

    judge(channel, S(0.1));
    channel->es[0].unit_us = S(0.9);
    judge(channel, S(1));
    g_assert_false(state(channel, FAULT_AUDIO_STREAM_MISSING)->active);
    channel->es[0].unit_us = S(1.5);
    judge(channel, S(1.6));
    g_assert_true(state(channel, FAULT_AUDIO_STREAM_MISSING)->active);
    g_assert_cmpfloat(channel->states.values[FAULT_AUDIO_STREAM_MISSING], ==, 258);
    g_assert_false(of_stream(channel, 0, STREAM_MISSING)->active);
    judge(channel, S(9)); /* both stand still: the sound of the channel is missing, not a stream */
    channel->es[0].unit_us = channel->es[1].unit_us = S(10);
    judge(channel, S(10.1));
    g_assert_false(state(channel, FAULT_AUDIO_STREAM_MISSING)->active);
}

static void
a_stream_that_never_comes_is_missing_from_when_it_was_listed(void)
{
    g_autofree Channel *channel = channel_new();

    channel->es[1].unit_us = 0;
    channel->es[0].unit_us = S(3);
    judge(channel, S(3));
    g_assert_false(of_stream(channel, 1, STREAM_MISSING)->known);
    channel->es[0].unit_us = S(4.5);
    judge(channel, S(4.6));
    g_assert_true(of_stream(channel, 1, STREAM_MISSING)->active);
    g_assert_cmpint(of_stream(channel, 1, STREAM_MISSING)->since_us, ==, S(3));
}

static void
any_stream_that_suffers_is_the_channels(void)
{
    g_autofree Channel *channel = channel_new();

    for (guint i = 0; i < 2; i++) {
        condition_set(&channel->sound[i].conditions[SOUND_INVERTED], i == 1, S(1 + i));
        condition_set(&channel->sound[i].conditions[SOUND_CLIPPED], false, S(1));
        condition_set(&channel->sound[i].conditions[SOUND_PEAK_HIGH], i == 0, S(1));
    }
    channel->sound[1].correlation = -0.95;
    channel->sound[0].true_peak_dbtp = 0.5;
    judge(channel, S(3));
    g_assert_true(state(channel, FAULT_SOUND_PHASE)->active);
    g_assert_cmpint(state(channel, FAULT_SOUND_PHASE)->since_us, ==, S(2));
    g_assert_cmpfloat(channel->states.values[FAULT_SOUND_PHASE], ==, -0.95);
    g_assert_false(state(channel, FAULT_SOUND_CLIPPING)->active);
    g_assert_cmpfloat(channel->states.values[FAULT_TRUE_PEAK], ==, 0.5);
    channel->es[1].pid = 0;
    judge(channel, S(4));
    g_assert_false(state(channel, FAULT_SOUND_PHASE)->active);
}

static void
loudness_is_judged_by_the_hour_once_there_is_enough(void)
{
    g_autofree Channel *channel = channel_new();
    LoudnessFigures *loudness = &channel->sound[0].loudness;

    *loudness = (LoudnessFigures){.hour_integrated_lufs = -19, .hour_s = 599};
    judge(channel, S(599));
    g_assert_false(state(channel, FAULT_LOUDNESS)->known);
    loudness->hour_s = 700;
    judge(channel, S(700));
    g_assert_true(state(channel, FAULT_LOUDNESS)->active);
    g_assert_cmpfloat(channel->states.values[FAULT_LOUDNESS], ==, -19);
    loudness->hour_integrated_lufs = -22.5;
    judge(channel, S(800));
    g_assert_false(state(channel, FAULT_LOUDNESS)->active);
    loudness->hour_integrated_lufs = -25.5;
    judge(channel, S(900));
    g_assert_true(state(channel, FAULT_LOUDNESS)->active);
}

/* Seconds @from to @to with a distance that wanders by @wander_us around @skew_us. */
static void
run(Channel *channel, guint from, guint to, int64_t skew_us, int64_t wander_us)
{
    static const int part[] = {0, 2, -1, 1, -2};

    for (guint i = from; i < to; i++) {
        channel->skew_us[0] = skew_us + part[i % G_N_ELEMENTS(part)] * wander_us / 2;
        judge(channel, S(i));
    }
}

static void
a_shift_against_the_picture_is_seen_in_its_direction(void)
{
    static const struct {
        int64_t shift_us; /* of the PTS of sound */
        gboolean shifted;
    } cases[] = {
        {150 * US_PER_MS, FALSE},
        {200 * US_PER_MS, TRUE}, /* presented later: sound is late */
        {-80 * US_PER_MS, FALSE},
        {-100 * US_PER_MS, TRUE}, /* earlier */
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree Channel *channel = channel_new();

        run(channel, 1, 60, -300 * US_PER_MS, 20 * US_PER_MS);
        const Condition *shift = &channel->states.streams[0].conditions[STREAM_LIP_SYNC];

        g_assert_false(shift->active);
        run(channel, 60, 100, -300 * US_PER_MS + cases[i].shift_us, 20 * US_PER_MS);
        g_assert_true(shift->active == cases[i].shifted);
        g_assert_false(state(channel, FAULT_LIP_SYNC)->active); /* shown, not alarmed */
        g_assert_cmpint(ABS(channel->states.streams[0].sync.drift_us + cases[i].shift_us), <=,
                        20 * US_PER_MS);
        if (cases[i].shifted)
            g_assert_cmpint(ABS(shift->since_us - S(60)), <=, 3 * US_PER_SECOND);
    }
}

static void
what_wanders_too_far_is_not_judged(void)
{
    g_autofree Channel *channel = channel_new();

    run(channel, 1, 200, -300 * US_PER_MS, 400 * US_PER_MS);
    g_assert_false(channel->states.streams[0].sync.judged);
    g_assert_false(channel->states.streams[0].conditions[STREAM_LIP_SYNC].known);
}

static void
another_picture_is_learnt_anew(void)
{
    g_autofree Channel *channel = channel_new();

    run(channel, 1, 60, 0, 0);
    channel->video.pid = 500;
    run(channel, 60, 200, 900 * US_PER_MS, 0);
    g_assert_true(channel->states.streams[0].conditions[STREAM_LIP_SYNC].known);
    g_assert_false(channel->states.streams[0].conditions[STREAM_LIP_SYNC].active);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sound-states/silence", one_silent_stream_is_told_from_all);
    g_test_add_func("/sound-states/one", a_channel_with_one_stream_has_no_fault_of_several);
    g_test_add_func("/sound-states/missing", a_stream_that_stops_while_another_goes_on_is_missing);
    g_test_add_func("/sound-states/never",
                    a_stream_that_never_comes_is_missing_from_when_it_was_listed);
    g_test_add_func("/sound-states/any", any_stream_that_suffers_is_the_channels);
    g_test_add_func("/sound-states/loudness", loudness_is_judged_by_the_hour_once_there_is_enough);
    g_test_add_func("/sound-states/lip-sync", a_shift_against_the_picture_is_seen_in_its_direction);
    g_test_add_func("/sound-states/wander", what_wanders_too_far_is_not_judged);
    g_test_add_func("/sound-states/picture", another_picture_is_learnt_anew);
    return g_test_run();
}

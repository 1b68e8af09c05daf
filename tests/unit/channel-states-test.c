/* What a worker says about its channel, by what it measured. Time is a table of steps. */
#include <glib.h>

#include "pipelines/worker/channel-states.h"

#define START (100 * US_PER_SECOND)

typedef struct {
    ChannelStates states;
    UdpSourceFigures source;
    IpFigures ip;
    TsState ts;
    TsIndicatorState indicators[TS_INDICATOR_COUNT];
    EsFigures video;
    PictureFigures picture;
    EsFigures audio;
    SoundFigures sound;
    AncillaryFacts ancillary;
    FaultState edges[STATES_MAX];
    size_t n_edges;
} Channel;

static void
judge_seen(Channel *channel, MonoUs now_us, MonoUs seen_us)
{
    const ChannelFacts facts = {
        .now_us = now_us,
        .seen_us = seen_us,
        .started_us = START,
        .source = &channel->source,
        .ip = &channel->ip,
        .ts = &channel->ts,
        .indicators = channel->indicators,
        .video = &channel->video,
        .picture = &channel->picture,
        .audios = {{&channel->sound, &channel->audio, INT64_MIN}},
        .ancillary = &channel->ancillary,
        .sampling = SAMPLING_KEY_INTERVAL,
    };

    channel->audio.pid = 257;
    channel->n_edges = channel_states_judge(&channel->states, &facts, channel->edges);
}

static void
judge(Channel *channel, MonoUs now_us)
{
    judge_seen(channel, now_us, now_us);
}

static void
assert_edge(const Channel *channel, FaultId fault, bool active, MonoUs since_us)
{
    g_assert_cmpuint(channel->n_edges, ==, 1);
    g_assert_cmpint(channel->edges[0].fault, ==, fault);
    g_assert_cmpint(channel->edges[0].active, ==, active);
    g_assert_cmpint(channel->edges[0].since_us, ==, since_us);
}

static void
test_nothing_is_said_before_a_group_had_time_to_join(void)
{
    Channel channel = {0};

    judge(&channel, START + 900 * US_PER_MS);
    g_assert_cmpuint(channel.n_edges, ==, 0);
    judge(&channel, START + 1200 * US_PER_MS);
    assert_edge(&channel, FAULT_NO_PACKETS, true, START);
}

static void
test_an_indicator_that_shows_an_error_is_a_fault_until_its_hold_is_over(void)
{
    Channel channel = {.source = {.last_us = START, .resumed_us = START}};
    TsIndicatorState *crc = &channel.indicators[TS_INDICATOR_CRC];

    judge(&channel, START + 100);
    g_assert_false(channel.states.conditions[FAULT_TABLE_CRC].known);
    crc->judged = true;
    judge(&channel, START + 200);
    assert_edge(&channel, FAULT_TABLE_CRC, false, START + 200);
    ts_indicator_hit(crc, 7, START + 250);
    judge(&channel, START + 300);
    assert_edge(&channel, FAULT_TABLE_CRC, true, START + 250);
    channel.source.last_us = START + 11 * US_PER_SECOND;
    judge(&channel, START + 11 * US_PER_SECOND);
    assert_edge(&channel, FAULT_TABLE_CRC, false, START + 11 * US_PER_SECOND);
}

static void
test_silence_is_told_once_with_the_time_of_the_last_packet(void)
{
    Channel channel = {.source = {.last_us = START + 5, .resumed_us = START + 1}};

    judge(&channel, START + 100 * US_PER_MS);
    assert_edge(&channel, FAULT_NO_PACKETS, false, START + 1);
    judge(&channel, START + 210 * US_PER_MS);
    assert_edge(&channel, FAULT_NO_PACKETS, true, START + 5);
    judge(&channel, START + 410 * US_PER_MS);
    g_assert_cmpuint(channel.n_edges, ==, 0);
}

static void
test_the_end_of_silence_dates_from_the_first_packet_after_it(void)
{
    Channel channel = {.source = {.last_us = START + 5, .resumed_us = START + 1}};

    judge(&channel, START + US_PER_SECOND);
    channel.source.resumed_us = START + 1100 * US_PER_MS;
    channel.source.last_us = START + 1190 * US_PER_MS;
    judge(&channel, START + 1200 * US_PER_MS);
    assert_edge(&channel, FAULT_NO_PACKETS, false, START + 1100 * US_PER_MS);
}

static void
test_what_was_not_looked_for_is_not_missing(void)
{
    Channel channel = {.source = {.last_us = START, .resumed_us = START}};

    judge(&channel, START);
    judge_seen(&channel, START + 5 * US_PER_SECOND, START + 20 * US_PER_MS);
    g_assert_cmpuint(channel.n_edges, ==, 0);
}

static void
test_conditions_of_the_transport_are_passed_on(void)
{
    Channel channel = {.source = {.last_us = START, .resumed_us = START}};

    judge(&channel, START);
    condition_set(&channel.ts.conditions[TS_CONDITION_PAT_MISSING], true, START + 7);
    judge(&channel, START + 100);
    assert_edge(&channel, FAULT_PAT_MISSING, true, START + 7);
}

static void
test_video_without_a_picture_is_undecodable_after_ten_seconds(void)
{
    Channel channel = {.source = {.last_us = START, .resumed_us = START}, .video = {.pid = 256}};

    judge(&channel, START);
    channel.source.last_us = START + 9 * US_PER_SECOND;
    judge(&channel, START + 9 * US_PER_SECOND);
    g_assert_cmpuint(channel.n_edges, ==, 0);
    channel.source.last_us = START + 11 * US_PER_SECOND;
    judge(&channel, START + 11 * US_PER_SECOND);
    assert_edge(&channel, FAULT_PICTURE_UNDECODABLE, true, START);
    channel.picture.captured_us = START + 11 * US_PER_SECOND;
    judge(&channel, START + 11 * US_PER_SECOND + 1);
    assert_edge(&channel, FAULT_PICTURE_UNDECODABLE, false, START + 11 * US_PER_SECOND);
}

static void
test_a_picture_is_not_missed_while_no_packets_come(void)
{
    Channel channel = {.source = {.last_us = START, .resumed_us = START}, .video = {.pid = 256}};

    judge(&channel, START);
    judge(&channel, START + 60 * US_PER_SECOND);
    assert_edge(&channel, FAULT_NO_PACKETS, true, START);
}

static void
test_a_condition_never_began_in_the_future(void)
{
    Channel channel = {.source = {.last_us = START, .resumed_us = START}};

    judge(&channel, START);
    condition_set(&channel.sound.silent, true, START + US_PER_SECOND);
    judge(&channel, START + 10);
    assert_edge(&channel, FAULT_SOUND_SILENT, true, START + 10);
}

static void
test_the_list_holds_what_is_known(void)
{
    Channel channel = {.source = {.last_us = START, .resumed_us = START}};
    FaultState states[STATES_MAX];

    g_assert_cmpuint(channel_states_list(&channel.states, states), ==, 0);
    judge(&channel, START);
    g_assert_cmpuint(channel_states_list(&channel.states, states), ==, 1);
    g_assert_cmpint(states[0].fault, ==, FAULT_NO_PACKETS);
}

static void
test_a_second_sender_is_told_from_when_it_began(void)
{
    Channel channel = {.source = {.last_us = START, .resumed_us = START}};
    IpLegFigures *leg = &channel.ip.legs[0];

    channel.ip.known = true;
    leg->expected = true;
    leg->n_senders = 2;
    leg->second = channel.ip.legs[1].second = IP_SENDERS_MAX;
    judge(&channel, START);
    g_assert_cmpuint(channel.n_edges, ==, 2);
    leg->second = 1;
    leg->senders[1].began_us = START + US_PER_MS;
    judge(&channel, START + 150 * US_PER_MS);
    assert_edge(&channel, FAULT_SECOND_SOURCE, true, START + US_PER_MS);
    leg->second = IP_SENDERS_MAX;
    judge(&channel, START + 190 * US_PER_MS);
    assert_edge(&channel, FAULT_SECOND_SOURCE, false, START + 190 * US_PER_MS);
}

/* One look of a stream whose packets come. */
static void
look(Channel *channel, double at_s)
{
    const MonoUs at_us = START + (MonoUs)(at_s * US_PER_SECOND);

    channel->source.last_us = at_us;
    judge(channel, at_us);
}

static void
test_captions_that_stop_are_absent_and_those_that_never_came_are_not(void)
{
    Channel channel = {.source = {.last_us = START, .resumed_us = START}};

    look(&channel, 0);
    look(&channel, 3600);
    g_assert_false(channel.states.conditions[FAULT_CAPTIONS_ABSENT].known);
    channel.ancillary =
        (AncillaryFacts){.captions = 7, .captions_us = START + 3601 * US_PER_SECOND};
    look(&channel, 3602);
    assert_edge(&channel, FAULT_CAPTIONS_ABSENT, false, START + 3602 * US_PER_SECOND);
    look(&channel, 3660);
    g_assert_cmpuint(channel.n_edges, ==, 0);
    look(&channel, 3662);
    assert_edge(&channel, FAULT_CAPTIONS_ABSENT, true, START + 3601 * US_PER_SECOND);
    channel.ancillary.captions_us = START + 3663 * US_PER_SECOND;
    look(&channel, 3663);
    assert_edge(&channel, FAULT_CAPTIONS_ABSENT, false, START + 3663 * US_PER_SECOND);
}

static void
test_cues_are_missed_by_the_gaps_that_they_had(void)
{
    Channel channel = {.source = {.last_us = START, .resumed_us = START}};

    look(&channel, 0);
    for (unsigned i = 1; i <= 1 + CUES_LEARNED; i++) { /* 100 s apart, once 200 s */
        const double at_s = 100.0 * i + (i > 4 ? 100 : 0);

        g_assert_false(channel.states.conditions[FAULT_CUES_MISSING].known);
        channel.ancillary.cues = i;
        channel.ancillary.cue_us = START + (MonoUs)(at_s * US_PER_SECOND);
        look(&channel, at_s);
    }
    assert_edge(&channel, FAULT_CUES_MISSING, false, START + 1000 * US_PER_SECOND);
    look(&channel, 1399);
    g_assert_cmpuint(channel.n_edges, ==, 0);
    look(&channel, 1401);
    assert_edge(&channel, FAULT_CUES_MISSING, true, START + 1400 * US_PER_SECOND);
    look(&channel, 1900);
    g_assert_cmpfloat(channel.states.values[FAULT_CUES_MISSING], >, 4);
    channel.ancillary.cues++;
    channel.ancillary.cue_us = START + 1901 * US_PER_SECOND;
    look(&channel, 1901);
    assert_edge(&channel, FAULT_CUES_MISSING, false, START + 1901 * US_PER_SECOND);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/states/an-indicator-that-shows-an-error-is-a-fault-until-its-hold-is-over",
                    test_an_indicator_that_shows_an_error_is_a_fault_until_its_hold_is_over);
    g_test_add_func("/states/nothing-is-said-before-a-group-had-time-to-join",
                    test_nothing_is_said_before_a_group_had_time_to_join);
    g_test_add_func("/states/silence-is-told-once-with-the-time-of-the-last-packet",
                    test_silence_is_told_once_with_the_time_of_the_last_packet);
    g_test_add_func("/states/the-end-of-silence-dates-from-the-first-packet-after-it",
                    test_the_end_of_silence_dates_from_the_first_packet_after_it);
    g_test_add_func("/states/what-was-not-looked-for-is-not-missing",
                    test_what_was_not_looked_for_is_not_missing);
    g_test_add_func("/states/conditions-of-the-transport-are-passed-on",
                    test_conditions_of_the_transport_are_passed_on);
    g_test_add_func("/states/video-without-a-picture-is-undecodable-after-ten-seconds",
                    test_video_without_a_picture_is_undecodable_after_ten_seconds);
    g_test_add_func("/states/a-picture-is-not-missed-while-no-packets-come",
                    test_a_picture_is_not_missed_while_no_packets_come);
    g_test_add_func("/states/a-condition-never-began-in-the-future",
                    test_a_condition_never_began_in_the_future);
    g_test_add_func("/states/captions-that-stop-are-absent-and-those-that-never-came-are-not",
                    test_captions_that_stop_are_absent_and_those_that_never_came_are_not);
    g_test_add_func("/states/cues-are-missed-by-the-gaps-that-they-had",
                    test_cues_are_missed_by_the_gaps_that_they_had);
    g_test_add_func("/states/the-list-holds-what-is-known", test_the_list_holds_what_is_known);
    g_test_add_func("/channel-states/a-second-sender-is-told-from-when-it-began",
                    test_a_second_sender_is_told_from_when_it_began);
    return g_test_run();
}

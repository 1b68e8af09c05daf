/* What a worker says about the picture: states, their evidence, changes of the format. */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "pipelines/worker/channel-states.h"
#include "pipelines/worker/format-watch.h"
#include "pipelines/worker/picture-evidence.h"

#define START (100 * US_PER_SECOND)

typedef struct {
    ChannelStates states;
    EsFigures video;
    PictureFigures picture;
    double signalled_hz;
    bool interlaced;
    FaultState edges[STATES_MAX];
    size_t n_edges;
} Channel;

static Channel
channel_new(void)
{
    return (Channel){.video = {.pid = 256,
                               .unit_us = START,
                               .packet_us = START,
                               .advanced_us = START,
                               .rate_hz = 25},
                     .picture = {.captured_us = START, .slate_index = -1}};
}

static void
judge(Channel *channel, MonoUs now_us)
{
    const UdpSourceFigures source = {.last_us = now_us, .resumed_us = START};
    const IpFigures ip = {0};
    const TsState ts = {0};
    const TsIndicatorState indicators[TS_INDICATOR_COUNT] = {0};
    const ChannelFacts facts = {
        .now_us = now_us,
        .seen_us = now_us,
        .started_us = START,
        .source = &source,
        .ip = &ip,
        .ts = &ts,
        .indicators = indicators,
        .video = &channel->video,
        .picture = &channel->picture,
        .signalled_hz = channel->signalled_hz,
        .interlaced = channel->interlaced,
        .sampling = SAMPLING_EVERY_KEY,
    };

    channel->n_edges = channel_states_judge(&channel->states, &facts, channel->edges);
}

/* The edge of @fault in the last judgement; NULL: there was none. */
static const FaultState *
edge_of(const Channel *channel, FaultId fault)
{
    for (size_t i = 0; i < channel->n_edges; i++)
        if (channel->edges[i].fault == fault)
            return &channel->edges[i];
    return NULL;
}

static void
each_way_to_stand_still_has_its_value(void)
{
    Channel channel = channel_new();

    channel.picture.still = (Condition){true, true, START + 1};
    channel.picture.exact = true;
    judge(&channel, START + 2);
    g_assert_cmpfloat(edge_of(&channel, FAULT_PICTURE_FROZEN)->value, ==, STATES_FREEZE_EXACT);
    channel.picture.still = (Condition){true, false, START + 3};
    judge(&channel, START + 4);
    g_assert_false(edge_of(&channel, FAULT_PICTURE_FROZEN)->active);
    channel.picture.still = (Condition){true, true, START + 5};
    channel.picture.exact = false;
    judge(&channel, START + 6);
    g_assert_cmpfloat(edge_of(&channel, FAULT_PICTURE_FROZEN)->value, ==, STATES_FREEZE_NOISE);
}

static void
packets_without_a_later_time_stamp_are_a_freeze_since_the_last_that_had_one(void)
{
    Channel channel = channel_new();

    channel.video.packet_us = START + 1900 * US_PER_MS;
    judge(&channel, START + 1900 * US_PER_MS);
    g_assert_false(channel.states.conditions[FAULT_PICTURE_FROZEN].known);
    channel.video.packet_us = START + 2100 * US_PER_MS;
    judge(&channel, START + 2100 * US_PER_MS);
    g_assert_true(edge_of(&channel, FAULT_PICTURE_FROZEN)->active);
    g_assert_cmpint(edge_of(&channel, FAULT_PICTURE_FROZEN)->since_us, ==, START);
    g_assert_cmpfloat(edge_of(&channel, FAULT_PICTURE_FROZEN)->value, ==, STATES_FREEZE_NO_PTS);
    channel.video.advanced_us = channel.video.packet_us = START + 3 * US_PER_SECOND;
    judge(&channel, START + 3 * US_PER_SECOND);
    g_assert_false(edge_of(&channel, FAULT_PICTURE_FROZEN)->active);
}

static void
packets_that_stop_are_no_freeze(void)
{
    Channel channel = channel_new();

    channel.video.packet_us = START + 40 * US_PER_MS;
    judge(&channel, START + 9 * US_PER_SECOND);
    g_assert_false(channel.states.conditions[FAULT_PICTURE_FROZEN].known);
}

static void
a_rate_other_than_signalled_is_told_with_what_was_measured(void)
{
    Channel channel = channel_new();

    judge(&channel, START + 1);
    g_assert_false(channel.states.conditions[FAULT_FRAME_RATE].known); /* nothing is signalled */
    channel.signalled_hz = 25;
    judge(&channel, START + 2);
    g_assert_false(edge_of(&channel, FAULT_FRAME_RATE)->active);
    channel.video.rate_hz = 21.5;
    judge(&channel, START + 3);
    g_assert_false(channel.states.conditions[FAULT_FRAME_RATE].active); /* it may be changing */
    judge(&channel, START + 3 + STATES_RATE_US);
    g_assert_true(edge_of(&channel, FAULT_FRAME_RATE)->active);
    g_assert_cmpint(edge_of(&channel, FAULT_FRAME_RATE)->since_us, ==, START + 3);
    g_assert_cmpfloat(edge_of(&channel, FAULT_FRAME_RATE)->value, ==, 21.5);
}

static void
bars_slates_colours_and_blocks_are_states_of_their_own(void)
{
    Channel channel = channel_new();

    channel.picture.bars = (Condition){true, true, START + 1};
    channel.picture.uniform = (Condition){true, true, START + 2};
    channel.picture.slate = (Condition){true, true, START + 3};
    channel.picture.blocky = (Condition){true, true, START + 4};
    judge(&channel, START + 5);
    g_assert_cmpint(edge_of(&channel, FAULT_COLOUR_BARS)->since_us, ==, START + 1);
    g_assert_cmpint(edge_of(&channel, FAULT_PICTURE_UNIFORM)->since_us, ==, START + 2);
    g_assert_cmpint(edge_of(&channel, FAULT_SLATE_SHOWN)->since_us, ==, START + 3);
    g_assert_cmpint(edge_of(&channel, FAULT_BLOCKINESS)->since_us, ==, START + 4);
}

static void
evidence_says_kind_numbers_and_how_finely_was_looked(void)
{
    Channel channel = channel_new();
    SlateConfig slate = {.name = (char *)"Back soon"};
    const MessageConfig config = {.slates = &slate, .n_slates = 1};
    const FaultState frozen = {FAULT_PICTURE_FROZEN, true, START, STATES_FREEZE_NOISE};
    const FaultState shown = {FAULT_SLATE_SHOWN, true, START, 0};
    const FaultState lost = {FAULT_CONTINUITY, true, START, 0};

    channel.picture.block_levels = 1.25;
    channel.picture.difference_db = -48;
    channel.picture.between_us = 2 * US_PER_SECOND;
    channel.picture.slate_index = 0;
    g_autofree char *freeze =
        picture_evidence_text(&frozen, &channel.picture, &channel.video, &config);
    g_autofree char *named =
        picture_evidence_text(&shown, &channel.picture, &channel.video, &config);

    g_assert_cmpstr(freeze, ==,
                    "noise: no block of the picture changes by more than 1.2 levels; mean "
                    "difference -48 dB, seen in pictures 2 s apart");
    g_assert_cmpstr(named, ==, "slate \"Back soon\", seen in pictures 2 s apart");
    g_assert_null(picture_evidence_text(&lost, &channel.picture, &channel.video, &config));
}

static VideoFormat
hd(void)
{
    return (VideoFormat){
        .codec = TS_CODEC_H264,
        .coded = {.known = true,
                  .width = 1920,
                  .height = 1080,
                  .interlaced = true,
                  .rate_num = 25,
                  .rate_den = 1,
                  .profile = 100,
                  .bit_depth = 8},
        .decoded =
            {.width = 1920, .sample_width = 1, .sample_height = 1, .primaries = 1, .transfer = 1},
        .afd = -1,
    };
}

static void
a_change_of_format_is_one_sentence_about_what_changed(void)
{
    VideoFormat format = hd();
    FormatWatch watch = {0};
    char text[FORMAT_TEXT_MAX];

    g_assert_false(format_watch_step(&watch, &format, text));
    g_assert_false(format_watch_step(&watch, &format, text));
    format.coded.width = 1280;
    format.coded.height = 720;
    format.coded.interlaced = false;
    format.coded.rate_num = 50;
    format.decoded.transfer = 18;
    format.afd = 10;
    g_assert_true(format_watch_step(&watch, &format, text));
    g_assert_cmpstr(text, ==,
                    "picture: 1280x720 (was 1920x1080), progressive (was interlaced), 50 pictures "
                    "a second (was 25), HDR (HLG) (was SDR), AFD 10 (was none)");
    g_assert_false(format_watch_step(&watch, &format, text));
}

static void
what_is_not_known_yet_is_no_change(void)
{
    const VideoFormat known = hd();
    VideoFormat unknown = {.codec = TS_CODEC_H264, .afd = -1};
    FormatWatch watch = {0};
    char text[FORMAT_TEXT_MAX];

    g_assert_false(format_watch_step(&watch, &unknown, text));
    g_assert_false(format_watch_step(&watch, &known, text));
    g_assert_false(format_watch_step(&watch, &unknown, text));
    g_assert_false(format_watch_step(&watch, &known, text));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/states/freeze-kinds", each_way_to_stand_still_has_its_value);
    g_test_add_func("/states/no-pts",
                    packets_without_a_later_time_stamp_are_a_freeze_since_the_last_that_had_one);
    g_test_add_func("/states/stop", packets_that_stop_are_no_freeze);
    g_test_add_func("/states/rate", a_rate_other_than_signalled_is_told_with_what_was_measured);
    g_test_add_func("/states/own", bars_slates_colours_and_blocks_are_states_of_their_own);
    g_test_add_func("/evidence/words", evidence_says_kind_numbers_and_how_finely_was_looked);
    g_test_add_func("/format/change", a_change_of_format_is_one_sentence_about_what_changed);
    g_test_add_func("/format/unknown", what_is_not_known_yet_is_no_change);
    return g_test_run();
}

/* Meter, cutter, key decoder and picture-meter over coded streams, at every depth. */
#include <gst/gst.h>
#include <string.h>

#include "pipelines/elements/datagram-meta.h"
#include "pipelines/elements/elements.h"
#include "pipelines/elements/gantry-es-cutter.h"
#include "pipelines/elements/gantry-key-decoder.h"
#include "pipelines/elements/gantry-picture-meter.h"
#include "tests/element/ts-maker.h"

#define START_US     (100 * US_PER_SECOND)
#define DATAGRAM     1316u
#define KEY_US       (2 * US_PER_SECOND)
#define GROUP        50 /* pictures: 2 s */
#define SECOND       25u
#define LOST_PACKETS 7u

typedef struct {
    GstElement *pipeline;
    GstPad *feed;
    GantryEsCutter *cutter;
    GantryKeyDecoder *decoder;
    GantryPictureMeter *picture;
    TsMaker *maker;
    MonoUs now_us;
    bool lossy; /* every other picture loses packets */
    guint pictures;
} Rig;

static void
pad_added(GstElement *cutter, GstPad *pad, gpointer user_data)
{
    Rig *rig = user_data;
    g_autoptr(GstPad) sink = gst_element_get_static_pad(GST_ELEMENT(rig->decoder), "sink");

    if (g_str_has_prefix(GST_PAD_NAME(pad), "video"))
        g_assert_cmpint(gst_pad_link_full(pad, sink, GST_PAD_LINK_CHECK_NOTHING), ==,
                        GST_PAD_LINK_OK);
}

static void
link_feed(Rig *rig, GstElement *meter)
{
    g_autoptr(GstPad) sink = gst_element_get_static_pad(meter, "sink");
    g_autoptr(GstCaps) caps = gst_caps_new_empty_simple("application/x-gantry-datagrams");
    GstSegment segment;

    rig->feed = gst_object_ref_sink(gst_pad_new("feed", GST_PAD_SRC));
    gst_pad_set_active(rig->feed, TRUE);
    g_assert_cmpint(gst_pad_link_full(rig->feed, sink, GST_PAD_LINK_CHECK_NOTHING), ==,
                    GST_PAD_LINK_OK);
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_pad_push_event(rig->feed, gst_event_new_stream_start("test"));
    gst_pad_push_event(rig->feed, gst_event_new_caps(caps));
    gst_pad_push_event(rig->feed, gst_event_new_segment(&segment));
}

static Rig *
rig_new(Sampling sampling, const TsMakerVideo *video)
{
    Rig *rig = g_new0(Rig, 1);
    GstElement *meter = gst_element_factory_make("gantrytsmeter", NULL);
    GstElement *cutter = gst_element_factory_make("gantryescutter", NULL);
    GstElement *decoder = gst_element_factory_make("gantrykeydec", NULL);
    GstElement *picture = gst_element_factory_make("gantrypicturemeter", NULL);

    rig->pipeline = gst_pipeline_new(NULL);
    rig->cutter = GANTRY_ES_CUTTER(cutter);
    rig->decoder = GANTRY_KEY_DECODER(decoder);
    rig->picture = GANTRY_PICTURE_METER(picture);
    gst_util_set_object_arg(G_OBJECT(meter), "services", "0");
    gst_bin_add_many(GST_BIN(rig->pipeline), meter, cutter, decoder, picture, NULL);
    g_assert_true(gst_element_link(decoder, picture));
    g_assert_true(gst_element_link_pads(meter, "src", cutter, "sink"));
    g_signal_connect(cutter, "pad-added", G_CALLBACK(pad_added), rig);
    gantry_es_cutter_set_sampling(rig->cutter, 0, sampling);
    g_assert_cmpint(gst_element_set_state(rig->pipeline, GST_STATE_PLAYING), !=,
                    GST_STATE_CHANGE_FAILURE);
    link_feed(rig, meter);
    rig->maker = ts_maker_new();
    ts_maker_set_video(rig->maker, video);
    rig->now_us = START_US;
    return rig;
}

static void
rig_free(Rig *rig)
{
    gst_element_set_state(rig->pipeline, GST_STATE_NULL);
    gst_object_unref(rig->feed);
    gst_object_unref(rig->pipeline);
    ts_maker_free(rig->maker);
    g_free(rig);
}

static void
send(Rig *rig, const guint8 *data, gsize size)
{
    for (gsize done = 0; done < size;) {
        GstBuffer *buffer = gst_buffer_new_memdup(data + done, MIN(size - done, 40 * DATAGRAM));
        GantryDatagramMeta *meta = gantry_datagram_meta_add(buffer);
        const gsize batch = gst_buffer_get_size(buffer);

        for (gsize at = 0; at < batch; at += DATAGRAM)
            meta->datagrams[meta->n_datagrams++] = (Datagram){
                .arrived_us = rig->now_us,
                .offset = (guint32)at,
                .size = (guint16)MIN(batch - at, (gsize)DATAGRAM),
            };
        meta->drained_us = rig->now_us;
        g_assert_cmpint(gst_pad_push(rig->feed, buffer), ==, GST_FLOW_OK);
        done += batch;
    }
}

/* Sends @n pictures of @paint. */
static void
play(Rig *rig, guint n, Paint paint)
{
    for (guint i = 0; i < n; i++) {
        g_autoptr(GByteArray) packets = ts_maker_next(rig->maker, paint, true);

        if (rig->lossy && rig->pictures % 2 == 1 && packets->len > 188 * (LOST_PACKETS + 4))
            g_byte_array_remove_range(packets, 188 * 3, 188 * LOST_PACKETS);
        send(rig, packets->data, packets->len);
        rig->now_us += TS_MAKER_INTERVAL_US;
        rig->pictures++;
    }
}

static PictureFigures
figures_of(const Rig *rig)
{
    PictureFigures figures;

    gantry_picture_meter_get_figures(rig->picture, &figures);
    return figures;
}

static EsFigures
units_of(const Rig *rig)
{
    EsFigures figures;

    gantry_es_cutter_get_video(rig->cutter, 0, &figures);
    return figures;
}

#define KEY_4S    (1u << SAMPLING_KEY_INTERVAL)
#define EVERY_KEY (1u << SAMPLING_EVERY_KEY)
#define ALL       (1u << SAMPLING_ALL)

/* The matrix; pictures are small, for there are many. */
static const struct {
    TsMakerVideo video;
    unsigned depths; /* bits by Sampling */
} codings[] = {
    {{NULL, NULL, 192, 144, 12, 2, false}, KEY_4S | EVERY_KEY | ALL},
    {{NULL, NULL, 192, 144, 12, 2, true}, EVERY_KEY},
    {{"libx264", "scenecut=0", 192, 144, GROUP, 0, false}, EVERY_KEY},
    {{"libx264", "scenecut=0:open-gop=1:bframes=3", 192, 144, GROUP, 3, false},
     KEY_4S | EVERY_KEY | ALL},
    {{"libx265", "scenecut=0:log-level=none:pools=1", 192, 144, GROUP, 2, false}, KEY_4S | ALL},
};

/* How late a change may be seen: pictures wait in encoder and decoder for up to @b_frames and more,
 * small units raise a channel at once, and at every key nothing is missed for longer than a group.
 */
static int64_t
patience_us(const TsMakerVideo *video, Sampling sampling)
{
    const int64_t group_us = video->group * TS_MAKER_INTERVAL_US;

    return sampling == SAMPLING_ALL ? 1500 * US_PER_MS : group_us + 1500 * US_PER_MS;
}

typedef void (*Scene)(const TsMakerVideo *video, Sampling sampling);

static void
for_every_depth(Scene scene)
{
    for (gsize i = 0; i < G_N_ELEMENTS(codings); i++) {
        const TsMakerVideo *video = &codings[i].video;

        if (video->encoder != NULL && !ts_maker_has_encoder(video->encoder)) {
            g_test_message("%s is not fitted", video->encoder);
            continue;
        }
        for (Sampling depth = SAMPLING_KEY_INTERVAL; depth <= SAMPLING_ALL; depth++)
            if (codings[i].depths & 1u << depth)
                scene(video, depth);
    }
}

static void
check_black(const TsMakerVideo *video, Sampling sampling)
{
    Rig *rig = rig_new(sampling, video);

    play(rig, 5 * SECOND, PAINT_LIVELY);
    const MonoUs black_us = rig->now_us;

    g_assert_false(figures_of(rig).black.active);
    play(rig, 6 * SECOND, PAINT_BLACK);
    g_assert_true(figures_of(rig).black.active);
    g_assert_cmpint(figures_of(rig).black.since_us, >=, black_us);
    g_assert_cmpint(figures_of(rig).black.since_us, <=, black_us + patience_us(video, sampling));
    const MonoUs bright_us = rig->now_us;

    play(rig, 5 * SECOND, PAINT_LIVELY);
    g_assert_false(figures_of(rig).black.active);
    g_assert_cmpint(figures_of(rig).black.since_us, >=, bright_us);
    g_assert_cmpint(figures_of(rig).black.since_us, <=, bright_us + patience_us(video, sampling));
    rig_free(rig);
}

static void
test_black_is_seen_at_every_depth(void)
{
    for_every_depth(check_black);
}

static void
check_freeze(const TsMakerVideo *video, Sampling sampling)
{
    Rig *rig = rig_new(sampling, video);

    play(rig, 5 * SECOND, PAINT_LIVELY);
    const MonoUs frozen_us = rig->now_us;

    g_assert_false(figures_of(rig).still.active);
    play(rig, 7 * SECOND, PAINT_STILL);
    g_assert_true(figures_of(rig).still.active);
    g_assert_cmpint(figures_of(rig).still.since_us, >=, frozen_us);
    g_assert_cmpint(figures_of(rig).still.since_us, <=, frozen_us + patience_us(video, sampling));
    g_assert_cmpint(figures_of(rig).freeze, !=, FREEZE_NONE);
    play(rig, 5 * SECOND, PAINT_LIVELY);
    g_assert_false(figures_of(rig).still.active);
    rig_free(rig);
}

static void
test_a_freeze_is_seen_at_every_depth(void)
{
    for_every_depth(check_freeze);
}

static void
check_mouth(const TsMakerVideo *video, Sampling sampling)
{
    Rig *rig = rig_new(sampling, video);

    for (guint i = 0; i < 12 * SECOND; i++) {
        play(rig, 1, PAINT_MOUTH);
        g_assert_false(figures_of(rig).still.active && figures_of(rig).looked_us >= rig->now_us);
    }
    g_assert_false(figures_of(rig).black.active || figures_of(rig).uniform.active);
    rig_free(rig);
}

static void
test_a_talking_head_in_a_still_studio_is_no_freeze(void)
{
    check_mouth(&codings[0].video, SAMPLING_ALL);
    check_mouth(&codings[2].video, SAMPLING_ALL);
}

static void
check_screens(const TsMakerVideo *video, Sampling sampling)
{
    Rig *rig = rig_new(sampling, video);

    play(rig, 3 * SECOND, PAINT_LIVELY);
    play(rig, 6 * SECOND, PAINT_BLUE);
    g_assert_true(figures_of(rig).uniform.active);
    g_assert_false(figures_of(rig).bars.active);
    g_assert_false(figures_of(rig).black.active);
    play(rig, 6 * SECOND, PAINT_BARS);
    g_assert_true(figures_of(rig).bars.active);
    g_assert_cmpint(figures_of(rig).layout, ==, COLOUR_BARS_EBU);
    g_assert_false(figures_of(rig).uniform.active);
    play(rig, 5 * SECOND, PAINT_LIVELY);
    g_assert_false(figures_of(rig).bars.active);
    rig_free(rig);
}

static void
test_a_blue_screen_and_bars_are_seen_at_every_depth(void)
{
    for_every_depth(check_screens);
}

static void
test_a_stream_without_key_frames_gives_pictures_by_runs(void)
{
    const TsMakerVideo refresh = {
        "libx264", "intra-refresh=1:keyint=25:scenecut=0:bframes=2", 192, 144, 25, 2, false};
    KeyDecoderFigures decoder;

    if (!ts_maker_has_encoder("libx264")) {
        g_test_skip("libx264 is not fitted");
        return;
    }
    for (Sampling depth = SAMPLING_KEY_INTERVAL; depth <= SAMPLING_ALL; depth++) {
        Rig *rig = rig_new(depth, &refresh);

        play(rig, 16 * SECOND, PAINT_LIVELY);
        const guint64 before = figures_of(rig).judged;

        g_assert_cmpuint(before, >=, 3);
        g_assert_cmpint(rig->now_us - figures_of(rig).captured_us, <, 5 * US_PER_SECOND);
        g_assert_cmpint(units_of(rig).no_keys, ==, true);
        play(rig, 8 * SECOND, PAINT_BLACK);
        g_assert_true(figures_of(rig).black.active);
        play(rig, 9 * SECOND, PAINT_LIVELY);
        g_assert_false(figures_of(rig).black.active);
        gantry_key_decoder_get_figures(rig->decoder, &decoder);
        g_assert_cmpuint(figures_of(rig).judged, >, before);
        g_assert_cmpuint(decoder.errors, ==, 0);
        rig_free(rig);
    }
}

static void
test_another_size_and_scan_are_followed(void)
{
    Rig *rig = rig_new(SAMPLING_EVERY_KEY, &codings[0].video);

    play(rig, 3 * SECOND, PAINT_LIVELY);
    g_assert_cmpuint(figures_of(rig).width, ==, 192);
    g_assert_false(figures_of(rig).interlaced);
    ts_maker_set_video(rig->maker, &(TsMakerVideo){NULL, NULL, 320, 240, 12, 0, true});
    play(rig, 2 * SECOND, PAINT_LIVELY);
    g_assert_cmpuint(figures_of(rig).width, ==, 320);
    g_assert_cmpuint(figures_of(rig).height, ==, 240);
    g_assert_true(figures_of(rig).interlaced);
    g_assert_false(figures_of(rig).still.active || figures_of(rig).black.active);
    rig_free(rig);
}

static void
test_another_codec_is_followed_within_three_seconds(void)
{
    Rig *rig = rig_new(SAMPLING_KEY_INTERVAL, &codings[0].video);

    if (!ts_maker_has_encoder("libx264")) {
        g_test_skip("libx264 is not fitted");
        rig_free(rig);
        return;
    }
    play(rig, 3 * SECOND, PAINT_LIVELY);
    const MonoUs change_us = rig->now_us;

    ts_maker_set_video(rig->maker, &codings[2].video);
    play(rig, 3 * SECOND, PAINT_LIVELY);
    g_assert_cmpint(units_of(rig).codec, ==, TS_CODEC_H264);
    g_assert_cmpint(figures_of(rig).captured_us, >=, change_us);
    rig_free(rig);
}

static void
check_damage(const TsMakerVideo *video, Sampling sampling)
{
    Rig *rig = rig_new(sampling, video);

    rig->lossy = true;
    for (guint i = 0; i < 8 * SECOND; i++) {
        play(rig, 1, PAINT_LIVELY);
        g_assert_false(figures_of(rig).black.active || figures_of(rig).still.active ||
                       figures_of(rig).uniform.active || figures_of(rig).bars.active);
    }
    g_assert_cmpuint(units_of(rig).damaged, >, 0);
    rig_free(rig);
}

static void
test_damaged_units_never_become_a_condition_of_the_picture(void)
{
    for_every_depth(check_damage);
}

static void
test_the_rate_is_measured_and_small_units_are_told_without_decoding(void)
{
    Rig *rig = rig_new(SAMPLING_NONE, &codings[2].video);

    if (!ts_maker_has_encoder("libx264")) {
        g_test_skip("libx264 is not fitted");
        rig_free(rig);
        return;
    }
    play(rig, 5 * SECOND, PAINT_LIVELY);
    g_assert_cmpfloat_with_epsilon(units_of(rig).rate_hz, 25, 1e-6);
    g_assert_false(units_of(rig).small_units);
    g_assert_cmpint(units_of(rig).key_interval_us, ==, KEY_US);
    play(rig, 2 * SECOND, PAINT_BLACK);
    g_assert_true(units_of(rig).small_units);
    g_assert_cmpint(units_of(rig).advanced_us, ==, units_of(rig).unit_us);
    g_assert_cmpuint(figures_of(rig).pictures, ==, 0);
    rig_free(rig);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(gantry_elements_init(NULL));
    g_test_add_func("/depth/black", test_black_is_seen_at_every_depth);
    g_test_add_func("/depth/freeze", test_a_freeze_is_seen_at_every_depth);
    g_test_add_func("/depth/talking-head", test_a_talking_head_in_a_still_studio_is_no_freeze);
    g_test_add_func("/depth/screens", test_a_blue_screen_and_bars_are_seen_at_every_depth);
    g_test_add_func("/depth/refresh", test_a_stream_without_key_frames_gives_pictures_by_runs);
    g_test_add_func("/depth/size", test_another_size_and_scan_are_followed);
    g_test_add_func("/depth/codec", test_another_codec_is_followed_within_three_seconds);
    g_test_add_func("/depth/damage", test_damaged_units_never_become_a_condition_of_the_picture);
    g_test_add_func("/depth/bitstream",
                    test_the_rate_is_measured_and_small_units_are_told_without_decoding);
    return g_test_run();
}

/* Key decoder and picture-meter: from coded key frames to thumbnails, black and still. */
#include <gst/check/gstharness.h>

#include "pipelines/elements/elements.h"
#include "pipelines/elements/es-unit.h"
#include "pipelines/elements/gantry-key-decoder.h"
#include "pipelines/elements/gantry-picture-meter.h"
#include "tests/element/ts-maker.h"

#define START (100 * US_PER_SECOND)

typedef struct {
    GstHarness *harness; /* its element is a bin of decoder and meter */
    GantryKeyDecoder *decoder;
    GantryPictureMeter *meter;
    unsigned pushed;
} Rig;

static Rig
rig_new(void)
{
    Rig rig = {0};
    GstElement *bin = gst_bin_new(NULL);
    GstElement *decoder = gst_element_factory_make("gantrykeydec", NULL);
    GstElement *meter = gst_element_factory_make("gantrypicturemeter", NULL);

    gst_bin_add_many(GST_BIN(bin), decoder, meter, NULL);
    g_assert_true(gst_element_link(decoder, meter));
    g_autoptr(GstPad) sink = gst_element_get_static_pad(decoder, "sink");

    gst_element_add_pad(bin, gst_ghost_pad_new("sink", sink));
    rig.harness = gst_harness_new_with_element(bin, "sink", NULL);
    gst_harness_set_src_caps_str(rig.harness, "video/mpeg, mpegversion=2, systemstream=false");
    rig.decoder = GANTRY_KEY_DECODER(decoder);
    rig.meter = GANTRY_PICTURE_METER(meter);
    gst_object_unref(bin);
    return rig;
}

static void
push(Rig *rig, GBytes *unit)
{
    GstBuffer *buffer = gst_buffer_new_wrapped_bytes(unit);

    es_unit_set_times(buffer, 90000 + rig->pushed * 180000,
                      START + rig->pushed * 2 * US_PER_SECOND);
    GST_BUFFER_FLAG_SET(buffer, ES_UNIT_ALONE);
    rig->pushed++;
    g_assert_cmpint(gst_harness_push(rig->harness, buffer), ==, GST_FLOW_OK);
}

static void
push_picture(Rig *rig, uint8_t luma, int shift)
{
    g_autoptr(GBytes) unit = ts_maker_key_frame(luma, shift);

    push(rig, unit);
}

static PictureFigures
figures_of(const Rig *rig)
{
    PictureFigures figures;

    gantry_picture_meter_get_figures(rig->meter, &figures);
    return figures;
}

static void
test_every_key_frame_gives_its_picture_at_once(void)
{
    Rig rig = rig_new();

    for (int i = 0; i < 3; i++) {
        push_picture(&rig, 200, i * 5);
        g_assert_cmpuint(figures_of(&rig).pictures, ==, (guint64)i + 1);
    }
    g_assert_cmpuint(figures_of(&rig).width, ==, TS_MAKER_WIDTH);
    g_assert_cmpint(figures_of(&rig).captured_us, ==, START + 4 * US_PER_SECOND);
    g_assert_cmpint(figures_of(&rig).interval_us, ==, 2 * US_PER_SECOND);
    gst_harness_teardown(rig.harness);
}

static void
test_a_thumbnail_comes_in_two_widths_with_its_capture_time(void)
{
    Rig rig = rig_new();
    PictureThumbnail thumbnail;

    push_picture(&rig, 200, 0);
    g_assert_true(gantry_picture_meter_take_thumbnail(rig.meter, &thumbnail));
    g_assert_cmpint(thumbnail.captured_us, ==, START);
    g_assert_cmpuint(thumbnail.pts, ==, 90000);
    g_assert_cmpuint(thumbnail.sizes[0].width, ==, 320);
    g_assert_cmpuint(thumbnail.sizes[1].width, ==, 192);
    for (size_t i = 0; i < 2; i++) {
        gsize size = 0;
        const uint8_t *jpeg = g_bytes_get_data(thumbnail.sizes[i].jpeg, &size);

        g_assert_cmpuint(size, <=, PICTURE_METER_JPEG_BYTES);
        g_assert_cmphex((guint64)jpeg[0] << 8 | jpeg[1], ==, 0xffd8);
        g_assert_cmphex((guint64)jpeg[size - 2] << 8 | jpeg[size - 1], ==, 0xffd9);
    }
    picture_thumbnail_clear(&thumbnail);
    g_assert_false(gantry_picture_meter_take_thumbnail(rig.meter, &thumbnail));
    gst_harness_teardown(rig.harness);
}

static void
test_black_begins_with_the_first_black_picture(void)
{
    Rig rig = rig_new();

    push_picture(&rig, 200, 0);
    g_assert_false(figures_of(&rig).black.active);
    push_picture(&rig, 16, 0);
    push_picture(&rig, 16, 0);
    g_assert_true(figures_of(&rig).black.active);
    g_assert_cmpint(figures_of(&rig).black.since_us, ==, START + 2 * US_PER_SECOND);
    g_assert_cmpfloat(figures_of(&rig).luma_mean, <, 0.02);
    gst_harness_teardown(rig.harness);
}

static void
test_a_repeat_is_still_since_the_picture_it_repeats(void)
{
    Rig rig = rig_new();

    push_picture(&rig, 200, 0);
    push_picture(&rig, 200, 7);
    g_assert_false(figures_of(&rig).still.active);
    push_picture(&rig, 200, 7);
    g_assert_true(figures_of(&rig).still.active);
    g_assert_true(figures_of(&rig).exact);
    g_assert_cmpint(figures_of(&rig).still.since_us, ==, START + 2 * US_PER_SECOND);
    push_picture(&rig, 200, 12);
    g_assert_false(figures_of(&rig).still.active);
    gst_harness_teardown(rig.harness);
}

static void
test_a_damaged_picture_is_shown_but_not_judged(void)
{
    Rig rig = rig_new();
    g_autoptr(GBytes) unit = ts_maker_key_frame(16, 0);
    GstBuffer *damaged = gst_buffer_new_wrapped_bytes(unit);

    push_picture(&rig, 200, 0);
    es_unit_set_times(damaged, 0, START + US_PER_SECOND);
    GST_BUFFER_FLAG_SET(damaged, ES_UNIT_ALONE | GST_BUFFER_FLAG_CORRUPTED);
    g_assert_cmpint(gst_harness_push(rig.harness, damaged), ==, GST_FLOW_OK);
    g_assert_cmpuint(figures_of(&rig).pictures, ==, 2);
    g_assert_cmpuint(figures_of(&rig).damaged, ==, 1);
    g_assert_false(figures_of(&rig).black.active);
    gst_harness_teardown(rig.harness);
}

/* What the meter last said upstream; -1: nothing. */
static int
suspicion_of(const Rig *rig)
{
    int said = -1;

    for (;;) {
        g_autoptr(GstEvent) event = gst_harness_try_pull_upstream_event(rig->harness);
        gboolean suspicious = FALSE;

        if (event == NULL)
            return said;
        if (gst_event_has_name(event, "GantrySuspicion") &&
            gst_structure_get_boolean(gst_event_get_structure(event), "suspicious", &suspicious))
            said = suspicious;
    }
}

static void
test_more_keys_are_asked_for_while_the_picture_is_in_doubt(void)
{
    Rig rig = rig_new();

    push_picture(&rig, 200, 0);
    g_assert_cmpint(suspicion_of(&rig), ==, 0);
    push_picture(&rig, 16, 0);
    g_assert_cmpint(suspicion_of(&rig), ==, 1);
    push_picture(&rig, 200, 5);
    g_assert_cmpint(suspicion_of(&rig), ==, 0);
    gst_harness_teardown(rig.harness);
}

static void
test_garbage_is_counted_and_harms_nothing(void)
{
    static const uint8_t garbage[4096] = {0, 0, 1, 0xb3, 0xff, 0xff, 0xff, 0x13};
    g_autoptr(GBytes) unit = g_bytes_new_static(garbage, sizeof garbage);
    KeyDecoderFigures figures;
    Rig rig = rig_new();

    push(&rig, unit);
    push_picture(&rig, 200, 0);
    gantry_key_decoder_get_figures(rig.decoder, &figures);
    g_assert_cmpuint(figures.errors, ==, 1);
    g_assert_cmpuint(figures.pictures, ==, 1);
    gst_harness_teardown(rig.harness);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(gantry_elements_init(NULL));
    g_test_add_func("/picture/every-key-frame-gives-its-picture-at-once",
                    test_every_key_frame_gives_its_picture_at_once);
    g_test_add_func("/picture/a-thumbnail-comes-in-two-widths-with-its-capture-time",
                    test_a_thumbnail_comes_in_two_widths_with_its_capture_time);
    g_test_add_func("/picture/black-begins-with-the-first-black-picture",
                    test_black_begins_with_the_first_black_picture);
    g_test_add_func("/picture/a-repeat-is-still-since-the-picture-it-repeats",
                    test_a_repeat_is_still_since_the_picture_it_repeats);
    g_test_add_func("/picture/a-damaged-picture-is-shown-but-not-judged",
                    test_a_damaged_picture_is_shown_but_not_judged);
    g_test_add_func("/picture/more-keys-are-asked-for-while-the-picture-is-in-doubt",
                    test_more_keys_are_asked_for_while_the_picture_is_in_doubt);
    g_test_add_func("/picture/garbage-is-counted-and-harms-nothing",
                    test_garbage_is_counted_and_harms_nothing);
    return g_test_run();
}

/* Units of an elementary stream: where they end, their times, their damage, their key frames. */
#include <glib.h>
#include <string.h>

#include "pipelines/ts/key-frame.h"
#include "pipelines/ts/pes-cutter.h"
#include "tests/fixtures/ts-build.h"

#define PES      "000001e00000" /* no length: video */
#define NO_STAMP "800000"

typedef struct {
    GArray *units; /* of PesUnit; data is not to be used */
    GByteArray *last;
    gboolean padded;
} Seen;

static void
visit_unit(const PesUnit *unit, void *user_data)
{
    Seen *seen = user_data;
    static const guint8 zeros[PES_UNIT_PADDING];

    g_array_append_val(seen->units, *unit);
    g_byte_array_set_size(seen->last, 0);
    g_byte_array_append(seen->last, unit->data, (guint)unit->size);
    seen->padded = memcmp(unit->data + unit->size, zeros, sizeof zeros) == 0;
}

static void
visit_packet(const TsPacket *packet, void *user_data)
{
    pes_cutter_push(user_data, packet);
}

static PesCounters
cut(TsCodec codec, const char *text, Seen *ret_seen)
{
    g_autofree char *whole = g_strconcat("5 x packet pid=99\n", text, NULL);
    g_autoptr(GByteArray) bytes = ts_build(whole);
    g_autoptr(TsAnalyser) analyser = ts_analyser_new();
    PesCounters counters;

    ret_seen->units = g_array_new(FALSE, FALSE, sizeof(PesUnit));
    ret_seen->last = g_byte_array_new();
    g_autoptr(PesCutter) cutter = pes_cutter_new(codec, visit_unit, ret_seen);

    ts_analyser_set_visitor(analyser, visit_packet, cutter);
    ts_analyser_want_pid(analyser, 100, true);
    ts_analyser_push(analyser, bytes->data, bytes->len, 5);
    pes_cutter_flush(cutter);
    pes_cutter_counters(cutter, &counters);
    return counters;
}

static void
forget(Seen *seen)
{
    g_array_unref(seen->units);
    g_byte_array_unref(seen->last);
}

static const PesUnit *
unit_at(const Seen *seen, guint index)
{
    g_assert_cmpuint(index, <, seen->units->len);
    return &g_array_index(seen->units, PesUnit, index);
}

static void
a_unit_without_length_ends_where_the_next_begins(void)
{
    Seen seen = {0};
    const PesCounters counters = cut(TS_CODEC_H264,
                                     "packet pid=100 start data=" PES NO_STAMP "00000165\n"
                                     "2 x packet pid=100\n"
                                     "packet pid=100 start data=" PES NO_STAMP "00000141",
                                     &seen);

    g_assert_cmpuint(counters.units, ==, 2);
    g_assert_cmpuint(counters.keys, ==, 1);
    g_assert_cmpuint(unit_at(&seen, 0)->size, ==, 3 * 184 - 9);
    g_assert_true(unit_at(&seen, 0)->key);
    g_assert_false(unit_at(&seen, 1)->key);
    g_assert_false(unit_at(&seen, 1)->damaged);
    g_assert_true(seen.padded);
    forget(&seen);
}

static void
a_unit_with_length_ends_there_at_once(void)
{
    Seen seen = {0};

    cut(TS_CODEC_MPEG_AUDIO, "packet pid=100 start data=000001c00006" NO_STAMP "aabbcc", &seen);
    g_assert_cmpuint(seen.last->len, ==, 3);
    g_assert_cmpuint(seen.last->data[2], ==, 0xcc);
    g_assert_true(unit_at(&seen, 0)->key);
    forget(&seen);
}

static void
time_stamps_are_read(void)
{
    Seen seen = {0};

    cut(TS_CODEC_AC3,
        "packet pid=100 start data=000001bd000e80c00a"
        "3fffffffff"
        "1100010005"
        "aa\n"
        "packet pid=100 start data=000001bd0009808005"
        "2100010003"
        "aa\n"
        "packet pid=100 start data=000001bd0004" NO_STAMP "aa",
        &seen);
    g_assert_cmpuint(unit_at(&seen, 0)->pts, ==, PTS90_MODULUS - 1);
    g_assert_cmpuint(unit_at(&seen, 0)->dts, ==, 2);
    g_assert_cmpuint(unit_at(&seen, 1)->pts, ==, 1);
    g_assert_cmpuint(unit_at(&seen, 1)->dts, ==, 1);
    g_assert_cmpuint(unit_at(&seen, 2)->pts, ==, PTS90_MODULUS);
    forget(&seen);
}

static void
loss_damages_the_unit_it_falls_into(void)
{
    Seen seen = {0};

    cut(TS_CODEC_H264,
        "packet pid=100 start data=" PES NO_STAMP "00000165\n"
        "packet pid=100 skip=1\n"
        "packet pid=100 start data=" PES NO_STAMP "00000165\n"
        "packet pid=100 start skip=2 data=" PES NO_STAMP "00000165",
        &seen);
    g_assert_true(unit_at(&seen, 0)->damaged);
    g_assert_true(unit_at(&seen, 1)->damaged); /* its end may be what is missing */
    g_assert_true(unit_at(&seen, 2)->lost_before);
    g_assert_false(unit_at(&seen, 2)->damaged);
    forget(&seen);
}

static void
scrambled_and_headless_units_are_counted_not_handed_on(void)
{
    Seen seen = {0};
    const PesCounters counters = cut(TS_CODEC_H264,
                                     "packet pid=100 start scrambled data=" PES NO_STAMP "00\n"
                                     "packet pid=100 start data=00000200\n"
                                     "packet pid=100",
                                     &seen);

    g_assert_cmpuint(counters.scrambled, ==, 1);
    g_assert_cmpuint(counters.malformed, ==, 1);
    g_assert_cmpuint(counters.units, ==, 0);
    forget(&seen);
}

static void
a_unit_that_never_ends_is_cut(void)
{
    Seen seen = {0};
    const PesCounters counters = cut(TS_CODEC_H264,
                                     "packet pid=100 start data=" PES NO_STAMP "00000165\n"
                                     "24000 x packet pid=100",
                                     &seen);

    g_assert_cmpuint(counters.cut, ==, 1);
    g_assert_cmpuint(unit_at(&seen, 0)->size, <=, PES_UNIT_MAX + 264);
    g_assert_true(unit_at(&seen, 0)->damaged);
    forget(&seen);
}

static gboolean
is_key(TsCodec codec, const guint8 *bytes, gsize size)
{
    return key_frame_in(codec, bytes, size);
}

#define KEY(codec, ...)                                                                            \
    is_key(codec, (const guint8[]){__VA_ARGS__}, sizeof((const guint8[]){__VA_ARGS__}))

static void
key_frames_are_told_by_codec(void)
{
    g_assert_true(KEY(TS_CODEC_H264, 0, 0, 0, 1, 9, 0x10, 0, 0, 1, 0x65, 0x88));
    /* parameter set, then an I slice: first_mb 0, slice_type 7 */
    g_assert_true(
        KEY(TS_CODEC_H264, 0, 0, 1, 0x67, 1, 2, 0, 0, 1, 0x41, 0x88, 1, 1, 1, 1, 1, 1, 1));
    /* the same with a P slice: slice_type 5 */
    g_assert_false(
        KEY(TS_CODEC_H264, 0, 0, 1, 0x67, 1, 2, 0, 0, 1, 0x41, 0x9a, 1, 1, 1, 1, 1, 1, 1));
    /* recovery point behind buffering period, then an I slice */
    g_assert_true(KEY(TS_CODEC_H264, 0, 0, 1, 6, 0, 1, 0x80, 6, 1, 0xc4, 0x80, 0, 0, 1, 0x41, 0x88,
                      1, 1, 1, 1, 1, 1, 1));
    g_assert_false(KEY(TS_CODEC_H264, 0, 0, 1, 0x41, 0x88, 1, 1, 1, 1, 1, 1, 1));
    g_assert_true(KEY(TS_CODEC_HEVC, 0, 0, 1, 0x46, 1, 0x50, 0, 0, 1, 0x2a, 1));
    g_assert_false(KEY(TS_CODEC_HEVC, 0, 0, 1, 0x46, 1, 0x50, 0, 0, 1, 0x02, 1));
    g_assert_true(KEY(TS_CODEC_MPEG2_VIDEO, 0, 0, 1, 0xb3, 1, 0, 0, 1, 0, 0, 0x08, 0));
    g_assert_false(KEY(TS_CODEC_MPEG2_VIDEO, 0, 0, 1, 0, 0, 0x10, 0));
    g_assert_false(KEY(TS_CODEC_H264, 0, 0, 1));
    g_assert_true(KEY(TS_CODEC_AC3, 0x0b, 0x77));
}

static guint32
parameters(TsCodec codec, const guint8 *bytes, gsize size)
{
    return key_frame_parameters(codec, bytes, size);
}

#define FORMAT(codec, ...)                                                                         \
    parameters(codec, (const guint8[]){__VA_ARGS__}, sizeof((const guint8[]){__VA_ARGS__}))

static void
formats_are_told_apart_by_their_parameter_sets_alone(void)
{
    const guint32 h264 = FORMAT(TS_CODEC_H264, 0, 0, 1, 0x67, 1, 2, 0, 0, 1, 0x65, 0x88);
    const guint32 hevc = FORMAT(TS_CODEC_HEVC, 0, 0, 1, 0x42, 1, 2, 0, 0, 1, 0x26, 1);
    const guint32 mpeg2 = FORMAT(TS_CODEC_MPEG2_VIDEO, 0, 0, 1, 0xb3, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0,
                                 1, 0xb5, 0x14, 0, 0, 1, 0, 1, 2);

    g_assert_cmpuint(h264, !=, 0);
    g_assert_cmpuint(hevc, !=, 0);
    g_assert_cmpuint(mpeg2, !=, 0);
    /* other delimiters, picture parameter sets, slices and matrices are no other format */
    g_assert_cmpuint(h264, ==,
                     FORMAT(TS_CODEC_H264, 0, 0, 1, 9, 0xf0, 0, 0, 1, 0x67, 1, 2, 0, 0, 1, 0x68, 9,
                            0, 0, 1, 0x65, 0x99, 1));
    g_assert_cmpuint(mpeg2, ==,
                     FORMAT(TS_CODEC_MPEG2_VIDEO, 0, 0, 1, 0xb3, 1, 2, 3, 4, 5, 6, 7, 9, 9, 0, 0, 1,
                            0xb5, 0x14, 0, 0, 1, 0, 7, 7));
    g_assert_cmpuint(h264, !=, FORMAT(TS_CODEC_H264, 0, 0, 1, 0x67, 1, 3, 0, 0, 1, 0x65, 0x88));
    g_assert_cmpuint(hevc, !=, FORMAT(TS_CODEC_HEVC, 0, 0, 1, 0x42, 2, 2, 0, 0, 1, 0x26, 1));
    g_assert_cmpuint(mpeg2, !=,
                     FORMAT(TS_CODEC_MPEG2_VIDEO, 0, 0, 1, 0xb3, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 1,
                            0xb5, 0x15, 0, 0, 1, 0, 1, 2));
    /* without any, and behind the first slice, there is nothing to tell */
    g_assert_cmpuint(FORMAT(TS_CODEC_H264, 0, 0, 1, 0x65, 1, 0, 0, 1, 0x67, 1, 2), ==, 0);
    g_assert_cmpuint(FORMAT(TS_CODEC_AC3, 0x0b, 0x77), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pes/open", a_unit_without_length_ends_where_the_next_begins);
    g_test_add_func("/pes/length", a_unit_with_length_ends_there_at_once);
    g_test_add_func("/pes/stamps", time_stamps_are_read);
    g_test_add_func("/pes/loss", loss_damages_the_unit_it_falls_into);
    g_test_add_func("/pes/refused", scrambled_and_headless_units_are_counted_not_handed_on);
    g_test_add_func("/pes/cut", a_unit_that_never_ends_is_cut);
    g_test_add_func("/key-frame/codecs", key_frames_are_told_by_codec);
    g_test_add_func("/key-frame/formats", formats_are_told_apart_by_their_parameter_sets_alone);
    return g_test_run();
}

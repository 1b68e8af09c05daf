/* One reader a component, chosen by its codec, and what it says in a few words. */
#include <glib.h>

#include "pipelines/ts/ts-ancillary.h"
#include "tests/fixtures/hex.h"

static const TsPlace place = {7, 70};

static TsAncillary *
make(TsCodec codec)
{
    const TsComponent component = {.pid = 300, .codec = codec, .kind = ts_codec_kind(codec)};

    return ts_ancillary_new(&component);
}

static void
sound_has_nothing_riding_along(void)
{
    g_assert_null(make(TS_CODEC_AC3));
    g_assert_null(make(TS_CODEC_UNKNOWN));
    ts_ancillary_free(NULL);
}

static void
each_component_has_the_reader_of_its_codec(void)
{
    static const struct {
        TsCodec codec;
        TsAncillaryKind kind;
    } rows[] = {
        {TS_CODEC_SCTE35, TS_ANCILLARY_SCTE35},
        {TS_CODEC_AIT, TS_ANCILLARY_AIT},
        {TS_CODEC_H264, TS_ANCILLARY_CAPTIONS},
        {TS_CODEC_HEVC, TS_ANCILLARY_CAPTIONS},
        {TS_CODEC_MPEG2_VIDEO, TS_ANCILLARY_CAPTIONS},
        {TS_CODEC_TELETEXT, TS_ANCILLARY_TELETEXT},
        {TS_CODEC_DVB_SUBTITLES, TS_ANCILLARY_DVB_SUBTITLES},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(TsAncillary) ancillary = make(rows[i].codec);
        TsAncillarySummary summary;

        ts_ancillary_summary(ancillary, &summary);
        g_assert_cmpint(summary.kind, ==, rows[i].kind);
        g_assert_cmpuint(summary.pid, ==, 300);
        g_assert_cmpuint(summary.shown, ==, 0);
        g_assert_true((ts_ancillary_scte35(ancillary) != NULL) ==
                      (rows[i].kind == TS_ANCILLARY_SCTE35));
        g_assert_true((ts_ancillary_captions(ancillary) != NULL) ==
                      (rows[i].kind == TS_ANCILLARY_CAPTIONS));
    }
}

static void
a_summary_names_what_was_shown_and_when(void)
{
    static const struct {
        TsCodec codec;
        const char *hex;
        guint64 shown;
    } rows[] = {
        {TS_CODEC_H264, "000001 06 04 11 b5 0031 47413934 03 42ff fc9420 fcc1c2 ff 80", 2},
        {TS_CODEC_DVB_SUBTITLES,
         "2000 0f10 0001 0008 1e 08 00 ff 0000 0000 0f11 0001 0010 00 00 0100 0020 00 03 00 00 "
         "0005 0000 0000 0f13 0001 000a 0005 00 0003 0000 10f0aa ff",
         1},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(TsAncillary) ancillary = make(rows[i].codec);
        g_autoptr(GByteArray) bytes = hex_bytes(rows[i].hex);
        TsAncillarySummary summary;

        if (ts_codec_kind(rows[i].codec) == TS_KIND_VIDEO)
            ts_ancillary_head(ancillary, bytes->data, bytes->len, 700, &place);
        else
            ts_ancillary_unit(ancillary, bytes->data, bytes->len, 700, &place);
        ts_ancillary_finish(ancillary);
        ts_ancillary_summary(ancillary, &summary);
        g_assert_cmpuint(summary.pieces, ==, 1);
        g_assert_cmpuint(summary.damaged, ==, 0);
        g_assert_cmpuint(summary.shown, ==, rows[i].shown);
        g_assert_cmpuint(summary.last.place.packet, ==, 7);
        g_assert_cmpuint(summary.last.pts, ==, 700);
    }
}

static void
sections_go_to_their_table(void)
{
    g_autoptr(TsAncillary) cues = make(TS_CODEC_SCTE35);
    g_autoptr(TsAncillary) applications = make(TS_CODEC_AIT);
    g_autoptr(GByteArray) cue = hex_section("fc3000 00 00 00000000 00 fff005 06 fe 00000005 0000");
    g_autoptr(GByteArray) ait = hex_section("74b000 0010 c1 00 00 f000 f009 00000002 0003 04 f000");
    TsAncillarySummary summary;

    ts_ancillary_section(cues, cue->data, cue->len, &place);
    ts_ancillary_section(cues, ait->data, ait->len, &place);
    ts_ancillary_summary(cues, &summary);
    g_assert_cmpuint(summary.pieces, ==, 2);
    g_assert_cmpuint(summary.shown, ==, 1);
    g_assert_cmpuint(summary.last.pts, ==, PTS90_MODULUS);
    ts_ancillary_section(applications, ait->data, ait->len, &place);
    ait->data[5] ^= 1;
    ts_ancillary_section(applications, ait->data, ait->len, &place);
    ts_ancillary_summary(applications, &summary);
    g_assert_cmpuint(summary.shown, ==, 1);
    g_assert_cmpuint(summary.damaged, ==, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ts-ancillary/sound has nothing riding along", sound_has_nothing_riding_along);
    g_test_add_func("/ts-ancillary/each component has the reader of its codec",
                    each_component_has_the_reader_of_its_codec);
    g_test_add_func("/ts-ancillary/a summary names what was shown and when",
                    a_summary_names_what_was_shown_and_when);
    g_test_add_func("/ts-ancillary/sections go to their table", sections_go_to_their_table);
    return g_test_run();
}

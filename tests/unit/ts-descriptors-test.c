/* What descriptors make of a component. */
#include <glib.h>
#include <string.h>

#include "pipelines/ts/ts-descriptors.h"

#define HDMV "050448444d56"

/* @hex: the descriptors. @service: format_identifier of the service, 0 without one. */
static TsComponent
component(guint type, const char *hex, guint32 service)
{
    const gsize size = strlen(hex) / 2;
    g_autofree guint8 *bytes = g_malloc(size + 1);
    TsComponent result;

    for (gsize i = 0; i < size; i++)
        bytes[i] =
            (guint8)(g_ascii_xdigit_value(hex[2 * i]) << 4 | g_ascii_xdigit_value(hex[2 * i + 1]));
    ts_component((guint8)type, 100, byte_reader(bytes, size), service, &result);
    return result;
}

static void
stream_type_and_descriptors_name_the_codec(void)
{
    static const struct {
        guint type;
        const char *descriptors;
        TsCodec codec;
    } cases[] = {
        {0x01, "", TS_CODEC_MPEG1_VIDEO},
        {0x0d, "", TS_CODEC_DSMCC},
        {0x10, "", TS_CODEC_MPEG4_VIDEO},
        {0x15, "260dffff49443320ff494433200000", TS_CODEC_ID3},
        {0x15, "2605010001ff00", TS_CODEC_METADATA},
        {0x15, "26090100ff4b4c56410000", TS_CODEC_KLV},
        {0x15, "05044b4c5641", TS_CODEC_KLV},
        {0x2d, "", TS_CODEC_MPEGH_AUDIO},
        {0x32, "", TS_CODEC_JPEG_XS},
        {0x33, "", TS_CODEC_VVC},
        {0x06, "0504564c4341", TS_CODEC_UNKNOWN},
        {0x06, "05044b4c5641", TS_CODEC_KLV},
        {0x06, "05044f707573", TS_CODEC_OPUS},
        {0x06, "050442535344", TS_CODEC_S302M},
        {0x06, "050448455643", TS_CODEC_HEVC},
        {0x06, "050441563031", TS_CODEC_AV1},
        {0x06, "7f0115", TS_CODEC_AC4},
        {0x06, "7f0120", TS_CODEC_TTML},
        {0x06, "7f0121", TS_CODEC_DTS},
        {0x06, "7b00", TS_CODEC_DTS},
        {0x06, "4500", TS_CODEC_VBI},
        {0x06,
         "5600"
         "4500",
         TS_CODEC_TELETEXT},
        {0x06, "7f0411000000", TS_CODEC_T2MI},
        {0x06, "fd0300083d", TS_CODEC_ARIB_CAPTIONS},
        {0x05, "6f03c00101", TS_CODEC_AIT},
        {0x06, "6f03c00101", TS_CODEC_UNKNOWN},
        {0x81, "", TS_CODEC_AC3},
        {0x81, "050445414333", TS_CODEC_EAC3},
        {0x87, "", TS_CODEC_EAC3},
        {0xea, "", TS_CODEC_VC1},
        {0x90, "", TS_CODEC_UNKNOWN},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpstr(ts_codec_name(component(cases[i].type, cases[i].descriptors, 0).codec), ==,
                        ts_codec_name(cases[i].codec));
}

static void
a_registration_as_hdmv_makes_blu_ray_types_of_private_ones(void)
{
    const guint32 hdmv = TS_REGISTRATION('H', 'D', 'M', 'V');

    g_assert_cmpint(component(0x86, "", 0).codec, ==, TS_CODEC_SCTE35);
    g_assert_cmpint(component(0x86, "", hdmv).codec, ==, TS_CODEC_DTS);
    g_assert_cmpint(component(0x86, HDMV, 0).codec, ==, TS_CODEC_DTS);
    g_assert_cmpint(component(0x86, "050443554549", hdmv).codec, ==, TS_CODEC_SCTE35);
    g_assert_cmpint(component(0x83, "", hdmv).codec, ==, TS_CODEC_TRUEHD);
    g_assert_cmpint(component(0x90, "", hdmv).codec, ==, TS_CODEC_PGS);
    g_assert_cmpint(component(0x1b, "", hdmv).codec, ==, TS_CODEC_H264);
    g_assert_cmpint(component(0x87, "", hdmv).codec, ==, TS_CODEC_UNKNOWN);
}

static void
sections_are_told_from_packets(void)
{
    TsComponent cue = component(0x86, "", 0), bluray = component(0x86, HDMV, 0);
    TsComponent ait = component(0x05, "6f00", 0), video = component(0x1b, "", 0);

    g_assert_true(ts_component_has_sections(&cue));
    g_assert_true(ts_component_has_sections(&ait));
    g_assert_false(ts_component_has_sections(&bluray));
    g_assert_false(ts_component_has_sections(&video));
}

static void
every_language_is_kept_up_to_the_bound(void)
{
    const TsComponent two = component(0x03, "0a08656e670066726103", 0);
    const TsComponent mixed = component(0x06,
                                        "7f0506814e4152"
                                        "6a00",
                                        0);
    const TsComponent many = component(0x03,
                                       "0a18"
                                       "61616100"
                                       "62626200"
                                       "63636300"
                                       "64646400"
                                       "65656500"
                                       "66666600",
                                       0);

    g_assert_cmpstr(two.language, ==, "eng");
    g_assert_cmpuint(two.n_languages, ==, 2);
    g_assert_cmpstr(two.languages[1].code, ==, "fra");
    g_assert_cmpuint(two.languages[1].audio_type, ==, 3);
    g_assert_cmpstr(mixed.language, ==, "NAR");
    g_assert_cmpuint(many.n_languages, ==, TS_LANGUAGES_MAX);
    g_assert_cmpstr(component(0x03, "0a0400010200", 0).language, ==, "");
}

static void
ca_systems_are_listed_with_the_pids_of_their_messages(void)
{
    const TsComponent one = component(0x1b,
                                      "09040500e123"
                                      "09060100f80001ff",
                                      0);

    g_assert_true(one.scrambled);
    g_assert_cmpuint(one.n_ca, ==, 2);
    g_assert_cmphex(one.ca[0].system_id, ==, 0x0500);
    g_assert_cmphex(one.ca[0].pid, ==, 0x0123);
    g_assert_cmphex(one.ca[1].system_id, ==, 0x0100);
    g_assert_cmphex(one.ca[1].pid, ==, 0x1800);
}

static void
teletext_pages_and_subtitles_are_named(void)
{
    const TsComponent text = component(0x06,
                                       "560a"
                                       "6465750900"
                                       "6465751150",
                                       0);
    const TsComponent subtitles = component(0x06,
                                            "5908"
                                            "6465752400010002",
                                            0);

    g_assert_cmpint(text.codec, ==, TS_CODEC_TELETEXT);
    g_assert_cmpuint(text.n_pages, ==, 2);
    g_assert_cmpuint(text.pages[0].type, ==, 1);
    g_assert_cmpuint(text.pages[0].page, ==, 100);
    g_assert_cmpuint(text.pages[1].type, ==, 2);
    g_assert_cmpuint(text.pages[1].page, ==, 150);
    g_assert_cmpstr(text.language, ==, "deu");
    g_assert_cmpint(subtitles.codec, ==, TS_CODEC_DVB_SUBTITLES);
    g_assert_cmphex(subtitles.pages[0].type, ==, 0x24);
    g_assert_cmpuint(subtitles.pages[0].page, ==, 1);
    g_assert_cmpuint(subtitles.pages[0].ancillary, ==, 2);
    g_assert_cmpuint(component(0x06,
                               "5605"
                               "6465750800",
                               0)
                         .pages[0]
                         .page,
                     ==, 800);
}

static void
profiles_levels_and_layouts_are_told_where_given(void)
{
    const TsComponent avc = component(0x1b, "28046400283f", 0);
    const TsComponent hevc = component(0x24,
                                       "380d02"
                                       "60000000"
                                       "900000000000"
                                       "7b"
                                       "00",
                                       0);
    const TsComponent mpeg2 = component(0x02, "02031a481f", 0);

    g_assert_cmpuint(avc.profile, ==, 100);
    g_assert_cmpuint(avc.level, ==, 40);
    g_assert_cmpuint(hevc.profile, ==, 2);
    g_assert_cmpuint(hevc.level, ==, 123);
    g_assert_cmphex(mpeg2.profile, ==, 0x48);
    g_assert_false(mpeg2.still);
    g_assert_true(component(0x02, "02031b481f", 0).still);
    g_assert_cmpint(component(0x06, "7a0280c2", 0).layout, ==, TS_LAYOUT_STEREO);
    g_assert_cmpint(component(0x06, "7a0280c4", 0).layout, ==, TS_LAYOUT_MULTI);
    g_assert_cmpint(component(0x06, "7a0100", 0).layout, ==, TS_LAYOUT_UNKNOWN);
    g_assert_cmpint(component(0x11, "7c03528003", 0).layout, ==, TS_LAYOUT_STEREO);
    g_assert_cmpint(component(0x81,
                              "8103"
                              "08000f",
                              0)
                        .layout,
                    ==, TS_LAYOUT_MULTI);
    g_assert_cmpint(component(0x06,
                              "7f028002"
                              "05044f707573",
                              0)
                        .layout,
                    ==, TS_LAYOUT_STEREO);
}

static void
a_component_tag_of_zero_is_not_the_same_as_none(void)
{
    g_assert_true(component(0x1b, "520100", 0).has_tag);
    g_assert_false(component(0x1b, "", 0).has_tag);
    g_assert_cmpuint(component(0x1b, "520107", 0).tag, ==, 7);
}

static void
a_descriptor_longer_than_its_loop_ends_the_reading(void)
{
    const TsComponent cut = component(0x06, "5201050a", 0);
    const TsComponent over = component(0x06, "5201056aff00", 0);

    g_assert_true(cut.has_tag && over.has_tag);
    g_assert_cmpint(over.codec, ==, TS_CODEC_UNKNOWN);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ts/descriptors/codec", stream_type_and_descriptors_name_the_codec);
    g_test_add_func("/ts/descriptors/hdmv",
                    a_registration_as_hdmv_makes_blu_ray_types_of_private_ones);
    g_test_add_func("/ts/descriptors/sections", sections_are_told_from_packets);
    g_test_add_func("/ts/descriptors/languages", every_language_is_kept_up_to_the_bound);
    g_test_add_func("/ts/descriptors/ca", ca_systems_are_listed_with_the_pids_of_their_messages);
    g_test_add_func("/ts/descriptors/pages", teletext_pages_and_subtitles_are_named);
    g_test_add_func("/ts/descriptors/profiles", profiles_levels_and_layouts_are_told_where_given);
    g_test_add_func("/ts/descriptors/tag", a_component_tag_of_zero_is_not_the_same_as_none);
    g_test_add_func("/ts/descriptors/bounds", a_descriptor_longer_than_its_loop_ends_the_reading);
    return g_test_run();
}

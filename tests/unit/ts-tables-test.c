/* Services and their components from PAT, PMT and SDT. */
#include <glib.h>
#include <string.h>

#include "pipelines/ts/dvb-text.h"
#include "pipelines/ts/ts-analyser.h"
#include "tests/fixtures/ts-build.h"

static void
push(TsBuilder *builder, TsAnalyser *analyser, const char *text)
{
    g_autoptr(GByteArray) bytes = ts_builder_build(builder, text);

    ts_analyser_push(analyser, bytes->data, bytes->len, 1000);
}

static TsAnalyser *
begin(TsBuilder *builder, const char *text)
{
    TsAnalyser *analyser = ts_analyser_new();

    push(builder, analyser, "5 x packet pid=8000");
    push(builder, analyser, text);
    return analyser;
}

static TsAnalyser *
analyse(const char *text)
{
    TsBuilder builder = {{0}};

    return begin(&builder, text);
}

static void
services_are_listed_in_order_with_names_and_components(void)
{
    g_autoptr(TsAnalyser) analyser =
        analyse("pat tsid=77 0:16 20:200 10:100\n"
                "pmt pid=200 service=20 pcr=201 27:201 15:202:0a0465737000 6:203:5900\n"
                "sdt tsid=77 20:Prov:One 10:Prov:Two");
    const TsService *service = ts_analyser_service(analyser, 0);

    g_assert_cmpint(ts_analyser_transport_stream_id(analyser), ==, 77);
    g_assert_cmpuint(ts_analyser_n_services(analyser), ==, 2);
    g_assert_cmpuint(service->service_id, ==, 20);
    g_assert_cmpstr(service->name, ==, "One");
    g_assert_cmpstr(ts_analyser_service(analyser, 10)->name, ==, "Two");
    g_assert_false(ts_analyser_service(analyser, 10)->pmt_seen);
    g_assert_cmpuint(service->pcr_pid, ==, 201);
    g_assert_null(ts_analyser_service(analyser, 30));
}

static void
codecs_come_from_stream_types_and_descriptors(void)
{
    g_autoptr(TsAnalyser) analyser = analyse(
        "pat tsid=1 1:256\n"
        "pmt pid=256 service=1 pcr=300 2:300 27:301 36:302 3:303 15:304:0a0464657500 17:305 "
        "6:306:6a0100 6:307:7a0100 129:308 6:309:050441432d33 6:310:560566726109010a "
        "6:311:590866726110000100ff 134:312 6:313 5:314:6f00");
    static const TsCodec expected[] = {
        TS_CODEC_MPEG2_VIDEO, TS_CODEC_H264,     TS_CODEC_HEVC,     TS_CODEC_MPEG_AUDIO,
        TS_CODEC_AAC_ADTS,    TS_CODEC_AAC_LATM, TS_CODEC_AC3,      TS_CODEC_EAC3,
        TS_CODEC_AC3,         TS_CODEC_AC3,      TS_CODEC_TELETEXT, TS_CODEC_DVB_SUBTITLES,
        TS_CODEC_SCTE35,      TS_CODEC_UNKNOWN,  TS_CODEC_AIT,
    };
    const TsService *service = ts_analyser_service(analyser, 1);

    g_assert_cmpuint(service->n_components, ==, G_N_ELEMENTS(expected));
    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++)
        g_assert_cmpint(service->components[i].codec, ==, expected[i]);
    g_assert_cmpstr(service->components[4].language, ==, "deu");
    g_assert_cmpstr(service->components[10].language, ==, "fra");
    g_assert_cmpint(service->components[1].kind, ==, TS_KIND_VIDEO);
}

static void
a_changed_pmt_is_followed_and_a_dropped_service_goes(void)
{
    TsBuilder builder = {{0}};
    g_autoptr(TsAnalyser) analyser = begin(&builder, "pat tsid=1 1:256 2:512\n"
                                                     "pmt pid=256 service=1 pcr=300 27:300");
    const guint32 before = ts_analyser_tables_version(analyser);

    push(&builder, analyser, "pat tsid=1 1:256 2:512\npmt pid=256 service=1 pcr=300 27:300");
    g_assert_cmpuint(ts_analyser_tables_version(analyser), ==, before);
    push(&builder, analyser, "pmt pid=256 service=1 pcr=400 version=1 36:400 15:401");
    g_assert_cmpuint(ts_analyser_tables_version(analyser), >, before);
    g_assert_cmpuint(ts_analyser_service(analyser, 1)->n_components, ==, 2);
    push(&builder, analyser, "pat tsid=1 version=1 1:256");
    g_assert_cmpuint(ts_analyser_n_services(analyser), ==, 1);
    g_assert_null(ts_analyser_service(analyser, 2));
    push(&builder, analyser, "pat tsid=1 version=2 1:777");
    g_assert_false(ts_analyser_service(analyser, 1)->pmt_seen);
}

static void
a_section_with_a_wrong_crc_changes_nothing_and_is_counted(void)
{
    g_autoptr(TsAnalyser) analyser = analyse("pat tsid=1 1:256\npat tsid=2 broken 9:512");
    TsCounters counters;

    ts_analyser_counters(analyser, &counters);
    g_assert_cmpuint(counters.crc_errors, ==, 1);
    g_assert_cmpint(ts_analyser_transport_stream_id(analyser), ==, 1);
}

static void
a_length_beyond_its_table_ends_the_reading(void)
{
    g_autoptr(TsAnalyser) analyser =
        analyse("pat tsid=1 1:256\n"
                "section pid=17 table=66 tsid=1 body=0001ff0001fc8fff48030101\n"
                "section pid=17 table=66 tsid=1 body=0001ff0001fc800548ff010141\n"
                "section pid=256 table=2 service=1 body=e100ffff1be100\n"
                "section pid=256 table=2 service=1 body=e100f0001be100ffff05ff");
    TsCounters counters;

    ts_analyser_counters(analyser, &counters);
    g_assert_cmpuint(counters.crc_errors, ==, 0);
    g_assert_cmpuint(ts_analyser_service(analyser, 1)->n_components, ==, 0);
    g_assert_cmpstr(ts_analyser_service(analyser, 1)->name, ==, "");
}

static void
names_may_come_before_the_pat(void)
{
    g_autoptr(TsAnalyser) analyser = analyse("sdt tsid=1 1:P:Early\npat tsid=1 1:256");

    g_assert_cmpstr(ts_analyser_service(analyser, 1)->name, ==, "Early");
}

static void
names_are_read_by_their_character_table(void)
{
    static const struct {
        const char *bytes;
        const char *text;
    } texts[] = {
        {"Plain", "Plain"},
        {"Caf\xc2\x65", "Caf\xc3\xa9"}, /* accent, then letter */
        {"\xc8"
         "a",
         "\xc3\xa4"},
        {"\x15"
         "Gr\xc3\xbc\xc3\x9f",
         "Gr\xc3\xbc\xc3\x9f"},               /* UTF-8 */
        {"\x05\xdd\xe9", "\xc4\xb0\xc3\xa9"}, /* 8859-9 */
        {"\x01\xbf\xd0", "\xd0\x9f\xd0\xb0"}, /* 8859-5 */
        {"\x86"
         "Bold\x87",
         "Bold"}, /* emphasis */
        {"\x10", ""},
        {"", ""},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        char text[TS_TEXT_MAX];

        dvb_text((const guint8 *)texts[i].bytes, strlen(texts[i].bytes), text, sizeof text);
        g_assert_cmpstr(text, ==, texts[i].text);
    }
}

static void
names_are_cut_to_their_room(void)
{
    g_autofree char *longer = g_strnfill(300, 'x');
    char text[TS_TEXT_MAX];

    dvb_text((const guint8 *)longer, 300, text, sizeof text);
    g_assert_cmpuint(strlen(text), ==, TS_TEXT_MAX - 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ts/tables/services", services_are_listed_in_order_with_names_and_components);
    g_test_add_func("/ts/tables/codecs", codecs_come_from_stream_types_and_descriptors);
    g_test_add_func("/ts/tables/changes", a_changed_pmt_is_followed_and_a_dropped_service_goes);
    g_test_add_func("/ts/tables/crc", a_section_with_a_wrong_crc_changes_nothing_and_is_counted);
    g_test_add_func("/ts/tables/length", a_length_beyond_its_table_ends_the_reading);
    g_test_add_func("/ts/tables/early", names_may_come_before_the_pat);
    g_test_add_func("/ts/text/tables", names_are_read_by_their_character_table);
    g_test_add_func("/ts/text/cut", names_are_cut_to_their_room);
    return g_test_run();
}

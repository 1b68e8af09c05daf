/* Changes of the tables, told as events. */
#include <glib.h>
#include <string.h>

#include "pipelines/ts/ts-analyser-si.h"
#include "tests/fixtures/ts-build.h"

#define FIRST                                                                                      \
    "5 x packet pid=8000\n"                                                                        \
    "pat tsid=1 1:256 2:512\n"                                                                     \
    "pmt pid=256 service=1 pcr=300 27:300 3:301:0a04656e6700\n"                                    \
    "pmt pid=512 service=2 pcr=400 27:400\n"                                                       \
    "sdt tsid=1 1:P:One 2:P:Two\n"

typedef struct {
    TsBuilder builder;
    TsAnalyser *analyser;
    guint64 read; /* number of the last event that was looked at */
    MonoUs now_us;
} Rig;

static void
push(Rig *rig, const char *text)
{
    g_autoptr(GByteArray) bytes = ts_builder_build(&rig->builder, text);

    ts_analyser_push(rig->analyser, bytes->data, bytes->len, rig->now_us += 40 * US_PER_MS);
}

static Rig *
begin(const char *text)
{
    Rig *rig = g_new0(Rig, 1);

    rig->analyser = ts_analyser_new();
    push(rig, text);
    return rig;
}

static void
end(Rig *rig)
{
    ts_analyser_free(rig->analyser);
    g_free(rig);
}

/* Asserts that the events since the last call are @lines, each "kind: text", in order. */
static void
expect(Rig *rig, const char *lines)
{
    TsEvent events[TS_EVENTS_MAX];
    const gsize count = ts_analyser_events(rig->analyser, rig->read, events, G_N_ELEMENTS(events));
    g_autoptr(GString) text = g_string_new(NULL);

    for (gsize i = 0; i < count; i++) {
        g_string_append_printf(text, "%s: %s\n", ts_event_kind_name(events[i].kind),
                               events[i].text);
        rig->read = events[i].number;
    }
    g_assert_cmpstr(text->str, ==, lines);
}

static void
what_was_so_from_the_start_and_what_repeats_is_no_event(void)
{
    Rig *rig = begin(FIRST);

    expect(rig, "");
    push(rig, FIRST);
    expect(rig, "");
    end(rig);
}

static void
components_that_come_go_and_change_are_named(void)
{
    Rig *rig = begin(FIRST);

    push(rig, "pmt pid=256 service=1 pcr=101 version=1 36:101 3:301:0a046465750052010a");
    expect(rig, "pcr-moved: PMT changed: PCR PID was 0x12c, is 0x65\n"
                "component-added: PMT changed: PID 0x65 HEVC added\n"
                "component-changed: PMT changed: PID 0x12d was MPEG audio (eng) (0x03), is MPEG "
                "audio (deu) (0x03)\n"
                "component-removed: PMT changed: PID 0x12c H.264 removed\n");
    push(rig, "pmt pid=256 service=1 pcr=101 version=2 153:101 3:301:0a0464657500090405000123");
    expect(rig, "component-changed: PMT changed: PID 0x65 was HEVC (0x24), is stream type 0x99 "
                "(0x99)\n"
                "component-changed: PMT changed: PID 0x12d was MPEG audio (deu) (0x03), is MPEG "
                "audio (deu), scrambled (0x03)\n");
    end(rig);
}

static void
a_pmt_that_changes_in_nothing_that_is_named_is_told_all_the_same(void)
{
    Rig *rig = begin(FIRST);

    push(rig, "pmt pid=256 service=1 pcr=300 version=1 27:300:520101 3:301:0a04656e6700");
    expect(rig, "table-changed: PMT (PID 0x100, 0x0001) changed, version 1\n");
    end(rig);
}

static void
a_new_version_with_the_old_content_is_an_event_of_its_own(void)
{
    Rig *rig = begin(FIRST);

    push(rig, "pmt pid=512 service=2 pcr=400 version=1 27:400");
    expect(rig, "version-only: PMT (PID 0x200, 0x0002) went to version 1 without a change\n");
    end(rig);
}

static void
new_content_under_the_old_version_is_flagged(void)
{
    Rig *rig = begin(FIRST);

    push(rig, "pmt pid=512 service=2 pcr=400 36:400");
    expect(rig, "component-changed: PMT changed: PID 0x190 was H.264 (0x1b), is HEVC (0x24)\n"
                "content-only: PMT (PID 0x200, 0x0002) changed, but its version stayed 0: "
                "receivers miss that\n");
    end(rig);
}

static void
services_that_come_go_move_and_change_their_names_are_told(void)
{
    Rig *rig = begin(FIRST);

    push(rig, "pat tsid=1 version=1 1:777 3:600");
    expect(rig, "pmt-moved: PAT changed: PMT of service 1 moved from PID 0x100 to 0x309\n"
                "service-added: PAT changed: service 3 added, PMT PID 0x258\n"
                "service-removed: PAT changed: service 2 removed, it was Two\n");
    push(rig, "sdt tsid=1 version=1 1:P:Uno");
    expect(rig, "service-renamed: SDT changed: service 1 was named \"One\", is \"Uno\"\n");
    push(rig, "pat tsid=9 version=2 1:777 3:600");
    expect(rig, "stream-id-changed: PAT changed: transport_stream_id was 1, is 9\n");
    end(rig);
}

static void
versions_of_other_tables_are_told_but_not_every_programme(void)
{
    Rig *rig = begin(FIRST "section pid=16 table=64 tsid=1 body=f000f000\n"
                           "section pid=1 table=1 tsid=65535 body=09040100e123\n"
                           "section pid=18 table=80 service=1 body=000100010050\n"
                           "section pid=18 table=79 service=1 body=00010001004f\n"
                           "section pid=18 table=78 service=1 body=00010001004e\n");

    push(rig, "section pid=16 table=64 tsid=1 version=1 body=f0024000f000");
    push(rig, "section pid=1 table=1 tsid=65535 version=4 body=09040500e123");
    push(rig, "section pid=18 table=80 service=1 version=1 body=00010001ff50");
    push(rig, "section pid=18 table=79 service=1 version=1 body=00010001ff4f");
    push(rig, "section pid=18 table=78 service=1 version=1 body=00010001ff4e");
    expect(rig, "table-changed: NIT actual (PID 0x10, 0x0001) changed, version 1\n"
                "table-changed: CAT (PID 0x1, 0xffff) changed, version 4\n"
                "table-changed: EIT p/f actual (PID 0x12, 0x0001) changed, version 1\n");
    end(rig);
}

static void
a_time_that_jumps_is_told(void)
{
    Rig *rig = begin(FIRST "packet pid=20 start data=00707005c079120000\n"); /* 12:00:00 */

    rig->now_us += 400 * US_PER_MS;
    push(rig, "packet pid=20 start data=00707005c079120002");
    expect(rig, "");
    push(rig, "packet pid=20 start data=00707005c079110002");
    expect(rig, "time-jump: Time told by the stream jumped by -3600 s: it went on by -3600 s in "
                "0 s\n");
    end(rig);
}

static void
only_the_last_events_are_kept_and_their_numbers_go_on(void)
{
    TsEvents events = {.number = 0};
    TsEvent read[TS_EVENTS_MAX + 1];

    for (guint i = 0; i < TS_EVENTS_MAX + 5; i++)
        ts_events_add(&events, TS_EVENT_TABLE_CHANGED, 1, 2, "%u", i + 1);
    g_assert_cmpuint(ts_events_read(&events, 0, read, G_N_ELEMENTS(read)), ==, TS_EVENTS_MAX);
    g_assert_cmpuint(read[0].number, ==, 6);
    g_assert_cmpstr(read[0].text, ==, "6");
    g_assert_cmpuint(ts_events_read(&events, TS_EVENTS_MAX + 4, read, 9), ==, 1);
    g_assert_cmpuint(ts_events_read(&events, TS_EVENTS_MAX + 5, read, 9), ==, 0);
    g_assert_cmpuint(ts_events_read(&events, 10, read, 3), ==, 3);
    g_assert_cmpuint(read[2].number, ==, 13);
    ts_events_clear(&events);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ts/events/none", what_was_so_from_the_start_and_what_repeats_is_no_event);
    g_test_add_func("/ts/events/components", components_that_come_go_and_change_are_named);
    g_test_add_func("/ts/events/other",
                    a_pmt_that_changes_in_nothing_that_is_named_is_told_all_the_same);
    g_test_add_func("/ts/events/version-only",
                    a_new_version_with_the_old_content_is_an_event_of_its_own);
    g_test_add_func("/ts/events/content-only", new_content_under_the_old_version_is_flagged);
    g_test_add_func("/ts/events/services",
                    services_that_come_go_move_and_change_their_names_are_told);
    g_test_add_func("/ts/events/tables", versions_of_other_tables_are_told_but_not_every_programme);
    g_test_add_func("/ts/events/time", a_time_that_jumps_is_told);
    g_test_add_func("/ts/events/ring", only_the_last_events_are_kept_and_their_numbers_go_on);
    return g_test_run();
}

/* What a stream told becomes notes, each once. */
#include <glib.h>
#include <string.h>

#include "pipelines/worker/stream-notes.h"
#include "tests/fixtures/ts-build.h"

#define TO_WALL (1000 * US_PER_SECOND)

typedef struct {
    TsAnalyser *analyser;
    TsBuilder builder;
    MonoUs now_us;
    StreamNotes told;
    IpFigures flow;
    StreamNote notes[MESSAGE_MAX_NOTES];
    size_t n;
} Rig;

static void
clear(Rig *rig)
{
    for (size_t i = 0; i < rig->n; i++)
        g_free(rig->notes[i].text);
    rig->n = 0;
}

static void
push(Rig *rig, const char *text)
{
    g_autoptr(GByteArray) bytes = ts_builder_build(&rig->builder, text);

    rig->now_us += 100 * US_PER_MS;
    ts_analyser_push(rig->analyser, bytes->data, bytes->len, rig->now_us);
}

static void
look(Rig *rig, uint16_t service)
{
    clear(rig);
    rig->n = stream_notes_read(&rig->told, rig->analyser, &rig->flow, service, TO_WALL, rig->notes);
}

static Rig *
rig_new(void)
{
    Rig *rig = g_new0(Rig, 1);

    rig->analyser = ts_analyser_new();
    push(rig, "6 x null\npat tsid=1 1:256 2:512\npmt pid=256 service=1 pcr=300 27:300 134:303\n"
              "pmt pid=512 service=2 pcr=310 27:310\n");
    look(rig, 1);
    g_assert_cmpuint(rig->n, ==, 0); /* what was there from the start is no news */
    return rig;
}

static void
rig_free(Rig *rig)
{
    clear(rig);
    ts_analyser_free(rig->analyser);
    g_free(rig);
}

static void
a_component_that_comes_is_told_once_to_its_own_service(void)
{
    Rig *rig = rig_new();

    push(rig, "pmt pid=256 service=1 pcr=300 version=1 27:300 134:303 36:301\n");
    look(rig, 2);
    g_assert_cmpuint(rig->n, ==, 0);
    rig->told = (StreamNotes){0};
    look(rig, 1);
    g_assert_cmpuint(rig->n, ==, 1);
    g_assert_cmpuint(rig->notes[0].kind, ==, NOTE_TABLES);
    g_assert_nonnull(strstr(rig->notes[0].text, "HEVC added"));
    g_assert_cmpint(rig->notes[0].at_us, ==, rig->now_us);
    g_assert_cmpint(rig->notes[0].wall_us, ==, rig->now_us + TO_WALL);
    look(rig, 1);
    g_assert_cmpuint(rig->n, ==, 0);
    rig_free(rig);
}

/* splice_insert 1001, out of network for 30 s, at PTS 900000, repeated. */
#define CUE                                                                                        \
    "packet pid=303 start "                                                                        \
    "data=00fc302500000000000000fff01405000003e97feffe000dbba0fe002932e0000100000000c1eda6ec"

static void
a_splice_message_is_told_once_with_its_time(void)
{
    Rig *rig = rig_new();

    push(rig, CUE "\n" CUE "\n");
    look(rig, 1);
    g_assert_cmpuint(rig->n, ==, 1);
    g_assert_cmpuint(rig->notes[0].kind, ==, NOTE_SPLICE);
    g_assert_cmpuint(rig->notes[0].pid, ==, 303);
    g_assert_cmpstr(rig->notes[0].text, ==,
                    "splice_insert event 1001 out, 30.000 s, returns by itself");
    g_assert_cmpuint(rig->notes[0].pts, ==, 900000);
    look(rig, 1);
    g_assert_cmpuint(rig->n, ==, 0);
    rig_free(rig);
}

static void
changes_of_the_sender_are_told_with_before_and_after(void)
{
    Rig *rig = rig_new();
    IpLegFigures *leg = &rig->flow.legs[0];

    leg->dscp = (IpChange){.count = 1, .from = 34, .to = 0, .at_us = 7, .known = true};
    leg->ssrc = (IpChange){.count = 1, .from = 1, .to = 0xabcdef01, .at_us = 8, .known = true};
    look(rig, 1);
    g_assert_cmpuint(rig->n, ==, 2);
    g_assert_cmpstr(rig->notes[0].text, ==, "leg 1: SSRC changed from 0x00000001 to 0xabcdef01");
    g_assert_cmpstr(rig->notes[1].text, ==, "leg 1: DSCP changed from 34 to 0");
    g_assert_cmpuint(rig->notes[1].number, ==, 2);
    look(rig, 1);
    g_assert_cmpuint(rig->n, ==, 0);
    rig_free(rig);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/stream-notes/a component that comes is told once, to its own service",
                    a_component_that_comes_is_told_once_to_its_own_service);
    g_test_add_func("/stream-notes/a splice message is told once, with its time",
                    a_splice_message_is_told_once_with_its_time);
    g_test_add_func("/stream-notes/changes of the sender are told with before and after",
                    changes_of_the_sender_are_told_with_before_and_after);
    return g_test_run();
}

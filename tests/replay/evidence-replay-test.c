/* Evidence of alarms from recorded worker streams: the way from pictures, reports and edges to the
 * disk. */
#include <math.h>
#include <string.h>

#include "tests/replay/desk.h"

/* What is on disk: stopping the store writes what is queued, and another one reads it. */
static EvidenceRecord *
evidence_of_first_alarm(Desk *desk, EvidenceReader *ret_reader)
{
    g_autofree char *told = story(desk);
    g_autoptr(GPtrArray) events = gantry_event_log_read(desk->log, 0, 1);
    g_autofree char *folder = g_build_filename(desk->folder, "evidence", NULL);
    const EvidenceStoreSettings kept = {.folder = folder, .reserve_bytes = 1};
    const char *id = event_at(events, 0)->alarm_id;
    EvidenceRecord *record = NULL;

    g_assert_true(evidence_store_has(desk->evidence, id));
    ingest_free(g_steal_pointer(&desk->ingest));
    evidence_store_stop(desk->evidence, 5 * S);
    desk->evidence = evidence_store_new(&kept);
    evidence_store_get_reader(desk->evidence, ret_reader);
    for (int i = 0; i < 1000 && record == NULL; i++, g_usleep(5000)) /* it lists what is there */
        record = ret_reader->read(desk->evidence, id, NULL);
    return record;
}

static char
fill_of(Desk *desk, const EvidenceReader *reader, const char *id, EvidencePlace place)
{
    g_autoptr(GBytes) jpeg = reader->picture(desk->evidence, id, place, NULL);

    g_assert_nonnull(jpeg);
    return ((const char *)g_bytes_get_data(jpeg, NULL))[10];
}

static void
a_black_picture_leaves_evidence_from_before_at_and_after(void)
{
    Desk desk;
    EvidenceReader reader;

    desk_init(&desk);
    for (int second = 0; second <= 60; second++) {
        const MonoUs at_us = (100 + second) * S;

        record_report(&desk, at_us, 0, 0);
        if (second == 21)
            record_edge(&desk, at_us, FAULT_PICTURE_BLACK, true, 120 * S + S / 4);
        record_picture(&desk, at_us + S / 2, (char)('A' + second));
    }
    replay(&desk, 172 * S);
    g_autoptr(EvidenceRecord) record = evidence_of_first_alarm(&desk, &reader);

    g_assert_true(record->complete);
    g_assert_cmpint(record->fault, ==, FAULT_PICTURE_BLACK);
    g_assert_cmpint(record->since_us, ==, 120 * S + S / 4);
    g_assert_cmpint(record->raised_us, ==, 125 * S + S / 4);
    g_assert_cmpint(fill_of(&desk, &reader, record->alarm_id, EVIDENCE_BEFORE), ==, 'A' + 19);
    g_assert_cmpint(fill_of(&desk, &reader, record->alarm_id, EVIDENCE_AT), ==, 'A' + 20);
    g_assert_cmpint(fill_of(&desk, &reader, record->alarm_id, EVIDENCE_AFTER), ==, 'A' + 30);
    g_assert_cmpint(record->pictures[EVIDENCE_BEFORE].offset_us, ==, -(3 * S / 4));
    g_assert_cmpuint(record->n_seconds, ==, 96);
    g_assert_cmpint(record->series[0].metric, ==, METRIC_LUMA_MEAN);
    g_assert_cmpfloat_with_epsilon((double)record->series[0].values[50], 0.1, 1e-6); /* at 110 */
    g_assert_true(isnan(record->series[0].values[30]));                              /* at 90 */
    g_assert_cmpint(record->clip.state, ==, EVIDENCE_CLIP_NONE);
    desk_clear(&desk);
}

static void
packets_that_stop_leave_no_evidence_of_pictures(void)
{
    Desk desk;

    desk_init(&desk);
    record_picture(&desk, 99 * S, 'x');
    record_edge(&desk, 100 * S + S / 2, FAULT_NO_PACKETS, true, 100 * S);
    replay(&desk, 150 * S);
    g_autofree char *told = story(&desk);

    evidence_store_stop(desk.evidence, 5 * S);
    desk.evidence = NULL;
    g_assert_cmpstr(told, ==, "alarm-raised no-packets\n");
    g_autofree char *folder = g_build_filename(desk.folder, "evidence", NULL);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);

    g_assert_null(g_dir_read_name(dir));
    desk_clear(&desk);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    /* A raised alarm is logged as a warning: here that is what shall happen. */
    g_log_set_always_fatal(G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
    g_test_add_func("/evidence-replay/black",
                    a_black_picture_leaves_evidence_from_before_at_and_after);
    g_test_add_func("/evidence-replay/no-packets", packets_that_stop_leave_no_evidence_of_pictures);
    return g_test_run();
}

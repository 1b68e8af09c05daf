/* The log of SCTE-35 messages: repeats folded, events called off, old entries giving way. */
#include <glib.h>

#include "pipelines/ts/scte35-log.h"
#include "tests/fixtures/hex.h"

#define INSERT     "fc3000 00 00 00000000 00 fff00f 05 %08x 7f cf fe 00000100 0001 00 00 0000"
#define CANCEL     "fc3000 00 00 00000000 00 fff005 05 %08x ff 0000"
#define NULL_HEX   "fc3000 00 00 00000000 00 fff000 00 0000"
#define NULL_TIMED "fc3000 00 00 00000000 00 fff000 00 0012 0310 43554549 0000 %08x 00000000 0025"
#define SEGMENT                                                                                    \
    "fc3000 00 00 00000000 00 fff005 06 fe 00000000 0011 020f 43554549 %08x 7f bf 00 00 10 00 00"
#define UNSEGMENT "fc3000 00 00 00000000 00 fff005 06 fe 00000000 000b 0209 43554549 %08x ff"
#define ENCRYPTED "fc3000 00 80 00000000 00 fff000 00 1234"

static const Scte35Entry *
push(Scte35Log *log, const char *hex, MonoUs arrival_us)
{
    g_autoptr(GByteArray) section = hex_section(hex);
    const TsPlace place = {(uint64_t)(arrival_us / US_PER_MS), arrival_us};

    return scte35_log_push(log, section->data, section->len, &place);
}

static const Scte35Entry *
push_event(Scte35Log *log, const char *format, guint event, MonoUs arrival_us)
{
    g_autoptr(GString) hex = g_string_new(format);
    g_autofree char *id = g_strdup_printf("%08x", event);

    g_string_replace(hex, "%08x", id, 0);
    return push(log, hex->str, arrival_us);
}

static void
repeats_of_a_cue_are_one_entry(void)
{
    g_autoptr(Scte35Log) log = scte35_log_new();
    Scte35Counters counters;

    g_assert_nonnull(push_event(log, INSERT, 1, 1 * US_PER_SECOND));
    g_assert_null(push_event(log, INSERT, 1, 2 * US_PER_SECOND));
    g_assert_nonnull(push_event(log, INSERT, 2, 2 * US_PER_SECOND));
    g_assert_null(push_event(log, INSERT, 1, 3 * US_PER_SECOND));
    scte35_log_counters(log, &counters);
    g_assert_cmpuint(counters.sections, ==, 4);
    g_assert_cmpuint(counters.repeats, ==, 2);
    g_assert_cmpuint(scte35_log_size(log), ==, 2);
    g_assert_cmpuint(scte35_log_at(log, 0)->repeats, ==, 2);
    g_assert_cmpint(scte35_log_at(log, 0)->first.arrival_us, ==, 1 * US_PER_SECOND);
    g_assert_cmpint(scte35_log_at(log, 0)->last.arrival_us, ==, 3 * US_PER_SECOND);
    g_assert_cmpuint(scte35_log_at(log, 1)->number, ==, 2);
    g_assert_null(scte35_log_at(log, 2));
}

static void
the_same_cue_an_hour_later_is_another(void)
{
    g_autoptr(Scte35Log) log = scte35_log_new();

    g_assert_nonnull(push_event(log, INSERT, 1, 0));
    g_assert_null(push_event(log, INSERT, 1, SCTE35_REPEAT_US));
    g_assert_nonnull(push_event(log, INSERT, 1, 2 * SCTE35_REPEAT_US + 1));
    g_assert_cmpuint(scte35_log_size(log), ==, 2);
}

static void
heartbeats_are_one_entry_however_rare(void)
{
    g_autoptr(Scte35Log) log = scte35_log_new();
    Scte35Counters counters;

    push_event(log, INSERT, 1, 0);
    for (guint i = 0; i < 5; i++) {
        push(log, NULL_HEX, i * 300 * US_PER_SECOND);
        push_event(log, NULL_TIMED, i, i * 300 * US_PER_SECOND);
    }
    scte35_log_counters(log, &counters);
    g_assert_cmpuint(scte35_log_size(log), ==, 2);
    g_assert_cmpuint(scte35_log_at(log, 1)->repeats, ==, 9);
    g_assert_cmpuint(counters.nulls, ==, 10);
}

static void
an_event_called_off_is_marked(void)
{
    g_autoptr(Scte35Log) log = scte35_log_new();

    push_event(log, INSERT, 1, 0);
    push_event(log, INSERT, 2, 1);
    push_event(log, SEGMENT, 3, 2);
    push_event(log, CANCEL, 2, 3);
    g_assert_false(scte35_log_at(log, 0)->cancelled);
    g_assert_true(scte35_log_at(log, 1)->cancelled);
    g_assert_false(scte35_log_at(log, 2)->cancelled);
    push_event(log, UNSEGMENT, 3, 4);
    g_assert_true(scte35_log_at(log, 2)->cancelled);
    g_assert_false(scte35_log_at(log, 3)->cancelled);
    g_assert_cmpuint(scte35_log_size(log), ==, 5);
}

static void
the_oldest_gives_way(void)
{
    g_autoptr(Scte35Log) log = scte35_log_new();
    Scte35Counters counters;

    for (guint i = 0; i < SCTE35_LOG_MAX + 10; i++)
        push_event(log, INSERT, i, (MonoUs)i * US_PER_SECOND);
    scte35_log_counters(log, &counters);
    g_assert_cmpuint(scte35_log_size(log), ==, SCTE35_LOG_MAX);
    g_assert_cmpuint(counters.gave_way, ==, 10);
    g_assert_cmpuint(scte35_log_at(log, 0)->number, ==, 11);
    g_assert_cmpuint(scte35_log_at(log, SCTE35_LOG_MAX - 1)->number, ==, SCTE35_LOG_MAX + 10);
}

static void
what_cannot_be_read_stands_in_the_log_too(void)
{
    g_autoptr(Scte35Log) log = scte35_log_new();
    g_autoptr(GByteArray) broken = hex_section(NULL_HEX);
    const TsPlace place = {1, 1};
    Scte35Counters counters;

    broken->data[broken->len - 1] ^= 1;
    g_assert_nonnull(scte35_log_push(log, broken->data, broken->len, &place));
    g_assert_null(scte35_log_push(log, broken->data, broken->len, &place));
    g_assert_nonnull(push(log, "fc3000 00", 2));
    g_assert_nonnull(push(log, ENCRYPTED, 3));
    broken->data[0] = 0x70;
    g_assert_null(scte35_log_push(log, broken->data, broken->len, &place));
    scte35_log_counters(log, &counters);
    g_assert_cmpuint(counters.crc_errors, ==, 2);
    g_assert_cmpuint(counters.malformed, ==, 1);
    g_assert_cmpuint(counters.encrypted, ==, 1);
    g_assert_cmpuint(counters.other_table, ==, 1);
    g_assert_cmpuint(counters.nulls, ==, 0);
    g_assert_cmpint(scte35_log_at(log, 0)->verdict, ==, SCTE35_CRC_BAD);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/scte35-log/repeats of a cue are one entry", repeats_of_a_cue_are_one_entry);
    g_test_add_func("/scte35-log/the same cue an hour later is another",
                    the_same_cue_an_hour_later_is_another);
    g_test_add_func("/scte35-log/heartbeats are one entry however rare",
                    heartbeats_are_one_entry_however_rare);
    g_test_add_func("/scte35-log/an event called off is marked", an_event_called_off_is_marked);
    g_test_add_func("/scte35-log/the oldest gives way", the_oldest_gives_way);
    g_test_add_func("/scte35-log/what cannot be read stands in the log, too",
                    what_cannot_be_read_stands_in_the_log_too);
    return g_test_run();
}

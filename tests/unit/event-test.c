/* Events: their bytes, their refusal of foreign bytes, and their JSON. */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "appliance/events/event.h"
#include "pipelines/base/error.h"

static Event *
full_event(void)
{
    Event *event = event_new(EVENT_ALARM_RAISED, 5000000, INT64_C(1700000000123456));

    event->seq = 7;
    event->clock_synced = true;
    event_set(&event->alarm_id, "11111111-2222-4333-8444-555555555555");
    event_set(&event->incident_id, "11111111-2222-4333-8444-555555555555");
    event->alarm_seq = 3;
    event_set(&event->resource, "channel/das-erste");
    event_set(&event->channel_name, "Das \"Erste\"");
    event_set(&event->channel_group, "news");
    event_set(&event->channel_address, "udp://239.1.1.1:5000");
    event->fault = FAULT_PICTURE_BLACK;
    event->severity = SEVERITY_MAJOR;
    event->cause_scope = CAUSE_NETWORK;
    event->raised_wall_us = INT64_C(1700000000123456);
    event->cleared_wall_us = INT64_C(1700000001000000);
    event->operator_state = OPERATOR_ACK;
    event->value = 12.5;
    event_set(&event->text, "The picture is black");
    event_set(&event->actor, "anna");
    event_set(&event->note, "rang playout");
    event->impact = IMPACT_OFF_AIR;
    event->quiet = QUIET_SHELVED;
    event->first_out = true;
    event->members = 12;
    event->until_wall_us = INT64_C(1700003600000000);
    event_set(&event->owner, "bert");
    return event;
}

static void
every_field_survives_the_journal(void)
{
    g_autoptr(Event) event = full_event();
    g_autoptr(GBytes) bytes = event_encode(event);
    g_autoptr(GError) error = NULL;
    gsize size;
    const void *data = g_bytes_get_data(bytes, &size);
    g_autoptr(Event) read = event_decode(data, size, &error);

    g_assert_no_error(error);
    g_autoptr(GBytes) again = event_encode(read);
    g_autofree char *json = event_to_json(event);
    g_autofree char *json_read = event_to_json(read);

    g_assert_true(g_bytes_equal(bytes, again));
    g_assert_cmpstr(json, ==, json_read);
    g_assert_cmpuint(read->seq, ==, 7);
    g_assert_cmpint(read->at_us, ==, 5000000);
    g_assert_cmpint(read->fault, ==, FAULT_PICTURE_BLACK);
    g_assert_cmpint(read->operator_state, ==, OPERATOR_ACK);
    g_assert_cmpfloat(read->value, ==, 12.5);
    g_assert_cmpint(read->impact, ==, IMPACT_OFF_AIR);
    g_assert_cmpint(read->quiet, ==, QUIET_SHELVED);
    g_assert_true(read->first_out);
    g_assert_cmpuint(read->members, ==, 12);
    g_assert_cmpint(read->until_wall_us, ==, INT64_C(1700003600000000));
    g_assert_cmpstr(read->owner, ==, "bert");
    g_assert_true(read->durable);
}

/* A box that was updated reads what its older version wrote. */
static void
the_first_layout_is_read(void)
{
    static const char uuid[] = "11111111-2222-4333-8444-555555555555";
    g_autoptr(GVariant) variant = g_variant_ref_sink(g_variant_new(
        "(yytsxxbssussssqyyyxxdsss)", 1, EVENT_ALARM_ACK, G_GUINT64_CONSTANT(9), uuid,
        G_GINT64_CONSTANT(5000000), G_GINT64_CONSTANT(1700000000123456), TRUE, uuid, uuid, 2u,
        "channel/das-erste", "Das Erste", "news", "udp://239.1.1.1:5000", FAULT_PICTURE_BLACK,
        SEVERITY_MAJOR, CAUSE_INPUT, OPERATOR_ACK, G_GINT64_CONSTANT(1700000000000000),
        G_GINT64_CONSTANT(0), 12.5, "The picture is black", "anna", "rang playout"));
    g_autoptr(GError) error = NULL;
    g_autoptr(Event) read =
        event_decode(g_variant_get_data(variant), g_variant_get_size(variant), &error);

    g_assert_no_error(error);
    g_assert_cmpuint(read->seq, ==, 9);
    g_assert_cmpint(read->operator_state, ==, OPERATOR_ACK);
    g_assert_cmpstr(read->note, ==, "rang playout");
    g_assert_cmpint(read->impact, ==, IMPACT_NONE);
    g_assert_cmpint(read->quiet, ==, QUIET_NONE);
    g_assert_cmpstr(read->owner, ==, "");
    g_assert_cmpuint(read->members, ==, 0);
}

static void
cut_or_changed_bytes_are_refused_or_still_an_event(void)
{
    g_autoptr(Event) event = full_event();
    g_autoptr(GBytes) bytes = event_encode(event);
    gsize size;
    const guint8 *data = g_bytes_get_data(bytes, &size);

    for (gsize cut = 0; cut < size; cut++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Event) read = event_decode(data, cut, &error);

        g_assert_null(read);
        g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
    }
    for (gsize at = 0; at < size; at++) {
        g_autofree guint8 *changed = g_memdup2(data, size);

        changed[at] ^= 0xff;
        g_autoptr(Event) read = event_decode(changed, size, NULL);

        if (read != NULL) {
            g_autofree char *json = event_to_json(read);

            g_assert_true(g_utf8_validate(json, -1, NULL));
        }
    }
}

static void
unaligned_bytes_are_read(void)
{
    g_autoptr(Event) event = full_event();
    g_autoptr(GBytes) bytes = event_encode(event);
    gsize size;
    const void *data = g_bytes_get_data(bytes, &size);
    g_autofree guint8 *shifted = g_malloc(size + 1);

    memcpy(shifted + 1, data, size);
    g_autoptr(Event) read = event_decode(shifted + 1, size, NULL);

    g_assert_nonnull(read);
    g_assert_cmpstr(read->channel_name, ==, "Das \"Erste\"");
}

static void
strings_of_people_are_bounded_and_valid_in_the_journal(void)
{
    g_autoptr(Event) event = event_new(EVENT_AUDIT, 1, 1);
    g_autofree char *long_note = g_strnfill(EVENT_MAX_TEXT * 2, 'x');
    gsize size;

    event_set(&event->note, long_note);
    event_set(&event->text, "bad \xff utf-8");
    event->value = NAN;
    g_autoptr(GBytes) bytes = event_encode(event);
    const void *data = g_bytes_get_data(bytes, &size);
    g_autoptr(Event) read = event_decode(data, size, NULL);

    g_assert_nonnull(read);
    g_assert_cmpuint(strlen(read->note), ==, EVENT_MAX_TEXT);
    g_assert_true(g_utf8_validate(read->text, -1, NULL));
    g_assert_cmpfloat(read->value, ==, 0.0);
}

static void
json_is_one_line_with_escaped_text_and_utc_times(void)
{
    g_autoptr(Event) event = full_event();

    event_set(&event->note, "line\nbreak \\ end");
    g_autofree char *json = event_to_json(event);

    g_assert_null(strchr(json, '\n'));
    g_assert_nonnull(strstr(json, "\"seq\":7,"));
    g_assert_nonnull(strstr(json, "\"kind\":\"alarm-raised\""));
    g_assert_nonnull(strstr(json, "\"at\":\"2023-11-14T22:13:20.123Z\""));
    g_assert_nonnull(strstr(json, "\"type\":\"picture-black\""));
    g_assert_nonnull(strstr(json, "Das \\\"Erste\\\""));
    g_assert_true(g_str_has_suffix(json, "}"));
}

static void
each_event_has_an_id_of_its_own(void)
{
    g_autoptr(Event) one = event_new(EVENT_BOX, 1, 1);
    g_autoptr(Event) two = event_new(EVENT_BOX, 1, 1);

    g_assert_true(g_uuid_string_is_valid(one->id));
    g_assert_cmpstr(one->id, !=, two->id);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/event/round-trip", every_field_survives_the_journal);
    g_test_add_func("/event/the-first-layout-is-read", the_first_layout_is_read);
    g_test_add_func("/event/hostile", cut_or_changed_bytes_are_refused_or_still_an_event);
    g_test_add_func("/event/unaligned", unaligned_bytes_are_read);
    g_test_add_func("/event/bounds", strings_of_people_are_bounded_and_valid_in_the_journal);
    g_test_add_func("/event/json", json_is_one_line_with_escaped_text_and_utc_times);
    g_test_add_func("/event/ids", each_event_has_an_id_of_its_own);
    return g_test_run();
}

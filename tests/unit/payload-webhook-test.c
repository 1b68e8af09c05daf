/* The JSON that a webhook receives, field by field. */
#include "appliance/alerts/payload.h"

#include <json-glib/json-glib.h>
#include <math.h>

static const NoticeStyle style = {
    .kind = RECEIVER_WEBHOOK,
    .receiver = "noc",
    .title = "",
    .text = "",
    .ack_link = "",
    .sender = {.monitor_id = "box-1", .boot_id = "boot", .public_url = "https://gantry.example"},
};

static Event *
an_event(EventKind kind)
{
    Event *event = event_new(kind, 5 * US_PER_SECOND, INT64_C(1795170030123000));

    event->seq = 4711;
    event->alarm_seq = 2;
    event->fault = FAULT_PICTURE_BLACK;
    event->severity = SEVERITY_MAJOR;
    event->cause_scope = CAUSE_INPUT;
    event->raised_wall_us = INT64_C(1795170030000000);
    event_set(&event->alarm_id, "a1");
    event_set(&event->incident_id, "i1");
    event_set(&event->resource, "channel/das-erste");
    event_set(&event->channel_name, "Das \"Erste\"");
    event_set(&event->text, "The picture is black");
    return event;
}

static JsonObject *
worded(JsonParser *parser, const Event *event, const NoticeStyle *by)
{
    g_autoptr(Notice) notice = notice_of_event(event, by);
    const PayloadPlace place = {
        .url = "https://x", .secret = "", .to = "", .from = "", .user = "", .host = "box"};
    g_auto(PayloadRequest) request = {0};
    g_autoptr(GError) error = NULL;
    gsize size = 0;

    g_assert_true(payload_render(RECEIVER_WEBHOOK, notice, &place, &request, &error));
    const char *json = g_bytes_get_data(request.body, &size);

    g_assert_true(json_parser_load_from_data(parser, json, (gssize)size, NULL));
    return json_node_get_object(json_parser_get_root(parser));
}

static JsonObject *
parsed(JsonParser *parser, const Event *event)
{
    return worded(parser, event, &style);
}

static void
it_says_what_to_do_in_the_sites_own_words(void)
{
    g_autoptr(Event) event = an_event(EVENT_ALARM_RAISED);
    g_autoptr(JsonParser) parser = json_parser_new();
    NoticeStyle by_site = style;
    JsonObject *data = json_object_get_object_member(parsed(parser, event), "data");

    g_assert_cmpstr(json_object_get_string_member(data, "action"), ==,
                    fault_info(FAULT_PICTURE_BLACK)->action);
    by_site.to_do = "Call the tower";
    data = json_object_get_object_member(worded(parser, event, &by_site), "data");
    g_assert_cmpstr(json_object_get_string_member(data, "action"), ==, "Call the tower");
}

static void
a_raised_alarm_says_what_where_and_since_when(void)
{
    g_autoptr(Event) event = an_event(EVENT_ALARM_RAISED);
    g_autoptr(JsonParser) parser = json_parser_new();
    JsonObject *root = parsed(parser, event);
    JsonObject *data = json_object_get_object_member(root, "data");
    JsonObject *channel = json_object_get_object_member(data, "channel");

    g_assert_cmpstr(json_object_get_string_member(root, "type"), ==, "channel.alarm.raised");
    g_assert_cmpstr(json_object_get_string_member(root, "timestamp"), ==,
                    "2026-11-20T10:20:30.123Z");
    g_assert_cmpstr(json_object_get_string_member(data, "event_id"), ==, event->id);
    g_assert_cmpint(json_object_get_int_member(data, "seq"), ==, 2);
    g_assert_cmpstr(json_object_get_string_member(data, "state"), ==, "raised");
    g_assert_cmpstr(json_object_get_string_member(data, "severity"), ==, "major");
    g_assert_cmpstr(json_object_get_string_member(data, "cause"), ==, "picture-black");
    g_assert_cmpstr(json_object_get_string_member(data, "cause_scope"), ==, "input");
    g_assert_cmpstr(json_object_get_string_member(data, "raised_at"), ==,
                    "2026-11-20T10:20:30.000Z");
    g_assert_true(json_object_get_null_member(data, "cleared_at"));
    g_assert_cmpstr(json_object_get_string_member(data, "ack_url"), ==,
                    "https://gantry.example/alarms");
    g_assert_cmpstr(json_object_get_string_member(data, "thumb_url"), ==,
                    "https://gantry.example/api/v1/channels/das-erste/thumb.jpg");
    g_assert_cmpstr(json_object_get_string_member(channel, "id"), ==, "das-erste");
    g_assert_cmpstr(json_object_get_string_member(channel, "name"), ==, "Das \"Erste\"");
}

static void
an_acknowledgement_of_a_cleared_alarm_says_cleared(void)
{
    g_autoptr(Event) event = an_event(EVENT_ALARM_ACK);
    g_autoptr(JsonParser) parser = json_parser_new();

    event->cleared_wall_us = event->raised_wall_us + US_PER_SECOND;
    event->operator_state = OPERATOR_ACK;
    JsonObject *root = parsed(parser, event);
    JsonObject *data = json_object_get_object_member(root, "data");

    g_assert_cmpstr(json_object_get_string_member(root, "type"), ==, "channel.alarm.acknowledged");
    g_assert_cmpstr(json_object_get_string_member(data, "state"), ==, "cleared");
    g_assert_cmpstr(json_object_get_string_member(data, "operator_state"), ==, "ack");
}

static void
an_alarm_of_the_box_has_no_channel_and_no_number_that_json_cannot_say(void)
{
    g_autoptr(Event) event = an_event(EVENT_ALARM_RAISED);
    g_autoptr(JsonParser) parser = json_parser_new();

    event_set(&event->resource, "box");
    event->value = NAN;
    JsonObject *root = parsed(parser, event);
    JsonObject *data = json_object_get_object_member(root, "data");

    g_assert_cmpstr(json_object_get_string_member(root, "type"), ==, "box.alarm.raised");
    g_assert_true(json_object_get_null_member(data, "channel"));
    g_assert_true(json_object_get_null_member(data, "value"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/payload-webhook/a-raised-alarm-says-what-where-and-since-when",
                    a_raised_alarm_says_what_where_and_since_when);
    g_test_add_func("/payload-webhook/run-book", it_says_what_to_do_in_the_sites_own_words);
    g_test_add_func("/payload-webhook/an-acknowledgement-of-a-cleared-alarm-says-cleared",
                    an_acknowledgement_of_a_cleared_alarm_says_cleared);
    g_test_add_func("/payload-webhook/an-alarm-of-the-box-has-no-channel",
                    an_alarm_of_the_box_has_no_channel_and_no_number_that_json_cannot_say);
    return g_test_run();
}

/* Members one by one. */
#include "appliance/alerts/receiver-view.h"

#include "appliance/alerts/payload-parts.h"

static char *
text_of(JsonBuilder *json)
{
    g_autoptr(JsonNode) root = json_builder_get_root(json);

    return json_to_string(root, FALSE);
}

char *
receiver_view_status(GantryReceiver *receiver)
{
    g_autoptr(JsonBuilder) json = json_builder_new();
    EventSinkStatus status;
    ReceiverCounts counts;

    gantry_event_sink_get_status(GANTRY_EVENT_SINK(receiver), &status);
    gantry_receiver_get_counts(receiver, &counts);
    json_builder_begin_object(json);
    payload_add_text(json, "state", status.state);
    payload_add_text(json, "text", status.text);
    payload_add_integer(json, "delivered", (gint64)counts.delivered);
    payload_add_integer(json, "failed", (gint64)counts.failed);
    payload_add_integer(json, "superseded", (gint64)counts.superseded);
    payload_add_integer(json, "given_up", (gint64)counts.given_up);
    payload_add_integer(json, "pending", (gint64)counts.pending);
    json_builder_end_object(json);
    return text_of(json);
}

static void
add_attempt(JsonBuilder *json, const Attempt *attempt)
{
    g_autofree char *at = notice_time(attempt->at_us);

    json_builder_begin_object(json);
    payload_add_integer(json, "number", (gint64)attempt->number);
    payload_add_text(json, "what", attempt->what);
    payload_add_text(json, "at", at);
    payload_add_text(json, "title", attempt->title);
    payload_add_text(json, "event_id", attempt->event_id);
    payload_add_text(json, "alarm_id", attempt->alarm_id);
    payload_add_integer(json, "seq", (gint64)attempt->seq);
    payload_add_integer(json, "attempt", attempt->attempt);
    payload_add_integer(json, "latency_ms", attempt->latency_us / US_PER_MS);
    payload_add_text(json, "outcome", delivery_outcome_name(attempt->outcome));
    payload_add_integer(json, "status", attempt->status);
    payload_add_text(json, "answer", attempt->answer);
    json_builder_end_object(json);
}

char *
receiver_view_attempts(GantryReceiver *receiver, unsigned limit)
{
    g_autoptr(JsonBuilder) json = json_builder_new();
    g_autoptr(GPtrArray) attempts = gantry_receiver_get_attempts(receiver, limit);

    json_builder_begin_object(json);
    payload_begin_array(json, "items");
    for (guint i = 0; i < attempts->len; i++)
        add_attempt(json, g_ptr_array_index(attempts, i));
    json_builder_end_array(json);
    json_builder_set_member_name(json, "next_cursor");
    json_builder_add_null_value(json);
    json_builder_end_object(json);
    return text_of(json);
}

/* Events as the journal prints them, deliveries beside them. */
#include "appliance/http/view-story.h"

#include "appliance/events/event.h"
#include "appliance/http/json-writer.h"

static const char *
outcome_name(DeliveryOutcome outcome)
{
    switch (outcome) {
    case DELIVERY_OK:
        return "ok";
    case DELIVERY_FAILED:
        return "failed";
    case DELIVERY_SUPERSEDED:
        return "superseded";
    case DELIVERY_GIVEN_UP:
        break;
    }
    return "given-up";
}

static void
put_delivery(GString *out, const HistoryDelivery *delivery)
{
    json_begin_object(out, NULL);
    json_time(out, "at", delivery->at_us);
    json_string(out, "receiver", delivery->receiver);
    json_string(out, "event_id", delivery->event_id);
    json_uint(out, "attempt", delivery->attempt);
    json_string(out, "outcome", outcome_name(delivery->outcome));
    json_int(out, "status", delivery->status);
    json_number(out, "latency_seconds", (double)delivery->latency_us / US_PER_SECOND, 3);
    json_string(out, "answer", delivery->answer);
    json_end_object(out);
}

void
view_story(GString *out, const GPtrArray *events, const GPtrArray *deliveries, bool whole)
{
    json_begin_object(out, NULL);
    json_begin_array(out, "items");
    for (guint i = 0; events != NULL && i < events->len; i++) {
        g_autofree char *line = event_to_json(events->pdata[i]);

        json_raw(out, NULL, line);
    }
    json_end_array(out);
    json_begin_array(out, "deliveries");
    for (guint i = 0; deliveries != NULL && i < deliveries->len; i++)
        put_delivery(out, deliveries->pdata[i]);
    json_end_array(out);
    json_bool(out, "complete", whole);
    json_null(out, "next_cursor");
    json_end_object(out);
}

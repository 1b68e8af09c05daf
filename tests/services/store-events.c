/* Alarms by number. */
#include "tests/services/store-events.h"

#include "pipelines/base/clock.h"

char *
store_event_alarm_id(unsigned alarm)
{
    return g_strdup_printf("00000000-0000-4000-8000-%012u", alarm);
}

Event *
store_event(EventKind kind, unsigned alarm, uint32_t alarm_seq)
{
    Event *event = event_new(kind, boot_now_us(), wall_now_us());

    event->alarm_id = (g_free(event->alarm_id), store_event_alarm_id(alarm));
    event_set(&event->incident_id, event->alarm_id);
    g_free(event->resource);
    event->resource = g_strdup_printf("channel/ch-%u", alarm);
    event_set(&event->channel_name, "Kanal \"Ä\" <b>");
    event_set(&event->text, "The picture is black");
    event->alarm_seq = alarm_seq;
    event->fault = FAULT_PICTURE_BLACK;
    event->severity = SEVERITY_MAJOR;
    event->clock_synced = true;
    event->raised_wall_us = event->wall_us;
    event->impact = IMPACT_OFF_AIR;
    event->quiet = QUIET_SHELVED;
    event->first_out = true;
    event->members = 3;
    event->until_wall_us = event->wall_us + US_PER_SECOND;
    event_set(&event->owner, "Änna");
    event->cleared_wall_us = kind == EVENT_ALARM_CLEARED ? event->wall_us : 0;
    return event;
}

Event *
store_loud_event(EventKind kind, unsigned alarm, uint32_t alarm_seq)
{
    Event *event = store_event(kind, alarm, alarm_seq);

    event->quiet = QUIET_NONE;
    event->members = 0;
    return event;
}

GantryEventLog *
store_event_log(const char *folder)
{
    const EventLogLimits limits = {.segment_bytes = 1u << 20};
    g_autoptr(GError) error = NULL;
    GantryEventLog *log = gantry_event_log_open(folder, &limits, &error);

    g_assert_no_error(error);
    return log;
}

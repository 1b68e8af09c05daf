/* Events as structured log entries. The message ids are those of systemd/gantry.catalog. */
#include "appliance/supervisor/event-notice.h"

#define ID_RAISED   "5c1b6f0e6d3f4c0fa2f8f5a6b0c71d01"
#define ID_UPDATED  "5c1b6f0e6d3f4c0fa2f8f5a6b0c71d02"
#define ID_CLEARED  "5c1b6f0e6d3f4c0fa2f8f5a6b0c71d03"
#define ID_OPERATOR "5c1b6f0e6d3f4c0fa2f8f5a6b0c71d04"
#define ID_AUDIT    "5c1b6f0e6d3f4c0fa2f8f5a6b0c71d05"
#define ID_BOX      "5c1b6f0e6d3f4c0fa2f8f5a6b0c71d06"
#define ID_REMINDED "5c1b6f0e6d3f4c0fa2f8f5a6b0c71d07"

static const char *
message_id(EventKind kind)
{
    switch (kind) {
    case EVENT_ALARM_RAISED:
        return ID_RAISED;
    case EVENT_ALARM_UPDATED:
        return ID_UPDATED;
    case EVENT_ALARM_CLEARED:
        return ID_CLEARED;
    case EVENT_ALARM_ACK:
    case EVENT_ALARM_UNACK:
    case EVENT_ALARM_COMMENT:
    case EVENT_ALARM_SHELVED:
    case EVENT_ALARM_UNSHELVED:
    case EVENT_ALARM_ASSIGNED:
        return ID_OPERATOR;
    case EVENT_ALARM_REMINDED:
        return ID_REMINDED;
    case EVENT_ALARM_JOINED:
    case EVENT_ALARM_NOTED:
        return ID_UPDATED;
    case EVENT_AUDIT:
        return ID_AUDIT;
    case EVENT_BOX:
        break;
    }
    return ID_BOX;
}

static GLogLevelFlags
level_of(const Event *event)
{
    if ((event->kind != EVENT_ALARM_RAISED && event->kind != EVENT_ALARM_UPDATED &&
         event->kind != EVENT_ALARM_REMINDED) ||
        event->quiet != QUIET_NONE)
        return G_LOG_LEVEL_MESSAGE;
    return event->severity >= SEVERITY_MAJOR ? G_LOG_LEVEL_WARNING : G_LOG_LEVEL_MESSAGE;
}

void
event_notice(const Event *event)
{
    const char *fault = event->fault == FAULT_NONE ? "" : fault_info(event->fault)->name;
    /* What streams and people have put into an event must not begin a line of its own. */
    g_autoptr(Event) clean = event_copy(event);

    g_log_structured("gantry", level_of(event), "MESSAGE_ID", message_id(event->kind),
                     "GANTRY_RESOURCE", clean->resource, "GANTRY_FAULT", fault, "GANTRY_ALARM",
                     clean->alarm_id, "GANTRY_SEVERITY", severity_name(event->severity), "MESSAGE",
                     "%s %s%s%s: %s%s%s", event_kind_name(event->kind), clean->resource,
                     *fault != '\0' ? " " : "", fault, clean->text,
                     *clean->actor != '\0' ? ", by " : "", clean->actor);
}

/* Words for the journal's states. */
#include "appliance/supervisor/journal-watch.h"

static char *
describe(const EventLogStatus *status)
{
    if (status->late)
        return g_strdup_printf("The disk has not taken %" G_GUINT64_FORMAT " events yet",
                               status->last_seq - status->durable_seq);
    if (status->full)
        return g_strdup_printf("The disk is full: alarms are kept in the room reserved for them, "
                               "%" G_GUINT64_FORMAT " notes and audit entries were not. Make room",
                               status->gave_way);
    return g_strdup(status->repaired);
}

ServiceView
journal_watch_look(JournalWatch *watch, const EventLogStatus *status, MonoUs now_us)
{
    const bool failing = status->late || status->full;

    if (failing != watch->failing || watch->since_us == 0)
        watch->since_us = now_us;
    watch->failing = failing;
    return (ServiceView){
        .name = g_strdup("journal"),
        .state = g_strdup(failing ? "failing" : "ok"),
        .text = describe(status),
        .behind = status->last_seq - status->durable_seq,
        .since_us = watch->since_us,
    };
}

static void
tell_return(JournalWatch *watch, const EventLogStatus *status, Ingest *ingest, AlarmNow now)
{
    if (status->full == watch->full)
        return;
    watch->full = status->full;
    if (!status->full && status->gave_way > watch->gave_way) {
        g_autofree char *text = g_strdup_printf(
            "While the disk was full, %" G_GUINT64_FORMAT
            " notes and audit entries were not kept in the journal; every alarm was",
            status->gave_way - watch->gave_way);

        ingest_note(ingest, EVENT_BOX, "box", text, "", now);
    }
    watch->gave_way = status->gave_way;
}

static void
hold_standing(JournalWatch *watch,
              GantryEventLog *log,
              const AlarmBook *book,
              const EventLogStatus *status,
              MonoUs now_us)
{
    const uint64_t oldest = alarm_book_oldest_event(book);

    if (now_us < watch->hold_us)
        return;
    watch->hold_us = now_us + JOURNAL_HOLD_EVERY_US;
    gantry_event_log_set_cursor(log, JOURNAL_STANDING_CURSOR,
                                oldest > 0 ? oldest - 1 : status->durable_seq);
}

void
journal_watch_step(
    JournalWatch *watch, GantryEventLog *log, const AlarmBook *book, Ingest *ingest, AlarmNow now)
{
    EventLogStatus status;

    gantry_event_log_get_status(log, &status);
    tell_return(watch, &status, ingest, now);
    hold_standing(watch, log, book, &status, now.us);
}

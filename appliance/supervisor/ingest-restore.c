/* After a restart: the journal, read from its begin, brings back what stood. */
#include "appliance/supervisor/ingest.h"
#include "appliance/supervisor/transition-event.h"

#define RESTORE_CHUNK 4096u

size_t
ingest_restore(AlarmBook *book, FiguresDesk *figures, GantryEventLog *log)
{
    uint64_t after = 0;

    for (;;) {
        g_autoptr(GPtrArray) events = gantry_event_log_read(log, after, RESTORE_CHUNK);

        if (events->len == 0)
            break;
        for (guint i = 0; i < events->len; i++) {
            const Event *event = events->pdata[i];
            AlarmTransition transition;

            if (transition_from_event(event, &transition)) {
                alarm_book_replay(book, &transition, event->seq);
                if (figures != NULL)
                    figures_desk_feed(figures, &transition, event->seq);
            }
            after = event->seq;
        }
    }
    return alarm_book_count_open(book);
}

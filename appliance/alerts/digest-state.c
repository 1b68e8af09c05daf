/* Two kinds of words beside the ids of announced alarms. */
#include "appliance/alerts/digest-state.h"

#define OPEN   "digest"
#define MEMBER "digest/"

void
digest_state_told(Outbox *outbox, GPtrArray *events)
{
    for (guint i = 0; i < events->len; i++) {
        const Event *event = g_ptr_array_index(events, i);
        g_autofree char *word = g_strconcat(MEMBER, event->alarm_id, NULL);

        if (event->cleared_wall_us != 0) {
            outbox_forget(outbox, word);
            continue;
        }
        outbox_announce(outbox, word);
        outbox_announce(outbox, OPEN);
    }
}

void
digest_state_forget(Outbox *outbox, const char *alarm_id)
{
    g_autofree char *word = g_strconcat(MEMBER, alarm_id, NULL);

    outbox_forget(outbox, word);
}

void
digest_state_resolved(Outbox *outbox)
{
    outbox_forget(outbox, OPEN);
}

bool
digest_state_is_open(const Outbox *outbox)
{
    return outbox_is_announced(outbox, OPEN);
}

bool
digest_state_may_end(const Outbox *outbox, bool flood)
{
    return digest_state_is_open(outbox) && !flood && !outbox_has_folded(outbox) &&
           outbox_count_announced(outbox, MEMBER) == 0;
}

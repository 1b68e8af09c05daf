/* Journal, stores, receivers, recordings, self-probe. */
#include "appliance/supervisor/services.h"

GArray *
services_collect(const ServiceSources *from, const EventLogStatus *journal, MonoUs now_us)
{
    GArray *services = outlets_get_services(from->outlets, journal->visible_seq);
    const ServiceView view = {
        .name = g_strdup("journal"),
        .state = g_strdup(journal->late ? "failing" : "ok"),
        .text = journal->late
                    ? g_strdup_printf("The disk has not taken %" G_GUINT64_FORMAT " events yet",
                                      journal->last_seq - journal->durable_seq)
                    : g_strdup(journal->repaired),
        .behind = journal->last_seq - journal->durable_seq,
    };
    const ServiceView recordings = recording_watch_look(from->watch, from->records, now_us);

    g_array_prepend_val(services, view);
    g_array_append_val(services, recordings);
    if (from->self_probe != NULL) {
        const ServiceView probe = self_probe_desk_view(from->self_probe);

        g_array_append_val(services, probe);
    }
    return services;
}

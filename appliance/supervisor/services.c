/* Journal, stores, receivers, recordings, self-probe. */
#include "appliance/supervisor/services.h"

GArray *
services_collect(const ServiceSources *from,
                 const EventLogStatus *journal,
                 MonoUs now_us,
                 WallUs wall_us)
{
    GArray *services = outlets_get_services(from->outlets, journal->visible_seq);
    const ServiceView view = journal_watch_look(from->journal, journal, now_us);
    const ServiceView recordings = recording_watch_look(from->watch, from->records, now_us);

    g_array_prepend_val(services, view);
    g_array_append_val(services, recordings);
    if (from->self_probe != NULL) {
        const ServiceView probe = self_probe_desk_view(from->self_probe);

        g_array_append_val(services, probe);
    }
    if (from->dashboard != NULL && dashboard_has_certificate(from->dashboard)) {
        const ServiceView certificate = dashboard_view_certificate(from->dashboard, wall_us);

        g_array_append_val(services, certificate);
    }
    return services;
}

/* Wiring of the HTTP server to journal, stores and commands. */
#include "appliance/supervisor/dashboard.h"

#include <glib/gstdio.h>

#include "appliance/stores/segment-archive.h"
#include "appliance/supervisor/recording.h"

#define SETUP_CODE_TTL_S (7 * 24 * 3600u)
#define PUMP_CHUNK       256u

struct Dashboard {
    GantryHttpServer *server;
    GantryEventLog *log;
    JournalReader journal;  /* read by the server */
    char *recordings;       /* folder */
    SegmentReader segments; /* of it; read by the server */
    guint listener;
    GMutex lock;        /* of @published */
    uint64_t published; /* last sequence handed to the server */
};

static GPtrArray *
read_journal(gpointer self, uint64_t after, size_t max)
{
    return gantry_event_log_read(self, after, max);
}

/* Runs on the journal's thread: the events are still in memory, so nothing waits for the disk. */
static void
pump_events(uint64_t visible_seq, gpointer user_data)
{
    Dashboard *dashboard = user_data;
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&dashboard->lock);

    while (dashboard->published < visible_seq) {
        g_autoptr(GPtrArray) events =
            gantry_event_log_read(dashboard->log, dashboard->published, PUMP_CHUNK);

        if (events->len == 0)
            break;
        for (guint i = 0; i < events->len; i++) {
            Event *event = events->pdata[i];

            gantry_http_server_publish_event(dashboard->server, event);
            dashboard->published = event->seq;
        }
    }
}

Dashboard *
dashboard_new(const Settings *settings,
              GantryEventLog *log,
              Outlets *outlets,
              const CommandPort *commands,
              const BoxKeys *keys,
              GError **error)
{
    g_autofree char *control =
        g_build_filename(settings->state_folder, "run", "control.sock", NULL);
    const char *const listen[] = {settings->http_listen, NULL};
    const HttpServerSettings server_settings = {
        .listen = listen,
        .port = settings->http_port,
        .control_path = control,
        .ui_dir = *settings->http_ui_dir != '\0' ? settings->http_ui_dir : NULL,
        .build = GANTRY_VERSION,
        .certificate = *settings->http_certificate != '\0' ? settings->http_certificate : NULL,
        .key = settings->http_key,
        .tls_port = settings->http_tls_port,
        .frame_ancestors =
            *settings->http_frame_ancestors != '\0' ? settings->http_frame_ancestors : NULL,
        .security_contact =
            *settings->http_security_contact != '\0' ? settings->http_security_contact : NULL,
        .public_url = *settings->http_public_url != '\0' ? settings->http_public_url : NULL,
        .link_key = g_bytes_get_data(keys->links, NULL),
        .account_key = g_bytes_get_data(keys->accounts, NULL),
        .access = &settings->access,
        .probe_program = settings->probe_program,
    };
    g_autofree Dashboard *dashboard = g_new0(Dashboard, 1);
    const HttpServerPorts ports = {.commands = commands,
                                   .history = outlets_get_history(outlets),
                                   .reports = outlets_get_reports(outlets),
                                   .sessions = outlets_get_sessions(outlets),
                                   .journal = &dashboard->journal,
                                   .segments = &dashboard->segments,
                                   .pictures = outlets_get_pictures(outlets),
                                   .evidence = outlets_get_evidence(outlets)};
    EventLogStatus status;

    dashboard->log = log;
    dashboard->journal = (JournalReader){.self = log, .read = read_journal};
    dashboard->recordings = recording_root(settings);
    dashboard->segments = segment_archive_reader(dashboard->recordings);
    dashboard->server = gantry_http_server_new(&server_settings, &ports);
    if (!gantry_http_server_start(dashboard->server, error)) {
        gantry_http_server_free(dashboard->server);
        g_free(dashboard->recordings);
        return NULL;
    }
    gantry_event_log_get_status(log, &status);
    g_mutex_init(&dashboard->lock);
    dashboard->published = status.visible_seq;
    dashboard->listener = gantry_event_log_listen(log, pump_events, dashboard);
    return g_steal_pointer(&dashboard);
}

GantryHttpServer *
dashboard_get_server(Dashboard *dashboard)
{
    return dashboard->server;
}

void
dashboard_offer_setup(Dashboard *dashboard, const Settings *settings, bool has_accounts)
{
    g_autofree char *path = g_build_filename(settings->state_folder, "run", "setup-code", NULL);
    g_autofree char *code = NULL;
    g_autoptr(GError) error = NULL;

    if (has_accounts) {
        g_unlink(path);
        return;
    }
    code = gantry_http_code_new();
    gantry_http_server_add_code(dashboard->server, code, SETUP_CODE_TTL_S);
    if (!g_file_set_contents_full(path, code, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
        g_warning("writing the set-up code: %s", error->message);
    else
        g_message("no account yet: the one-time set-up code is in %s", path);
}

bool
dashboard_has_certificate(const Dashboard *dashboard)
{
    return gantry_http_server_get_tls_port(dashboard->server) != 0;
}

ServiceView
dashboard_view_certificate(const Dashboard *dashboard, WallUs wall_us)
{
    HttpServerStatus status = {0};
    int64_t days = 0;
    const char *state = "ok";
    g_autofree char *text = NULL;

    gantry_http_server_get_status(dashboard->server, &status);
    days = (status.certificate_expires_us - wall_us) / (INT64_C(24) * 3600 * US_PER_SECOND);
    if (status.certificate_expires_us <= wall_us) {
        state = "failing";
        text = g_strdup("The certificate has ended: browsers refuse the dashboard. Replace its "
                        "file and reload gantryd.");
    } else if (status.certificate_unread) {
        state = "behind";
        text = g_strdup("The new certificate or its key cannot be read; the one before is in use.");
    } else if (days < CERTIFICATE_SOON_DAYS) {
        state = "behind";
        text = g_strdup_printf("The certificate ends in %" G_GINT64_FORMAT
                               " days. Replace its file and reload gantryd.",
                               days);
    }
    return (ServiceView){.name = g_strdup("certificate"),
                         .state = g_strdup(state),
                         .text = text != NULL ? g_steal_pointer(&text) : g_strdup("")};
}

void
dashboard_free(Dashboard *dashboard)
{
    if (dashboard == NULL)
        return;
    gantry_event_log_unlisten(dashboard->log, dashboard->listener);
    gantry_http_server_free(dashboard->server);
    g_mutex_clear(&dashboard->lock);
    g_free(dashboard->recordings);
    g_free(dashboard);
}

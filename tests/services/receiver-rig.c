/* Events through journal, outbox and libcurl to fakes that are as strict as the real receivers. */
#include "tests/services/receiver-rig.h"

#include <string.h>

#include "tests/services/http-peer.h"
#include "tests/services/private-servers.h"
#include "tests/services/store-events.h"

#define KEY   "0123456789abcdef0123456789abcdef"
#define TOKEN "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11"

const ReceiverSetup receiver_setups[RECEIVER_SETUPS] = {
    {"webhook", RECEIVER_WEBHOOK, "http", "http", "/webhook", "", "", "webhook"},
    {"slack", RECEIVER_SLACK, "http", "http", "/slack", "", "", "slack"},
    {"teams", RECEIVER_TEAMS, "http", "http", "/teams", "", "", "teams"},
    {"pagerduty", RECEIVER_PAGERDUTY, "http", "http", "/pagerduty", KEY, "", "pagerduty"},
    {"jsm", RECEIVER_JSM, "http", "http", "/jsm", "secret-key", "", "jsm"},
    {"alertmanager", RECEIVER_ALERTMANAGER, "http", "http", "/", "", "", "alertmanager"},
    {"telegram", RECEIVER_TELEGRAM, "http", "http", "", TOKEN, "-100", "telegram"},
    {"email", RECEIVER_EMAIL, "smtp", "smtp", "", "", "noc@example.com,b@example.com", "email"},
    {"emails", RECEIVER_EMAIL, "smtps", "smtps", "", "", "noc@example.com", "email"},
    {"syslog-udp", RECEIVER_SYSLOG, "udp", "udp", "", "", "", "syslog"},
    {"syslog-tcp", RECEIVER_SYSLOG, "tcp", "tcp", "", "", "", "syslog"},
    {"syslog-tls", RECEIVER_SYSLOG, "tls", "tls", "", "", "", "syslog"},
};

static bool
start_fakes(ReceiverRig *rig)
{
    g_autofree char *script = g_test_build_filename(G_TEST_DIST, "fake-receivers.py", NULL);
    g_autoptr(GError) error = NULL;
    g_autofree char *line = NULL;

    rig->certificate = http_peer_certificate(rig->folder, "peer.pem", "IP:127.0.0.1");
    rig->fakes =
        g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDIN_PIPE, &error,
                         "/usr/bin/python3", script, rig->folder, rig->certificate, NULL);
    g_assert_no_error(error);
    g_autoptr(GDataInputStream) out =
        g_data_input_stream_new(g_subprocess_get_stdout_pipe(rig->fakes));

    line = g_data_input_stream_read_line(out, NULL, NULL, NULL);
    rig->ports = line != NULL ? json_from_string(line, NULL) : NULL;
    return rig->ports != NULL;
}

void
receiver_rig_set_up(ReceiverRig *rig, gconstpointer unused)
{
    rig->folder = g_dir_make_tmp("gantry-kinds-XXXXXX", NULL);
    g_autofree char *journal = g_build_filename(rig->folder, "journal", NULL);
    g_autofree char *outbox = g_build_filename(rig->folder, "outbox", NULL);
    const AlertsSettings settings = {.folder = outbox,
                                     .monitor_id = "box-1",
                                     .boot_id = "boot-1",
                                     .public_url = "https://gantry.example"};

    rig->log = store_event_log(journal);
    rig->alerts = gantry_alerts_new(rig->log, &settings);
    if (!start_fakes(rig))
        g_test_skip("the package python3-aiosmtpd is not installed");
}

void
receiver_rig_tear_down(ReceiverRig *rig, gconstpointer unused)
{
    gantry_alerts_stop(rig->alerts, PATIENCE_US);
    gantry_event_log_close(rig->log, PATIENCE_US);
    release_object(rig->alerts);
    release_object(rig->log);
    g_subprocess_force_exit(rig->fakes);
    g_object_unref(rig->fakes);
    g_clear_pointer(&rig->ports, json_node_unref);
    remove_folder(rig->folder);
    g_free(rig->certificate);
    g_free(rig->folder);
}

GantryReceiver *
receiver_rig_add(ReceiverRig *rig, const ReceiverSetup *setup, const NotifyPolicy *policy)
{
    const gint64 port = json_object_get_int_member(json_node_get_object(rig->ports), setup->port);
    g_autofree char *url =
        g_strdup_printf("%s://127.0.0.1:%d%s", setup->scheme, (int)port, setup->path);
    g_autofree char *secret = g_build_filename(rig->folder, setup->id, NULL);
    const ReceiverAccess access = {.id = setup->id,
                                   .kind = setup->kind,
                                   .url = url,
                                   .secret_file = setup->secret[0] != '\0' ? secret : "",
                                   .ca_file = rig->certificate,
                                   .to = setup->to,
                                   .from = "gantry@example.com",
                                   .allow_private = true,
                                   .policy = policy};
    g_autoptr(GError) error = NULL;

    g_assert_true(g_file_set_contents(secret, setup->secret, -1, NULL));
    GantryReceiver *receiver = gantry_alerts_add(rig->alerts, &access, &error);

    g_assert_no_error(error);
    return receiver;
}

void
receiver_rig_drop(GantryReceiver *receiver)
{
    gantry_event_sink_stop(GANTRY_EVENT_SINK(receiver), 0);
    g_object_unref(receiver);
}

GPtrArray *
receiver_rig_taken(ReceiverRig *rig, const char *kind)
{
    GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)json_node_unref);
    g_autofree char *path = g_build_filename(rig->folder, "received.jsonl", NULL);
    g_autofree char *text = NULL;

    if (!g_file_get_contents(path, &text, NULL, NULL))
        return list;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (size_t i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++) {
        JsonNode *node = json_from_string(lines[i], NULL);

        if (node != NULL &&
            strcmp(json_object_get_string_member(json_node_get_object(node), "kind"), kind) == 0)
            g_ptr_array_add(list, node);
        else
            g_clear_pointer(&node, json_node_unref);
    }
    return list;
}

bool
receiver_rig_has_taken(gpointer user_data)
{
    const ReceiverWanted *wanted = user_data;
    g_autoptr(GPtrArray) list = receiver_rig_taken(wanted->rig, wanted->kind);

    return list->len >= wanted->count;
}

void
receiver_rig_wait_taken(ReceiverRig *rig, const char *kind, guint count)
{
    ReceiverWanted wanted = {.rig = rig, .kind = kind, .count = count};

    g_test_message("%s", kind);
    g_assert_true(wait_until(receiver_rig_has_taken, &wanted, RECEIVER_RIG_WAIT_US));
}

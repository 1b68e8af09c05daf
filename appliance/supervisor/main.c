/* gantryd: arguments, signals, the loop. */
#include <glib-unix.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>

#include "appliance/http/http-server.h"
#include "appliance/supervisor/provision.h"
#include "appliance/supervisor/supervisor.h"
#include "pipelines/base/error.h"
#include "pipelines/base/log-guard.h"

#define EXIT_BROKEN  1
#define EXIT_USAGE   2
#define WANTED_FILES 65536u

typedef struct {
    GMainLoop *loop;
    Supervisor *supervisor;
} Running;

static void
on_stopped(gpointer user_data)
{
    Running *running = user_data;

    g_main_loop_quit(running->loop);
}

static gboolean
on_stop_signal(gpointer user_data)
{
    Running *running = user_data;

    supervisor_stop(running->supervisor, on_stopped, running);
    return G_SOURCE_CONTINUE;
}

static gboolean
on_reload_signal(gpointer user_data)
{
    Running *running = user_data;

    supervisor_reload(running->supervisor);
    return G_SOURCE_CONTINUE;
}

static void
raise_file_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = MIN(limit.rlim_max, WANTED_FILES);
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        g_warning("the limit of open files stays as it is");
}

static int
complain(const GError *error)
{
    g_printerr("gantryd: %s\n", error->message);
    return g_error_matches(error, GANTRY_ERROR, GANTRY_ERROR_INVALID) ||
                   g_error_matches(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND)
               ? EXIT_USAGE
               : EXIT_BROKEN;
}

/* Reads what --check is asked to read. */
static bool
check(const Options *options, GError **error)
{
    g_autoptr(Settings) settings = provision_settings(options, error);
    g_autoptr(HwProfile) profile = settings != NULL ? provision_profile(settings, error) : NULL;
    g_autoptr(Inventory) empty = inventory_new();
    g_autoptr(Inventory) inventory =
        profile != NULL ? provision_inventory(empty, settings, error) : NULL;

    if (inventory == NULL)
        return false;
    g_print("settings and channel list are right: %zu channels on %zu inputs, %zu receivers\n",
            inventory->n_channels, inventory->n_inputs, inventory->n_receivers);
    return true;
}

int
main(int argc, char **argv)
{
    g_auto(Options) options = {0};
    g_autoptr(GError) error = NULL;
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    Running running = {.loop = loop};

    setlocale(LC_ALL, "C.UTF-8");
    g_setenv(HTTP_TLS_PRIORITY_VARIABLE, HTTP_TLS_PRIORITY, FALSE);
    log_guard_install();
    if (!options_parse(argc, argv, &options, &error))
        return complain(error);
    if (options.show_version) {
        g_print("gantryd %s\n", GANTRY_VERSION);
        return 0;
    }
    if (options.check_only)
        return check(&options, &error) ? 0 : complain(error);
    raise_file_limit();
    /* A peer that is gone and a file that may not grow are errors of one call, not of the process.
     */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    running.supervisor = supervisor_new(&options, &error);
    if (running.supervisor == NULL)
        return complain(error);
    g_unix_signal_add(SIGTERM, on_stop_signal, &running);
    g_unix_signal_add(SIGINT, on_stop_signal, &running);
    g_unix_signal_add(SIGHUP, on_reload_signal, &running);
    g_main_loop_run(loop);
    supervisor_free(running.supervisor);
    return 0;
}

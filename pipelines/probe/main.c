/* gantry-probe: arguments in, one report out. */
#include <gio/gio.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "pipelines/base/error.h"
#include "pipelines/probe/file-source.h"
#include "pipelines/probe/live-source.h"
#include "pipelines/probe/report.h"

#define EXIT_BAD_INPUT 2
#define LIVE_SECONDS   10.0
#define SECONDS_MAX    86400.0

typedef struct {
    gboolean json;
    double seconds; /* 0: not given */
    int pid;
    int service;
    char *interface; /* owned */
    char **inputs;   /* owned */
} Options;

static void
options_clear(Options *options)
{
    g_free(options->interface);
    g_strfreev(options->inputs);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static gboolean
check(const Options *options, GError **error)
{
    const char *wrong = NULL;

    if (!options->inputs || g_strv_length(options->inputs) != 1)
        wrong = "give one FILE or URL; --help tells more";
    else if (options->seconds < 0 || options->seconds > SECONDS_MAX)
        wrong = "--seconds is 0 to 86400";
    else if (options->pid < -1 || options->pid >= (int)TS_PID_COUNT)
        wrong = "--pid is 0 to 8191";
    else if (options->service < -1 || options->service > G_MAXUINT16 || options->service == 0)
        wrong = "--service is 1 to 65535";
    if (wrong)
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, wrong);
    return !wrong;
}

static gboolean
parse(int *argc, char ***argv, Options *options, GError **error)
{
    const GOptionEntry entries[] = {
        {"json", 'j', 0, G_OPTION_ARG_NONE, &options->json, "Print one JSON object", NULL},
        {"seconds", 's', 0, G_OPTION_ARG_DOUBLE, &options->seconds,
         "How long to listen (10), or how much of a file to read (all)", "N"},
        {"pid", 'p', 0, G_OPTION_ARG_INT, &options->pid, "Show this PID only", "PID"},
        {"service", 'S', 0, G_OPTION_ARG_INT, &options->service, "Show this service only", "ID"},
        {"interface", 'i', 0, G_OPTION_ARG_STRING, &options->interface,
         "Network interface to receive on", "NAME"},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->inputs, NULL, "FILE|URL"},
        {0},
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);

    g_option_context_set_summary(
        context, "Analyses a transport stream: a file of 188, 192 or 204 byte packets, or a live "
                 "input\nsuch as udp://239.1.1.1:5000, udp://source@group:port or rtp://...");
    g_option_context_add_main_entries(context, entries, NULL);
    return g_option_context_parse(context, argc, argv, error) && check(options, error);
}

static gboolean
run(ProbeSession *session, const Options *options, GError **error)
{
    const char *input = options->inputs[0];

    if (!strstr(input, "://"))
        return file_source_run(session, input, options->seconds, error);
    const LiveSettings settings = {
        .interface = options->interface ? options->interface : "",
        .seconds = options->seconds > 0 ? options->seconds : LIVE_SECONDS,
    };

    return live_source_run(session, input, &settings, error);
}

int
main(int argc, char **argv)
{
    g_auto(Options) options = {.pid = -1, .service = -1};
    g_autoptr(GError) error = NULL;

    setlocale(LC_ALL, "");
    if (!parse(&argc, &argv, &options, &error)) {
        g_printerr("gantry-probe: %s\n", error->message);
        return EXIT_BAD_INPUT;
    }
    g_autoptr(ProbeSession) session = probe_session_new(options.inputs[0]);
    const ReportScope scope = {.pid = options.pid, .service = options.service};

    if (!run(session, &options, &error)) {
        g_printerr("gantry-probe: %s: %s\n", options.inputs[0], error->message);
        return EXIT_BAD_INPUT;
    }
    g_autofree char *report =
        options.json ? report_json(session, &scope) : report_text(session, &scope);

    fputs(report, stdout);
    return fflush(stdout) == 0 ? 0 : 1;
}

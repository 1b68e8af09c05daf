/* gantry-probe: arguments in, one report out. */
#include <locale.h>
#include <stdio.h>

#include "pipelines/base/error.h"
#include "pipelines/probe/capture-source.h"
#include "pipelines/probe/file-source.h"
#include "pipelines/probe/input-file.h"
#include "pipelines/probe/live-picture.h"
#include "pipelines/probe/live-source.h"
#include "pipelines/probe/media-graph.h"
#include "pipelines/probe/options.h"
#include "pipelines/probe/report-flows.h"
#include "pipelines/probe/report.h"
#include "pipelines/probe/sound-export.h"
#include "pipelines/probe/wav-source.h"
#include "pipelines/worker/sandbox.h"

#define EXIT_BAD_INPUT 2
#define EXIT_NO_OUTPUT 1
#define LIVE_SECONDS   10.0

static int
print(const char *text)
{
    fputs(text, stdout);
    return fflush(stdout) == 0 ? 0 : EXIT_NO_OUTPUT;
}

static bool
list_flows(const Options *options, int *ret_status, GError **error)
{
    g_auto(CaptureContents) contents = {0};
    bool is_capture = false;

    if (!input_file_is_capture(options->inputs[0], &is_capture, error))
        return false;
    if (!is_capture) {
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                            "--list-flows is for captures, and this is none");
        return false;
    }
    if (!capture_contents_read(options->inputs[0], &contents, error))
        return false;
    g_autofree char *text =
        options->json ? report_flows_json(&contents) : report_flows_text(&contents);

    *ret_status = print(text);
    return true;
}

/* A stream that takes this process over shall gain nothing but it. @folder: (nullable) */
static bool
enter_sandbox(const char *folder, GError **error)
{
    const SandboxFolders folders = {.own = folder};

    return sandbox_enter(&folders, error);
}

static bool
confine(const Options *options, const char *folder, GError **error)
{
    return options->confine == NULL || enter_sandbox(folder, error);
}

static bool
listen_to(
    ProbeSession *session, const Options *options, Console *console, Follow *follow, GError **error)
{
    g_autofree char *folder =
        g_canonicalize_filename(options->confine != NULL ? options->confine : ".", NULL);
    const LiveSettings settings = {
        .interface = options->interface ? options->interface : "",
        .console = console,
        .follow = follow,
    };

    if (session->seconds <= 0 && !follow)
        session->seconds = LIVE_SECONDS;
    if (options->picture)
        live_picture_expect(session);
    return confine(options, folder, error) &&
           live_source_run(session, options->inputs[0], &settings, error) &&
           (!options->picture || live_picture_take(session, folder, error));
}

static int64_t
shortest_us(const Options *options)
{
    return (int64_t)(options->shortest * (double)US_PER_SECOND);
}

/* What the pictures and the sound of the transport stream show, behind its analysis. */
static bool
measure_media(ProbeSession *session, const Options *options, GError **error)
{
    if (!options->media && !options->slate)
        return true;
    session->media = media_new(options_depth(options), shortest_us(options));
    return media_graph_run(session->media, session, options->service, error);
}

static bool
read_file(ProbeSession *session, const Options *options, GError **error)
{
    const char *input = options->inputs[0];
    bool is_capture = false;

    if (!input_file_is_capture(input, &is_capture, error))
        return false;
    if (is_capture && (options->media || options->slate)) {
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                            options->slate
                                ? "--slate is for transport streams, and this is a capture"
                                : "--media is for transport streams and WAV files, and this is a "
                                  "capture");
        return false;
    }
    if (is_capture)
        return capture_source_run(session, input, (const char *const *)options->flows, error);
    if (options->flows) {
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                            "--flow is for captures, and this is none");
        return false;
    }
    return file_source_run(session, input, error) && measure_media(session, options, error);
}

/* The terminal is given back before the report is printed. */
static bool
read_input(ProbeSession *session, const Options *options, const ReportScope *scope, GError **error)
{
    const bool live = options_is_live(options);
    g_autoptr(Console) console = live || options->follow ? console_new(options->follow) : NULL;
    g_autoptr(Follow) follow =
        options->follow ? follow_new(session, scope, console, options->json) : NULL;

    if (live)
        return listen_to(session, options, console, follow, error);
    session->wait = follow ? follow_wait : NULL;
    session->wait_data = follow;
    return read_file(session, options, error);
}

/* A WAV file is no transport stream: its sound is all that there is to tell. */
static bool
listen_to_wav(const Options *options, int *ret_status, GError **error)
{
    g_autoptr(Media) media = media_new(options_depth(options), shortest_us(options));
    const char *input = options->inputs[0];
    bool cut = false;

    if (!wav_source_run(media, input, &cut, error))
        return false;
    g_autofree char *report =
        options->json ? report_media_json(input, media, cut) : report_media_text(input, media, cut);

    *ret_status = print(report);
    return true;
}

/* The video whose picture stood longest is the one with the slate. */
static bool
print_slate(const Media *media, int *ret_status, GError **error)
{
    const SteadyPicture *steadiest = NULL;

    for (guint i = 0; i < media->videos->len; i++) {
        const SteadyPicture *steady = &g_array_index(media->videos, MediaVideo, i).steady;

        if (steady->longest_us > 0 && (!steadiest || steady->longest_us > steadiest->longest_us))
            steadiest = steady;
    }
    if (!steadiest) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND,
                    "no picture stands for %.1f s; a slate does",
                    (double)STEADY_PICTURE_LEAST_US / (double)US_PER_SECOND);
        return false;
    }
    g_autofree char *digits = steady_picture_digits(steadiest);
    g_autofree char *line = g_strconcat(digits, "\n", NULL);

    *ret_status = print(line);
    return true;
}

static bool
analyse_stream(const Options *options, int *ret_status, GError **error)
{
    g_autoptr(ProbeSession) session = probe_session_new(options->inputs[0]);
    const ReportScope scope = {.pid = options->pid, .service = options->service};

    session->seconds = options->seconds;
    if (!read_input(session, options, &scope, error))
        return false;
    if (options->slate)
        return print_slate(session->media, ret_status, error);
    g_autofree char *report =
        options->json ? report_json(session, &scope) : report_text(session, &scope);

    *ret_status = print(report);
    return true;
}

static bool
export_sound(const Options *options, int *ret_status, GError **error)
{
    const char *input = options->inputs[0];
    const bool piped = g_str_equal(input, "-");
    g_autofree char *path = piped ? sound_export_keep_input(error) : g_strdup(input);
    g_autoptr(GBytes) wav = NULL;

    if (path == NULL || (piped && !enter_sandbox(NULL, error)))
        return false;
    wav = sound_export_run(path, (uint16_t)options->sound,
                           options->after >= 0 ? (Pts90)options->after : PTS90_MODULUS, error);
    if (wav == NULL)
        return false;
    (void)fwrite(g_bytes_get_data(wav, NULL), 1, g_bytes_get_size(wav), stdout);
    *ret_status = fflush(stdout) == 0 ? 0 : EXIT_NO_OUTPUT;
    return true;
}

static bool
analyse(const Options *options, int *ret_status, GError **error)
{
    bool is_wav = false;

    if (options->sound >= 0)
        return export_sound(options, ret_status, error);
    if (!options->media)
        return analyse_stream(options, ret_status, error);
    if (!wav_source_is_wav(options->inputs[0], &is_wav, error))
        return false;
    return (is_wav ? listen_to_wav : analyse_stream)(options, ret_status, error);
}

int
main(int argc, char **argv)
{
    g_auto(Options) options = {.pid = -1, .service = -1, .sound = -1, .after = -1, .shortest = 2};
    g_autoptr(GError) error = NULL;
    int status = 0;

    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C"); /* programs read it */
    if (!options_parse(&options, &argc, &argv, &error)) {
        g_printerr("gantry-probe: %s\n", error->message);
        return EXIT_BAD_INPUT;
    }
    if (options.version)
        return print("gantry-probe " GANTRY_VERSION "\n");
    if (!(options.list_flows ? list_flows : analyse)(&options, &status, &error)) {
        g_printerr("gantry-probe: %s: %s\n", options.inputs[0], error->message);
        return EXIT_BAD_INPUT;
    }
    return status;
}

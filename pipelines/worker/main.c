/* gantry-channel: measures one input and tells gantryd. */
#include <glib-unix.h>
#include <locale.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>

#include "pipelines/base/error.h"
#include "pipelines/base/log-guard.h"
#include "pipelines/base/slug.h"
#include "pipelines/base/text.h"
#include "pipelines/worker/life.h"
#include "pipelines/worker/worker.h"

#define EXIT_BAD_USE     2
#define TRIM_THRESHOLD   (16 * 1024 * 1024)
#define MMAP_THRESHOLD   (16 * 1024 * 1024)
#define TRIM_PERIOD_S    60
#define FILE_MASK        0027 /* gantryd reads segments by the group */
#define SAY_BAD_USE(...) (fprintf(stderr, "gantry-channel: " __VA_ARGS__), fputc('\n', stderr))

typedef struct {
    GMainLoop *loop;
    const char *reason; /* no-ref; of the end */
} Ending;

/* Memory matters at sixty processes: one arena, and nothing hoarded. */
static void
tame_malloc(void)
{
    (void)mallopt(M_ARENA_MAX, 1);
    (void)mallopt(M_TRIM_THRESHOLD, TRIM_THRESHOLD);
    (void)mallopt(M_MMAP_THRESHOLD, MMAP_THRESHOLD);
}

/* Pictures of a full decode leave free pages in the midst of the heap, under whatever small thing
 * was kept above them; only this gives them back. */
static gboolean
give_pages_back(gpointer user_data)
{
    (void)malloc_trim(0);
    return G_SOURCE_CONTINUE;
}

static gboolean
stop(gpointer user_data)
{
    Ending *ending = user_data;

    ending->reason = "stopped";
    g_main_loop_quit(ending->loop);
    return G_SOURCE_CONTINUE;
}

static int
run(const WorkerOptions *options)
{
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    Ending ending = {loop, "stopped"};
    g_autoptr(GError) error = NULL;
    Life *life = life_begin(options->state, options->input_id, &error);
    Worker *worker = life != NULL ? worker_new(options, &error) : NULL;

    if (worker == NULL) {
        const bool twice =
            life == NULL && g_error_matches(error, GANTRY_ERROR, GANTRY_ERROR_CONFLICT);

        life_end(life);
        SAY_BAD_USE("%s", error->message);
        return twice ? LIFE_EXIT_TWICE : EXIT_BAD_USE;
    }
    g_unix_signal_add(SIGTERM, stop, &ending);
    g_unix_signal_add(SIGINT, stop, &ending);
    g_timeout_add_seconds(TRIM_PERIOD_S, give_pages_back, NULL);
    (void)sd_notify(0, "READY=1");
    g_main_loop_run(loop);
    (void)sd_notify(0, "STOPPING=1");
    worker_free(worker, ending.reason);
    life_end(life);
    return EXIT_SUCCESS;
}

/* Returns: (transfer full) (nullable): what is wrong with the options */
static char *
check_options(const WorkerOptions *options, int rest)
{
    if (rest > 1)
        return g_strdup("takes no arguments but options");
    if (options->input_id == NULL)
        return g_strdup("--input needs the id of an input");
    if (!slug_is_valid(options->input_id)) {
        g_autofree char *clean = text_clean(options->input_id, SLUG_MAX);

        return g_strdup_printf("--input \"%s\" is no id: expected a-z, 0-9 and -, at most %d",
                               clean, SLUG_MAX);
    }
    if (options->socket == NULL)
        return g_strdup("--socket needs the path of gantryd's socket");
    if (options->state == NULL)
        return g_strdup("--state needs the state folder");
    return NULL;
}

int
main(int argc, char **argv)
{
    g_autofree char *input = NULL, *socket = NULL, *state = NULL, *record = NULL, *config = NULL;
    gboolean no_sandbox = FALSE;
    const GOptionEntry entries[] = {
        {"input", 0, 0, G_OPTION_ARG_STRING, &input, "Id of the input", "ID"},
        {"socket", 0, 0, G_OPTION_ARG_FILENAME, &socket, "Socket of gantryd", "PATH"},
        {"state", 0, 0, G_OPTION_ARG_FILENAME, &state, "State folder", "DIR"},
        {"record", 0, 0, G_OPTION_ARG_FILENAME, &record, "Record what is said", "FILE"},
        {"config", 0, 0, G_OPTION_ARG_FILENAME, &config, "Use this kept configuration", "FILE"},
        {"no-sandbox", 0, 0, G_OPTION_ARG_NONE, &no_sandbox, "Run unconfined, to debug", NULL},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new("- measures one input");
    g_autoptr(GError) error = NULL;

    (void)setlocale(LC_ALL, "C.UTF-8");
    (void)umask(FILE_MASK);
    log_guard_install();
    tame_malloc();
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        SAY_BAD_USE("%s", error->message);
        return EXIT_BAD_USE;
    }
    const WorkerOptions options = {input, socket, state, record, config, !no_sandbox};
    g_autofree char *wrong = check_options(&options, argc);

    if (wrong == NULL)
        return run(&options);
    SAY_BAD_USE("%s", wrong);
    return EXIT_BAD_USE;
}

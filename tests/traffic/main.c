/* gantry-traffic: invented channels with real coding, sent for ever, broken on request. */
#include <errno.h>
#include <glib-unix.h>
#include <glib.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "pipelines/base/error.h"
#include "tests/traffic/control.h"
#include "tests/traffic/plan.h"
#include "tests/traffic/source.h"
#include "tests/traffic/synthetic.h"

#define EXIT_USAGE     2
#define PORT_USUAL     21000
#define CHANNELS_USUAL 60

typedef struct {
    char *sources, *only, *inventory, *script, *truth, *control, *plan; /* owned; paths, but only */
    int count, base_port, seed;
    int synthetic_kbps; /* 0: sources are read */
    double seconds;     /* 0: for ever */
} Options;

typedef struct {
    GMainLoop *loop; /* owned */
    Sender *sender;  /* no-ref */
    int timer;       /* owned */
    MonoUs end_us;   /* US_NEVER: for ever */
} Run;

static MonoUs
boot_now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_BOOTTIME, &now);
    return now.tv_sec * US_PER_SECOND + now.tv_nsec / 1000;
}

static int
fail(const GError *error)
{
    g_printerr("gantry-traffic: %s\n", error->message);
    return error->domain == GANTRY_ERROR && error->code == GANTRY_ERROR_UNAVAILABLE ? 1
                                                                                    : EXIT_USAGE;
}

static gboolean
on_tick(int fd, GIOCondition condition, gpointer user_data)
{
    Run *run = user_data;
    guint64 expirations = 0;
    const MonoUs now_us = boot_now_us();

    if (read(fd, &expirations, sizeof expirations) < 0)
        return G_SOURCE_CONTINUE;
    sender_tick(run->sender, now_us);
    if (now_us >= run->end_us)
        g_main_loop_quit(run->loop);
    return G_SOURCE_CONTINUE;
}

static gboolean
on_signal(gpointer user_data)
{
    g_main_loop_quit(((Run *)user_data)->loop);
    return G_SOURCE_CONTINUE;
}

/* What sending cost, on standard error. */
static void
print_cost(MonoUs elapsed_us)
{
    struct rusage used;

    getrusage(RUSAGE_SELF, &used);
    const double seconds = (double)elapsed_us / (double)US_PER_SECOND;
    const double cpu = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;

    g_printerr("gantry-traffic: sent for %.1f s with %.3f of a core\n", seconds,
               cpu / MAX(seconds, 0.001));
}

static int
run_sender(Sender *sender, const Options *options, GError **error)
{
    const struct itimerspec every = {.it_interval.tv_nsec = SENDER_TICK_US * 1000,
                                     .it_value.tv_nsec = SENDER_TICK_US * 1000};
    const MonoUs began_us = boot_now_us();
    Run run = {.sender = sender,
               .end_us =
                   options->seconds > 0 ? began_us + (MonoUs)(options->seconds * 1e6) : US_NEVER};
    g_autoptr(Control) control = NULL;

    if (options->control != NULL &&
        (control = control_new(options->control, sender, error)) == NULL)
        return fail(*error);
    run.loop = g_main_loop_new(NULL, FALSE);
    run.timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (run.timer < 0 || timerfd_settime(run.timer, 0, &every, NULL) < 0) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "timer: %s", g_strerror(errno));
        return fail(*error);
    }
    g_unix_fd_add(run.timer, G_IO_IN, on_tick, &run);
    g_unix_signal_add(SIGINT, on_signal, &run);
    g_unix_signal_add(SIGTERM, on_signal, &run);
    g_print("gantry-traffic: sending\n");
    fflush(stdout);
    g_main_loop_run(run.loop);
    sender_finish(sender, boot_now_us());
    print_cost(boot_now_us() - began_us);
    close(run.timer);
    g_main_loop_unref(run.loop);
    return 0;
}

static GArray *
read_script(const char *path, GError **error)
{
    g_autofree char *text = NULL;

    return g_file_get_contents(path, &text, NULL, error) ? script_parse(path, text, error) : NULL;
}

static GArray *
read_plan(const Options *options, GError **error)
{
    g_autofree char *text = NULL;

    if (options->plan == NULL)
        return plan_make((unsigned)options->count, (uint16_t)options->base_port);
    return g_file_get_contents(options->plan, &text, NULL, error)
               ? plan_parse(options->plan, text, error)
               : NULL;
}

/* What each channel of @plan sends: read from the cache, or invented. */
static GPtrArray *
make_library(const Options *options, const GArray *plan, GError **error)
{
    if (options->sources != NULL)
        return source_library_load(options->sources, options->only, error);
    GPtrArray *library = g_ptr_array_new_with_free_func((GDestroyNotify)source_free);

    for (guint i = 0; i < plan->len; i++) {
        const PlanTransport *transport = &g_array_index(plan, PlanChannel, i).transport;
        const guint32 kbps =
            transport->rate_kbps != 0 ? transport->rate_kbps : (guint32)options->synthetic_kbps;

        g_ptr_array_add(library, synthetic_source_new(kbps * 1000, MAX(transport->services, 1)));
    }
    return library;
}

/* Whether there is anything to send. @ret_status: how to end if not. */
static bool
has_sources(const Options *options, const char *inventory, int *ret_status, GError **error)
{
    if (options->sources != NULL || options->synthetic_kbps != 0)
        return true;
    if (options->inventory == NULL || options->truth != NULL || options->control != NULL) {
        g_printerr("gantry-traffic: --sources FOLDER (make-sources fills it) or --synthetic KBPS "
                   "is needed\n");
        *ret_status = EXIT_USAGE;
    } else {
        *ret_status =
            g_file_set_contents(options->inventory, inventory, -1, error) ? 0 : fail(*error);
    }
    return false;
}

static int
send_all(const Options *options, GError **error)
{
    g_autoptr(GArray) plan = read_plan(options, error);
    g_autoptr(GArray) script =
        plan != NULL && options->script != NULL ? read_script(options->script, error) : NULL;
    int status = 0;

    if (plan == NULL || (options->script != NULL && script == NULL))
        return fail(*error);
    g_autofree char *inventory = plan_inventory(plan);

    if (!has_sources(options, inventory, &status, error))
        return status;
    g_autoptr(GPtrArray) library = make_library(options, plan, error);

    if (library == NULL)
        return fail(*error);
    g_autoptr(Truth) truth = truth_open(options->truth, error);

    if (truth == NULL || (options->inventory != NULL &&
                          !g_file_set_contents(options->inventory, inventory, -1, error)))
        return fail(*error);
    const SenderConfig config = {.plan = plan,
                                 .programmes = library,
                                 .script = script,
                                 .truth = truth,
                                 .seed = (guint64)options->seed};
    g_autoptr(Sender) sender = sender_new(&config, boot_now_us(), error);

    return sender != NULL ? run_sender(sender, options, error) : fail(*error);
}

/* `gantry-traffic control --socket PATH WORD ...` */
static int
ask(int argc, char **argv, GError **error)
{
    if (argc < 5 || !g_str_equal(argv[2], "--socket")) {
        g_printerr("gantry-traffic: wanted: control --socket PATH REQUEST, such as: break ch-03 "
                   "stop 20\n");
        return EXIT_USAGE;
    }
    g_autofree char *request = g_strjoinv(" ", argv + 4);
    g_autofree char *answer = control_ask(argv[3], request, error);

    if (answer == NULL)
        return fail(*error);
    g_print("%s\n", answer);
    return g_str_has_prefix(answer, "{\"ok\":true") ? 0 : EXIT_USAGE;
}

static void
clear_options(Options *options)
{
    g_free(options->sources);
    g_free(options->only);
    g_free(options->inventory);
    g_free(options->script);
    g_free(options->truth);
    g_free(options->control);
    g_free(options->plan);
}

static bool
check_options(const Options *options, GError **error)
{
    g_autofree char *wrong = NULL;

    if (options->count < 1 || options->count > PLAN_MAX)
        wrong = g_strdup_printf("--count %d: 1 to %d", options->count, PLAN_MAX);
    else if (options->base_port < 1024 || options->base_port + options->count > 65535)
        wrong = g_strdup_printf("--base-port %d: from 1024, and room for all channels below 65536",
                                options->base_port);
    else if (!(options->seconds >= 0 && options->seconds < 1e9))
        wrong = g_strdup("--seconds: a positive number");
    else if (options->synthetic_kbps != 0 &&
             (options->synthetic_kbps < SYNTHETIC_RATE_MIN_BPS / 1000 ||
              options->synthetic_kbps > SYNTHETIC_RATE_MAX_BPS / 1000))
        wrong = g_strdup_printf("--synthetic %d: %d to %d", options->synthetic_kbps,
                                SYNTHETIC_RATE_MIN_BPS / 1000, SYNTHETIC_RATE_MAX_BPS / 1000);
    else if (options->synthetic_kbps != 0 && options->sources != NULL)
        wrong = g_strdup("--synthetic and --sources: one of them");
    if (wrong != NULL)
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, wrong);
    return wrong == NULL;
}

static bool
parse_options(int argc, char **argv, Options *options, GError **error)
{
    const GOptionEntry entries[] = {
        {"sources", 0, 0, G_OPTION_ARG_FILENAME, &options->sources,
         "what to send, as make-sources made it", "FOLDER"},
        {"synthetic", 0, 0, G_OPTION_ARG_INT, &options->synthetic_kbps,
         "send invented streams of this rate, with no picture in them", "KBPS"},
        {"plan", 0, 0, G_OPTION_ARG_FILENAME, &options->plan,
         "the channels and how each goes out; tests/traffic/plan.h tells the keys", "FILE"},
        {"count", 0, 0, G_OPTION_ARG_INT, &options->count, "channels, without a plan (60)", "N"},
        {"base-port", 0, 0, G_OPTION_ARG_INT, &options->base_port,
         "UDP port of the first channel (21000)", "PORT"},
        {"inventory", 0, 0, G_OPTION_ARG_FILENAME, &options->inventory,
         "write the list of channels here; without sources, nothing else", "CSV"},
        {"script", 0, 0, G_OPTION_ARG_FILENAME, &options->script,
         "lines AT_SECONDS CHANNEL KIND DURATION_SECONDS [key=value ...]", "FILE"},
        {"control", 0, 0, G_OPTION_ARG_FILENAME, &options->control, "listen for requests here",
         "SOCKET"},
        {"truth", 0, 0, G_OPTION_ARG_FILENAME, &options->truth,
         "append what was done, as JSON lines", "FILE"},
        {"seed", 0, 0, G_OPTION_ARG_INT, &options->seed, "of all dice (1)", "N"},
        {"seconds", 0, 0, G_OPTION_ARG_DOUBLE, &options->seconds, "end after this time", "S"},
        {"source", 0, 0, G_OPTION_ARG_STRING, &options->only, "send this source on all channels",
         "NAME"},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new("| control --socket SOCKET REQUEST");
    g_autofree char *kinds = impair_help();
    g_autofree char *text = g_strconcat("Requests: break CHANNEL KIND [SECONDS] [key=value ...], "
                                        "mend CHANNEL, list, status; CHANNEL may be all.\nKinds:\n",
                                        kinds, NULL);

    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_description(context, text);
    if (!g_option_context_parse(context, &argc, &argv, error))
        return false;
    if (argc > 1) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "unknown argument '%.40s'; see --help", argv[1]);
        return false;
    }
    return check_options(options, error);
}

int
main(int argc, char **argv)
{
    Options options = {.count = CHANNELS_USUAL, .base_port = PORT_USUAL, .seed = 1};
    g_autoptr(GError) error = NULL;
    int status = 0;

    setlocale(LC_CTYPE, "C.UTF-8");
    if (argc > 1 && g_str_equal(argv[1], "control"))
        return ask(argc, argv, &error);
    status = parse_options(argc, argv, &options, &error) ? send_all(&options, &error) : fail(error);
    clear_options(&options);
    return status;
}

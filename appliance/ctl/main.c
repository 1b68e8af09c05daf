/* gantryctl: options, the choice of the verb, the exit status. */
#include <locale.h>
#include <string.h>
#include <unistd.h>

#include "appliance/ctl/verbs.h"
#include "pipelines/base/text.h"

#define DEFAULT_SOCKET "/var/lib/gantry/run/control.sock"
#define TIMEOUT_S      10

#ifndef GANTRY_VERSION
#define GANTRY_VERSION "unknown"
#endif

static const char examples[] =
    "Examples:\n"
    "  gantryctl status\n"
    "  gantryctl channel list | awk -F'\\t' '$2 == \"fault\"'\n"
    "  gantryctl alarm ack 3f2a6c1e-... --note 'called the head-end'\n"
    "  gantryctl alarm shelve 3f2a6c1e-... --minutes 60 --note 'known, part is on its way'\n"
    "  gantryctl journal --after 1200 --follow --json\n"
    "  gantryctl journal --file /var/lib/gantry/journal\n"
    "  gantryctl login-link\n"
    "\n"
    "The socket is --socket PATH, else $GANTRY_SOCKET, else " DEFAULT_SOCKET ".\n"
    "Exit status: 0 ok, 1 failure, 2 usage, 3 cannot reach, 4 denied, 5 not found, 6 conflict.\n";

typedef struct {
    char *socket;
    int timeout_s;
    gboolean json;
    gboolean all;
    gboolean follow;
    gint64 after;
    char *note;
    char *file;
    char *user;
    char *body;
    gint64 minutes;
    gboolean version;
    char **words;
} Options;

static char *
summary(void)
{
    GString *out = g_string_new("Commands:\n");

    for (const Verb *verb = verbs; verb->noun != NULL; verb++) {
        g_autofree char *name =
            g_strdup_printf("%s%s%s%s%s", verb->noun, verb->verb != NULL ? " " : "",
                            verb->verb != NULL ? verb->verb : "", verb->target != NULL ? " " : "",
                            verb->target != NULL ? verb->target : "");

        g_string_append_printf(out, "  %-16s %s\n", name, verb->help);
    }
    return g_string_free(out, FALSE);
}

static bool
parse(int *argc, char ***argv, Options *options, GError **error)
{
    const GOptionEntry entries[] = {
        {"socket", 's', 0, G_OPTION_ARG_FILENAME, &options->socket, "control socket of gantryd",
         "PATH"},
        {"timeout", 't', 0, G_OPTION_ARG_INT, &options->timeout_s,
         "seconds to wait for an answer (10)", "SECONDS"},
        {"json", 'j', 0, G_OPTION_ARG_NONE, &options->json, "print JSON, one object a line", NULL},
        {"all", 'a', 0, G_OPTION_ARG_NONE, &options->all, "alarm list: cleared ones too", NULL},
        {"note", 'n', 0, G_OPTION_ARG_STRING, &options->note, "alarm ...: what you did, or why",
         "TEXT"},
        {"user", 'u', 0, G_OPTION_ARG_STRING, &options->user, "alarm assign: who", "NAME"},
        {"body", 'b', 0, G_OPTION_ARG_STRING, &options->body,
         "calendar set, policy set: the JSON, or @FILE", "JSON"},
        {"minutes", 'm', 0, G_OPTION_ARG_INT64, &options->minutes,
         "alarm ack, alarm shelve, channel maintain: how long", "N"},
        {"after", 0, 0, G_OPTION_ARG_INT64, &options->after, "journal: events above SEQ", "SEQ"},
        {"follow", 'f', 0, G_OPTION_ARG_NONE, &options->follow, "journal: go on as events come",
         NULL},
        {"file", 0, 0, G_OPTION_ARG_FILENAME, &options->file,
         "journal: read a folder or a segment, gantryd is not asked", "PATH"},
        {"version", 0, 0, G_OPTION_ARG_NONE, &options->version, "print the version", NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->words, NULL, "COMMAND"},
        {0},
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autofree char *commands = summary();

    g_option_context_set_summary(context, commands);
    g_option_context_set_description(context, examples);
    g_option_context_add_main_entries(context, entries, NULL);
    return g_option_context_parse(context, argc, argv, error);
}

/* The nearest word of the table's: nouns, or the verbs of @noun. Returns: (nullable) */
static const char *
nearest(const char *word, const char *noun)
{
    g_autoptr(GPtrArray) known = g_ptr_array_new();

    for (const Verb *verb = verbs; verb->noun != NULL; verb++) {
        if (noun == NULL)
            g_ptr_array_add(known, (gpointer)verb->noun);
        else if (g_str_equal(verb->noun, noun) && verb->verb != NULL)
            g_ptr_array_add(known, (gpointer)verb->verb);
    }
    g_ptr_array_add(known, NULL);
    return text_nearest(word, (const char *const *)known->pdata);
}

static CtlStatus
usage(const char *what, const char *word, const char *near)
{
    g_autofree char *clean = text_clean(word, 64);

    if (near != NULL)
        g_printerr("gantryctl: %s \"%s\"; did you mean \"%s\"?\n", what, clean, near);
    else
        g_printerr("gantryctl: %s \"%s\"; see gantryctl --help.\n", what, clean);
    return CTL_USAGE;
}

/* The verb that @words name. @ret_rest: how many words it took. NULL: the complaint was printed. */
static const Verb *
find_verb(char **words, guint *ret_rest)
{
    bool noun_known = false;

    for (const Verb *verb = verbs; verb->noun != NULL; verb++) {
        if (!g_str_equal(verb->noun, words[0]))
            continue;
        noun_known = true;
        if (verb->verb == NULL || g_strcmp0(verb->verb, words[1]) == 0) {
            *ret_rest = verb->verb == NULL ? 1 : 2;
            return verb;
        }
    }
    if (!noun_known)
        (void)usage("no such command:", words[0], nearest(words[0], NULL));
    else if (words[1] == NULL)
        (void)usage("say what to do with", words[0], NULL);
    else
        (void)usage("no such verb:", words[1], nearest(words[1], words[0]));
    return NULL;
}

static CtlStatus
run(const Options *options)
{
    guint taken = 0;
    const Verb *verb = find_verb(options->words, &taken);
    const char *socket = options->socket != NULL ? options->socket : g_getenv("GANTRY_SOCKET");
    g_autoptr(CtlClient) client = NULL;
    VerbContext context = {
        .json = options->json,
        .tty = isatty(STDOUT_FILENO),
        .all = options->all,
        .follow = options->follow,
        .after = (guint64)MAX(options->after, 0),
        .file = options->file,
        .note = options->note,
        .user = options->user,
        .body = options->body,
        .minutes = options->minutes,
    };

    if (verb == NULL)
        return CTL_USAGE;
    if (verb->target != NULL) {
        context.target = options->words[taken];
        if (context.target == NULL || *context.target == '\0') {
            g_printerr("gantryctl: %s %s needs %s.\n", verb->noun,
                       verb->verb != NULL ? verb->verb : "", verb->target);
            return CTL_USAGE;
        }
        taken++;
    }
    if (options->words[taken] != NULL)
        return usage("one word too many:", options->words[taken], NULL);
    client = ctl_client_new(socket != NULL && *socket != '\0' ? socket : DEFAULT_SOCKET,
                            (unsigned)options->timeout_s);
    context.client = client;
    return verb->run(&context);
}

int
main(int argc, char **argv)
{
    Options options = {.timeout_s = TIMEOUT_S};
    g_autoptr(GError) error = NULL;
    CtlStatus status = CTL_USAGE;

    setlocale(LC_ALL, "");
    if (!parse(&argc, &argv, &options, &error)) {
        g_printerr("gantryctl: %s; see gantryctl --help.\n", error->message);
    } else if (options.version) {
        g_print("gantryctl %s\n", GANTRY_VERSION);
        status = CTL_OK;
    } else if (options.timeout_s < 1 || options.timeout_s > 3600) {
        g_printerr("gantryctl: --timeout is 1 to 3600 seconds.\n");
    } else if (options.words == NULL) {
        g_printerr("gantryctl: say what to do; see gantryctl --help.\n");
    } else {
        status = run(&options);
    }
    g_free(options.socket);
    g_free(options.note);
    g_free(options.file);
    g_free(options.user);
    g_free(options.body);
    g_strfreev(options.words);
    return (int)status;
}

/* gantryctl: the choice of the verb, what it is given, the exit status. */
#include <locale.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "appliance/ctl/complete.h"
#include "appliance/ctl/help.h"
#include "appliance/ctl/request.h"
#include "pipelines/base/text.h"

#define DEFAULT_SOCKET "/var/lib/gantry/run/control.sock"
#define COMPLETE       "__complete"
#define TIMEOUT_S      10
#define TOKEN_MAX      4096u

#ifndef GANTRY_VERSION
#define GANTRY_VERSION "unknown"
#endif

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

/* The verb that @words name; one of two words before its noun alone. @ret_rest: how many words it
 * took. NULL: the complaint was printed. */
static const Verb *
find_verb(char **words, guint *ret_rest)
{
    const Verb *alone = NULL;
    bool noun_known = false;

    for (const Verb *verb = verbs; verb->noun != NULL; verb++) {
        if (!g_str_equal(verb->noun, words[0]))
            continue;
        noun_known = true;
        *ret_rest = 2;
        if (verb->verb != NULL && g_strcmp0(verb->verb, words[1]) == 0)
            return verb;
        if (verb->verb == NULL)
            alone = verb;
    }
    *ret_rest = 1;
    if (alone != NULL)
        return alone;
    if (!noun_known)
        (void)usage("no such command:", words[0], nearest(words[0], NULL));
    else if (words[1] == NULL)
        (void)usage("say what to do with", words[0], NULL);
    else
        (void)usage("no such verb:", words[1], nearest(words[1], words[0]));
    return NULL;
}

/* ---- What the verb is given ---- */

static bool
check_arguments(const Verb *verb, char *const *args)
{
    g_auto(GStrv) names = g_strsplit(verb->args != NULL ? verb->args : "", " ", -1);
    guint n = 0;

    for (; names[n] != NULL; n++) {
        if (args[n] != NULL && *args[n] != '\0')
            continue;
        g_printerr("gantryctl: %s%s%s needs %s.\n", verb->noun, verb->verb != NULL ? " " : "",
                   verb->verb != NULL ? verb->verb : "", names[n]);
        return false;
    }
    if (args[n] != NULL)
        (void)usage("one word too many:", args[n], NULL);
    return args[n] == NULL;
}

/* An option that the verb has no use for would be believed to do something. */
static bool
check_options(const Verb *verb, const Options *options)
{
    GHashTableIter iter;
    gpointer name;

    g_hash_table_iter_init(&iter, options->values);
    while (g_hash_table_iter_next(&iter, &name, NULL)) {
        if (verb_takes(verb, name))
            continue;
        g_printerr("gantryctl: --%s says nothing to %s%s%s; see gantryctl --help.\n",
                   (const char *)name, verb->noun, verb->verb != NULL ? " " : "",
                   verb->verb != NULL ? verb->verb : "");
        return false;
    }
    return true;
}

/* ---- Where to ask ---- */

/* @name, or what the environment says. (nullable) */
static const char *
given(const Options *options, const char *name, const char *variable)
{
    const char *value = options_get(options, name);

    if (value == NULL)
        value = g_getenv(variable);
    return value != NULL && *value != '\0' ? value : NULL;
}

/* Returns: (transfer full) (nullable): NULL, and said, if the file cannot be read */
static char *
read_token(const char *file)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    gsize size = 0;

    if (!g_file_get_contents(file, &text, &size, &error)) {
        g_printerr("gantryctl: the token: %s.\n", error->message);
        return NULL;
    }
    g_strstrip(text);
    if (*text == '\0' || strlen(text) > TOKEN_MAX || strpbrk(text, " \t\r\n") != NULL) {
        g_printerr("gantryctl: \"%s\" holds no token: one word is wanted.\n", file);
        return NULL;
    }
    return g_steal_pointer(&text);
}

/* Returns: (transfer full) (nullable): NULL: something was complained about */
static CtlClient *
make_client(const Options *options)
{
    const char *socket = given(options, "socket", "GANTRY_SOCKET");
    const char *host = options_get(options, "socket") == NULL
                           ? given(options, "host", "GANTRY_HOST")
                           : options_get(options, "host");
    const char *token_file = given(options, "token-file", "GANTRY_TOKEN_FILE");
    gint64 timeout_s = TIMEOUT_S;

    if (!options_number(options, "timeout", 1, 3600, &timeout_s))
        return NULL;
    if (host != NULL && !g_str_has_prefix(host, "http://") && !g_str_has_prefix(host, "https://")) {
        g_printerr("gantryctl: --host is https://HOST or http://HOST.\n");
        return NULL;
    }
    g_autofree char *token = host != NULL && token_file != NULL ? read_token(token_file) : NULL;

    if (host != NULL && token_file != NULL && token == NULL)
        return NULL;
    const CtlAccess access = {.socket = socket != NULL ? socket : DEFAULT_SOCKET,
                              .host = host,
                              .token = token,
                              .ca_file = options_get(options, "ca-file"),
                              .timeout_s = (unsigned)timeout_s};

    return ctl_client_new(&access);
}

static CtlStatus
run(const Options *options)
{
    guint taken = 0;
    const Verb *verb = find_verb(options->words, &taken);

    if (verb == NULL || !check_arguments(verb, options->words + taken) ||
        !check_options(verb, options))
        return CTL_USAGE;
    g_autoptr(CtlClient) client = make_client(options);

    if (client == NULL)
        return CTL_USAGE;
    const VerbContext context = {
        .verb = verb,
        .client = client,
        .options = options,
        .args = options->words + taken,
        .json = options_get(options, "json") != NULL || options_get(options, "jsonl") != NULL,
        .tty = isatty(STDOUT_FILENO),
    };

    return verb->run != NULL ? verb->run(&context) : request_run(&context);
}

/* gantryctl __complete -- WORD...: what shells ask. */
static int
run_complete(char **words)
{
    int argc = 1;
    char *none[] = {(char *)(uintptr_t) "gantryctl", NULL};
    char **argv = none;
    g_autoptr(Options) options = options_parse(&argc, &argv, "", NULL);
    g_autoptr(CtlClient) client = options != NULL ? make_client(options) : NULL;
    const VerbContext context = {.client = client, .options = options};

    if (client != NULL && *words != NULL && g_str_equal(*words, "--"))
        complete(&context, words + 1);
    return 0;
}

int
main(int argc, char **argv)
{
    g_autofree char *summary = help_text();
    g_autoptr(GError) error = NULL;

    setlocale(LC_ALL, "");
    if (argc > 1 && strcmp(argv[1], COMPLETE) == 0)
        return run_complete(argv + 2);
    g_autoptr(Options) options = options_parse(&argc, &argv, summary, &error);

    if (options == NULL) {
        g_printerr("gantryctl: %s; see gantryctl --help.\n", error->message);
        return CTL_USAGE;
    }
    if (options_get(options, "version") != NULL) {
        g_print("gantryctl %s\n", GANTRY_VERSION);
        return CTL_OK;
    }
    if (options->words == NULL) {
        g_printerr("gantryctl: say what to do; see gantryctl --help.\n");
        return CTL_USAGE;
    }
    return (int)run(options);
}

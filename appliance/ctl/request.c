/* Paths, parameters and bodies by the verb's table; pages, tags and refusals of the answer. */
#include "appliance/ctl/request.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "appliance/ctl/output.h"

#define BODY_MAX  (2u << 20) /* bytes of a file or of stdin that are sent */
#define PAGES_MAX 1000u      /* of one list */

/* ---- Path and parameters ---- */

/* @template with the context's arguments for its "{}", escaped. Returns: (transfer full) */
static char *
fill(const VerbContext *context, const char *template)
{
    g_auto(GStrv) parts = g_strsplit(template, "{}", -1);
    GString *path = g_string_new(parts[0]);

    for (size_t i = 1; parts[i] != NULL; i++) {
        g_autofree char *argument = g_uri_escape_string(context->args[i - 1], NULL, FALSE);

        g_string_append_printf(path, "%s%s", argument, parts[i]);
    }
    return g_string_free(path, FALSE);
}

char *
request_path(const VerbContext *context)
{
    return fill(context, context->verb->path);
}

/* How many arguments the path takes. */
static size_t
path_arguments(const Verb *verb)
{
    size_t n = 0;

    for (const char *at = verb->path; (at = strstr(at, "{}")) != NULL; at += 2)
        n++;
    return n;
}

static void
add_parameter(GString *path, const char *name, const char *value)
{
    g_autofree char *escaped = g_uri_escape_string(value, NULL, FALSE);

    g_string_append_printf(path, "%c%s=%s", strchr(path->str, '?') != NULL ? '&' : '?', name,
                           escaped);
}

/* "max-points" is given as max_points; flags as true, or by their name: "state=all",
 * or what they mean: "dry_run=apply:false". */
static void
add_parameters(GString *path, const VerbContext *context)
{
    g_auto(GStrv) names =
        g_strsplit(context->verb->query != NULL ? context->verb->query : "", " ", -1);

    for (size_t i = 0; names[i] != NULL; i++) {
        char *option = strchr(names[i], '=');

        if (option != NULL)
            *option++ = '\0';
        char *meaning = option != NULL ? strchr(option, ':') : NULL;

        if (meaning != NULL)
            *meaning++ = '\0';
        const char *value = options_get(context->options, option != NULL ? option : names[i]);
        const OptionSpec *spec = option_spec(option != NULL ? option : names[i]);
        g_autofree char *parameter = g_strdelimit(g_strdup(names[i]), "-", '_');

        if (value != NULL && spec != NULL)
            add_parameter(path, parameter,
                          !spec->is_flag    ? value
                          : meaning != NULL ? meaning
                          : option != NULL  ? option
                                            : "true");
    }
}

/* ---- Body ---- */

/* Returns: (transfer full) (nullable): NULL: it is too long, or cannot be read, which was said */
static char *
read_all(const char *name)
{
    g_autofree char *text = g_malloc(BODY_MAX + 1);
    const bool is_stdin = g_str_equal(name, "-");
    FILE *file = is_stdin ? stdin : fopen(name, "rbe");
    const size_t n = file != NULL ? fread(text, 1, BODY_MAX + 1, file) : 0;

    if (file != NULL && !is_stdin)
        fclose(file);
    if (file == NULL || n > BODY_MAX) {
        g_printerr("gantryctl: \"%s\" %s.\n", name,
                   file == NULL ? "cannot be read" : "holds more than 2 MiB");
        return NULL;
    }
    text[n] = '\0';
    return g_steal_pointer(&text);
}

/* "NAME=VALUE": the value as JSON if it is such, else as text. */
static bool
set_member(JsonObject *object, const char *set)
{
    const char *equals = strchr(set, '=');
    g_autofree char *name = equals != NULL ? g_strndup(set, (gsize)(equals - set)) : NULL;
    JsonNode *value = NULL;

    if (name == NULL || *name == '\0') {
        g_printerr("gantryctl: --set \"%s\" is not NAME=VALUE.\n", set);
        return false;
    }
    value = json_from_string(equals + 1, NULL);
    if (value == NULL) {
        value = json_node_alloc();
        json_node_init_string(value, equals + 1);
    }
    json_object_set_member(object, name, value);
    return true;
}

/* Returns: (transfer full) (nullable) */
static char *
body_of_sets(const GPtrArray *sets)
{
    g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);

    json_node_take_object(root, json_object_new());
    for (guint i = 0; i < sets->len; i++) {
        if (!set_member(json_node_get_object(root), sets->pdata[i]))
            return NULL;
    }
    return json_to_string(root, FALSE);
}

char *
request_body_given(const VerbContext *context)
{
    const char *body = options_get(context->options, "body");

    if (body == NULL && context->options->sets->len > 0)
        return body_of_sets(context->options->sets);
    if (body == NULL && isatty(STDIN_FILENO)) {
        g_printerr("gantryctl: say what: --body JSON, --body @FILE, --set NAME=VALUE, or stdin.\n");
        return NULL;
    }
    if (body == NULL)
        return read_all("-");
    return body[0] == '@' ? read_all(body + 1) : g_strdup(body);
}

/* A number, a truth, a list, what is in a file, or a text, by what follows the colon. */
static bool
add_member(JsonObject *object, const char *name, const char *value, char kind)
{
    gint64 number = 0;

    if (kind == 'f') {
        g_autofree char *text = read_all(value);

        if (text == NULL)
            return false;
        json_object_set_string_member(object, name, text);
    } else if (kind == 'l') {
        g_auto(GStrv) parts = g_strsplit(value, ",", -1);
        JsonArray *list = json_array_new();

        for (size_t i = 0; parts[i] != NULL; i++)
            json_array_add_string_element(list, g_strstrip(parts[i]));
        json_object_set_array_member(object, name, list);
    } else if (kind == 'b') {
        json_object_set_boolean_member(object, name, TRUE);
    } else if (kind != 'n') {
        json_object_set_string_member(object, name, value);
    } else if (g_ascii_string_to_signed(value, 10, G_MININT64, G_MAXINT64, &number, NULL)) {
        json_object_set_int_member(object, name, number);
    } else {
        g_printerr("gantryctl: %s is a number, not \"%s\".\n", name, value);
        return false;
    }
    return true;
}

/* Of "member=option:kind", or "option:kind" for both; option "@": the next argument. */
static bool
add_option(JsonObject *object, const VerbContext *context, const char *word, size_t *argument)
{
    g_auto(GStrv) kinds = g_strsplit(word, ":", 2);
    g_auto(GStrv) names = g_strsplit(kinds[0], "=", 2);
    const char *option = names[1] != NULL ? names[1] : names[0];
    const char *value = g_str_equal(option, "@") ? context->args[(*argument)++]
                                                 : options_get(context->options, option);

    return value == NULL ||
           add_member(object, names[0], value, kinds[1] != NULL ? kinds[1][0] : 's');
}

static char *
body_of_options(const VerbContext *context)
{
    g_auto(GStrv) words = g_strsplit(context->verb->body, " ", -1);
    g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
    size_t argument = path_arguments(context->verb);

    json_node_take_object(root, json_object_new());
    for (size_t i = 0; words[i] != NULL; i++) {
        if (words[i][0] != '\0' &&
            !add_option(json_node_get_object(root), context, words[i], &argument))
            return NULL;
    }
    return json_to_string(root, FALSE);
}

/* @ret_body: (nullable) (transfer full). False: something was complained about */
static bool
make_body(const VerbContext *context, char **ret_body)
{
    const char *plan = context->verb->body;

    *ret_body = plan == NULL             ? NULL
                : g_str_equal(plan, "*") ? request_body_given(context)
                : g_str_has_prefix(plan, "<")
                    ? read_all(context->args[path_arguments(context->verb)])
                    : body_of_options(context);
    return plan == NULL || *ret_body != NULL;
}

/* ---- Asking ---- */

/* Something that exists is changed only as it is: without --if-match as it is right now. */
static CtlStatus
ask_with_tag(const VerbContext *context, CtlRequest *request, CtlAnswer *answer, char **ret_message)
{
    CtlStatus status = ctl_client_request(context->client, request, answer, ret_message);

    if (answer->http_status != 428 || request->if_match != NULL)
        return status;
    g_auto(CtlAnswer) present = {0};
    g_autofree char *path = context->verb->tag != NULL
                                ? fill(context, context->verb->tag)
                                : g_strndup(request->path, strcspn(request->path, "?"));
    const CtlRequest look = {.method = "GET", .path = path};

    g_clear_pointer(ret_message, g_free);
    ctl_answer_clear(answer);
    status = ctl_client_request(context->client, &look, &present, ret_message);
    if (status != CTL_OK && present.http_status != 405)
        return status;
    g_clear_pointer(ret_message, g_free); /* what stands in a list alone has no tag to look at */
    g_autofree char *tag = g_strdup(present.etag != NULL ? present.etag : "*");

    request->if_match = tag;
    status = ctl_client_request(context->client, request, answer, ret_message);
    request->if_match = NULL;
    return status;
}

static CtlStatus
ask(const VerbContext *context, CtlRequest *request, CtlAnswer *answer)
{
    g_autofree char *message = NULL;
    const CtlStatus status = ask_with_tag(context, request, answer, &message);

    if (status != CTL_OK)
        g_printerr("gantryctl: %s\n", message);
    return status;
}

/* The object in @answer. Returns: (transfer full) (nullable): none, which was said */
static JsonNode *
parse(const CtlAnswer *answer)
{
    JsonNode *root = answer->body->len > 0 ? json_from_string(answer->body->str, NULL) : NULL;

    if (answer->body->len == 0) { /* 204 and the like */
        root = json_node_new(JSON_NODE_OBJECT);
        json_node_take_object(root, json_object_new());
    }
    if (root != NULL && JSON_NODE_HOLDS_OBJECT(root))
        return root;
    g_clear_pointer(&root, json_node_unref);
    g_printerr("gantryctl: It was answered %ld with something else than an object of JSON.\n",
               answer->http_status);
    return NULL;
}

static CtlStatus
ask_object(const VerbContext *context, CtlRequest *request, JsonNode **ret_root)
{
    g_auto(CtlAnswer) answer = {0};

    request->if_match = options_get(context->options, "if-match");
    const CtlStatus status = ask(context, request, &answer);

    if (status != CTL_OK)
        return status;
    *ret_root = parse(&answer);
    return *ret_root != NULL ? CTL_OK : CTL_FAILURE;
}

CtlStatus
request_ask(const VerbContext *context,
            const char *method,
            const char *path,
            const char *body,
            JsonNode **ret_root)
{
    CtlRequest request = {.method = method, .path = path, .body = body};

    return ask_object(context, &request, ret_root);
}

/* Adds the rows of the pages that follow to those of @root. */
static CtlStatus
follow_pages(const VerbContext *context, const char *path, const char *items, JsonNode *root)
{
    g_autofree char *cursor = g_strdup(output_text(json_node_get_object(root), "next_cursor"));

    for (unsigned page = 0; *cursor != '\0' && page < PAGES_MAX; page++) {
        g_autoptr(GString) next = g_string_new(path);
        g_autoptr(JsonNode) more = NULL;
        JsonArray *rows = output_items(json_node_get_object(root), items);

        add_parameter(next, "cursor", cursor);
        const CtlStatus status = request_ask(context, "GET", next->str, NULL, &more);

        if (status != CTL_OK)
            return status;
        JsonArray *others = output_items(json_node_get_object(more), items);

        for (guint i = 0; rows != NULL && i < output_length(others); i++)
            json_array_add_element(rows, json_array_dup_element(others, i));
        g_free(cursor);
        cursor = g_strdup(output_text(json_node_get_object(more), "next_cursor"));
    }
    json_object_set_null_member(json_node_get_object(root), "next_cursor");
    return CTL_OK;
}

CtlStatus
request_json(const VerbContext *context, JsonNode **ret_root)
{
    const Verb *verb = context->verb;
    g_autofree char *base = request_path(context);
    g_autoptr(GString) path = g_string_new(base);
    g_autofree char *body = NULL;

    add_parameters(path, context);
    if (!make_body(context, &body))
        return CTL_USAGE;
    CtlRequest request = {.method = verb->method,
                          .path = path->str,
                          .body = body,
                          .type = body != NULL && verb->body[0] == '<' ? verb->body + 1 : NULL};
    CtlStatus status = ask_object(context, &request, ret_root);

    if (status == CTL_OK && verb->output == OUT_TABLE &&
        options_get(context->options, "limit") == NULL &&
        json_object_has_member(json_node_get_object(*ret_root), "next_cursor"))
        status = follow_pages(context, path->str, verb->items != NULL ? verb->items : "items",
                              *ret_root);
    return status;
}

/* ---- What is no JSON ---- */

static CtlStatus
write_bytes(const VerbContext *context, const GString *bytes)
{
    const char *name = options_get(context->options, "output");
    g_autoptr(GError) error = NULL;

    if (name != NULL && !g_file_set_contents(name, bytes->str, (gssize)bytes->len, &error)) {
        g_printerr("gantryctl: %s.\n", error->message);
        return CTL_FAILURE;
    }
    if (name == NULL)
        (void)fwrite(bytes->str, 1, bytes->len, stdout);
    return CTL_OK;
}

static CtlStatus
run_bytes(const VerbContext *context)
{
    const Verb *verb = context->verb;
    g_autofree char *base = request_path(context);
    g_autoptr(GString) path = g_string_new(base);
    g_auto(CtlAnswer) answer = {0};

    if (verb->output == OUT_FILE && context->tty &&
        options_get(context->options, "output") == NULL) {
        g_printerr("gantryctl: those are bytes for a program: say --output FILE, or redirect.\n");
        return CTL_USAGE;
    }
    add_parameters(path, context);
    CtlRequest request = {.method = verb->method, .path = path->str};
    const CtlStatus status = ask(context, &request, &answer);

    return status == CTL_OK ? write_bytes(context, answer.body) : status;
}

CtlStatus
request_run(const VerbContext *context)
{
    const VerbOutput output = context->verb->output;
    g_autoptr(JsonNode) root = NULL;
    CtlStatus status = CTL_OK;

    if (output == OUT_TEXT || output == OUT_FILE)
        return run_bytes(context);
    status = request_json(context, &root);
    if (status == CTL_OK)
        output_print(context, root);
    return status;
}

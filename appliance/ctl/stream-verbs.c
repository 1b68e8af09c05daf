/* What goes on: the journal page by page, the event stream line by line. */
#include <string.h>

#include "appliance/ctl/journal-file.h"
#include "appliance/ctl/output.h"
#include "appliance/ctl/request.h"
#include "appliance/ctl/verb-runs.h"

#define JOURNAL_PAGE 500u
#define FOLLOW_MS    1000u

/* ---- The journal ---- */

static void
print_event(const VerbContext *context, JsonArray *items, guint index)
{
    g_autoptr(JsonArray) one = json_array_new();

    if (context->json) {
        output_json(context, json_array_get_element(items, index));
        return;
    }
    json_array_add_element(one, json_array_dup_element(items, index));
    VerbContext plain = *context;

    plain.tty = false; /* lines come one by one: no widths are known */
    output_rows(&plain, one, context->verb->columns);
}

/* One page; @after moves on. @ret_n: events printed. */
static CtlStatus
journal_page(const VerbContext *context, gint64 *after, guint *ret_n)
{
    g_autofree char *path = g_strdup_printf(
        "/api/v1/events/log?after=%" G_GINT64_FORMAT "&limit=%u", *after, JOURNAL_PAGE);
    g_autoptr(JsonNode) root = NULL;
    const CtlStatus status = request_ask(context, "GET", path, NULL, &root);
    JsonArray *items = status == CTL_OK ? output_items(json_node_get_object(root), "items") : NULL;

    for (guint i = 0; i < output_length(items); i++) {
        print_event(context, items, i);
        *after = (gint64)output_number(json_array_get_object_element(items, i), "seq");
    }
    *ret_n = output_length(items);
    return status;
}

static gboolean
on_time(gpointer data)
{
    g_main_loop_quit((GMainLoop *)data);
    return G_SOURCE_REMOVE;
}

CtlStatus
run_journal(const VerbContext *context)
{
    const char *file = options_get(context->options, "file");
    const bool follow = options_get(context->options, "follow") != NULL;
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    gint64 after = 0;
    guint n = 0;

    if (!options_number(context->options, "after", 0, G_MAXINT64, &after))
        return CTL_USAGE;
    if (file != NULL)
        return journal_file_print(file, (guint64)after, context->json);
    CtlStatus status = journal_page(context, &after, &n);

    while (status == CTL_OK && (n > 0 || follow)) {
        if (n == 0) {
            g_timeout_add(FOLLOW_MS, on_time, loop);
            g_main_loop_run(loop);
        }
        status = journal_page(context, &after, &n);
    }
    return status;
}

/* ---- The event stream ---- */

/* One frame as it is read. */
typedef struct {
    const VerbContext *context;
    const char *only; /* (nullable): kind of frames that are shown */
    char *event;
    char *id;
    char *data;
} Frame;

static void
frame_clear(Frame *frame)
{
    g_clear_pointer(&frame->event, g_free);
    g_clear_pointer(&frame->id, g_free);
    g_clear_pointer(&frame->data, g_free);
}

/* {"event":"alarm","id":17,"data":{...}} */
static void
print_frame_json(const Frame *frame, JsonNode *data)
{
    g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
    JsonObject *object = json_object_new();

    json_object_set_string_member(object, "event", frame->event);
    if (frame->id != NULL)
        json_object_set_string_member(object, "id", frame->id);
    json_object_set_member(object, "data", json_node_copy(data));
    json_node_take_object(root, object);
    output_json(frame->context, root);
}

static void
print_alarm(const Frame *frame, JsonNode *data)
{
    g_autoptr(JsonArray) one = json_array_new();
    VerbContext plain = *frame->context;

    json_array_add_element(one, json_node_copy(data));
    plain.tty = false;
    output_rows(&plain, one, frame->context->verb->columns);
}

static void
print_frame(const Frame *frame)
{
    g_autoptr(JsonNode) data = frame->data != NULL ? json_from_string(frame->data, NULL) : NULL;

    if (frame->event == NULL || data == NULL ||
        (frame->only != NULL && !g_str_equal(frame->event, frame->only)))
        return;
    if (frame->only == NULL)
        print_frame_json(frame, data);
    else if (frame->context->json)
        output_json(frame->context, data);
    else
        print_alarm(frame, data);
}

/* "name: value", or an empty line at a frame's end. */
static bool
take_line(const char *line, gpointer user_data)
{
    Frame *frame = user_data;
    const struct {
        const char *name;
        char **field;
    } fields[] = {{"event: ", &frame->event}, {"id: ", &frame->id}, {"data: ", &frame->data}};

    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        if (!g_str_has_prefix(line, fields[i].name))
            continue;
        g_free(*fields[i].field);
        *fields[i].field = g_strdup(line + strlen(fields[i].name));
    }
    if (*line == '\0') {
        print_frame(frame);
        frame_clear(frame);
    }
    return true;
}

static CtlStatus
watch(const VerbContext *context, const char *only)
{
    Frame frame = {.context = context, .only = only};
    const CtlRequest request = {
        .method = "GET", .path = context->verb->path, .on_line = take_line, .user_data = &frame};
    g_auto(CtlAnswer) answer = {0};
    g_autofree char *message = NULL;
    const CtlStatus status = ctl_client_request(context->client, &request, &answer, &message);

    frame_clear(&frame);
    if (status != CTL_OK)
        g_printerr("gantryctl: %s\n", message);
    return status;
}

CtlStatus
run_watch(const VerbContext *context)
{
    return watch(context, NULL);
}

CtlStatus
run_alarm_watch(const VerbContext *context)
{
    return watch(context, "alarm");
}

/* POST /alarms:batch: one act on many alarms, with a result for each.
 *
 * Acts go to the supervision loop a few at a time, so that a batch never fills its queue. */
#include "appliance/http/alarm-act.h"
#include "appliance/http/api.h"
#include "appliance/http/json-writer.h"
#include "pipelines/base/error.h"

#define IDS_MAX 500u
#define ID_MAX  64u /* bytes */
#define AT_ONCE 16u

typedef struct {
    unsigned status; /* of HTTP, as the act alone would have it */
    char *detail;    /* (nullable): why not */
} BatchItem;

typedef struct {
    HttpRequest *request; /* owned */
    AlarmAct act;
    GPtrArray *ids;   /* (element-type utf8) */
    BatchItem *items; /* of @ids */
    guint next;       /* to be sent */
    guint answered;
} Batch;

/* One act on its way. */
typedef struct {
    Batch *batch; /* no-ref: outlives it */
    guint index;
} BatchCall;

static void
batch_free(Batch *batch)
{
    for (guint i = 0; i < batch->ids->len; i++)
        g_free(batch->items[i].detail);
    g_free(batch->items);
    g_ptr_array_unref(batch->ids);
    alarm_act_clear(&batch->act);
    http_request_unref(batch->request);
    g_free(batch);
}

static void
finish(Batch *batch)
{
    g_autoptr(GString) json = g_string_new(NULL);
    unsigned done = 0;

    json_begin_object(json, NULL);
    json_begin_array(json, "items");
    for (guint i = 0; i < batch->ids->len; i++) {
        json_begin_object(json, NULL);
        json_string(json, "id", g_ptr_array_index(batch->ids, i));
        json_uint(json, "status", batch->items[i].status);
        json_string(json, "detail", batch->items[i].detail);
        json_end_object(json);
        done += batch->items[i].status == 200 ? 1 : 0;
    }
    json_end_array(json);
    json_uint(json, "done", done);
    json_end_object(json);
    http_request_reply_json(batch->request, 200, json);
    batch_free(batch);
}

static void send_more(Batch *batch);

static void
on_done(const CommandResult *result, gpointer data)
{
    g_autofree BatchCall *call = data;
    Batch *batch = call->batch;
    BatchItem *item = &batch->items[call->index];

    item->status = result->error != NULL ? gantry_error_http_status(result->error) : 200;
    item->detail = result->error != NULL ? g_strdup(result->error->message) : NULL;
    batch->answered++;
    if (batch->answered == batch->ids->len)
        finish(batch);
    else
        send_more(batch);
}

static void
send_more(Batch *batch)
{
    const CommandPort *commands = batch->request->app->ports.commands;

    while (batch->next < batch->ids->len && batch->next - batch->answered < AT_ONCE) {
        const char *id = g_ptr_array_index(batch->ids, batch->next);
        const BatchCall call = {batch, batch->next++};

        commands->submit(commands->self, alarm_act_command(&batch->act, batch->request, id),
                         on_done, g_memdup2(&call, sizeof call));
    }
}

/* Returns: (transfer full) (nullable): NULL for what is no list of 1 to IDS_MAX ids */
static GPtrArray *
read_ids(JsonObject *object)
{
    JsonNode *node = json_object_get_member(object, "ids");
    JsonArray *array =
        node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
    const guint n = array != NULL ? json_array_get_length(array) : 0;
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < n && n <= IDS_MAX; i++) {
        JsonNode *element = json_array_get_element(array, i);
        const bool text =
            JSON_NODE_HOLDS_VALUE(element) && json_node_get_value_type(element) == G_TYPE_STRING;
        char *id = text ? g_strdup(json_node_get_string(element)) : NULL;

        if (id == NULL || strlen(id) > ID_MAX || !g_hash_table_add(seen, id)) {
            g_free(id);
            return NULL;
        }
        g_ptr_array_add(ids, id);
    }
    return ids->len > 0 ? g_steal_pointer(&ids) : NULL;
}

void
api_alarm_batch(HttpRequest *request)
{
    g_autoptr(JsonNode) root = http_request_json(request);
    JsonObject *object = root != NULL ? json_node_get_object(root) : NULL;
    g_autoptr(GPtrArray) ids = object != NULL ? read_ids(object) : NULL;
    g_auto(AlarmAct) act = {0};
    const char *problem = NULL;
    Batch *batch;

    if (root == NULL)
        return;
    problem = ids == NULL ? "\"ids\" is a list of 1 to 500 different ids of alarms."
                          : alarm_act_read_named(object, &act);
    if (problem != NULL) {
        http_request_problem(request, 400, "invalid", problem);
        return;
    }
    batch = g_new0(Batch, 1);
    batch->request = http_request_ref(request);
    batch->act = act;
    act = (AlarmAct){0};
    batch->items = g_new0(BatchItem, ids->len);
    batch->ids = g_steal_pointer(&ids);
    http_request_defer(request);
    send_more(batch);
}

/* Reading of requests and writing of answers. */
#include "appliance/http/request.h"

#include <string.h>

#include "appliance/http/list-shape.h"
#include "appliance/http/problem.h"
#include "appliance/http/view-alarm.h"
#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

#define JSON_DEPTH_MAX 8u
#define NAME_MAX_BYTES 200u /* of one text in a list */

HttpRequest *
http_request_ref(HttpRequest *request)
{
    request->refs++;
    return request;
}

void
http_request_unref(HttpRequest *request)
{
    if (request == NULL || --request->refs > 0)
        return;
    if (request->idempotency != NULL) /* nobody answered: a retry may try again */
        idempotency_finish(request->app->idempotency, request->idempotency, 503, NULL, NULL);
    g_free(request->idempotency);
    g_free(request->place);
    g_free(request->id);
    g_clear_object(&request->message);
    g_free(request->path);
    g_clear_pointer(&request->query, g_hash_table_unref);
    for (size_t i = 0; i < REQUEST_PARAMS_MAX; i++)
        g_free(request->params[i]);
    g_clear_pointer(&request->body, g_byte_array_unref);
    g_free(request->address);
    g_free(request->user);
    g_free(request->session);
    scope_clear(&request->scope);
    g_free(request);
}

const char *
http_request_query(const HttpRequest *request, const char *name)
{
    return request->query != NULL ? (const char *)g_hash_table_lookup(request->query, name) : NULL;
}

const char *
http_request_header(const HttpRequest *request, const char *name)
{
    return soup_message_headers_get_one(soup_server_message_get_request_headers(request->message),
                                        name);
}

uint64_t
http_request_query_uint(
    const HttpRequest *request, const char *name, uint64_t least, uint64_t most, uint64_t otherwise)
{
    const char *text = http_request_query(request, name);
    guint64 value = otherwise;

    if (text == NULL || !g_ascii_string_to_unsigned(text, 10, least, most, &value, NULL))
        return otherwise;
    return value;
}

bool
http_time_parse(const char *text, WallUs *ret_wall_us)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, NULL);

    if (time == NULL)
        return false;
    *ret_wall_us = g_date_time_to_unix(time) * US_PER_SECOND + g_date_time_get_microsecond(time);
    return true;
}

JsonNode *
http_request_json(HttpRequest *request)
{
    g_autoptr(JsonParser) parser = json_parser_new_immutable();
    const char *text = (const char *)request->body->data;
    JsonNode *root = NULL;

    if (request->body->len > 0 && text_json_is_shallow(text, request->body->len, JSON_DEPTH_MAX) &&
        g_utf8_validate_len(text, request->body->len, NULL) &&
        json_parser_load_from_data(parser, text, (gssize)request->body->len, NULL))
        root = json_parser_get_root(parser);
    if (root == NULL || !JSON_NODE_HOLDS_OBJECT(root)) {
        http_request_problem(request, 400, "not-json", "The body is not a JSON object.");
        return NULL;
    }
    return json_node_copy(root);
}

const char *
http_json_text(JsonObject *object, const char *name, size_t max)
{
    JsonNode *node = json_object_get_member(object, name);
    const char *text = NULL;

    if (node != NULL && JSON_NODE_HOLDS_VALUE(node) &&
        json_node_get_value_type(node) == G_TYPE_STRING)
        text = json_node_get_string(node);
    return text != NULL && strlen(text) <= max ? text : NULL;
}

bool
http_json_names(JsonObject *object, const char *name, unsigned max, GStrv *ret_names)
{
    JsonNode *node = json_object_get_member(object, name);
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    JsonArray *array = NULL;

    if (node == NULL)
        return true;
    if (!JSON_NODE_HOLDS_ARRAY(node))
        return false;
    array = json_node_get_array(node);
    for (guint i = 0; i < json_array_get_length(array); i++) {
        JsonNode *element = json_array_get_element(array, i);

        if (i >= max || !JSON_NODE_HOLDS_VALUE(element) ||
            json_node_get_value_type(element) != G_TYPE_STRING ||
            strlen(json_node_get_string(element)) > NAME_MAX_BYTES)
            return false;
        g_strv_builder_add(builder, json_node_get_string(element));
    }
    g_strfreev(*ret_names);
    *ret_names = g_strv_builder_end(builder);
    return true;
}

Snapshot *
http_request_snapshot(const HttpRequest *request)
{
    g_autoptr(Snapshot) whole = board_get_snapshot(request->app->board);

    return snapshot_narrow(whole, &request->scope);
}

GBytes *
http_request_cached(const HttpRequest *request,
                    const char *name,
                    void (*render)(GString *out, const Snapshot *snapshot, const ViewTime *now))
{
    g_autoptr(Snapshot) snapshot = http_request_snapshot(request);
    g_autofree char *scope = scope_key(&request->scope);
    g_autofree char *key = g_strconcat(name, " ", scope, NULL);

    return app_cached(request->app, key, snapshot, render);
}

bool
http_request_knows_alarm(HttpRequest *request, const char *id)
{
    g_autoptr(Snapshot) snapshot = http_request_snapshot(request);

    if (!request->scope.limited || view_find_alarm(snapshot, id) != NULL)
        return true;
    http_request_problem(request, 404, "not-found", "No alarm has this id.");
    return false;
}

Command *
http_request_command(const HttpRequest *request, CommandKind kind, const char *target)
{
    Command *command = command_new(kind, target, request->user);

    g_free(command->address);
    command->address = g_strdup(request->address);
    command_set_scope(command, &request->scope);
    return command;
}

bool
http_json_number(JsonObject *object, const char *name, double *ret_value)
{
    JsonNode *node = json_object_get_member(object, name);

    if (node == NULL)
        return true;
    if (!JSON_NODE_HOLDS_VALUE(node) || (json_node_get_value_type(node) != G_TYPE_INT64 &&
                                         json_node_get_value_type(node) != G_TYPE_DOUBLE))
        return false;
    *ret_value = json_node_get_double(node);
    return true;
}

bool
http_json_flag(JsonObject *object, const char *name, bool *ret_flag)
{
    JsonNode *node = json_object_get_member(object, name);

    if (node == NULL)
        return true;
    if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_BOOLEAN)
        return false;
    *ret_flag = json_node_get_boolean(node);
    return true;
}

void
http_request_defer(HttpRequest *request)
{
    if (request->gone || request->deferred)
        return;
    request->deferred = true;
    soup_server_message_pause(request->message);
}

void
http_request_set_header(HttpRequest *request, const char *name, const char *value)
{
    if (!request->gone)
        soup_message_headers_replace(soup_server_message_get_response_headers(request->message),
                                     name, value);
}

/* What a POST with an Idempotency-Key was answered is kept, whether or not its client is there. */
static void
keep_answer(HttpRequest *request, unsigned status, const char *type, GBytes *body)
{
    if (request->idempotency == NULL)
        return;
    if (request->secret && status < 300)
        idempotency_finish_secret(request->app->idempotency, request->idempotency, status);
    else
        idempotency_finish(request->app->idempotency, request->idempotency, status, type, body);
    g_clear_pointer(&request->idempotency, g_free);
}

static void
send_answer(HttpRequest *request, unsigned status, const char *type, GBytes *body)
{
    SoupMessageHeaders *headers = soup_server_message_get_response_headers(request->message);

    if (soup_message_headers_get_one(headers, "Cache-Control") == NULL)
        soup_message_headers_replace(headers, "Cache-Control", "no-store");
    if (type != NULL)
        soup_message_headers_replace(headers, "Content-Type", type);
    if (body != NULL)
        soup_message_body_append_bytes(soup_server_message_get_response_body(request->message),
                                       body);
    soup_server_message_set_status(request->message, status, NULL);
    if (request->deferred) {
        request->deferred = false;
        soup_server_message_unpause(request->message);
    }
}

/* `fields=` and `sort=` of lists. Returns: (transfer full) (nullable): NULL after a refusal. */
static GBytes *
shape(HttpRequest *request, unsigned status, const char *type, GBytes *body)
{
    const char *fields = http_request_query(request, "fields");
    const char *sort = request->sorted ? NULL : http_request_query(request, "sort");
    const char *wrong = NULL;
    GBytes *shaped = NULL;

    if ((fields == NULL && sort == NULL) || status != 200 || body == NULL ||
        !g_str_has_prefix(type, "application/json") ||
        !g_str_equal(soup_server_message_get_method(request->message), "GET"))
        return body != NULL ? g_bytes_ref(body) : g_bytes_new_static("", 0);
    shaped = list_shape(body, fields, sort, &wrong);
    if (shaped == NULL)
        http_request_problem(request, 400, "invalid", wrong);
    return shaped;
}

void
http_request_reply(HttpRequest *request, unsigned status, const char *type, GBytes *body)
{
    g_autoptr(GBytes) shaped = NULL;

    keep_answer(request, status, type, body);
    if (request->gone)
        return;
    shaped = shape(request, status, type, body);
    if (shaped != NULL)
        send_answer(request, status, type, body != NULL ? shaped : NULL);
}

void
http_request_reply_json(HttpRequest *request, unsigned status, GString *json)
{
    g_autoptr(GBytes) body = g_bytes_new(json->str, json->len);

    http_request_reply(request, status, "application/json; charset=utf-8", body);
}

void
http_request_reply_ok(HttpRequest *request)
{
    g_autoptr(GBytes) body = g_bytes_new_static("{\"ok\":true}", 11);

    http_request_reply(request, 200, "application/json; charset=utf-8", body);
}

static void
reply_problem(
    HttpRequest *request, unsigned status, const char *type, const char *detail, GPtrArray *fields)
{
    const Problem problem = {.status = status,
                             .type = type,
                             .detail = detail,
                             .instance = request->path,
                             .request_id = request->id,
                             .fields = fields};
    g_autoptr(GString) json = g_string_new(NULL);
    g_autoptr(GBytes) body = NULL;

    problem_write(json, &problem);
    body = g_bytes_new(json->str, json->len);
    http_request_reply(request, status, "application/problem+json; charset=utf-8", body);
}

void
http_request_problem(HttpRequest *request, unsigned status, const char *type, const char *detail)
{
    reply_problem(request, status, type, detail, NULL);
}

void
http_request_problem_of(HttpRequest *request, const GError *error)
{
    static const char *const types[] = {
        [GANTRY_ERROR_INVALID] = "invalid",
        [GANTRY_ERROR_NOT_FOUND] = "not-found",
        [GANTRY_ERROR_CONFLICT] = "conflict",
        [GANTRY_ERROR_DENIED] = "denied",
        [GANTRY_ERROR_UNAVAILABLE] = "unavailable",
        [GANTRY_ERROR_TIMEOUT] = "timeout",
        [GANTRY_ERROR_CHANGED] = "changed",
        [GANTRY_ERROR_INTERNAL] = "internal",
        [GANTRY_ERROR_NO_CONDITION] = "precondition-required",
    };
    const unsigned code =
        error->domain == GANTRY_ERROR ? (unsigned)error->code : GANTRY_ERROR_INTERNAL;

    http_request_problem(request, gantry_error_http_status(error),
                         types[MIN(code, (unsigned)GANTRY_ERROR_INTERNAL)], error->message);
}

void
http_request_problem_field(HttpRequest *request, const char *pointer, const char *detail)
{
    g_autoptr(GPtrArray) fields =
        g_ptr_array_new_with_free_func((GDestroyNotify)command_fault_free);

    g_ptr_array_add(fields, command_fault_new(pointer, detail));
    reply_problem(request, 422, "invalid-fields", detail, fields);
}

void
http_request_problem_result(HttpRequest *request, const CommandResult *result)
{
    if (result->faults != NULL)
        reply_problem(request, 422, "invalid-fields", result->error->message, result->faults);
    else
        http_request_problem_of(request, result->error);
}

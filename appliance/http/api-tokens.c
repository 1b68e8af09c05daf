/* Tokens for programs and walls: made, listed, revoked. A token is shown once. */
#include <string.h>

#include "appliance/http/access.h"
#include "appliance/http/api.h"
#include "appliance/http/json-writer.h"
#include "appliance/http/view-access.h"
#include "pipelines/base/slug.h"
#include "pipelines/base/text.h"

#define DAYS_MAX   3660
#define RIGHTS_MAX 6u

void
api_tokens(HttpRequest *request)
{
    g_autoptr(AccountBook) book = board_get_accounts(request->app->board);
    g_autoptr(GString) json = g_string_new(NULL);

    json_begin_object(json, NULL);
    json_begin_array(json, "items");
    for (size_t i = 0; i < book->n_tokens; i++)
        view_token(json, NULL, &book->tokens[i],
                   app_token_seen_us(request->app, book->tokens[i].id));
    json_end_array(json);
    json_null(json, "next_cursor");
    json_end_object(json);
    http_request_reply_json(request, 200, json);
}

/* What waits for the loop to have taken the token. */
typedef struct {
    HttpRequest *request; /* owned */
    ApiToken token;
    char *text; /* of the token: shown with the answer */
} TokenMaking;

static void
making_free(TokenMaking *making)
{
    http_request_unref(making->request);
    api_token_clear(&making->token);
    if (making->text != NULL)
        explicit_bzero(making->text, strlen(making->text));
    g_free(making->text);
    g_free(making);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TokenMaking, making_free)

static void
on_made(const CommandResult *result, gpointer data)
{
    g_autoptr(TokenMaking) making = (TokenMaking *)data;
    const bool wall = (making->token.rights & TOKEN_WALL) != 0;
    const bool status = (making->token.rights & TOKEN_STATUS) != 0;
    g_autoptr(GString) json = g_string_new(NULL);
    g_autofree char *url = g_strdup_printf(status ? "%s/status/%s" : "%s/#wall=%s",
                                           making->request->app->link_base, making->text);

    if (result->error != NULL) {
        http_request_problem_of(making->request, result->error);
        return;
    }
    json_begin_object(json, NULL);
    view_token(json, "info", &making->token, 0);
    json_string(json, "token", making->text);
    json_string(json, "url", wall || status ? url : NULL);
    json_end_object(json);
    making->request->secret = true;
    http_request_reply_json(making->request, 201, json);
}

/* The lifetime that "expires_in_days" says; 0 and none: no end. */
static bool
read_expiry(JsonObject *object, ApiToken *token)
{
    JsonNode *node = json_object_get_member(object, "expires_in_days");
    gint64 days = 0;

    if (node == NULL || JSON_NODE_HOLDS_NULL(node))
        return true;
    if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_INT64)
        return false;
    days = json_node_get_int(node);
    token->expires_us = token->created_us + days * 86400 * US_PER_SECOND;
    return days >= 1 && days <= DAYS_MAX;
}

/* Returns: (transfer none) (nullable): why it will not do */
static const char *
read_token(JsonObject *object, ApiToken *token)
{
    const char *id = http_json_text(object, "id", SLUG_MAX);
    const char *name = http_json_text(object, "name", ACCOUNT_TEXT_MAX);
    g_auto(GStrv) rights = NULL;

    if (id == NULL || !slug_is_valid(id))
        return "\"id\" is 1 to 63 lower-case letters, digits and hyphens.";
    if (!http_json_names(object, "scopes", RIGHTS_MAX, &rights) || rights == NULL)
        return "\"scopes\" lists some of read, ack, config, admin, wall and status.";
    for (size_t i = 0; rights[i] != NULL; i++) {
        if (token_right_from_name(rights[i]) == 0)
            return "\"scopes\" lists some of read, ack, config, admin, wall and status.";
        token->rights |= token_right_from_name(rights[i]);
    }
    if (token->rights == 0)
        return "\"scopes\" names at least one of read, ack, config, admin, wall and status.";
    if ((token->rights & TOKEN_WALL) != 0 && (token->rights & ~(unsigned)TOKEN_ACK) != TOKEN_WALL)
        return "A wall's token may be \"wall\" and \"ack\", and nothing else.";
    if ((token->rights & TOKEN_STATUS) != 0 && token->rights != TOKEN_STATUS)
        return "A status page's token may be \"status\", and nothing else: its address is known.";
    if (!read_expiry(object, token))
        return "\"expires_in_days\" is a whole number from 1 to 3660.";
    token->id = g_strdup(id);
    token->name = text_clean(name, ACCOUNT_TEXT_MAX);
    return api_read_scope(object, &token->scope);
}

void
api_token_make(HttpRequest *request)
{
    const CommandPort *commands = request->app->ports.commands;
    g_autoptr(JsonNode) root = http_request_json(request);
    g_autoptr(TokenMaking) making = g_new0(TokenMaking, 1);
    const char *problem = NULL;
    Command *command = NULL;

    making->request = http_request_ref(request);
    making->token.created_us = app_now().wall_us;
    making->token.owner = g_strdup(request->user);
    if (root == NULL)
        return;
    problem = read_token(json_node_get_object(root), &making->token);
    if (problem != NULL) {
        http_request_problem_field(request, "", problem);
        return;
    }
    making->text = access_token_make();
    making->token.hash = access_token_hash(making->text);
    command = http_request_command(request, COMMAND_TOKEN_SET, making->token.id);
    command_set_token(command, &making->token);
    http_request_defer(request);
    commands->submit(commands->self, command, on_made, g_steal_pointer(&making));
}

void
api_token_remove(HttpRequest *request)
{
    const CommandPort *commands = request->app->ports.commands;

    http_request_defer(request);
    commands->submit(commands->self,
                     http_request_command(request, COMMAND_TOKEN_REMOVE, request->params[0]),
                     api_answer_changed, http_request_ref(request));
}

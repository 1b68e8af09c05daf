/* Account, sessions, tokens, what was done. */
#include "appliance/http/view-person.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "appliance/http/json-writer.h"
#include "appliance/http/view-access.h"

#define CHANNEL_PREFIX "channel/"

static void
put_account(GString *out, const PersonFacts *facts)
{
    const Account *account = account_book_find(facts->book, facts->name);

    if (account != NULL)
        view_account(out, "account", account);
    else
        json_null(out, "account");
}

static void
put_sessions(GString *out, const PersonFacts *facts)
{
    json_begin_array(out, "sessions");
    for (guint i = 0; i < facts->sessions->len; i++) {
        const Session *session = (const Session *)facts->sessions->pdata[i];

        if (g_str_equal(session->user, facts->name) && *session->token == '\0')
            view_session(out, session, false);
    }
    json_end_array(out);
}

static void
put_tokens(GString *out, const PersonFacts *facts)
{
    json_begin_array(out, "tokens");
    for (size_t i = 0; i < facts->book->n_tokens; i++) {
        if (g_str_equal(facts->book->tokens[i].owner, facts->name))
            view_token(out, NULL, &facts->book->tokens[i], 0);
    }
    json_end_array(out);
}

/* @name (nullable): only if it is theirs. */
static void
put_name(GString *out, const char *key, const PersonFacts *facts, const char *name)
{
    json_string(out, key, g_str_equal(name, facts->name) ? name : NULL);
}

static void
put_address(GString *out, const Event *event)
{
    g_autoptr(JsonNode) root = json_from_string(event->note, NULL);
    JsonObject *object =
        root != NULL && JSON_NODE_HOLDS_OBJECT(root) ? json_node_get_object(root) : NULL;

    json_string(out, "from",
                object != NULL ? json_object_get_string_member_with_default(object, "from", NULL)
                               : NULL);
}

static void
put_audit(GString *out, const PersonFacts *facts, const Event *event)
{
    const bool own = g_str_equal(event->actor, facts->name);

    json_begin_object(out, NULL);
    json_uint(out, "seq", event->seq);
    json_time(out, "at", event->wall_us);
    put_name(out, "actor", facts, event->actor);
    if (own)
        put_address(out, event);
    else
        json_null(out, "from");
    json_string(out, "text", event->text);
    json_end_object(out);
}

/* Whether who asks may know what @event is about. */
static bool
may_name(const PersonFacts *facts, const Event *event)
{
    if (!facts->limited)
        return true;
    for (size_t i = 0; i < facts->shown->n_channels; i++) {
        if (g_str_has_prefix(event->resource, CHANNEL_PREFIX) &&
            g_str_equal(event->resource + strlen(CHANNEL_PREFIX), facts->shown->channels[i].id))
            return true;
    }
    return false;
}

static void
put_act(GString *out, const PersonFacts *facts, const Event *event)
{
    const bool own = g_str_equal(event->actor, facts->name);

    json_begin_object(out, NULL);
    json_uint(out, "seq", event->seq);
    json_time(out, "at", event->wall_us);
    json_string(out, "kind", event_kind_name(event->kind));
    json_string(out, "alarm_id", event->alarm_id);
    json_string(out, "resource", may_name(facts, event) ? event->resource : NULL);
    json_string(out, "type", fault_info((unsigned)event->fault)->name);
    put_name(out, "actor", facts, event->actor);
    put_name(out, "owner", facts, event->owner);
    json_string(out, "note", own ? event->note : NULL);
    json_end_object(out);
}

void
view_person(GString *out, const PersonFacts *facts)
{
    const GPtrArray *events = facts->record->events;

    json_begin_object(out, NULL);
    json_string(out, "name", facts->name);
    json_time(out, "made_at", facts->now_us);
    put_account(out, facts);
    put_sessions(out, facts);
    put_tokens(out, facts);
    json_begin_array(out, "audit");
    for (guint i = 0; i < events->len; i++) {
        if (!event_is_alarm((const Event *)events->pdata[i]))
            put_audit(out, facts, (const Event *)events->pdata[i]);
    }
    json_end_array(out);
    json_begin_array(out, "acts");
    for (guint i = 0; i < events->len; i++) {
        if (event_is_alarm((const Event *)events->pdata[i]))
            put_act(out, facts, (const Event *)events->pdata[i]);
    }
    json_end_array(out);
    json_time(out, "journal_since", facts->record->since_us);
    json_bool(out, "complete", facts->record->complete);
    json_end_object(out);
}

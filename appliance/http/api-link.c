/* Links in messages: whoever has one sees its alarm and may acknowledge it, and nothing else.
 *
 * The token is the whole authority: no session is looked at. Wrong ones cost the asking address, as
 * wrong passwords do; acts are limited for each alarm. */
#include <string.h>

#include "appliance/events/ack-link.h"
#include "appliance/http/api.h"
#include "appliance/http/view-alarm.h"
#include "appliance/http/view-link.h"
#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

#define NOTE_MAX 1000u /* bytes */
#define FORM     "application/x-www-form-urlencoded"

/* An act on its way. */
typedef struct {
    HttpRequest *request; /* owned */
    AckLink link;
    CommandKind kind;
} LinkAct;

static void
link_act_free(LinkAct *act)
{
    http_request_unref(act->request);
    ack_link_clear(&act->link);
    g_free(act);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LinkAct, link_act_free)

static void
reply_html(HttpRequest *request, unsigned status, GString *html)
{
    g_autofree char *policy = view_link_policy();
    g_autoptr(GBytes) body = g_bytes_new(html->str, html->len);

    http_request_set_header(request, "Content-Security-Policy", policy);
    http_request_reply(request, status, "text/html; charset=utf-8", body);
}

static void
reply_sentence(HttpRequest *request, unsigned status, const char *title, const char *sentence)
{
    g_autoptr(GString) html = g_string_new(NULL);

    view_link_sentence(html, title, sentence);
    reply_html(request, status, html);
}

/* Answers 429 itself when @key has to wait. */
static bool
may_go_on(HttpRequest *request, const char *key)
{
    const unsigned wait_s = throttle_wait_s(request->app->throttle, key, app_now().mono_us);
    g_autofree char *seconds = g_strdup_printf("%u", wait_s);

    if (wait_s == 0)
        return true;
    http_request_set_header(request, "Retry-After", seconds);
    reply_sentence(request, 429, "Too many requests", "Wait a minute, then try again.");
    return false;
}

/* Answers itself, and returns false, unless the link is good. */
static bool
open_link(HttpRequest *request, AckLink *ret_link)
{
    static const uint8_t no_key[ACK_LINK_KEY_BYTES] = {0};
    const ViewTime now = app_now();
    const uint8_t *key = request->app->link_key;
    g_autofree char *address = g_strdup_printf("link:%s", request->address);
    AckLinkVerdict verdict = ACK_LINK_WRONG;

    if (!may_go_on(request, address))
        return false;
    verdict = ack_link_open(key != NULL ? key : no_key, request->params[0], now.wall_us, ret_link);
    if (verdict == ACK_LINK_GOOD && key != NULL)
        return true;
    if (verdict == ACK_LINK_ENDED && key != NULL) {
        reply_sentence(request, 410, "This link has ended",
                       "Log in to the dashboard to deal with the alarm.");
        return false;
    }
    throttle_count(request->app->throttle, address, THROTTLE_GROWING, now.mono_us);
    reply_sentence(request, 404, "Not found", "There is nothing here.");
    return false;
}

/* Shows the alarm as it stands. @said: (nullable) */
static void
show(HttpRequest *request, const AckLink *link, unsigned status, const char *said)
{
    g_autoptr(Snapshot) snapshot = board_get_snapshot(request->app->board);
    const AlarmView *alarm = view_find_alarm(snapshot, link->alarm_id);
    g_autoptr(GString) html = g_string_new(NULL);

    if (snapshot->at_us == 0) {
        http_request_set_header(request, "Retry-After", "2");
        reply_sentence(request, 503, "Starting", "The monitor is starting; try again in a moment.");
    } else if (alarm == NULL) {
        reply_sentence(request, 404, "Not listed any more",
                       "The alarm cleared more than a day ago; the dashboard has its history.");
    } else {
        view_link_page(html, alarm, snapshot, said, said == NULL);
        reply_html(request, status, html);
    }
}

void
api_link_show(HttpRequest *request)
{
    g_auto(AckLink) link = {0};

    if (open_link(request, &link))
        show(request, &link, 200, NULL);
}

static void
on_acted(const CommandResult *result, gpointer data)
{
    g_autoptr(LinkAct) act = (LinkAct *)data;
    const char *said = act->kind == COMMAND_ALARM_ACK ? "Done: the alarm is acknowledged."
                       : act->kind == COMMAND_ALARM_UNACK
                           ? "Done: the acknowledgement is taken back."
                           : "Done: the note is kept.";

    if (result->error != NULL)
        show(act->request, &act->link, gantry_error_http_status(result->error),
             result->error->message);
    else
        show(act->request, &act->link, 200, said);
}

static bool
kind_of(const char *word, CommandKind *ret_kind)
{
    static const struct {
        const char *word;
        CommandKind kind;
    } acts[] = {{"ack", COMMAND_ALARM_ACK},
                {"unack", COMMAND_ALARM_UNACK},
                {"comment", COMMAND_ALARM_COMMENT}};

    for (size_t i = 0; i < G_N_ELEMENTS(acts); i++) {
        if (g_strcmp0(acts[i].word, word) == 0) {
            *ret_kind = acts[i].kind;
            return true;
        }
    }
    return false;
}

static void
submit(HttpRequest *request, AckLink *link, CommandKind kind, const char *note)
{
    const CommandPort *commands = request->app->ports.commands;
    g_autofree char *actor = g_strdup_printf("link:%s", link->receiver);
    Command *command = command_new(kind, link->alarm_id, actor);
    LinkAct *act = g_new0(LinkAct, 1);

    g_free(command->note);
    command->note = text_clean(note, NOTE_MAX);
    g_free(command->address);
    command->address = g_strdup(request->address);
    act->request = http_request_ref(request);
    act->kind = kind;
    act->link = *link;
    *link = (AckLink){0};
    http_request_defer(request);
    commands->submit(commands->self, command, on_acted, act);
}

void
api_link_act(HttpRequest *request)
{
    g_auto(AckLink) link = {0};
    const char *type = soup_message_headers_get_content_type(
        soup_server_message_get_request_headers(request->message), NULL);
    g_autofree char *body = g_strndup((const char *)request->body->data, request->body->len);
    CommandKind kind = COMMAND_ALARM_ACK;

    if (!open_link(request, &link))
        return;
    g_autofree char *by_alarm = g_strdup_printf("link-act:%s", link.alarm_id);
    g_autoptr(GHashTable) form =
        type != NULL && g_ascii_strcasecmp(type, FORM) == 0 && g_utf8_validate(body, -1, NULL)
            ? g_uri_parse_params(body, -1, "&", G_URI_PARAMS_WWW_FORM, NULL)
            : NULL;

    if (!may_go_on(request, by_alarm))
        return;
    throttle_count(request->app->throttle, by_alarm, THROTTLE_GROWING, app_now().mono_us);
    if (form == NULL || !kind_of(g_hash_table_lookup(form, "act"), &kind))
        reply_sentence(request, 400, "Not understood", "Go back, and use the buttons of the page.");
    else
        submit(request, &link, kind, g_hash_table_lookup(form, "note"));
}

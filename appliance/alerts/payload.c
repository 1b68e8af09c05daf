/* The table of kinds: who renders, who judges, what is told. */
#include "appliance/alerts/payload.h"

#include <string.h>

#include "appliance/alerts/payload-parts.h"
#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

#define JSON_DEPTH 8u

/* Reads a 2xx answer; the body decides. */
typedef PayloadVerdict (*Judge)(const Notice *notice, const PayloadAnswer *answer);

typedef struct {
    PayloadRenderer render;
    Judge judge;     /* (nullable): any 2xx is good */
    unsigned silent; /* bits 1 << EventKind: not told */
} KindRow;

#define BIT(kind) (1u << (kind))

static const PayloadVerdict delivered = {.class = RETRY_DELIVERED, .retry_after_s = -1};

static PayloadVerdict
refused(const char *why)
{
    return (PayloadVerdict){.class = RETRY_REFUSED, .retry_after_s = -1, .why = why};
}

static PayloadVerdict
failed(const char *why)
{
    return (PayloadVerdict){.class = RETRY_FAILED, .retry_after_s = -1, .why = why};
}

/* Returns: (transfer full) (nullable): the answer, if it is an object */
static JsonNode *
object_of(const char *text)
{
    g_autoptr(JsonParser) parser = json_parser_new_immutable();

    if (text == NULL || !text_json_is_shallow(text, strlen(text), JSON_DEPTH) ||
        !json_parser_load_from_data(parser, text, -1, NULL))
        return NULL;
    JsonNode *root = json_parser_get_root(parser);

    return root != NULL && JSON_NODE_HOLDS_OBJECT(root) ? json_node_ref(root) : NULL;
}

static const char *
member_text(JsonNode *root, const char *name)
{
    JsonNode *node = json_object_get_member(json_node_get_object(root), name);

    return node != NULL && JSON_NODE_HOLDS_VALUE(node) &&
                   json_node_get_value_type(node) == G_TYPE_STRING
               ? json_node_get_string(node)
               : "";
}

static PayloadVerdict
judge_slack(const Notice *notice, const PayloadAnswer *answer)
{
    g_autofree char *word = g_strstrip(g_strdup(answer->text));

    return strcmp(word, "ok") == 0 ? delivered : refused("Slack did not answer ok");
}

/* Workflows answer before the card is posted: there is no better receipt. */
static PayloadVerdict
judge_teams(const Notice *notice, const PayloadAnswer *answer)
{
    return answer->status == 202 || answer->status == 200 ? delivered
                                                          : failed("Teams did not answer 202");
}

static PayloadVerdict
judge_pagerduty(const Notice *notice, const PayloadAnswer *answer)
{
    g_autoptr(JsonNode) root = object_of(answer->text);

    if (answer->status != 202 || root == NULL ||
        strcmp(member_text(root, "status"), "success") != 0)
        return failed("PagerDuty did not answer 202 and success");
    return strcmp(member_text(root, "dedup_key"), notice->key) == 0
               ? delivered
               : failed("PagerDuty answered another dedup_key");
}

static PayloadVerdict
judge_jsm(const Notice *notice, const PayloadAnswer *answer)
{
    g_autoptr(JsonNode) root = object_of(answer->text);

    return answer->status == 202 && root != NULL && member_text(root, "requestId")[0] != '\0'
               ? delivered
               : failed("Jira did not answer 202 and a requestId");
}

static PayloadVerdict
judge_alertmanager(const Notice *notice, const PayloadAnswer *answer)
{
    return answer->status == 200 ? delivered : failed("Alertmanager did not answer 200");
}

static PayloadVerdict
judge_telegram(const Notice *notice, const PayloadAnswer *answer)
{
    g_autoptr(JsonNode) root = object_of(answer->text);
    JsonNode *ok = root != NULL ? json_object_get_member(json_node_get_object(root), "ok") : NULL;
    /* A long answer is cut, and then no longer JSON. */
    const bool begins = g_str_has_prefix(answer->text, "{\"ok\":true");

    return begins || (ok != NULL && JSON_NODE_HOLDS_VALUE(ok) &&
                      json_node_get_value_type(ok) == G_TYPE_BOOLEAN && json_node_get_boolean(ok))
               ? delivered
               : refused("Telegram did not answer ok");
}

/* What a person is told only if it is said to a person. */
#define TALK (BIT(EVENT_ALARM_JOINED))

static const KindRow rows[RECEIVER_KIND_COUNT] = {
    [RECEIVER_WEBHOOK] = {payload_render_webhook, NULL, 0},
    [RECEIVER_SLACK] = {payload_render_slack, judge_slack, TALK},
    [RECEIVER_TEAMS] = {payload_render_teams, judge_teams, TALK},
    /* It has no words for comments and for who looks after it. */
    [RECEIVER_PAGERDUTY] = {payload_render_pagerduty, judge_pagerduty,
                            BIT(EVENT_ALARM_COMMENT) | BIT(EVENT_ALARM_ASSIGNED)},
    [RECEIVER_JSM] = {payload_render_jsm, judge_jsm, 0},
    /* It keeps silences of its own. */
    [RECEIVER_ALERTMANAGER] = {payload_render_alertmanager, judge_alertmanager,
                               BIT(EVENT_ALARM_COMMENT) | BIT(EVENT_ALARM_ASSIGNED) |
                                   BIT(EVENT_ALARM_ACK) | BIT(EVENT_ALARM_UNACK) |
                                   BIT(EVENT_ALARM_SHELVED) | BIT(EVENT_ALARM_UNSHELVED)},
    [RECEIVER_TELEGRAM] = {payload_render_telegram, judge_telegram, TALK},
    [RECEIVER_EMAIL] = {payload_render_email, NULL, TALK},
    [RECEIVER_SYSLOG] = {payload_render_syslog, NULL, 0},
};

bool
payload_tells(ReceiverKind kind, EventKind event_kind)
{
    return (rows[kind].silent & BIT(event_kind)) == 0;
}

bool
payload_render(ReceiverKind kind,
               const Notice *notice,
               const PayloadPlace *place,
               PayloadRequest *request,
               GError **error)
{
    const ReceiverKindInfo *info = receiver_kind_info(kind);
    PayloadPlace where = *place;

    if (info->secret_is_url && place->secret[0] != '\0')
        where.url = place->secret;
    else if (where.url[0] == '\0' && info->url != NULL)
        where.url = info->url;
    request->method = "POST";
    request->headers = g_ptr_array_new_with_free_func(g_free);
    payload_add_header(request, "User-Agent", "gantry/" GANTRY_VERSION);
    if (!rows[kind].render(notice, &where, request, error))
        return false;
    if (request->url == NULL)
        request->url = g_strdup(where.url);
    return true;
}

void
payload_request_clear(PayloadRequest *request)
{
    g_clear_pointer(&request->url, g_free);
    g_clear_pointer(&request->headers, g_ptr_array_unref);
    g_clear_pointer(&request->body, g_bytes_unref);
    g_clear_pointer(&request->to, g_strfreev);
    g_clear_pointer(&request->from, g_free);
    g_clear_pointer(&request->user, g_free);
    if (request->password != NULL)
        explicit_bzero(request->password, strlen(request->password));
    g_clear_pointer(&request->password, g_free);
}

/* Permanent refusals of a mail server are for people to mend; all others pass. */
static PayloadVerdict
judge_mail(int status)
{
    if (status >= 200 && status < 300)
        return delivered;
    return status >= 500 && status < 600 ? refused(NULL) : failed(NULL);
}

/* Telegram says in the body how long to wait. */
static int
telegram_patience_s(const PayloadAnswer *answer)
{
    g_autoptr(JsonNode) root = object_of(answer->text);
    JsonNode *node =
        root != NULL ? json_object_get_member(json_node_get_object(root), "parameters") : NULL;

    if (node == NULL || !JSON_NODE_HOLDS_OBJECT(node))
        return -1;
    node = json_object_get_member(json_node_get_object(node), "retry_after");
    if (node == NULL || !JSON_NODE_HOLDS_VALUE(node) ||
        json_node_get_value_type(node) != G_TYPE_INT64)
        return -1;
    return (int)CLAMP(json_node_get_int(node), 0, RETRY_MAX_RETRY_AFTER_S);
}

PayloadVerdict
payload_judge(ReceiverKind kind, const Notice *notice, const PayloadAnswer *answer, WallUs now_us)
{
    if (answer->sent)
        return delivered;
    if (kind == RECEIVER_EMAIL)
        return judge_mail(answer->status);
    PayloadVerdict verdict = {
        .class = retry_class(answer->status),
        .retry_after_s = retry_after_parse(answer->retry_after, now_us),
    };

    if (verdict.class == RETRY_DELIVERED && rows[kind].judge != NULL)
        return rows[kind].judge(notice, answer);
    if (kind == RECEIVER_TELEGRAM && verdict.class == RETRY_THROTTLED && verdict.retry_after_s < 0)
        verdict.retry_after_s = telegram_patience_s(answer);
    return verdict;
}

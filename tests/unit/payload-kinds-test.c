/* Every kind's request against the maker's published schema, written here as data; hostile names
 * against its escaping; and what its answers mean. */
#include "appliance/alerts/payload.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "pipelines/base/error.h"

#define TOKEN "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11"
#define KEY32 "0123456789abcdef0123456789abcdef"

/* Names that an encoder upstream, or somebody who dislikes us, may choose. */
static const char *const names[] = {
    "Das Erste",
    "<!channel> <https://evil.example|click> & Söhne",
    "*bold* _it_ ~no~ `code` [link](https://evil.example) # head > quote",
    "name\r\nBcc: victim@example.com\r\n\r\nbody",
    "q\"uote back\\slash ] bracket = equals",
    "=?utf-8?B?SGVsbG8=?=",
    "{text} {?note}x{/note} {{",
    "日本語テレビ 🎬🎬🎬 Ünïcödé",
};

/* One member that must be, or may be. Path: names with dots between, [] for each of an array. */
typedef struct {
    const char *path;
    GType type;       /* of a value; G_TYPE_NONE: an object or an array */
    unsigned max;     /* characters of a text; 0: any */
    const char *word; /* (nullable): the only value */
    bool optional;
} Member;

static const Member slack[] = {
    {"text", G_TYPE_STRING, 4000, NULL, false},
    {"blocks", G_TYPE_NONE, 50, NULL, false},
    {"blocks.0.type", G_TYPE_STRING, 0, "header", false},
    {"blocks.0.text.type", G_TYPE_STRING, 0, "plain_text", false},
    {"blocks.0.text.text", G_TYPE_STRING, 150, NULL, false},
    {"blocks.1.type", G_TYPE_STRING, 0, "section", false},
    {"blocks.1.text.type", G_TYPE_STRING, 0, "mrkdwn", false},
    {"blocks.1.text.text", G_TYPE_STRING, 3000, NULL, false},
    {"attachments.0.color", G_TYPE_STRING, 7, NULL, false},
    {"attachments.0.fallback", G_TYPE_STRING, 0, NULL, false},
    {"attachments.0.ts", G_TYPE_INT64, 0, NULL, false},
    {NULL},
};
static const Member teams[] = {
    {"type", G_TYPE_STRING, 0, "message", false},
    {"attachments.0.contentType", G_TYPE_STRING, 0, "application/vnd.microsoft.card.adaptive",
     false},
    {"attachments.0.content.$schema", G_TYPE_STRING, 0,
     "http://adaptivecards.io/schemas/adaptive-card.json", false},
    {"attachments.0.content.type", G_TYPE_STRING, 0, "AdaptiveCard", false},
    {"attachments.0.content.version", G_TYPE_STRING, 0, "1.2", false},
    {"attachments.0.content.body.0.type", G_TYPE_STRING, 0, "TextBlock", false},
    {"attachments.0.content.body.0.text", G_TYPE_STRING, 0, NULL, false},
    {"attachments.0.content.body.0.wrap", G_TYPE_BOOLEAN, 0, NULL, false},
    {"attachments.0.content.body.1.type", G_TYPE_STRING, 0, "TextBlock", false},
    {"attachments.0.content.body.2.type", G_TYPE_STRING, 0, "FactSet", true},
    {"attachments.0.content.body.2.facts.0.title", G_TYPE_STRING, 0, NULL, true},
    {"attachments.0.content.body.2.facts.0.value", G_TYPE_STRING, 0, NULL, true},
    {"attachments.0.content.actions.0.type", G_TYPE_STRING, 0, "Action.OpenUrl", true},
    {"attachments.0.content.actions.0.url", G_TYPE_STRING, 0, NULL, true},
    {"attachments.0.content.msteams.width", G_TYPE_STRING, 0, "Full", false},
    {NULL},
};
static const Member pagerduty[] = {
    {"routing_key", G_TYPE_STRING, 32, KEY32, false},
    {"event_action", G_TYPE_STRING, 0, NULL, false},
    {"dedup_key", G_TYPE_STRING, 255, NULL, false},
    {"payload.summary", G_TYPE_STRING, 1024, NULL, false},
    {"payload.source", G_TYPE_STRING, 0, NULL, false},
    {"payload.severity", G_TYPE_STRING, 0, NULL, false},
    {"payload.timestamp", G_TYPE_STRING, 0, NULL, false},
    {"payload.component", G_TYPE_STRING, 255, NULL, true},
    {"payload.group", G_TYPE_STRING, 255, NULL, true},
    {"payload.class", G_TYPE_STRING, 255, NULL, true},
    {"payload.custom_details", G_TYPE_NONE, 0, NULL, true},
    {"links.0.href", G_TYPE_STRING, 0, NULL, true},
    {"client", G_TYPE_STRING, 0, "Gantry", true},
    {NULL},
};
static const Member jsm[] = {
    {"message", G_TYPE_STRING, 130, NULL, true}, /* not of a note, an acknowledgement, an end */
    {"alias", G_TYPE_STRING, 512, NULL, true},
    {"description", G_TYPE_STRING, 15000, NULL, true},
    {"entity", G_TYPE_STRING, 512, NULL, true},
    {"source", G_TYPE_STRING, 100, NULL, false},
    {"priority", G_TYPE_STRING, 2, NULL, true},
    {"user", G_TYPE_STRING, 100, NULL, false},
    {NULL},
};
static const Member alertmanager[] = {
    {"0.labels.alertname", G_TYPE_STRING, 0, NULL, false},
    {"0.labels.severity", G_TYPE_STRING, 0, NULL, false},
    {"0.labels.alarm_id", G_TYPE_STRING, 0, NULL, false},
    {"0.annotations.summary", G_TYPE_STRING, 0, NULL, false},
    {"0.startsAt", G_TYPE_STRING, 0, NULL, false},
    {"0.endsAt", G_TYPE_STRING, 0, NULL, false},
    {"0.generatorURL", G_TYPE_STRING, 0, NULL, true},
    {NULL},
};
static const Member telegram[] = {
    {"chat_id", G_TYPE_STRING, 0, "-100123", false},
    {"text", G_TYPE_STRING, 4096, NULL, false},
    {"link_preview_options.is_disabled", G_TYPE_BOOLEAN, 0, NULL, false},
    {"disable_notification", G_TYPE_BOOLEAN, 0, NULL, true},
    {NULL},
};
static const Member webhook[] = {
    {"type", G_TYPE_STRING, 0, NULL, false},
    {"timestamp", G_TYPE_STRING, 0, NULL, false},
    {"data.schema", G_TYPE_INT64, 0, NULL, false},
    {"data.event_id", G_TYPE_STRING, 0, NULL, false},
    {"data.text", G_TYPE_STRING, 0, NULL, false},
    {"data.monitor.id", G_TYPE_STRING, 0, NULL, false},
    {NULL},
};

static const struct {
    ReceiverKind kind;
    const Member *schema; /* (nullable): not JSON */
    const char *url;
    const char *secret;
    const char *to;
} kinds[] = {
    {RECEIVER_WEBHOOK, webhook, "https://hook.example/x", "", ""},
    {RECEIVER_SLACK, slack, "", "https://hooks.slack.com/services/T/B/X", ""},
    {RECEIVER_TEAMS, teams, "https://x.logic.azure.com/workflows/1", "", ""},
    {RECEIVER_PAGERDUTY, pagerduty, "", KEY32, ""},
    {RECEIVER_JSM, jsm, "", "4be9c1a2", ""},
    {RECEIVER_ALERTMANAGER, alertmanager, "http://am.example:9093/", "", ""},
    {RECEIVER_TELEGRAM, telegram, "", TOKEN, "-100123"},
    {RECEIVER_EMAIL, NULL, "smtp://mail.example:587", "", "noc@example.com,chief@example.com"},
    {RECEIVER_SYSLOG, NULL, "tls://log.example", "", ""},
};

static JsonNode *
find(JsonNode *node, const char *path)
{
    g_auto(GStrv) words = g_strsplit(path, ".", -1);

    for (size_t i = 0; words[i] != NULL && node != NULL; i++) {
        if (JSON_NODE_HOLDS_ARRAY(node)) {
            guint64 at = 0;
            JsonArray *array = json_node_get_array(node);

            g_assert_true(g_ascii_string_to_unsigned(words[i], 10, 0, 100, &at, NULL));
            node =
                at < json_array_get_length(array) ? json_array_get_element(array, (guint)at) : NULL;
        } else {
            g_assert_true(JSON_NODE_HOLDS_OBJECT(node));
            node = json_object_get_member(json_node_get_object(node), words[i]);
        }
    }
    return node;
}

static void
check_schema(JsonNode *root, const Member *schema)
{
    for (const Member *member = schema; member->path != NULL; member++) {
        JsonNode *node = find(root, member->path);

        g_test_message("%s", member->path);
        if (node == NULL) {
            g_assert_true(member->optional);
            continue;
        }
        if (member->type == G_TYPE_NONE) {
            g_assert_false(JSON_NODE_HOLDS_VALUE(node));
            continue;
        }
        g_assert_cmpuint(json_node_get_value_type(node), ==, member->type);
        if (member->type != G_TYPE_STRING)
            continue;
        const char *text = json_node_get_string(node);

        if (!member->optional)
            g_assert_cmpstr(text, !=, "");
        if (member->max > 0)
            g_assert_cmpint(g_utf8_strlen(text, -1), <=, member->max);
        if (member->word != NULL)
            g_assert_cmpstr(text, ==, member->word);
    }
}

static Event *
an_event(EventKind kind, const char *name, const char *text)
{
    Event *event = event_new(kind, US_PER_SECOND, INT64_C(1795170030123000));

    event->seq = 7;
    event->alarm_seq = 1;
    event->fault = FAULT_PICTURE_BLACK;
    event->severity = SEVERITY_CRITICAL;
    event->raised_wall_us = event->wall_us - 90 * US_PER_SECOND;
    event->cleared_wall_us = kind == EVENT_ALARM_CLEARED ? event->wall_us : 0;
    event_set(&event->alarm_id, "11111111-0000-4000-8000-000000000000");
    event_set(&event->incident_id, event->alarm_id);
    event_set(&event->resource, "channel/a");
    event_set(&event->channel_name, name);
    event_set(&event->channel_group, name);
    event_set(&event->text, text);
    event_set(&event->note, name);
    event_set(&event->actor, "noc");
    return event;
}

static NoticeStyle
style_of(ReceiverKind kind)
{
    return (NoticeStyle){.kind = kind,
                         .receiver = "r",
                         .title = "",
                         .text = "",
                         .ack_link = "https://gantry.example/a/token",
                         .sender = {.monitor_id = "box-1",
                                    .boot_id = "boot",
                                    .public_url = "https://gantry.example"}};
}

static void
render(size_t i, const Notice *notice, PayloadRequest *ret_request)
{
    const PayloadPlace place = {.url = kinds[i].url,
                                .secret = kinds[i].secret,
                                .to = kinds[i].to,
                                .from = "gantry@example.com",
                                .user = "",
                                .host = "box.example",
                                .now_us = notice->at_us,
                                .heartbeat_s = 3600};
    g_autoptr(GError) error = NULL;

    if (!payload_render(kinds[i].kind, notice, &place, ret_request, &error))
        g_error("%s: %s", receiver_kind_info(kinds[i].kind)->name, error->message);
}

/* Returns: (transfer full): the body as text */
static char *
body_of(const PayloadRequest *request)
{
    gsize size = 0;
    const char *data = g_bytes_get_data(request->body, &size);

    return g_strndup(data, size);
}

static void
check_json(size_t i, const PayloadRequest *request)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autofree char *body = body_of(request);

    g_assert_cmpint(request->carrier, ==, CARRY_HTTP);
    g_assert_true(json_parser_load_from_data(parser, body, -1, NULL));
    g_assert_cmpuint(strlen(body), <=, 21000);
    check_schema(json_parser_get_root(parser), kinds[i].schema);
}

static void
every_kind_of_every_event_fits_its_schema(void)
{
    static const EventKind events[] = {
        EVENT_ALARM_RAISED,  EVENT_ALARM_UPDATED, EVENT_ALARM_CLEARED,  EVENT_ALARM_ACK,
        EVENT_ALARM_COMMENT, EVENT_ALARM_SHELVED, EVENT_ALARM_REMINDED, EVENT_ALARM_JOINED};
    g_autofree char *endless = g_strnfill(2000, '&');

    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        for (size_t k = 0; k < G_N_ELEMENTS(events) * G_N_ELEMENTS(names); k++) {
            const NoticeStyle style = style_of(kinds[i].kind);
            g_autoptr(Event) event =
                an_event(events[k % G_N_ELEMENTS(events)], names[k / G_N_ELEMENTS(events)],
                         k % 3 == 0 ? endless : names[k % G_N_ELEMENTS(names)]);
            g_autoptr(Notice) notice = notice_of_event(event, &style);
            g_auto(PayloadRequest) request = {0};

            render(i, notice, &request);
            if (kinds[i].schema != NULL)
                check_json(i, &request);
        }
    }
}

static void
tests_heartbeats_and_digests_fit_their_schemas(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        const NoticeStyle style = style_of(kinds[i].kind);
        g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)event_unref);
        const char *id = "22222222-0000-4000-8000-000000000000";

        for (unsigned k = 0; k < 60; k++)
            g_ptr_array_add(events, an_event(k % 4 == 0 ? EVENT_ALARM_CLEARED : EVENT_ALARM_RAISED,
                                             names[k % G_N_ELEMENTS(names)], "black"));
        Notice *notices[] = {
            notice_plain(NOTICE_TEST, id, INT64_C(1795170030123000), &style),
            notice_plain(NOTICE_HEARTBEAT, id, INT64_C(1795170030123000), &style),
            notice_digest(events, id, INT64_C(1795170030123000), &style),
        };

        for (size_t k = 0; k < G_N_ELEMENTS(notices); k++) {
            g_auto(PayloadRequest) request = {0};

            render(i, notices[k], &request);
            if (kinds[i].schema != NULL)
                check_json(i, &request);
            notice_free(notices[k]);
        }
    }
}

static char *
rendered(size_t i, EventKind kind, const char *name, const char *title)
{
    NoticeStyle style = style_of(kinds[i].kind);
    g_autoptr(Event) event = an_event(kind, name, name);
    g_auto(PayloadRequest) request = {0};

    style.title = title;
    g_autoptr(Notice) notice = notice_of_event(event, &style);

    render(i, notice, &request);
    return body_of(&request);
}

static void
no_name_and_no_template_breaks_out_of_slack(void)
{
    g_autofree char *body =
        rendered(1, EVENT_ALARM_RAISED, names[1], "<!here> {where} <https://evil.example|x>");

    g_assert_null(strstr(body, "<!"));
    g_assert_null(strstr(body, "<https://evil"));
    g_assert_nonnull(strstr(body, "&lt;!here&gt;"));
    g_assert_nonnull(strstr(body, "<https://gantry.example/a/token|Acknowledge>"));
}

static void
markdown_is_text_in_teams(void)
{
    g_autofree char *body = rendered(2, EVENT_ALARM_RAISED, names[2], "[click]({where})");

    g_assert_null(strstr(body, "[link]("));
    g_assert_null(strstr(body, "[click]("));
    g_assert_nonnull(strstr(body, "\\\\[click\\\\]\\\\("));
    g_assert_nonnull(strstr(body, "\\\\*bold\\\\*"));
}

static void
no_name_becomes_a_header_of_a_mail(void)
{
    for (size_t n = 0; n < G_N_ELEMENTS(names); n++) {
        g_autofree char *mail = rendered(7, EVENT_ALARM_RAISED, names[n], "{where}\r\nX-Evil: 1");
        char *end = strstr(mail, "\r\n\r\n");

        g_assert_nonnull(end);
        *end = '\0';
        g_assert_null(strstr(mail, "\nBcc:"));
        g_assert_null(strstr(mail, "\nX-Evil"));
        g_auto(GStrv) lines = g_strsplit(mail, "\r\n", -1);

        for (size_t i = 0; lines[i] != NULL; i++) {
            g_assert_null(strpbrk(lines[i], "\r\n"));
            g_assert_cmpuint(strlen(lines[i]), <=, 998);
            g_assert_true(g_str_is_ascii(lines[i]));
        }
        g_assert_nonnull(strstr(mail, "Auto-Submitted: auto-generated"));
        g_assert_nonnull(strstr(mail, "Message-ID: <"));
        g_assert_nonnull(strstr(mail, "References: <11111111-"));
    }
}

static void
a_syslog_frame_is_counted_and_its_values_are_escaped(void)
{
    g_autofree char *frame = rendered(8, EVENT_ALARM_RAISED, names[4], "");
    guint64 count = 0;
    const char *line = strchr(frame, ' ') + 1;

    g_autofree char *digits = g_strndup(frame, (gsize)(line - frame - 1));
    g_assert_true(g_ascii_string_to_unsigned(digits, 10, 1, 8192, &count, NULL));
    g_assert_cmpuint(count, ==, strlen(line));
    g_assert_true(g_str_has_prefix(line, "<129>1 2026-11-20T10:20:30.123Z box.example gantryd - "
                                         "picture-black [alarm resource=\"channel/a\" "
                                         "probableCause=\"other\" perceivedSeverity=\"critical\""));
    g_assert_nonnull(strstr(line, "channel=\"q\\\"uote back\\\\slash \\] bracket = equals\""));
    g_assert_nonnull(strstr(line, "] \xef\xbb\xbf"));
    g_assert_null(strchr(line, '\n'));
    g_autofree char *cleared = rendered(8, EVENT_ALARM_CLEARED, names[0], "");

    g_assert_nonnull(strstr(cleared, "<133>1"));
    g_assert_nonnull(strstr(cleared, "perceivedSeverity=\"cleared\""));
}

static char *
text_at(size_t i, EventKind kind, const char *path, char **ret_url)
{
    const NoticeStyle style = style_of(kinds[i].kind);
    g_autoptr(Event) event = an_event(kind, "Das Erste", "black");
    g_autoptr(Notice) notice = notice_of_event(event, &style);
    g_autoptr(JsonParser) parser = json_parser_new();
    g_auto(PayloadRequest) request = {0};

    render(i, notice, &request);
    g_autofree char *body = body_of(&request);

    g_assert_true(json_parser_load_from_data(parser, body, -1, NULL));
    if (ret_url != NULL)
        *ret_url = g_strdup(request.url);
    JsonNode *node = find(json_parser_get_root(parser), path);

    return node != NULL ? json_node_dup_string(node) : NULL;
}

static void
what_was_triggered_is_what_is_acknowledged_and_resolved(void)
{
    static const struct {
        EventKind kind;
        const char *pagerduty;
        const char *jsm; /* end of its address */
    } cases[] = {
        {EVENT_ALARM_RAISED, "trigger", "/alerts"},
        {EVENT_ALARM_UPDATED, "trigger", "/alerts"},
        {EVENT_ALARM_REMINDED, "trigger", "/alerts"},
        {EVENT_ALARM_ACK, "acknowledge", "/acknowledge?identifierType=alias"},
        {EVENT_ALARM_CLEARED, "resolve", "/close?identifierType=alias"},
        {EVENT_ALARM_JOINED, "resolve", "/close?identifierType=alias"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *url = NULL;
        g_autofree char *action = text_at(3, cases[i].kind, "event_action", NULL);
        g_autofree char *key = text_at(3, cases[i].kind, "dedup_key", NULL);
        g_autofree char *unused = text_at(4, cases[i].kind, "source", &url);

        g_assert_cmpstr(action, ==, cases[i].pagerduty);
        g_assert_cmpstr(key, ==, "11111111-0000-4000-8000-000000000000");
        g_assert_true(g_str_has_suffix(url, cases[i].jsm));
    }
    g_assert_false(payload_tells(RECEIVER_PAGERDUTY, EVENT_ALARM_COMMENT));
    g_assert_true(payload_tells(RECEIVER_JSM, EVENT_ALARM_COMMENT));
    g_assert_false(payload_tells(RECEIVER_SLACK, EVENT_ALARM_JOINED));
}

static void
an_alert_ends_in_the_future_while_it_stands_and_under_every_severity_when_it_is_over(void)
{
    g_autofree char *raised = text_at(5, EVENT_ALARM_RAISED, "0.endsAt", NULL);
    g_autofree char *cleared = text_at(5, EVENT_ALARM_CLEARED, "0.endsAt", NULL);
    g_autofree char *second = text_at(5, EVENT_ALARM_CLEARED, "1.labels.severity", NULL);
    g_autofree char *url = NULL;
    g_autofree char *only = text_at(5, EVENT_ALARM_RAISED, "1.labels.severity", &url);

    g_assert_cmpstr(raised, ==, "2026-11-27T10:20:30.123Z");
    g_assert_cmpstr(cleared, ==, "2026-11-20T10:20:30.123Z");
    g_assert_cmpstr(second, ==, "warning");
    g_assert_null(only);
    g_assert_cmpstr(url, ==, "http://am.example:9093/api/v2/alerts");
}

static void
a_broadcaster_reads_nothing_that_operators_wrote(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        NoticeStyle style = style_of(kinds[i].kind);
        g_autoptr(Event) event = an_event(EVENT_ALARM_ACK, "Das Erste", "black");
        g_auto(PayloadRequest) request = {0};

        style.scoped = true;
        event_set(&event->note, "as with Competitor One");
        event_set(&event->owner, "someone");
        g_autoptr(Notice) notice = notice_of_event(event, &style);

        render(i, notice, &request);
        g_autofree char *body = body_of(&request);

        g_assert_null(strstr(notice->text, "Competitor"));
        g_assert_null(strstr(body, "Competitor"));
        g_assert_null(strstr(body, "someone"));
        g_assert_cmpstr(event->note, !=, ""); /* the journal's own is as it was */
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/payload-kinds/every-kind-of-every-event-fits-its-schema",
                    every_kind_of_every_event_fits_its_schema);
    g_test_add_func("/payload-kinds/tests-heartbeats-and-digests-fit-their-schemas",
                    tests_heartbeats_and_digests_fit_their_schemas);
    g_test_add_func("/payload-kinds/no-name-and-no-template-breaks-out-of-slack",
                    no_name_and_no_template_breaks_out_of_slack);
    g_test_add_func("/payload-kinds/markdown-is-text-in-teams", markdown_is_text_in_teams);
    g_test_add_func("/payload-kinds/no-name-becomes-a-header-of-a-mail",
                    no_name_becomes_a_header_of_a_mail);
    g_test_add_func("/payload-kinds/a-syslog-frame-is-counted-and-its-values-are-escaped",
                    a_syslog_frame_is_counted_and_its_values_are_escaped);
    g_test_add_func("/payload-kinds/what-was-triggered-is-what-is-acknowledged-and-resolved",
                    what_was_triggered_is_what_is_acknowledged_and_resolved);
    g_test_add_func(
        "/payload-kinds/an-alert-ends-in-the-future-while-it-stands",
        an_alert_ends_in_the_future_while_it_stands_and_under_every_severity_when_it_is_over);
    g_test_add_func("/payload-kinds/a-broadcaster-reads-nothing-that-operators-wrote",
                    a_broadcaster_reads_nothing_that_operators_wrote);
    return g_test_run();
}

/* Values of the templates' fields, and what is made of them. */
#include "appliance/alerts/notice.h"

#include <string.h>

#include "pipelines/base/text.h"

#define MAX_VALUE      1000u /* bytes of one field */
#define DIGEST_LINES   20u
#define CHANNEL_PREFIX "channel/"

const char *
payload_action_name(EventKind kind)
{
    switch (kind) {
    case EVENT_ALARM_RAISED:
        return "raised";
    case EVENT_ALARM_UPDATED:
        return "updated";
    case EVENT_ALARM_CLEARED:
        return "cleared";
    case EVENT_ALARM_ACK:
        return "acknowledged";
    case EVENT_ALARM_UNACK:
        return "unacknowledged";
    case EVENT_ALARM_COMMENT:
        return "commented";
    case EVENT_ALARM_SHELVED:
        return "shelved";
    case EVENT_ALARM_UNSHELVED:
        return "unshelved";
    case EVENT_ALARM_ASSIGNED:
        return "assigned";
    case EVENT_ALARM_JOINED:
        return "joined";
    case EVENT_ALARM_REMINDED:
        return "reminded";
    case EVENT_ALARM_NOTED:
    case EVENT_AUDIT:
    case EVENT_BOX:
        break;
    }
    return "other";
}

/* What somebody did, as the begin of a sentence; "" for what happened by itself. */
static const char *
act_of(EventKind kind)
{
    switch (kind) {
    case EVENT_ALARM_ACK:
        return "Acknowledged";
    case EVENT_ALARM_UNACK:
        return "No longer acknowledged";
    case EVENT_ALARM_COMMENT:
        return "Commented";
    case EVENT_ALARM_SHELVED:
        return "Shelved";
    case EVENT_ALARM_UNSHELVED:
        return "No longer shelved";
    case EVENT_ALARM_ASSIGNED:
        return "Assigned";
    case EVENT_ALARM_JOINED:
        return "Part of a larger incident from now on";
    case EVENT_ALARM_REMINDED:
        return "Nobody has acknowledged it yet";
    case EVENT_ALARM_RAISED:
    case EVENT_ALARM_UPDATED:
    case EVENT_ALARM_CLEARED:
    case EVENT_ALARM_NOTED:
    case EVENT_AUDIT:
    case EVENT_BOX:
        break;
    }
    return "";
}

static TellAction
tell_of(const Event *event)
{
    switch (event->kind) {
    case EVENT_ALARM_CLEARED:
    case EVENT_ALARM_JOINED: /* the incident goes on in its place */
        return TELL_RESOLVE;
    case EVENT_ALARM_ACK:
    case EVENT_ALARM_SHELVED:
        return TELL_ACKNOWLEDGE;
    case EVENT_ALARM_COMMENT:
    case EVENT_ALARM_ASSIGNED:
    case EVENT_ALARM_NOTED:
    case EVENT_AUDIT:
    case EVENT_BOX:
        return TELL_NOTE;
    case EVENT_ALARM_RAISED:
    case EVENT_ALARM_UPDATED:
    case EVENT_ALARM_UNACK:
    case EVENT_ALARM_UNSHELVED:
    case EVENT_ALARM_REMINDED:
        break;
    }
    return event->cleared_wall_us != 0 ? TELL_RESOLVE : TELL_TRIGGER;
}

char *
notice_time(WallUs wall_us)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(wall_us / US_PER_SECOND);
    g_autofree char *seconds = time != NULL ? g_date_time_format(time, "%Y-%m-%dT%H:%M:%S")
                                            : g_strdup("1970-01-01T00:00:00");

    return g_strdup_printf("%s.%03dZ", seconds, (int)(wall_us % US_PER_SECOND / US_PER_MS));
}

static char *
local_time(WallUs wall_us, GTimeZone *zone)
{
    g_autoptr(GDateTime) utc =
        wall_us > 0 ? g_date_time_new_from_unix_utc(wall_us / US_PER_SECOND) : NULL;
    g_autoptr(GDateTime) local =
        utc != NULL && zone != NULL ? g_date_time_to_timezone(utc, zone) : NULL;

    if (utc == NULL)
        return g_strdup("");
    return g_date_time_format(local != NULL ? local : utc, "%Y-%m-%d %H:%M:%S %Z");
}

static char *
duration_text(int64_t us)
{
    const int64_t s = MAX(us, 0) / US_PER_SECOND;

    if (s < 60)
        return g_strdup_printf("%d s", (int)s);
    if (s < 3600)
        return g_strdup_printf("%d min %d s", (int)(s / 60), (int)(s % 60));
    return g_strdup_printf("%d h %d min", (int)MIN(s / 3600, 999999), (int)(s / 60 % 60));
}

/* The fields of one event; @owned keeps what was made for them. */
typedef struct {
    TemplateValues fields;
    GPtrArray *owned; /* (element-type utf8) */
} Values;

static void
take(Values *values, TemplateField field, char *text)
{
    g_ptr_array_add(values->owned, text);
    values->fields.values[field] = text;
}

static void
set(Values *values, TemplateField field, const char *text)
{
    take(values, field, text_clean(text, MAX_VALUE));
}

static bool
is_channel(const Event *event)
{
    return g_str_has_prefix(event->resource, CHANNEL_PREFIX);
}

static void
set_names(Values *values, const Event *event)
{
    set(values, FIELD_RESOURCE, event->resource);
    set(values, FIELD_WHERE,
        event->channel_name[0] != '\0' ? event->channel_name : event->resource);
    set(values, FIELD_CHANNEL_NAME, event->channel_name);
    set(values, FIELD_CHANNEL_ID,
        is_channel(event) ? event->resource + strlen(CHANNEL_PREFIX) : "");
    set(values, FIELD_GROUP, event->channel_group);
    set(values, FIELD_ADDRESS, event->channel_address);
}

static void
set_facts(Values *values, const Event *event)
{
    set(values, FIELD_STATE, payload_action_name(event->kind));
    set(values, FIELD_ACT, act_of(event->kind));
    set(values, FIELD_SEVERITY, severity_name(event->severity));
    set(values, FIELD_TEXT, event->text);
    set(values, FIELD_WHAT, fault_info(event->fault)->sentence);
    set(values, FIELD_FAULT, fault_info(event->fault)->name);
    set(values, FIELD_ACTION, fault_info(event->fault)->action);
    set(values, FIELD_IMPACT, event->impact != IMPACT_NONE ? impact_class_name(event->impact) : "");
    set(values, FIELD_CAUSE, cause_scope_name(event->cause_scope));
    set(values, FIELD_ALARM_ID, event->alarm_id);
    set(values, FIELD_INCIDENT_ID, event->incident_id);
    if (event->members > 0)
        take(values, FIELD_MEMBERS, g_strdup_printf("%u", event->members));
    if (event->kind == EVENT_ALARM_REMINDED)
        take(values, FIELD_REMINDER, g_strdup_printf("%.0f", event->value));
}

static void
set_times(Values *values, const Event *event, GTimeZone *zone)
{
    take(values, FIELD_AT, local_time(event->wall_us, zone));
    take(values, FIELD_RAISED_AT, local_time(event->raised_wall_us, zone));
    take(values, FIELD_CLEARED_AT, local_time(event->cleared_wall_us, zone));
    if (event->cleared_wall_us != 0)
        take(values, FIELD_DURATION, duration_text(event->cleared_wall_us - event->raised_wall_us));
}

static void
set_people(Values *values, const Event *event, const NoticeStyle *style)
{
    if (style->scoped)
        return;
    set(values, FIELD_ACTOR, event->actor);
    set(values, FIELD_NOTE, event->note);
    set(values, FIELD_OWNER, event->owner);
}

static char *
link_of(const Event *event, const PayloadSender *sender)
{
    if (sender->public_url[0] == '\0')
        return g_strdup("");
    if (!is_channel(event))
        return g_strconcat(sender->public_url, "/alarms", NULL);
    return g_strconcat(sender->public_url, "/channels/", event->resource + strlen(CHANNEL_PREFIX),
                       NULL);
}

static void
add_fact(Notice *notice, const char *name, const char *value)
{
    if (value == NULL || value[0] == '\0' || notice->n_facts == NOTICE_MAX_FACTS)
        return;
    NoticeFact *fact = &notice->facts[notice->n_facts++];

    (void)g_strlcpy(fact->name, name, sizeof fact->name);
    fact->value = template_cut(value, 200);
}

/* A title is one line. */
static char *
one_line(char *text)
{
    return g_strdelimit(text, "\n\r\t", ' ');
}

static void
set_words(Notice *notice, const Values *values, const NoticeStyle *style)
{
    const ReceiverKindInfo *kind = receiver_kind_info(style->kind);
    const char *title = style->title[0] != '\0' ? style->title : kind->title;
    const char *text = style->text[0] != '\0' ? style->text : kind->text;

    notice->title = one_line(template_render(title, &values->fields, kind->max_title));
    notice->text = template_render(text, &values->fields, kind->max_text);
}

/* Returns: (transfer full): a copy whose texts are clean: renderers put them where a line break
 * would forge a line. With @scoped without what operators wrote. */
static Event *
event_for(const Event *event, bool scoped)
{
    Event *copy = event_copy(event);

    if (!scoped)
        return copy;
    event_set(&copy->actor, "");
    event_set(&copy->note, "");
    event_set(&copy->owner, "");
    return copy;
}

Notice *
notice_of_event(const Event *event, const NoticeStyle *style)
{
    Notice *notice = g_new0(Notice, 1);
    g_autoptr(GPtrArray) owned = g_ptr_array_new_with_free_func(g_free);
    Values values = {.owned = owned};

    set_names(&values, event);
    set_facts(&values, event);
    if (style->to_do != NULL)
        set(&values, FIELD_ACTION, style->to_do);
    notice->to_do =
        g_strdup(style->to_do != NULL ? style->to_do : fault_info(event->fault)->action);
    set_times(&values, event, style->zone);
    set_people(&values, event, style);
    set(&values, FIELD_MONITOR, style->sender.monitor_id);
    notice->link = link_of(event, &style->sender);
    notice->ack_link = g_strdup(event->cleared_wall_us == 0 ? style->ack_link : "");
    values.fields.values[FIELD_LINK] = notice->link;
    values.fields.values[FIELD_ACK_LINK] = notice->ack_link;
    notice->kind = NOTICE_EVENT;
    notice->action = tell_of(event);
    notice->event = event_for(event, style->scoped);
    notice->id = g_strdup(event->id);
    notice->key = g_strdup(event->alarm_id);
    notice->severity = event->severity;
    notice->at_us = event->wall_us;
    notice->where = g_strdup(values.fields.values[FIELD_WHERE]);
    notice->group = g_strdup(values.fields.values[FIELD_GROUP]);
    notice->fault = g_strdup(values.fields.values[FIELD_FAULT]);
    notice->sender = style->sender;
    set_words(notice, &values, style);
    add_fact(notice, "Severity", values.fields.values[FIELD_SEVERITY]);
    add_fact(notice, "Group", notice->group);
    add_fact(notice, "Since", values.fields.values[FIELD_RAISED_AT]);
    add_fact(notice, "Cleared", values.fields.values[FIELD_CLEARED_AT]);
    add_fact(notice, "Cause", values.fields.values[FIELD_CAUSE]);
    add_fact(notice, "Members", values.fields.values[FIELD_MEMBERS]);
    add_fact(notice, "Owner", values.fields.values[FIELD_OWNER]);
    add_fact(notice, "Monitor", values.fields.values[FIELD_MONITOR]);
    return notice;
}

static Notice *
blank(NoticeKind kind, const char *id, WallUs at_us, const NoticeStyle *style)
{
    Notice *notice = g_new0(Notice, 1);

    notice->kind = kind;
    notice->action = TELL_NOTE;
    notice->id = g_strdup(id);
    notice->severity = SEVERITY_INDETERMINATE;
    notice->at_us = at_us;
    notice->where = text_clean(style->sender.monitor_id, MAX_VALUE);
    notice->group = g_strdup("");
    notice->link = g_strdup(style->sender.public_url);
    notice->ack_link = g_strdup("");
    notice->sender = style->sender;
    return notice;
}

Notice *
notice_plain(NoticeKind kind, const char *id, WallUs at_us, const NoticeStyle *style)
{
    Notice *notice = blank(kind, id, at_us, style);
    g_autofree char *at = local_time(at_us, style->zone);

    switch (kind) {
    case NOTICE_HEARTBEAT:
        notice->fault = g_strdup("heartbeat");
        notice->title = g_strdup_printf("Gantry %s is alive", notice->where);
        notice->text = g_strdup_printf("It is %s and alarms reach this receiver. If these messages "
                                       "stop, look after the monitor.",
                                       at);
        break;
    case NOTICE_DIGEST:
        notice->fault = g_strdup("digest");
        notice->title = g_strdup_printf("Gantry %s: the many alarms are over", notice->where);
        notice->text = g_strdup_printf(
            "At %s none of the alarms that were gathered into digests stands any more.", at);
        break;
    case NOTICE_EVENT:
    case NOTICE_TEST:
        notice->fault = g_strdup("test");
        notice->title = g_strdup_printf("Test message of Gantry %s", notice->where);
        notice->text = g_strdup_printf(
            "This is a test, sent at %s. No channel has a fault because of it.", at);
        break;
    }
    notice->key = g_strdup_printf("gantry-%s-%s", notice->fault, style->receiver);
    return notice;
}

static gint
worst_first(gconstpointer a, gconstpointer b)
{
    const Event *one = *(const Event *const *)a, *other = *(const Event *const *)b;
    const bool cleared = one->cleared_wall_us != 0, other_cleared = other->cleared_wall_us != 0;

    if (cleared != other_cleared)
        return cleared ? 1 : -1;
    if (one->severity != other->severity)
        return one->severity > other->severity ? -1 : 1;
    return one->seq > other->seq ? -1 : one->seq < other->seq;
}

static void
add_line(GString *text, const Event *event)
{
    g_autofree char *where =
        text_clean(event->channel_name[0] != '\0' ? event->channel_name : event->resource, 100);
    g_autofree char *what = text_clean(event->text, 160);

    g_string_append_printf(text, "%s %s: %s%s\n", severity_name(event->severity), where, what,
                           event->cleared_wall_us != 0 ? " (cleared)" : "");
}

Notice *
notice_digest(GPtrArray *events, const char *id, WallUs at_us, const NoticeStyle *style)
{
    Notice *notice = blank(NOTICE_DIGEST, id, at_us, style);
    const ReceiverKindInfo *kind = receiver_kind_info(style->kind);
    g_autoptr(GString) text = g_string_new(NULL);
    unsigned standing = 0;

    g_ptr_array_sort(events, worst_first);
    for (guint i = 0; i < events->len; i++) {
        const Event *event = g_ptr_array_index(events, i);

        standing += event->cleared_wall_us == 0;
        if (event->cleared_wall_us == 0)
            notice->severity = MAX(notice->severity, event->severity);
        if (i < DIGEST_LINES)
            add_line(text, event);
    }
    if (events->len > DIGEST_LINES)
        g_string_append_printf(text, "and %u more\n", events->len - DIGEST_LINES);
    g_autofree char *title = g_strdup_printf("Many alarms: %u began or changed, %u ended", standing,
                                             events->len - standing);

    notice->action = standing > 0 ? TELL_TRIGGER : TELL_NOTE;
    notice->key = g_strdup_printf("gantry-digest-%s", style->receiver);
    notice->fault = g_strdup("digest");
    notice->title = template_cut(title, kind->max_title);
    notice->text = template_cut(text->str, kind->max_text);
    if (style->sender.public_url[0] != '\0') {
        g_free(notice->link);
        notice->link = g_strconcat(style->sender.public_url, "/alarms", NULL);
    }
    return notice;
}

void
notice_free(Notice *notice)
{
    if (notice == NULL)
        return;
    event_unref(notice->event);
    g_free(notice->id);
    g_free(notice->key);
    g_free(notice->title);
    g_free(notice->text);
    g_free(notice->where);
    g_free(notice->group);
    g_free(notice->fault);
    g_free(notice->link);
    g_free(notice->ack_link);
    g_free(notice->to_do);
    for (size_t i = 0; i < notice->n_facts; i++)
        g_free(notice->facts[i].value);
    g_free(notice);
}

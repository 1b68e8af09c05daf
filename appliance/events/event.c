/* Life of events, and their bytes in the journal.
 *
 * The payload is a GVariant in normal form, little-endian, of EVENT_TYPE. Its first field is the
 * version of the layout: a later version appends a layout of its own and still reads this one. */
#include "appliance/events/event.h"

#include <math.h>

#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

#define EVENT_VERSION   2
#define EVENT_VERSION_1 1

/* Version 1 ended before impact, quiet, first out, members, until, owner.
 *
 * version, kind; seq; id; at, wall, clock synced; alarm id, incident id, alarm seq; resource, name,
 * group, address; fault, severity, scope, operator state; raised, cleared; value; text, actor,
 * note; impact, quiet, first out; members; until; owner */
#define EVENT_TYPE_1 "(yytsxxbssussssqyyyxxdsss)"
#define EVENT_TYPE   "(yytsxxbssussssqyyyxxdsssyybuxs)"

static const struct {
    EventKind kind;
    const char *name;
} kind_names[] = {
    {EVENT_ALARM_RAISED, "alarm-raised"},
    {EVENT_ALARM_UPDATED, "alarm-updated"},
    {EVENT_ALARM_CLEARED, "alarm-cleared"},
    {EVENT_ALARM_ACK, "alarm-ack"},
    {EVENT_ALARM_UNACK, "alarm-unack"},
    {EVENT_ALARM_COMMENT, "alarm-comment"},
    {EVENT_ALARM_SHELVED, "alarm-shelved"},
    {EVENT_ALARM_UNSHELVED, "alarm-unshelved"},
    {EVENT_ALARM_ASSIGNED, "alarm-assigned"},
    {EVENT_ALARM_JOINED, "alarm-joined"},
    {EVENT_ALARM_REMINDED, "alarm-reminded"},
    {EVENT_ALARM_NOTED, "alarm-noted"},
    {EVENT_AUDIT, "audit"},
    {EVENT_BOX, "box"},
};

typedef char **Fields[11]; /* the strings of one event, without its id */

static void
list_strings(Event *event, Fields ret_fields)
{
    const Fields fields = {
        &event->alarm_id,
        &event->incident_id,
        &event->resource,
        &event->channel_name,
        &event->channel_group,
        &event->channel_address,
        &event->text,
        &event->actor,
        &event->note,
        &event->owner,
        NULL,
    };

    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
        ret_fields[i] = fields[i];
}

static Event *
event_alloc(void)
{
    Event *event = g_new0(Event, 1);

    g_atomic_ref_count_init(&event->refs);
    event->durable = true;
    return event;
}

Event *
event_new(EventKind kind, MonoUs at_us, WallUs wall_us)
{
    Event *event = event_alloc();
    Fields fields;

    event->kind = kind;
    event->at_us = at_us;
    event->wall_us = wall_us;
    event->id = g_uuid_string_random();
    list_strings(event, fields);
    for (size_t i = 0; fields[i] != NULL; i++)
        *fields[i] = g_strdup("");
    return event;
}

Event *
event_ref(Event *event)
{
    g_return_val_if_fail(event != NULL, NULL);

    g_atomic_ref_count_inc(&event->refs);
    return event;
}

void
event_unref(Event *event)
{
    Fields fields;

    if (event == NULL || !g_atomic_ref_count_dec(&event->refs))
        return;
    list_strings(event, fields);
    for (size_t i = 0; fields[i] != NULL; i++)
        g_free(*fields[i]);
    g_free(event->id);
    g_free(event);
}

Event *
event_copy(const Event *event)
{
    Event *copy = g_memdup2(event, sizeof *event);
    Fields fields;

    g_atomic_ref_count_init(&copy->refs);
    copy->id = g_strdup(event->id);
    list_strings(copy, fields);
    for (size_t i = 0; fields[i] != NULL; i++)
        *fields[i] = text_clean(*fields[i], EVENT_MAX_TEXT);
    return copy;
}

void
event_set(char **field, const char *text)
{
    char *copy = g_strdup(text != NULL ? text : "");

    g_free(*field);
    *field = copy;
}

const char *
event_kind_name(EventKind kind)
{
    for (size_t i = 0; i < G_N_ELEMENTS(kind_names); i++) {
        if (kind_names[i].kind == kind)
            return kind_names[i].name;
    }
    return "unknown";
}

static bool
kind_is_known(unsigned kind)
{
    for (size_t i = 0; i < G_N_ELEMENTS(kind_names); i++) {
        if ((unsigned)kind_names[i].kind == kind)
            return true;
    }
    return false;
}

bool
event_is_alarm(const Event *event)
{
    return event->kind >= EVENT_ALARM_RAISED && event->kind < EVENT_AUDIT &&
           event->kind != EVENT_ALARM_NOTED;
}

bool
event_is_state(const Event *event)
{
    return event->kind == EVENT_ALARM_RAISED || event->kind == EVENT_ALARM_UPDATED ||
           event->kind == EVENT_ALARM_CLEARED || event->kind == EVENT_ALARM_JOINED;
}

bool
event_gives_way(const Event *event)
{
    return event->kind == EVENT_AUDIT || event->kind == EVENT_BOX ||
           event->kind == EVENT_ALARM_COMMENT || event->kind == EVENT_ALARM_NOTED;
}

static GVariant *
string_of(const char *text)
{
    return g_variant_new_take_string(text_clean(text, EVENT_MAX_TEXT));
}

static void
add_integers_and_names(GVariantBuilder *builder, const Event *event)
{
    g_variant_builder_add(builder, "y", EVENT_VERSION);
    g_variant_builder_add(builder, "y", (guchar)event->kind);
    g_variant_builder_add(builder, "t", event->seq);
    g_variant_builder_add_value(builder, string_of(event->id));
    g_variant_builder_add(builder, "x", event->at_us);
    g_variant_builder_add(builder, "x", event->wall_us);
    g_variant_builder_add(builder, "b", event->clock_synced);
    g_variant_builder_add_value(builder, string_of(event->alarm_id));
    g_variant_builder_add_value(builder, string_of(event->incident_id));
    g_variant_builder_add(builder, "u", event->alarm_seq);
    g_variant_builder_add_value(builder, string_of(event->resource));
    g_variant_builder_add_value(builder, string_of(event->channel_name));
    g_variant_builder_add_value(builder, string_of(event->channel_group));
    g_variant_builder_add_value(builder, string_of(event->channel_address));
}

GBytes *
event_encode(const Event *event)
{
    g_auto(GVariantBuilder) builder;
    g_autoptr(GVariant) variant = NULL;

    g_return_val_if_fail(event != NULL, NULL);

    g_variant_builder_init(&builder, G_VARIANT_TYPE(EVENT_TYPE));
    add_integers_and_names(&builder, event);
    g_variant_builder_add(&builder, "q", (guint16)event->fault);
    g_variant_builder_add(&builder, "y", (guchar)event->severity);
    g_variant_builder_add(&builder, "y", (guchar)event->cause_scope);
    g_variant_builder_add(&builder, "y", (guchar)event->operator_state);
    g_variant_builder_add(&builder, "x", event->raised_wall_us);
    g_variant_builder_add(&builder, "x", event->cleared_wall_us);
    g_variant_builder_add(&builder, "d", isfinite(event->value) ? event->value : 0.0);
    g_variant_builder_add_value(&builder, string_of(event->text));
    g_variant_builder_add_value(&builder, string_of(event->actor));
    g_variant_builder_add_value(&builder, string_of(event->note));
    g_variant_builder_add(&builder, "y", (guchar)event->impact);
    g_variant_builder_add(&builder, "y", (guchar)event->quiet);
    g_variant_builder_add(&builder, "b", event->first_out);
    g_variant_builder_add(&builder, "u", event->members);
    g_variant_builder_add(&builder, "x", event->until_wall_us);
    g_variant_builder_add_value(&builder, string_of(event->owner));
    variant = g_variant_ref_sink(g_variant_builder_end(&builder));
    if (G_BYTE_ORDER == G_BIG_ENDIAN) {
        GVariant *swapped = g_variant_byteswap(variant);

        g_variant_unref(variant);
        variant = swapped;
    }
    return g_variant_get_data_as_bytes(variant);
}

typedef struct {
    guchar kind, severity, cause_scope, operator_state, impact, quiet;
} Words;

/* Reads every field of @variant, of either version, into @event; the ranges are checked by the
 * caller. */
static void
take_fields(Event *event, GVariant *variant, bool first_version, Words *words)
{
    guchar version;
    gboolean synced, first_out = FALSE;
    guint16 fault;

    if (first_version) {
        g_variant_get(variant, EVENT_TYPE_1, &version, &words->kind, &event->seq, &event->id,
                      &event->at_us, &event->wall_us, &synced, &event->alarm_id,
                      &event->incident_id, &event->alarm_seq, &event->resource,
                      &event->channel_name, &event->channel_group, &event->channel_address, &fault,
                      &words->severity, &words->cause_scope, &words->operator_state,
                      &event->raised_wall_us, &event->cleared_wall_us, &event->value, &event->text,
                      &event->actor, &event->note);
        event->owner = g_strdup("");
    } else {
        g_variant_get(variant, EVENT_TYPE, &version, &words->kind, &event->seq, &event->id,
                      &event->at_us, &event->wall_us, &synced, &event->alarm_id,
                      &event->incident_id, &event->alarm_seq, &event->resource,
                      &event->channel_name, &event->channel_group, &event->channel_address, &fault,
                      &words->severity, &words->cause_scope, &words->operator_state,
                      &event->raised_wall_us, &event->cleared_wall_us, &event->value, &event->text,
                      &event->actor, &event->note, &words->impact, &words->quiet, &first_out,
                      &event->members, &event->until_wall_us, &event->owner);
    }
    event->clock_synced = synced;
    event->first_out = first_out;
    event->fault = (FaultId)fault;
}

static bool
words_are_known(const Words *words)
{
    return kind_is_known(words->kind) && words->severity <= SEVERITY_CRITICAL &&
           words->cause_scope <= CAUSE_MONITOR && words->operator_state <= OPERATOR_SHELVED &&
           words->impact < IMPACT_COUNT && words->quiet < QUIET_COUNT;
}

static bool
strings_fit(Event *event)
{
    Fields fields;

    list_strings(event, fields);
    for (size_t i = 0; fields[i] != NULL; i++) {
        if (strlen(*fields[i]) > EVENT_MAX_TEXT)
            return false;
    }
    return g_uuid_string_is_valid(event->id) &&
           (event->alarm_id[0] == '\0' || g_uuid_string_is_valid(event->alarm_id)) &&
           (event->incident_id[0] == '\0' || g_uuid_string_is_valid(event->incident_id));
}

/* Returns: (nullable): @data is not in the normal form of @type */
static GVariant *
variant_of(const void *data, size_t size, const char *type)
{
    g_autoptr(GBytes) bytes = g_bytes_new(data, size);
    g_autoptr(GVariant) variant =
        g_variant_ref_sink(g_variant_new_from_bytes(G_VARIANT_TYPE(type), bytes, FALSE));

    if (!g_variant_is_normal_form(variant))
        return NULL;
    return G_BYTE_ORDER == G_BIG_ENDIAN ? g_variant_byteswap(variant) : g_steal_pointer(&variant);
}

Event *
event_decode(const void *data, size_t size, GError **error)
{
    g_autoptr(Event) event = event_alloc();
    const guchar version = data != NULL && size > 0 ? *(const guchar *)data : 0;
    Words words = {0};

    if (data == NULL || size == 0 || size > EVENT_MAX_BYTES) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "an event of %" G_GSIZE_FORMAT " bytes", size);
        return NULL;
    }
    if (version != EVENT_VERSION && version != EVENT_VERSION_1) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "an event of layout %u", version);
        return NULL;
    }
    g_autoptr(GVariant) variant =
        variant_of(data, size, version == EVENT_VERSION_1 ? EVENT_TYPE_1 : EVENT_TYPE);

    if (variant == NULL) {
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                            "an event that is not in normal form");
        return NULL;
    }
    take_fields(event, variant, version == EVENT_VERSION_1, &words);
    if (!words_are_known(&words) || !isfinite(event->value) || !strings_fit(event)) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "an event of kind %u with a field out of range", words.kind);
        return NULL;
    }
    event->kind = (EventKind)words.kind;
    event->severity = (Severity)words.severity;
    event->cause_scope = (CauseScope)words.cause_scope;
    event->operator_state = (OperatorState)words.operator_state;
    event->impact = (ImpactClass)words.impact;
    event->quiet = (AlarmQuiet)words.quiet;
    return g_steal_pointer(&event);
}

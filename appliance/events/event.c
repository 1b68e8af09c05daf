/* Life of events, and their bytes in the journal.
 *
 * The payload is a GVariant in normal form, little-endian, of EVENT_TYPE. Its first field is the
 * version of the layout: a later version appends a layout of its own and still reads this one. */
#include "appliance/events/event.h"

#include <math.h>

#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

#define EVENT_VERSION 1

/* version, kind; seq; id; at, wall, clock synced; alarm id, incident id, alarm seq; resource, name,
 * group, address; fault, severity, scope, operator state; raised, cleared; value; text, actor, note
 */
#define EVENT_TYPE "(yytsxxbssussssqyyyxxdsss)"

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
        NULL,
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
    variant = g_variant_ref_sink(g_variant_builder_end(&builder));
    if (G_BYTE_ORDER == G_BIG_ENDIAN) {
        GVariant *swapped = g_variant_byteswap(variant);

        g_variant_unref(variant);
        variant = swapped;
    }
    return g_variant_get_data_as_bytes(variant);
}

/* Reads every field of @variant into @event; the ranges are checked by the caller. */
static void
take_fields(Event *event, GVariant *variant, unsigned *ret_kind, unsigned ret_words[3])
{
    guchar version, kind, words[3];
    gboolean synced;
    guint16 fault;

    g_variant_get(variant, EVENT_TYPE, &version, &kind, &event->seq, &event->id, &event->at_us,
                  &event->wall_us, &synced, &event->alarm_id, &event->incident_id,
                  &event->alarm_seq, &event->resource, &event->channel_name, &event->channel_group,
                  &event->channel_address, &fault, &words[0], &words[1], &words[2],
                  &event->raised_wall_us, &event->cleared_wall_us, &event->value, &event->text,
                  &event->actor, &event->note);
    event->clock_synced = synced;
    event->fault = (FaultId)fault;
    *ret_kind = kind;
    for (size_t i = 0; i < 3; i++)
        ret_words[i] = words[i];
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

static GVariant *
variant_of(const void *data, size_t size)
{
    g_autoptr(GBytes) bytes = g_bytes_new(data, size);
    GVariant *variant =
        g_variant_ref_sink(g_variant_new_from_bytes(G_VARIANT_TYPE(EVENT_TYPE), bytes, FALSE));

    if (G_BYTE_ORDER == G_BIG_ENDIAN) {
        GVariant *swapped = g_variant_byteswap(variant);

        g_variant_unref(variant);
        variant = swapped;
    }
    return variant;
}

Event *
event_decode(const void *data, size_t size, GError **error)
{
    g_autoptr(GVariant) variant = NULL;
    g_autoptr(Event) event = event_alloc();
    unsigned kind, words[3];
    guchar version;

    if (data == NULL || size == 0 || size > EVENT_MAX_BYTES) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "an event of %" G_GSIZE_FORMAT " bytes", size);
        return NULL;
    }
    variant = variant_of(data, size);
    if (!g_variant_is_normal_form(variant)) {
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                            "an event that is not in normal form");
        return NULL;
    }
    g_variant_get_child(variant, 0, "y", &version);
    if (version != EVENT_VERSION) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "an event of layout %u", version);
        return NULL;
    }
    take_fields(event, variant, &kind, words);
    if (!kind_is_known(kind) || words[0] > SEVERITY_CRITICAL || words[1] > CAUSE_MONITOR ||
        words[2] > OPERATOR_SHELVED || !isfinite(event->value) || !strings_fit(event)) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "an event of kind %u with a field out of range", kind);
        return NULL;
    }
    event->kind = (EventKind)kind;
    event->severity = (Severity)words[0];
    event->cause_scope = (CauseScope)words[1];
    event->operator_state = (OperatorState)words[2];
    return g_steal_pointer(&event);
}

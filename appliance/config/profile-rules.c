/* From the resolved table back to words, field by field. */
#include "appliance/config/profile-rules.h"

#include "appliance/config/json-text.h"

#include <json-glib/json-glib.h>

#include "pipelines/base/error.h"
#include "pipelines/contract/catalogue.h"
#include "pipelines/contract/limit-list.h"

typedef struct {
    const ProfileSource *sources[PROFILE_DEPTH_MAX + 1]; /* the profile, then what lies beneath */
    size_t n;
} Chain;

static Chain
chain_of(const ProfileBook *book, const char *id)
{
    Chain chain = {0};
    const ProfileSource *at = profile_book_find(book, id);

    while (at != NULL && chain.n <= PROFILE_DEPTH_MAX) {
        chain.sources[chain.n++] = at;
        at = *at->base != '\0' ? profile_book_find(book, at->base) : NULL;
    }
    return chain;
}

/* The setting that decides, and whose it is; NULL where "default" does. */
static const ProfileSetting *
deciding(const Chain *chain, FaultId fault, unsigned field, const char **ret_id)
{
    for (size_t i = 0; i < chain->n; i++) {
        const ProfileSource *source = chain->sources[i];

        for (size_t k = 0; k < source->n_settings; k++) {
            if (source->settings[k].fault != fault || source->settings[k].field != field)
                continue;
            *ret_id = source->id;
            return &source->settings[k];
        }
    }
    return NULL;
}

static void
put_number(JsonBuilder *builder, const char *name, double value)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_double_value(builder, value);
}

static double
seconds(int64_t us)
{
    return (double)us / (double)US_PER_SECOND;
}

static void
put_counted(JsonBuilder *builder, const ErrorSecondsRule *rule)
{
    put_number(builder, "errors", rule->warning_count);
    put_number(builder, "errors_span_s", rule->warning_span_s);
    put_number(builder, "worse_errors", rule->worse_count);
    put_number(builder, "worse_span_s", rule->worse_span_s);
    put_number(builder, "long_errors", rule->long_count);
    put_number(builder, "long_span_s", rule->long_span_s);
    json_add_text(builder, "escalated", severity_name(rule->worse));
}

static void
put_values(JsonBuilder *builder, const FaultRule *rule, bool counted)
{
    json_builder_set_member_name(builder, "values");
    json_builder_begin_object(builder);
    json_builder_set_member_name(builder, "enabled");
    json_builder_add_boolean_value(builder, !rule->off);
    json_add_text(builder, "severity", severity_name(rule->alarm.severity));
    json_add_text(builder, "impact", impact_class_name(rule->impact));
    put_number(builder, "raise_s", seconds(rule->alarm.raise_after_us));
    put_number(builder, "clear_s", seconds(rule->alarm.clear_after_us));
    if (counted) {
        put_counted(builder, &rule->seconds);
    } else {
        put_number(builder, "escalate_s", seconds(rule->alarm.escalate_after_us));
        json_add_text(builder, "escalated", severity_name(rule->alarm.escalated));
        put_number(builder, "needed", rule->needed);
        put_number(builder, "window", rule->window);
    }
    json_builder_end_object(builder);
}

/* @whys: the reasons instead of the profiles */
static void
put_origins(JsonBuilder *builder, const Chain *chain, FaultId fault, bool whys)
{
    json_builder_set_member_name(builder, whys ? "why" : "from");
    json_builder_begin_object(builder);
    for (unsigned field = 0; field < PROFILE_FIELDS; field++) {
        const char *id = NULL;
        const ProfileSetting *setting = deciding(chain, fault, field, &id);

        if (setting != NULL && (!whys || *setting->why != '\0'))
            json_add_text(builder, profile_field_info((ProfileField)field)->name,
                          whys ? setting->why : id);
    }
    json_builder_end_object(builder);
}

/* Parents of incidents and faults of the box itself are no channel's: a profile says nothing about
 * them. */
static bool
is_of_channels(FaultId fault)
{
    static const FaultId others[] = {
        FAULT_INTERFACE_SILENT, FAULT_INTERFACE_DAMAGED,  FAULT_VLAN_SILENT,
        FAULT_VLAN_DAMAGED,     FAULT_SOURCE_LOST,        FAULT_SOURCE_DAMAGED,
        FAULT_MULTIPLEX_LOST,   FAULT_MULTIPLEX_DAMAGED,  FAULT_GROUP_FAILING,
        FAULT_GROUP_DAMAGED,    FAULT_CONTENT_FAILING,    FAULT_ALL_SILENT,
        FAULT_ALL_DAMAGED,      FAULT_WORKER_LOST,        FAULT_OWN_LOSS,
        FAULT_JOURNAL_SLOW,     FAULT_HISTORY_BEHIND,     FAULT_LIVE_STORE_LOST,
        FAULT_RECEIVER_FAILING, FAULT_RECEIVER_REFUSING,  FAULT_DISK_FULL,
        FAULT_INTERFACE_DOWN,   FAULT_DEPTH_REDUCED,      FAULT_SELF_PROBE,
        FAULT_SEGMENTS_LOST,    FAULT_WORKERS_LOST,       FAULT_OVERLOAD,
        FAULT_ALARM_FLOOD,      FAULT_CERTIFICATE_ENDING,
    };

    for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
        if (others[i] == fault)
            return false;
    }
    return true;
}

static void
put_rules(JsonBuilder *builder, const Chain *chain, const AlarmProfile *profile)
{
    json_builder_set_member_name(builder, "rules");
    json_builder_begin_array(builder);
    for (unsigned fault = 1; fault <= FAULT_NUMBER_MAX; fault++) {
        const FaultRule *rule = alarm_profile_rule(profile, fault);
        const bool counted = rule->seconds.metric != METRIC_NONE;

        if (fault_info(fault)->number == FAULT_NONE || !is_of_channels((FaultId)fault))
            continue;
        json_builder_begin_object(builder);
        json_add_text(builder, "fault", fault_info(fault)->name);
        json_builder_set_member_name(builder, "counted");
        json_builder_add_boolean_value(builder, counted);
        put_values(builder, rule, counted);
        put_origins(builder, chain, (FaultId)fault, false);
        put_origins(builder, chain, (FaultId)fault, true);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

static void
put_limits(JsonBuilder *builder, const Chain *chain)
{
    json_builder_set_member_name(builder, "limits");
    json_builder_begin_array(builder);
    for (unsigned number = 1; number <= LIMIT_NUMBER_MAX; number++) {
        const LimitInfo *limit = limit_info(number);
        const char *id = "default";
        const ProfileSetting *setting =
            limit != NULL ? deciding(chain, FAULT_NONE, number, &id) : NULL;

        if (limit == NULL)
            continue;
        json_builder_begin_object(builder);
        json_add_text(builder, "limit", limit->name);
        json_add_text(builder, "sentence", limit->sentence);
        json_add_text(builder, "unit", limit->unit);
        put_number(builder, "value", setting != NULL ? setting->value : limit->shipped);
        put_number(builder, "smallest", limit->smallest);
        put_number(builder, "largest", limit->largest);
        json_add_text(builder, "from", id);
        json_add_text(builder, "why", setting != NULL ? setting->why : "");
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

char *
profile_rules_json(const ProfileBook *book, const char *id, GError **error)
{
    const ProfileWant want = {.profile = id, .group = "", .carrier = CARRIER_UDP};
    const Chain chain = chain_of(book, id);
    g_autoptr(JsonBuilder) builder = json_builder_new();

    if (chain.n == 0) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND, "no profile has the id \"%.64s\"",
                    id);
        return NULL;
    }
    g_autoptr(AlarmProfile) profile = profile_book_resolve(book, &want);

    json_builder_begin_object(builder);
    json_add_text(builder, "id", id);
    json_builder_set_member_name(builder, "chain");
    json_builder_begin_array(builder);
    for (size_t i = 0; i < chain.n; i++)
        json_builder_add_string_value(builder, chain.sources[i]->id);
    json_builder_end_array(builder);
    put_rules(builder, &chain, profile);
    put_limits(builder, &chain);
    json_builder_end_object(builder);
    g_autoptr(JsonNode) root = json_builder_get_root(builder);

    return json_to_string(root, FALSE);
}

/* Tables with their repetition times; what they said beyond services; what changed. */
#include "pipelines/probe/json-put.h"
#include "pipelines/probe/report-parts.h"
#include "pipelines/probe/table-limits.h"
#include "pipelines/ts/ts-analyser-si.h"

/* Intervals by arrival need a clock; those in packets do not. */
static void
put_table(JsonBuilder *json, const ProbeSession *session, const TsTableInfo *table)
{
    const unsigned limit_ms = table_limit_ms(table->key.table_id);
    const bool timed = table->intervals > 0 && session->clock_known;

    json_put_string(json, "name", ts_table_name(table->key.table_id));
    json_put_count(json, "pid", table->key.pid);
    json_put_count(json, "table_id", table->key.table_id);
    json_put_known_int(json, "extension", table->has_version, table->key.extension);
    json_put_known_int(json, "version", table->has_version, table->version);
    json_put_known_int(json, "last_section", table->has_version, table->last);
    json_put_count(json, "sections", table->sections);
    json_put_count(json, "version_changes", table->versions);
    json_put_count(json, "changes_without_version", table->silent);
    json_put_count(json, "first_packet", table->first_packet);
    json_put_count(json, "last_packet", table->last_packet);
    json_put_count(json, "intervals", table->intervals);
    json_put_known_ms(json, "interval_min_ms", timed, table->min_us);
    json_put_known_ms(json, "interval_avg_ms", timed, table->avg_us);
    json_put_known_ms(json, "interval_max_ms", timed, table->max_us);
    json_put_known_int(json, "interval_min_packets", table->intervals > 0,
                       (gint64)table->min_packets);
    json_put_known_int(json, "interval_max_packets", table->intervals > 0,
                       (gint64)table->max_packets);
    json_put_known_int(json, "limit_ms", limit_ms > 0, limit_ms);
    json_put_known_ms(json, "spacing_min_ms", table->spacings > 0 && session->clock_known,
                      table->spacing_min_us);
}

/* PID, table_id, and what tells tables of one table_id apart. */
static void
begin_table(JsonBuilder *json, const TsTableKey *key)
{
    g_autofree char *more = key->more ? g_strdup_printf("/%u", key->more) : g_strdup("");
    g_autofree char *name =
        g_strdup_printf("%u/0x%02x/%u%s", key->pid, key->table_id, key->extension, more);

    json_begin_member_object(json, name);
}

void
report_json_tables(JsonBuilder *json, const ProbeSession *session, const ReportScope *scope)
{
    size_t count;
    g_autofree TsTableInfo *tables = report_tables(session, scope, &count);

    json_begin_member_object(json, "tables");
    for (size_t i = 0; i < count; i++) {
        begin_table(json, &tables[i].key);
        put_table(json, session, &tables[i]);
        json_builder_end_object(json);
    }
    json_builder_end_object(json);
}

void
report_json_events(JsonBuilder *json, const ProbeSession *session, const ReportScope *scope)
{
    size_t count;
    g_autofree TsEvent *events = report_events(session, scope, &count);

    json_begin_member_array(json, "events");
    for (size_t i = 0; i < count; i++) {
        json_builder_begin_object(json);
        json_put_count(json, "number", events[i].number);
        json_put_count(json, "packet", events[i].packet);
        json_put_known_double(json, "seconds", session->clock_known,
                              (double)(events[i].arrival_us - session->first_us) / 1e6);
        json_put_string(json, "kind", ts_event_kind_name(events[i].kind));
        json_put_known_int(json, "service_id", events[i].service_id != 0, events[i].service_id);
        json_put_count(json, "pid", events[i].pid);
        json_put_string(json, "text", events[i].text);
        json_builder_end_object(json);
    }
    json_builder_end_array(json);
}

static const char *
kind_name(TsNetworkKind kind)
{
    switch (kind) {
    case TS_NETWORK_ACTUAL:
        return "actual";
    case TS_NETWORK_OTHER:
        return "other";
    case TS_NETWORK_BOUQUET:
        return "bouquet";
    }
    return NULL;
}

static void
put_networks(JsonBuilder *json, const ProbeSession *session)
{
    const TsNetwork *network;

    json_begin_member_array(json, "networks");
    for (size_t i = 0; (network = ts_analyser_network_at(session->analyser, i)); i++) {
        json_builder_begin_object(json);
        json_put_string(json, "kind", kind_name(network->kind));
        json_put_count(json, "id", network->id);
        json_put_string(json, "name", network->name);
        json_put_count(json, "version", network->version);
        json_put_count(json, "streams", network->n_streams);
        json_put_count(json, "services", network->n_services);
        json_builder_end_object(json);
    }
    json_builder_end_array(json);
}

static void
put_other_services(JsonBuilder *json, const ProbeSession *session)
{
    const TsOtherService *service;

    json_begin_member_array(json, "other_services");
    for (size_t i = 0; (service = ts_analyser_other_service_at(session->analyser, i)); i++) {
        json_builder_begin_object(json);
        json_put_count(json, "transport_stream_id", service->stream_id);
        json_put_count(json, "original_network_id", service->network_id);
        json_put_count(json, "service_id", service->service_id);
        json_put_string(json, "name", service->name);
        json_put_string(json, "provider", service->provider);
        json_builder_end_object(json);
    }
    json_builder_end_array(json);
}

static void
put_time(JsonBuilder *json, const ProbeSession *session)
{
    const TsTime *time = ts_analyser_time(session->analyser);

    if (!time) {
        json_put_null(json, "stream_time");
        return;
    }
    g_autofree char *utc = report_utc(time->utc_us);

    json_begin_member_object(json, "stream_time");
    json_put_string(json, "utc", utc);
    json_put_string(json, "table", ts_table_name(time->table_id));
    json_put_count(json, "packet", time->packet);
    json_put_count(json, "told", time->told);
    json_put_count(json, "jumps", time->jumps);
    json_builder_end_object(json);
}

static void
put_cat(JsonBuilder *json, const ProbeSession *session)
{
    const TsCat *cat = ts_analyser_cat(session->analyser);

    if (!cat) {
        json_put_null(json, "cat");
        return;
    }
    json_begin_member_object(json, "cat");
    json_put_count(json, "version", cat->version);
    json_begin_member_array(json, "systems");
    for (size_t i = 0; i < cat->n_systems; i++) {
        json_builder_begin_object(json);
        json_put_count(json, "system_id", cat->systems[i].system_id);
        json_put_count(json, "pid", cat->systems[i].pid);
        json_builder_end_object(json);
    }
    json_builder_end_array(json);
    json_builder_end_object(json);
}

static void
put_channel(JsonBuilder *json, const TsChannel *channel)
{
    json_builder_begin_object(json);
    json_put_count(json, "major", channel->major);
    json_put_count(json, "minor", channel->minor);
    json_put_string(json, "name", channel->name);
    json_put_count(json, "transport_stream_id", channel->stream_id);
    json_put_count(json, "service_id", channel->service_id);
    json_put_count(json, "source_id", channel->source_id);
    json_put_count(json, "service_type", channel->service_type);
    json_put_bool(json, "hidden", channel->hidden);
    json_builder_end_object(json);
}

static void
put_atsc(JsonBuilder *json, const ProbeSession *session)
{
    const TsAtsc *atsc = ts_analyser_atsc(session->analyser);

    if (!atsc) {
        json_put_null(json, "atsc");
        return;
    }
    json_begin_member_object(json, "atsc");
    json_put_bool(json, "mgt_seen", atsc->seen);
    json_put_known_int(json, "eit_tables", atsc->seen, atsc->n_eit);
    json_put_known_int(json, "ett_tables", atsc->seen, atsc->n_ett);
    json_begin_member_array(json, "channels");
    for (size_t i = 0; i < atsc->n_channels; i++)
        put_channel(json, &atsc->channels[i]);
    json_builder_end_array(json);
    json_builder_end_object(json);
}

void
report_json_information(JsonBuilder *json, const ProbeSession *session)
{
    put_networks(json, session);
    put_other_services(json, session);
    put_time(json, session);
    put_cat(json, session);
    put_atsc(json, session);
}

/* What is not about one channel or one alarm. */
#include "appliance/http/view-system.h"

#include "appliance/http/json-writer.h"
#include "appliance/http/view-box.h"
#include "appliance/http/view-media.h"
#include "pipelines/contract/catalogue.h"

static void
sensors(GString *out, const Snapshot *snapshot)
{
    json_begin_array(out, "sensors");
    for (size_t i = 0; i < snapshot->n_sensors; i++) {
        const SensorView *sensor = &snapshot->sensors[i];

        json_begin_object(out, NULL);
        json_string(out, "kind", sensor->kind);
        json_string(out, "name", sensor->name);
        json_number(out, "value", sensor->value, 3);
        json_string(out, "unit", sensor->unit);
        json_number(out, "limit", sensor->limit, 3);
        json_string(out, "state", sensor->state);
        json_string(out, "text", sensor->text != NULL ? sensor->text : "");
        json_end_object(out);
    }
    json_end_array(out);
}

static void
services(GString *out, const Snapshot *snapshot, const ViewTime *now)
{
    json_begin_array(out, "services");
    for (size_t i = 0; i < snapshot->n_services; i++) {
        const ServiceView *service = &snapshot->services[i];

        json_begin_object(out, NULL);
        json_string(out, "name", service->name);
        json_string(out, "state", service->state);
        json_string(out, "text", service->text);
        json_uint(out, "behind", service->behind);
        json_time(out, "since", view_wall_of(now, service->since_us));
        json_end_object(out);
    }
    json_end_array(out);
}

void
view_system(GString *out, const Snapshot *snapshot, const ViewTime *now, const char *build)
{
    const bool limited = snapshot->whole != NULL;

    json_begin_object(out, NULL);
    json_bool(out, "limited", limited);
    json_bool(out, "clock_synced", snapshot->clock_synced);
    json_number(out, "uptime_seconds", view_age_of(now, snapshot->started_us), 1);
    json_uint(out, "own_drops", snapshot->own_drops);
    json_uint(out, "channels_total", snapshot->n_channels);
    json_number(out, "snapshot_age_seconds", view_age_of(now, snapshot->at_us), 3);
    json_begin_object(out, "profile");
    json_string(out, "name", limited ? "" : snapshot->profile_name);
    json_string(out, "text", limited ? "" : snapshot->profile_text);
    json_end_object(out);
    view_depth(out, &snapshot->depth);
    view_box(out, snapshot, now);
    sensors(out, snapshot);
    services(out, snapshot, now);
    json_string(out, "build", build);
    json_time(out, "at", now->wall_us);
    json_end_object(out);
}

static void
catalogue_faults(GString *out, const Runbooks *runbooks)
{
    json_begin_array(out, "faults");
    for (unsigned number = 1; number <= FAULT_NUMBER_MAX; number++) {
        const FaultInfo *fault = fault_info(number);

        if (fault->number == FAULT_NONE)
            continue;
        json_begin_object(out, NULL);
        json_uint(out, "number", number);
        json_string(out, "name", fault->name);
        json_string(out, "severity", severity_name(fault->severity));
        json_string(out, "masked_by",
                    fault->masked_by == FAULT_NONE ? NULL : fault_info(fault->masked_by)->name);
        json_string(out, "standard", fault->standard);
        json_string(out, "sentence", fault->sentence);
        json_string(out, "action", runbooks_text(runbooks, (FaultId)number));
        json_end_object(out);
    }
    json_end_array(out);
}

static void
catalogue_metrics(GString *out)
{
    json_begin_array(out, "metrics");
    for (unsigned number = 1; number <= METRIC_NUMBER_MAX; number++) {
        const MetricInfo *metric = metric_info(number);

        if (metric->number == METRIC_NONE)
            continue;
        json_begin_object(out, NULL);
        json_uint(out, "number", number);
        json_string(out, "name", metric->name);
        json_string(out, "unit", metric->unit);
        json_string(out, "kind", metric->kind == METRIC_KIND_COUNTER ? "counter" : "gauge");
        json_string(out, "scope", metric_scope_name(metric->scope));
        json_string(out, "sentence", metric->sentence);
        json_end_object(out);
    }
    json_end_array(out);
}

static void
catalogue_indicators(GString *out)
{
    json_begin_array(out, "tr101290");
    for (unsigned wire = 1; wire <= INDICATOR_WIRE_MAX; wire++) {
        const IndicatorInfo *info = indicator_info(wire);

        if (info == NULL)
            continue;
        json_begin_object(out, NULL);
        json_string(out, "number", info->number);
        json_string(out, "name", info->name);
        json_end_object(out);
    }
    json_end_array(out);
}

static void
catalogue_checks(GString *out)
{
    json_begin_array(out, "checks");
    for (unsigned number = 1; number <= CHECK_NUMBER_MAX; number++) {
        const CheckInfo *info = check_info(number);

        if (info == NULL)
            continue;
        json_begin_object(out, NULL);
        json_string(out, "name", info->name);
        json_string(out, "sentence", info->sentence);
        json_end_object(out);
    }
    json_end_array(out);
}

void
view_catalogue(GString *out, const Runbooks *runbooks)
{
    json_begin_object(out, NULL);
    catalogue_faults(out, runbooks);
    catalogue_checks(out);
    catalogue_metrics(out);
    catalogue_indicators(out);
    json_begin_array(out, "severities");
    for (int severity = SEVERITY_CLEARED; severity <= SEVERITY_CRITICAL; severity++)
        json_string(out, NULL, severity_name((Severity)severity));
    json_end_array(out);
    json_begin_array(out, "states");
    for (int state = CHANNEL_STARTING; state <= CHANNEL_DISABLED; state++)
        json_string(out, NULL, channel_state_name((ChannelState)state));
    json_end_array(out);
    json_begin_array(out, "depths");
    for (unsigned depth = DEPTH_BITSTREAM; depth <= DEPTH_FULL; depth++)
        json_string(out, NULL, depth_name(depth));
    json_end_array(out);
    json_end_object(out);
}

void
view_journal(GString *out, const GPtrArray *events, uint64_t after)
{
    uint64_t last = after;

    json_begin_object(out, NULL);
    json_begin_array(out, "items");
    for (guint i = 0; i < events->len; i++) {
        const Event *event = (const Event *)events->pdata[i];
        g_autofree char *line = event_to_json(event);

        json_raw(out, NULL, line);
        last = event->seq;
    }
    json_end_array(out);
    json_uint(out, "last_seq", last);
    json_end_object(out);
}

const char *
view_status_title(unsigned status)
{
    static const struct {
        unsigned status;
        const char *title;
    } titles[] = {
        {400, "Bad request"},       {401, "Not logged in"},      {403, "Not allowed"},
        {404, "Not found"},         {405, "Method not allowed"}, {409, "Conflict"},
        {412, "Changed meanwhile"}, {413, "Too large"},          {415, "Not JSON"},
        {422, "Not valid"},         {428, "Condition missing"},  {429, "Too many requests"},
        {500, "Internal error"},    {501, "Not built in"},       {503, "Not available"},
        {504, "No answer in time"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(titles); i++) {
        if (titles[i].status == status)
            return titles[i].title;
    }
    return "Error";
}

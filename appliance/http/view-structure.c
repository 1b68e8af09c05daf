/* Components with what the last report says of their PIDs; tables; histograms. */
#include "appliance/http/view-structure.h"

#include <math.h>

#include "appliance/http/json-writer.h"

static double
seconds(int64_t us)
{
    return us > 0 ? (double)us / (double)US_PER_SECOND : (double)NAN;
}

static const PidReport *
find_pid(const ChannelView *channel, uint16_t pid)
{
    for (size_t i = 0; i < channel->n_pids; i++)
        if (channel->pids[i].pid == pid)
            return &channel->pids[i];
    return NULL;
}

static void
put_pid(GString *out, const char *name, uint16_t pid)
{
    if (pid < 0x1fff)
        json_uint(out, name, pid);
    else
        json_null(out, name);
}

static void
services(GString *out, const MessageStructure *told)
{
    json_begin_array(out, "services");
    for (size_t i = 0; i < told->n_services; i++) {
        json_begin_object(out, NULL);
        json_uint(out, "service_id", told->services[i].service_id);
        put_pid(out, "pmt_pid", told->services[i].pmt_pid);
        json_string(out, "name", told->services[i].name);
        json_end_object(out);
    }
    json_end_array(out);
}

static void
component(GString *out, const ComponentReport *component, const PidReport *pid, WallUs since_us)
{
    json_begin_object(out, NULL);
    json_uint(out, "pid", component->pid);
    json_uint(out, "stream_type", component->stream_type);
    json_string(out, "kind", component_kind_name(component->kind));
    json_string(out, "codec", component->codec);
    json_string(out, "language", component->language);
    json_string(out, "detail", component->detail);
    json_bool(out, "conditional_access", component->ca);
    json_uint(out, "scrambled_packets", component->scrambled);
    json_number(out, "bitrate_bps", pid != NULL ? (double)pid->bitrate_bps : (double)NAN, 0);
    json_number(out, "packets", pid != NULL ? (double)pid->packets : (double)NAN, 0);
    json_number(out, "cc_errors", pid != NULL ? (double)pid->cc_errors : (double)NAN, 0);
    json_time(out, "changed_at", since_us);
    json_end_object(out);
}

static void
components(GString *out, const ChannelView *channel, const MessageStructure *told)
{
    json_begin_array(out, "components");
    for (size_t i = 0; i < told->n_components; i++)
        component(out, &told->components[i], find_pid(channel, told->components[i].pid),
                  channel_structure_since(channel->structure, i));
    json_end_array(out);
}

static void
gone(GString *out, const ChannelStructure *structure)
{
    size_t n = 0;
    const GoneComponent *list = channel_structure_gone(structure, &n);

    json_begin_array(out, "gone");
    for (size_t i = 0; i < n; i++) {
        json_begin_object(out, NULL);
        json_uint(out, "pid", list[i].pid);
        json_string(out, "codec", list[i].codec);
        json_string(out, "language", list[i].language);
        json_time(out, "gone_at", list[i].gone_us);
        json_end_object(out);
    }
    json_end_array(out);
}

static void
tables(GString *out, const MessageStructure *told, const ViewTime *now)
{
    json_begin_array(out, "tables");
    for (size_t i = 0; i < told->n_tables; i++) {
        const TableReport *table = &told->tables[i];

        json_begin_object(out, NULL);
        json_uint(out, "pid", table->pid);
        json_uint(out, "table_id", table->table_id);
        json_uint(out, "extension", table->extension);
        if (table->version == TABLE_NO_VERSION)
            json_null(out, "version");
        else
            json_uint(out, "version", table->version);
        json_uint(out, "sections", table->sections);
        json_uint(out, "version_changes", table->versions);
        json_number(out, "interval_min_seconds", seconds(table->min_us), 4);
        json_number(out, "interval_mean_seconds", seconds(table->mean_us), 4);
        json_number(out, "interval_max_seconds", seconds(table->max_us), 4);
        json_time(out, "last_at", view_wall_of(now, table->last_us));
        json_end_object(out);
    }
    json_end_array(out);
}

static void
histograms(GString *out, const MessageStructure *told)
{
    json_begin_array(out, "histograms");
    for (size_t i = 0; i < told->n_histograms; i++) {
        const HistogramReport *histogram = &told->histograms[i];

        json_begin_object(out, NULL);
        json_string(out, "kind", histogram_kind_name(histogram->kind));
        json_begin_array(out, "bounds_seconds");
        for (size_t bin = 0; bin + 1 < histogram->n_bins; bin++)
            json_number(out, NULL, histogram->bounds_s[bin], 9);
        json_end_array(out);
        json_begin_array(out, "counts");
        for (size_t bin = 0; bin < histogram->n_bins; bin++)
            json_uint(out, NULL, histogram->counts[bin]);
        json_end_array(out);
        json_end_object(out);
    }
    json_end_array(out);
}

void
view_structure(GString *out, const ChannelView *channel, const ViewTime *now)
{
    json_begin_object(out, NULL);
    if (channel->structure == NULL) {
        json_null(out, "told_at");
    } else {
        const MessageStructure *told = channel_structure_told(channel->structure);

        json_time(out, "told_at", view_wall_of(now, told->at_us));
        json_number(out, "age_seconds", view_age_of(now, told->at_us), 3);
        json_time(out, "counting_since", view_wall_of(now, told->since_us));
        json_uint(out, "service_id", told->service_id);
        put_pid(out, "pmt_pid", told->pmt_pid);
        put_pid(out, "pcr_pid", told->pcr_pid);
        services(out, told);
        components(out, channel, told);
        gone(out, channel->structure);
        tables(out, told, now);
        histograms(out, told);
    }
    json_time(out, "at", now->wall_us);
    json_end_object(out);
}

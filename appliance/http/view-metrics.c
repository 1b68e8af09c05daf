/* One family at a time: HELP, TYPE, then a line for each channel. Labels hold slugs, names of
 * the site's own and three-letter languages, never other text from a stream. */
#include "appliance/http/view-metrics.h"

#include <math.h>

#include "appliance/model/alarm-figures.h"
#include "pipelines/contract/catalogue.h"

static void
append_label(GString *out, const char *name, const char *value)
{
    g_string_append_printf(out, "%s=\"", name);
    for (const char *at = value != NULL ? value : ""; *at != '\0'; at++) {
        if (*at == '\n')
            g_string_append(out, "\\n");
        else if (*at == '"' || *at == '\\')
            g_string_append_printf(out, "\\%c", *at);
        else
            g_string_append_c(out, *at);
    }
    g_string_append_c(out, '"');
}

static void
append_value(GString *out, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    if (isnan(value))
        g_string_append(out, " NaN\n");
    else if (value == floor(value) && fabs(value) < 1e15)
        g_string_append_printf(out, " %.0f\n", value);
    else
        g_string_append_printf(out, " %s\n", g_ascii_dtostr(text, sizeof text, value));
}

static void
family(GString *out, const char *name, const char *type, const char *help)
{
    g_string_append_printf(out, "# HELP %s %s.\n# TYPE %s %s\n", name, help, name, type);
}

static void
sample(GString *out, const char *name, const char *channel, double value)
{
    g_string_append(out, name);
    if (channel != NULL) {
        g_string_append_c(out, '{');
        append_label(out, "channel", channel);
        g_string_append_c(out, '}');
    }
    append_value(out, value);
}

/* A unit that Prometheus users know: seconds stay, decibels go into the name. */
static const char *
unit_suffix(const MetricInfo *metric)
{
    static const char *const suffixes[][2] = {
        {"seconds", "_seconds"}, {"bps", "_bits_per_second"}, {"dbfs", "_dbfs"},
        {"dbtp", "_dbtp"},       {"lufs", "_lufs"},           {"lu", "_lu"},
        {"db", "_db"},           {"ratio", "_ratio"},         {"hertz", "_hertz"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        if (g_str_equal(metric->unit, suffixes[i][0]))
            return suffixes[i][1];
    }
    return "";
}

/* The language of a stream as a label: three letters of ISO 639, as that is what tables hold; text
 * of any other kind stays out. */
static const char *
language_label(const char *language, char into[4])
{
    for (unsigned i = 0; i < 3; i++) {
        if (!g_ascii_isalpha(language[i]))
            return "";
        into[i] = g_ascii_tolower(language[i]);
    }
    into[3] = '\0';
    return language[3] == '\0' ? into : "";
}

static void
audio_samples(GString *out, const char *name, const ChannelView *channel, unsigned metric)
{
    for (size_t i = 0; i < channel->n_audios; i++) {
        const AudioReport *audio = &channel->audios[i];
        char language[4];

        for (size_t m = 0; m < audio->n_metrics; m++) {
            if (audio->metrics[m].metric != metric)
                continue;
            g_string_append_printf(out, "%s{", name);
            append_label(out, "channel", channel->id);
            g_string_append_printf(out, ",pid=\"%u\",", audio->pid);
            append_label(out, "language", language_label(audio->language, language));
            g_string_append_c(out, '}');
            append_value(out, audio->metrics[m].value);
        }
    }
}

static void
metric_family(GString *out, const Snapshot *snapshot, const MetricInfo *metric)
{
    const bool counter = metric->kind == METRIC_KIND_COUNTER;
    g_autofree char *name = g_strdup_printf("gantry_%s%s%s", metric->name, unit_suffix(metric),
                                            counter ? "_total" : "");

    family(out, name, counter ? "counter" : "gauge", metric->sentence);
    for (size_t i = 0; i < snapshot->n_channels; i++) {
        const ChannelView *channel = &snapshot->channels[i];

        audio_samples(out, name, channel, metric->number);
        for (size_t m = 0; m < channel->n_metrics; m++) {
            if (channel->metrics[m].metric == (unsigned)metric->number)
                sample(out, name, channel->id, channel->metrics[m].value);
        }
    }
}

static void
channel_families(GString *out, const Snapshot *snapshot, const ViewTime *now)
{
    family(out, "gantry_channel_info", "gauge", "Channels by slug, name and group");
    for (size_t i = 0; i < snapshot->n_channels; i++) {
        g_string_append(out, "gantry_channel_info{");
        append_label(out, "channel", snapshot->channels[i].id);
        g_string_append_c(out, ',');
        append_label(out, "name", snapshot->channels[i].name);
        g_string_append_c(out, ',');
        append_label(out, "group", snapshot->channels[i].group);
        g_string_append(out, "} 1\n");
    }
    family(out, "gantry_channel_up", "gauge",
           "1 while the channel is ok or planned, 0 on a fault, NaN while unknown");
    for (size_t i = 0; i < snapshot->n_channels; i++) {
        const ChannelState state = snapshot->channels[i].state;
        const double up = state == CHANNEL_OK || state == CHANNEL_PLANNED ? 1
                          : state == CHANNEL_FAULT                        ? 0
                                                                          : (double)NAN;

        sample(out, "gantry_channel_up", snapshot->channels[i].id, up);
    }
    family(out, "gantry_channel_measured_age_seconds", "gauge", "Age of the channel's figures");
    for (size_t i = 0; i < snapshot->n_channels; i++)
        sample(out, "gantry_channel_measured_age_seconds", snapshot->channels[i].id,
               view_age_of(now, snapshot->channels[i].reported_us));
    family(out, "gantry_thumbnail_age_seconds", "gauge", "Age of the channel's last picture");
    for (size_t i = 0; i < snapshot->n_channels; i++)
        sample(out, "gantry_thumbnail_age_seconds", snapshot->channels[i].id,
               view_age_of(now, snapshot->channels[i].thumbnail_captured_us));
    family(out, "gantry_channel_depth", "gauge",
           "How deep the picture is looked at: 0 bitstream only, 1 a key frame every 4 s, "
           "2 every key frame, 3 every picture");
    for (size_t i = 0; i < snapshot->n_channels; i++)
        sample(out, "gantry_channel_depth", snapshot->channels[i].id,
               snapshot->channels[i].reported_us != 0 ? (double)snapshot->channels[i].depth
                                                      : (double)NAN);
    family(out, "gantry_worker_restarts_total", "counter", "Restarts of the channel's worker");
    for (size_t i = 0; i < snapshot->n_channels; i++)
        sample(out, "gantry_worker_restarts_total", snapshot->channels[i].id,
               snapshot->channels[i].worker_restarts);
}

static void
alarm_families(GString *out, const Snapshot *snapshot)
{
    unsigned open[SEVERITY_CRITICAL + 1][OPERATOR_SHELVED + 1] = {0};

    for (size_t i = 0; i < snapshot->n_alarms; i++) {
        const AlarmView *alarm = &snapshot->alarms[i];

        if (alarm->cleared_wall_us == 0 && alarm->severity <= SEVERITY_CRITICAL &&
            alarm->operator_state <= OPERATOR_SHELVED)
            open[alarm->severity][alarm->operator_state]++;
    }
    family(out, "gantry_alarms", "gauge", "Raised alarms by severity and operator state");
    for (int severity = SEVERITY_INDETERMINATE; severity <= SEVERITY_CRITICAL; severity++) {
        for (int state = OPERATOR_NONE; state <= OPERATOR_SHELVED; state++)
            g_string_append_printf(out, "gantry_alarms{severity=\"%s\",state=\"%s\"} %u\n",
                                   severity_name((Severity)severity),
                                   operator_state_name((OperatorState)state),
                                   open[severity][state]);
    }
}

static void
box_families(GString *out, const Snapshot *snapshot, const ViewTime *now)
{
    family(out, "gantry_own_drops_total", "counter", "Datagrams that this box lost, all inputs");
    sample(out, "gantry_own_drops_total", NULL, (double)snapshot->own_drops);
    family(out, "gantry_uptime_seconds", "gauge", "Time since gantryd started");
    sample(out, "gantry_uptime_seconds", NULL, view_age_of(now, snapshot->started_us));
    family(out, "gantry_snapshot_age_seconds", "gauge", "Age of what this page shows");
    sample(out, "gantry_snapshot_age_seconds", NULL, view_age_of(now, snapshot->at_us));
    family(out, "gantry_clock_synced", "gauge", "Whether the wall clock is synchronised");
    sample(out, "gantry_clock_synced", NULL, snapshot->clock_synced ? 1 : 0);
    family(out, "gantry_depth_budget_cores", "gauge", "Cores that measuring may take");
    sample(out, "gantry_depth_budget_cores", NULL, snapshot->depth.budget_cores);
    family(out, "gantry_depth_spent_cores", "gauge", "Cores that workers take");
    sample(out, "gantry_depth_spent_cores", NULL,
           snapshot->depth.n_present > 0 ? snapshot->depth.spent_cores : (double)NAN);
    family(out, "gantry_depth_strain_ratio", "gauge",
           "0: the whole budget is spent; 1: load holds every channel at its floor");
    sample(out, "gantry_depth_strain_ratio", NULL, snapshot->depth.strain);
    family(out, "gantry_service_behind", "gauge", "Events that a service has not yet taken");
    for (size_t i = 0; i < snapshot->n_services; i++) {
        g_string_append(out, "gantry_service_behind{");
        append_label(out, "service", snapshot->services[i].name);
        g_string_append_c(out, '}');
        append_value(out, (double)snapshot->services[i].behind);
    }
}

/* Of the last 24 hours; nothing before the first alarm was counted. */
static void
figures_families(GString *out, const FiguresView *figures)
{
    const FiguresSpan *day = figures != NULL ? &figures->spans[0] : NULL;

    if (day == NULL || day->name == NULL)
        return;
    family(out, "gantry_alarms_announced_per_hour", "gauge",
           "Alarms that people were told of in the last 24 hours, by hour and operator position");
    sample(out, "gantry_alarms_announced_per_hour", NULL, day->per_hour);
    family(out, "gantry_alarm_floods", "gauge", "Floods of the last 24 hours");
    sample(out, "gantry_alarm_floods", NULL, day->floods);
    family(out, "gantry_alarms_chattering", "gauge", "Episodes of chatter in the last 24 hours");
    sample(out, "gantry_alarms_chattering", NULL, day->chattering);
    family(out, "gantry_alarms_acted_ratio", "gauge",
           "Share of the last 24 hours' alarms that somebody acted on before they cleared");
    sample(out, "gantry_alarms_acted_ratio", NULL, day->acted);
    family(out, "gantry_alarms_stale", "gauge", "Alarms that stand for more than 24 hours");
    sample(out, "gantry_alarms_stale", NULL, figures->stale);
}

static void
server_families(GString *out, const HttpServerStatus *server)
{
    family(out, "gantry_http_connections", "gauge", "Open connections");
    sample(out, "gantry_http_connections", NULL, server->connections);
    family(out, "gantry_sse_clients", "gauge", "Open event streams");
    sample(out, "gantry_sse_clients", NULL, server->streams);
    family(out, "gantry_http_requests_total", "counter", "Requests answered");
    sample(out, "gantry_http_requests_total", NULL, (double)server->requests);
    family(out, "gantry_http_refused_total", "counter", "Connections over the cap");
    sample(out, "gantry_http_refused_total", NULL, (double)server->refused);
    family(out, "gantry_http_cut_total", "counter", "Connections ended by a deadline or a header");
    sample(out, "gantry_http_cut_total", NULL, (double)server->cut);
}

void
view_metrics(GString *out,
             const Snapshot *snapshot,
             const ViewTime *now,
             const HttpServerStatus *server,
             const char *build)
{
    family(out, "gantry_build_info", "gauge", "Version that runs");
    g_string_append(out, "gantry_build_info{");
    append_label(out, "version", build);
    g_string_append(out, "} 1\n");
    box_families(out, snapshot, now);
    alarm_families(out, snapshot);
    figures_families(out, snapshot->figures);
    channel_families(out, snapshot, now);
    for (unsigned number = 1; number <= METRIC_NUMBER_MAX; number++) {
        if (metric_info(number)->number != METRIC_NONE && number != METRIC_OWN_DROPS)
            metric_family(out, snapshot, metric_info(number));
    }
    server_families(out, server);
}

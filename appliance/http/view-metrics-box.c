/* Alarms by channel, figures of alarms, what the box takes, who listens. */
#include "appliance/http/view-metrics-box.h"

#include <math.h>
#include <string.h>

#include "appliance/model/alarm-figures.h"
#include "pipelines/contract/catalogue.h"

#define CHANNEL_PREFIX "channel/"

static void
one(MetricsText *text, const char *name, MetricsKind kind, const char *help, double value)
{
    metrics_family(text, name, kind, help);
    metrics_sample(text, name, value, NULL);
}

/* ---- Alarms ---- */

typedef unsigned AlarmTally[SEVERITY_CRITICAL + 1][OPERATOR_SHELVED + 1];

static void
tally_samples(MetricsText *text, const char *channel, AlarmTally tally, bool all)
{
    for (int severity = SEVERITY_INDETERMINATE; severity <= SEVERITY_CRITICAL; severity++) {
        for (int state = OPERATOR_NONE; state <= OPERATOR_SHELVED; state++) {
            if (!all && tally[severity][state] == 0)
                continue;
            metrics_sample(text, "gantry_alarms", tally[severity][state],
                           (const char *const[]){"channel", channel, "severity",
                                                 severity_name((Severity)severity), "state",
                                                 operator_state_name((OperatorState)state), NULL});
        }
    }
}

/* Of the channel; "" for all that are no channel's. */
static const char *
channel_of(const AlarmView *alarm)
{
    return g_str_has_prefix(alarm->resource, CHANNEL_PREFIX)
               ? alarm->resource + strlen(CHANNEL_PREFIX)
               : "";
}

/* A channel without an alarm has no line; the box has all of them, so that sums have a zero. */
static void
alarm_families(MetricsText *text, const Snapshot *snapshot)
{
    g_autoptr(GHashTable) tallies = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    GHashTableIter iter;
    gpointer channel, tally;

    g_hash_table_insert(tallies, (gpointer) "", g_new0(AlarmTally, 1));
    for (size_t i = 0; i < snapshot->n_alarms; i++) {
        const AlarmView *alarm = &snapshot->alarms[i];

        if (alarm->cleared_wall_us != 0 || alarm->severity > SEVERITY_CRITICAL ||
            alarm->operator_state > OPERATOR_SHELVED)
            continue;
        AlarmTally *of = g_hash_table_lookup(tallies, channel_of(alarm));

        if (of == NULL) {
            of = g_new0(AlarmTally, 1);
            g_hash_table_insert(tallies, (gpointer)channel_of(alarm), of);
        }
        (*of)[alarm->severity][alarm->operator_state]++;
    }
    metrics_family(text, "gantry_alarms", METRICS_GAUGE,
                   "Raised alarms by channel (empty: of the box), severity and operator state");
    g_hash_table_iter_init(&iter, tallies);
    while (g_hash_table_iter_next(&iter, &channel, &tally))
        tally_samples(text, channel, *(AlarmTally *)tally, *(const char *)channel == '\0');
    metrics_family(text, "gantry_alarms_raised_total", METRICS_COUNTER,
                   "Alarms raised since the start, by fault and severity at the raise");
    for (size_t i = 0; i < snapshot->n_raised; i++)
        metrics_sample(text, "gantry_alarms_raised_total", (double)snapshot->raised[i].count,
                       (const char *const[]){"severity",
                                             severity_name(snapshot->raised[i].severity), "type",
                                             fault_info(snapshot->raised[i].fault)->name, NULL});
}

/* Of the last 24 hours; nothing before the first alarm was counted. */
static void
figures_families(MetricsText *text, const FiguresView *figures)
{
    const FiguresSpan *day = figures != NULL ? &figures->spans[0] : NULL;

    if (day == NULL || day->name == NULL)
        return;
    one(text, "gantry_alarms_announced_per_hour", METRICS_GAUGE,
        "Alarms that people were told of in the last 24 hours, by hour and operator position",
        day->per_hour);
    one(text, "gantry_alarm_floods", METRICS_GAUGE, "Floods of the last 24 hours", day->floods);
    one(text, "gantry_alarms_chattering", METRICS_GAUGE, "Episodes of chatter in the last 24 hours",
        day->chattering);
    one(text, "gantry_alarms_acted_ratio", METRICS_GAUGE,
        "Share of the last 24 hours' alarms that somebody acted on before they cleared",
        day->acted);
    one(text, "gantry_alarms_stale", METRICS_GAUGE, "Alarms that stand for more than 24 hours",
        figures->stale);
}

/* ---- The box ---- */

static void
clock_families(MetricsText *text, const Snapshot *snapshot, const ViewTime *now)
{
    one(text, "gantry_own_drops_total", METRICS_COUNTER, "Datagrams that this box lost, all inputs",
        (double)snapshot->own_drops);
    one(text, "gantry_uptime_seconds", METRICS_GAUGE, "Time since gantryd started",
        view_age_of(now, snapshot->started_us));
    one(text, "gantry_snapshot_age_seconds", METRICS_GAUGE, "Age of what this page shows",
        view_age_of(now, snapshot->at_us));
    one(text, "gantry_clock_synced", METRICS_GAUGE, "1 while the wall clock is synchronised",
        snapshot->clock_synced ? 1 : 0);
    one(text, "gantry_depth_budget_cores", METRICS_GAUGE, "Cores that measuring may take",
        snapshot->depth.budget_cores);
    one(text, "gantry_depth_spent_cores", METRICS_GAUGE, "Cores that workers take",
        snapshot->depth.n_present > 0 ? snapshot->depth.spent_cores : (double)NAN);
    one(text, "gantry_depth_strain_ratio", METRICS_GAUGE,
        "0: the whole budget is spent; 1: load holds every channel at its floor",
        snapshot->depth.strain);
}

static void
service_families(MetricsText *text, const Snapshot *snapshot)
{
    metrics_family(text, "gantry_service_up", METRICS_GAUGE,
                   "1 while a store, a receiver or another part of the box works");
    for (size_t i = 0; i < snapshot->n_services; i++)
        metrics_sample(text, "gantry_service_up",
                       g_strcmp0(snapshot->services[i].state, "ok") == 0 ? 1 : 0,
                       (const char *const[]){"service", snapshot->services[i].name, NULL});
    metrics_family(text, "gantry_service_behind_events", METRICS_GAUGE,
                   "Events that a service has not yet taken");
    for (size_t i = 0; i < snapshot->n_services; i++)
        metrics_sample(text, "gantry_service_behind_events", (double)snapshot->services[i].behind,
                       (const char *const[]){"service", snapshot->services[i].name, NULL});
}

static void
delivery_families(MetricsText *text, const Snapshot *snapshot)
{
    metrics_family(text, "gantry_webhook_deliveries_total", METRICS_COUNTER,
                   "Attempts at receivers of any kind, by result");
    for (size_t i = 0; i < snapshot->n_services; i++) {
        const ServiceView *service = &snapshot->services[i];
        const struct {
            const char *result;
            uint64_t count;
        } results[] = {{"delivered", service->delivered},
                       {"failed", service->failed},
                       {"superseded", service->superseded},
                       {"given_up", service->given_up}};

        for (size_t k = 0; service->delivers && k < G_N_ELEMENTS(results); k++)
            metrics_sample(text, "gantry_webhook_deliveries_total", (double)results[k].count,
                           (const char *const[]){"receiver", service->name + strlen("receiver/"),
                                                 "result", results[k].result, NULL});
    }
}

/* Sensors by the unit of their readings: one family a unit that Prometheus has. */
static void
sensor_families(MetricsText *text, const Snapshot *snapshot)
{
    static const char *const units[] = {"celsius", "ratio", "bytes", "volts", "rpm", "seconds"};

    for (size_t u = 0; u < G_N_ELEMENTS(units); u++) {
        g_autofree char *name = g_strdup_printf("gantry_sensor_%s", units[u]);
        g_autofree char *help = g_strdup_printf("Readings of the box's sensors in %s", units[u]);
        bool begun = false;

        for (size_t i = 0; i < snapshot->n_sensors; i++) {
            const SensorView *sensor = &snapshot->sensors[i];

            if (g_strcmp0(sensor->unit, units[u]) != 0 ||
                g_strcmp0(sensor->state, "not-fitted") == 0)
                continue;
            if (!begun)
                metrics_family(text, name, METRICS_GAUGE, help);
            begun = true;
            metrics_sample(
                text, name, sensor->value,
                (const char *const[]){"kind", sensor->kind, "sensor", sensor->name, NULL});
        }
    }
}

static void
server_families(MetricsText *text, const HttpServerStatus *server)
{
    one(text, "gantry_http_connections", METRICS_GAUGE, "Open connections", server->connections);
    one(text, "gantry_sse_clients", METRICS_GAUGE, "Open event streams", server->streams);
    one(text, "gantry_http_requests_total", METRICS_COUNTER, "Requests answered",
        (double)server->requests);
    one(text, "gantry_http_refused_total", METRICS_COUNTER, "Connections over the cap",
        (double)server->refused);
    one(text, "gantry_http_cut_total", METRICS_COUNTER,
        "Connections ended by a deadline or a header", (double)server->cut);
}

void
view_metrics_box(MetricsText *text,
                 const Snapshot *snapshot,
                 const ViewTime *now,
                 const HttpServerStatus *server)
{
    clock_families(text, snapshot, now);
    alarm_families(text, snapshot);
    figures_families(text, snapshot->figures);
    service_families(text, snapshot);
    delivery_families(text, snapshot);
    sensor_families(text, snapshot);
    server_families(text, server);
}

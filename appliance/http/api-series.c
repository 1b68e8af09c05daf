/* Time series of one channel: the last hour from the supervision loop's memory, older ones from
 * the history database; both asked at once, joined when all have answered. */
#include <math.h>
#include <string.h>

#include "appliance/http/api.h"
#include "appliance/http/view-series.h"
#include "pipelines/base/error.h"

#define MEMORY_US  (3600 * US_PER_SECOND) /* what the loop remembers */
#define SLACK_US   (90 * US_PER_SECOND)   /* "the last hour" asked a little late is still memory */
#define RANGE_US   (400 * 86400 * US_PER_SECOND)
#define WALL_LEAST INT64_C(1000000000000000) /* a time above is wall time (2001 on), not uptime */

typedef struct {
    HttpRequest *request; /* owned */
    MetricSeries series[SERIES_METRICS_MAX];
    size_t n_series;
    unsigned waiting; /* answers to come, and one while they are being asked for */
    SeriesRange range;
    GError *error; /* the first one */
} SeriesJob;

/* Where one answer goes. */
typedef struct {
    SeriesJob *job; /* no-ref: waits for this */
    CommandSeries *part;
} SeriesPart;

static void
job_done(SeriesJob *job)
{
    if (--job->waiting > 0)
        return;
    if (job->error != NULL) {
        http_request_problem_of(job->request, job->error);
    } else {
        g_autoptr(GString) json = g_string_new(NULL);
        const ViewTime now = app_now();

        view_series(json, job->series, job->n_series, &job->range, &now);
        http_request_reply_json(job->request, 200, json);
    }
    for (size_t i = 0; i < job->n_series; i++)
        metric_series_clear(&job->series[i]);
    g_clear_error(&job->error);
    http_request_unref(job->request);
    g_free(job);
}

static void
take(gpointer data, const CommandSeries *series, const GError *error)
{
    g_autofree SeriesPart *part = (SeriesPart *)data;
    const ViewTime now = app_now();

    if (error != NULL && part->job->error == NULL)
        part->job->error = g_error_copy(error);
    if (error == NULL)
        command_series_append(part->part, series);
    for (size_t i = 0; i < part->part->n; i++) {
        if (part->part->at_us[i] > WALL_LEAST) /* the database keeps wall time */
            part->part->at_us[i] = now.mono_us - (now.wall_us - part->part->at_us[i]);
    }
    job_done(part->job);
}

static void
on_samples(const CommandResult *result, gpointer data)
{
    take(data, &result->series, result->error);
}

static void
on_history(const HistoryResult *result, gpointer data)
{
    take(data, &result->series, result->error);
}

static SeriesPart *
part_new(SeriesJob *job, CommandSeries *into)
{
    SeriesPart *part = g_new0(SeriesPart, 1);

    part->job = job;
    part->part = into;
    job->waiting++;
    return part;
}

static void
ask(SeriesJob *job, MetricSeries *series, const char *channel, const ViewTime *now)
{
    const HttpServerPorts *ports = &job->request->app->ports;
    const MonoUs memory_us = now->mono_us - MEMORY_US;

    if (job->range.to_us > memory_us) {
        Command *command = http_request_command(job->request, COMMAND_SAMPLES, channel);

        command->metric = series->metric;
        command->from_us = MAX(job->range.from_us, memory_us);
        command->to_us = job->range.to_us;
        ports->commands->submit(ports->commands->self, command, on_samples,
                                part_new(job, &series->newer));
    }
    if (job->range.from_us < memory_us - SLACK_US && ports->history != NULL)
        ports->history->series(ports->history->self, channel, series->metric,
                               view_wall_of(now, job->range.from_us),
                               view_wall_of(now, MIN(job->range.to_us, memory_us)),
                               job->range.max_points, on_history, part_new(job, &series->older));
}

static unsigned
metric_by_name(const char *name)
{
    for (unsigned number = 1; number <= METRIC_NUMBER_MAX; number++) {
        if (metric_info(number)->number != METRIC_NONE &&
            g_str_equal(metric_info(number)->name, name))
            return number;
    }
    return METRIC_NONE;
}

/* A time of the query on the boot clock; @otherwise without it. False if it is none. */
static bool
time_of(const HttpRequest *request, const char *name, const ViewTime *now, MonoUs *time_us)
{
    const char *text = http_request_query(request, name);
    WallUs wall_us = 0;

    if (text == NULL)
        return true;
    if (!http_time_parse(text, &wall_us))
        return false;
    *time_us = now->mono_us - (now->wall_us - wall_us);
    return true;
}

/* Fills @job from the query; answers the problem itself. */
static bool
read_query(SeriesJob *job, const HttpRequest *request, const ViewTime *now, const char **problem)
{
    const char *metrics = http_request_query(request, "metrics");
    g_auto(GStrv) names = g_strsplit(metrics != NULL ? metrics : "bitrate", ",", 0);

    job->range =
        (SeriesRange){now->mono_us - MEMORY_US, now->mono_us,
                      http_request_query_uint(request, "max_points", 2, SERIES_POINTS_MAX, 1000)};
    *problem = "\"from\" and \"to\" are times such as 2026-01-31T12:00:00Z, \"from\" the earlier, "
               "at most 400 days apart.";
    if (!time_of(request, "from", now, &job->range.from_us) ||
        !time_of(request, "to", now, &job->range.to_us) || job->range.to_us <= job->range.from_us ||
        job->range.to_us - job->range.from_us > RANGE_US)
        return false;
    *problem = "\"metrics\" names 1 to 8 metrics of /api/v1/catalogue, separated by commas.";
    if (g_strv_length(names) == 0 || g_strv_length(names) > SERIES_METRICS_MAX)
        return false;
    for (; names[job->n_series] != NULL; job->n_series++) {
        job->series[job->n_series].metric = metric_by_name(names[job->n_series]);
        if (job->series[job->n_series].metric == METRIC_NONE)
            return false;
    }
    return true;
}

void
api_channel_series(HttpRequest *request)
{
    g_autoptr(Snapshot) snapshot = http_request_snapshot(request);
    const ViewTime now = app_now();
    SeriesJob wanted = {0};
    const char *problem = NULL;
    SeriesJob *job;

    if (view_find_channel(snapshot, request->params[0]) == NULL) {
        http_request_problem(request, 404, "not-found", "No channel has this id.");
        return;
    }
    if (!read_query(&wanted, request, &now, &problem)) {
        http_request_problem(request, 400, "invalid", problem);
        return;
    }
    if (wanted.range.from_us < now.mono_us - MEMORY_US - SLACK_US &&
        request->app->ports.history == NULL) {
        http_request_problem(request, 503, "unavailable",
                             "Only the last hour is there: no history database is connected.");
        return;
    }
    job = (SeriesJob *)g_memdup2(&wanted, sizeof wanted);
    job->request = http_request_ref(request);
    job->waiting = 1;
    http_request_defer(request);
    for (size_t i = 0; i < job->n_series; i++)
        ask(job, &job->series[i], request->params[0], &now);
    job_done(job);
}

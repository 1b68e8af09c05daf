/* Time series of one channel: the last hour from the supervision loop's memory, older ones from
 * the history database; both asked at once, joined when all have answered. */
#include "appliance/http/api.h"
#include "appliance/http/view-series.h"
#include "pipelines/base/error.h"

#define MEMORY_US (3600 * US_PER_SECOND) /* what the loop remembers */
#define SLACK_US  (90 * US_PER_SECOND)   /* "the last hour" asked a little late is still memory */
#define RANGE_US  (400 * 86400 * US_PER_SECOND)

typedef struct {
    HttpRequest *request; /* owned */
    MetricSeries series[SERIES_METRICS_MAX];
    size_t n_series;
    unsigned waiting; /* answers to come, and one while they are being asked for */
    SeriesRange range;
    bool beyond_memory; /* the history must answer; else what it does not know is a gap */
    GError *error;      /* the first one */
} SeriesJob;

/* Where one answer of the loop goes. */
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
on_samples(const CommandResult *result, gpointer data)
{
    g_autofree SeriesPart *part = (SeriesPart *)data;
    const ViewTime now = app_now();

    if (result->error != NULL && part->job->error == NULL)
        part->job->error = g_error_copy(result->error);
    if (result->error == NULL)
        command_series_append(part->part, &result->series);
    for (size_t i = 0; i < part->part->n; i++)
        part->part->at_us[i] = view_wall_of(&now, part->part->at_us[i]);
    job_done(part->job);
}

static void
on_history(const HistoryResult *result, gpointer data)
{
    SeriesJob *job = (SeriesJob *)data;

    if (result->error != NULL && job->beyond_memory && job->error == NULL)
        job->error = g_error_copy(result->error);
    for (size_t i = 0; result->error == NULL && i < job->n_series; i++)
        command_series_append(&job->series[i].older, &result->series[i]);
    job_done(job);
}

static void
ask_memory(SeriesJob *job, MetricSeries *series, const char *channel, const ViewTime *now)
{
    const CommandPort *commands = job->request->app->ports.commands;
    Command *command = http_request_command(job->request, COMMAND_SAMPLES, channel);
    SeriesPart *part = g_new0(SeriesPart, 1);

    command->metric = series->metric;
    command->from_us = now->mono_us - (now->wall_us - job->range.from_us);
    command->to_us = now->mono_us - (now->wall_us - job->range.to_us);
    part->job = job;
    part->part = &series->newer;
    job->waiting++;
    commands->submit(commands->self, command, on_samples, part);
}

/* @until_us: from then on memory knows. */
static void
ask_history(SeriesJob *job, const char *channel, WallUs until_us)
{
    const HistoryReader *history = job->request->app->ports.history;
    HistorySeries query = {.channel = channel,
                           .n_metrics = job->n_series,
                           .from_us = job->range.from_us,
                           .to_us = MIN(job->range.to_us, until_us),
                           .bucket_s = job->range.step_s};

    for (size_t i = 0; i < job->n_series; i++)
        query.metrics[i] = job->series[i].metric;
    job->waiting++;
    history->series(history->self, &query, on_history, job);
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

/* A time of the query; @time_us stays without it. False if it is none. */
static bool
time_of(const HttpRequest *request, const char *name, WallUs *time_us)
{
    const char *text = http_request_query(request, name);

    return text == NULL || http_time_parse(text, time_us);
}

/* Fills @job from the query; else @problem says what is wrong with it. */
static bool
read_query(SeriesJob *job, const HttpRequest *request, const ViewTime *now, const char **problem)
{
    const char *metrics = http_request_query(request, "metrics");
    g_auto(GStrv) names = g_strsplit(metrics != NULL ? metrics : "bitrate", ",", 0);
    const size_t max_points = (size_t)http_request_query_uint(request, "max_points", 10,
                                                              SERIES_POINTS_MAX, SERIES_POINTS_MAX);

    job->range = (SeriesRange){.from_us = now->wall_us - MEMORY_US, .to_us = now->wall_us};
    *problem = "\"from\" and \"to\" are times such as 2026-01-31T12:00:00Z, \"from\" the earlier, "
               "at most 400 days apart.";
    if (!time_of(request, "from", &job->range.from_us) ||
        !time_of(request, "to", &job->range.to_us) || job->range.to_us <= job->range.from_us ||
        job->range.from_us < 0 || job->range.to_us - job->range.from_us > RANGE_US)
        return false;
    job->range.step_s = series_step_s(job->range.to_us - job->range.from_us, max_points);
    *problem = "\"metrics\" names 1 to 16 metrics of /api/v1/catalogue, separated by commas.";
    if (g_strv_length(names) == 0 || g_strv_length(names) > SERIES_METRICS_MAX)
        return false;
    for (; names[job->n_series] != NULL; job->n_series++) {
        job->series[job->n_series].metric = metric_by_name(names[job->n_series]);
        if (job->series[job->n_series].metric == METRIC_NONE)
            return false;
    }
    return true;
}

/* Memory begins an hour ago, or when this process began: what was before it is in the history. */
static void
ask(SeriesJob *job, const char *channel, MonoUs started_us, const ViewTime *now)
{
    const MonoUs memory_us = MAX(now->mono_us - MEMORY_US, started_us);
    const WallUs memory_wall_us = now->wall_us - (now->mono_us - memory_us);

    for (size_t i = 0; job->range.to_us > memory_wall_us && i < job->n_series; i++)
        ask_memory(job, &job->series[i], channel, now);
    if (job->range.from_us < memory_wall_us && job->request->app->ports.history != NULL)
        ask_history(job, channel, memory_wall_us);
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
    wanted.beyond_memory = wanted.range.from_us < now.wall_us - MEMORY_US - SLACK_US;
    if (wanted.beyond_memory && request->app->ports.history == NULL) {
        http_request_problem(request, 503, "unavailable",
                             "Only the last hour is there: no history database is connected.");
        return;
    }
    job = (SeriesJob *)g_memdup2(&wanted, sizeof wanted);
    job->request = http_request_ref(request);
    job->waiting = 1;
    http_request_defer(request);
    ask(job, request->params[0], snapshot->started_us, &now);
    job_done(job);
}

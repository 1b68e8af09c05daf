/* A pool of one thread with a link of its own. */
#include "appliance/stores/report-reader-mysql.h"

#include "appliance/stores/report-query.h"
#include "pipelines/base/clock.h"
#include "pipelines/base/error.h"

struct ReportReaderMysql {
    MysqlLink *link;   /* the thread's own */
    GThreadPool *pool; /* (element-type Job) */
    gint stopping;     /* atomic */
};

typedef struct {
    GMainContext *context;
    ReportDone done;
    gpointer user_data;
    GStrv channels;
    ReportPeriod period;
    MonoUs deadline_us;
    ReportFacts facts;
} Job;

static void
job_free(gpointer data)
{
    Job *job = data;

    g_main_context_unref(job->context);
    g_strfreev(job->channels);
    report_facts_clear(&job->facts);
    g_free(job);
}

static gboolean
answer(gpointer data)
{
    Job *job = data;

    job->done(&job->facts, job->user_data);
    return G_SOURCE_REMOVE;
}

/* Hands @job (transfer full) to its context. */
static void
post(Job *job)
{
    g_autoptr(GSource) source = g_idle_source_new();

    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, answer, job, job_free);
    g_source_attach(source, job->context);
}

static bool
may_go_on(ReportReaderMysql *self, const Job *job, GError **error)
{
    if (g_atomic_int_get(&self->stopping) != 0)
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE,
                            "the history is being shut down");
    else if (boot_now_us() > job->deadline_us)
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_TIMEOUT,
                            "the report took too long: ask for a shorter time or fewer channels");
    else
        return true;
    return false;
}

static void
read_all(ReportReaderMysql *self, Job *job)
{
    ReportFacts *facts = &job->facts;
    GError **error = &facts->error;

    facts->pasts = g_ptr_array_new_with_free_func((GDestroyNotify)report_past_free);
    if (!may_go_on(self, job, error) || !mysql_link_open(self->link, boot_now_us(), error))
        return;
    facts->alarms = report_query_alarms(self->link, job->period, &facts->cut, error);
    for (size_t i = 0; *error == NULL && job->channels[i] != NULL; i++) {
        g_ptr_array_add(facts->pasts, report_past_new());
        if (may_go_on(self, job, error))
            (void)!report_query_past(self->link, job->channels[i], job->period,
                                     g_ptr_array_index(facts->pasts, i), error);
    }
    if (*error == NULL)
        mysql_link_succeeded(self->link);
    else if (!g_error_matches(*error, GANTRY_ERROR, GANTRY_ERROR_TIMEOUT))
        (*error)->code = GANTRY_ERROR_UNAVAILABLE;
}

static void
work(gpointer data, gpointer user_data)
{
    read_all(user_data, data);
    post(data);
}

static void
submit(gpointer data,
       const char *const *channels,
       ReportPeriod period,
       ReportDone done,
       gpointer user_data)
{
    ReportReaderMysql *self = data;
    Job *job = g_new0(Job, 1);

    *job = (Job){.context = g_main_context_ref_thread_default(),
                 .done = done,
                 .user_data = user_data,
                 .channels = g_strdupv((GStrv)channels),
                 .period = period,
                 .deadline_us = boot_now_us() + REPORT_DEADLINE_US};
    if (g_thread_pool_unprocessed(self->pool) < REPORT_WAITING_MAX) {
        g_thread_pool_push(self->pool, job, NULL);
        return;
    }
    job->facts.error =
        g_error_new(GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE,
                    "%u reports wait already; try again in a minute", REPORT_WAITING_MAX);
    post(job);
}

ReportReaderMysql *
report_reader_mysql_new(const MysqlAccess *access)
{
    ReportReaderMysql *self = g_new0(ReportReaderMysql, 1);

    self->link = mysql_link_new(access);
    self->pool = g_thread_pool_new(work, self, 1, FALSE, NULL);
    return self;
}

void
report_reader_mysql_get_reader(ReportReaderMysql *self, ReportReader *ret_reader)
{
    *ret_reader = (ReportReader){.self = self, .read = submit};
}

void
report_reader_mysql_free(ReportReaderMysql *self)
{
    if (self == NULL)
        return;
    g_atomic_int_set(&self->stopping, 1);
    mysql_link_interrupt(self->link);
    g_thread_pool_free(self->pool, FALSE, TRUE);
    mysql_link_free(self->link);
    g_free(self);
}

/* Requests, their deadlines, and the thread that answers them.
 *
 * A request is answered on the context that it came from: by the thread's result or by a timer,
 * whichever comes first. Both run on that one context, so that nothing is locked between them. */
#include "appliance/stores/history-reader-mysql.h"

#include "appliance/stores/history-alarms.h"
#include "appliance/stores/history-query.h"
#include "appliance/stores/store-thread.h"
#include "pipelines/base/clock.h"
#include "pipelines/base/error.h"

#define IDLE_US (60 * US_PER_SECOND)

typedef enum { ASKS_SERIES, ASKS_EVENTS, ASKS_ALARMS, ASKS_STORY } Question;

typedef struct {
    gatomicrefcount refs;
    GMainContext *context;
    HistoryDone done;
    gpointer user_data;
    GSource *timer; /* the deadline; used on @context only */
    bool answered;  /* used on @context only */
    MonoUs deadline_us;

    Question question;
    char *name; /* channel, resource or alarm */
    HistorySeries series;
    AlarmSearch search; /* points to the next four and @name */
    GStrv channels;
    char *text;
    char *after_id;
    char *incident_id;
    WallUs before_us;
    size_t max;

    HistoryResult result; /* written by the thread before it posts the answer */
} Request;

struct _GantryHistoryReaderMysql {
    GObject parent_instance;

    StoreThread thread; /* its lock guards @queue */
    GQueue queue;       /* (element-type Request): owned references */
    MysqlLink *link;    /* the thread's own */
    NameVeil *veil;     /* no-ref (nullable) */
};

G_DEFINE_FINAL_TYPE(GantryHistoryReaderMysql, gantry_history_reader_mysql, G_TYPE_OBJECT)

static void
request_unref(gpointer data)
{
    Request *request = data;

    if (!g_atomic_ref_count_dec(&request->refs))
        return;
    g_main_context_unref(request->context);
    g_clear_pointer(&request->timer, g_source_unref);
    g_free(request->name);
    g_strfreev(request->channels);
    g_free(request->text);
    g_free(request->after_id);
    g_free(request->incident_id);
    for (size_t i = 0; i < HISTORY_METRICS_MAX; i++) {
        g_free(request->result.series[i].at_us);
        g_free(request->result.series[i].minimum);
        g_free(request->result.series[i].maximum);
        g_free(request->result.series[i].mean);
    }
    g_clear_pointer(&request->result.events, g_ptr_array_unref);
    g_clear_pointer(&request->result.deliveries, g_ptr_array_unref);
    g_clear_error(&request->result.error);
    g_free(request);
}

static Request *
request_ref(Request *request)
{
    g_atomic_ref_count_inc(&request->refs);
    return request;
}

static void
answer(Request *request, const HistoryResult *result)
{
    if (request->answered)
        return;
    request->answered = true;
    g_source_destroy(request->timer);
    request->done(result, request->user_data);
}

static gboolean
answer_result(gpointer data)
{
    Request *request = data;

    answer(request, &request->result);
    return G_SOURCE_REMOVE;
}

static gboolean
answer_too_late(gpointer data)
{
    const HistoryResult result = {
        .error = g_error_new(GANTRY_ERROR, GANTRY_ERROR_TIMEOUT,
                             "the history database did not answer within 2 s"),
    };
    g_autoptr(GError) owned = result.error;

    answer(data, &result);
    return G_SOURCE_REMOVE;
}

/* Hands @request (transfer full) to its context; its result is complete. */
static void
post(Request *request)
{
    g_autoptr(GSource) source = g_idle_source_new();

    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, answer_result, request, request_unref);
    g_source_attach(source, request->context);
}

static void
post_error(Request *request, GantryError code, const char *message)
{
    request->result.error = g_error_new(GANTRY_ERROR, (gint)code, "%s", message);
    post(request);
}

static void
ask_question(MysqlLink *link, Request *request, GError **error)
{
    HistoryResult *result = &request->result;

    switch (request->question) {
    case ASKS_SERIES:
        (void)!history_query_series(link, &request->series, result->series, error);
        break;
    case ASKS_EVENTS:
        result->events =
            history_query_events(link, request->name, request->before_us, request->max, error);
        break;
    case ASKS_ALARMS:
        result->events = history_query_alarms(link, &request->search, error);
        break;
    case ASKS_STORY:
        result->events = history_query_alarm_events(link, request->name, request->max, error);
        if (result->events != NULL)
            result->deliveries = history_query_deliveries(link, request->name, request->max, error);
        break;
    }
}

void
gantry_history_reader_mysql_set_veil(GantryHistoryReaderMysql *self, NameVeil *veil)
{
    g_return_if_fail(GANTRY_IS_HISTORY_READER_MYSQL(self));

    self->veil = veil;
}

static void
ask(GantryHistoryReaderMysql *self, Request *request)
{
    GError **error = &request->result.error;

    if (!mysql_link_open(self->link, boot_now_us(), error))
        return;
    if (mysql_link_take_fresh(self->link)) {
        /* MariaDB's word, then MySQL's; the other one does not know it. */
        (void)(mysql_link_run(self->link, "SET SESSION max_statement_time = 2", NULL) ||
               mysql_link_run(self->link, "SET SESSION max_execution_time = 2000", NULL));
    }
    ask_question(self->link, request, error);
    if (request->result.events != NULL && self->veil != NULL)
        name_veil_all(self->veil, request->result.events);
}

/* To whoever asks, a database that refuses us or lacks its tables is one that is not there yet. */
static void
soften(GError *error)
{
    if (!g_error_matches(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND) &&
        !g_error_matches(error, GANTRY_ERROR, GANTRY_ERROR_TIMEOUT))
        error->code = GANTRY_ERROR_UNAVAILABLE;
}

static void
serve(GantryHistoryReaderMysql *self, Request *request)
{
    if (boot_now_us() >= request->deadline_us) {
        request_unref(request); /* the timer has answered or will */
        return;
    }
    ask(self, request);
    if (request->result.error == NULL)
        mysql_link_succeeded(self->link);
    else
        soften(request->result.error);
    post(request);
}

static Request *
next_request(GantryHistoryReaderMysql *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->thread.lock);

    return g_queue_pop_head(&self->queue);
}

static gpointer
history_reader_main(gpointer data)
{
    g_autoptr(GantryHistoryReaderMysql) self = data;
    Request *request = NULL;

    while (store_thread_wait(&self->thread, boot_now_us() + IDLE_US)) {
        while (!store_thread_is_stopping(&self->thread) && (request = next_request(self)) != NULL)
            serve(self, request);
    }
    while ((request = next_request(self)) != NULL)
        post_error(request, GANTRY_ERROR_UNAVAILABLE, "the history is being shut down");
    mysql_link_close(self->link);
    store_thread_ended(&self->thread);
    return NULL;
}

GantryHistoryReaderMysql *
gantry_history_reader_mysql_new(const MysqlAccess *access)
{
    GantryHistoryReaderMysql *self = g_object_new(GANTRY_TYPE_HISTORY_READER_MYSQL, NULL);

    self->link = mysql_link_new(access);
    store_thread_start(&self->thread, "history-reader", history_reader_main, g_object_ref(self));
    return self;
}

static Request *
request_new(const char *name, HistoryDone done, gpointer user_data)
{
    Request *request = g_new0(Request, 1);

    g_atomic_ref_count_init(&request->refs);
    request->context = g_main_context_ref_thread_default();
    request->done = done;
    request->user_data = user_data;
    request->name = g_strdup(name);
    request->deadline_us = boot_now_us() + HISTORY_READER_DEADLINE_US;
    request->timer = g_timeout_source_new((guint)(HISTORY_READER_DEADLINE_US / US_PER_MS));
    g_source_set_callback(request->timer, answer_too_late, request_ref(request), request_unref);
    g_source_attach(request->timer, request->context);
    return request;
}

/* Queues @request (transfer full). */
static void
submit(GantryHistoryReaderMysql *self, Request *request)
{
    bool full = false, stopping = false;

    g_mutex_lock(&self->thread.lock);
    full = self->queue.length >= HISTORY_READER_MAX_QUEUED;
    stopping = self->thread.stopping;
    if (!full && !stopping)
        g_queue_push_tail(&self->queue, request);
    g_mutex_unlock(&self->thread.lock);
    if (full || stopping)
        post_error(request, GANTRY_ERROR_UNAVAILABLE,
                   full ? "too many questions to the history wait" : "the history is shut down");
    else
        store_thread_wake(&self->thread);
}

static void
reader_series(gpointer self, const HistorySeries *query, HistoryDone done, gpointer user_data)
{
    Request *request = request_new(query->channel, done, user_data);

    request->question = ASKS_SERIES;
    request->series = *query;
    request->series.channel = request->name;
    submit(GANTRY_HISTORY_READER_MYSQL(self), request);
}

static void
reader_events(gpointer self,
              const char *resource,
              WallUs before_us,
              size_t max,
              HistoryDone done,
              gpointer user_data)
{
    Request *request = request_new(resource, done, user_data);

    request->question = ASKS_EVENTS;
    request->before_us = before_us;
    request->max = MIN(max, HISTORY_READER_MAX_EVENTS);
    submit(GANTRY_HISTORY_READER_MYSQL(self), request);
}

static void
reader_alarms(gpointer self, const AlarmSearch *search, HistoryDone done, gpointer user_data)
{
    const char *alarm_id = search->alarm_id;
    Request *request = request_new(alarm_id != NULL ? alarm_id : "", done, user_data);

    request->question = ASKS_ALARMS;
    request->channels = g_strdupv((GStrv)search->channels);
    request->text = g_strdup(search->text);
    request->after_id = g_strdup(search->after_id);
    request->incident_id = g_strdup(search->incident_id);
    request->search = *search;
    request->search.channels = (const char *const *)request->channels;
    request->search.text = request->text;
    request->search.after_id = request->after_id;
    request->search.incident_id = request->incident_id;
    request->search.alarm_id = alarm_id != NULL ? request->name : NULL;
    request->search.max = MIN(search->max, HISTORY_READER_MAX_EVENTS);
    submit(GANTRY_HISTORY_READER_MYSQL(self), request);
}

static void
reader_story(gpointer self, const char *alarm_id, size_t max, HistoryDone done, gpointer user_data)
{
    Request *request = request_new(alarm_id, done, user_data);

    request->question = ASKS_STORY;
    request->max = MIN(max, HISTORY_READER_MAX_EVENTS);
    submit(GANTRY_HISTORY_READER_MYSQL(self), request);
}

void
gantry_history_reader_mysql_get_reader(GantryHistoryReaderMysql *self, HistoryReader *ret_reader)
{
    g_return_if_fail(GANTRY_IS_HISTORY_READER_MYSQL(self));

    *ret_reader = (HistoryReader){.self = self,
                                  .series = reader_series,
                                  .events = reader_events,
                                  .alarms = reader_alarms,
                                  .story = reader_story};
}

void
gantry_history_reader_mysql_stop(GantryHistoryReaderMysql *self, int64_t wait_us)
{
    g_return_if_fail(GANTRY_IS_HISTORY_READER_MYSQL(self));

    store_thread_ask_stop(&self->thread);
    mysql_link_interrupt(self->link);
    (void)store_thread_wait_end(&self->thread, wait_us);
}

static void
gantry_history_reader_mysql_finalize(GObject *object)
{
    GantryHistoryReaderMysql *self = GANTRY_HISTORY_READER_MYSQL(object);

    g_clear_pointer(&self->link, mysql_link_free);
    store_thread_clear(&self->thread);
    G_OBJECT_CLASS(gantry_history_reader_mysql_parent_class)->finalize(object);
}

static void
gantry_history_reader_mysql_class_init(GantryHistoryReaderMysqlClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = gantry_history_reader_mysql_finalize;
}

static void
gantry_history_reader_mysql_init(GantryHistoryReaderMysql *self)
{
    store_thread_init(&self->thread);
    g_queue_init(&self->queue);
}

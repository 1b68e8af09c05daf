/* The history's statements. */
#include "appliance/stores/history-write.h"

#include <string.h>

#include "appliance/stores/history-event-row.h"
#include "appliance/stores/history-hours.h"
#include "appliance/stores/history-incidents.h"

#define MAX_ID    36u
#define MAX_SLUG  63u
#define MAX_NAME  256u
#define MAX_PATH  160u
#define MINUTE_US (60 * US_PER_SECOND)

static const char *const channel_columns[] = {"id",         "input_id",   "name",      "short_name",
                                              "group_name", "address",    "interface", "service_id",
                                              "position",   "updated_at", NULL};
/* Those of gauges are named after their metrics. */
#define HEALTH_GAUGE(name) name "_mean", name "_min", name "_max"
static const char *const health_columns[] = {"channel",
                                             "at",
                                             "cc_errors",
                                             "packets",
                                             "own_drops",
                                             "state",
                                             "measured_s",
                                             "error_seconds",
                                             HEALTH_GAUGE("bitrate"),
                                             HEALTH_GAUGE("pcr_interval_max"),
                                             HEALTH_GAUGE("pcr_accuracy"),
                                             HEALTH_GAUGE("input_interval_max"),
                                             HEALTH_GAUGE("luma_mean"),
                                             HEALTH_GAUGE("loudness_momentary"),
                                             HEALTH_GAUGE("loudness_short_term"),
                                             HEALTH_GAUGE("true_peak"),
                                             HEALTH_GAUGE("loudness_integrated"),
                                             HEALTH_GAUGE("loudness_hour"),
                                             NULL};
#define HEALTH_GAUGES_FROM 8u /* place of the first column of a gauge */
static const char *const thumbnail_columns[] = {"channel", "captured_at", "path", "bytes", NULL};
static const char *const delivery_columns[] = {"receiver",   "event_id", "attempt", "at",
                                               "alarm_id",   "seq",      "outcome", "status",
                                               "latency_ms", "age_ms",   "answer",  NULL};

static void
take_seq(const char *const *row, unsigned n, gpointer user_data)
{
    guint64 *seq = user_data;

    if (n > 0 && row[0] != NULL)
        (void)g_ascii_string_to_unsigned(row[0], 10, 0, G_MAXUINT64, seq, NULL);
}

bool
history_write_get_taken(MysqlLink *link, const char *journal_id, uint64_t *ret_seq, GError **error)
{
    const MysqlValue id = mysql_value_text(journal_id);
    guint64 seq = 0;

    if (!mysql_link_execute(link, "SELECT taken_seq FROM journal WHERE id = ?", &id, 1, take_seq,
                            &seq, error))
        return false;
    *ret_seq = seq;
    return true;
}

typedef struct {
    const char *journal_id;
    GPtrArray *events;
} EventsWork;

static bool
note_taken(MysqlLink *link, const EventsWork *work, GError **error)
{
    const Event *last = g_ptr_array_index(work->events, work->events->len - 1);
    const MysqlValue values[] = {mysql_value_text(work->journal_id),
                                 mysql_value_integer((int64_t)last->seq)};

    return mysql_link_execute(link,
                              "INSERT INTO journal (id, taken_seq, updated_at)"
                              " VALUES (?, ?, UTC_TIMESTAMP(6)) ON DUPLICATE KEY UPDATE"
                              " taken_seq = VALUES(taken_seq), updated_at = VALUES(updated_at)",
                              values, G_N_ELEMENTS(values), NULL, NULL, error);
}

static bool
write_events(MysqlLink *link, gpointer user_data, GError **error)
{
    const EventsWork *work = user_data;
    g_auto(MysqlBatch) alarms = {0};
    g_auto(MysqlBatch) audit = {0};

    mysql_batch_init(&alarms, "incident_event", history_event_columns, HISTORY_EVENT_KEYS);
    mysql_batch_init(&audit, "audit", history_audit_columns, HISTORY_EVENT_KEYS);
    for (guint i = 0; i < work->events->len; i++) {
        const Event *event = g_ptr_array_index(work->events, i);

        /* What stayed below an alarm is kept beside them: it has their columns. */
        if (event_is_alarm(event) || event->kind == EVENT_ALARM_NOTED)
            history_event_add(&alarms, work->journal_id, event);
        else
            history_audit_add(&audit, work->journal_id, event);
    }
    return mysql_batch_write(&alarms, link, error) && mysql_batch_write(&audit, link, error) &&
           history_write_incidents(link, work->journal_id, work->events, error) &&
           note_taken(link, work, error);
}

bool
history_write_events(MysqlLink *link, const char *journal_id, GPtrArray *events, GError **error)
{
    EventsWork work = {.journal_id = journal_id, .events = events};

    g_return_val_if_fail(events->len > 0, true);

    return mysql_link_transact(link, write_events, &work, error);
}

static bool
write_channels(MysqlLink *link, gpointer user_data, GError **error)
{
    const Snapshot *snapshot = user_data;
    g_auto(MysqlBatch) batch = {0};

    mysql_batch_init(&batch, "channel", channel_columns, 1);
    for (size_t i = 0; i < snapshot->n_channels; i++) {
        const ChannelView *channel = &snapshot->channels[i];

        mysql_batch_add_text(&batch, channel->id, MAX_SLUG);
        mysql_batch_add_text(&batch, channel->input_id, MAX_SLUG);
        mysql_batch_add_text(&batch, channel->name, MAX_NAME);
        mysql_batch_add_text(&batch, channel->short_name, 64);
        mysql_batch_add_text(&batch, channel->group, MAX_NAME);
        mysql_batch_add_text(&batch, channel->address, MAX_NAME);
        mysql_batch_add_text(&batch, channel->interface, 64);
        mysql_batch_add_integer(&batch, channel->service_id);
        mysql_batch_add_integer(&batch, (int64_t)i);
        mysql_batch_add_wall(&batch, MAX(snapshot->wall_us, 1));
    }
    return mysql_link_run(link, "DELETE FROM channel", error) &&
           mysql_batch_write(&batch, link, error);
}

bool
history_write_channels(MysqlLink *link, const Snapshot *snapshot, GError **error)
{
    return mysql_link_transact(link, write_channels, (gpointer)snapshot, error);
}

static void
add_health(MysqlBatch *batch, const HealthRow *row)
{
    mysql_batch_add_text(batch, row->channel, MAX_SLUG);
    mysql_batch_add_wall(batch, MAX(row->at_us, US_PER_SECOND));
    mysql_batch_add_integer(batch, (int64_t)row->cc_errors);
    mysql_batch_add_integer(batch, (int64_t)row->packets);
    mysql_batch_add_integer(batch, (int64_t)row->own_drops);
    mysql_batch_add_integer(batch, row->state);
    mysql_batch_add_integer(batch, row->measured_s);
    mysql_batch_add_integer(batch, row->error_seconds);
    mysql_batch_add_real(batch, row->bitrate_mean);
    mysql_batch_add_real(batch, row->bitrate_min);
    mysql_batch_add_real(batch, row->bitrate_max);
    for (size_t i = 0; i < HEALTH_GAUGES; i++) {
        mysql_batch_add_real(batch, row->gauges[i].mean);
        mysql_batch_add_real(batch, row->gauges[i].minimum);
        mysql_batch_add_real(batch, row->gauges[i].maximum);
    }
}

/* Channels and spans of @rows that end by @until_us, each once, as keys "NUMBER CHANNEL". */
static GHashTable *
spans_of(const GQueue *rows, int64_t span_us, WallUs until_us)
{
    GHashTable *spans = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (const GList *at = rows->head; at != NULL; at = at->next) {
        const HealthRow *row = at->data;
        const int64_t number = row->at_us / span_us;

        if (number < until_us / span_us)
            g_hash_table_add(spans,
                             g_strdup_printf("%" G_GINT64_FORMAT " %s", number, row->channel));
    }
    return spans;
}

/* Returns: (transfer full): the statement that makes one minute of its ten-second rows. */
static char *
minute_sql(void)
{
    static const char *const sums[] = {"SUM(cc_errors)", "SUM(packets)",    "SUM(own_drops)",
                                       "MAX(state)",     "SUM(measured_s)", "SUM(error_seconds)"};
    static const char *const of_gauge[] = {"AVG", "MIN", "MAX"};
    g_autoptr(GString) names = g_string_new("INSERT INTO health_1m (channel, at");
    g_autoptr(GString) values = g_string_new(") SELECT channel, ?");
    g_autoptr(GString) again = g_string_new("");

    for (size_t i = 2; health_columns[i] != NULL; i++) {
        const char *column = health_columns[i];

        g_string_append_printf(names, ", %s", column);
        if (i < HEALTH_GAUGES_FROM)
            g_string_append_printf(values, ", %s", sums[i - 2]);
        else
            g_string_append_printf(values, ", %s(%s)", of_gauge[(i - HEALTH_GAUGES_FROM) % 3],
                                   column);
        g_string_append_printf(again, "%s%s = VALUES(%s)", i > 2 ? ", " : "", column, column);
    }
    return g_strdup_printf("%s%s FROM health_10s WHERE channel = ? AND at >= ? AND at < ? GROUP BY"
                           " channel ON DUPLICATE KEY UPDATE %s",
                           names->str, values->str, again->str);
}

/* The number of a key of spans_of(). */
static int64_t
number_of(const char *key)
{
    g_autofree char *digits = g_strndup(key, strcspn(key, " "));
    gint64 number = 0;

    (void)g_ascii_string_to_signed(digits, 10, 0, G_MAXINT64 / HISTORY_HOUR_US, &number, NULL);
    return number;
}

static const char *
channel_of(const char *key)
{
    return strchr(key, ' ') + 1;
}

/* A minute follows from its ten-second rows, so that replaying some changes nothing. */
static bool
sum_up_minute(MysqlLink *link, const char *sql, const char *key, GError **error)
{
    char from[MYSQL_TIME_BYTES], to[MYSQL_TIME_BYTES];
    const int64_t minute = number_of(key);

    mysql_time_format(minute * MINUTE_US, from, sizeof from);
    mysql_time_format((minute + 1) * MINUTE_US, to, sizeof to);
    const MysqlValue values[] = {mysql_value_text(from), mysql_value_text(channel_of(key)),
                                 mysql_value_text(from), mysql_value_text(to)};

    return mysql_link_execute(link, sql, values, G_N_ELEMENTS(values), NULL, NULL, error);
}

/* And an hour from its minutes: one that is summed up already gets what came late. */
static bool
redo_hours(MysqlLink *link, const GQueue *rows, WallUs summed_us, GError **error)
{
    g_autoptr(GHashTable) hours = spans_of(rows, HISTORY_HOUR_US, summed_us);
    GHashTableIter iter;
    gpointer key = NULL;

    g_hash_table_iter_init(&iter, hours);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        if (!history_hours_redo(link, channel_of(key), number_of(key) * HISTORY_HOUR_US, error))
            return false;
    }
    return true;
}

static bool
write_health(MysqlLink *link, const GQueue *rows, WallUs summed_us, GError **error)
{
    g_auto(MysqlBatch) batch = {0};
    g_autoptr(GHashTable) minutes = spans_of(rows, MINUTE_US, G_MAXINT64);
    g_autofree char *sql = minute_sql();
    GHashTableIter iter;
    gpointer key = NULL;

    mysql_batch_init(&batch, "health_10s", health_columns, 2);
    for (const GList *at = rows->head; at != NULL; at = at->next)
        add_health(&batch, at->data);
    if (!mysql_batch_write(&batch, link, error))
        return false;
    g_hash_table_iter_init(&iter, minutes);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        if (!sum_up_minute(link, sql, key, error))
            return false;
    }
    return redo_hours(link, rows, summed_us, error);
}

static bool
drop_thumbnails(MysqlLink *link, const ThumbnailRow *row, GError **error)
{
    char before[MYSQL_TIME_BYTES];

    mysql_time_format(row->captured_us, before, sizeof before);
    const MysqlValue values[] = {mysql_value_text(row->channel), mysql_value_text(before)};

    return mysql_link_execute(link, "DELETE FROM thumbnail WHERE channel = ? AND captured_at < ?",
                              values, G_N_ELEMENTS(values), NULL, NULL, error);
}

static bool
write_thumbnails(MysqlLink *link, const GQueue *rows, GError **error)
{
    g_auto(MysqlBatch) batch = {0};

    mysql_batch_init(&batch, "thumbnail", thumbnail_columns, 2);
    for (const GList *at = rows->head; at != NULL; at = at->next) {
        const ThumbnailRow *row = at->data;

        if (row->dropped)
            continue;
        mysql_batch_add_text(&batch, row->channel, MAX_SLUG);
        mysql_batch_add_wall(&batch, MAX(row->captured_us, 1));
        mysql_batch_add_text(&batch, row->path, MAX_PATH);
        mysql_batch_add_integer(&batch, row->bytes);
    }
    if (!mysql_batch_write(&batch, link, error))
        return false;
    for (const GList *at = rows->head; at != NULL; at = at->next) {
        const ThumbnailRow *row = at->data;

        if (row->dropped && !drop_thumbnails(link, row, error))
            return false;
    }
    return true;
}

static bool
write_deliveries(MysqlLink *link, const GQueue *rows, GError **error)
{
    g_auto(MysqlBatch) batch = {0};

    mysql_batch_init(&batch, "delivery", delivery_columns, 4);
    for (const GList *at = rows->head; at != NULL; at = at->next) {
        const DeliveryRecord *record = at->data;

        mysql_batch_add_text(&batch, record->receiver, MAX_SLUG);
        mysql_batch_add_text(&batch, record->event_id, MAX_ID);
        mysql_batch_add_integer(&batch, record->attempt);
        mysql_batch_add_wall(&batch, MAX(record->at_us, 1));
        mysql_batch_add_text(&batch, record->alarm_id, MAX_ID);
        mysql_batch_add_integer(&batch, (int64_t)record->seq);
        mysql_batch_add_integer(&batch, record->outcome);
        mysql_batch_add_integer(&batch, CLAMP(record->status, 0, 999));
        mysql_batch_add_integer(&batch, CLAMP(record->latency_us / US_PER_MS, 0, G_MAXINT32));
        mysql_batch_add_integer(&batch, record->age_us / US_PER_MS);
        mysql_batch_add_text(&batch, record->answer, DELIVERY_MAX_ANSWER);
    }
    return mysql_batch_write(&batch, link, error);
}

typedef struct {
    const HistoryQueue *queue;
    WallUs summed_us; /* before it hours are summed up */
} QueueWork;

static bool
write_queue(MysqlLink *link, gpointer user_data, GError **error)
{
    const QueueWork *work = user_data;

    return write_health(link, &work->queue->health, work->summed_us, error) &&
           write_thumbnails(link, &work->queue->thumbnails, error) &&
           write_deliveries(link, &work->queue->deliveries, error);
}

bool
history_write_queue(MysqlLink *link, const HistoryQueue *queue, WallUs summed_us, GError **error)
{
    QueueWork work = {.queue = queue, .summed_us = summed_us};

    return mysql_link_transact(link, write_queue, &work, error);
}

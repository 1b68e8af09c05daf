/* One INSERT of grouped minutes, over a span or over one channel's hour. */
#include "appliance/stores/history-hours.h"

#include "appliance/stores/history-retention.h"
#include "appliance/stores/mysql-batch.h"

#define STEP_MAX_US (24 * HISTORY_HOUR_US)   /* of one statement */
#define STEP_ROWS   360u                     /* that it makes, about: 60 times as many are read */
#define LATER_US    (2 * 60 * US_PER_SECOND) /* the last minutes of an hour come so late */
#define KEPT_US     (HISTORY_KEEP_DAYS * 24 * HISTORY_HOUR_US)

static const char *const counters[] = {"cc_errors", "packets", "own_drops"};
static const char *const gauges[] = {"bitrate",
                                     "pcr_interval_max",
                                     "pcr_accuracy",
                                     "input_interval_max",
                                     "luma_mean",
                                     "loudness_momentary",
                                     "loudness_short_term",
                                     "true_peak",
                                     "loudness_integrated",
                                     "loudness_hour"};

/* The three columns of @name: their names, how they are made, how they are made again. */
static void
add_columns(GString *const texts[3], const char *name, bool gauge)
{
    static const char *const parts[][2] = {{"mean", "AVG"}, {"min", "MIN"}, {"max", "MAX"}};

    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_autofree char *column = g_strdup_printf("%s_%s", name, parts[i][0]);

        g_string_append_printf(texts[0], ", %s", column);
        g_string_append_printf(texts[1], ", %s(%s)", parts[i][1], gauge ? column : name);
        g_string_append_printf(texts[2], "%s%s = VALUES(%s)", texts[2]->len > 0 ? ", " : "", column,
                               column);
    }
}

/* @condition: of one channel, or "". Returns: (transfer full): the statement */
static char *
sum_sql(const char *condition)
{
    g_autoptr(GString) names = g_string_new(NULL);
    g_autoptr(GString) values = g_string_new(NULL);
    g_autoptr(GString) again = g_string_new(NULL);
    GString *const texts[] = {names, values, again};

    for (size_t i = 0; i < G_N_ELEMENTS(counters); i++)
        add_columns(texts, counters[i], false);
    for (size_t i = 0; i < G_N_ELEMENTS(gauges); i++)
        add_columns(texts, gauges[i], true);
    return g_strdup_printf(
        "INSERT INTO health_1h (channel, at%s) SELECT channel, TIMESTAMP(DATE(at),"
        " MAKETIME(HOUR(at), 0, 0)) AS of_hour%s FROM health_1m WHERE at >= ? AND at < ?%s"
        " GROUP BY channel, of_hour ON DUPLICATE KEY UPDATE %s",
        names->str, values->str, condition, again->str);
}

/* @channel: (nullable): all */
static bool
sum_up(MysqlLink *link, const char *channel, WallUs from_us, WallUs until_us, GError **error)
{
    g_autofree char *sql = sum_sql(channel != NULL ? " AND channel = ?" : "");
    char from[MYSQL_TIME_BYTES], until[MYSQL_TIME_BYTES];

    mysql_time_format(from_us, from, sizeof from);
    mysql_time_format(until_us, until, sizeof until);
    const MysqlValue values[] = {mysql_value_text(from), mysql_value_text(until),
                                 mysql_value_text(channel)};

    return mysql_link_execute(link, sql, values, channel != NULL ? 3 : 2, NULL, NULL, error);
}

bool
history_hours_redo(MysqlLink *link, const char *channel, WallUs hour_us, GError **error)
{
    return sum_up(link, channel, hour_us, hour_us + HISTORY_HOUR_US, error);
}

static void
take_span(const char *const *row, unsigned n, gpointer user_data)
{
    HistoryHours *hours = user_data;
    gint64 from_s = 0, until_s = 0;

    if (n != 2 || row[0] == NULL || row[1] == NULL ||
        !g_ascii_string_to_signed(row[0], 10, 0, G_MAXUINT32, &from_s, NULL) ||
        !g_ascii_string_to_signed(row[1], 10, from_s, G_MAXUINT32, &until_s, NULL))
        return;
    *hours = (HistoryHours){from_s * US_PER_SECOND, until_s * US_PER_SECOND};
}

bool
history_hours_load(MysqlLink *link, HistoryHours *ret_hours, GError **error)
{
    HistoryHours hours = {0};

    if (!mysql_link_execute(link,
                            "SELECT TIMESTAMPDIFF(SECOND, '1970-01-01 00:00:00', from_at),"
                            " TIMESTAMPDIFF(SECOND, '1970-01-01 00:00:00', until_at)"
                            " FROM health_1h_span WHERE id = 1",
                            NULL, 0, take_span, &hours, error))
        return false;
    *ret_hours = hours;
    return true;
}

static bool
note(MysqlLink *link, const HistoryHours *hours, GError **error)
{
    char from[MYSQL_TIME_BYTES], until[MYSQL_TIME_BYTES];

    mysql_time_format(hours->from_us, from, sizeof from);
    mysql_time_format(hours->until_us, until, sizeof until);
    const MysqlValue values[] = {mysql_value_text(from), mysql_value_text(until)};

    return mysql_link_execute(link,
                              "INSERT INTO health_1h_span (id, from_at, until_at) VALUES (1, ?, ?)"
                              " ON DUPLICATE KEY UPDATE from_at = VALUES(from_at),"
                              " until_at = VALUES(until_at)",
                              values, G_N_ELEMENTS(values), NULL, NULL, error);
}

/* What is to be summed up next, and the span that is known then. False: nothing is due. */
static bool
plan_step(const HistoryHours *hours, WallUs due_us, HistoryHours *ret_part, HistoryHours *ret_next)
{
    const WallUs oldest_us = MAX(due_us - KEPT_US, 0);
    const int64_t step_us = hours->step_us > 0 ? hours->step_us : HISTORY_HOUR_US;
    /* A clock that was ahead has come back; a box was off for longer than anything is kept. */
    const bool lost = MIN(hours->until_us, due_us) <= oldest_us;
    const WallUs until_us = lost ? due_us : MIN(hours->until_us, due_us);
    const WallUs from_us = lost ? until_us : MIN(hours->from_us, until_us);
    const bool forward = until_us < due_us;

    ret_part->from_us = forward ? until_us : MAX(from_us - step_us, oldest_us);
    ret_part->until_us = forward ? MIN(until_us + step_us, due_us) : from_us;
    *ret_next = (HistoryHours){.from_us = MIN(from_us, ret_part->from_us),
                               .until_us = MAX(until_us, ret_part->until_us),
                               .step_us = step_us};
    return ret_part->from_us < ret_part->until_us;
}

bool
history_hours_step(
    MysqlLink *link, HistoryHours *hours, WallUs wall_us, bool *ret_more, GError **error)
{
    const WallUs due_us = MAX(wall_us - LATER_US, 0) / HISTORY_HOUR_US * HISTORY_HOUR_US;
    HistoryHours part = {0}, next = {0}, after = {0};

    if (!plan_step(hours, due_us, &part, &next)) {
        *ret_more = false;
        return true;
    }
    if (!sum_up(link, NULL, part.from_us, part.until_us, error))
        return false;
    const uint64_t rows = mysql_link_changed_rows(link);

    *ret_more = plan_step(&next, due_us, &part, &after);
    /* A commit waits for the disk: of a past without rows the end is noted. */
    if ((rows > 0 || !*ret_more) && !note(link, &next, error))
        return false;
    if (rows < STEP_ROWS / 2)
        next.step_us = MIN(next.step_us * 2, STEP_MAX_US);
    else if (rows > STEP_ROWS * 2)
        next.step_us = MAX(next.step_us / 2, HISTORY_HOUR_US);
    *hours = next;
    return true;
}

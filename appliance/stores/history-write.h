/* What the history's writer says to the database. Each function is one transaction or one
 * statement; the link is connected. */
#pragma once

#include "appliance/stores/history-queue.h"

/* How far journal @journal_id was taken; 0 if it was never seen. */
bool history_write_get_taken(MysqlLink *link,
                             const char *journal_id,
                             uint64_t *ret_seq,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes @events (element-type Event), sums up the incidents that they belong to, and notes how far
 * the journal was taken, all or nothing. May be repeated. */
bool history_write_events(MysqlLink *link,
                          const char *journal_id,
                          GPtrArray *events,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Makes the table `channel` what @snapshot says. */
bool history_write_channels(MysqlLink *link,
                            const Snapshot *snapshot,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes all rows of @queue, which stay in it, and sums up the minutes that they belong to, and
 * once more the hours that ended before @summed_us, as they were summed up without them. */
bool history_write_queue(MysqlLink *link,
                         const HistoryQueue *queue,
                         WallUs summed_us,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

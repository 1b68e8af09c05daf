/* Rows that wait for the database and may be lost: bounded, the oldest go first. Not locked. */
#pragma once

#include "appliance/stores/history-writer.h"

typedef struct {
    GQueue health;     /* (element-type HealthRow): owned, with its strings */
    GQueue thumbnails; /* (element-type ThumbnailRow) */
    GQueue deliveries; /* (element-type DeliveryRecord) */
} HistoryQueue;

void history_queue_init(HistoryQueue *queue);
void history_queue_clear(HistoryQueue *queue);
bool history_queue_is_empty(const HistoryQueue *queue);

/* Each copies the row. Returns: rows that were dropped to make room */
unsigned history_queue_add_health(HistoryQueue *queue, const HealthRow *row);
unsigned history_queue_add_thumbnail(HistoryQueue *queue, const ThumbnailRow *row);
unsigned history_queue_add_delivery(HistoryQueue *queue, const DeliveryRecord *record);

#define HISTORY_QUEUE_TAKE 1024u /* rows of each kind taken at once */

/* Moves the oldest rows of @queue into @ret_taken, which is initialised. */
void history_queue_take(HistoryQueue *queue, HistoryQueue *ret_taken);

/* Moves the rows of @taken back to the front of @queue. Rows that no longer fit are dropped with
 * the next row that is added, so that each is counted where it belongs. */
void history_queue_give_back(HistoryQueue *queue, HistoryQueue *taken);

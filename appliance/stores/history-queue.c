/* Three bounded queues. */
#include "appliance/stores/history-queue.h"

#include "pipelines/base/text.h"

static void
health_free(gpointer data)
{
    HealthRow *row = data;

    g_free((char *)row->channel);
    g_free(row);
}

static void
thumbnail_free(gpointer data)
{
    ThumbnailRow *row = data;

    g_free((char *)row->channel);
    g_free((char *)row->path);
    g_free(row);
}

static void
delivery_free(gpointer data)
{
    DeliveryRecord *record = data;

    g_free((char *)record->receiver);
    g_free((char *)record->event_id);
    g_free((char *)record->alarm_id);
    g_free((char *)record->answer);
    g_free(record);
}

void
history_queue_init(HistoryQueue *queue)
{
    g_queue_init(&queue->health);
    g_queue_init(&queue->thumbnails);
    g_queue_init(&queue->deliveries);
}

void
history_queue_clear(HistoryQueue *queue)
{
    g_queue_clear_full(&queue->health, health_free);
    g_queue_clear_full(&queue->thumbnails, thumbnail_free);
    g_queue_clear_full(&queue->deliveries, delivery_free);
}

bool
history_queue_is_empty(const HistoryQueue *queue)
{
    return queue->health.length + queue->thumbnails.length + queue->deliveries.length == 0;
}

static unsigned
bound(GQueue *queue, unsigned max, GDestroyNotify free_row)
{
    unsigned dropped = 0;

    for (; queue->length > max; dropped++)
        free_row(g_queue_pop_head(queue));
    return dropped;
}

unsigned
history_queue_add_health(HistoryQueue *queue, const HealthRow *row)
{
    HealthRow *copy = g_memdup2(row, sizeof *row);

    copy->channel = g_strdup(row->channel);
    g_queue_push_tail(&queue->health, copy);
    return bound(&queue->health, HISTORY_MAX_HEALTH, health_free);
}

unsigned
history_queue_add_thumbnail(HistoryQueue *queue, const ThumbnailRow *row)
{
    ThumbnailRow *copy = g_memdup2(row, sizeof *row);

    copy->channel = g_strdup(row->channel);
    copy->path = g_strdup(row->path);
    g_queue_push_tail(&queue->thumbnails, copy);
    return bound(&queue->thumbnails, HISTORY_MAX_THUMBNAIL, thumbnail_free);
}

unsigned
history_queue_add_delivery(HistoryQueue *queue, const DeliveryRecord *record)
{
    DeliveryRecord *copy = g_memdup2(record, sizeof *record);

    copy->receiver = g_strdup(record->receiver);
    copy->event_id = g_strdup(record->event_id);
    copy->alarm_id = g_strdup(record->alarm_id);
    copy->answer = text_clean(record->answer, DELIVERY_MAX_ANSWER);
    g_queue_push_tail(&queue->deliveries, copy);
    return bound(&queue->deliveries, HISTORY_MAX_DELIVERY, delivery_free);
}

static void
take_some(GQueue *from, GQueue *to)
{
    for (unsigned i = 0; i < HISTORY_QUEUE_TAKE && from->length > 0; i++)
        g_queue_push_tail_link(to, g_queue_pop_head_link(from));
}

void
history_queue_take(HistoryQueue *queue, HistoryQueue *ret_taken)
{
    history_queue_init(ret_taken);
    take_some(&queue->health, &ret_taken->health);
    take_some(&queue->thumbnails, &ret_taken->thumbnails);
    take_some(&queue->deliveries, &ret_taken->deliveries);
}

static void
give_back(GQueue *to, GQueue *from)
{
    while (from->length > 0)
        g_queue_push_head_link(to, g_queue_pop_tail_link(from));
}

void
history_queue_give_back(HistoryQueue *queue, HistoryQueue *taken)
{
    give_back(&queue->health, &taken->health);
    give_back(&queue->thumbnails, &taken->thumbnails);
    give_back(&queue->deliveries, &taken->deliveries);
}

/* Appends alarms to a journal from several threads, and times them until the disk has them.
 *
 * usage: journal-push FOLDER THREADS SECONDS RATE
 *
 * RATE 0: as fast as the disk takes them, with at most WINDOW on their way; else so many a second
 * of all threads together. Prints one JSON object. */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>

#include "appliance/events/event-log.h"

#define WINDOW  4096u
#define MOST    4000000u /* events of one run */
#define TICK_US (US_PER_SECOND / 1000)

typedef struct {
    GantryEventLog *log;
    GMutex lock; /* over all below */
    GCond moved;
    int64_t *appended_us; /* by sequence; when the call began */
    int64_t *took_us;     /* by sequence; until it was durable */
    uint64_t appended;    /* last sequence */
    uint64_t durable;     /* last sequence */
    int64_t end_us;
    unsigned threads;
    uint64_t rate;
} Push;

static Event *
make_event(void)
{
    Event *event = event_new(EVENT_ALARM_RAISED, g_get_monotonic_time(), g_get_real_time());

    event_set(&event->alarm_id, event->id);
    event_set(&event->incident_id, event->id);
    event_set(&event->resource, "channel/channel-17");
    event_set(&event->channel_name, "Channel seventeen");
    event_set(&event->channel_group, "News");
    event_set(&event->channel_address, "udp://239.1.1.17:5000");
    event_set(&event->text, "No packets: nothing has arrived on the interface for 1.0 s");
    event->fault = FAULT_NO_PACKETS;
    event->severity = SEVERITY_CRITICAL;
    event->raised_wall_us = event->wall_us;
    return event;
}

static void
on_visible(uint64_t visible_seq, gpointer user_data)
{
    Push *push = user_data;
    EventLogStatus status;

    gantry_event_log_get_status(push->log, &status);
    const int64_t now_us = g_get_monotonic_time();

    g_mutex_lock(&push->lock);
    for (; push->durable < MIN(status.durable_seq, push->appended); push->durable++)
        push->took_us[push->durable + 1] = now_us - push->appended_us[push->durable + 1];
    g_cond_broadcast(&push->moved);
    g_mutex_unlock(&push->lock);
}

/* Lock held. */
static void
append_one(Push *push)
{
    Event *event = make_event();
    const int64_t now_us = g_get_monotonic_time();
    const uint64_t seq = gantry_event_log_append(push->log, event);

    push->appended_us[seq] = now_us;
    push->appended = MAX(push->appended, seq);
}

static gpointer
push_fast(gpointer data)
{
    Push *push = data;

    g_mutex_lock(&push->lock);
    while (g_get_monotonic_time() < push->end_us && push->appended < MOST - WINDOW) {
        if (push->appended - push->durable >= WINDOW)
            (void)g_cond_wait_until(&push->moved, &push->lock, push->end_us);
        else
            append_one(push);
        g_mutex_unlock(&push->lock);
        g_mutex_lock(&push->lock);
    }
    g_mutex_unlock(&push->lock);
    return NULL;
}

static gpointer
push_paced(gpointer data)
{
    Push *push = data;
    const int64_t begin_us = g_get_monotonic_time();
    uint64_t done = 0;

    for (int64_t now_us = begin_us; now_us < push->end_us; now_us = g_get_monotonic_time()) {
        const uint64_t due =
            (uint64_t)(now_us - begin_us) * push->rate / push->threads / (uint64_t)US_PER_SECOND;

        for (; done < due && push->appended < MOST - WINDOW; done++) {
            g_mutex_lock(&push->lock);
            append_one(push);
            g_mutex_unlock(&push->lock);
        }
        g_usleep(TICK_US);
    }
    return NULL;
}

static int
by_size(const void *a, const void *b)
{
    const int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

    return left < right ? -1 : left > right;
}

static void
print(Push *push, double seconds)
{
    const uint64_t n = push->durable;

    qsort(push->took_us + 1, n, sizeof *push->took_us, by_size);
    printf("{\"appends\":%" G_GUINT64_FORMAT
           ",\"seconds\":%.3f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f}\n",
           n, seconds, n > 0 ? (double)push->took_us[1 + n / 2] / 1000 : 0,
           n > 0 ? (double)push->took_us[1 + n * 99 / 100] / 1000 : 0,
           n > 0 ? (double)push->took_us[n] / 1000 : 0);
}

static bool
read_number(const char *text, guint64 most, guint64 *ret_number)
{
    return g_ascii_string_to_unsigned(text, 10, 0, most, ret_number, NULL);
}

int
main(int argc, char **argv)
{
    const EventLogLimits limits = {.max_segments = 8};
    GThread *threads[64];
    Push push = {0};
    guint64 n_threads = 0, seconds = 0, rate = 0;

    if (argc != 5 || !read_number(argv[2], G_N_ELEMENTS(threads), &n_threads) ||
        !read_number(argv[3], 3600, &seconds) || !read_number(argv[4], 1000000, &rate)) {
        fprintf(stderr, "usage: journal-push FOLDER THREADS SECONDS RATE\n");
        return 2;
    }
    push.threads = (unsigned)MAX(n_threads, 1);
    push.rate = rate;
    push.log = gantry_event_log_open(argv[1], &limits, NULL);
    if (push.log == NULL)
        return 1;
    g_mutex_init(&push.lock);
    g_cond_init(&push.moved);
    push.appended_us = g_new0(int64_t, MOST + 1);
    push.took_us = g_new0(int64_t, MOST + 1);
    gantry_event_log_listen(push.log, on_visible, &push);
    const int64_t begin_us = g_get_monotonic_time();

    push.end_us = begin_us + (int64_t)seconds * US_PER_SECOND;
    for (unsigned i = 0; i < push.threads; i++)
        threads[i] = g_thread_new("appender", push.rate > 0 ? push_paced : push_fast, &push);
    for (unsigned i = 0; i < push.threads; i++)
        g_thread_join(threads[i]);
    g_mutex_lock(&push.lock);
    while (push.durable < push.appended)
        g_cond_wait(&push.moved, &push.lock);
    g_mutex_unlock(&push.lock);
    print(&push, (double)(g_get_monotonic_time() - begin_us) / (double)US_PER_SECOND);
    gantry_event_log_close(push.log, 5 * US_PER_SECOND);
    g_object_unref(push.log);
    g_free(push.appended_us);
    g_free(push.took_us);
    return 0;
}

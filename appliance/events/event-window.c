/* The array of recent events, and what gives way when the disk stays away. */
#include "appliance/events/event-window.h"

static void
item_clear(gpointer item)
{
    event_unref(((WindowItem *)item)->event);
}

void
event_window_init(EventWindow *window, uint64_t last_seq)
{
    *window = (EventWindow){
        .items = g_array_new(FALSE, FALSE, sizeof(WindowItem)),
        .durable_seq = last_seq,
        .busy_seq = last_seq,
    };
    g_array_set_clear_func(window->items, item_clear);
}

void
event_window_clear(EventWindow *window)
{
    g_clear_pointer(&window->items, g_array_unref);
}

static const WindowItem *
item_at(const EventWindow *window, guint index)
{
    return &g_array_index(window->items, WindowItem, index);
}

guint
event_window_find(const EventWindow *window, uint64_t after)
{
    guint low = 0, high = window->items->len;

    while (low < high) {
        const guint middle = low + (high - low) / 2;

        if (item_at(window, middle)->event->seq > after)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static void
drop(EventWindow *window, guint index)
{
    g_array_remove_index(window->items, index);
    window->dropped++;
}

/* Makes room among the undurable ones: an audit or a comment if one is near, or the oldest when it
 * has come to the worst. */
static void
shed(EventWindow *window)
{
    const uint64_t kept = MAX(window->busy_seq, window->durable_seq);
    guint index = event_window_find(window, MAX(kept, window->shed_from));

    for (guint n = 0; n < EVENT_WINDOW_SHED_ONE && index < window->items->len; n++, index++) {
        const Event *event = item_at(window, index)->event;

        window->shed_from = event->seq;
        if (event_gives_way(event)) {
            drop(window, index);
            return;
        }
    }
    const guint oldest = event_window_find(window, kept);

    if (window->items->len - oldest > EVENT_WINDOW_MOST)
        drop(window, oldest);
}

void
event_window_add(EventWindow *window, Event *event, int64_t now_us)
{
    const WindowItem item = {.event = event, .appended_us = now_us};

    g_array_append_val(window->items, item);
    if (window->items->len - event_window_find(window, window->durable_seq) > EVENT_WINDOW_SHED)
        shed(window);
}

const WindowItem *
event_window_oldest_waiting(const EventWindow *window)
{
    const guint index = event_window_find(window, window->durable_seq);

    return index < window->items->len ? item_at(window, index) : NULL;
}

void
event_window_set_durable(EventWindow *window, uint64_t seq)
{
    window->durable_seq = MAX(window->durable_seq, seq);
    window->shed_from = 0;
    const guint durable = event_window_find(window, window->durable_seq);

    /* In steps of a quarter, so that the array is not moved for each event. */
    if (durable > EVENT_WINDOW_KEEP + EVENT_WINDOW_KEEP / 4)
        g_array_remove_range(window->items, 0, durable - EVENT_WINDOW_KEEP);
}

uint64_t
event_window_first(const EventWindow *window)
{
    return window->items->len > 0 ? item_at(window, 0)->event->seq : UINT64_MAX;
}

/* Two lists walked side by side. */
#include "appliance/model/time-spans.h"

static const TimeSpan *
at(const TimeSpans *spans, guint i)
{
    return &g_array_index(spans, TimeSpan, i);
}

TimeSpans *
time_spans_new(void)
{
    return g_array_new(FALSE, FALSE, sizeof(TimeSpan));
}

void
time_spans_add(TimeSpans *spans, WallUs from_us, WallUs to_us)
{
    const TimeSpan span = {from_us, to_us};

    if (from_us < to_us)
        g_array_append_val(spans, span);
}

static int
by_begin(gconstpointer a, gconstpointer b)
{
    const TimeSpan *left = a, *right = b;

    return left->from_us < right->from_us ? -1 : left->from_us > right->from_us;
}

void
time_spans_tidy(TimeSpans *spans)
{
    guint kept = 0;

    g_array_sort(spans, by_begin);
    for (guint i = 1; i < spans->len; i++) {
        TimeSpan *last = &g_array_index(spans, TimeSpan, kept);

        if (at(spans, i)->from_us <= last->to_us)
            last->to_us = MAX(last->to_us, at(spans, i)->to_us);
        else
            g_array_index(spans, TimeSpan, ++kept) = *at(spans, i);
    }
    g_array_set_size(spans, MIN(spans->len, kept + 1));
}

TimeSpans *
time_spans_intersect(const TimeSpans *a, const TimeSpans *b)
{
    TimeSpans *both = time_spans_new();

    for (guint i = 0, k = 0; i < a->len && k < b->len;) {
        time_spans_add(both, MAX(at(a, i)->from_us, at(b, k)->from_us),
                       MIN(at(a, i)->to_us, at(b, k)->to_us));
        if (at(a, i)->to_us < at(b, k)->to_us)
            i++;
        else
            k++;
    }
    return both;
}

TimeSpans *
time_spans_subtract(const TimeSpans *a, const TimeSpans *b)
{
    TimeSpans *left = time_spans_new();

    for (guint i = 0, k = 0; i < a->len; i++) {
        WallUs from_us = at(a, i)->from_us;

        while (k < b->len && at(b, k)->to_us <= from_us)
            k++;
        for (guint j = k; j < b->len && at(b, j)->from_us < at(a, i)->to_us; j++) {
            time_spans_add(left, from_us, at(b, j)->from_us);
            from_us = MAX(from_us, at(b, j)->to_us);
        }
        time_spans_add(left, from_us, at(a, i)->to_us);
    }
    return left;
}

TimeSpans *
time_spans_within(const TimeSpans *spans, WallUs from_us, WallUs to_us)
{
    g_autoptr(GArray) window = time_spans_new();

    time_spans_add(window, from_us, to_us);
    return time_spans_intersect(spans, window);
}

int64_t
time_spans_total_us(const TimeSpans *spans)
{
    int64_t total_us = 0;

    for (guint i = 0; i < spans->len; i++)
        total_us += at(spans, i)->to_us - at(spans, i)->from_us;
    return total_us;
}

bool
time_spans_hold(const TimeSpans *spans, WallUs at_us)
{
    for (guint i = 0; i < spans->len && at(spans, i)->from_us <= at_us; i++) {
        if (at_us < at(spans, i)->to_us)
            return true;
    }
    return false;
}

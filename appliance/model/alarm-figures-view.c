/* From counts to the figures that a site looks at. */
#include "appliance/model/alarm-figures-parts.h"

#include <string.h>

#define HOUR_US          (INT64_C(3600) * US_PER_SECOND)
#define PERIODS_PER_HOUR 6
#define DAY_US           (24 * HOUR_US)
#define TOP_DAYS         7

static const struct {
    const char *name;
    int64_t periods;
} spans[] = {{"24h", 144}, {"7d", 1008}, {"30d", FIGURES_PERIODS}};

static double
share(double part, double whole)
{
    return whole > 0 ? part / whole : 0;
}

/* Whether the period numbered @number belongs to a flood, given whether the one before did. */
static bool
floods(uint32_t announced, unsigned positions, bool before)
{
    return announced > FIGURES_FLOOD_BEGIN * positions ||
           (before && announced >= FIGURES_FLOOD_END * positions);
}

static void
fill_span(
    FiguresSpan *span, const AlarmFigures *figures, int64_t first, int64_t last, unsigned positions)
{
    uint32_t in_hour = 0, acted = 0, flooded = 0, bad = 0;
    bool flood = false;

    for (int64_t number = first; number <= last; number++) {
        const FiguresPeriod *p = figures_period(figures, number);
        const FiguresPeriod empty = {0};
        const bool before = flood;

        p = p != NULL ? p : &empty;
        span->announced += p->announced;
        span->raised += p->raised;
        span->low += p->low;
        span->medium += p->medium;
        span->high += p->high;
        span->chattering += p->chattering;
        span->worst = MAX(span->worst, p->announced);
        acted += p->acted;
        flood = floods(p->announced, positions, before);
        span->floods += flood && !before ? 1 : 0;
        flooded += flood ? 1 : 0;
        in_hour += p->announced;
        if (number % PERIODS_PER_HOUR == PERIODS_PER_HOUR - 1 || number == last) {
            bad += in_hour > FIGURES_HOUR_BAD * positions ? 1 : 0;
            in_hour = 0;
        }
    }
    span->acted = share(acted, span->announced);
    span->flood_share = share(flooded, (double)(last - first + 1));
    span->bad_hours = share(bad, (double)(last - first + 1) / PERIODS_PER_HOUR);
    span->per_hour = span->announced / (MAX(span->hours, 1) * positions);
}

static uint32_t
count_of(const FiguresKey *key, int64_t today)
{
    uint32_t count = 0;

    for (size_t i = 0; i < FIGURES_DAYS; i++) {
        if (key->day[i] > today - TOP_DAYS && key->day[i] <= today)
            count += key->day_count[i];
    }
    return count;
}

/* Keeps @top sorted, the most frequent first. */
static void
offer(FiguresView *view, const char *name, uint32_t count)
{
    unsigned at = view->n_top;

    if (count == 0 || (at == FIGURES_TOP && view->top[at - 1].count >= count))
        return;
    if (at == FIGURES_TOP)
        g_free(view->top[--at].resource);
    while (at > 0 && view->top[at - 1].count < count) {
        view->top[at] = view->top[at - 1];
        at--;
    }
    const char *tab = strrchr(name, '\t');
    guint64 fault = 0;

    (void)g_ascii_string_to_unsigned(tab != NULL ? tab + 1 : "0", 10, 0, FAULT_NUMBER_MAX, &fault,
                                     NULL);
    view->top[at] = (FiguresTop){
        .resource = tab != NULL ? g_strndup(name, (gsize)(tab - name)) : g_strdup(name),
        .fault = (FaultId)fault,
        .count = count,
    };
    view->n_top = MIN(view->n_top + 1, FIGURES_TOP);
}

static void
fill_top(FiguresView *view, const AlarmFigures *figures)
{
    uint32_t all = 0, top = 0;
    GHashTableIter iter;
    gpointer name, value;

    g_hash_table_iter_init(&iter, figures->keys);
    while (g_hash_table_iter_next(&iter, &name, &value)) {
        const uint32_t count = count_of(value, view->at_us / DAY_US);

        all += count;
        offer(view, name, count);
    }
    for (unsigned i = 0; i < view->n_top; i++)
        top += view->top[i].count;
    view->top_share = share(top, all);
}

static void
fill_open(FiguresView *view, const AlarmFigures *figures)
{
    GHashTableIter iter;
    gpointer value;

    view->open = g_hash_table_size(figures->open);
    g_hash_table_iter_init(&iter, figures->open);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        if (view->at_us - ((const FiguresOpen *)value)->raised_us > ALARM_STALE_US)
            view->stale++;
    }
}

static void
fill_hours(FiguresView *view, const AlarmFigures *figures, int64_t last)
{
    GArray *hours = g_array_new(FALSE, TRUE, sizeof(FiguresHour));
    const int64_t first = last - FIGURES_PERIODS + 1;

    for (int64_t number = MAX(first, 1); number <= last; number++) {
        const FiguresPeriod *p = figures_period(figures, number);
        const WallUs at_us = number / PERIODS_PER_HOUR * HOUR_US;

        if (p == NULL)
            continue;
        if (hours->len == 0 || g_array_index(hours, FiguresHour, hours->len - 1).at_us != at_us) {
            const FiguresHour hour = {.at_us = at_us};

            g_array_append_val(hours, hour);
        }
        FiguresHour *hour = &g_array_index(hours, FiguresHour, hours->len - 1);

        hour->announced += p->announced;
        hour->raised += p->raised;
        hour->low += p->low;
        hour->medium += p->medium;
        hour->high += p->high;
        hour->acted += p->acted;
        hour->chattering += p->chattering;
        hour->worst = MAX(hour->worst, p->announced);
    }
    view->n_hours = hours->len;
    view->hours = (FiguresHour *)(gpointer)g_array_free(hours, FALSE);
}

FiguresView *
alarm_figures_view(const AlarmFigures *figures, const AlarmPolicy *policy, WallUs wall_us)
{
    FiguresView *view = g_new0(FiguresView, 1);
    const int64_t last = wall_us / FIGURES_PERIOD_US;

    g_atomic_ref_count_init(&view->refs);
    view->at_us = wall_us;
    view->since_us = figures->since_us;
    view->positions = MAX(policy->positions, 1);
    view->left_out = figures->left_out;
    for (size_t i = 0; i < G_N_ELEMENTS(spans); i++) {
        const int64_t known = figures->since_us / FIGURES_PERIOD_US;
        const int64_t first = MAX(last - spans[i].periods + 1, MAX(known, 1));

        view->spans[i].name = spans[i].name;
        if (figures->since_us == 0 || first > last)
            continue;
        view->spans[i].hours =
            (double)(wall_us - MAX(first * FIGURES_PERIOD_US, figures->since_us)) / HOUR_US;
        fill_span(&view->spans[i], figures, first, last, view->positions);
    }
    fill_top(view, figures);
    fill_open(view, figures);
    fill_hours(view, figures, last);
    return view;
}

FiguresView *
figures_view_ref(FiguresView *view)
{
    g_atomic_ref_count_inc(&view->refs);
    return view;
}

void
figures_view_unref(FiguresView *view)
{
    if (view == NULL || !g_atomic_ref_count_dec(&view->refs))
        return;
    for (unsigned i = 0; i < view->n_top; i++)
        g_free(view->top[i].resource);
    g_free(view->hours);
    g_free(view);
}

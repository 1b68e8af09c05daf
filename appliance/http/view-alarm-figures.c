/* Each figure beside its target and whether it is met. */
#include "appliance/http/view-alarm-figures.h"

#include "appliance/http/json-writer.h"

/* @target: what @value must not exceed. */
static void
figure(GString *out, const char *name, double value, double target)
{
    json_begin_object(out, name);
    json_number(out, "value", value, 4);
    json_number(out, "target", target, 4);
    json_bool(out, "met", value <= target);
    json_end_object(out);
}

static void
priorities(GString *out, const FiguresSpan *span)
{
    const double all = MAX(span->announced, 1);

    json_begin_object(out, "priorities");
    json_number(out, "low", span->low / all, 4);
    json_number(out, "medium", span->medium / all, 4);
    json_number(out, "high", span->high / all, 4);
    json_end_object(out);
}

static void
put_span(GString *out, const FiguresSpan *span)
{
    json_begin_object(out, NULL);
    json_string(out, "span", span->name);
    json_number(out, "hours", span->hours, 2);
    json_uint(out, "announced", span->announced);
    json_uint(out, "raised", span->raised);
    figure(out, "per_hour", span->per_hour, FIGURES_TARGET_PER_HOUR);
    figure(out, "per_hour_own", span->per_hour, FIGURES_OWN_PER_HOUR);
    figure(out, "hours_over_30", span->bad_hours, FIGURES_TARGET_SHARE);
    figure(out, "flood_share", span->flood_share, FIGURES_TARGET_SHARE);
    figure(out, "most_in_10_minutes", span->worst, FIGURES_FLOOD_BEGIN);
    figure(out, "chattering", span->chattering, 0);
    json_uint(out, "floods", span->floods);
    priorities(out, span);
    json_number(out, "acted_share", span->acted, 4);
    json_end_object(out);
}

static void
put_top(GString *out, const FiguresView *figures)
{
    json_begin_array(out, "top");
    for (unsigned i = 0; i < figures->n_top; i++) {
        json_begin_object(out, NULL);
        json_string(out, "resource", figures->top[i].resource);
        json_string(out, "type", fault_info(figures->top[i].fault)->name);
        json_uint(out, "count", figures->top[i].count);
        json_end_object(out);
    }
    json_end_array(out);
}

void
view_alarm_figures(GString *out, const FiguresView *figures)
{
    json_begin_object(out, NULL);
    json_time(out, "at", figures->at_us);
    json_time(out, "since", figures->since_us);
    json_uint(out, "positions", figures->positions);
    json_begin_array(out, "spans");
    for (size_t i = 0; i < G_N_ELEMENTS(figures->spans); i++) {
        if (figures->spans[i].name != NULL)
            put_span(out, &figures->spans[i]);
    }
    json_end_array(out);
    json_uint(out, "open", figures->open);
    figure(out, "stale", figures->stale, FIGURES_TARGET_STALE - 1);
    put_top(out, figures);
    figure(out, "top_share", figures->top_share, FIGURES_TARGET_TOP);
    json_uint(out, "left_out", figures->left_out);
    json_end_object(out);
}

void
view_alarm_figures_csv(GString *out, const FiguresView *figures)
{
    g_string_append(out, "hour,announced,raised,low,medium,high,acted,chattering,"
                         "most_in_10_minutes\r\n");
    for (size_t i = 0; i < figures->n_hours; i++) {
        const FiguresHour *hour = &figures->hours[i];
        g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(hour->at_us / US_PER_SECOND);
        g_autofree char *at = g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ");

        g_string_append_printf(out, "%s,%u,%u,%u,%u,%u,%u,%u,%u\r\n", at, hour->announced,
                               hour->raised, hour->low, hour->medium, hour->high, hour->acted,
                               hour->chattering, hour->worst);
    }
}

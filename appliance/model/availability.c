/* Sets of time, cut out of each other. */
#include "appliance/model/availability.h"

#include <math.h>
#include <string.h>

#define WINDOWS_MAX 10000u /* of one calendar entry in one report */

const char *const *
availability_rules(void)
{
    static const char *const rules[] = {
        "A channel is unavailable while an alarm stands that takes it off the air (impact "
        "“off-air”, ATSC A/78), also one that an incident speaks for or that is shelved. It counts "
        "from the raise to the clear; alarms of channels that are still being commissioned do not "
        "count.",
        "Only measured time counts: a minute is measured when at least half of its seconds were "
        "reported while the channel's state was known. Time that this box did not measure, or "
        "spoiled by its own loss, counts neither way; the coverage says how much that is.",
        "Availability is the measured time that was not unavailable, over all measured time.",
        "Planned work is what the calendar now plans for that time. Where it is excluded, it "
        "counts "
        "neither way.",
        "An error-second is a second with at least one continuity or transport error. It counts in "
        "measured time in which the channel was not unavailable; one lost packet or a thousand are "
        "the same.",
        "Days, weeks (from Monday) and months are those of the site's time zone; a day has 23 or "
        "25 "
        "hours when the clock changes.",
        "A report is provisional while its period runs and for ten minutes after.",
        "Time to acknowledge and to repair count from the raise, over alarms that people were told "
        "of.",
        NULL};

    return rules;
}

static uint64_t
errors_in(const GArray *errors, const TimeSpans *up)
{
    uint64_t sum = 0;

    for (guint i = 0; i < errors->len; i++) {
        const ErrorMinute *minute = &g_array_index(errors, ErrorMinute, i);

        if (time_spans_hold(up, minute->at_us))
            sum += minute->count;
    }
    return sum;
}

Availability
availability_of(const MeasuredPast *past,
                const TimeSpans *planned,
                const TimeSpans *down,
                const AvailabilityTerms *terms)
{
    g_autoptr(GArray) measured = time_spans_within(past->measured, terms->from_us, terms->to_us);
    g_autoptr(GArray) work = time_spans_within(planned, terms->from_us, terms->to_us);
    g_autoptr(GArray) counted =
        terms->excludes ? time_spans_subtract(measured, work) : g_array_ref(measured);
    g_autoptr(GArray) lost = time_spans_intersect(counted, down);
    g_autoptr(GArray) up = time_spans_subtract(counted, lost);

    return (Availability){
        .span_us = MAX(terms->to_us - terms->from_us, 0),
        .measured_us = time_spans_total_us(measured),
        .planned_us = time_spans_total_us(work),
        .counted_us = time_spans_total_us(counted),
        .down_us = time_spans_total_us(lost),
        .error_seconds = errors_in(past->errors, up),
        .outages = lost->len,
    };
}

double
availability_share(const Availability *availability)
{
    if (availability->counted_us == 0)
        return (double)NAN;
    return 1 - (double)availability->down_us / (double)availability->counted_us;
}

int64_t
availability_budget_left_us(const Availability *availability, double target)
{
    return llround((1 - target) * (double)availability->counted_us) - availability->down_us;
}

void
availability_add(Availability *sum, const Availability *one)
{
    sum->span_us += one->span_us;
    sum->measured_us += one->measured_us;
    sum->planned_us += one->planned_us;
    sum->counted_us += one->counted_us;
    sum->down_us += one->down_us;
    sum->error_seconds += one->error_seconds;
    sum->outages += one->outages;
}

static bool
counts(const ReportAlarm *alarm, const char *id)
{
    return alarm->impact == IMPACT_OFF_AIR && alarm->quiet != QUIET_COMMISSIONING &&
           alarm->quiet != QUIET_PROBE && g_str_has_prefix(alarm->resource, "channel/") &&
           strcmp(alarm->resource + strlen("channel/"), id) == 0;
}

TimeSpans *
availability_down(const GArray *alarms, const char *id, WallUs now_us)
{
    TimeSpans *down = time_spans_new();

    for (guint i = 0; i < alarms->len; i++) {
        const ReportAlarm *alarm = &g_array_index(alarms, ReportAlarm, i);

        if (counts(alarm, id))
            time_spans_add(down, alarm->raised_us,
                           alarm->cleared_us != 0 ? alarm->cleared_us : now_us);
    }
    time_spans_tidy(down);
    return down;
}

static void
add_windows(TimeSpans *spans, const CalendarEntry *entry, GTimeZone *zone, ReportPeriod period)
{
    WallUs at_us = period.from_us, from_us = 0, until_us = 0;
    bool active = false;

    for (unsigned i = 0; i < WINDOWS_MAX && at_us < period.to_us; i++) {
        if (!calendar_entry_window(entry, zone, at_us, &from_us, &until_us, &active) ||
            from_us >= period.to_us)
            return;
        time_spans_add(spans, from_us, until_us);
        at_us = until_us;
    }
}

TimeSpans *
availability_planned(const Calendar *calendar,
                     GTimeZone *zone,
                     const char *channel,
                     const char *group,
                     ReportPeriod period)
{
    TimeSpans *spans = time_spans_new();

    for (size_t i = 0; calendar != NULL && i < calendar->n_entries; i++) {
        const CalendarEntry *entry = &calendar->entries[i];

        if (entry->kind == CALENDAR_MAINTENANCE && calendar_entry_concerns(entry, channel, group))
            add_windows(spans, entry, zone, period);
    }
    time_spans_tidy(spans);
    return spans;
}

ResponseTimes
availability_response(const GArray *alarms, GHashTable *resources)
{
    ResponseTimes times = {0};

    for (guint i = 0; i < alarms->len; i++) {
        const ReportAlarm *alarm = &g_array_index(alarms, ReportAlarm, i);

        if (alarm->quiet != QUIET_NONE || !g_hash_table_contains(resources, alarm->resource))
            continue;
        times.alarms++;
        if (alarm->acked_us >= alarm->raised_us) {
            times.acknowledged++;
            times.acknowledge_us += alarm->acked_us - alarm->raised_us;
        }
        if (alarm->cleared_us >= alarm->raised_us) {
            times.cleared++;
            times.repair_us += alarm->cleared_us - alarm->raised_us;
        }
    }
    return times;
}

void
report_alarm_clear(ReportAlarm *alarm)
{
    g_free(alarm->resource);
}

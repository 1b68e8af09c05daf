/* One pass over the channels: each is judged once, and written to both. */
#include "appliance/http/view-report.h"

#include <math.h>

#include "appliance/http/csv-writer.h"
#include "appliance/http/json-writer.h"

#define FAILED_HOURS_MAX 200u /* of one channel that are listed */
#define GROUPS_MAX       500u

typedef struct {
    GString *json;
    GString *csv;
    const ReportQuery *query;
    const ReportFacts *facts;
    GTimeZone *zone;
    const Calendar *calendar;
    AvailabilityTerms terms;
    WallUs midnights[REPORT_DAYS_MAX + 1];
    unsigned n_days;
    Availability total;
    LoudnessShare loudness;
    GHashTable *groups;    /* (element-type utf8 Availability) */
    GPtrArray *names;      /* of @groups, in order */
    GHashTable *resources; /* (element-type utf8): "channel/ID" of its channels */
} Report;

static bool
is_wanted(const ReportQuery *query, const ChannelView *channel)
{
    return (query->channel == NULL || g_strcmp0(query->channel, channel->id) == 0) &&
           (query->group == NULL || g_strcmp0(query->group, channel->group) == 0);
}

GStrv
view_report_channels(const ReportQuery *query, const Snapshot *snapshot)
{
    g_autoptr(GStrvBuilder) ids = g_strv_builder_new();
    unsigned n = 0;

    for (size_t i = 0; i < snapshot->n_channels && n < REPORT_CHANNELS_MAX; i++) {
        if (!is_wanted(query, &snapshot->channels[i]))
            continue;
        g_strv_builder_add(ids, snapshot->channels[i].id);
        n++;
    }
    return g_strv_builder_end(ids);
}

static double
seconds(int64_t span_us)
{
    return (double)span_us / US_PER_SECOND;
}

static double
coverage(const Availability *one)
{
    return one->span_us > 0 ? (double)one->measured_us / (double)one->span_us : (double)NAN;
}

static void
put_availability(GString *out, const Availability *one, double target)
{
    json_number(out, "availability", availability_share(one), 7);
    json_number(out, "coverage", coverage(one), 7);
    json_number(out, "span_seconds", seconds(one->span_us), 0);
    json_number(out, "measured_seconds", seconds(one->measured_us), 0);
    json_number(out, "planned_seconds", seconds(one->planned_us), 0);
    json_number(out, "counted_seconds", seconds(one->counted_us), 0);
    json_number(out, "down_seconds", seconds(one->down_us), 1);
    json_uint(out, "outages", one->outages);
    json_uint(out, "error_seconds", one->error_seconds);
    json_number(out, "budget_left_seconds", seconds(availability_budget_left_us(one, target)), 1);
}

static void
put_loudness(Report *report, const GArray *hours)
{
    const LoudnessStandard *standard = report->query->standard;
    const LoudnessShare share = loudness_share(hours, standard);
    GString *out = report->json;
    unsigned listed = 0;

    report->loudness.hours += share.hours;
    report->loudness.compliant += share.compliant;
    json_begin_object(out, "loudness");
    json_uint(out, "hours", share.hours);
    json_uint(out, "compliant_hours", share.compliant);
    json_number(out, "mean_lufs", share.hours > 0 ? share.sum / share.hours : (double)NAN, 1);
    json_begin_array(out, "failed");
    for (guint i = 0; i < hours->len && listed < FAILED_HOURS_MAX; i++) {
        const LoudHour *hour = &g_array_index(hours, LoudHour, i);

        if (!loudness_hour_is_known(hour) || loudness_hour_complies(hour, standard))
            continue;
        json_begin_object(out, NULL);
        json_time(out, "at", hour->at_us);
        json_number(out, "lufs", hour->lufs, 1);
        json_number(out, "true_peak_dbtp", hour->peak_dbtp, 1);
        json_end_object(out);
        listed++;
    }
    json_end_array(out);
    json_end_object(out);
}

static void
put_days(Report *report, const MeasuredPast *past, const TimeSpans *planned, const TimeSpans *down)
{
    json_begin_array(report->json, "days");
    for (unsigned day = 0; day < report->n_days; day++) {
        g_autoptr(GDateTime) utc =
            g_date_time_new_from_unix_utc(report->midnights[day] / US_PER_SECOND);
        g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, report->zone);
        g_autofree char *date = g_date_time_format(local, "%Y-%m-%d");
        AvailabilityTerms terms = report->terms;

        terms.from_us = report->midnights[day];
        terms.to_us = MIN(report->midnights[day + 1], report->terms.to_us);
        const Availability one = availability_of(past, planned, down, &terms);

        json_begin_object(report->json, NULL);
        json_string(report->json, "date", date);
        json_number(report->json, "availability", availability_share(&one), 7);
        json_number(report->json, "coverage", coverage(&one), 4);
        json_number(report->json, "down_seconds", seconds(one.down_us), 1);
        json_number(report->json, "planned_seconds", seconds(one.planned_us), 0);
        json_end_object(report->json);
    }
    json_end_array(report->json);
}

static void
add_to_group(Report *report, const char *group, const Availability *one)
{
    Availability *sum = g_hash_table_lookup(report->groups, group);

    availability_add(&report->total, one);
    if (sum == NULL) {
        if (report->names->len >= GROUPS_MAX)
            return;
        sum = g_new0(Availability, 1);
        g_hash_table_insert(report->groups, g_strdup(group), sum);
        g_ptr_array_add(report->names, g_strdup(group));
    }
    availability_add(sum, one);
}

static void
put_row(const Report *report,
        const ChannelView *channel,
        const Availability *one,
        const GArray *hours)
{
    const LoudnessShare share = loudness_share(hours, report->query->standard);
    GString *csv = report->csv;

    csv_text(csv, channel->id);
    csv_text(csv, channel->name);
    csv_text(csv, channel->group);
    csv_time(csv, report->terms.from_us);
    csv_time(csv, report->terms.to_us);
    csv_number(csv, 100 * availability_share(one), 5);
    csv_number(csv, 100 * coverage(one), 3);
    csv_number(csv, seconds(one->counted_us), 0);
    csv_number(csv, seconds(one->down_us), 1);
    csv_number(csv, one->outages, 0);
    csv_number(csv, (double)one->error_seconds, 0);
    csv_number(csv, seconds(one->planned_us), 0);
    csv_text(csv, report->terms.excludes ? "excluded" : "included");
    csv_number(csv, 100 * report->terms.target, 3);
    csv_number(csv, seconds(availability_budget_left_us(one, report->terms.target)), 1);
    csv_number(csv, share.hours, 0);
    csv_number(csv, share.compliant, 0);
    csv_end_row(csv);
}

static void
put_channel(Report *report, const ChannelView *channel, const ReportPast *past, WallUs now_us)
{
    g_autoptr(GArray) down = availability_down(report->facts->alarms, channel->id, now_us);
    g_autoptr(GArray) planned = availability_planned(report->calendar, report->zone, channel->id,
                                                     channel->group, report->query->period);
    const Availability one = availability_of(&past->past, planned, down, &report->terms);

    json_begin_object(report->json, NULL);
    json_string(report->json, "id", channel->id);
    json_string(report->json, "name", channel->name);
    json_string(report->json, "group", channel->group);
    put_availability(report->json, &one, report->terms.target);
    put_days(report, &past->past, planned, down);
    put_loudness(report, past->hours);
    json_end_object(report->json);
    put_row(report, channel, &one, past->hours);
    add_to_group(report, channel->group, &one);
    g_hash_table_add(report->resources, g_strconcat("channel/", channel->id, NULL));
}

static void
put_groups(Report *report)
{
    json_begin_array(report->json, "groups");
    for (guint i = 0; i < report->names->len; i++) {
        const char *name = g_ptr_array_index(report->names, i);

        json_begin_object(report->json, NULL);
        json_string(report->json, "group", name);
        put_availability(report->json, g_hash_table_lookup(report->groups, name),
                         report->terms.target);
        json_end_object(report->json);
    }
    json_end_array(report->json);
    json_begin_object(report->json, "total");
    put_availability(report->json, &report->total, report->terms.target);
    json_uint(report->json, "loudness_hours", report->loudness.hours);
    json_uint(report->json, "compliant_hours", report->loudness.compliant);
    json_end_object(report->json);
}

static double
mean_s(int64_t sum_us, unsigned n)
{
    return n > 0 ? seconds(sum_us) / n : (double)NAN;
}

/* Alarms of the channels of the report alone. */
static void
put_response(Report *report)
{
    const ResponseTimes times = availability_response(report->facts->alarms, report->resources);

    json_begin_object(report->json, "response");
    json_uint(report->json, "alarms", times.alarms);
    json_uint(report->json, "acknowledged", times.acknowledged);
    json_uint(report->json, "cleared", times.cleared);
    json_number(report->json, "mean_acknowledge_seconds",
                mean_s(times.acknowledge_us, times.acknowledged), 1);
    json_number(report->json, "mean_repair_seconds", mean_s(times.repair_us, times.cleared), 1);
    json_bool(report->json, "cut", report->facts->cut);
    json_end_object(report->json);
}

static void
put_head(Report *report, const char *timezone, WallUs now_us)
{
    static const char *const names[] = {"day", "week", "month", "custom"};
    const ReportQuery *query = report->query;
    GString *out = report->json;

    json_string(out, "period", names[query->kind]);
    json_time(out, "from", query->period.from_us);
    json_time(out, "to", query->period.to_us);
    json_time(out, "counted_to", report->terms.to_us);
    json_time(out, "made_at", now_us);
    json_bool(out, "provisional", now_us < query->period.to_us + AVAILABILITY_SETTLE_US);
    json_string(out, "timezone", timezone);
    json_string(out, "maintenance", query->excludes ? "excluded" : "included");
    json_number(out, "target", query->target, 7);
    json_string(out, "loudness_standard", query->standard->title);
    json_begin_array(out, "rules");
    for (const char *const *rule = availability_rules(); *rule != NULL; rule++)
        json_string(out, NULL, *rule);
    json_end_array(out);
}

static void
begin_csv(GString *csv)
{
    static const char *const names[] = {"channel",
                                        "name",
                                        "group",
                                        "from",
                                        "to",
                                        "availability_percent",
                                        "coverage_percent",
                                        "counted_seconds",
                                        "down_seconds",
                                        "outages",
                                        "error_seconds",
                                        "planned_seconds",
                                        "maintenance",
                                        "target_percent",
                                        "budget_left_seconds",
                                        "loudness_hours",
                                        "compliant_hours",
                                        NULL};

    csv_begin(csv, names);
}

void
view_report(GString *out_json,
            GString *out_csv,
            const ReportQuery *query,
            const ReportFacts *facts,
            const Snapshot *snapshot,
            WallUs now_us)
{
    const Snapshot *site = snapshot->whole != NULL ? snapshot->whole : snapshot;
    g_autoptr(GTimeZone) zone =
        site->zone != NULL ? g_time_zone_ref(site->zone) : g_time_zone_new_utc();
    g_autoptr(GHashTable) groups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(GHashTable) resources = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    Report report = {.json = out_json, .csv = out_csv, .query = query, .facts = facts};
    guint next = 0;

    report.zone = zone;
    report.calendar = site->calendar;
    report.groups = groups;
    report.names = names;
    report.resources = resources;
    report.terms = (AvailabilityTerms){query->period.from_us, MIN(query->period.to_us, now_us),
                                       query->excludes, query->target};
    report.n_days = report_period_days((ReportPeriod){query->period.from_us, report.terms.to_us},
                                       zone, report.midnights);
    begin_csv(out_csv);
    json_begin_object(out_json, NULL);
    put_head(&report, site->timezone != NULL ? site->timezone : "UTC", now_us);
    json_begin_array(out_json, "channels");
    for (size_t i = 0; i < snapshot->n_channels && next < facts->pasts->len; i++) {
        if (is_wanted(query, &snapshot->channels[i]))
            put_channel(&report, &snapshot->channels[i], g_ptr_array_index(facts->pasts, next++),
                        now_us);
    }
    json_end_array(out_json);
    put_groups(&report);
    put_response(&report);
    json_end_object(out_json);
}

/* Availability reports: what is asked, read from the query. */
#include <string.h>

#include "appliance/http/api.h"
#include "appliance/http/report-shelf.h"

#define TARGET_DEFAULT 99.9 /* percent */
#define TARGET_MIN     50.0
#define SPAN_MAX_US    (INT64_C(400) * 24 * 3600 * US_PER_SECOND)

static bool
refuse(HttpRequest *request, const char *detail)
{
    http_request_problem(request, 400, "invalid", detail);
    return false;
}

/* A date of the site, "2026-11-26", as noon of that day; now without one. */
static bool
read_date(const char *text, GTimeZone *zone, WallUs *ret_wall_us)
{
    g_autofree char *noon = text != NULL ? g_strconcat(text, "T12:00:00", NULL) : NULL;
    g_autoptr(GDateTime) time = NULL;

    *ret_wall_us = app_now().wall_us;
    if (text == NULL)
        return true;
    time = strlen(text) == 10 ? g_date_time_new_from_iso8601(noon, zone) : NULL;
    if (time == NULL)
        return false;
    *ret_wall_us = g_date_time_to_unix(time) * US_PER_SECOND;
    return true;
}

static bool
read_period(HttpRequest *request, GTimeZone *zone, ReportQuery *query)
{
    const char *kind = http_request_query(request, "period");
    const char *from = http_request_query(request, "from");
    const char *to = http_request_query(request, "to");
    WallUs at_us = 0;

    if (!report_period_kind_from_name(kind != NULL ? kind : "month", &query->kind))
        return refuse(request, "\"period\" is day, week, month or custom.");
    if (query->kind != REPORT_CUSTOM) {
        if (!read_date(http_request_query(request, "date"), zone, &at_us))
            return refuse(request, "\"date\" is a date such as 2026-01-31.");
        query->period = report_period_of(query->kind, zone, at_us);
    } else if (from == NULL || to == NULL || !http_time_parse(from, &query->period.from_us) ||
               !http_time_parse(to, &query->period.to_us)) {
        return refuse(request, "A custom period needs \"from\" and \"to\", times such as "
                               "2026-01-31T12:00:00Z.");
    }
    if (query->period.from_us >= query->period.to_us || query->period.from_us < 0 ||
        query->period.to_us - query->period.from_us > SPAN_MAX_US)
        return refuse(request, "\"from\" is before \"to\", at most 400 days.");
    return query->period.from_us < app_now().wall_us ||
           refuse(request, "The period has not begun yet.");
}

static bool
read_terms(HttpRequest *request, ReportQuery *query)
{
    const char *maintenance = http_request_query(request, "maintenance");
    const char *target = http_request_query(request, "target");
    const char *standard = http_request_query(request, "loudness");
    char *end = NULL;
    const double percent = target != NULL ? g_ascii_strtod(target, &end) : TARGET_DEFAULT;

    if (maintenance != NULL && !g_str_equal(maintenance, "exclude") &&
        !g_str_equal(maintenance, "include"))
        return refuse(request, "\"maintenance\" is exclude or include.");
    if ((target != NULL && (end == target || *end != '\0')) ||
        !(percent >= TARGET_MIN && percent <= 100))
        return refuse(request, "\"target\" is a share in percent, 50 to 100, such as 99.95.");
    query->standard = loudness_standard(standard != NULL ? standard : "r128");
    if (query->standard == NULL)
        return refuse(request, "\"loudness\" is r128 or a85.");
    query->excludes = g_strcmp0(maintenance, "include") != 0;
    query->target = percent / 100;
    query->channel = http_request_query(request, "channel");
    query->group = http_request_query(request, "group");
    return true;
}

static void
report(HttpRequest *request, bool csv)
{
    g_autoptr(Snapshot) snapshot = http_request_snapshot(request);
    const Snapshot *site = snapshot->whole != NULL ? snapshot->whole : snapshot;
    g_autoptr(GTimeZone) zone =
        site->zone != NULL ? g_time_zone_ref(site->zone) : g_time_zone_new_utc();
    ReportQuery query = {0};

    if (read_period(request, zone, &query) && read_terms(request, &query))
        report_shelf_ask(request->app->reports, request, &query, csv);
}

void
api_availability(HttpRequest *request)
{
    report(request, false);
}

void
api_availability_csv(HttpRequest *request)
{
    report(request, true);
}

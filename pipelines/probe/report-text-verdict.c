/* What is wrong comes first: the indicators with errors, each with times and places. */
#include <stdlib.h>
#include <string.h>

#include "pipelines/probe/indicator-words.h"
#include "pipelines/probe/report-parts.h"
#include "pipelines/probe/text-columns.h"

#define TABLE_PIDS       0x20u /* below: set apart by the standards */
#define LINE_MAX_COLUMNS 100u
#define PLACES_MAX       3u /* PIDs named with an indicator; of more, the count */

typedef struct {
    uint16_t pid;
    uint64_t count;
} Place;

static int
by_count(const void *a, const void *b)
{
    const Place *one = a, *two = b;

    return one->count < two->count ? 1 : one->count > two->count ? -1 : one->pid - two->pid;
}

/* Unreferenced PIDs are counted for the whole stream; which ones they are, the tables tell. */
static bool
is_of_strays(TsIndicator indicator)
{
    return indicator == TS_INDICATOR_UNREFERENCED || indicator == TS_INDICATOR_UNREFERENCED_2;
}

static bool
is_stray(const ProbeSession *session, uint16_t pid)
{
    char name[REPORT_NAME_MAX];

    report_pid_name(session, pid, name);
    return pid >= TABLE_PIDS && !name[0];
}

/* Returns: (transfer full): PIDs that have @indicator, worst first; @ret_count of them */
static Place *
places_of(const ProbeSession *session,
          const ReportScope *scope,
          TsIndicator indicator,
          size_t *ret_count)
{
    size_t n_pids, n = 0;
    g_autofree TsPidInfo *pids = report_pids(session, &n_pids);
    Place *places = g_new0(Place, n_pids + 1);

    for (size_t i = 0; i < n_pids; i++) {
        TsIndicatorState states[TS_INDICATOR_COUNT];

        if (!report_has_pid(session, scope, &pids[i]))
            continue;
        ts_analyser_pid_indicators(session->analyser, pids[i].pid, states);
        if (is_of_strays(indicator) ? is_stray(session, pids[i].pid) : states[indicator].count > 0)
            places[n++] = (Place){pids[i].pid, states[indicator].count};
    }
    qsort(places, n, sizeof *places, by_count);
    *ret_count = n;
    return places;
}

static void
add_places(GString *text,
           const ProbeSession *session,
           const ReportScope *scope,
           TsIndicator indicator)
{
    size_t count = 0;

    if (ts_indicator_info(indicator)->scope != TS_SCOPE_PID && !is_of_strays(indicator))
        return;
    g_autofree Place *places = places_of(session, scope, indicator, &count);

    if (count > 0)
        g_string_append(text, "  PID");
    for (size_t i = 0; i < MIN(count, PLACES_MAX); i++)
        g_string_append_printf(text, "%s %u", i > 0 ? "," : "", places[i].pid);
    if (count > PLACES_MAX)
        g_string_append_printf(text, " +%zu", count - PLACES_MAX);
}

static void
add_error(GString *text,
          const ProbeSession *session,
          const ReportScope *scope,
          TsIndicator indicator,
          const TsIndicatorState *state)
{
    char first[REPORT_TIME_MAX], last[REPORT_TIME_MAX];

    report_time(session, state->first_us, first);
    report_time(session, state->last_us, last);
    g_string_append_printf(text, "  %-6s", ts_indicator_info(indicator)->number);
    text_columns_append(text, 33, ts_indicator_info(indicator)->name);
    g_string_append_printf(text, " %8" G_GUINT64_FORMAT "  %12s  %12s", state->count, first, last);
    add_places(text, session, scope, indicator);
    g_string_append_c(text, '\n');
}

/* The indicators that are @judged and have no error, in lines that are not too long. */
static void
add_others(GString *text, const char *title, const TsIndicatorState *states, bool judged)
{
    gsize begin = text->len;
    bool any = false;

    for (TsIndicator i = 0; i < TS_INDICATOR_COUNT; i++) {
        const char *number = ts_indicator_info(i)->number;

        if (indicator_is_superseded(i) || states[i].judged != judged || states[i].count > 0)
            continue;
        if (!any || text->len - begin + strlen(number) + 1 > LINE_MAX_COLUMNS) {
            if (any)
                g_string_append_c(text, '\n');
            begin = text->len;
            g_string_append_printf(text, "  %-15s", any ? "" : title);
        }
        g_string_append_printf(text, " %s", number);
        any = true;
    }
    if (any)
        g_string_append_c(text, '\n');
}

void
report_text_verdict(GString *text, const ProbeSession *session, const ReportScope *scope)
{
    TsIndicatorState states[TS_INDICATOR_COUNT];
    unsigned wrong = 0;

    report_indicators(session, scope, states);
    for (TsIndicator i = 0; i < TS_INDICATOR_COUNT; i++)
        wrong += !indicator_is_superseded(i) && states[i].count > 0;
    g_string_append(text, "\nTR 101 290");
    if (wrong > 0)
        g_string_append(text, "                                  count         first          last"
                              "  where");
    g_string_append_c(text, '\n');
    for (TsIndicator i = 0; i < TS_INDICATOR_COUNT; i++)
        if (!indicator_is_superseded(i) && states[i].count > 0)
            add_error(text, session, scope, i, &states[i]);
    add_others(text, wrong > 0 ? "no error in" : "no error:", states, true);
    add_others(text, "not applicable", states, false);
}

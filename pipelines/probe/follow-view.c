/* From the top: input, rates, network, indicators, services, events; each as far as there is room.
 */
#include "pipelines/probe/follow-view.h"

#include <string.h>

#include "pipelines/probe/indicator-words.h"
#include "pipelines/probe/report-parts.h"
#include "pipelines/probe/text-columns.h"

#define GRID_COLUMNS      4u
#define COMPONENT_COLUMNS 39u  /* of one component; the screen has FOLLOW_COLUMNS_MIN */
#define WIDE_COLUMNS      116u /* from here on there is room for longer words */
#define EVENT_LINES       5u   /* at least, with their head */

/* Indicators of priority 3 take two columns: there are twice as many. */
typedef struct {
    TsIndicator cells[GRID_COLUMNS][TS_INDICATOR_COUNT];
    unsigned lengths[GRID_COLUMNS];
} Grid;

static void
fill_grid(Grid *grid)
{
    unsigned thirds = 0;

    for (TsIndicator i = 0; i < TS_INDICATOR_COUNT; i++)
        thirds += !indicator_is_superseded(i) && indicator_priority(i) == 3;
    for (TsIndicator i = 0; i < TS_INDICATOR_COUNT; i++) {
        unsigned column = indicator_priority(i) - 1;

        if (indicator_is_superseded(i))
            continue;
        if (column == 2 && grid->lengths[2] >= (thirds + 1) / 2)
            column = 3;
        grid->cells[column][grid->lengths[column]++] = i;
    }
}

/* "3s", "12m", "5h", "9d": three letters at most */
static void
age_text(int64_t age_us, char *ret_text, size_t max)
{
    const int64_t seconds = MAX(age_us, 0) / US_PER_SECOND;

    if (seconds < 100)
        g_snprintf(ret_text, max, "%ds", (int)seconds);
    else if (seconds < 100 * 60)
        g_snprintf(ret_text, max, "%dm", (int)(seconds / 60));
    else if (seconds < 100 * 3600)
        g_snprintf(ret_text, max, "%dh", (int)(seconds / 3600));
    else
        g_snprintf(ret_text, max, "%dd", (int)MIN(seconds / 86400, 99));
}

/* Four letters at most. */
static void
count_text(uint64_t count, char *ret_text, size_t max)
{
    if (count < 10000)
        g_snprintf(ret_text, max, "%u", (unsigned)count);
    else if (count < 1000000)
        g_snprintf(ret_text, max, "%uk", (unsigned)(count / 1000));
    else
        g_snprintf(ret_text, max, "%uM", (unsigned)MIN(count / 1000000, 999));
}

static void
put_cell(Frame *frame, TsIndicator indicator, const TsIndicatorState *state, MonoUs now_us)
{
    const bool wide = frame->columns >= WIDE_COLUMNS;
    const IndicatorWords *words = indicator_words(indicator);
    char value[32], count[8], age[8];
    FrameStyle style = FRAME_PLAIN;

    if (state->count > 0) {
        count_text(state->count, count, sizeof count);
        age_text(now_us - state->last_us, age, sizeof age);
        g_snprintf(value, sizeof value, "%s %s", count, age);
        style = ts_indicator_active(state, indicator, now_us) ? FRAME_ERROR : FRAME_PAST;
    } else {
        g_strlcpy(value, state->judged ? "ok" : "n.a.", sizeof value);
        style = state->judged ? FRAME_PLAIN : FRAME_FAINT;
    }
    frame_put_padded(frame, style == FRAME_FAINT ? style : FRAME_PLAIN, 5,
                     ts_indicator_info(indicator)->number);
    frame_put(frame, FRAME_PLAIN, " ");
    frame_put_padded(frame, style == FRAME_FAINT ? style : FRAME_PLAIN, wide ? 15 : 5,
                     wide ? words->word : words->short_word);
    frame_tab(frame, frame->column + (wide ? 7u : 8u) - (unsigned)MIN(strlen(value), 7));
    frame_put(frame, style, value);
}

static void
put_indicators(Frame *frame, const ProbeSession *session, const ReportScope *scope, MonoUs now_us)
{
    static const char *const heads[GRID_COLUMNS] = {"Priority 1", "Priority 2", "Priority 3", ""};
    const unsigned step = frame->columns / GRID_COLUMNS;
    TsIndicatorState states[TS_INDICATOR_COUNT];
    Grid grid = {0};
    unsigned rows = 0;

    fill_grid(&grid);
    report_indicators(session, scope, states);
    for (unsigned column = 0; column < GRID_COLUMNS; column++) {
        frame_tab(frame, column * step);
        frame_put(frame, FRAME_HEAD, heads[column]);
        rows = MAX(rows, grid.lengths[column]);
    }
    frame_end_line(frame);
    for (unsigned row = 0; row < rows; row++) {
        for (unsigned column = 0; column < GRID_COLUMNS; column++) {
            const TsIndicator indicator = grid.cells[column][row];

            frame_tab(frame, column * step);
            if (row < grid.lengths[column])
                put_cell(frame, indicator, &states[indicator], now_us);
        }
        frame_end_line(frame);
    }
}

static void
put_title(Frame *frame, const ProbeSession *session, MonoUs now_us)
{
    const int64_t seconds =
        session->first_us > 0 ? (now_us - session->first_us) / US_PER_SECOND : 0;
    g_autofree char *right =
        g_strdup_printf("%02d:%02d:%02d   q quits", (int)(seconds / 3600 % 1000),
                        (int)(seconds / 60 % 60), (int)(seconds % 60));
    const unsigned width = (unsigned)strlen(right);
    const unsigned left = frame->columns > width + 2 ? frame->columns - width - 2 : 0;
    g_autofree char *input = g_utf8_make_valid(session->input, -1);
    const char *shown = input;

    /* The end of a long path says more than its begin. */
    while (*shown && text_columns(shown) > left)
        shown = g_utf8_next_char(shown);
    frame_put(frame, FRAME_HEAD, shown);
    frame_tab(frame, frame->columns - MIN(width, frame->columns));
    frame_put(frame, FRAME_FAINT, right);
    frame_end_line(frame);
}

static double
rate_of(const ProbeSession *session, uint16_t pid)
{
    TsPidInfo info;

    return ts_analyser_pid(session->analyser, pid, &info) ? info.bitrate_bps : 0;
}

static void
put_totals(Frame *frame, const ProbeSession *session)
{
    const double total = ts_analyser_bitrate_bps(session->analyser);
    const double null = rate_of(session, TS_PID_NULL);
    const int32_t stream_id = ts_analyser_transport_stream_id(session->analyser);

    if (!ts_analyser_synced(session->analyser)) {
        frame_put(frame, FRAME_ERROR, session->first_us > 0 ? "no sync" : "nothing arrived yet");
    } else if (session->clock_known) {
        frame_printf(frame, FRAME_HEAD, "%.3f Mb/s", total / 1e6);
        frame_printf(frame, FRAME_PLAIN, "   null %.3f Mb/s", null / 1e6);
        if (total > 0)
            frame_printf(frame, FRAME_PLAIN, " (%.1f %%)", null / total * 100);
    } else {
        frame_put(frame, FRAME_FAINT, "no PCR: rates are not known");
    }
    if (ts_analyser_packet_size(session->analyser) > 0)
        frame_printf(frame, FRAME_PLAIN, "   %u bytes", ts_analyser_packet_size(session->analyser));
    frame_printf(frame, FRAME_PLAIN, "   %zu PIDs", ts_analyser_pids(session->analyser, NULL, 0));
    if (stream_id >= 0)
        frame_printf(frame, FRAME_PLAIN, "   TS %d", stream_id);
    frame_end_line(frame);
}

static void
put_network(Frame *frame, const ProbeSession *session)
{
    g_autofree char *text = report_network_line(session);

    if (!text)
        return;
    frame_put(frame, FRAME_PLAIN, text);
    frame_end_line(frame);
}

static const char *
kind_text(const TsComponent *component)
{
    const char *codec = ts_codec_name(component->codec);

    return *codec ? codec : "data";
}

/* Lines that the components of @service take: @per_line stand side by side. */
static unsigned
lines_of(const TsService *service, unsigned per_line)
{
    return ((unsigned)service->n_components + per_line - 1) / per_line;
}

static void
put_components(Frame *frame, const ProbeSession *session, const TsService *service)
{
    const unsigned per_line = frame->columns / COMPONENT_COLUMNS;

    for (size_t i = 0; i < service->n_components; i++) {
        const TsComponent *component = &service->components[i];
        TsPidInfo info = {0};
        const bool seen = ts_analyser_pid(session->analyser, component->pid, &info);

        if (i > 0 && i % per_line == 0)
            frame_end_line(frame);
        frame_tab(frame, (unsigned)(i % per_line) * (frame->columns / per_line));
        frame_printf(frame, FRAME_PLAIN, "  %4u ", component->pid);
        frame_put_padded(frame, FRAME_PLAIN, 13, kind_text(component));
        frame_put_padded(frame, FRAME_PLAIN, 4, component->language);
        if (!seen)
            frame_put(frame, FRAME_FAINT, "   absent");
        else
            frame_printf(frame, FRAME_PLAIN, "%9.3f", info.bitrate_bps / 1e6);
        if (info.cc_errors + info.cc_repeats > 0)
            frame_printf(frame, FRAME_PAST, " CC%" G_GUINT64_FORMAT,
                         MIN(info.cc_errors + info.cc_repeats, 999));
    }
    if (service->n_components > 0)
        frame_end_line(frame);
}

static void
put_service(Frame *frame, const ProbeSession *session, const TsService *service)
{
    TsServiceFigures figures;

    ts_analyser_service_figures(session->analyser, service->service_id, &figures);
    frame_printf(frame, FRAME_PLAIN, "%5u ", service->service_id);
    frame_put_padded(frame, FRAME_HEAD, 26, service->name[0] ? service->name : "-");
    frame_printf(frame, FRAME_PLAIN, " PMT %4u", service->pmt_pid);
    if (!service->pmt_seen)
        frame_put(frame, FRAME_ERROR, " not seen");
    else if (session->clock_known)
        frame_printf(frame, FRAME_PLAIN, "%9.3f Mb/s", figures.bitrate_bps / 1e6);
    if (figures.cc_errors > 0)
        frame_printf(frame, FRAME_PAST, "  %" G_GUINT64_FORMAT " CC", figures.cc_errors);
    if (figures.scrambled > 0 || service->ca)
        frame_put(frame, FRAME_FAINT, "  scrambled");
    frame_end_line(frame);
}

static unsigned
services_in_scope(const ProbeSession *session, const ReportScope *scope)
{
    unsigned count = 0;

    for (size_t i = 0; i < ts_analyser_n_services(session->analyser); i++)
        count += report_has_service(scope, ts_analyser_service_at(session->analyser, i));
    return count;
}

/* @room: lines, the head included. Components are shown of as many services as fit. */
static void
put_services(Frame *frame, const ProbeSession *session, const ReportScope *scope, unsigned room)
{
    const unsigned count = services_in_scope(session, scope);
    const unsigned shown = count + 1 <= room ? count : MAX(room, 2) - 2;
    unsigned n = 0, lines = 1 + shown;

    frame_put(frame, FRAME_HEAD, count > 0 ? "Services" : "No services");
    frame_end_line(frame);
    for (size_t i = 0; i < ts_analyser_n_services(session->analyser); i++) {
        const TsService *service = ts_analyser_service_at(session->analyser, i);
        const unsigned more = lines_of(service, frame->columns / COMPONENT_COLUMNS);

        if (!report_has_service(scope, service) || n++ >= shown)
            continue;
        put_service(frame, session, service);
        if (lines + more > room)
            continue;
        lines += more;
        put_components(frame, session, service);
    }
    if (shown < count) {
        frame_printf(frame, FRAME_FAINT, "      and %u more: --service shows one", count - shown);
        frame_end_line(frame);
    }
}

/* One PID instead of services. */
static void
put_one_pid(Frame *frame, const ProbeSession *session, const ReportScope *scope)
{
    TsPidInfo info;

    frame_printf(frame, FRAME_HEAD, "PID %d", scope->pid);
    frame_end_line(frame);
    if (!ts_analyser_pid(session->analyser, (uint16_t)scope->pid, &info)) {
        frame_put(frame, FRAME_FAINT, "  no packet yet");
        frame_end_line(frame);
        return;
    }
    frame_printf(frame, FRAME_PLAIN,
                 "  %9.3f Mb/s   %" G_GUINT64_FORMAT " packets   %" G_GUINT64_FORMAT
                 " CC errors, %" G_GUINT64_FORMAT " missing   %" G_GUINT64_FORMAT " scrambled",
                 info.bitrate_bps / 1e6, info.packets, info.cc_errors + info.cc_repeats,
                 info.cc_missing, info.scrambled);
    frame_end_line(frame);
}

/* The newest at the bottom, as in a log. */
static void
put_events(Frame *frame, const ProbeSession *session, const ReportScope *scope)
{
    size_t count;
    g_autofree TsEvent *events = report_events(session, scope, &count);
    const unsigned room = frame_room(frame);
    const size_t shown = MIN(count, room > 0 ? room - 1 : 0);

    frame_put(frame, FRAME_HEAD, count > 0 ? "Changes" : "No changes");
    frame_end_line(frame);
    for (size_t i = count - shown; i < count; i++) {
        char time[REPORT_TIME_MAX];

        report_time(session, events[i].arrival_us, time);
        frame_put_padded(frame, FRAME_FAINT, -12, time);
        frame_put(frame, FRAME_PLAIN, "  ");
        frame_put(frame, FRAME_PLAIN, events[i].text);
        frame_end_line(frame);
    }
}

const char *
follow_view(const ProbeSession *session, const ReportScope *scope, MonoUs now_us, Frame *frame)
{
    if (frame->columns < FOLLOW_COLUMNS_MIN || frame->rows < FOLLOW_ROWS_MIN) {
        frame_put(frame, FRAME_PLAIN, "too small");
        frame_end_line(frame);
        return frame_finish(frame);
    }
    put_title(frame, session, now_us);
    put_totals(frame, session);
    put_network(frame, session);
    put_indicators(frame, session, scope, now_us);
    const unsigned room = frame_room(frame);
    const unsigned events = CLAMP(room / 3, MIN(EVENT_LINES, room), room);

    if (scope->pid >= 0)
        put_one_pid(frame, session, scope);
    else
        put_services(frame, session, scope, room - events);
    put_events(frame, session, scope);
    return frame_finish(frame);
}

char *
follow_line(const ProbeSession *session, const ReportScope *scope, MonoUs now_us)
{
    GString *text = g_string_new(NULL);
    const int64_t seconds =
        session->first_us > 0 ? (now_us - session->first_us) / US_PER_SECOND : 0;
    TsIndicatorState states[TS_INDICATOR_COUNT];
    g_autofree char *network = report_network_line(session);

    report_indicators(session, scope, states);
    g_string_append_printf(text, "%4" G_GINT64_FORMAT " s", seconds);
    if (session->clock_known)
        g_string_append_printf(text, "  %.3f Mb/s  null %.3f",
                               ts_analyser_bitrate_bps(session->analyser) / 1e6,
                               rate_of(session, TS_PID_NULL) / 1e6);
    for (unsigned priority = 1; priority <= 3; priority++) {
        uint64_t count = 0;

        for (TsIndicator i = 0; i < TS_INDICATOR_COUNT; i++)
            if (indicator_priority(i) == priority && !indicator_is_superseded(i))
                count += states[i].count;
        g_string_append_printf(text, "  P%u %" G_GUINT64_FORMAT, priority, count);
    }
    g_string_append(text, "  now:");
    const gsize before = text->len;

    for (TsIndicator i = 0; i < TS_INDICATOR_COUNT; i++)
        if (!indicator_is_superseded(i) && ts_indicator_active(&states[i], i, now_us))
            g_string_append_printf(text, " %s", ts_indicator_info(i)->number);
    if (text->len == before)
        g_string_append(text, " ok");
    if (network)
        g_string_append_printf(text, "  %s", network);
    return g_string_free(text, FALSE);
}

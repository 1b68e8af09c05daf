/* The indicators of TR 101 290, keyed by their numbers. */
#include "pipelines/probe/json-put.h"
#include "pipelines/probe/report-parts.h"

static const char *
state_of(const TsIndicatorState *state, TsIndicator indicator, MonoUs now_us)
{
    if (!state->judged)
        return "not applicable";
    return ts_indicator_active(state, indicator, now_us) ? "error" : "ok";
}

static void
put_indicator(JsonBuilder *json,
              const ProbeSession *session,
              TsIndicator indicator,
              const TsIndicatorState *state)
{
    const bool wrong = state->count > 0;
    const bool timed = wrong && session->clock_known;

    json_begin_member_object(json, ts_indicator_info(indicator)->number);
    json_put_string(json, "name", ts_indicator_info(indicator)->name);
    json_put_string(json, "state", state_of(state, indicator, session->last_us));
    json_put_known_int(json, "count", state->judged, (gint64)state->count);
    json_put_known_int(json, "first_packet", wrong, (gint64)state->first_packet);
    json_put_known_int(json, "last_packet", wrong, (gint64)state->last_packet);
    json_put_known_double(json, "first_seconds", timed,
                          (double)(state->first_us - session->first_us) / 1e6);
    json_put_known_double(json, "last_seconds", timed,
                          (double)(state->last_us - session->first_us) / 1e6);
    json_builder_end_object(json);
}

void
report_json_indicators(JsonBuilder *json, const ProbeSession *session, const ReportScope *scope)
{
    TsIndicatorState states[TS_INDICATOR_COUNT];

    report_indicators(session, scope, states);
    json_begin_member_object(json, "tr101290");
    for (TsIndicator i = 0; i < TS_INDICATOR_COUNT; i++)
        put_indicator(json, session, i, &states[i]);
    json_builder_end_object(json);
}

/* What the self-probe sends is a transport stream without an error, by our own analyser. */
#include <glib.h>

#include "appliance/supervisor/probe-stream.h"
#include "pipelines/ts/ts-analyser.h"

#define DATAGRAMS 4000u /* 100 s */

static void
it_is_a_stream_without_an_error(void)
{
    TsAnalyser *analyser = ts_analyser_new();
    uint8_t datagram[PROBE_STREAM_DATAGRAM];
    ProbeStream stream = {0};
    TsIndicatorState indicators[TS_INDICATOR_COUNT] = {0};
    TsCounters counters;

    for (unsigned i = 0; i < DATAGRAMS; i++) {
        const MonoUs at_us = US_PER_SECOND + (MonoUs)i * PROBE_STREAM_EVERY_US;

        probe_stream_next(&stream, datagram);
        ts_analyser_push(analyser, datagram, sizeof datagram, at_us);
        ts_analyser_tick(analyser, at_us);
    }
    ts_analyser_counters(analyser, &counters);
    ts_analyser_indicators(analyser, PROBE_STREAM_SERVICE, indicators);
    g_assert_true(ts_analyser_synced(analyser));
    g_assert_nonnull(ts_analyser_service(analyser, PROBE_STREAM_SERVICE));
    g_assert_cmpuint(counters.packets, ==, 7 * DATAGRAMS);
    g_assert_cmpuint(counters.cc_errors, ==, 0);
    for (size_t i = 0; i < TS_INDICATOR_COUNT; i++)
        g_assert_cmpuint(indicators[i].count, ==, 0);
    ts_analyser_free(analyser);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/probe-stream/no-error", it_is_a_stream_without_an_error);
    return g_test_run();
}

/* Datagrams go through the network's flow, and all goes into the analyser. */
#include "pipelines/probe/probe-session.h"

#include "pipelines/base/error.h"
#include "pipelines/ts/ts-analyser-es.h"

ProbeSession *
probe_session_new(const char *input)
{
    ProbeSession *session = g_new0(ProbeSession, 1);

    session->input = g_strdup(input);
    session->analyser = ts_analyser_new();
    session->network = ip_flow_new();
    session->warnings = g_ptr_array_new_with_free_func(g_free);
    return session;
}

void
probe_session_free(ProbeSession *session)
{
    if (!session)
        return;
    g_free(session->input);
    ts_analyser_free(session->analyser);
    ip_flow_free(session->network);
    g_ptr_array_unref(session->warnings);
    media_free(session->media);
    g_clear_pointer(&session->kept, g_byte_array_unref);
    g_clear_pointer(&session->pictures, g_ptr_array_unref);
    g_free(session);
}

void
probe_session_warn(ProbeSession *session, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_ptr_array_add(session->warnings, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

void
probe_session_push(ProbeSession *session, const uint8_t *data, size_t size, MonoUs arrival_us)
{
    if (session->first_us == 0)
        session->first_us = arrival_us;
    session->last_us = arrival_us;
    if (session->kept != NULL && session->kept->len < session->keep_max)
        g_byte_array_append(session->kept, data,
                            (guint)MIN(size, session->keep_max - session->kept->len));
    ts_analyser_push(session->analyser, data, size, arrival_us);
}

/* A half packet before a gap is not joined with what follows. */
static void
take_payload(const IpPayload *payload, void *user_data)
{
    ProbeSession *session = user_data;

    if (payload->after_gap) {
        ts_analyser_break(session->analyser);
        if (own_marks_take(&session->own_marks, payload->arrival_us))
            ts_analyser_own_loss(session->analyser);
    }
    session->payloads++;
    probe_session_push(session, payload->data, payload->size, payload->arrival_us);
}

void
probe_session_expect_leg(ProbeSession *session)
{
    session->two_legs = true;
    ip_flow_expect_leg(session->network);
}

/* Without numbers the gap is here; with them it shows when what follows is handed on, if it was not
 * repaired. */
void
probe_session_own_loss(ProbeSession *session, uint32_t datagrams, MonoUs at_us)
{
    session->own_drops += datagrams;
    if (ip_flow_is_rtp(session->network)) {
        own_marks_add(&session->own_marks, at_us, session->two_legs);
        return;
    }
    ts_analyser_break(session->analyser);
    ts_analyser_own_loss(session->analyser);
}

/* What the PCRs say, of a constant rate. 0: let the network say it */
static double
nominal_rate_bps(const ProbeSession *session)
{
    TsRateKind kind;
    double rate;

    return ts_analyser_clock_rate(session->analyser, &rate, &kind) && kind == TS_RATE_CONSTANT
               ? rate
               : 0;
}

void
probe_session_datagram(ProbeSession *session, const IpDatagram *datagram)
{
    const IpPayloadSink sink = {take_payload, session};

    session->datagrams++;
    if (datagram->arrival_us - session->tick_us >= PROBE_TICK_US)
        probe_session_tick(session, datagram->arrival_us);
    ip_flow_push(session->network, datagram, &sink);
}

void
probe_session_tick(ProbeSession *session, MonoUs now_us)
{
    const IpPayloadSink sink = {take_payload, session};
    TsCounters counters;

    ts_analyser_counters(session->analyser, &counters);
    ip_flow_set_ts_missing(session->network, counters.cc_missing);
    ip_flow_set_media_rate_bps(session->network, nominal_rate_bps(session));
    ip_flow_tick(session->network, now_us, &sink);
    session->tick_us = now_us;
}

bool
probe_session_goes_on(ProbeSession *session, MonoUs now_us)
{
    if (session->seconds > 0 && session->first_us > 0 &&
        (double)(now_us - session->first_us) > session->seconds * (double)US_PER_SECOND)
        return false;
    return !session->wait || session->wait(now_us, session->wait_data);
}

/* The last payload has no time of its own: @n of them stand for one interval less. */
static void
measure_rate(ProbeSession *session)
{
    const double payloads = (double)session->payloads;
    const double time_us = (double)(session->last_us - session->first_us);
    const double packets = (double)ts_analyser_packets(session->analyser);

    if (!session->clock_known || time_us <= 0 || session->payloads < 2)
        return;
    session->bitrate_bps =
        packets * TS_PACKET_SIZE * 8 * (payloads - 1) / payloads * (double)US_PER_SECOND / time_us;
}

void
probe_session_finish(ProbeSession *session)
{
    const IpPayloadSink sink = {take_payload, session};

    if (session->datagrams > 0) {
        probe_session_tick(session, MAX(session->tick_us, session->last_us));
        ip_flow_finish(session->network, session->tick_us, &sink);
        measure_rate(session);
    }
    ts_analyser_finish(session->analyser);
}

bool
probe_session_check(const ProbeSession *session, GError **error)
{
    TsCounters counters;

    ts_analyser_counters(session->analyser, &counters);
    if (counters.packets > 0)
        return true;
    if (session->first_us == 0 && session->datagrams > 0)
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "no transport stream: nothing in %" G_GUINT64_FORMAT " datagrams is one",
                    session->datagrams);
    else if (session->first_us == 0)
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                            session->live ? "nothing arrived" : "the file is empty");
    else
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "no transport stream: no 5 sync bytes in a row at a distance of 188, 192 or "
                    "204 bytes in %" G_GUINT64_FORMAT " bytes",
                    counters.bytes);
    return false;
}

double
probe_session_rate_bps(const ProbeSession *session, uint64_t packets)
{
    TsCounters counters;

    ts_analyser_counters(session->analyser, &counters);
    if (counters.packets == 0)
        return 0;
    return session->bitrate_bps * (double)packets / (double)counters.packets;
}

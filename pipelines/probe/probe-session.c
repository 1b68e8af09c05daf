/* Judges each service as a worker would, and counts how often a condition began. */
#include "pipelines/probe/probe-session.h"

#include "pipelines/base/error.h"

ProbeSession *
probe_session_new(const char *input)
{
    ProbeSession *session = g_new0(ProbeSession, 1);

    session->input = g_strdup(input);
    session->analyser = ts_analyser_new();
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
    g_ptr_array_unref(session->warnings);
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

static ProbeService *
state_of(ProbeSession *session, uint16_t service_id)
{
    for (size_t i = 0; i < session->n_services; i++)
        if (session->services[i].service_id == service_id)
            return &session->services[i];
    if (session->n_services == PROBE_STATES_MAX)
        return NULL;
    ProbeService *service = &session->services[session->n_services++];

    service->service_id = service_id;
    return service;
}

static void
judge(ProbeSession *session, ProbeService *service, MonoUs now_us)
{
    const uint32_t changed =
        ts_analyser_judge(session->analyser, service->service_id, now_us, &service->state);

    for (unsigned i = 0; i < TS_CONDITION_COUNT; i++)
        if ((changed & 1u << i) != 0 && service->state.conditions[i].active)
            service->raised[i]++;
}

void
probe_session_look(ProbeSession *session, MonoUs now_us)
{
    const size_t n_services = ts_analyser_n_services(session->analyser);

    ts_analyser_tick(session->analyser, now_us);
    for (size_t i = 0; i < n_services; i++)
        state_of(session, ts_analyser_service_at(session->analyser, i)->service_id);
    for (size_t i = 0; i < session->n_services; i++)
        judge(session, &session->services[i], now_us);
    session->look_us = now_us;
}

void
probe_session_push(ProbeSession *session, const uint8_t *data, size_t size, MonoUs arrival_us)
{
    if (session->first_us == 0)
        session->first_us = arrival_us;
    session->last_us = arrival_us;
    ts_analyser_push(session->analyser, data, size, arrival_us);
    if (arrival_us - session->look_us >= PROBE_LOOK_US)
        probe_session_look(session, arrival_us);
}

static void
take_payload(const uint8_t *payload, size_t size, MonoUs arrival_us, void *user_data)
{
    probe_session_push(user_data, payload, size, arrival_us);
}

bool
probe_session_goes_on(ProbeSession *session, MonoUs now_us)
{
    if (session->seconds > 0 && session->first_us > 0 &&
        (double)(now_us - session->first_us) > session->seconds * (double)US_PER_SECOND)
        return false;
    return !session->wait || session->wait(now_us, session->wait_data);
}

/* The last datagram has no time of its own: @n of them stand for one interval less. */
static void
measure_rate(ProbeSession *session)
{
    const double datagrams = (double)session->datagrams;
    const double time_us = (double)(session->last_us - session->first_us);
    TsCounters counters;

    ts_analyser_counters(session->analyser, &counters);
    if (!session->clock_known || time_us <= 0 || session->datagrams < 2)
        return;
    session->bitrate_bps = (double)counters.packets * TS_PACKET_SIZE * 8 * (datagrams - 1) /
                           datagrams * (double)US_PER_SECOND / time_us;
}

void
probe_session_finish(ProbeSession *session)
{
    ts_analyser_finish(session->analyser);
    if (session->datagrams > 0)
        measure_rate(session);
}

void
probe_session_datagram(ProbeSession *session, const uint8_t *data, size_t size, MonoUs arrival_us)
{
    const RtpPayloadSink sink = {take_payload, session};

    session->datagrams++;
    if (session->first_us == 0)
        session->is_rtp = rtp_looks_like(data, size);
    if (session->is_rtp)
        rtp_order_push(&session->rtp, data, size, arrival_us, &sink);
    else
        probe_session_push(session, data, size, arrival_us);
}

bool
probe_session_check(const ProbeSession *session, GError **error)
{
    TsCounters counters;

    ts_analyser_counters(session->analyser, &counters);
    if (counters.packets > 0)
        return true;
    if (session->first_us == 0)
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    session->live         ? "nothing arrived"
                    : session->is_capture ? "no transport stream: no RTP payload in this flow"
                                          : "the file is empty");
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

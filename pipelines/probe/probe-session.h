/* What one run of the probe has found: the analyser, and what is kept beside it for the report. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/base/units.h"
#include "pipelines/probe/capture-flows.h"
#include "pipelines/ts/rtp-order.h"
#include "pipelines/ts/ts-analyser.h"

#define PROBE_LOOK_US    (100 * US_PER_MS) /* conditions are judged so often */
#define PROBE_STATES_MAX 64u               /* services whose conditions are judged */

typedef struct {
    uint16_t service_id;
    TsState state;
    unsigned raised[TS_CONDITION_COUNT]; /* how often each condition began */
} ProbeService;

/* Asked before data of @now_us is taken; may wait for that time. Returns: whether to go on */
typedef bool (*ProbeWait)(MonoUs now_us, void *user_data);

typedef struct {
    char *input;          /* owned; as the user wrote it */
    TsAnalyser *analyser; /* owned */
    RtpOrder rtp;
    bool is_rtp;
    bool live;
    bool is_capture;
    CaptureFlow flow;      /* with @is_capture: the one that is analysed */
    uint64_t datagrams;    /* 0: the input is a file of packets */
    WallUs wall_offset_us; /* from arrivals to the time of day; 0: not known */
    double seconds;        /* of stream to take; 0: all */
    ProbeWait wait;        /* (nullable) */
    void *wait_data;       /* no-ref; of @wait */
    bool clock_known;      /* times are real, or come from PCRs; otherwise rates mean nothing */
    MonoUs first_us;       /* arrival of the first byte; 0: nothing came */
    MonoUs last_us;        /* of the last one */
    MonoUs look_us;        /* when conditions were judged last */
    double bitrate_bps;    /* of all packets over the whole time; 0 while unknown */
    ProbeService services[PROBE_STATES_MAX]; /* @n_services entries */
    size_t n_services;
    GPtrArray *warnings; /* of owned strings */
} ProbeSession;

ProbeSession *probe_session_new(const char *input); /* Returns: (transfer full) */
void probe_session_free(ProbeSession *session);

/* Bytes of the transport stream that arrived at @arrival_us. */
void probe_session_push(ProbeSession *session, const uint8_t *data, size_t size, MonoUs arrival_us);

/* Asked before each piece: whether data that arrived at @now_us is still wanted. */
bool probe_session_goes_on(ProbeSession *session, MonoUs now_us);

/* The input ended: what is held back is analysed. */
void probe_session_finish(ProbeSession *session);

/* Judges the conditions at @now_us, where nothing may have arrived for a while. */
void probe_session_look(ProbeSession *session, MonoUs now_us);

/* One datagram: RTP or not is found out from the first. */
void
probe_session_datagram(ProbeSession *session, const uint8_t *data, size_t size, MonoUs arrival_us);

/* Adds one sentence to the report. */
void probe_session_warn(ProbeSession *session, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Whether a transport stream was found. Otherwise: what it is not, %GANTRY_ERROR_INVALID. */
bool probe_session_check(const ProbeSession *session, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Bits a second of @packets of 188 bytes over the whole time; 0 while unknown. */
double probe_session_rate_bps(const ProbeSession *session, uint64_t packets);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProbeSession, probe_session_free)

/* What one run of the probe has found: the analyser, and what is kept beside it for the report. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/base/units.h"
#include "pipelines/elements/own-marks.h"
#include "pipelines/probe/capture-flows.h"
#include "pipelines/probe/media.h"
#include "pipelines/ts/ip-flow.h"
#include "pipelines/ts/ts-analyser.h"

#define PROBE_TICK_US (20 * US_PER_MS) /* the network is looked at so often */

/* Asked before data of @now_us is taken; may wait for that time. Returns: whether to go on */
typedef bool (*ProbeWait)(MonoUs now_us, void *user_data);

/* A picture of a service of a live input. */
typedef struct {
    uint16_t service_id;
    GBytes *jpeg; /* owned */
} ProbePicture;

typedef struct {
    char *input;          /* owned; as the user wrote it */
    TsAnalyser *analyser; /* owned */
    IpFlow *network;      /* owned; used where the input is datagrams */
    bool live;
    bool is_capture;
    CaptureFlow flow;      /* with @is_capture: the one that is analysed */
    bool two_legs;         /* were announced to @network */
    OwnMarks own_marks;    /* where this machine lost datagrams */
    uint64_t own_drops;    /* datagrams that it lost: its socket's buffer was full */
    uint64_t datagrams;    /* 0: the input is a file of packets */
    WallUs wall_offset_us; /* from arrivals to the time of day; 0: not known */
    double seconds;        /* of stream to take; 0: all */
    ProbeWait wait;        /* (nullable) */
    void *wait_data;       /* no-ref; of @wait */
    bool clock_known;      /* times are real, or come from PCRs; otherwise rates mean nothing */
    MonoUs first_us;       /* arrival of the first byte; 0: nothing came */
    MonoUs last_us;        /* of the last one */
    MonoUs tick_us;        /* up to when the network was looked at */
    uint64_t payloads;     /* that came out of the network */
    double bitrate_bps;    /* of all packets over the whole time; 0 while unknown */
    GPtrArray *warnings;   /* of owned strings */
    Media *media;          /* owned; (nullable): pictures and sound were not asked for */
    GByteArray *kept;      /* owned; (nullable): the first bytes of the stream, for pictures */
    size_t keep_max;       /* bytes of it at most */
    GPtrArray *pictures;   /* owned; (element-type ProbePicture) (nullable): none were asked for */
} ProbeSession;

ProbeSession *probe_session_new(const char *input); /* Returns: (transfer full) */
void probe_session_free(ProbeSession *session);

/* Bytes of the transport stream that arrived at @arrival_us. */
void probe_session_push(ProbeSession *session, const uint8_t *data, size_t size, MonoUs arrival_us);

/* Asked before each piece: whether data that arrived at @now_us is still wanted. */
bool probe_session_goes_on(ProbeSession *session, MonoUs now_us);

/* The input ended: what is held back is analysed. */
void probe_session_finish(ProbeSession *session);

/* Says that there is a second leg. */
void probe_session_expect_leg(ProbeSession *session);

/* One datagram: RTP or not is found out. @datagram: its leg is 0, or announced */
void probe_session_datagram(ProbeSession *session, const IpDatagram *datagram);

/* This machine itself lost @datagrams just before the one that arrived at @at_us: a gap there is
 * not the network's. */
void probe_session_own_loss(ProbeSession *session, uint32_t datagrams, MonoUs at_us);

/* Lets time pass on the network, where nothing may have come. */
void probe_session_tick(ProbeSession *session, MonoUs now_us);

/* Adds one sentence to the report. */
void probe_session_warn(ProbeSession *session, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Whether a transport stream was found. Otherwise: what it is not, %GANTRY_ERROR_INVALID. */
bool probe_session_check(const ProbeSession *session, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Bits a second of @packets of 188 bytes over the whole time; 0 while unknown. */
double probe_session_rate_bps(const ProbeSession *session, uint64_t packets);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProbeSession, probe_session_free)

/* Figures as messages: everything that is measured, gathered, named and numbered. Main thread. */
#pragma once

#include <glib.h>

#include "pipelines/contract/message.h"
#include "pipelines/graph/build.h"
#include "pipelines/ts/ts-analyser-es.h"
#include "pipelines/worker/channel-states.h"
#include "pipelines/worker/loss-evidence.h"
#include "pipelines/worker/stream-notes.h"

#define REPORT_PIDS_MAX 256u /* of one channel; a report must fit into one message */

/* What was read of one service at one time. */
typedef struct {
    TsServiceFigures ts;
    EsFigures video;
    EsFigures audio;
    KeyDecoderFigures decoder;
    PictureFigures picture;
    SoundFigures sound;
    SegmentFigures segments; /* where @has_segments */
    bool has_segments;
    char name[TS_TEXT_MAX]; /* of the SDT */
    TsPidInfo pids[REPORT_PIDS_MAX];
    size_t n_pids;
    TsClockFigures clock;   /* of the service's PCRs; all-zero without any */
    int64_t video_ahead_us; /* PTS to clock; INT64_MIN while unknown, this and the next two */
    int64_t audio_ahead_us;
    int64_t skew_us;
    TsIndicatorState indicators[TS_INDICATOR_COUNT]; /* by TsIndicator */
    StreamNotes told;                                /* kept from reading to reading */
    StreamNote notes[MESSAGE_MAX_NOTES]; /* what the stream told since the whole reading before;
                                            @n_notes entries; texts owned by the reading's owner */
    size_t n_notes;
    TsState state;        /* kept from reading to reading */
    LossCount of_monitor; /* of @ts, what was this box's doing; by the loss watch */
} ServiceReading;

/* What this box lost, or was kept from doing; by the loss watch. */
typedef struct {
    uint64_t nic_missed;            /* frames, since measuring began */
    uint64_t softnet_drops;         /* packets, since measuring began */
    uint64_t rtp_own_lost;          /* of what is missing in what was analysed, Reading.ip.lost */
    uint64_t leg_own_lost[IP_LEGS]; /* of what did not come on each leg */
    double steal; /* share of CPU time that a hypervisor took in the last second */
} ReadingLoss;

/* What was read of an input at one time. */
typedef struct {
    MonoUs now_us;
    MonoUs seen_us; /* up to when the input was looked at: what came later waits in the socket or
                       for its turn, and is not missing */
    UdpSourceFigures source;
    TsCounters ts;
    IpFigures ip;
    bool synced;
    double bitrate_bps;   /* of the whole stream in the last second, by arrival */
    double clock_bps;     /* the same by its own clock; 0 while unknown */
    TsRateKind rate_kind; /* by that clock */
    ReadingLoss loss;
    ServiceReading *services; /* @n_services entries; owned by whoever made the reading */
    size_t n_services;
} Reading;

/* Reads all figures of @graph into @reading, whose services are kept and brought up to date.
 * @config: says which services. @whole: also PIDs, and the source's interval is begun anew. */
void reading_take(
    Reading *reading, Graph *graph, const MessageConfig *config, MonoUs now_us, bool whole);

/* How many messages a report of @reading takes: at least 1, at most REPORT_PARTS_MAX. */
unsigned report_parts(const Reading *reading);

/* One part of a report of @reading. @states: one a service; @started_us: when measuring began;
 * @part: below report_parts(). Returns: (transfer full): free with message_free() */
Message *report_message(const Reading *reading,
                        const MessageConfig *config,
                        const ChannelStates *states,
                        MonoUs started_us,
                        unsigned part);

/* Figures as messages: everything that is measured, gathered, named and numbered. Main thread. */
#pragma once

#include <glib.h>

#include "pipelines/contract/message.h"
#include "pipelines/graph/build.h"
#include "pipelines/ts/ts-analyser-es.h"
#include "pipelines/worker/channel-states.h"
#include "pipelines/worker/format-watch.h"
#include "pipelines/worker/loss-evidence.h"
#include "pipelines/worker/stream-notes.h"
#include "pipelines/worker/stream-structure.h"

#define REPORT_PIDS_MAX 256u /* of one channel; a report must fit into one message */

/* What was read of one stream of sound. */
typedef struct {
    EsFigures es;       /* its pid is 0 while there is no such stream */
    SoundFigures sound; /* all-zero while nothing was decoded */
    int64_t skew_us;    /* how far it is sent ahead of the picture; INT64_MIN while unknown */
    MonoUs levels_us;   /* end of the last window that was told */
    uint16_t told_pid;  /* what was told in notes, of which PID; as the next two */
    char told_format[SOUND_FORMAT_MAX];
    char told_language[8];
} AudioReading;

/* What was read of one service at one time. */
typedef struct {
    TsServiceFigures ts;
    EsFigures video;
    KeyDecoderFigures decoder;
    PictureFigures picture;
    VideoFormat format;                /* as far as it is known */
    FormatWatch formats;               /* kept from reading to reading */
    MonoUs format_us;                  /* when the format changed last; 0: it did not */
    AudioReading audios[ES_AUDIO_MAX]; /* by slot */
    SegmentFigures segments;           /* where @has_segments */
    bool has_segments;
    char name[TS_TEXT_MAX]; /* of the SDT */
    int32_t programme;      /* event_id of what is on now, by the EIT; -1: it does not say */
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
    MessageStructure structure; /* of the last look at it; owned by the reading's owner */
    AncillaryFacts ancillary;
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

/* How much of the graph is looked at. */
typedef enum {
    READING_STATES,    /* what may change at any time */
    READING_WHOLE,     /* also PIDs, and the source's interval is begun anew */
    READING_STRUCTURE, /* and what the streams are made of */
} ReadingDepth;

/* Reads all figures of @graph into @reading, whose services are kept and brought up to date.
 * @config: says which services. */
void reading_take(
    Reading *reading, Graph *graph, const MessageConfig *config, MonoUs now_us, ReadingDepth depth);

/* The stream of sound of the lowest slot that has one. Returns: (transfer none) (nullable) */
const AudioReading *reading_main_audio(const ServiceReading *service);

/* How many messages a report of @reading takes: at least 1, at most REPORT_PARTS_MAX. */
unsigned report_parts(const Reading *reading);

/* One part of a report of @reading. @states: one a service; @started_us: when measuring began;
 * @part: below report_parts(). Returns: (transfer full): free with message_free() */
Message *report_message(const Reading *reading,
                        const MessageConfig *config,
                        const ChannelStates *states,
                        MonoUs started_us,
                        unsigned part);

/* Appends a figure to @metrics (element-type MetricValue) unless it is not finite. */
void report_add(GArray *metrics, MetricId metric, double value);

/* Parts of a channel's report, each in a file of its own: figures of the picture, its checks, the
 * streams of sound and theirs. */
void report_picture_metrics(GArray *metrics, const ServiceReading *service);
void report_picture_checks(GArray *checks,
                           const ServiceReading *service,
                           Sampling sampling,
                           MonoUs now_us);
unsigned report_hints(const ServiceReading *service, const ChannelStates *states, MonoUs now_us);
void
report_audios(ChannelReport *channel, const ServiceReading *service, const ChannelStates *states);
char *report_audio_format(const AudioReading *audio); /* Returns: (transfer full) */
void
report_audio_checks(GArray *checks, const ServiceReading *service, const ChannelStates *states);

/* Appends @check, which sees what lasts @resolution_us (0: nothing at present). */
void report_add_check(GArray *checks, CheckId check, int64_t resolution_us, MonoUs looked_us);

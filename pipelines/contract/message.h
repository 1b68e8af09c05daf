/* The words spoken on the worker socket, as plain structs.
 *
 * One datagram of an AF_UNIX SOCK_SEQPACKET socket is one message:
 *
 *      0       2       4               8                              16
 *     +-------+-------+---------------+-------------------------------+----------------------+
 *     | 'G' N | kind  | payload bytes |  sequence number              | payload: GVariant in |
 *     | 47 4E | u16   | u32           |  u64, from 1, by sender       | normal form          |
 *     +-------+-------+---------------+-------------------------------+----------------------+
 *
 * Integers are little-endian, the payload begins at a multiple of 8 and has the type that codec.c
 * lists for its kind. A message is at most MESSAGE_MAX_BYTES. Unknown kinds are skipped, so newer
 * peers may say more; the first message of a worker is a Hello with the protocol's version.
 *
 * Times are MonoUs: worker and supervisor share the boot clock. A decoded message owns everything
 * it points to until message_free(). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"

#define CONTRACT_VERSION     4u
#define MESSAGE_MAX_BYTES    65536u
#define MESSAGE_MAX_TEXT     1024u /* bytes of any one string, without the terminator */
#define MESSAGE_MAX_NOTES    32u   /* of one message */
#define MESSAGE_MAX_ITEMS    1024u /* entries of any one array */
#define CONFIG_MAX_LIMITS    64u   /* of one channel */
#define THUMBNAIL_MAX_BYTES  49152u
#define REPORT_PART_CHANNELS 8u /* channels in one part of a report */
#define REPORT_PARTS_MAX     8u
#define AUDIO_STREAMS_MAX    8u   /* of one channel that are measured; more are counted only */
#define SLATES_MAX           16u  /* pictures that are recognised */
#define SLATE_BYTES          432u /* of a fingerprint: 16 x 9 fields of Y, Cb, Cr */
#define SHOT_WIDTH           480u /* pixels, of a picture that is asked for */
#define STRUCTURE_SERVICES_MAX                                                                     \
    64u /* this and the next three: of one structure; more are left out */
#define STRUCTURE_COMPONENTS_MAX 64u
#define STRUCTURE_TABLES_MAX     64u
#define STRUCTURE_HISTOGRAMS_MAX 4u
#define HISTOGRAM_BINS_MAX       16u
#define TABLE_NO_VERSION         0xffffu
#define LEVELS_MAX_CHANNELS      8u        /* audio channels shown as bars */
#define DBFS_SILENCE             (-120.0f) /* what a level of digital zero is reported as */

typedef enum {
    MESSAGE_HELLO = 1,     /* worker: who I am */
    MESSAGE_CONFIG = 2,    /* supervisor: what to measure. Said as kind 13, with limits; a kind 2 on
                              the wire is of version 3, and is read from where it was kept */
    MESSAGE_EDGE = 3,      /* worker: one data state changed, at once */
    MESSAGE_REPORT = 4,    /* worker: counters and all states, once a second */
    MESSAGE_THUMBNAIL = 5, /* worker: one picture of one size */
    MESSAGE_BYE = 6,       /* either: the last message, and why */
    MESSAGE_LEVELS = 7,    /* worker: audio levels of one channel, 5 times a second */
    MESSAGE_FINDING = 8,   /* worker: what the wire looks like, in words, when it changes */
    MESSAGE_NOTES = 9, /* worker: what the stream itself told, such as a splice; once a second */
    MESSAGE_EVIDENCE = 10, /* worker: whose doing a fault is and what shows it, before the edge or
                              report that tells of the fault */
    MESSAGE_DEPTH = 11,    /* supervisor: how deep one channel is looked at from now on */
    MESSAGE_SHOT = 12,     /* supervisor: one picture of SHOT_WIDTH is wanted of a channel */
    /* 13 is a configuration on the wire, see codec.c */
    MESSAGE_STRUCTURE = 14, /* worker: services, components, tables and histograms of a channel's
                               stream, every 5 s */
} MessageKind;

/* How deep a channel's picture is looked at. */
typedef enum {
    DEPTH_BITSTREAM,     /* no picture is decoded */
    DEPTH_KEY_EVERY_4_S, /* one key frame every 4 s */
    DEPTH_EVERY_KEY,     /* every key frame */
    DEPTH_FULL,          /* every picture */
} Depth;

/* Why a channel deserves a deeper look; bits of ChannelReport.hints. */
typedef enum {
    HINT_SMALL_UNITS = 1 << 0, /* access units, filler taken off, are far below their usual size */
    HINT_SILENCE = 1 << 1,     /* all sound is silent */
    HINT_TS_ERROR = 1 << 2,    /* packets are lost or damaged */
    HINT_BLACK = 1 << 3,       /* the last picture was black or of a single colour */
    HINT_STILL = 1 << 4,       /* the last pictures were alike */
    HINT_UNDECODABLE = 1 << 5, /* pictures were refused by the decoder */
    HINT_CHANGED = 1 << 6,     /* format or components changed */
    HINT_NO_KEYS = 1 << 7,     /* no key frames come: pictures take runs of whole decoding */
} DepthHint;

#define DEPTH_HINTS 8u /* bits that are known */

/* What stands on the wire of one input; the reason behind "no packets". */
typedef enum {
    WIRE_STARTING,       /* not looked long enough */
    WIRE_OK,             /* a transport stream arrives */
    WIRE_BAD_ADDRESS,    /* the address cannot be received from */
    WIRE_NOT_JOINED,     /* the kernel refused interface, group or port */
    WIRE_NOTHING,        /* joined; nothing arrives on the interface for this address */
    WIRE_FILTERED,       /* it arrives on the interface, but reverse-path filter or firewall
                            drops it before the socket */
    WIRE_NO_TS,          /* datagrams arrive, but hold no transport stream */
    WIRE_SERVICE_ABSENT, /* a transport stream arrives, but not the service asked for */
} WireFinding;

typedef struct {
    uint32_t version; /* CONTRACT_VERSION of the worker */
    char *input_id;   /* slug */
    uint32_t pid;     /* process id, for the supervisor's records only */
    char *build;      /* version of the worker's program */
    MonoUs started_us;
} MessageHello;

/* What measuring compares with. */
typedef struct {
    uint16_t limit; /* LimitId; unknown ones are carried, not refused */
    double value;   /* in the limit's unit; finite */
} LimitValue;

typedef struct {
    char *channel_id;    /* slug */
    uint16_t service_id; /* 0: the first service of the PAT */
    uint8_t depth;       /* Depth */
    LimitValue *limits;  /* those that are not as limits.def ships them; @n_limits entries */
    size_t n_limits;
} ServiceConfig;

/* A picture that is to be recognised. */
typedef struct {
    char *name;                       /* for people */
    uint8_t fingerprint[SLATE_BYTES]; /* see pipelines/measure */
} SlateConfig;

typedef struct {
    char *input_id;               /* slug */
    char *address;                /* udp://[source@]group:port or rtp://..., IPv6 in brackets */
    char *interface;              /* name of the network interface, or "" for the kernel's choice */
    uint32_t receive_buffer;      /* bytes to ask of the kernel */
    uint32_t thumbnail_period_ms; /* shortest time between two thumbnails of a channel */
    char *cpu_set;                /* "2-5,8", or "" */
    char *decode_backend;         /* "software", "vaapi" or "nvdec"; "" for software */
    uint32_t segment_seconds;     /* of each channel that are kept on disk; 0: none */
    uint64_t segment_quota_bytes; /* of each channel */
    SlateConfig *slates;          /* @n_slates entries, at most SLATES_MAX */
    size_t n_slates;
    ServiceConfig *services; /* @n_services entries */
    size_t n_services;
} MessageConfig;

typedef struct {
    uint16_t fault;  /* FaultId of a channel's fault; unknown ones are carried, not refused */
    bool active;     /* whether the condition holds */
    MonoUs since_us; /* when it began to hold, or ceased; never in the future */
    double value;    /* what was measured, in the unit that belongs to the fault; or 0 */
} FaultState;

typedef struct {
    char *channel_id; /* slug */
    FaultState state;
} MessageEdge;

typedef struct {
    uint16_t metric; /* MetricId */
    double value;    /* in the metric's unit; finite */
} MetricValue;

typedef struct {
    uint16_t pid;         /* below 8192 */
    uint8_t stream_type;  /* ISO 13818-1 table 2-34, or 0 for tables, PCR-only and unknown PIDs */
    uint64_t packets;     /* since the worker started */
    uint64_t cc_errors;   /* since the worker started */
    uint32_t bitrate_bps; /* in the last second */
} PidReport;

/* One indicator of TR 101 290 that can be judged; those that cannot are not listed. */
typedef struct {
    uint8_t indicator; /* wire number of tr101290.def; unknown ones are carried, not refused */
    bool active;       /* an error shows: its hold has not run out */
    uint64_t count;    /* errors since the worker started */
    MonoUs last_us;    /* of the last one; 0: none */
} IndicatorReport;

/* One stream of sound. */
typedef struct {
    uint16_t pid;         /* below 8192 */
    char *language;       /* ISO 639, of the tables; "" without one */
    char *format;         /* such as "AAC 2.0 48 kHz"; "" while unknown */
    FaultState *faults;   /* of this stream alone */
    size_t n_faults;      /* at most MESSAGE_MAX_ITEMS */
    MetricValue *metrics; /* scope AUDIO */
    size_t n_metrics;
} AudioReport;

/* How finely a check looks at present. */
typedef struct {
    uint8_t check;         /* CheckId; unknown ones are carried, not refused */
    int64_t resolution_us; /* what is shorter may be missed; 0: it cannot be claimed at present */
    MonoUs looked_us;      /* when it last looked; 0: never */
} CheckReport;

typedef struct {
    char *channel_id;    /* slug */
    uint16_t service_id; /* found; 0 while unknown */
    uint8_t depth;       /* Depth at which it is looked at now */
    uint16_t hints;      /* DepthHint bits; unknown ones are carried, not refused */
    char *service_name;  /* of the SDT, clean UTF-8; "" while unknown */
    char *video;         /* such as "H.264 1920x1080 25p"; "" while unknown */
    char *audio;         /* such as "AAC 2.0"; "" while unknown */
    FaultState *faults;  /* every state known to the worker: a lost edge heals here */
    size_t n_faults;
    MetricValue *metrics; /* scope CHANNEL */
    size_t n_metrics;
    PidReport *pids; /* ascending */
    size_t n_pids;
    IndicatorReport *indicators; /* ascending */
    size_t n_indicators;
    AudioReport *audios; /* in order of the tables; at most AUDIO_STREAMS_MAX */
    size_t n_audios;
    CheckReport *checks; /* ascending */
    size_t n_checks;
} ChannelReport;

/* A multiplex of more than REPORT_PART_CHANNELS channels is told in several messages. */
typedef struct {
    uint8_t part;         /* from 0, below REPORT_PARTS_MAX; each has its own channels */
    MonoUs at_us;         /* when the figures were read */
    WallUs wall_us;       /* the same instant as wall time */
    MetricValue *metrics; /* scope INPUT; part 0 only */
    size_t n_metrics;
    ChannelReport *channels;
    size_t n_channels;
} MessageReport;

typedef struct {
    char *channel_id;   /* slug */
    MonoUs captured_us; /* when the last packet of the picture arrived */
    WallUs wall_us;     /* the same instant as wall time */
    uint64_t pts;       /* 90 kHz; PTS90_MODULUS when it has none */
    uint16_t width;     /* pixels */
    uint16_t height;    /* pixels */
    uint8_t *jpeg;      /* @jpeg_size bytes, at most THUMBNAIL_MAX_BYTES */
    size_t jpeg_size;
} MessageThumbnail;

typedef struct {
    char *channel_id;   /* slug */
    uint16_t pid;       /* of the stream, below 8192 */
    uint8_t stream;     /* its place among the channel's, from 0 */
    MonoUs at_us;       /* end of the measured 200 ms */
    uint8_t n_channels; /* at most LEVELS_MAX_CHANNELS */
    float peak_dbfs[8]; /* sample peak, DBFS_SILENCE to 0 and a little above */
    float rms_dbfs[8];
} MessageLevels;

typedef struct {
    uint8_t finding; /* WireFinding */
    char *text;      /* one sentence with the evidence */
} MessageFinding;

/* What kind of thing a stream told. */
typedef enum {
    NOTE_TABLES, /* a table changed: "PMT changed: PID 0x65 HEVC added" */
    NOTE_SPLICE, /* a message of SCTE 35 */
    NOTE_SENDER, /* the sender of the datagrams changed: SSRC, DSCP, TTL, source */
    NOTE_FORMAT, /* picture or sound came in another format: size, scan, rate, codec, layout */
} NoteKind;

typedef struct {
    uint64_t number; /* grows, by channel, while the worker lives; a gap: notes were lost */
    uint8_t kind;    /* NoteKind; unknown ones are carried, not refused */
    MonoUs at_us;    /* arrival of what told it */
    WallUs wall_us;  /* the same instant as wall time */
    uint16_t pid;    /* that it came on; 0x1fff: none */
    uint64_t pts;    /* 90 kHz, of what it speaks of; PTS90_MODULUS: none */
    char *text;      /* one line */
} StreamNote;

typedef struct {
    char *channel_id;  /* slug */
    StreamNote *notes; /* ascending numbers; @n_notes entries, at most MESSAGE_MAX_NOTES */
    size_t n_notes;
} MessageNotes;

/* One service of the PAT. */
typedef struct {
    uint16_t service_id;
    uint16_t pmt_pid;
    char *name; /* of the SDT; "" while unknown */
} StructureService;

/* Words of the API: "data", "video", "audio", "subtitles". */
typedef enum {
    COMPONENT_DATA,
    COMPONENT_VIDEO,
    COMPONENT_AUDIO,
    COMPONENT_SUBTITLES,
} ComponentKind;

/* One component of the channel's service; rates and errors are in the report's PIDs. */
typedef struct {
    uint16_t pid;        /* below 8192 */
    uint8_t stream_type; /* ISO 13818-1 table 2-34 */
    uint8_t kind;        /* ComponentKind; unknown ones are carried, not refused */
    bool ca;             /* a CA descriptor stands at it or its service */
    uint64_t scrambled;  /* packets, since the worker started */
    char *codec;         /* such as "H.264"; "" while unknown */
    char *language;      /* ISO 639, several separated by commas; "" without one */
    char *detail;        /* pages, profile: one line, "" for none */
} ComponentReport;

/* One table as it came. */
typedef struct {
    uint16_t pid; /* below 8192 */
    uint8_t table_id;
    uint16_t extension; /* table_id_extension; 0 where there is none */
    uint16_t version;   /* 0 to 31; TABLE_NO_VERSION where there is none */
    uint64_t sections;  /* good ones, since the worker started */
    uint64_t versions;  /* changes of version */
    int64_t min_us;     /* between two of the same section, this and the next two; 0 before two */
    int64_t mean_us;
    int64_t max_us;
    MonoUs last_us; /* arrival of the last section */
} TableReport;

typedef enum {
    HISTOGRAM_PCR_INTERVAL = 1, /* distance of two PCRs by their values */
    HISTOGRAM_PCR_ACCURACY = 2, /* distance of a PCR from its place, without sign */
    HISTOGRAM_ARRIVAL = 3,      /* time between two datagrams */
} HistogramKind;

/* How often what, since the worker started to measure. */
typedef struct {
    uint8_t kind;                            /* HistogramKind; unknown ones are carried */
    uint8_t n_bins;                          /* 1 to HISTOGRAM_BINS_MAX */
    double bounds_s[HISTOGRAM_BINS_MAX - 1]; /* upper bounds, ascending; the last bin has none */
    uint64_t counts[HISTOGRAM_BINS_MAX];
} HistogramReport;

typedef struct {
    char *channel_id;    /* slug */
    MonoUs at_us;        /* when it was read */
    MonoUs since_us;     /* when counting began */
    uint16_t service_id; /* found; 0 while unknown */
    uint16_t pmt_pid;    /* 0x1fff while unknown; the next, too */
    uint16_t pcr_pid;
    StructureService *services; /* in order of the PAT; @n_services entries */
    size_t n_services;
    ComponentReport *components; /* in order of the PMT; @n_components entries */
    size_t n_components;
    TableReport *tables; /* by PID and table; @n_tables entries */
    size_t n_tables;
    HistogramReport histograms[STRUCTURE_HISTOGRAMS_MAX]; /* @n_histograms entries */
    size_t n_histograms;
} MessageStructure;

typedef struct {
    char *channel_id; /* slug */
    uint16_t fault;   /* FaultId; unknown ones are carried, not refused */
    uint8_t cause;    /* CauseScope */
    MonoUs from_us;   /* what it speaks of lies between; for counted faults, the errors */
    MonoUs until_us;  /* not before @from_us */
    char *text;       /* one sentence without a full stop */
} MessageEvidence;

typedef struct {
    char *channel_id; /* slug */
    uint8_t depth;    /* Depth */
} MessageDepth;

typedef struct {
    char *channel_id; /* slug */
    uint16_t width;   /* pixels: SHOT_WIDTH */
} MessageShot;

typedef struct {
    char *reason; /* for the log */
} MessageBye;

typedef struct {
    uint16_t kind;     /* MessageKind */
    uint64_t sequence; /* from 1, by sender; a gap means lost messages */
    union {
        MessageHello hello;
        MessageConfig config;
        MessageEdge edge;
        MessageReport report;
        MessageThumbnail thumbnail;
        MessageLevels levels;
        MessageFinding finding;
        MessageNotes notes;
        MessageEvidence evidence;
        MessageDepth depth;
        MessageShot shot;
        MessageStructure structure;
        MessageBye bye;
    };
} Message;

/* "starting", "ok", "bad-address", ...: words of the API. Never NULL. */
const char *wire_finding_name(unsigned finding);
const char *depth_name(unsigned depth);
/* "small-units", "silence", ...: name of the hint 1 << @bit; @bit below DEPTH_HINTS. Never NULL. */
const char *depth_hint_name(unsigned bit);
/* "tables", "splice", "sender", "format"; else "unknown" */
const char *note_kind_name(unsigned kind);
/* "data", "video", "audio", "subtitles"; else "unknown" */
const char *component_kind_name(unsigned kind);
/* "pcr-interval", "pcr-accuracy", "arrival"; else "unknown" */
const char *histogram_kind_name(unsigned kind);

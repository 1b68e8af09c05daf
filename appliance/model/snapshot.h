/* What the appliance knows at one instant: immutable, shared by reference across threads.
 *
 * The supervision loop builds one whenever something changed (at most 5 times a second) and hands
 * it to the HTTP thread and the live store; they read it without locks and never wait for the loop.
 * Ages are computed by the reader: now minus the MonoUs that stands beside each figure. */
#pragma once

#include <glib.h>

#include "appliance/model/calendar.h"
#include "appliance/model/channel-structure.h"
#include "appliance/model/depth-governor.h"
#include "appliance/model/depth-headroom.h"
#include "appliance/model/note-list.h"
#include "appliance/model/runbooks.h"
#include "appliance/model/scope.h"
#include "appliance/model/sensor-trend.h"
#include "appliance/model/sensor-view.h"
#include "pipelines/contract/catalogue.h"
#include "pipelines/contract/limit-list.h"
#include "pipelines/contract/message.h"

typedef enum {
    CHANNEL_STARTING, /* has not reported yet */
    CHANNEL_OK,
    CHANNEL_FAULT,    /* an alarm about the channel is raised */
    CHANNEL_UNKNOWN,  /* this box cannot say: its worker is lost or its own loss spoils the figures
                       */
    CHANNEL_PLANNED,  /* maintenance, or content that is expected so */
    CHANNEL_DISABLED, /* switched off: nobody measures it */
} ChannelState;

typedef struct {
    char *id;         /* slug */
    char *input_id;   /* slug of the input that carries it */
    char *name;       /* as the site calls it */
    char *short_name; /* at most 8 characters, for tiles */
    char *group;      /* site's group, "" for none */
    char *address;    /* udp:// or rtp:// */
    char *interface;  /* "" for the kernel's choice */
    uint16_t service_id;

    ChannelState state;
    MonoUs since_us;      /* when @state was entered */
    WallUs since_wall_us; /* the same instant as wall time */
    Severity severity;    /* worst raised alarm; SEVERITY_CLEARED without one */
    char *state_text;     /* one sentence: why; "" when ok */

    MonoUs reported_us; /* when the figures below were measured; 0 before the first report */
    double bitrate_bps;
    uint64_t cc_errors; /* since gantryd knows the channel; survives worker restarts */
    uint64_t packets;   /* the same */
    uint64_t own_drops; /* datagrams this box lost of the channel's input; the same */
    WireFinding wire;
    char *wire_text;    /* evidence, "" while starting */
    char *service_name; /* from the stream, "" while unknown */
    char *video;        /* "H.264 1920x1080 25p", "" while unknown */
    char *audio;        /* "AAC 2.0", "" while unknown */
    Depth depth;
    char *depth_reason;  /* why so deep: "suspect: black", "rotation" */
    uint16_t hints;      /* DepthHint bits of the last report */
    AudioReport *audios; /* @n_audios entries that own what they point to */
    size_t n_audios;
    CheckReport *checks; /* @n_checks entries */
    size_t n_checks;
    FaultState *faults; /* as its worker last told them, judged by nobody yet; @n_faults entries */
    size_t n_faults;
    double sampling_interval_s; /* resolution of the picture checks; 0 while unknown */

    MonoUs thumbnail_captured_us; /* 0: no picture yet */
    WallUs thumbnail_captured_wall_us;
    int64_t thumbnail_stale_after_us; /* age from which the picture is stale (picture-age.h) */

    char *profile;             /* name of what it is judged by */
    Limits limits;             /* of that */
    double bitrate_median_bps; /* of 24 h, that its rate is held against; 0 while not learned */
    MonoUs own_loss_us;       /* when this box last lost packets of the channel's input; 0: never */
    double worker_cores;      /* that its input's worker took in the last second; NAN: unknown */
    uint32_t worker_pid;      /* 0: none */
    uint32_t worker_restarts; /* since gantryd started */

    MetricValue *metrics; /* latest of every metric, scope CHANNEL and INPUT; @n_metrics entries */
    size_t n_metrics;
    PidReport *pids; /* ascending; @n_pids entries */
    size_t n_pids;
    IndicatorReport *indicators; /* of TR 101 290, those that can be judged; @n_indicators */
    size_t n_indicators;
    NoteList *notes;             /* owned reference; (nullable): none yet */
    ChannelStructure *structure; /* owned reference; (nullable): not told yet */

    double black_s; /* that the picture was black, since gantryd knows the channel; the next two: */
    double frozen_s; /* that it stood still */
    double silent_s; /* that there was no sound in any stream */
} ChannelView;

/* What viewers lose (ATSC A/78). Numbers stand in journal and database. */
typedef enum {
    IMPACT_NONE,
    IMPACT_OFF_AIR,           /* nothing to see or hear */
    IMPACT_COMPONENT_MISSING, /* picture, a sound, captions */
    IMPACT_QUALITY,           /* it is there and looks or sounds wrong */
    IMPACT_NON_CONFORMANT,    /* a standard is broken, nobody sees it yet */
    IMPACT_COUNT
} ImpactClass;

/* Why an alarm that stands is not sent by itself. Numbers stand in journal and database. */
typedef enum {
    QUIET_NONE,
    QUIET_MEMBER,        /* its incident speaks for it */
    QUIET_SHELVED,       /* somebody put it aside, for a time */
    QUIET_MAINTENANCE,   /* planned work */
    QUIET_COMMISSIONING, /* a new channel is still being learned */
    QUIET_UNSTABLE,      /* it chatters: the one that says so speaks for it */
    QUIET_PROBE,         /* of the box's own test channel: the self-probe alone hears of it */
    QUIET_COUNT
} AlarmQuiet;

/* RFC 8632: who has dealt with an alarm. */
typedef enum { OPERATOR_NONE, OPERATOR_ACK, OPERATOR_SHELVED } OperatorState;

typedef struct {
    char *id; /* UUID */
    char *
        incident_id; /* UUID; of the incident that it belongs to, its own id when it stands alone */
    char *resource;  /* "channel/ID", "input/ID", "receiver/ID", "box", or what several share:
                        "nic/NAME", "vlan/NAME", "source/ADDRESS", "group/NAME" */
    FaultId fault;
    Severity severity;
    CauseScope cause_scope;
    char *text; /* one sentence with the evidence */
    WallUs raised_wall_us;
    WallUs cleared_wall_us; /* 0 while raised */
    WallUs changed_wall_us;
    OperatorState operator_state;
    WallUs acked_wall_us; /* when it was acknowledged; 0: it is not */
    char *owner;          /* who acknowledged, "" for nobody */
    char *note;           /* last note, "" for none */
    uint32_t count;       /* times raised within this entry */
    uint64_t event_seq;   /* journal sequence of its last event */
    ImpactClass impact;
    AlarmQuiet quiet;
    bool first_out;       /* the first of its incident to fail */
    uint32_t members;     /* alarms that an incident has gathered; 0: it is no parent */
    WallUs until_wall_us; /* when an acknowledgement or a shelf ends; 0: never, or neither */
    bool evidence;        /* pictures, figures or a clip of it are kept */
} AlarmView;

typedef struct {
    char *name;      /* "journal", "history", "live-store", "receiver/ID", "workers" */
    char *state;     /* "ok", "behind", "failing", "down" */
    char *text;      /* one sentence, "" when ok */
    uint64_t behind; /* events not yet taken */
    MonoUs since_us;
    bool delivers; /* it is a receiver; the next four count attempts since it was started */
    uint64_t delivered;
    uint64_t failed;
    uint64_t superseded;
    uint64_t given_up;
} ServiceView;

/* How often alarms of one fault were raised with one severity, since gantryd started. */
typedef struct {
    FaultId fault;
    Severity severity;
    uint64_t count; /* above 0 */
} RaisedCount;

typedef struct Snapshot {
    gatomicrefcount refs;   /* use snapshot_ref() and snapshot_unref() */
    struct Snapshot *whole; /* owned reference; (nullable): what this one was narrowed from, and
                               where all in its channels, alarms and services belongs to */
    uint64_t seq;           /* grows with every snapshot */
    MonoUs at_us;
    WallUs wall_us;
    gboolean clock_synced;
    MonoUs started_us;  /* of gantryd */
    uint64_t own_drops; /* of all inputs, since gantryd started */

    ChannelView *channels; /* in inventory order; @n_channels entries */
    size_t n_channels;
    AlarmView
        *alarms; /* raised ones and those cleared in the last 24 h, newest first, at most 2,000 */
    size_t n_alarms;
    SensorView *sensors;
    size_t n_sensors;
    ServiceView *services;
    size_t n_services;
    SensorTrend *trend;                  /* owned reference; (nullable): the sensors' last hour */
    DepthHeadroom headroom[DEPTH_COUNT]; /* by Depth */
    DepthSummary depth;                  /* what measuring takes of the box */
    RaisedCount *raised;                 /* @n_raised entries */
    size_t n_raised;
    Runbooks *runbooks;          /* owned reference; (nullable): the shipped texts */
    Calendar *calendar;          /* owned reference; (nullable) */
    GTimeZone *zone;             /* owned reference; (nullable): UTC */
    char *timezone;              /* name of @zone; (nullable) */
    struct FiguresView *figures; /* owned reference; (nullable): alarm-figures.h */
    char *profile_name;          /* hardware profile in use */
    char *profile_text;          /* one sentence about it */
} Snapshot;

void alarm_view_clear(AlarmView *alarm); /* frees what it owns */

/* Returns: (transfer full): an empty snapshot with one reference, to be filled before it is shared
 */
Snapshot *snapshot_new(void);
Snapshot *snapshot_ref(Snapshot *snapshot);
void snapshot_unref(Snapshot *snapshot); /* frees everything with the last reference; (nullable) */

/* What @scope shows of @whole: its channels and their alarms, each standing for itself, and nothing
 * of the box or of how much there is besides but whether measurements can be trusted. An unlimited
 * @scope (or NULL) shows @whole itself. Returns: (transfer full) */
Snapshot *snapshot_narrow(Snapshot *whole, const Scope *scope);

/* "starting", "ok", "fault", "unknown", "planned", "disabled"; "none", "ack", "shelved": words of
 * the API. */
const char *channel_state_name(ChannelState state);
const char *operator_state_name(OperatorState state);
/* "none", "off-air", "component-missing", "quality", "non-conformant". */
const char *impact_class_name(ImpactClass impact);
/* "none", "member", "shelved", "maintenance", "commissioning", "unstable", "probe". */
const char *alarm_quiet_name(AlarmQuiet quiet);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Snapshot, snapshot_unref)

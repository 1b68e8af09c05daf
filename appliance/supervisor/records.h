/* What the supervision loop holds of every input and channel: the last report, counters that
 * survive worker restarts, the last hour, the picture's age. Used on the loop only. */
#pragma once

#include "appliance/config/inventory.h"
#include "appliance/model/alarm-book.h"
#include "appliance/model/channel-learning.h"
#include "appliance/model/channel-state.h"
#include "appliance/model/channel-structure.h"
#include "appliance/model/counters.h"
#include "appliance/model/depth-governor.h"
#include "appliance/model/evidence-frames.h"
#include "appliance/model/fault-history.h"
#include "appliance/model/health-gauge.h"
#include "appliance/model/note-list.h"
#include "appliance/model/rate-median.h"
#include "appliance/model/samples.h"
#include "appliance/supervisor/channel-plan.h"
#include "appliance/supervisor/fault-evidence.h"

/* What an input's counters grew by from the report before last to the last one. */
typedef struct {
    uint64_t packets;
    uint64_t own_drops;
} InputGrowth;

/* What an input's worker takes of the box. */
typedef struct {
    double total_s; /* CPU time of the process at its last report; NAN: none known */
    MonoUs at_us;   /* of that report; 0: none */
    double cores;   /* in the second before; NAN: unknown */
    double
        filled; /* share of its socket's buffer that its latest turn in that second left to fill */
    bool unsteady; /* a channel's depth changed in that second */
} WorkerUse;

typedef struct {
    const InventoryInput *input;        /* no-ref; of Records.inventory */
    char *resource;                     /* "input/ID" */
    Message *reports[REPORT_PARTS_MAX]; /* the last one of each part; (nullable) before it */
    MonoUs first_report_us;             /* of the present worker process; 0 before */
    MonoUs heard_us;         /* latest time that a message of the worker told; 0 before */
    MonoUs own_loss_us;      /* when datagrams were last lost by this box; 0: never */
    FaultEvidence *own_loss; /* how that came; (nullable) */
    InputGrowth growth;      /* of the last report's part 0 */
    WireFinding wire;
    char *wire_text;
    uint32_t worker_pid; /* 0: none connected */
    uint32_t worker_restarts;
    WorkerUse use;
    Counter counters[METRIC_NUMBER_MAX + 1]; /* scope INPUT, by MetricId */
} InputRecord;

/* Ten seconds for the history. */
typedef struct {
    WallUs at_us; /* begin, a multiple of 10 s; 0: empty */
    double sum_bps;
    double minimum_bps;
    double maximum_bps;
    unsigned n; /* reports in it */
    uint64_t cc_errors;
    uint64_t packets;
    uint64_t own_drops;
    ChannelState worst;
    unsigned measured_s;    /* seconds that were reported while the state was known */
    unsigned error_seconds; /* of these, with a continuity or transport error */
    HealthGaugeSpan gauges[HEALTH_GAUGES];
} HealthSpan;

/* How long states of picture and sound held, told by reports. */
typedef struct {
    MonoUs told_us; /* of the last report; 0: none yet */
    double black_s;
    double frozen_s;
    double silent_s;
} HeldStates;

typedef struct {
    const InventoryChannel *channel; /* no-ref; of Records.inventory */
    InputRecord *input;              /* no-ref */
    char *resource;                  /* "channel/ID" */
    ChannelPlan plan;                /* what the calendar says of it now */
    AlarmProfile *profile;           /* what it is judged by; (nullable): the default */
    ChannelStatus status;
    WallUs since_wall_us;         /* when the state was entered */
    MonoUs thumbnail_captured_us; /* 0: none yet */
    WallUs thumbnail_wall_us;
    Samples *samples;
    EvidenceFrames *frames;      /* the last pictures; (nullable): none yet */
    NoteList *notes;             /* owned reference; (nullable): none yet */
    ChannelStructure *structure; /* owned reference; (nullable): none yet */
    RateMedian rate;
    ChannelLearning learning;
    FaultHistory *history;             /* of the last 24 h; (nullable): none yet */
    NOfM *looks[FAULT_NUMBER_MAX + 1]; /* by FaultId; (nullable) where one look is enough */
    DepthChannel depth;
    Depth sent_depth;      /* that its worker was last told */
    MonoUs depth_sent_us;  /* when; 0: never */
    uint16_t urgent_hints; /* that were there when depths were last planned */
    HealthSpan health;
    HeldStates held;
    Counter counters[METRIC_NUMBER_MAX + 1];       /* scope CHANNEL, by MetricId */
    ErrorSeconds *seconds[FAULT_NUMBER_MAX + 1];   /* by FaultId; (nullable) where not judged so */
    FaultEvidence *evidence[FAULT_NUMBER_MAX + 1]; /* by FaultId; (nullable) */
} ChannelRecord;

typedef struct {
    Inventory *inventory;
    GHashTable *inputs_by_id;   /* (element-type utf8 InputRecord): owns them */
    GHashTable *channels_by_id; /* (element-type utf8 ChannelRecord): owns them */
    ChannelRecord **channels;   /* no-ref; in inventory order, inventory->n_channels entries */
} Records;

Records *records_new(void);
void records_free(Records *records); /* (nullable) */

/* Takes over @inventory (a reference is taken): what stays keeps its past. */
void records_set_inventory(Records *records, Inventory *inventory);

/**
 * input_record_hear:
 * @message: one that has just been read
 *
 * Returns: when what it says was so: now, or earlier if it waited because this process stood still.
 *   A backlog judged by the present would turn every passing silence into an alarm.
 */
AlarmNow input_record_hear(InputRecord *record, const Message *message, AlarmNow now);

/* Takes all that @message owns over: what its sender frees is nothing any more. Returns: (transfer
 * full) */
Message *input_record_steal(const Message *message);

/* Keeps what the worker found on the wire. */
void input_record_find(InputRecord *record, const MessageFinding *finding);

/* Whether @resource of an alarm is still part of this box: "channel/ID" and "input/ID", unless they
 * are switched off, "receiver/ID" by the inventory; any other always is. @records: a Records, for
 * alarm_book_retain() */
bool records_has_resource(const char *resource, gpointer records);

/* (transfer none) (nullable) */
InputRecord *records_find_input(Records *records, const char *id);
ChannelRecord *records_find_channel(Records *records, const char *id);

/* (transfer none) (nullable) */
const ChannelReport *report_find_channel(const MessageReport *report, const char *id);

/* The last report with the channel in it, and the channel's part of that. @ret_report: (nullable).
 * (transfer none) (nullable) */
const ChannelReport *channel_record_report(const ChannelRecord *record,
                                           const MessageReport **ret_report);

/* The part of the input's last report that holds its own figures. (transfer none) (nullable) */
const MessageReport *input_record_report(const InputRecord *record);

/* What was seen of the channel in the last 24 h, made if it is not there. (transfer none) */
FaultHistory *channel_record_history(ChannelRecord *record);

/* Value of one metric in the last report, scope CHANNEL or INPUT; @otherwise if it is not there. */
double channel_record_metric(const ChannelRecord *record, MetricId metric, double otherwise);

/* Bit rate of the last report; NAN while unknown: a worker that has just started has not measured a
 * full second yet, and its 0 is none. */
double channel_record_bitrate_bps(const ChannelRecord *record);

/* A report as of @at_us that lists @n states. What lies further back than REPORT_GAP_US was not
 * seen. */
#define REPORT_GAP_US (3 * US_PER_SECOND)
void channel_record_hold(ChannelRecord *record, const FaultState *states, size_t n, MonoUs at_us);

/* Says that the worker's counters start at 0 again. */
void input_record_restarted(Records *records, InputRecord *record);

/* The monitor monitored: now and then a channel of the box's own is broken, and the way of its
 * alarm is timed, from the last datagram to the message that arrives at a receiver of the box's
 * own. Pure.
 *
 * A run: the sender falls silent; the alarm must stand in the journal, then its message must
 * arrive; the sender speaks again; the alarm must clear. What does not come in time is what is
 * wrong. */
#pragma once

#include <stdbool.h>

#include "pipelines/base/units.h"

#define SELF_PROBE_EVERY_US    (15 * 60 * US_PER_SECOND)
#define SELF_PROBE_SLOW_US     (4 * US_PER_SECOND)  /* from wire to receiver: later is slow */
#define SELF_PROBE_PATIENCE_US (15 * US_PER_SECOND) /* for each step: then it has failed */
#define SELF_PROBE_TEXT_BYTES  160

typedef enum {
    SELF_PROBE_WARMING, /* the channel has not been good yet */
    SELF_PROBE_RESTING, /* it is good, and waits for its time */
    SELF_PROBE_SILENT,  /* nothing is sent: the alarm is awaited */
    SELF_PROBE_RAISED,  /* it stands in the journal: the message is awaited */
    SELF_PROBE_MENDING, /* the sender speaks: the clear is awaited */
} SelfProbePhase;

typedef enum {
    SELF_PROBE_UNKNOWN, /* no run has ended yet */
    SELF_PROBE_PASSED,
    SELF_PROBE_SLOW,
    SELF_PROBE_FAILED,
} SelfProbeVerdict;

typedef struct {
    SelfProbePhase phase;             /* all-zero is the initial state */
    SelfProbeVerdict verdict;         /* of the last run that ended */
    MonoUs since_us;                  /* when the phase was entered */
    MonoUs silent_us;                 /* when the last datagram of the run was sent */
    MonoUs ended_us;                  /* when the last run ended; 0: none did */
    MonoUs next_us;                   /* when the next run begins */
    int64_t to_journal_us;            /* of the last run; -1: it did not come */
    int64_t to_receiver_us;           /* the same */
    int64_t every_us;                 /* between two runs */
    uint64_t runs;                    /* that ended */
    uint64_t failures;                /* of them, slow ones left out */
    char text[SELF_PROBE_TEXT_BYTES]; /* one sentence about the last run; "" before it */
} SelfProbe;

/* @every_us: between two runs; the first comes as soon as the channel is good. */
void self_probe_init(SelfProbe *probe, int64_t every_us, MonoUs now_us);

/* Whether the sender is to send now. */
bool self_probe_sends(const SelfProbe *probe);

/* The channel's data arrives and nothing stands against it, or not. */
void self_probe_channel(SelfProbe *probe, bool good, MonoUs now_us);

/* The sender sent its last datagram before a silence at @at_us. */
void self_probe_stopped(SelfProbe *probe, MonoUs at_us);

/* The alarm stands in the journal; its message arrived; the alarm cleared. */
void self_probe_raised(SelfProbe *probe, MonoUs now_us);
void self_probe_received(SelfProbe *probe, MonoUs now_us);
void self_probe_cleared(SelfProbe *probe, MonoUs now_us);

/* What time does: begins a run, or gives one up. Returns: whether anything changed */
bool self_probe_step(SelfProbe *probe, MonoUs now_us);
MonoUs self_probe_deadline_us(const SelfProbe *probe);

/* Whether this is a fault of the box: the last run was slow or failed. */
bool self_probe_is_faulty(const SelfProbe *probe);

const char *self_probe_verdict_name(SelfProbeVerdict verdict);

/* Whose doing a loss is, and by what evidence: one verdict for each loss of one channel.
 *
 * Samples of counters are taken once a second. A loss is what a channel missed within a second; the
 * losses that follow within LOSS_AROUND_US are the same one, up to LOSS_SPAN_US. It is judged by
 * what grew from LOSS_AROUND_US before it (interfaces tell their counters late) to LOSS_AROUND_US
 * after it:
 *
 *   monitor   this box dropped: a socket's buffer overflowed, the interface or the kernel had no
 *             room. Doubt falls on the box, never on the channel.
 *   network   else, if RTP numbers are missing in what was analysed, after all repair;
 *             else, if the stream has no RTP: nothing proves where it was lost, but as many packets
 *             as whole datagrams hold is a strong hint, and is said.
 *   input     else: the RTP sequence is complete, so it was damaged before it was sent.
 *
 * How late the measuring thread was and how much CPU a hypervisor took are said with the verdict,
 * and decide nothing: they are why a box drops. Pure: samples and time are arguments. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pipelines/base/units.h"
#include "pipelines/contract/catalogue.h"

#define LOSS_SAMPLES    8u
#define LOSS_AROUND_US  (2500 * US_PER_MS)
#define LOSS_SPAN_US    (10 * US_PER_SECOND)
#define LOSS_TEXT_BYTES 400u
#define LOSS_LATE_US    (50 * US_PER_MS) /* lateness from which it is worth a word */
#define LOSS_STEAL      0.05             /* share of CPU time, the same */

/* All counters, but for @late_us, are since any fixed time. */
typedef struct {
    MonoUs at_us;
    uint64_t own_drops;     /* datagrams for which a socket's buffer had no room */
    uint64_t nic_missed;    /* frames for which an interface had no room */
    uint64_t softnet_drops; /* packets that the kernel dropped between the two */
    uint64_t steal_ticks;   /* of @all_ticks */
    uint64_t all_ticks;     /* clock ticks of all CPUs */
    int64_t late_us;        /* latest turn of the measuring thread since the sample before */
    bool rtp;               /* the stream has RTP numbers */
    bool fec;               /* FEC was there */
    bool two_legs;
    uint64_t rtp_lost;             /* numbers missing in what was analysed */
    uint64_t leg_lost[2];          /* numbers that did not come on each leg */
    uint64_t input_missing;        /* transport packets missing on all PIDs, own ones left out */
    unsigned packets_per_datagram; /* transport packets; 0 while unknown */
} LossSample;

/* What the channel missed so far. */
typedef struct {
    uint64_t errors;      /* continuity errors */
    uint64_t missing;     /* packets, modulo 16 a gap */
    uint64_t own_missing; /* packets missing where this box lost datagrams; not in @missing */
} LossCount;

typedef struct {
    MonoUs from_us;  /* the loss lies between */
    MonoUs until_us; /* these */
    LossCount lost;
    CauseScope cause;
    char text[LOSS_TEXT_BYTES]; /* one sentence without a full stop */
} LossVerdict;

typedef struct {
    LossSample samples[LOSS_SAMPLES]; /* the newest last */
    unsigned n_samples;
    LossCount seen;       /* at the newest sample */
    bool open;            /* a loss may still grow, or be judged anew */
    LossSample base;      /* the sample from which its evidence counts */
    MonoUs last_us;       /* when it last grew */
    int64_t late_us;      /* latest turn since @base */
    LossVerdict verdict;  /* of the last loss */
    LossCount of_monitor; /* sum of what was missed and held to be this box's doing at once, beyond
                             own_missing: it is to be taken off the channel's figures */
} LossEvidence;           /* all-zero is the initial state */

/* Takes @sample and what the channel had missed by then. Returns: whether there is a verdict that
 * is new or has changed: evidence->verdict */
bool loss_evidence_step(LossEvidence *evidence, const LossSample *sample, const LossCount *count);

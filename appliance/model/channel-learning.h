/* Commissioning: what was seen of a channel in its first day, and the profile that follows from it.
 *
 * Only time in which reports came counts, on the monotonic clock: a box that is off learns nothing,
 * and a step of the wall clock changes nothing. Pure, one thread. */
#pragma once

#include <glib.h>

#include "appliance/model/alarm-profile.h"
#include "appliance/model/rate-median.h"
#include "pipelines/contract/message.h"

#define LEARN_US        (24 * 3600 * US_PER_SECOND)
#define LEARN_LONGEST   3u  /* spans of which the longest are remembered */
#define LEARN_RATE_STEP 40u /* classes of distance from the median, 5 % wide each */
#define PROPOSAL_MAX    24u /* settings and facts of a proposal */

/* How long one state lasted, each time. */
typedef struct {
    unsigned count;                  /* spans of a second and more */
    double longest_s[LEARN_LONGEST]; /* the longest ones, the longest first */
} LearnedSpans;

/* All-zero: nothing was seen. */
typedef struct {
    int64_t watched_us; /* in which reports came; it ends at LEARN_US */
    MonoUs last_us;     /* of the last report; 0: none since the start */
    bool done;          /* commissioning is over */
    LearnedSpans black, frozen, silent;
    double key_interval_s; /* longest */
    double loudness_lufs;  /* of the last whole hour */
    bool loudness_known;
    unsigned audios; /* most streams of sound at once */
    bool video;      /* pictures came */
    uint64_t
        rate_classes[LEARN_RATE_STEP]; /* seconds by distance of the bit rate from its median */
    char service[64];                  /* name of the service, as the stream has it */
} ChannelLearning;

/* Owns its texts; channel_proposal_clear(). */
typedef struct {
    const char *base; /* profile to build on; no-ref: of the book, or a literal */
    ProfileSetting settings[PROPOSAL_MAX];
    size_t n_settings;
    char *facts[PROPOSAL_MAX]; /* one sentence each */
    size_t n_facts;
} ChannelProposal;

/* Takes one report of the channel. Returns: whether its day is over by it, told once */
bool channel_learning_report(ChannelLearning *learning, const ChannelReport *report, MonoUs now_us);

/* Takes one state that lasted for @lasted_us; faults that nothing is learned from are passed over.
 */
void channel_learning_span(ChannelLearning *learning, FaultId fault, int64_t lasted_us);

/* Takes one second's bit rate over its median. @ratio: above 0 */
void channel_learning_rate(ChannelLearning *learning, double ratio);

/**
 * channel_learning_propose:
 * @present: what the channel is judged by; settings are proposed where it would not fit
 * @rate: what its bit rate usually is
 * @ret_proposal: (out): to be cleared; each setting says why
 */
void channel_learning_propose(const ChannelLearning *learning,
                              const AlarmProfile *present,
                              const RateMedian *rate,
                              ChannelProposal *ret_proposal);

void channel_proposal_clear(ChannelProposal *proposal);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ChannelProposal, channel_proposal_clear)

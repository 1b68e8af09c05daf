/* The state that a channel shows, from the evidence: one rule for wall, API and alarms. */
#pragma once

#include <stdbool.h>

#include "appliance/model/snapshot.h"

typedef struct {
    bool disabled;            /* the site switched it off */
    bool reported;            /* a worker has reported the channel since this process started */
    bool worker_lost;         /* WORKER_LOST stands on its input */
    bool own_loss;            /* OWN_LOSS stands on its input */
    bool planned;             /* maintenance, or content that is expected so */
    const char *planned_text; /* (nullable): one sentence: what, and until when */
    Severity worst;           /* of the channel's raised alarms; SEVERITY_CLEARED for none */
    const char *worst_text;   /* (nullable): sentence of that alarm */
} ChannelEvidence;

/* Disabled before all; unknown (worker lost) before planned, before starting, before fault, before
 * unknown (own loss), before ok: a box that cannot see says so first. */
ChannelState channel_state_judge(const ChannelEvidence *evidence);

/* One sentence: why; "" when ok.
 * Returns: (transfer none): valid as long as @evidence */
const char *channel_state_text(const ChannelEvidence *evidence);

typedef struct {
    ChannelState state; /* all-zero: starting */
    MonoUs since_us;    /* when @state was entered; 0 before the first step */
} ChannelStatus;

/* Judges @evidence at @now_us. Returns whether the state changed. */
bool channel_state_step(ChannelStatus *status, const ChannelEvidence *evidence, MonoUs now_us);

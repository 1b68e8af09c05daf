/* Whose doing a fault is, and in which words, by what is known of channel and input. */
#pragma once

#include "appliance/supervisor/records.h"

/* @evidence: what the worker said about @fault; (nullable) */
CauseScope blame_cause(const ChannelRecord *channel, unsigned fault, const FaultEvidence *evidence);

/* Whether the worker has found out more than that nothing comes: right after the last packet its
 * finding is still that of a good stream. */
bool blame_says_why(const InputRecord *input);

/* How this box lost @drops datagrams of @input: by evidence of this second, or by its socket's
 * count. Returns: (transfer full) */
char *blame_own_loss_text(const InputRecord *input, uint64_t drops, MonoUs now_us);

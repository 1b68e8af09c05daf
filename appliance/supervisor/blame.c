/* Causes and their words. */
#include "appliance/supervisor/blame.h"

CauseScope
blame_cause(const ChannelRecord *channel, unsigned fault, const FaultEvidence *evidence)
{
    const InputRecord *input = channel->input;

    if (evidence != NULL)
        return evidence->cause;
    if (fault == FAULT_NO_PACKETS)
        return input->wire == WIRE_FILTERED || input->wire == WIRE_NOT_JOINED ? CAUSE_MONITOR
                                                                              : CAUSE_NETWORK;
    if (fault == FAULT_CONTINUITY)
        return CAUSE_NETWORK;
    return CAUSE_INPUT;
}

bool
blame_says_why(const InputRecord *input)
{
    return input->wire != WIRE_STARTING && input->wire != WIRE_OK && *input->wire_text != '\0';
}

char *
blame_own_loss_text(const InputRecord *input, uint64_t drops, MonoUs now_us)
{
    const FaultEvidence *evidence = input->own_loss;

    if (evidence != NULL && now_us - evidence->at_us < US_PER_SECOND / 2)
        return fault_evidence_text(evidence, FAULT_OWN_LOSS);
    return g_strdup_printf("This box lost %" G_GUINT64_FORMAT
                           " datagrams of input %s in its own socket buffer",
                           drops, input->input->id);
}

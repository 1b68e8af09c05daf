/* From evidence to the state that a channel shows. */
#include "appliance/model/channel-state.h"

#include <glib.h>

ChannelState
channel_state_judge(const ChannelEvidence *evidence)
{
    if (evidence->disabled)
        return CHANNEL_DISABLED;
    if (evidence->worker_lost)
        return CHANNEL_UNKNOWN;
    if (evidence->planned)
        return CHANNEL_PLANNED;
    if (!evidence->reported)
        return CHANNEL_STARTING;
    if (evidence->worst != SEVERITY_CLEARED)
        return CHANNEL_FAULT;
    return evidence->own_loss ? CHANNEL_UNKNOWN : CHANNEL_OK;
}

const char *
channel_state_text(const ChannelEvidence *evidence)
{
    switch (channel_state_judge(evidence)) {
    case CHANNEL_DISABLED:
        return "Switched off: nobody measures it";
    case CHANNEL_UNKNOWN:
        return fault_info(evidence->worker_lost ? FAULT_WORKER_LOST : FAULT_OWN_LOSS)->sentence;
    case CHANNEL_PLANNED:
        return evidence->planned_text != NULL
                   ? evidence->planned_text
                   : "Planned: maintenance, or content that is expected so";
    case CHANNEL_STARTING:
        return "The channel has not been measured yet";
    case CHANNEL_FAULT:
        return evidence->worst_text != NULL ? evidence->worst_text : "";
    case CHANNEL_OK:
        break;
    }
    return "";
}

bool
channel_state_step(ChannelStatus *status, const ChannelEvidence *evidence, MonoUs now_us)
{
    const ChannelState state = channel_state_judge(evidence);

    if (state == status->state && status->since_us != 0)
        return false;
    const bool changed = state != status->state;

    *status = (ChannelStatus){.state = state, .since_us = now_us};
    return changed;
}

/* What is not told is not faulty, after a while. */
#include "appliance/supervisor/unheard.h"

static bool
is_told(const ChannelReport *report, FaultId fault)
{
    for (size_t i = 0; i < report->n_faults; i++)
        if (report->faults[i].fault == (unsigned)fault)
            return true;
    return false;
}

void
unheard_settle(Ingest *ingest,
               const AlarmBook *book,
               const ChannelRecord *channel,
               const ChannelReport *report,
               AlarmNow now)
{
    const int64_t heard_us = now.us - channel->input->first_report_us;
    const AlarmProfile *profile = alarm_book_get_profile(book, channel->resource);

    for (unsigned fault = 1; fault <= FAULT_NUMBER_MAX; fault++) {
        const FaultRule *rule = alarm_profile_rule(profile, fault);
        const Observation observation = {.resource = channel->resource, .fault = (FaultId)fault};

        if (!alarm_book_is_unheard(book, channel->resource, (FaultId)fault) ||
            heard_us < rule->alarm.raise_after_us + UNHEARD_US || is_told(report, (FaultId)fault))
            continue;
        ingest_observe(ingest, &observation, now);
    }
}

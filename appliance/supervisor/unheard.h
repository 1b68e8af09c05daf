/* Alarms from before the start that nobody tells of any more. */
#pragma once

#include "appliance/supervisor/ingest.h"

#define UNHEARD_US                                                                                 \
    (120 * US_PER_SECOND) /* of reports without it, and its raise delay, until such an alarm ends  \
                           */

/* Ends alarms of @channel that stood before the start, and that @report, the worker's last, does
 * not speak of: an older version or an older configuration measured them. */
void unheard_settle(Ingest *ingest,
                    const AlarmBook *book,
                    const ChannelRecord *channel,
                    const ChannelReport *report,
                    AlarmNow now);

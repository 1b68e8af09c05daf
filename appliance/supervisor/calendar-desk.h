/* The calendar at work: planned work makes alarms quiet, expected content turns a fault into what
 * is right and its absence into the fault. Used on the loop only. */
#pragma once

#include "appliance/model/alarm-book.h"
#include "appliance/supervisor/ingest.h"
#include "appliance/supervisor/records.h"

/* Once a second, and after the inventory changed: what the site's policy and calendar say now.
 * Publishes what changes. */
void calendar_desk_step(Records *records, AlarmBook *book, Ingest *ingest, AlarmNow now);

/* Puts an observation of @channel right by what is expected now: what is right is no fault, and
 * what was right until a while ago is one since then only. */
void calendar_desk_excuse(const ChannelRecord *channel, Observation *observation, MonoUs now_us);

/* Whether the absence of @fault, of which the worker has just spoken, is the fault now.
 * @ret_text: (out) (transfer full): one sentence; the caller frees it on %TRUE */
bool calendar_desk_expects(const ChannelRecord *channel, unsigned fault, char **ret_text);

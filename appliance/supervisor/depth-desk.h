/* The governor of depth at work: what workers report goes in, what they are to do goes out. Used on
 * the loop only. */
#pragma once

#include "appliance/config/hw-profile.h"
#include "appliance/supervisor/ingest.h"

typedef struct DepthDesk DepthDesk;

typedef struct {
    Records *records;         /* no-ref */
    Ingest *ingest;           /* no-ref */
    const HwProfile *profile; /* no-ref: budget, and the cores of workers */
    /* Tells a worker. Returns: false if it could not be told */
    bool (*send)(const char *input_id, const char *channel_id, Depth depth, gpointer user_data);
    gpointer user_data;
} DepthDeskPorts;

/* @ports: copied. Returns: (transfer full) */
DepthDesk *depth_desk_new(const DepthDeskPorts *ports);
void depth_desk_free(DepthDesk *desk); /* (nullable) */

/* Takes what stands in @part of the input's last report. A new hint is answered at once. */
void depth_desk_report(DepthDesk *desk, InputRecord *input, unsigned part, AlarmNow now);

/* Somebody looks at @channel. */
void depth_desk_watch(DepthDesk *desk, ChannelRecord *channel, AlarmNow now);

/* To be called at least once a second. */
void depth_desk_step(DepthDesk *desk, AlarmNow now);

/* (transfer none): of the last step */
const DepthSummary *depth_desk_summary(const DepthDesk *desk);

/* Room for more channels at each depth, as of the last step. (transfer none): DEPTH_COUNT entries
 */
const DepthHeadroom *depth_desk_headroom(const DepthDesk *desk);

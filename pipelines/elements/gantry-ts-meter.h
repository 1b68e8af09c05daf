/* gantrytsmeter: the transport stream analyser over every datagram, before anything else. */
#pragma once

#include <gst/gst.h>
#include <stdbool.h>

#include "pipelines/base/units.h"
#include "pipelines/ts/ip-flow.h"
#include "pipelines/ts/ts-analyser.h"

G_BEGIN_DECLS

#define GANTRY_TYPE_TS_METER (gantry_ts_meter_get_type())
G_DECLARE_FINAL_TYPE(GantryTsMeter, gantry_ts_meter, GANTRY, TS_METER, GstElement)

/**
 * GantryTsMeter:
 *
 * Sink: buffers with a GantryDatagramMeta. Source: the packets of the chosen components, see
 * packet-batch.h, and a sticky event with the choice, see es-components.h. Source `raw`, where it
 * is linked: all packets but null packets, and a sticky event, see segment-services.h.
 *
 * Properties, to be set before READY: `services`, ids of the services to look at, such as
 * "101,102"; 0 for the first of the PAT. `legs`: on how many the stream is expected, 1 or 2.
 */

/* Called with the meter locked: read, and return soon. */
typedef void (*TsMeterReader)(const TsAnalyser *analyser, const IpFlow *flow, void *user_data);

/* Brings the windows of the last second up to @now_us, then lets @reader look. Any thread. */
void
gantry_ts_meter_read(GantryTsMeter *self, MonoUs now_us, TsMeterReader reader, void *user_data);

/* Whether RTP headers were found around the stream. Any thread. */
bool gantry_ts_meter_is_rtp(GantryTsMeter *self);

G_END_DECLS

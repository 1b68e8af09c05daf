/* Which packets belong to the segments of which channel: the meter reads the tables and tells the
 * segments element by a sticky event. */
#pragma once

#include <gst/gst.h>
#include <stdbool.h>

#include "pipelines/elements/es-components.h"
#include "pipelines/ts/ts-analyser.h"

#define SEGMENT_PIDS_MAX (TS_COMPONENTS_MAX + TS_CA_MAX + 8u)

/* Buffers of packets, 188 bytes each, null packets left out. The offset is when the last of them
 * came, its end how many had to be left out before them. */
#define SEGMENT_PACKETS_CAPS "video/mpegts, systemstream=true, packetsize=188"

typedef struct {
    bool whole;                   /* all packets of the input belong to it */
    uint16_t transport_stream_id; /* of the PAT */
    uint16_t service_id;          /* 0: not known yet, then no PID is */
    uint16_t pmt_pid;
    uint16_t cut_pid;                /* of picture, or else sound; TS_PID_NULL: neither */
    TsCodec codec;                   /* of it */
    uint16_t pids[SEGMENT_PIDS_MAX]; /* PMT, clock, components, keys; @n_pids entries */
    size_t n_pids;
} SegmentService;

typedef struct {
    SegmentService entries[ES_SERVICES_MAX]; /* by index of the configuration; @n entries */
    size_t n;
} SegmentServices;

/* Writes what the tables say. @ids: configured services, @n of them, at most ES_SERVICES_MAX */
void segment_services_read(SegmentServices *services,
                           const TsAnalyser *analyser,
                           const uint16_t *ids,
                           size_t n);

/* Returns: (transfer full): a sticky downstream event */
GstEvent *segment_services_to_event(const SegmentServices *services);

/* Reads @event. Returns: false for any other event */
bool segment_services_from_event(GstEvent *event, SegmentServices *ret_services);

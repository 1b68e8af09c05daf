/* Transport packets of the wanted PIDs in one buffer, on their way from meter to cutter.
 *
 * A record keeps what the analyser found out about its packet, so that nothing is parsed twice. */
#pragma once

#include <gst/gst.h>

#include "pipelines/elements/datagram-meta.h"
#include "pipelines/ts/ts-analyser.h"

typedef struct {
    TsPacket packet; /* its pointers are set by packet_batch_at() only */
    uint8_t bytes[TS_PACKET_SIZE];
} PacketRecord;

/* A slot of a datagram holds so many packets, and one may have begun in the datagram before. */
#define PACKET_BATCH_MAX (DATAGRAM_BATCH_MAX * (DATAGRAM_SLOT / TS_PACKET_SIZE + 1))

#define PACKET_BATCH_CAPS "application/x-gantry-packets"

/* Returns: (transfer full): room for PACKET_BATCH_MAX records */
GstBuffer *packet_batch_new(void);

/* Copies @packet into record @index of @map, a writable mapping; @index is below
 * PACKET_BATCH_MAX. */
void packet_batch_put(GstMapInfo *map, size_t index, const TsPacket *packet);

/* Record @index of @map as a packet that is valid while the mapping is. */
TsPacket packet_batch_at(const GstMapInfo *map, size_t index);

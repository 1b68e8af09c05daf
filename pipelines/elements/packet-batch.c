/* Records of packets in a buffer's memory. */
#include "pipelines/elements/packet-batch.h"

#include <string.h>

GstBuffer *
packet_batch_new(void)
{
    return gst_buffer_new_allocate(NULL, PACKET_BATCH_MAX * sizeof(PacketRecord), NULL);
}

void
packet_batch_put(GstMapInfo *map, size_t index, const TsPacket *packet)
{
    PacketRecord *record = (PacketRecord *)(void *)map->data + index;

    record->packet = *packet;
    memcpy(record->bytes, packet->bytes, TS_PACKET_SIZE);
}

TsPacket
packet_batch_at(const GstMapInfo *map, size_t index)
{
    const PacketRecord *record = (const PacketRecord *)(const void *)map->data + index;
    TsPacket packet = record->packet;

    packet.bytes = record->bytes;
    packet.payload = record->bytes + TS_PACKET_SIZE - packet.payload_size;
    return packet;
}

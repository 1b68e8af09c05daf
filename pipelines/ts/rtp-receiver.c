/* A window of bits behind the newest sequence number tells late from twice. */
#include "pipelines/ts/rtp-receiver.h"

#include "pipelines/base/byte-reader.h"

#define RTP_HEADER 12u
#define RTP_MP2T   33u   /* payload type of a transport stream, RFC 3551 */
#define JUMP       1000u /* sequence numbers ahead from which a new sender is assumed */
#define SYNC_BYTE  0x47u

typedef struct {
    uint8_t payload_type;
    uint16_t sequence;
    uint32_t ssrc;
    ByteReader payload;
} RtpHeader;

/* Returns: false if it is not RTP. */
static bool
read_header(const uint8_t *data, size_t size, RtpHeader *ret_header)
{
    ByteReader reader = byte_reader(data, size);
    const uint8_t flags = byte_reader_u8(&reader);

    if (size < RTP_HEADER || flags >> 6 != 2)
        return false;
    ret_header->payload_type = byte_reader_u8(&reader) & 0x7f;
    ret_header->sequence = byte_reader_u16(&reader);
    byte_reader_skip(&reader, 4);
    ret_header->ssrc = byte_reader_u32(&reader);
    byte_reader_skip(&reader, 4u * (flags & 15u));
    if (flags & 0x10) {
        byte_reader_skip(&reader, 2);
        byte_reader_skip(&reader, 4u * byte_reader_u16(&reader));
    }
    const size_t padding = flags & 0x20 ? data[size - 1] : 0;

    if (reader.broken || padding > reader.left)
        return false;
    ret_header->payload = byte_reader_slice(&reader, reader.left - padding);
    return true;
}

bool
rtp_looks_like(const uint8_t *data, size_t size)
{
    RtpHeader header;

    if (!read_header(data, size, &header) || header.payload.left == 0)
        return false;
    return header.payload_type == RTP_MP2T || header.payload.at[0] == SYNC_BYTE;
}

static void
start(RtpReceiver *receiver, const RtpHeader *header)
{
    receiver->started = true;
    receiver->ssrc = header->ssrc;
    receiver->newest = header->sequence;
    receiver->window = UINT64_MAX; /* what came before is not missed */
}

/* @ahead sequence numbers on, 1 being the next one. */
static RtpVerdict
go_on(RtpReceiver *receiver, const RtpHeader *header, uint16_t ahead)
{
    receiver->window = ahead < RTP_WINDOW ? receiver->window << ahead | 1 : 1;
    receiver->newest = header->sequence;
    receiver->lost += ahead - 1u;
    return ahead > 1 ? RTP_GAP : RTP_PAYLOAD;
}

/* @behind the newest one, 0 being the newest again. */
static RtpVerdict
look_back(RtpReceiver *receiver, uint16_t behind)
{
    const uint64_t bit = UINT64_C(1) << behind;

    if (receiver->window & bit) {
        receiver->duplicates++;
        return RTP_DUPLICATE;
    }
    receiver->window |= bit;
    receiver->reordered++;
    receiver->lost -= receiver->lost > 0;
    return RTP_PAYLOAD;
}

static RtpVerdict
place(RtpReceiver *receiver, const RtpHeader *header)
{
    const uint16_t ahead = (uint16_t)(header->sequence - receiver->newest);
    const uint16_t behind = (uint16_t)(receiver->newest - header->sequence);

    if (!receiver->started) {
        start(receiver, header);
        return RTP_PAYLOAD;
    }
    if (header->ssrc == receiver->ssrc && behind < RTP_WINDOW)
        return look_back(receiver, behind);
    if (header->ssrc == receiver->ssrc && ahead < JUMP)
        return go_on(receiver, header, ahead);
    receiver->restarts++;
    start(receiver, header);
    return RTP_GAP;
}

RtpVerdict
rtp_receiver_push(RtpReceiver *receiver,
                  const uint8_t *data,
                  size_t size,
                  const uint8_t **ret_payload,
                  size_t *ret_size)
{
    RtpHeader header;

    if (!read_header(data, size, &header)) {
        receiver->malformed++;
        return RTP_MALFORMED;
    }
    const RtpVerdict verdict = place(receiver, &header);

    receiver->received++;
    if (verdict != RTP_DUPLICATE) {
        *ret_payload = header.payload.at;
        *ret_size = header.payload.left;
    }
    return verdict;
}

/* SEI messages and MPEG-2 user data hold the same structures under the same identifiers. */
#include "pipelines/ts/picture-data.h"

#include <string.h>

#include "pipelines/base/byte-reader.h"
#include "pipelines/ts/sei.h"

#define GA94          0x47413934u /* ATSC1_data() */
#define DTG1          0x44544731u /* afd_data() */
#define TYPE_CC       3u          /* user_data_type_code */
#define COUNTRY_USA   0xb5u
#define PROVIDER_ATSC 0x0031u
#define SEI_T35       4u
#define START_PICTURE 0x00u
#define START_USER    0xb2u
#define PICTURE_B     3u

static void
read_cc(ByteReader reader, PictureData *data)
{
    const uint8_t flags = byte_reader_u8(&reader);
    const unsigned count = flags & 31;

    byte_reader_skip(&reader, 1); /* em_data */
    if ((flags & 0x40) == 0)
        return; /* process_cc_data_flag */
    for (unsigned i = 0; i < count && reader.left >= 3; i++) {
        const uint8_t head = byte_reader_u8(&reader);
        const CaptionPair pair = {head & 3, {reader.at[0], reader.at[1]}};

        byte_reader_skip(&reader, 2);
        if ((head & 4) == 0)
            continue; /* cc_valid */
        if (data->n_pairs < PICTURE_CC_MAX)
            data->pairs[data->n_pairs++] = pair;
        else
            data->refused++;
    }
}

static void
read_afd(ByteReader reader, PictureData *data)
{
    const bool said = (byte_reader_u8(&reader) & 0x40) != 0;
    const uint8_t afd = byte_reader_u8(&reader) & 15;

    if (!said || reader.broken)
        return;
    data->has_afd = true;
    data->afd = afd;
}

/* What stands behind a user_identifier. */
static void
read_user_data(ByteReader reader, PictureData *data)
{
    const uint32_t identifier = byte_reader_u32(&reader);

    if (identifier == DTG1)
        read_afd(reader, data);
    else if (identifier == GA94 && byte_reader_u8(&reader) == TYPE_CC)
        read_cc(reader, data);
}

static void
read_t35(ByteReader reader, PictureData *data)
{
    if (byte_reader_u8(&reader) == COUNTRY_USA && byte_reader_u16(&reader) == PROVIDER_ATSC)
        read_user_data(reader, data);
}

/* Copies @nal without its emulation prevention bytes. Returns: bytes of @ret_bytes */
static size_t
unescape(ByteReader nal, uint8_t ret_bytes[PICTURE_SEI_MAX])
{
    size_t size = 0;
    unsigned zeros = 0;

    for (; nal.left > 0 && size < PICTURE_SEI_MAX; nal.at++, nal.left--) {
        if (zeros >= 2 && *nal.at == 3) {
            zeros = 0;
            continue;
        }
        zeros = *nal.at == 0 ? zeros + 1 : 0;
        ret_bytes[size++] = *nal.at;
    }
    return size;
}

static void
read_sei(ByteReader nal, size_t header, PictureData *data)
{
    uint8_t bytes[PICTURE_SEI_MAX];

    byte_reader_skip(&nal, header);
    ByteReader sei = byte_reader(bytes, unescape(nal, bytes));

    while (sei.left >= 2) { /* the last byte is the trailing bit */
        const size_t type = sei_number(&sei);
        const size_t size = sei_number(&sei);
        const ByteReader message = byte_reader_slice(&sei, size);

        if (type == SEI_T35 && !message.broken)
            read_t35(message, data);
    }
}

static void
read_h264(ByteReader nal, PictureData *data)
{
    if ((nal.at[0] & 31) == 6)
        read_sei(nal, 1, data);
}

static void
read_hevc(ByteReader nal, PictureData *data)
{
    const unsigned type = nal.at[0] >> 1 & 63;

    if (type == 39 || type == 40)
        read_sei(nal, 2, data);
}

static void
read_mpeg2(ByteReader unit, PictureData *data)
{
    const uint8_t code = byte_reader_u8(&unit);

    if (code == START_USER)
        read_user_data(unit, data);
    else if (code == START_PICTURE)
        data->bidirectional = (byte_reader_u16(&unit) >> 3 & 7) == PICTURE_B;
}

/* Returns: bytes before the next 00 00 01, all that are left if there is none */
static size_t
find_start(const ByteReader *head)
{
    for (size_t at = 2; at < head->left; at++) {
        const uint8_t *one = memchr(head->at + at, 1, head->left - at);

        if (!one)
            break;
        at = (size_t)(one - head->at);
        if (one[-1] == 0 && one[-2] == 0)
            return at - 2;
    }
    return head->left;
}

void
picture_data_read(TsCodec codec, const uint8_t *head, size_t size, PictureData *ret_data)
{
    void (*read)(ByteReader, PictureData *) = NULL;
    ByteReader reader = byte_reader(head, size);

    *ret_data = (PictureData){0};
    if (codec == TS_CODEC_H264)
        read = read_h264;
    else if (codec == TS_CODEC_HEVC)
        read = read_hevc;
    else if (codec == TS_CODEC_MPEG2_VIDEO)
        read = read_mpeg2;
    if (!read)
        return;
    byte_reader_skip(&reader, find_start(&reader));
    while (reader.left > 3) {
        byte_reader_skip(&reader, 3);
        const ByteReader unit = byte_reader_slice(&reader, find_start(&reader));

        if (unit.left > 0)
            read(unit, ret_data);
    }
}

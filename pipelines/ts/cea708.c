/* Packets from pairs, service blocks from packets, characters from blocks. */
#include "pipelines/ts/cea708.h"

#include "pipelines/base/byte-reader.h"

#define EXT1          0x10u
#define EXTENDED      7u /* service_number: the number stands in a byte of its own */
#define C3_VARIABLE   0x90u
#define BLANK_G0      0x20u
#define BLANK_G1      0xa0u
#define BLANK_G2_LAST 0x21u /* transparent space and non-breaking transparent space */

/* Bytes behind each command of the set C1, 0x80 to 0x9f. */
static const uint8_t c1_parameters[32] = {
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 2, 3, 2, 0, 0, 0, 0, 4, 6, 6, 6, 6, 6, 6, 6, 6,
};

/* A code behind EXT1. Returns: characters */
static unsigned
extended(ByteReader *block)
{
    const uint8_t code = byte_reader_u8(block);

    if (code < 0x20) {
        byte_reader_skip(block, code >> 3); /* C2 */
        return 0;
    }
    if (code < 0x80)
        return code > BLANK_G2_LAST;
    if (code >= 0xa0)
        return 1; /* G3 */
    if (code < C3_VARIABLE)
        byte_reader_skip(block, code < 0x88 ? 4 : 5);
    else
        byte_reader_skip(block, byte_reader_u8(block) & 31);
    return 0;
}

/* A command of the set C0. Returns: characters */
static unsigned
c0(ByteReader *block, uint8_t code)
{
    if (code == EXT1)
        return extended(block);
    if (code < 0x10)
        return 0;
    if (code == 0x18) /* P16: a character of two bytes */
        return byte_reader_u16(block) > BLANK_G0;
    byte_reader_skip(block, code < 0x18 ? 1 : 2);
    return 0;
}

static unsigned
characters_in(ByteReader block)
{
    unsigned characters = 0;

    while (block.left > 0) {
        const uint8_t code = byte_reader_u8(&block);

        if (code < 0x20)
            characters += c0(&block, code);
        else if (code >= 0x80 && code < 0xa0)
            byte_reader_skip(&block, c1_parameters[code - 0x80]);
        else
            characters += code != BLANK_G0 && code != BLANK_G1;
    }
    return characters;
}

static void
take_packet(Cea708 *captions, const TsMoment *moment)
{
    ByteReader packet = byte_reader(captions->data, captions->have);
    const uint8_t sequence = byte_reader_u8(&packet) >> 6;

    captions->open = false;
    captions->packets++;
    captions->cut += captions->have < captions->need;
    captions->sequence_breaks += captions->numbered && sequence != ((captions->sequence + 1) & 3);
    captions->numbered = true;
    captions->sequence = sequence;
    while (packet.left > 0) {
        const uint8_t head = byte_reader_u8(&packet);
        uint8_t number = head >> 5;

        if (number == 0)
            return; /* null service block: the rest is filling */
        if (number == EXTENDED && (head & 31) != 0)
            number = byte_reader_u8(&packet) & 63;
        const size_t size = head & 31;
        const ByteReader block =
            byte_reader_slice(&packet, size < packet.left ? size : packet.left);

        captions->malformed += block.left < size; /* what is there of it is read */
        if (number > 0)                           /* an extended number may be none */
            character_count_add(&captions->services[number], characters_in(block), moment);
    }
}

void
cea708_push(Cea708 *captions, bool start, const uint8_t pair[2], const TsMoment *moment)
{
    if (start) {
        const uint8_t code = pair[0] & 63;

        if (captions->open)
            take_packet(captions, moment); /* encoders leave out what is filling */
        captions->open = true;
        captions->have = 0;
        captions->need = code == 0 ? CEA708_PACKET_MAX : (uint8_t)(code * 2);
    }
    if (!captions->open)
        return;
    captions->data[captions->have++] = pair[0];
    captions->data[captions->have++] = pair[1];
    if (captions->have == captions->need)
        take_packet(captions, moment);
}

/* Data units hold their bytes as the line carries them: first bit first. */
#include "pipelines/ts/teletext.h"

#include <string.h>

#include "pipelines/base/byte-reader.h"

#define FILLING          0xffu /* of padding streams between the packets */
#define UNIT_TELETEXT    0x02u
#define UNIT_SUBTITLE    0x03u
#define UNIT_SIZE        44u /* field and line, framing code, 42 bytes of packet */
#define PACKET_SIZE      42u
#define FRAMING_CODE     0xe4u
#define ROW_HEADER       0u
#define ROW_LAST         23u
#define PAGE_FILLING     0xffu /* a header that only fills time */
#define START_BOX        0x0bu
#define END_BOX          0x0au
#define HAMMING_BAD      (-1)
#define MAGAZINE_HUNDRED 0x100u
#define EACH_BYTE        UINT64_C(0x0101010101010101)

/* Code words of Hamming 8/4 for 0 to 15. */
static const uint8_t hamming_words[16] = {
    0x15, 0x02, 0x49, 0x5e, 0x64, 0x73, 0x38, 0x2f, 0xd0, 0xc7, 0x8c, 0x9b, 0xa1, 0xb6, 0xfd, 0xea,
};

static uint8_t
reversed(uint8_t byte)
{
    static const uint8_t half[16] = {0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15};

    return (uint8_t)(half[byte & 15] << 4 | half[byte >> 4]);
}

/* Returns: 0 to 15, one wrong bit mended; HAMMING_BAD with more */
static int
hamming(ByteReader *packet)
{
    const uint8_t byte = reversed(byte_reader_u8(packet));
    const unsigned data = (byte >> 1 & 1u) | (byte >> 2 & 2u) | (byte >> 3 & 4u) | (byte >> 4 & 8u);

    if (byte == hamming_words[data])
        return (int)data;
    for (int value = 0; value < 16; value++)
        if (__builtin_popcount(byte ^ hamming_words[value]) <= 1)
            return value;
    return HAMMING_BAD;
}

/* Finds the page in the list, or a place for it. Returns: index and 1, or 0 */
static uint8_t
place_of(Teletext *teletext, uint16_t number, bool subtitle)
{
    size_t place = teletext->n_pages;

    for (size_t i = 0; i < teletext->n_pages; i++)
        if (teletext->pages[i].number == number)
            return (uint8_t)(i + 1);
    if (place < TELETEXT_PAGES_MAX) {
        teletext->n_pages++;
    } else {
        for (place = 0; subtitle && place < TELETEXT_PAGES_MAX; place++)
            if (!teletext->pages[place].subtitle)
                break;
        if (!subtitle || place == TELETEXT_PAGES_MAX)
            return 0;
        for (size_t i = 0; i < TELETEXT_MAGAZINES; i++)
            if (teletext->magazines[i].place == place + 1)
                teletext->magazines[i].place = 0;
    }
    teletext->pages[place] = (TeletextPage){.number = number};
    return (uint8_t)(place + 1);
}

static void
take_header(Teletext *teletext, unsigned magazine, ByteReader *packet)
{
    int digits[8]; /* page units and tens, S1, S2 and C4, S3, S4 and C5 C6, C7 to C10, C11 to C14 */
    bool bad = false;

    for (size_t i = 0; i < 8; i++) {
        digits[i] = hamming(packet);
        bad |= digits[i] == HAMMING_BAD;
    }
    TeletextMagazine *state = &teletext->magazines[magazine];

    *state = (TeletextMagazine){0};
    if (bad) {
        teletext->hamming_errors++;
        return;
    }
    const unsigned page = (unsigned)(digits[1] << 4 | digits[0]);
    const bool serial = (digits[7] & 1) != 0;

    for (size_t i = 0; serial && i < TELETEXT_MAGAZINES; i++)
        teletext->magazines[i] = (TeletextMagazine){0}; /* any header ends the page before */
    if (page == PAGE_FILLING)
        return;
    state->open = true;
    state->subtitle = (digits[5] & 8) != 0;
    state->place =
        place_of(teletext, (uint16_t)((magazine == 0 ? 8 : magazine) * MAGAZINE_HUNDRED + page),
                 state->subtitle);
    if (state->place == 0) {
        teletext->unlisted++;
        return;
    }
    teletext->pages[state->place - 1].headers++;
    teletext->pages[state->place - 1].subtitle = state->subtitle;
}

/* The same of eight bytes at once, as the line carries them, all of them shown. */
static uint64_t
count_eight(const uint8_t *bytes, uint64_t *errors)
{
    uint64_t eight, odd;

    memcpy(&eight, bytes, sizeof eight);
    odd = eight ^ eight >> 4;
    odd ^= odd >> 2;
    odd = (odd ^ odd >> 1) & EACH_BYTE;
    /* Above 0x20: bit 6, or bit 5 and one below it; first bit first these are 1, 2, and 3 to 7. */
    const uint64_t low = ((eight >> 3 & 31 * EACH_BYTE) + 31 * EACH_BYTE) >> 5;
    const uint64_t above = (eight >> 1 | (eight >> 2 & low)) & odd;

    *errors += 8 - (odd * EACH_BYTE >> 56);
    return above * EACH_BYTE >> 56;
}

static void
take_row(Teletext *teletext, unsigned magazine, ByteReader *packet, const TsMoment *moment)
{
    const TeletextMagazine *state = &teletext->magazines[magazine];
    bool shown = !state->subtitle;
    uint64_t characters = 0;

    if (!state->open)
        return;
    for (; !state->subtitle && packet->left >= 8; byte_reader_skip(packet, 8))
        characters += count_eight(packet->at, &teletext->parity_errors);
    while (packet->left > 0) {
        const uint8_t byte = reversed(byte_reader_u8(packet));
        const uint8_t code = byte & 0x7f;
        const bool good = __builtin_parity(byte) != 0;

        teletext->parity_errors += !good;
        if (good && state->subtitle && (code == START_BOX || code == END_BOX))
            shown = code == START_BOX;
        characters += good && shown && code > 0x20;
    }
    character_count_add(&teletext->all, characters, moment);
    if (state->subtitle)
        character_count_add(&teletext->subtitles, characters, moment);
    if (state->place > 0)
        character_count_add(&teletext->pages[state->place - 1].count, characters, moment);
}

static void
take_packet(Teletext *teletext, ByteReader packet, const TsMoment *moment)
{
    const int low = hamming(&packet), high = hamming(&packet);

    if (low == HAMMING_BAD || high == HAMMING_BAD) {
        teletext->hamming_errors++;
        return;
    }
    const unsigned magazine = low & 7, row = (unsigned)(low >> 3 | high << 1);

    teletext->packets++;
    if (row == ROW_HEADER)
        take_header(teletext, magazine, &packet);
    else if (row <= ROW_LAST)
        take_row(teletext, magazine, &packet, moment);
}

void
teletext_push(Teletext *teletext, const uint8_t *payload, size_t size, const TsMoment *moment)
{
    ByteReader reader = byte_reader(payload, size);
    const uint8_t identifier = byte_reader_u8(&reader);

    if (identifier < 0x10 || identifier > 0x1f) {
        teletext->malformed += identifier != FILLING;
        return;
    }
    while (reader.left >= 2) {
        const uint8_t id = byte_reader_u8(&reader);
        const uint8_t length = byte_reader_u8(&reader);
        ByteReader unit = byte_reader_slice(&reader, length);

        teletext->malformed += unit.broken;
        if ((id != UNIT_TELETEXT && id != UNIT_SUBTITLE) || unit.left < UNIT_SIZE)
            continue;
        byte_reader_skip(&unit, 1); /* field and line */
        if (byte_reader_u8(&unit) == FRAMING_CODE)
            take_packet(teletext, byte_reader_slice(&unit, PACKET_SIZE), moment);
    }
}

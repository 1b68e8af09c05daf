/* Pairs are control codes by their first byte; all else is characters. */
#include "pipelines/ts/cea608.h"

#define TRANSPARENT_SPACE 0x39u

/* Commands behind 0x14 or 0x15 (0x1c, 0x1d on the second channel) that choose what comes. */
enum {
    RESUME_CAPTION_LOADING = 0x20,
    ROLL_UP_2 = 0x25,
    ROLL_UP_3 = 0x26,
    ROLL_UP_4 = 0x27,
    RESUME_DIRECT_CAPTIONING = 0x29,
    TEXT_RESTART = 0x2a,
    RESUME_TEXT_DISPLAY = 0x2b,
    END_OF_CAPTION = 0x2f,
};

static bool
odd_parity(uint8_t byte)
{
    return (__builtin_popcount(byte) & 1) != 0;
}

static void
add(Cea608 *captions, unsigned field, unsigned characters, const TsMoment *moment)
{
    const Cea608Field *state = &captions->fields[field];
    const unsigned channel = field * 2 + state->channel;

    if (state->xds)
        captions->xds += characters;
    else if (state->known && state->text[state->channel])
        character_count_add(&captions->text[channel], characters, moment);
    else if (state->known)
        character_count_add(&captions->captions[channel], characters, moment);
}

static void
command(Cea608Field *state, uint8_t code)
{
    switch (code) {
    case RESUME_CAPTION_LOADING:
    case ROLL_UP_2:
    case ROLL_UP_3:
    case ROLL_UP_4:
    case RESUME_DIRECT_CAPTIONING:
    case END_OF_CAPTION:
        state->text[state->channel] = false;
        break;
    case TEXT_RESTART:
    case RESUME_TEXT_DISPLAY:
        state->text[state->channel] = true;
        break;
    default:
        break;
    }
}

/* A pair that begins with 0x10 to 0x1f, parity taken off. */
static void
control(Cea608 *captions, unsigned field, uint16_t code, const TsMoment *moment)
{
    Cea608Field *state = &captions->fields[field];
    const uint8_t first = code >> 8 & 0x77, second = code & 0x7f;

    if (state->control == code) {
        state->control = 0; /* a third one is a new one */
        return;
    }
    state->control = code;
    state->known = true;
    state->xds = false;
    state->channel = code >> 11 & 1;
    if ((first == 0x14 || first == 0x15) && second >= 0x20 && second <= 0x2f)
        command(state, second);
    else if (first == 0x11 && second >= 0x30 && second <= 0x3f)
        add(captions, field, second != TRANSPARENT_SPACE, moment);
}

void
cea608_push(Cea608 *captions, unsigned field, const uint8_t pair[2], const TsMoment *moment)
{
    Cea608Field *state = &captions->fields[field];
    const uint8_t first = pair[0] & 0x7f, second = pair[1] & 0x7f;
    const bool good = odd_parity(pair[1]);

    if (first == 0 && second == 0) {
        state->control = 0;
        return;
    }
    captions->pairs++;
    captions->parity_errors += !good || !odd_parity(pair[0]);
    if (!odd_parity(pair[0]) || (first < 0x20 && !good)) {
        state->control = 0;
        return;
    }
    if (first >= 0x10 && first < 0x20) {
        control(captions, field, (uint16_t)(first << 8 | second), moment);
        return;
    }
    state->control = 0;
    if (first > 0 && first < 0x10) {
        state->xds = field == 1 && first != 0x0f;
        return;
    }
    add(captions, field, (first > 0x20 ? 1u : 0u) + (good && second > 0x20 ? 1u : 0u), moment);
}

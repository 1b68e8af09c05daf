/* Closed captions of digital television (CEA-708), by the characters of each service. Pure,
 * bounded. Service blocks without characters are no captions. */
#pragma once

#include <stdbool.h>

#include "pipelines/ts/character-count.h"

#define CEA708_SERVICES   64u  /* numbers 1 to 63; 0 is none */
#define CEA708_PACKET_MAX 128u /* bytes of a caption channel packet, header included */

typedef struct {
    CharacterCount services[CEA708_SERVICES]; /* by service number */
    uint64_t packets;                         /* read, those that were cut included */
    uint64_t cut;             /* packets whose end did not come before the next one */
    uint64_t sequence_breaks; /* packets whose number does not follow */
    uint64_t malformed;       /* service blocks that leave their packet */

    /* The packet at hand. */
    bool open;
    bool numbered;    /* @sequence holds */
    uint8_t sequence; /* of the packet before: 0 to 3 */
    uint8_t have;     /* bytes of @data */
    uint8_t need;     /* bytes of the whole packet */
    uint8_t data[CEA708_PACKET_MAX];
} Cea708; /* all-zero is the initial state */

/* @start: the pair begins a packet (cc_type 3). Pairs come in the order in which they are shown. */
void cea708_push(Cea708 *captions, bool start, const uint8_t pair[2], const TsMoment *moment);

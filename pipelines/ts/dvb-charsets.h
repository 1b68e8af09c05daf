/* Character tables as constants: at run time nothing is loaded from files. Made by
 * make-charsets.py when the program is built. */
#pragma once

#include <stdint.h>

#define DVB_UNKNOWN 0xfffdu /* in no table */

/* A table of two-byte characters. */
typedef struct {
    uint8_t lead_first; /* first bytes: from */
    uint8_t lead_last;  /* to, inclusive */
    uint8_t trail_first;
    uint8_t trail_last;
    const uint8_t *row_of; /* by lead byte, from @lead_first on: the row in @rows */
    const uint16_t *rows;  /* rows of all trail bytes: Unicode, or DVB_UNKNOWN */
} DvbCharset;

extern const uint16_t dvb_8859[16][96]; /* part 1 to 16 minus one; bytes 0xa0 to 0xff */
extern const DvbCharset dvb_ksx1001;    /* as EUC-KR has it */
extern const DvbCharset dvb_gb2312;     /* as EUC-CN has it */
extern const DvbCharset dvb_big5;

/* Returns: Unicode, or DVB_UNKNOWN */
static inline uint16_t
dvb_charset_look_up(const DvbCharset *charset, uint8_t lead, uint8_t trail)
{
    const unsigned width = charset->trail_last - charset->trail_first + 1u;

    if (lead < charset->lead_first || lead > charset->lead_last || trail < charset->trail_first ||
        trail > charset->trail_last)
        return DVB_UNKNOWN;
    return charset
        ->rows[charset->row_of[lead - charset->lead_first] * width + trail - charset->trail_first];
}

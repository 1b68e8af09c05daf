/* Teletext in PES packets (ETSI EN 300 472, EN 300 706), by the characters on each page. Pure,
 * bounded.
 *
 * Characters of rows 1 to 23 with good parity count; headers and blank rows do not. A page with the
 * subtitle flag is shown boxed: what stands outside a box there is not shown, and does not count.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/ts/character-count.h"

#define TELETEXT_PAGES_MAX                                                                         \
    32u /* listed pages; subtitle pages take the place of others, and what                         \
           finds no place is counted in the sums alone */
#define TELETEXT_MAGAZINES 8u

typedef struct {
    uint16_t number;      /* as people say it, in hexadecimal digits: 0x100 to 0x8ff */
    bool subtitle;        /* its last header said so (C6) */
    uint64_t headers;     /* times it was sent, empty or not */
    CharacterCount count; /* on it, since it is listed */
} TeletextPage;

/* The page that rows of one magazine go to. */
typedef struct {
    bool open;
    bool subtitle;
    uint8_t place; /* index in the list and 1; 0: not listed */
} TeletextMagazine;

typedef struct {
    TeletextPage pages[TELETEXT_PAGES_MAX]; /* @n_pages entries, as they came */
    size_t n_pages;
    CharacterCount all;       /* on all pages */
    CharacterCount subtitles; /* on pages while they were flagged as subtitles */
    uint64_t packets;         /* teletext packets with a readable address */
    uint64_t hamming_errors;  /* packets whose address or header could not be read */
    uint64_t parity_errors;   /* characters */
    uint64_t malformed;       /* payloads of another kind, units that leave their payload */
    uint64_t unlisted;        /* headers of pages for which the list had no place */
    TeletextMagazine magazines[TELETEXT_MAGAZINES]; /* by number, 8 at 0 */
} Teletext;                                         /* all-zero is the initial state */

/* @payload: of one PES packet, header taken off */
void teletext_push(Teletext *teletext, const uint8_t *payload, size_t size, const TsMoment *moment);

/* What a picture carries beside itself: caption bytes (ATSC A/53 part 4, SCTE 128) and the active
 * format (AFD, ETSI TS 101 154 annex B). From the head of its access unit. Pure, bounded. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/ts/ts-tables.h"

#define PICTURE_CC_MAX  62u   /* triplets of a picture: twice what one cc_data() holds */
#define PICTURE_SEI_MAX 2048u /* bytes of an SEI NAL unit that are looked at */

/* One cc_data_pkt. */
typedef struct {
    uint8_t type; /* cc_type: 0 and 1 for the fields of CEA-608, 2 and 3 for CEA-708 */
    uint8_t data[2];
} CaptionPair;

typedef struct {
    bool bidirectional; /* MPEG-2: a B picture, shown before what was sent before it */
    bool has_afd;
    uint8_t afd;                       /* active_format, 0 to 15 */
    uint8_t n_pairs;                   /* at most PICTURE_CC_MAX */
    CaptionPair pairs[PICTURE_CC_MAX]; /* those with cc_valid, in their order */
    uint8_t refused;                   /* pairs beyond PICTURE_CC_MAX */
} PictureData;

/* @head: of an access unit, from its first start code to its first slice. @ret_data: (out): always
 * written; empty for codecs that carry neither. */
void picture_data_read(TsCodec codec, const uint8_t *head, size_t size, PictureData *ret_data);

/* DVB subtitles (ETSI EN 300 743): whether anything is shown, page by page. Pure, bounded.
 *
 * A page shows something when a region on it names an object that has pixels or characters. Pages
 * without regions, and regions without such objects, show nothing. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/ts/character-count.h"

#define DVB_SUBTITLE_PAGES_MAX   8u  /* page ids of one component; more are counted, not kept */
#define DVB_SUBTITLE_REGIONS_MAX 16u /* of a page; more are counted, not kept */
#define DVB_SUBTITLE_OBJECTS_MAX 32u /* of a region, and filled ones of a page; the same */

typedef struct {
    uint8_t id;
    bool on_page; /* the page composition lists it */
    uint8_t n_objects;
    uint16_t objects[DVB_SUBTITLE_OBJECTS_MAX]; /* ids, @n_objects entries */
} DvbSubtitleRegion;

typedef struct {
    uint16_t id;
    uint64_t compositions;     /* page composition segments */
    uint64_t shown;            /* display sets that show something */
    uint64_t blank;            /* display sets that show nothing */
    bool showing;              /* what the last display set says */
    TsMoment last_shown;       /* the last display set that shows something; all-zero before it */
    TsMoment changed;          /* when @showing took its value */
    CharacterCount characters; /* of objects that are text */

    bool pending;   /* a display set was begun and not judged */
    TsMoment begun; /* when it was */
    uint8_t n_regions;
    DvbSubtitleRegion regions[DVB_SUBTITLE_REGIONS_MAX];
    uint8_t n_filled;
    uint16_t filled[DVB_SUBTITLE_OBJECTS_MAX]; /* ids of objects that are not empty */
} DvbSubtitlePage;

typedef struct {
    DvbSubtitlePage pages[DVB_SUBTITLE_PAGES_MAX]; /* @n_pages entries, as they came */
    size_t n_pages;
    uint64_t segments;
    uint64_t malformed; /* payloads of another kind, segments that leave their payload */
    uint64_t refused;   /* pages, regions and objects beyond the bounds */
} DvbSubtitle;          /* all-zero is the initial state */

/* @payload: of one PES packet, header taken off. A display set is judged with its end segment; one
 * that has none, as early editions allow, with the next PES packet of another PTS. */
void dvb_subtitle_push(DvbSubtitle *subtitle,
                       const uint8_t *payload,
                       size_t size,
                       const TsMoment *moment);

/* The stream ended: a display set without its end is judged. */
void dvb_subtitle_flush(DvbSubtitle *subtitle);

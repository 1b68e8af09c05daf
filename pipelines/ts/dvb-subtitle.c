/* Segments change the state of their page; what it shows is judged when its display set is
 * complete, which may take several PES packets. */
#include "pipelines/ts/dvb-subtitle.h"

#include "pipelines/base/byte-reader.h"

#define DATA_IDENTIFIER 0x20u
#define FILLING         0xffu /* of padding streams between the packets */
#define SYNC            0x0fu
#define STATE_NORMAL    0u
#define OBJECT_BITMAP   0u
#define CODING_PIXELS   0u
#define CODING_TEXT     1u

enum {
    SEGMENT_PAGE = 0x10,
    SEGMENT_REGION = 0x11,
    SEGMENT_OBJECT = 0x13,
    SEGMENT_END = 0x80,
};

static DvbSubtitlePage *
page_of(DvbSubtitle *subtitle, uint16_t id)
{
    for (size_t i = 0; i < subtitle->n_pages; i++)
        if (subtitle->pages[i].id == id)
            return &subtitle->pages[i];
    if (subtitle->n_pages == DVB_SUBTITLE_PAGES_MAX) {
        subtitle->refused++;
        return NULL;
    }
    DvbSubtitlePage *page = &subtitle->pages[subtitle->n_pages++];

    *page = (DvbSubtitlePage){.id = id};
    return page;
}

static DvbSubtitleRegion *
region_of(DvbSubtitle *subtitle, DvbSubtitlePage *page, uint8_t id)
{
    for (size_t i = 0; i < page->n_regions; i++)
        if (page->regions[i].id == id)
            return &page->regions[i];
    if (page->n_regions == DVB_SUBTITLE_REGIONS_MAX) {
        subtitle->refused++;
        return NULL;
    }
    DvbSubtitleRegion *region = &page->regions[page->n_regions++];

    *region = (DvbSubtitleRegion){.id = id};
    return region;
}

static void
take_page(DvbSubtitle *subtitle, DvbSubtitlePage *page, ByteReader body, const TsMoment *moment)
{
    byte_reader_skip(&body, 1); /* timeout */
    const unsigned state = byte_reader_u8(&body) >> 2 & 3;

    if (body.broken) {
        subtitle->malformed++;
        return;
    }
    page->compositions++;
    page->pending = true;
    page->begun = *moment;
    if (state != STATE_NORMAL) { /* all that it needs comes anew */
        page->n_regions = 0;
        page->n_filled = 0;
    }
    for (size_t i = 0; i < page->n_regions; i++)
        page->regions[i].on_page = false;
    while (body.left >= 6) {
        DvbSubtitleRegion *region = region_of(subtitle, page, byte_reader_u8(&body));

        if (region)
            region->on_page = true;
        byte_reader_skip(&body, 5);
    }
}

static void
take_region(DvbSubtitle *subtitle, DvbSubtitlePage *page, ByteReader body)
{
    DvbSubtitleRegion *region = region_of(subtitle, page, byte_reader_u8(&body));

    byte_reader_skip(&body, 9); /* version, size, depth, colours */
    if (body.broken || !region) {
        subtitle->malformed += body.broken;
        return;
    }
    region->n_objects = 0;
    while (body.left >= 6) {
        const uint16_t id = byte_reader_u16(&body);
        const unsigned type = byte_reader_u16(&body) >> 14;

        byte_reader_skip(&body, 2);
        if (type != OBJECT_BITMAP)
            byte_reader_skip(&body, 2); /* colours of characters */
        if (region->n_objects < DVB_SUBTITLE_OBJECTS_MAX)
            region->objects[region->n_objects++] = id;
        else
            subtitle->refused++;
    }
}

static void
set_filled(DvbSubtitle *subtitle, DvbSubtitlePage *page, uint16_t id, bool filled)
{
    size_t at = 0;

    while (at < page->n_filled && page->filled[at] != id)
        at++;
    const bool listed = at < page->n_filled;

    if (listed && !filled)
        page->filled[at] = page->filled[--page->n_filled];
    else if (!listed && filled && page->n_filled < DVB_SUBTITLE_OBJECTS_MAX)
        page->filled[page->n_filled++] = id;
    else if (!listed && filled)
        subtitle->refused++;
}

/* Returns: characters of a text object */
static unsigned
text_of(ByteReader *body)
{
    const unsigned count = byte_reader_u8(body);
    unsigned characters = 0;

    for (unsigned i = 0; i < count && !body->broken; i++)
        characters += byte_reader_u16(body) > 0x20;
    return characters;
}

static void
take_object(DvbSubtitle *subtitle, DvbSubtitlePage *page, ByteReader body, const TsMoment *moment)
{
    const uint16_t id = byte_reader_u16(&body);
    const unsigned coding = byte_reader_u8(&body) >> 2 & 3;
    bool filled = true; /* of codings that later editions add, only the presence is known */

    if (coding == CODING_PIXELS) {
        const size_t top = byte_reader_u16(&body), bottom = byte_reader_u16(&body);

        filled = top + bottom > 0 && body.left > 0;
    } else if (coding == CODING_TEXT) {
        const unsigned characters = text_of(&body);

        filled = characters > 0;
        character_count_add(&page->characters, characters, moment);
    }
    subtitle->malformed += body.broken;
    set_filled(subtitle, page, id, filled && !body.broken);
}

static bool
has_filled(const DvbSubtitlePage *page, uint16_t id)
{
    for (size_t i = 0; i < page->n_filled; i++)
        if (page->filled[i] == id)
            return true;
    return false;
}

/* Objects may stand under a page id of their own, which several pages share. */
static bool
object_shows(const DvbSubtitle *subtitle, const DvbSubtitlePage *page, uint16_t id)
{
    for (size_t i = 0; i < subtitle->n_pages; i++) {
        const DvbSubtitlePage *holder = &subtitle->pages[i];

        if ((holder == page || holder->compositions == 0) && has_filled(holder, id))
            return true;
    }
    return false;
}

static bool
page_shows(const DvbSubtitle *subtitle, const DvbSubtitlePage *page)
{
    for (size_t i = 0; i < page->n_regions; i++)
        for (size_t k = 0; page->regions[i].on_page && k < page->regions[i].n_objects; k++)
            if (object_shows(subtitle, page, page->regions[i].objects[k]))
                return true;
    return false;
}

/* The display set is complete. */
static void
judge(const DvbSubtitle *subtitle, DvbSubtitlePage *page)
{
    if (!page->pending)
        return;
    const bool showing = page_shows(subtitle, page);

    page->pending = false;
    if (showing != page->showing || page->shown + page->blank == 0)
        page->changed = page->begun;
    page->showing = showing;
    page->shown += showing;
    page->blank += !showing;
    if (showing)
        page->last_shown = page->begun;
}

static void
take_segment(DvbSubtitle *subtitle,
             uint8_t type,
             DvbSubtitlePage *page,
             ByteReader body,
             const TsMoment *moment)
{
    switch (type) {
    case SEGMENT_PAGE:
        judge(subtitle, page); /* the set before had no end */
        take_page(subtitle, page, body, moment);
        break;
    case SEGMENT_REGION:
        take_region(subtitle, page, body);
        break;
    case SEGMENT_OBJECT:
        take_object(subtitle, page, body, moment);
        break;
    case SEGMENT_END:
        judge(subtitle, page);
        break;
    default: /* colours, sizes, stuffing */
        break;
    }
}

void
dvb_subtitle_push(DvbSubtitle *subtitle,
                  const uint8_t *payload,
                  size_t size,
                  const TsMoment *moment)
{
    ByteReader reader = byte_reader(payload, size);
    const uint8_t identifier = byte_reader_u8(&reader);

    byte_reader_skip(&reader, 1); /* subtitle_stream_id */
    if (identifier != DATA_IDENTIFIER) {
        subtitle->malformed += identifier != FILLING;
        return;
    }
    for (size_t i = 0; i < subtitle->n_pages; i++)
        if (subtitle->pages[i].begun.pts != moment->pts)
            judge(subtitle, &subtitle->pages[i]);
    while (reader.left > 0 && byte_reader_u8(&reader) == SYNC) {
        const uint8_t type = byte_reader_u8(&reader);
        const uint16_t page_id = byte_reader_u16(&reader);
        const uint16_t length = byte_reader_u16(&reader);
        const ByteReader body = byte_reader_slice(&reader, length);

        if (body.broken) {
            subtitle->malformed++;
            break;
        }
        subtitle->segments++;
        DvbSubtitlePage *page = page_of(subtitle, page_id);

        if (page)
            take_segment(subtitle, type, page, body, moment);
    }
}

void
dvb_subtitle_flush(DvbSubtitle *subtitle)
{
    for (size_t i = 0; i < subtitle->n_pages; i++)
        judge(subtitle, &subtitle->pages[i]);
}

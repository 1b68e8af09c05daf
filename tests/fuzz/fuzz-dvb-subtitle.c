/* PES payloads of a subtitle component, each behind a byte that steps its PTS and two bytes of its
 * length. */
#include <glib.h>

#include "pipelines/ts/dvb-subtitle.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void
check(const DvbSubtitle *subtitle)
{
    g_assert_cmpuint(subtitle->n_pages, <=, DVB_SUBTITLE_PAGES_MAX);
    for (gsize i = 0; i < subtitle->n_pages; i++) {
        const DvbSubtitlePage *page = &subtitle->pages[i];

        g_assert_cmpuint(page->shown + page->blank, <=, page->compositions);
        g_assert_cmpuint(page->n_regions, <=, DVB_SUBTITLE_REGIONS_MAX);
        g_assert_cmpuint(page->n_filled, <=, DVB_SUBTITLE_OBJECTS_MAX);
        g_assert_false(page->pending);
        g_assert_true(!page->showing || page->shown > 0);
        for (gsize k = 0; k < page->n_regions; k++)
            g_assert_cmpuint(page->regions[k].n_objects, <=, DVB_SUBTITLE_OBJECTS_MAX);
    }
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree DvbSubtitle *subtitle = g_new0(DvbSubtitle, 1);
    TsMoment moment = {{0, 0}, 0};

    while (size >= 3) {
        const gsize length = MIN((gsize)data[1] << 8 | data[2], size - 3);

        moment.place.packet++;
        moment.pts += data[0];
        dvb_subtitle_push(subtitle, data + 3, length, &moment);
        data += 3 + length;
        size -= 3 + length;
    }
    dvb_subtitle_flush(subtitle);
    check(subtitle);
    return 0;
}

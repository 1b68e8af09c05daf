/* PES payloads of a teletext component, each behind two bytes of its length. */
#include <glib.h>

#include "pipelines/ts/teletext.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void
check(const Teletext *teletext)
{
    guint64 listed = 0;

    g_assert_cmpuint(teletext->n_pages, <=, TELETEXT_PAGES_MAX);
    for (gsize i = 0; i < teletext->n_pages; i++) {
        g_assert_cmphex(teletext->pages[i].number, >=, 0x100);
        g_assert_cmphex(teletext->pages[i].number, <, 0x8ff);
        g_assert_cmpuint(teletext->pages[i].headers, >, 0);
        listed += teletext->pages[i].count.characters;
    }
    g_assert_cmpuint(listed, <=, teletext->all.characters);
    g_assert_cmpuint(teletext->subtitles.characters, <=, teletext->all.characters);
    g_assert_cmpuint(teletext->all.characters, <=, teletext->packets * 40);
    for (gsize i = 0; i < TELETEXT_MAGAZINES; i++)
        g_assert_cmpuint(teletext->magazines[i].place, <=, teletext->n_pages);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    Teletext teletext = {0};
    TsMoment moment = {{0, 0}, 0};

    while (size >= 2) {
        const gsize length = MIN((gsize)data[0] << 8 | data[1], size - 2);

        moment.place.packet++;
        teletext_push(&teletext, data + 2, length, &moment);
        data += 2 + length;
        size -= 2 + length;
    }
    check(&teletext);
    return 0;
}

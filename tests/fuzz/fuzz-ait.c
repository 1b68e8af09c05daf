/* Sections, each behind two bytes of its length, into one table. A CRC is put right where the top
 * bit of the length says so: otherwise nothing would ever be parsed. */
#include <glib.h>
#include <string.h>

#include "pipelines/ts/ait.h"
#include "pipelines/ts/ts-section.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void
put_crc_right(guint8 *section, gsize size)
{
    if (size < 4)
        return;
    const guint32 crc = GUINT32_TO_BE(ts_crc32(section, size - 4));

    memcpy(section + size - 4, &crc, sizeof crc);
}

static void
check(const Ait *ait)
{
    g_assert_cmpuint(ait->n_applications, <=, AIT_APPLICATIONS_MAX);
    g_assert_cmpuint(ait->n_seen, <=, AIT_SECTIONS_MAX);
    for (gsize i = 0; i < ait->n_applications; i++) {
        const AitApplication *application = &ait->applications[i];

        g_assert_true(g_utf8_validate(application->name, -1, NULL));
        g_assert_true(g_utf8_validate(application->url, -1, NULL));
        g_assert_cmpuint(strlen(application->language), <=, 3);
        g_assert_nonnull(ait_control_name(application->control));
        g_assert_nonnull(ait_type_name(application->type));
    }
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree Ait *ait = g_new0(Ait, 1);
    TsPlace place = {0, 0};

    while (size >= 2) {
        const gsize length = MIN((gsize)(data[0] & 0x0f) << 8 | data[1], size - 2);
        g_autofree guint8 *section = g_memdup2(data + 2, length);

        if ((data[0] & 0x80) != 0)
            put_crc_right(section, length);
        place.packet++;
        ait_push(ait, section, length, &place);
        check(ait);
        data += 2 + length;
        size -= 2 + length;
    }
    return 0;
}

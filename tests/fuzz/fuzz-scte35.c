/* Sections, each behind two bytes of its length, through the log. A CRC is put right where the top
 * bit of the length says so: otherwise nothing would ever be parsed. */
#include <glib.h>
#include <string.h>

#include "pipelines/ts/scte35-log.h"
#include "pipelines/ts/ts-section.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void
check(const Scte35Entry *entry)
{
    const Scte35 *message = &entry->message;
    char text[SCTE35_DESCRIPTION_MAX];

    g_assert_cmpuint(message->pts, <, PTS90_MODULUS);
    g_assert_cmpuint(scte35_events_kept(message), <=, SCTE35_EVENTS_MAX);
    g_assert_cmpuint(scte35_components_kept(message), <=, SCTE35_COMPONENTS_MAX);
    for (gsize i = 0; i < scte35_descriptors_kept(message); i++) {
        const Scte35Segmentation *segmentation = scte35_segmentation_at(message, i);

        if (!segmentation)
            continue;
        scte35_describe(segmentation, text, sizeof text);
        g_assert_true(g_utf8_validate(text, -1, NULL));
    }
}

static void
put_crc_right(guint8 *section, gsize size)
{
    if (size < 4)
        return;
    const guint32 crc = GUINT32_TO_BE(ts_crc32(section, size - 4));

    memcpy(section + size - 4, &crc, sizeof crc);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(Scte35Log) log = scte35_log_new();
    TsPlace place = {0, 0};
    Scte35Counters counters;

    while (size >= 2) {
        const gsize length = MIN((gsize)(data[0] & 0x0f) << 8 | data[1], size - 2);
        g_autofree guint8 *section = g_memdup2(data + 2, length);

        if ((data[0] & 0x80) != 0)
            put_crc_right(section, length);
        place.packet++;
        place.arrival_us += (MonoUs)length * US_PER_SECOND;
        const Scte35Entry *entry = scte35_log_push(log, section, length, &place);

        if (entry)
            check(entry);
        data += 2 + length;
        size -= 2 + length;
    }
    scte35_log_counters(log, &counters);
    g_assert_cmpuint(counters.sections, ==,
                     counters.repeats + counters.other_table + scte35_log_size(log) +
                         counters.gave_way);
    return 0;
}

/* Records one after the other, until the batch is full. */
#include "appliance/http/view-thumbs.h"

#include <string.h>

#include "appliance/http/board.h"

#define HEADER_BYTES 16u
#define FIXED_BYTES  26u /* of a record, without id and picture */

static void
put_le(GByteArray *out, uint64_t value, unsigned bytes)
{
    uint8_t raw[8];

    for (unsigned i = 0; i < bytes; i++)
        raw[i] = (uint8_t)(value >> (8 * i));
    g_byte_array_append(out, raw, bytes);
}

static void
put_record(GByteArray *out, const BoardPicture *picture)
{
    const size_t id_size = strlen(picture->channel_id);
    gsize jpeg_size = 0;
    const uint8_t *jpeg = (const uint8_t *)g_bytes_get_data(picture->jpeg, &jpeg_size);

    put_le(out, id_size, 2);
    g_byte_array_append(out, (const uint8_t *)picture->channel_id, (guint)id_size);
    put_le(out, picture->seq, 8);
    put_le(out, (uint64_t)(picture->captured_wall_us / US_PER_MS), 8);
    put_le(out, picture->width, 2);
    put_le(out, picture->height, 2);
    put_le(out, jpeg_size, 4);
    g_byte_array_append(out, jpeg, (guint)jpeg_size);
}

GBytes *
view_thumbs(const GPtrArray *pictures, const char *const *ids, guint64 latest)
{
    GByteArray *out = g_byte_array_sized_new(HEADER_BYTES);
    g_autoptr(GByteArray) records = g_byte_array_new();
    uint64_t written_seq = 0;
    unsigned count = 0;
    bool cut = false;

    for (guint i = 0; i < pictures->len && !cut; i++) {
        const BoardPicture *picture = (const BoardPicture *)pictures->pdata[i];
        const size_t size =
            FIXED_BYTES + strlen(picture->channel_id) + g_bytes_get_size(picture->jpeg);

        if (ids != NULL && !g_strv_contains(ids, picture->channel_id))
            continue;
        cut = count == THUMBS_RECORDS_MAX ||
              (count > 0 && records->len + size + HEADER_BYTES > THUMBS_BYTES_MAX);
        if (cut)
            break;
        put_record(records, picture);
        written_seq = picture->seq;
        count++;
    }
    g_byte_array_append(out, (const uint8_t *)"GTH1", 4);
    put_le(out, count, 4);
    put_le(out, cut ? written_seq : latest, 8);
    g_byte_array_append(out, records->data, records->len);
    return g_byte_array_free_to_bytes(out);
}

/* The batch of pictures that a wall asks for once a second. Pure.
 *
 *     0      4       8                16
 *    +------+-------+----------------+---- records ------------------------------------------+
 *    | GTH1 | count | latest_seq u64 | u16 id_len, id, u64 seq, i64 captured_unix_ms,         |
 *    |      | u32   |                | u16 width, u16 height, u32 jpeg_len, jpeg bytes        |
 *    +------+-------+----------------+-------------------------------------------------------+
 *
 * Integers are little-endian; a record starts where the one before ends. latest_seq is what to ask
 * for as `since` next: the last one written if the batch was cut, else the newest there is. */
#pragma once

#include <glib.h>

#define THUMBS_RECORDS_MAX 256u
#define THUMBS_BYTES_MAX   (4u << 20)

/* @pictures: (element-type BoardPicture), ascending by seq; @ids: (nullable): the only channels
 * wanted; @latest: newest number there is. Returns: (transfer full) */
GBytes *view_thumbs(const GPtrArray *pictures, const char *const *ids, guint64 latest);

/* Text of DVB tables (EN 300 468 annex A) to clean UTF-8. Pure. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/**
 * dvb_text:
 * @data: @size bytes as they stand in a descriptor, with the byte that selects the character table
 * @ret_text: (out): terminated, at most @max bytes with the terminator; valid UTF-8 without control
 *   codes; a line break stands as a space, emphasis is taken off
 *
 * Known: the default table (ISO 6937 with the euro), all parts of ISO 8859, UTF-16, KS X 1001,
 * GB 2312, Big5, UTF-8. What is in no table stands as U+FFFD; so does, as one, the whole of a text
 * in an encoding that is not known: encoding_type_id (0x1f), and the strings of ISDB.
 */
void dvb_text(const uint8_t *data, size_t size, char *ret_text, size_t max);

/* UTF-16, big-endian, as ATSC has it; ends at the first NUL. Else like dvb_text(). */
void dvb_text_utf16(const uint8_t *data, size_t size, char *ret_text, size_t max);

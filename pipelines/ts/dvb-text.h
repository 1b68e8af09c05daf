/* Text of DVB tables (EN 300 468 annex A) to clean UTF-8. Pure. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/**
 * dvb_text:
 * @data: @size bytes as they stand in a descriptor, with the byte that selects the character table
 * @ret_text: (out): terminated, at most @max bytes with the terminator; control codes taken off,
 *   U+FFFD for what is in no table known here (known: default Latin, 8859-1, -5, -7, -9, -15,
 * UTF-8)
 */
void dvb_text(const uint8_t *data, size_t size, char *ret_text, size_t max);

/* Opus in a transport stream, ETSI TS 103 491: units with a control header each. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/byte-reader.h"

#define OPUS_HEAD_MAX 29u /* bytes */

/* How many channels @config has, a channel_config_code plus 1; 2 where it is not said. */
unsigned opus_channels(unsigned config);

/* Writes the identification header of RFC 7845, 5.1, that a decoder of @config wants: streams and
 * their order are those of RFC 7845, 5.1.1.2; dual mono is two channels of one stream.
 * Returns: bytes written */
size_t opus_head(unsigned config, uint8_t ret_head[OPUS_HEAD_MAX]);

/* Takes the next unit from @reader. Returns: false when there is none, or no control header is
 * where one must be: nothing behind it can be found then */
bool opus_units_next(ByteReader *reader, ByteReader *ret_packet);

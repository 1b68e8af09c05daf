/* Opus in a transport stream, ETSI TS 103 491: units with a control header each. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/byte-reader.h"

/* Takes the next unit from @reader. Returns: false when there is none, or no control header is
 * where one must be: nothing behind it can be found then */
bool opus_units_next(ByteReader *reader, ByteReader *ret_packet);

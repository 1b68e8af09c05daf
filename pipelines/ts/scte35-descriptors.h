/* The descriptors of an SCTE-35 message. */
#pragma once

#include "pipelines/base/byte-reader.h"
#include "pipelines/ts/scte35.h"

/* Reads all of @loop into @message. Returns: false if a length leaves its bounds */
bool scte35_read_descriptors(ByteReader loop, Scte35 *message);

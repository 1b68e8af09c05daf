/* Whether a coded picture can be decoded without those before it. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/ts/ts-tables.h"

/**
 * key_frame_in:
 * @data: @size bytes of one access unit, as an Annex B or MPEG-2 byte stream
 *
 * H.264: an IDR slice, or a parameter set, or a recovery point, before the first slice. HEVC: a
 * random access picture (types 16 to 21). MPEG-2: a sequence header, or an intra picture.
 * Returns: true for any other codec, too: audio is always a key
 */
bool key_frame_in(TsCodec codec, const uint8_t *data, size_t size);

/* Whether a unit that is no key is a recovery point all the same (a SEI message, H.264 D.1.8, HEVC
 * D.2.8): decoding may begin there, and pictures are whole after @ret_units more units that
 * recovery_counts(). */
bool recovery_point_in(TsCodec codec, const uint8_t *data, size_t size, unsigned *ret_units);

/**
 * key_frame_parameters:
 * @data: as above
 *
 * A sum over what describes the format before the first slice: sequence parameter sets of H.264,
 * those and the video parameter set of HEVC, the sequence header of MPEG-1 and -2 and its
 * extensions.
 * Returns: the same for the same bytes; 0 when there are none
 */
uint32_t key_frame_parameters(TsCodec codec, const uint8_t *data, size_t size);

/* Whether the unit counts among those of a recovery point: H.264 counts pictures that others are
 * made from, HEVC all. */
bool recovery_counts(TsCodec codec, const uint8_t *data, size_t size);

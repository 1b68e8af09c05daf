/* A source that needs no encoder: pictures and sound with right headers, stamps and sizes, and with
 * nothing in them. For tests of the transport; a decoder finds no picture. Pure.
 *
 * One second is made and repeated. The picture takes half of the rate at most and a frame is sent
 * shortly before it is decoded, so that no buffer of the standard's decoder model runs over or dry.
 */
#pragma once

#include "tests/traffic/source.h"

#define SYNTHETIC_RATE_MIN_BPS 1000000
#define SYNTHETIC_RATE_MAX_BPS 100000000

/* @rate_bps: of the multiplex, SYNTHETIC_RATE_MIN_BPS to _MAX_BPS; rounded down to what a loop can
 * hold. @services: how many of them will share the rate, 1 to 4.
 * Returns: (transfer full) */
Source *synthetic_source_new(uint32_t rate_bps, unsigned services);

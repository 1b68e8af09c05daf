/* A sender that should not be there, in words. Pure. */
#pragma once

#include "pipelines/base/units.h"
#include "pipelines/ts/ip-flow.h"

#define SECOND_SOURCE_TEXT_BYTES 200u

/* Whether on any leg two senders send at the same time. @ret_since_us: (out): since when, if so */
bool second_source_is_there(const IpFigures *figures, MonoUs *ret_since_us);

/* "10.0.0.5:5000 and 10.0.0.9:5000 both send to leg 1", or "" while there is none. */
void second_source_text(const IpFigures *figures, char ret_text[SECOND_SOURCE_TEXT_BYTES]);

/* Recordings as the API shows them. Pure. */
#pragma once

#include <glib.h>
#include <libsoup/soup.h>

#include "appliance/events/segment-reader.h"

/* {"items":[...], ...}: @entries (element-type SegmentEntry), oldest first. @now_us: wall time */
void view_segments(GString *out, const GArray *entries, WallUs now_us);

/* X-Clip-*: what is in a clip. */
void view_clip_headers(const SegmentClipInfo *info, SoupMessageHeaders *headers);

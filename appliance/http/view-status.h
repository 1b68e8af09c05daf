/* The page that a broadcaster sees of its own channels: HTML for a phone, without a script. Pure.
 */
#pragma once

#include "appliance/http/view-channel.h"
#include "appliance/model/snapshot.h"

#define STATUS_REFRESH_S 15u /* how often the page asks anew */

/* @snapshot: narrowed to what may be known; @title: what the link is for */
void
view_status_page(GString *out, const Snapshot *snapshot, const char *title, const ViewTime *now);

/* The Content-Security-Policy that lets this page's own style through and nothing else.
 * Returns: (transfer full) */
char *view_status_policy(void);

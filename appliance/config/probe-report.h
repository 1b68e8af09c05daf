/* What gantry-probe printed about an input, cut down to what somebody needs who wants to watch it.
 * The process that printed it had a stream from outside in its hands: nothing is believed. Pure. */
#pragma once

#include <glib.h>

#define PROBE_REPORT_MAX     (8u << 20) /* bytes that are looked at */
#define PROBE_SERVICES_MAX   64u
#define PROBE_COMPONENTS_MAX 64u    /* of one service */
#define PROBE_TEXT_MAX       120u   /* bytes of any name */
#define PROBE_JPEG_MAX       80000u /* characters of base64 */

/* Returns: (transfer full): a JSON object:
 *   {"bitrate_bps": 8000000, "cc_errors": 0, "warnings": ["..."],
 *    "services": [{"service_id": 1, "name": "One", "provider": "", "bitrate_bps": 7900000,
 *                  "scrambled": false, "jpeg_base64": "..." or null,
 *                  "components": [{"pid": 256, "kind": "video", "codec": "H.264", "language": "",
 *                                  "detail": "1920x1080 interlaced, 25 frames/s"}]}]}
 * %NULL with %GANTRY_ERROR_INVALID if it is no report. @text: @size bytes of any content */
char *probe_report_reduce(const char *text, size_t size, GError **error) G_GNUC_WARN_UNUSED_RESULT;

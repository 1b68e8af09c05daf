/* How the video of a channel is coded, and what changed about it, in words. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "pipelines/elements/gantry-picture-meter.h"
#include "pipelines/ts/es-info.h"

#define FORMAT_TEXT_MAX 320u /* bytes of a change, with the terminator */

/* What is known of it; figures of 0 are not known, and compare with nothing. */
typedef struct {
    TsCodec codec;
    EsVideo coded;         /* headers of the stream */
    PictureFormat decoded; /* the last picture */
    int afd;               /* active format, 0 to 15; -1: none is sent */
} VideoFormat;

typedef struct {
    bool known;
    VideoFormat last;
} FormatWatch; /* all-zero is the initial state */

/**
 * format_watch_step:
 * @now: what is known; a stream that is not there is not shown here
 * @ret_text: (out): what changed, such as "picture: 1920x1080 (was 1280x720), interlaced (was
 *   progressive)"
 *
 * Another codec is told by the tables and not here; what comes with it is.
 *
 * Returns: whether anything changed
 */
bool format_watch_step(FormatWatch *watch, const VideoFormat *now, char ret_text[FORMAT_TEXT_MAX]);

/* One picture of a terminal: lines of styled text, each cut at the right edge. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum {
    FRAME_PLAIN,
    FRAME_HEAD,  /* of a block */
    FRAME_FAINT, /* of little weight: not applicable, units */
    FRAME_ERROR,
    FRAME_PAST, /* an error that is over */
} FrameStyle;

typedef struct {
    GString *text; /* owned; what to write to the terminal */
    unsigned columns;
    unsigned rows;
    unsigned column; /* used of the present line */
    unsigned row;    /* the present line, from 0 */
    bool coloured;   /* the terminal takes colours */
} Frame;

/* Returns: (transfer full). The terminal has @columns and @rows, both at least 1. */
Frame *frame_new(unsigned columns, unsigned rows, bool coloured);
void frame_free(Frame *frame); /* (nullable) */

/* Appends to the line, as far as there is room. @text: valid UTF-8 without control characters */
void frame_put(Frame *frame, FrameStyle style, const char *text);
void frame_printf(Frame *frame, FrameStyle style, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* In exactly @width columns, see text_columns_append(). */
void frame_put_padded(Frame *frame, FrameStyle style, int width, const char *text);
/* Fills up to @column with spaces. */
void frame_tab(Frame *frame, unsigned column);
/* Ends the line. What would go below the last one is left out. */
void frame_end_line(Frame *frame);
/* Lines that are left, the present one included. */
unsigned frame_room(const Frame *frame);
/* The rest of the screen is empty. Returns: (transfer none): valid until the frame changes */
const char *frame_finish(Frame *frame);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Frame, frame_free)

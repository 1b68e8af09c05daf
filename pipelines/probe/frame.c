/* Nothing is written below the last line or beyond the right edge, so the terminal never scrolls.
 */
#include "pipelines/probe/frame.h"

#include "pipelines/probe/text-columns.h"

#define HOME          "\033[H"
#define CLEAR_TO_EDGE "\033[K"
#define CLEAR_BELOW   "\033[J"
#define PLAIN         "\033[0m"

Frame *
frame_new(unsigned columns, unsigned rows, bool coloured)
{
    Frame *frame = g_new0(Frame, 1);

    frame->text = g_string_new(HOME);
    frame->columns = columns;
    frame->rows = rows;
    frame->coloured = coloured;
    return frame;
}

void
frame_free(Frame *frame)
{
    if (!frame)
        return;
    g_string_free(frame->text, TRUE);
    g_free(frame);
}

static const char *
escape_of(FrameStyle style)
{
    switch (style) {
    case FRAME_HEAD:
        return "\033[1m";
    case FRAME_FAINT:
        return "\033[2m";
    case FRAME_ERROR:
        return "\033[1;37;41m";
    case FRAME_PAST:
        return "\033[33m";
    case FRAME_PLAIN:
        return "";
    }
    return "";
}

void
frame_put(Frame *frame, FrameStyle style, const char *text)
{
    const bool styled = frame->coloured && style != FRAME_PLAIN;

    if (frame->row >= frame->rows)
        return;
    g_autofree char *cut = g_strndup(text, text_columns_fit(text, frame->columns - frame->column));

    if (!*cut)
        return;
    g_string_append_printf(frame->text, "%s%s%s", styled ? escape_of(style) : "", cut,
                           styled ? PLAIN : "");
    frame->column += text_columns(cut);
}

void
frame_printf(Frame *frame, FrameStyle style, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);

    va_end(arguments);
    frame_put(frame, style, text);
}

void
frame_put_padded(Frame *frame, FrameStyle style, int width, const char *text)
{
    GString *padded = g_string_new(NULL);

    text_columns_append(padded, width, text);
    frame_put(frame, style, padded->str);
    g_string_free(padded, TRUE);
}

void
frame_tab(Frame *frame, unsigned column)
{
    while (frame->column < MIN(column, frame->columns) && frame->row < frame->rows)
        frame_put(frame, FRAME_PLAIN, " ");
}

void
frame_end_line(Frame *frame)
{
    if (frame->row >= frame->rows)
        return;
    /* At the right edge the cursor stands on the last character, which it would clear. */
    if (frame->column < frame->columns)
        g_string_append(frame->text, CLEAR_TO_EDGE);
    if (frame->row + 1 < frame->rows)
        g_string_append(frame->text, "\r\n");
    frame->row++;
    frame->column = 0;
}

unsigned
frame_room(const Frame *frame)
{
    return frame->rows - frame->row;
}

const char *
frame_finish(Frame *frame)
{
    if (frame->row < frame->rows)
        g_string_append(frame->text, CLEAR_BELOW);
    return frame->text->str;
}

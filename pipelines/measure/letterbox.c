/* Rows and columns from the edges inwards, up to the first that shows something. */
#include "pipelines/measure/letterbox.h"

#include <math.h>

/* Whether @count samples, @step bytes apart, are dark but for a few. */
static bool
is_dark(const uint8_t *at, size_t step, unsigned count)
{
    unsigned bright = 0;

    for (unsigned i = 0; i < count; i++)
        bright += at[i * step] >= LETTERBOX_DARK;
    return bright <= count * LETTERBOX_STRAY;
}

static unsigned
dark_rows(const LumaPlane *plane, bool from_end)
{
    unsigned n = 0;

    while (n < plane->height &&
           is_dark(plane->data + (from_end ? plane->height - 1 - n : n) * plane->stride, 1,
                   plane->width))
        n++;
    return n;
}

static unsigned
dark_columns(const LumaPlane *plane, bool from_end)
{
    unsigned n = 0;

    while (n < plane->width && is_dark(plane->data + (from_end ? plane->width - 1 - n : n),
                                       plane->stride, plane->height))
        n++;
    return n;
}

LetterboxFigures
letterbox_measure(const LumaPlane *plane)
{
    const LetterboxFigures figures = {
        .known = true,
        .left = (double)dark_columns(plane, false) / plane->width,
        .right = (double)dark_columns(plane, true) / plane->width,
        .top = (double)dark_rows(plane, false) / plane->height,
        .bottom = (double)dark_rows(plane, true) / plane->height,
    };

    if (fmax(figures.left, figures.right) > LETTERBOX_BAR_MAX ||
        fmax(figures.top, figures.bottom) > LETTERBOX_BAR_MAX)
        return (LetterboxFigures){0};
    return figures;
}

static LetterboxFigures
least(const LetterboxFigures *one, const LetterboxFigures *other)
{
    return (LetterboxFigures){
        .known = true,
        .left = fmin(one->left, other->left),
        .right = fmin(one->right, other->right),
        .top = fmin(one->top, other->top),
        .bottom = fmin(one->bottom, other->bottom),
    };
}

void
letterbox_watch(LetterboxWatch *watch, const LetterboxFigures *figures, int64_t at_us)
{
    if (!figures->known)
        return;
    if (!watch->candidate.known) {
        watch->candidate = *figures;
        watch->since_us = at_us;
    }
    watch->candidate = least(&watch->candidate, figures);
    if (watch->believed.known)
        watch->believed = least(&watch->believed, figures);
    if (at_us - watch->since_us < LETTERBOX_HOLD_US)
        return;
    watch->believed = watch->candidate;
    watch->candidate = *figures;
    watch->since_us = at_us;
}

/* A table of the usual orders. */
#include "pipelines/measure/sound-layout.h"

#include <stddef.h>

#define FRONT SOUND_FRONT_LEFT, SOUND_FRONT_RIGHT

static const SoundPosition usual[SOUND_CHANNELS_MAX + 1][SOUND_CHANNELS_MAX] = {
    [1] = {SOUND_CENTRE},
    [2] = {FRONT},
    [3] = {FRONT, SOUND_CENTRE},
    [4] = {FRONT, SOUND_BACK_LEFT, SOUND_BACK_RIGHT},
    [5] = {FRONT, SOUND_CENTRE, SOUND_SIDE_LEFT, SOUND_SIDE_RIGHT},
    [6] = {FRONT, SOUND_CENTRE, SOUND_LOW, SOUND_SIDE_LEFT, SOUND_SIDE_RIGHT},
    [7] = {FRONT, SOUND_CENTRE, SOUND_LOW, SOUND_OTHER, SOUND_SIDE_LEFT, SOUND_SIDE_RIGHT},
    [8] = {FRONT, SOUND_CENTRE, SOUND_LOW, SOUND_BACK_LEFT, SOUND_BACK_RIGHT, SOUND_SIDE_LEFT,
           SOUND_SIDE_RIGHT},
};

SoundLayout
sound_layout_of_count(unsigned n_channels)
{
    SoundLayout layout = {.n_channels = n_channels};

    if (n_channels > SOUND_CHANNELS_MAX)
        layout.n_channels = SOUND_CHANNELS_MAX;
    for (unsigned i = 0; i < layout.n_channels; i++)
        layout.at[i] = n_channels > SOUND_CHANNELS_MAX ? SOUND_OTHER : usual[n_channels][i];
    return layout;
}

static bool
has(const SoundLayout *layout, SoundPosition position)
{
    for (unsigned i = 0; i < layout->n_channels; i++)
        if (layout->at[i] == position)
            return true;
    return false;
}

double
sound_layout_weight(const SoundLayout *layout, unsigned channel)
{
    const double front = layout->dual_mono && layout->n_channels == 1 ? 2.0 : 1.0;

    switch (layout->at[channel]) {
    case SOUND_LOW:
        return 0.0;
    case SOUND_SIDE_LEFT:
    case SOUND_SIDE_RIGHT:
        return 1.41;
    case SOUND_BACK_LEFT:
    case SOUND_BACK_RIGHT:
        /* Where there is no side, the surround loudspeakers go by this name. */
        return has(layout, SOUND_SIDE_LEFT) || has(layout, SOUND_SIDE_RIGHT) ? 1.0 : 1.41;
    case SOUND_FRONT_LEFT:
    case SOUND_FRONT_RIGHT:
    case SOUND_CENTRE:
    case SOUND_OTHER:
        break;
    }
    return front;
}

static bool
find(const SoundLayout *layout, SoundPosition position, unsigned *ret_channel)
{
    for (unsigned i = 0; i < layout->n_channels; i++) {
        if (layout->at[i] != position)
            continue;
        *ret_channel = i;
        return true;
    }
    return false;
}

bool
sound_layout_pair(const SoundLayout *layout,
                  SoundPosition left,
                  SoundPosition right,
                  SoundPair *ret_pair)
{
    SoundPair pair = {0, 0};

    if (!find(layout, left, &pair.left) || !find(layout, right, &pair.right))
        return false;
    *ret_pair = pair;
    return true;
}

bool
sound_layout_equal(const SoundLayout *a, const SoundLayout *b)
{
    if (a->n_channels != b->n_channels || a->dual_mono != b->dual_mono)
        return false;
    for (unsigned i = 0; i < a->n_channels; i++)
        if (a->at[i] != b->at[i])
            return false;
    return true;
}

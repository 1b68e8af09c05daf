/* A sentence a fault. */
#include "pipelines/worker/picture-evidence.h"

#include <math.h>

#include "pipelines/contract/catalogue.h"
#include "pipelines/measure/uniform.h"
#include "pipelines/worker/channel-states.h"

/* ", seen in pictures 2.0 s apart": how finely was looked. Returns: (transfer full) */
static char *
describe_resolution(const PictureFigures *picture)
{
    if (picture->between_us <= 0)
        return g_strdup("");
    return g_strdup_printf(", seen in pictures %.3g s apart", (double)picture->between_us / 1e6);
}

static char *
describe_freeze(const FaultState *state, const PictureFigures *picture, const EsFigures *video)
{
    if (state->value == (double)STATES_FREEZE_NO_PTS)
        return g_strdup_printf("no-pts: packets of the picture arrive, but for %.1f s none with a "
                               "later time stamp",
                               (double)(video->packet_us - video->advanced_us) / 1e6);
    if (state->value == (double)STATES_FREEZE_EXACT)
        return g_strdup("exact: pictures repeat to the bit");
    return g_strdup_printf(
        "noise: no block of the picture changes by more than %.1f levels; mean difference %.0f dB",
        picture->block_levels, isfinite(picture->difference_db) ? picture->difference_db : -120.0);
}

static char *
describe(const FaultState *state,
         const PictureFigures *picture,
         const EsFigures *video,
         const MessageConfig *config)
{
    const int slate = picture->slate_index;

    switch (state->fault) {
    case FAULT_PICTURE_BLACK:
        return g_strdup_printf("%.1f %% of the picture are darker than a tenth of the range; mean "
                               "luma %.1f %%",
                               100 * picture->dark_share, 100 * picture->luma_mean);
    case FAULT_PICTURE_FROZEN:
        return describe_freeze(state, picture, video);
    case FAULT_PICTURE_UNIFORM:
        return g_strdup_printf("all of the picture is %s (Y %u, Cb %u, Cr %u of 255)",
                               uniform_colour_name(picture->colour), picture->colour[0],
                               picture->colour[1], picture->colour[2]);
    case FAULT_COLOUR_BARS:
        return g_strdup_printf("%s colour bars", colour_bars_name(picture->layout));
    case FAULT_SLATE_SHOWN:
        return g_strdup_printf("slate \"%s\"", slate >= 0 && (size_t)slate < config->n_slates
                                                   ? config->slates[slate].name
                                                   : "");
    case FAULT_BLOCKINESS:
        return g_strdup_printf("steps on the edges of coding blocks are %.1f times those beside "
                               "them",
                               picture->blockiness);
    case FAULT_FRAME_RATE:
        return g_strdup_printf("%.4g pictures a second by their time stamps", state->value);
    default:
        return NULL;
    }
}

char *
picture_evidence_text(const FaultState *state,
                      const PictureFigures *picture,
                      const EsFigures *video,
                      const MessageConfig *config)
{
    g_autofree char *text = describe(state, picture, video, config);
    g_autofree char *resolution = describe_resolution(picture);

    if (text == NULL || state->fault == FAULT_FRAME_RATE ||
        (state->fault == FAULT_PICTURE_FROZEN && state->value == (double)STATES_FREEZE_NO_PTS))
        return g_steal_pointer(&text);
    return g_strconcat(text, resolution, NULL);
}

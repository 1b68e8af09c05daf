/* Setting the segments element up. */
#include "pipelines/worker/keep-segments.h"

#include <glib/gstdio.h>

#define FOLDER_MODE 0750 /* gantryd reads by the group */

char *
keep_segments_folder(const char *state, const char *input_id)
{
    g_autofree char *above = g_build_filename(state, "segments", NULL);
    char *folder = g_build_filename(above, input_id, NULL);

    /* The modes are set apart from the making: the mask of new files is stricter. */
    if (g_mkdir_with_parents(folder, FOLDER_MODE) == 0) {
        (void)g_chmod(above, FOLDER_MODE);
        (void)g_chmod(folder, FOLDER_MODE);
    }
    return folder;
}

static SegmentLimits
limits_of(const MessageConfig *config)
{
    return (SegmentLimits){.length_us = config->segment_seconds * US_PER_SECOND,
                           .quota_bytes = config->segment_quota_bytes};
}

void
keep_segments_start(Graph *graph, const MessageConfig *config, const char *folder)
{
    g_autofree const char **lanes = g_new0(const char *, config->n_services);
    const SegmentStoreSettings settings = {.folder = folder,
                                           .lanes = lanes,
                                           .n_lanes = (unsigned)config->n_services,
                                           .limits = limits_of(config),
                                           .reserve_bytes = SEGMENT_RESERVE_BYTES};

    for (size_t i = 0; i < config->n_services; i++)
        lanes[i] = config->services[i].channel_id;
    if (graph->segments != NULL)
        gantry_segments_record(graph->segments, &settings);
}

void
keep_segments_follow(Graph *graph, const MessageConfig *config)
{
    const SegmentLimits limits = limits_of(config);

    if (graph->segments != NULL)
        gantry_segments_set_limits(graph->segments, &limits);
}

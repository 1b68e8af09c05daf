/* From a configuration to segments that are kept: folder, channels, limits. Main thread. */
#pragma once

#include <glib.h>

#include "pipelines/contract/message.h"
#include "pipelines/graph/build.h"

/* Makes STATE/segments/INPUT, to be called before the process is locked in. A disk that takes no
 * folder keeps nobody from measuring. Returns: (transfer full): its path */
char *keep_segments_folder(const char *state, const char *input_id);

/* Lets @graph, not started yet, keep in @folder what @config wants. */
void keep_segments_start(Graph *graph, const MessageConfig *config, const char *folder);

/* Lets a running @graph keep what a new @config of the same pipelines wants. */
void keep_segments_follow(Graph *graph, const MessageConfig *config);

/* Changes of the format and language of sound, as notes. */
#pragma once

#include "pipelines/worker/report.h"

/* Adds to the notes of @service what changed since the last look, if there is room; what there is
 * none for is told the next time. @to_wall_us: wall time of an instant minus its MonoUs */
void audio_notes_read(ServiceReading *service, MonoUs now_us, int64_t to_wall_us);

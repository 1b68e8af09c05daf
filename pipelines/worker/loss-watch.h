/* The losses of one input: the kernel's counters beside the stream's, once a second. Main thread.
 */
#pragma once

#include "pipelines/worker/box-counters.h"
#include "pipelines/worker/loss-evidence.h"
#include "pipelines/worker/report.h"

typedef struct LossWatch LossWatch;

/* @counters: (transfer none): outlives the watch. @config: the interface is copied.
 * Returns: (transfer full) */
LossWatch *loss_watch_new(const BoxCounters *counters, const MessageConfig *config);
void loss_watch_free(LossWatch *watch); /* (nullable) */

/* Takes a whole @reading, and writes into it what this box lost: ReadingLoss of the input and of
 * each service. */
void loss_watch_step(LossWatch *watch, Reading *reading);

/* What is new or has changed about service @index since the step before.
 * Returns: (transfer none) (nullable): NULL for nothing */
const LossVerdict *loss_watch_news(const LossWatch *watch, size_t index);

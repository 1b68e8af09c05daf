/* A worker: configuration in, pipelines, messages out. Main thread. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/contract/message.h"

typedef struct {
    const char *input_id; /* slug */
    const char *socket;   /* gantryd's; NULL: nobody is told */
    const char *state;    /* state folder */
    const char *record;   /* file to record to; (nullable) */
    const char *config;   /* file with a Config message, used instead of gantryd's; (nullable) */
    bool sandbox;         /* lock the process in before anything of a stream is read */
} WorkerOptions;

typedef struct Worker Worker;

/* @options: (transfer none): its strings live as long as the worker.
 * Returns: (transfer full): or %NULL with %GANTRY_ERROR_INVALID or %GANTRY_ERROR_UNAVAILABLE */
Worker *worker_new(const WorkerOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Says goodbye with @reason, stops the pipelines and frees all. @worker: (nullable) */
void worker_free(Worker *worker, const char *reason);

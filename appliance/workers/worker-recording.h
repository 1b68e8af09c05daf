/* A file in which a worker recorded what it sent: how the appliance is fed without a network.
 *
 *     repeated:  u32 length | i64 MonoUs when it was sent | @length bytes: one datagram
 *
 * Little-endian. The last record may be cut short, as the worker may have been killed. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/contract/message.h"

typedef struct WorkerRecording WorkerRecording;

typedef struct {
    MonoUs at_us; /* boot clock of the recording machine; only differences mean something */
    GBytes *datagram;
} WorkerRecord;

/* Returns: (transfer full): or %NULL with %GANTRY_ERROR_NOT_FOUND or %GANTRY_ERROR_UNAVAILABLE */
WorkerRecording *worker_recording_open(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * worker_recording_next:
 * @ret_record: (out): cleared with worker_record_clear()
 *
 * Returns: %TRUE and a record; %FALSE without an error at the end; %FALSE with
 *   %GANTRY_ERROR_INVALID for a file that is no recording, naming the byte
 */
bool worker_recording_next(WorkerRecording *recording,
                           WorkerRecord *ret_record,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Moves every boot-clock time in @message, so that a recording of another boot can be played as if
 * it happened now. Wall times stay. */
void message_shift_times(Message *message, int64_t by_us);

void worker_record_clear(WorkerRecord *record);
void worker_recording_free(WorkerRecording *recording); /* (nullable) */

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(WorkerRecord, worker_record_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WorkerRecording, worker_recording_free)

/* The supervisor's end of the socket to one worker: hostile bytes in, checked messages out.
 *
 * It never decides to restart: it reports, the supervisor decides. */
#pragma once

#include <gio/gio.h>
#include <stdbool.h>

#include "pipelines/contract/message.h"

#define CHANNEL_WORKER_MAX_PER_SECOND 2000u /* messages read; the rest waits in the socket */
#define CHANNEL_WORKER_BURST          4000u /* messages read at once after a silence */
#define CHANNEL_WORKER_MAX_QUEUE      16u   /* messages waiting to be sent to the worker */

#define GANTRY_TYPE_CHANNEL_WORKER (gantry_channel_worker_get_type())
G_DECLARE_FINAL_TYPE(GantryChannelWorker, gantry_channel_worker, GANTRY, CHANNEL_WORKER, GObject)

/* Reads the boot clock; tests give one of their own. */
typedef MonoUs (*ChannelWorkerClock)(void);

/**
 * GantryChannelWorker:
 *
 * Thread: created, used and disposed on one #GMainContext, the thread-default one at creation.
 */

/**
 * GantryChannelWorker::hello:
 *
 * The first message was a Hello of a version that we speak; get_input_id() now answers.
 */

/**
 * GantryChannelWorker::message:
 * @message: (transfer none) (type gpointer): a `const Message *` other than Hello and Config, valid
 *   during the emission. Its times are not in the future, its input is get_input_id()
 */

/**
 * GantryChannelWorker::lost:
 * @error: (transfer none): %GANTRY_ERROR_UNAVAILABLE: the worker left or died;
 *   %GANTRY_ERROR_INVALID: it sent what is no message, and was dropped
 *
 * Emitted once, last. The object is inert afterwards.
 */

typedef struct {
    uint64_t messages; /* taken */
    uint64_t skipped;  /* of kinds that we do not know */
    uint64_t missed;   /* gaps in the worker's sequence numbers */
    uint64_t pauses;   /* times that reading stopped because of CHANNEL_WORKER_MAX_PER_SECOND */
} ChannelWorkerCounts;

/**
 * gantry_channel_worker_new:
 * @fd: (transfer full): a connected SOCK_SEQPACKET socket; made non-blocking
 * @clock: (nullable): %NULL for CLOCK_BOOTTIME
 *
 * Reading begins when the main context next turns, so connect to the signals at once.
 *
 * Returns: (transfer full)
 */
GantryChannelWorker *gantry_channel_worker_new(int fd, ChannelWorkerClock clock);

/* Returns: (transfer none) (nullable): slug; %NULL before its Hello */
const char *gantry_channel_worker_get_input_id(GantryChannelWorker *self);

/* Process at the other end as the kernel tells it, or 0. */
uint32_t gantry_channel_worker_get_pid(GantryChannelWorker *self);

/* Version of the worker's program; "" before its Hello. */
const char *gantry_channel_worker_get_build(GantryChannelWorker *self);

/* Microseconds since its last message, or since the connection was made; @now_us: boot clock */
int64_t gantry_channel_worker_get_silence_us(GantryChannelWorker *self, MonoUs now_us);

void gantry_channel_worker_get_counts(GantryChannelWorker *self, ChannelWorkerCounts *ret_counts);

/* Whether it still has its connection: false from the ::lost signal on. */
bool gantry_channel_worker_is_connected(GantryChannelWorker *self);

/**
 * gantry_channel_worker_send_config:
 * @config: (transfer none)
 *
 * Never blocks: queues what the socket does not take.
 *
 * Returns: %FALSE with %GANTRY_ERROR_UNAVAILABLE when the worker is lost or its queue is full, with
 *   %GANTRY_ERROR_INVALID when @config cannot be encoded
 */
bool gantry_channel_worker_send_config(GantryChannelWorker *self,
                                       const MessageConfig *config,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same, for how deep a channel is looked at, and for a picture that is wanted of it. */
bool gantry_channel_worker_send_depth(GantryChannelWorker *self,
                                      const MessageDepth *depth,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool gantry_channel_worker_send_shot(GantryChannelWorker *self,
                                     const MessageShot *shot,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Says Bye with @reason if the socket takes it, closes, and emits ::lost with
 * %GANTRY_ERROR_UNAVAILABLE. Nothing happens when it is lost already. */
void gantry_channel_worker_close(GantryChannelWorker *self, const char *reason);

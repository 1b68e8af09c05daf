/* The sender: all channels, paced and sent; breaks and mends; the script. One thread, one main
 * context.
 *
 * It is driven by sender_tick(); the caller owns the clock (CLOCK_BOOTTIME) and the timer. */
#pragma once

#include <glib.h>

#include "tests/traffic/script.h"
#include "tests/traffic/truth.h"

#define SENDER_TICK_US 5000

typedef struct Sender Sender;

/* What to send, all (transfer none) and outliving the sender. */
typedef struct {
    const GArray *plan;          /* of PlanChannel */
    const GPtrArray *programmes; /* of Source; channel i sends number i modulo their count */
    const GArray *script;        /* (nullable) of ScriptEvent */
    Truth *truth;
    guint64 seed;
} SenderConfig;

/* Opens a socket for each channel. @now_us: when sending begins.
 * Returns: (transfer full): NULL with an error that names the channel. */
Sender *
sender_new(const SenderConfig *config, MonoUs now_us, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Sends what is due and takes impairments on. */
void sender_tick(Sender *sender, MonoUs now_us);

/* Breaks a channel, or all. An error (INVALID) says that there is no such channel. */
bool sender_break(Sender *sender, const ScriptBreak *what, MonoUs now_us, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Mends a channel, or all ("all"). @ret_count: impairments that were ended. */
bool sender_mend(Sender *sender,
                 const char *channel,
                 MonoUs now_us,
                 unsigned *ret_count,
                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* All channels with what is broken about them; with counters if @full. Returns: (transfer full):
 * JSON */
char *sender_describe(const Sender *sender, MonoUs now_us, bool full);

/* Ends all impairments in the truth log, without waiting for the streams, and writes what became
 * of each channel's packets in all. */
void sender_finish(Sender *sender, MonoUs now_us);

/* @sender: (nullable) */
void sender_free(Sender *sender);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sender, sender_free)

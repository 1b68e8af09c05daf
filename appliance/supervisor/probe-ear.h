/* The self-probe's own receiver: takes messages of alarms on a port of this box. */
#pragma once

#include <gio/gio.h>
#include <stdbool.h>

#include "pipelines/base/units.h"

#define PROBE_EAR_BODY_MAX (64u << 10) /* bytes of a message; longer ones are refused */

typedef struct ProbeEar ProbeEar;

/* Called on the context that the ear was made on. @at_us: when the message had come whole. */
typedef void (*ProbeEarHeard)(bool raised, MonoUs at_us, gpointer user_data);

/* @channel_id: of the channel whose messages count. Returns: (transfer full) (nullable): NULL with
 * the error: no port could be had */
ProbeEar *
probe_ear_new(const char *channel_id, ProbeEarHeard heard, gpointer user_data, GError **error);

/* @heard is not called any more. @ear: (nullable) */
void probe_ear_free(ProbeEar *ear);

/* Where receivers are to send to: "http://127.0.0.1:PORT/TOKEN". (transfer none) */
const char *probe_ear_get_url(const ProbeEar *ear);

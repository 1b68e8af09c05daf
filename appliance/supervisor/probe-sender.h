/* Sends the self-probe's stream to a port of this box, on a thread of its own. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/base/units.h"

typedef struct ProbeSender ProbeSender;

/* Finds a port that is free and begins to send to it. Returns: (transfer full) (nullable): NULL
 * with %GANTRY_ERROR_UNAVAILABLE: no socket */
ProbeSender *probe_sender_new(GError **error);
void probe_sender_free(ProbeSender *sender); /* (nullable); waits for the thread, at most 25 ms */

/* Port on 127.0.0.1 that it sends to. */
uint16_t probe_sender_get_port(const ProbeSender *sender);

/* Lets it send, or not, from its next turn on. Any thread. */
void probe_sender_set_sending(ProbeSender *sender, bool sending);

/* When the last datagram was sent; 0 before the first. Any thread. */
MonoUs probe_sender_last_us(ProbeSender *sender);

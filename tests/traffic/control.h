/* The control socket: one request line, one JSON line back. And its client.
 *
 *   break CHANNEL KIND [SECONDS] [key=value ...]
 *   mend CHANNEL
 *   list            channels and what is broken about them
 *   status          the same with counters */
#pragma once

#include <glib.h>

#include "tests/traffic/sender.h"

#define CONTROL_LINE_MAX 1024 /* bytes of a request */

typedef struct Control Control;

/* Listens on @path (mode 0600), in the default main context; a dead socket there is replaced.
 * @sender outlives it. Returns: (transfer full): NULL with an error. */
Control *control_new(const char *path, Sender *sender, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Answers one request. Returns: (transfer full): one line of JSON, {"ok":true, ...} or
 * {"ok":false,"error":"..."} */
char *control_answer(Sender *sender, const char *request, MonoUs now_us);

/* Closes and removes the socket. @control: (nullable) */
void control_free(Control *control);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Control, control_free)

/* Sends @request to the generator at @path and waits 5 s for its answer. Returns: (transfer full):
 * NULL with an error. */
char *control_ask(const char *path, const char *request, GError **error) G_GNUC_WARN_UNUSED_RESULT;

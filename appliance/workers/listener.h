/* The socket that workers connect to: who is let in, and how many. */
#pragma once

#include <gio/gio.h>

#include "appliance/workers/channel-worker.h"

#define LISTENER_MAX_CONNECTIONS 256u
#define LISTENER_MAX_UIDS        4u
#define LISTENER_HELLO_US        (2 * US_PER_SECOND) /* time for the first message */
#define LISTENER_RETRY_MS        200u /* accepting rests that long when descriptors run out */

#define GANTRY_TYPE_LISTENER (gantry_listener_get_type())
G_DECLARE_FINAL_TYPE(GantryListener, gantry_listener, GANTRY, LISTENER, GObject)

typedef struct {
    const char *path; /* socket file; a stale one is replaced, one that answers is an error */
    unsigned mode;    /* of the socket file; 0: 0600 */
    uid_t *uids;      /* who may connect; @n_uids entries, at most LISTENER_MAX_UIDS */
    size_t n_uids;    /* 0: only our own user */
    ChannelWorkerClock clock; /* (nullable) */
} ListenerOptions;

/**
 * GantryListener::connected:
 * @worker: (transfer none): a #GantryChannelWorker that has said Hello; take a reference
 *
 * There may be a worker of the same input already: the newer one counts, close the older.
 */

/**
 * GantryListener::refused:
 * @text: why somebody was not let in: for the log, at most one a second; get_refused() counts
 */

/**
 * gantry_listener_new:
 * @options: (transfer none)
 *
 * Listens at once, on the thread-default main context. The socket file goes with the object.
 *
 * Returns: (transfer full): or %NULL with %GANTRY_ERROR_UNAVAILABLE, or %GANTRY_ERROR_CONFLICT when
 *   somebody listens there already
 */
GantryListener *gantry_listener_new(const ListenerOptions *options,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Connections now, with those that have not said Hello yet. */
unsigned gantry_listener_get_connections(GantryListener *self);

/* Connections refused since the start. */
uint64_t gantry_listener_get_refused(GantryListener *self);

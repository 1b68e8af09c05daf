/* The worker's side of the socket to gantryd.
 *
 * Connects, and connects again for ever (0.2 s, doubling to 2 s). What is said meanwhile waits:
 * messages sent as edges in order, at most LINK_EDGES_MAX, the oldest dropped first; of all others
 * only the newest of its slot. What is dropped is counted, and shows as a gap in the sequence
 * numbers. Nothing here ever blocks. Main thread. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/contract/message.h"

#define LINK_EDGES_MAX 1024u

typedef struct WorkerLink WorkerLink;

typedef struct {
    void (*connected)(void *user_data); /* say hello */
    void (*received)(const Message *message, void *user_data);
    void (*encoded)(GBytes *datagram, void *user_data); /* a message was made; (nullable) */
    void *user_data;
} LinkCallbacks;

/* @path: of gantryd's socket. Connects from the main loop. Returns: (transfer full) */
WorkerLink *worker_link_new(const char *path, const LinkCallbacks *callbacks);
void worker_link_free(WorkerLink *link); /* (nullable) */

bool worker_link_is_connected(const WorkerLink *link);
uint64_t worker_link_dropped(const WorkerLink *link); /* messages that were never sent */

/* Sends @message before all that waits: a Hello. */
void worker_link_send_first(WorkerLink *link, const Message *message);

/* Sends @message in its turn; kept while there is no connection. */
void worker_link_send_edge(WorkerLink *link, const Message *message);

/* Sends @message; a newer one of the same @slot (any text) takes its place while it waits. */
void worker_link_send_latest(WorkerLink *link, const char *slot, const Message *message);

/* Sends what can be sent at once: before the process ends. */
void worker_link_flush(WorkerLink *link);

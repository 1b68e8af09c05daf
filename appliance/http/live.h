/* The event stream (SSE): who listens, what each has been told, what must not be lost.
 *
 * States, figures and levels are coalesced: a client that does not keep up misses them and gets all
 * channels anew once it does. Alarms wait in its queue; if that overflows the stream is cut and the
 * browser comes back with Last-Event-ID, for which the last LIVE_RING_MAX events are kept. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define LIVE_STREAMS_MAX         64u
#define LIVE_STREAMS_SESSION_MAX 4u
#define LIVE_RING_MAX            4096u /* alarm events kept for resuming */
#define LIVE_IN_FLIGHT_MAX       8u    /* frames handed to libsoup and not yet written */
#define LIVE_WAITING_MAX         1024u /* alarm frames waiting for one client */
#define LIVE_STALLED_S           20u   /* a client that takes nothing for so long is cut */

struct HttpApp;
struct HttpRequest;
typedef struct Live Live;

/* Starts its ticks on the calling thread's default context. @app: no-ref. */
Live *live_new(struct HttpApp *app);
void live_free(Live *live); /* (nullable) */

/* Answers @request with the stream, or with 429 or 503. */
void live_open(Live *live, struct HttpRequest *request);

/* Ends the streams of a session that logged out. */
void live_drop_session(Live *live, const char *key_hash);

/* Drops the events that are kept for resuming: who comes back gets everything anew. */
void live_forget_events(Live *live);

/* Takes the events that wait on the board to the streams. */
void live_take_events(Live *live);

unsigned live_count(const Live *live);

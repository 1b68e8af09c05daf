/* Streams, the ring of alarm events, and a tick of 200 ms. */
#include "appliance/http/live.h"

#include <string.h>

#include "appliance/http/access.h"
#include "appliance/http/json-writer.h"
#include "appliance/http/live-audience.h"
#include "appliance/http/request.h"
#include "appliance/http/view-alarm.h"
#include "appliance/http/view-live.h"

#define TICK_MS        200u
#define CHANNEL_PREFIX "channel/"

typedef struct {
    Live *live;           /* no-ref */
    Audience *audience;   /* no-ref: goes when its last stream does */
    HttpRequest *request; /* owned */
    GQueue waiting;       /* GBytes: alarm frames that must arrive */
    unsigned in_flight;   /* frames given to libsoup */
    bool behind;          /* frames were left out: all channels are due */
    MonoUs wrote_us;      /* when it last took something */
} Stream;

struct Live {
    HttpApp *app;         /* no-ref */
    GPtrArray *streams;   /* Stream */
    GPtrArray *audiences; /* Audience: at most one a stream */
    GQueue ring;          /* Event: of alarms, oldest first */
    uint64_t floor_seq;   /* the ring holds every alarm event above this one */
    uint64_t last_seq;    /* of any event seen */
    uint64_t ticks;
    GSource *tick;
};

static void
append(Stream *stream, GBytes *frame)
{
    SoupServerMessage *message = stream->request->message;

    soup_message_body_append_bytes(soup_server_message_get_response_body(message), frame);
    stream->in_flight++;
    soup_server_message_unpause(message);
}

/* @must: an alarm: it waits for its turn instead of being left out. */
static void
offer(Stream *stream, GBytes *frame, bool must)
{
    if (stream->request->gone)
        return;
    if (stream->in_flight < LIVE_IN_FLIGHT_MAX && g_queue_is_empty(&stream->waiting))
        append(stream, frame);
    else if (!must)
        stream->behind = true;
    else if (g_queue_get_length(&stream->waiting) < LIVE_WAITING_MAX)
        g_queue_push_tail(&stream->waiting, g_bytes_ref(frame));
    else
        http_connection_cut(stream->request->connection); /* it comes back and resumes */
}

static void
offer_text(Stream *stream, const char *name, uint64_t seq, const GString *json)
{
    g_autoptr(GBytes) frame = view_frame(name, seq, json->str);

    offer(stream, frame, true);
}

static void
offer_all(Live *live, const Audience *audience, const char *name, const GString *json)
{
    g_autoptr(GBytes) frame = view_frame(name, 0, json->str);

    for (guint i = 0; i < live->streams->len; i++) {
        Stream *stream = (Stream *)live->streams->pdata[i];

        if (stream->audience == audience)
            offer(stream, frame, false);
    }
}

static void
offer_whole(Stream *stream, const Snapshot *snapshot, const ViewTime *now)
{
    g_autoptr(GString) json = g_string_new(NULL);

    view_whole(json, snapshot, now);
    offer_text(stream, "snapshot", 0, json);
}

static void
on_wrote_chunk(SoupServerMessage *message, gpointer data)
{
    Stream *stream = (Stream *)data;
    const ViewTime now = app_now();

    stream->wrote_us = now.mono_us;
    if (stream->in_flight > 0)
        stream->in_flight--;
    while (stream->in_flight < LIVE_IN_FLIGHT_MAX && !g_queue_is_empty(&stream->waiting)) {
        g_autoptr(GBytes) frame = (GBytes *)g_queue_pop_head(&stream->waiting);

        append(stream, frame);
    }
    if (stream->behind && stream->in_flight == 0) {
        g_autoptr(Snapshot) snapshot = http_request_snapshot(stream->request);

        stream->behind = false;
        offer_whole(stream, snapshot, &now);
    }
}

static void
stream_free(gpointer data)
{
    Stream *stream = (Stream *)data;

    if (stream->request->message != NULL)
        g_signal_handlers_disconnect_by_data(stream->request->message, stream);
    g_queue_clear_full(&stream->waiting, (GDestroyNotify)g_bytes_unref);
    http_request_unref(stream->request);
    if (--stream->audience->streams == 0)
        g_ptr_array_remove_fast(stream->live->audiences, stream->audience);
    g_free(stream);
}

static void
on_finished(SoupServerMessage *message, gpointer data)
{
    Stream *stream = (Stream *)data;

    stream->request->gone = true;
    g_ptr_array_remove_fast(stream->live->streams, stream);
}

static void
greet(Stream *stream, const Snapshot *snapshot, const ViewTime *now)
{
    g_autoptr(GString) json = g_string_new(NULL);

    view_hello(json, snapshot, now, stream->live->app->build, stream->live->last_seq);
    offer_text(stream, "hello", 0, json);
}

/* Whether evidence of @alarm_id is kept: known before the next snapshot says so. */
static bool
has_evidence(const Stream *stream, const char *alarm_id)
{
    const EvidenceReader *reader = stream->live->app->ports.evidence;

    return reader != NULL && reader->has(reader->self, alarm_id);
}

/* Whether a limited stream may hear of @event: it is about one of its channels. */
static bool
is_within(const Stream *stream, const Event *event, const Snapshot *snapshot)
{
    return !stream->request->scope.limited ||
           (g_str_has_prefix(event->resource, CHANNEL_PREFIX) &&
            view_find_channel(snapshot, event->resource + strlen(CHANNEL_PREFIX)) != NULL);
}

/* @snapshot: what the stream may know of */
static void
offer_alarm(Stream *stream, const Event *event, const Snapshot *snapshot)
{
    g_autoptr(GString) json = g_string_new(NULL);
    const AlarmView *alarm = view_find_alarm(snapshot, event->alarm_id);
    const Event alone = view_event_alone(event);
    const Event *told = stream->request->scope.limited ? &alone : event;

    if (!is_within(stream, event, snapshot))
        return;
    if (alarm != NULL && alarm->event_seq >= event->seq)
        view_alarm(json, NULL, alarm, snapshot);
    else
        view_alarm_of_event(json, NULL, told, snapshot->runbooks,
                            has_evidence(stream, event->alarm_id));
    offer_text(stream, "alarm", event->seq, json);
}

/* What was missed since @last, or word that it cannot be told. */
static void
resume(Stream *stream, const char *last, const Snapshot *snapshot)
{
    const Live *live = stream->live;
    guint64 seq = 0;

    if (!g_ascii_string_to_unsigned(last, 10, 0, G_MAXUINT64, &seq, NULL) ||
        seq < live->floor_seq || seq > live->last_seq) {
        g_autoptr(GString) json = g_string_new("{}");

        offer_text(stream, "resync", 0, json);
        return;
    }
    for (const GList *at = live->ring.head; at != NULL; at = at->next) {
        const Event *event = (const Event *)at->data;

        if (event->seq > seq)
            offer_alarm(stream, event, snapshot);
    }
}

static unsigned
streams_of(const Live *live, const char *session)
{
    unsigned n = 0;

    for (guint i = 0; i < live->streams->len; i++) {
        const Stream *stream = (const Stream *)live->streams->pdata[i];

        if (!stream->request->gone && g_strcmp0(stream->request->session, session) == 0 &&
            !http_connection_peer_left(stream->request->connection))
            n++;
    }
    return n;
}

static bool
admit(const Live *live, HttpRequest *request)
{
    if (streams_of(live, request->session) >= LIVE_STREAMS_SESSION_MAX) {
        http_request_problem(request, 429, "too-many-streams",
                             "This session has 4 event streams open; close one first.");
        return false;
    }
    if (live->streams->len >= LIVE_STREAMS_MAX) {
        http_request_problem(request, 503, "too-many-streams",
                             "This box serves 64 event streams; all are taken.");
        return false;
    }
    return true;
}

static void
start_body(const HttpRequest *request)
{
    SoupServerMessage *message = request->message;
    SoupMessageHeaders *headers = soup_server_message_get_response_headers(message);
    const bool old = soup_server_message_get_http_version(message) == SOUP_HTTP_1_0;

    soup_message_headers_replace(headers, "Content-Type", "text/event-stream; charset=utf-8");
    soup_message_headers_replace(headers, "Cache-Control", "no-store");
    soup_message_headers_replace(headers, "X-Accel-Buffering", "no");
    soup_message_headers_set_encoding(headers, old ? SOUP_ENCODING_EOF : SOUP_ENCODING_CHUNKED);
    soup_message_body_set_accumulate(soup_server_message_get_response_body(message), FALSE);
    soup_server_message_set_status(message, 200, NULL);
}

/* The one that @request belongs to, made where there is none. */
static Audience *
join(Live *live, const HttpRequest *request, const Snapshot *snapshot, const ViewTime *now)
{
    g_autofree char *key = scope_key(&request->scope);
    Audience *audience = NULL;

    for (guint i = 0; i < live->audiences->len; i++) {
        audience = (Audience *)live->audiences->pdata[i];
        if (g_str_equal(audience->key, key)) {
            audience->streams++;
            return audience;
        }
    }
    audience = audience_new(&request->scope, snapshot, now);
    audience->streams = 1;
    g_ptr_array_add(live->audiences, audience);
    return audience;
}

void
live_open(Live *live, HttpRequest *request)
{
    g_autoptr(Snapshot) snapshot = http_request_snapshot(request);
    const ViewTime now = app_now();
    const char *last = http_request_header(request, "Last-Event-ID");
    Stream *stream;

    if (!admit(live, request))
        return;
    if (soup_server_message_get_method(request->message) == SOUP_METHOD_HEAD) {
        http_request_reply(request, 200, "text/event-stream; charset=utf-8", NULL);
        return;
    }
    stream = g_new0(Stream, 1);
    stream->live = live;
    stream->audience = join(live, request, snapshot, &now);
    stream->request = http_request_ref(request);
    stream->wrote_us = now.mono_us;
    g_queue_init(&stream->waiting);
    g_ptr_array_add(live->streams, stream);
    http_connection_arm(request->connection, 0);
    start_body(request);
    g_signal_connect(request->message, "wrote-chunk", G_CALLBACK(on_wrote_chunk), stream);
    g_signal_connect(request->message, "finished", G_CALLBACK(on_finished), stream);
    greet(stream, snapshot, &now);
    if (last != NULL)
        resume(stream, last, snapshot);
    offer_whole(stream, snapshot, &now);
}

void
live_drop_session(Live *live, const char *key_hash)
{
    for (guint i = 0; i < live->streams->len; i++) {
        const Stream *stream = (const Stream *)live->streams->pdata[i];

        if (!stream->request->gone && g_strcmp0(stream->request->session, key_hash) == 0)
            http_connection_cut(stream->request->connection);
    }
}

/* Alarms of the box's own test channel are for nobody's eyes. */
static bool
is_shown(const Event *event)
{
    return event_is_alarm(event) && event->quiet != QUIET_PROBE;
}

static void
keep(Live *live, Event *event)
{
    if (live->last_seq == 0)
        live->floor_seq = event->seq - 1;
    live->last_seq = MAX(live->last_seq, event->seq);
    if (!is_shown(event))
        return;
    g_queue_push_tail(&live->ring, event_ref(event));
    if (g_queue_get_length(&live->ring) > LIVE_RING_MAX) {
        g_autoptr(Event) oldest = (Event *)g_queue_pop_head(&live->ring);

        live->floor_seq = oldest->seq;
    }
}

static void
tell_loss(Live *live, uint64_t lost, uint64_t next_seq)
{
    g_autoptr(GString) json = g_string_new("{}");

    g_queue_clear_full(&live->ring, (GDestroyNotify)event_unref);
    live->floor_seq = next_seq - 1;
    for (guint i = 0; i < live->streams->len; i++)
        offer_text((Stream *)live->streams->pdata[i], "resync", 0, json);
    g_mutex_lock(live->app->status_lock);
    live->app->status->events_dropped += lost;
    g_mutex_unlock(live->app->status_lock);
}

static void
offer_alarms(Stream *stream, const GPtrArray *events)
{
    g_autoptr(Snapshot) snapshot = http_request_snapshot(stream->request);

    for (guint i = 0; i < events->len; i++) {
        if (is_shown((const Event *)events->pdata[i]))
            offer_alarm(stream, (const Event *)events->pdata[i], snapshot);
    }
}

void
live_take_events(Live *live)
{
    g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)event_unref);
    const uint64_t lost = board_take_events(live->app->board, events);

    if (lost > 0 && events->len > 0)
        tell_loss(live, lost, ((const Event *)events->pdata[0])->seq);
    for (guint i = 0; i < events->len; i++) {
        Event *event = (Event *)events->pdata[i];

        keep(live, event);
    }
    for (guint s = 0; s < live->streams->len; s++)
        offer_alarms((Stream *)live->streams->pdata[s], events);
}

static void
tell_tick(Live *live, Audience *audience, const Snapshot *snapshot, const ViewTime *now)
{
    g_autoptr(GString) states = audience_states(audience, snapshot, live->ticks, now);
    g_autoptr(GString) levels = audience_levels(live->app->board, snapshot, now);

    if (states != NULL)
        offer_all(live, audience, "state", states);
    offer_all(live, audience, "levels", levels);
}

static void
tell_second(Live *live, const Audience *audience, const Snapshot *snapshot, const ViewTime *now)
{
    g_autoptr(GString) beat = g_string_new(NULL);
    g_autoptr(GString) figures = g_string_new(NULL);

    json_begin_object(beat, NULL);
    json_time(beat, "server_time", now->wall_us);
    json_number(beat, "snapshot_age_seconds", view_age_of(now, snapshot->at_us), 3);
    json_end_object(beat);
    offer_all(live, audience, "heartbeat", beat);
    view_figures(figures, snapshot, now);
    offer_all(live, audience, "figures", figures);
}

/* Whether whoever opened the stream may still listen: a logout, the end of the session's time, a
 * new password or role, a revoked token end it. */
static bool
still_may(const HttpApp *app, const HttpRequest *request)
{
    g_autoptr(AccountBook) book = NULL;
    const ApiToken *token = NULL;
    const Session *session = NULL;

    if (request->session != NULL) {
        session = session_table_find_hash(app->sessions, request->session, app_now().wall_us);
        return session != NULL && access_session_holds(app, session);
    }
    if (!request->bearer)
        return true;
    book = board_get_accounts(app->board);
    token = account_book_find_token(book, request->user + strlen(TOKEN_ACTOR));
    return token != NULL && api_token_is_good(token, app_now().wall_us);
}

static void
cut_dead(Live *live, const ViewTime *now)
{
    for (guint i = live->streams->len; i-- > 0;) {
        const Stream *stream = (const Stream *)live->streams->pdata[i];
        const bool stalled = now->mono_us - stream->wrote_us > LIVE_STALLED_S * US_PER_SECOND;
        const bool ended = !still_may(live->app, stream->request);

        if (stream->request->gone)
            g_ptr_array_remove_index_fast(live->streams, i);
        else if (stalled || ended)
            http_connection_cut(stream->request->connection);
    }
}

static void
start_over(Live *live, const Audience *audience, const Snapshot *snapshot, const ViewTime *now)
{
    for (guint i = 0; i < live->streams->len; i++) {
        Stream *stream = (Stream *)live->streams->pdata[i];

        if (stream->audience != audience)
            continue;
        greet(stream, snapshot, now);
        offer_whole(stream, snapshot, now);
    }
}

static gboolean
on_tick(gpointer data)
{
    Live *live = (Live *)data;
    const bool second = ++live->ticks % LIVE_TICKS_A_SECOND == 0;
    const ViewTime now = app_now();

    if (live->streams->len == 0)
        return G_SOURCE_CONTINUE;
    g_autoptr(Snapshot) whole = board_get_snapshot(live->app->board);

    for (guint i = 0; i < live->audiences->len; i++) {
        Audience *audience = (Audience *)live->audiences->pdata[i];
        g_autoptr(Snapshot) snapshot = snapshot_narrow(whole, &audience->scope);

        if (audience_starts_over(audience, snapshot, &now))
            start_over(live, audience, snapshot, &now);
        tell_tick(live, audience, snapshot, &now);
        if (second)
            tell_second(live, audience, snapshot, &now);
    }
    if (second)
        cut_dead(live, &now);
    return G_SOURCE_CONTINUE;
}

Live *
live_new(HttpApp *app)
{
    Live *live = g_new0(Live, 1);

    live->app = app;
    live->audiences = g_ptr_array_new_with_free_func(audience_free);
    live->streams = g_ptr_array_new_with_free_func(stream_free);
    g_queue_init(&live->ring);
    live->tick = g_timeout_source_new(TICK_MS);
    g_source_set_callback(live->tick, on_tick, live, NULL);
    g_source_attach(live->tick, g_main_context_get_thread_default());
    return live;
}

void
live_free(Live *live)
{
    if (live == NULL)
        return;
    g_source_destroy(live->tick);
    g_source_unref(live->tick);
    g_ptr_array_unref(live->streams);
    g_ptr_array_unref(live->audiences);
    g_queue_clear_full(&live->ring, (GDestroyNotify)event_unref);
    g_free(live);
}

void
live_forget_events(Live *live)
{
    g_queue_clear_full(&live->ring, (GDestroyNotify)event_unref);
    live->floor_seq = live->last_seq;
}

unsigned
live_count(const Live *live)
{
    return live->streams->len;
}

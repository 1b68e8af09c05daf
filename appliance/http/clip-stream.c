/* Open, then read and write in turns; each read is a job for the disk pool. */
#include "appliance/http/clip-stream.h"

#include "appliance/http/view-segments.h"

typedef struct {
    HttpRequest *request; /* owned */
    SegmentReader reader; /* what it points to outlives the pool's work */
    SegmentReader kept;   /* of evidence; used if there is an @alarm_id */
    char *alarm_id;       /* (nullable) */
    char *input_id;
    char *channel_id;
    SegmentQuery query; /* of the two above */
    SegmentClip *clip;  /* owned; (nullable) */
    SegmentClipInfo info;
    GError *error;     /* of opening; (nullable) */
    uint8_t *chunk;    /* owned; CLIP_CHUNK bytes that are being read; (nullable) */
    gssize read;       /* bytes in @chunk; -1: the disk failed */
    uint64_t sent;     /* bytes given to libsoup */
    MonoUs started_us; /* when the first byte was due */
    bool busy;         /* a job is at work */
    bool ended;        /* the message is finished or its client gone */
} Stream;

static void
stream_free(Stream *stream)
{
    stream->request->app->clips--;
    stream->reader.close(stream->clip);
    g_clear_error(&stream->error);
    g_free(stream->chunk);
    g_free(stream->alarm_id);
    g_free(stream->input_id);
    g_free(stream->channel_id);
    http_request_unref(stream->request);
    g_free(stream);
}

static void
on_finished(SoupServerMessage *message, gpointer data)
{
    Stream *stream = (Stream *)data;

    g_signal_handlers_disconnect_by_data(message, stream);
    stream->request->gone = true;
    stream->ended = true;
    if (!stream->busy)
        stream_free(stream);
}

static void
work_read(gpointer data)
{
    Stream *stream = (Stream *)data;

    stream->read = stream->reader.read(stream->clip, stream->chunk, CLIP_CHUNK);
}

/* A whole chunk is there, or the end. */
static void
done_read(gpointer data)
{
    Stream *stream = (Stream *)data;
    SoupServerMessage *message = stream->request->message;

    stream->busy = false;
    if (stream->ended) {
        stream_free(stream);
        return;
    }
    if (stream->read <= 0 || stream->sent + (uint64_t)stream->read > stream->info.bytes) {
        /* Short of what was announced: the client must see that, not a clip that seems whole. */
        http_connection_cut(stream->request->connection);
        soup_server_message_unpause(message);
        return;
    }
    g_autoptr(GBytes) bytes = g_bytes_new(stream->chunk, (gsize)stream->read);

    stream->sent += (uint64_t)stream->read;
    soup_message_body_append_bytes(soup_server_message_get_response_body(message), bytes);
    if (stream->sent == stream->info.bytes)
        soup_message_body_complete(soup_server_message_get_response_body(message));
    soup_server_message_unpause(message);
}

static void
read_on(Stream *stream)
{
    stream->busy = disk_pool_push(stream->request->app->disk, work_read, done_read, stream);
    if (!stream->busy)
        http_connection_cut(stream->request->connection);
}

static void
on_wrote_chunk(SoupServerMessage *message, gpointer data)
{
    Stream *stream = (Stream *)data;

    if (stream->busy || stream->sent == stream->info.bytes || stream->request->gone)
        return;
    if (app_now().mono_us - stream->started_us > CLIP_TOTAL_S * US_PER_SECOND) {
        http_connection_cut(stream->request->connection);
        return;
    }
    http_connection_arm(stream->request->connection, CLIP_STALL_S);
    read_on(stream);
}

static void
set_headers(const Stream *stream)
{
    HttpRequest *request = stream->request;
    SoupMessageHeaders *headers = soup_server_message_get_response_headers(request->message);
    g_autoptr(GDateTime) from = g_date_time_new_from_unix_utc(stream->info.from_us / US_PER_SECOND);
    g_autofree char *when =
        from != NULL ? g_date_time_format(from, "%Y%m%dT%H%M%SZ") : g_strdup("clip");
    g_autofree char *name =
        g_strdup_printf("attachment; filename=\"%s-%s.ts\"", stream->channel_id, when);

    soup_message_headers_replace(headers, "Content-Type", "video/mp2t");
    soup_message_headers_replace(headers, "Cache-Control", "no-store");
    soup_message_headers_replace(headers, "Content-Disposition", name);
    view_clip_headers(&stream->info, headers);
    soup_message_headers_set_encoding(headers, SOUP_ENCODING_CONTENT_LENGTH);
    soup_message_headers_set_content_length(headers, (goffset)stream->info.bytes);
}

/* The answer's head goes out; its body follows in chunks. */
static void
begin_body(Stream *stream)
{
    SoupServerMessage *message = stream->request->message;
    const bool head = soup_server_message_get_method(message) == SOUP_METHOD_HEAD;

    set_headers(stream);
    soup_message_body_set_accumulate(soup_server_message_get_response_body(message), FALSE);
    soup_server_message_set_status(message, 200, NULL);
    g_signal_connect(message, "finished", G_CALLBACK(on_finished), stream);
    stream->request->deferred = false;
    stream->started_us = app_now().mono_us;
    http_connection_arm(stream->request->connection, CLIP_STALL_S);
    if (head) {
        soup_server_message_unpause(message);
        return;
    }
    stream->chunk = (uint8_t *)g_malloc(CLIP_CHUNK);
    g_signal_connect(message, "wrote-chunk", G_CALLBACK(on_wrote_chunk), stream);
    read_on(stream);
}

/* All that was kept of the alarm, if anything was. */
static bool
open_kept(Stream *stream)
{
    const SegmentQuery query = {.input_id = stream->alarm_id,
                                .channel_id = EVIDENCE_CLIP_FOLDER,
                                .from_us = 0,
                                .to_us = INT64_MAX};

    if (stream->alarm_id == NULL)
        return false;
    stream->clip = stream->kept.open(stream->kept.self, &query, &stream->info, NULL);
    if (stream->clip != NULL)
        stream->reader = stream->kept;
    return stream->clip != NULL;
}

static void
work_open(gpointer data)
{
    Stream *stream = (Stream *)data;

    if (open_kept(stream))
        return;
    stream->clip =
        stream->reader.open(stream->reader.self, &stream->query, &stream->info, &stream->error);
}

static void
done_open(gpointer data)
{
    Stream *stream = (Stream *)data;

    stream->busy = false;
    if (stream->request->gone) {
        stream_free(stream);
        return;
    }
    if (stream->clip != NULL) {
        begin_body(stream);
        return;
    }
    http_request_problem_of(stream->request, stream->error);
    stream_free(stream);
}

void
clip_stream_start(HttpRequest *request, const SegmentQuery *query, const char *alarm_id)
{
    Stream *stream = g_new0(Stream, 1);

    stream->request = http_request_ref(request);
    stream->reader = *request->app->ports.segments;
    if (alarm_id != NULL && request->app->ports.evidence != NULL) {
        stream->kept = request->app->ports.evidence->clips;
        stream->alarm_id = g_strdup(alarm_id);
    }
    stream->input_id = g_strdup(query->input_id);
    stream->channel_id = g_strdup(query->channel_id);
    stream->query =
        (SegmentQuery){stream->input_id, stream->channel_id, query->from_us, query->to_us};
    stream->busy = request->app->clips++ < CLIP_STREAMS_MAX &&
                   disk_pool_push(request->app->disk, work_open, done_open, stream);
    if (stream->busy) {
        http_request_defer(request);
        return;
    }
    http_request_set_header(request, "Retry-After", "5");
    http_request_problem(request, 503, "busy", "Many clips are being read; ask again soon.");
    stream_free(stream);
}

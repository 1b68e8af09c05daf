/* The live store's thread: connect, fill, keep filled. */
#include "appliance/stores/live-redis.h"

#include <string.h>

#include "appliance/stores/live-channel.h"
#include "appliance/stores/live-sessions.h"
#include "appliance/stores/live-thumbnails.h"
#include "appliance/stores/redis-link.h"
#include "appliance/stores/store-thread.h"
#include "pipelines/base/clock.h"
#include "pipelines/base/error.h"
#include "pipelines/base/slug.h"

#define TICK_US          (US_PER_SECOND / 5)
#define MARKER_US        US_PER_SECOND        /* between looks whether everything is still there */
#define SNAPSHOT_OLD_US  (10 * US_PER_SECOND) /* an older one is not shown as live */
#define SAMPLE_US        (9 * US_PER_SECOND / 10)
#define EVENTS_PER_BATCH 256u
#define MARKER_KEY       "gantry:journal"
#define EVENTS_KEY       "gantry:events"

/* What was last written of a channel. */
typedef struct {
    GStrv fields;
    MonoUs sampled_us; /* report of which a sample was written */
    bool present;      /* in the snapshot at hand */
} Written;

struct _GantryLiveRedis {
    GObject parent_instance;

    GantryEventLog *log;
    guint listening;
    char *marker; /* of this journal and this run of the daemon */

    StoreThread thread; /* its lock guards what follows, up to the next comment */
    Snapshot *snapshot; /* (nullable): newest */
    LiveThumbnails *thumbnails;
    LiveSessions *sessions;
    GQueue loads; /* (element-type LiveLoad) */
    EventSinkStatus status;
    bool renew; /* the stream of events is to begin anew */

    /* The thread's own. */
    RedisLink *link;
    uint64_t cursor;
    GHashTable *written;   /* (element-type utf8 Written): by channel */
    MonoUs marker_us;      /* when to look at the marker again */
    MonoUs refresh_us;     /* when to write everything again */
    uint64_t snapshot_seq; /* last one written */
};

static void live_redis_sink_init(GantryEventSinkInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(GantryLiveRedis,
                              gantry_live_redis,
                              G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(GANTRY_TYPE_EVENT_SINK, live_redis_sink_init))

static void
written_free(gpointer data)
{
    Written *written = data;

    g_strfreev(written->fields);
    g_free(written);
}

static void
set_status(GantryLiveRedis *self, const char *state, const char *text)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->thread.lock);

    event_sink_status_set(&self->status, state, text, boot_now_us());
    self->status.cursor = self->cursor;
}

/* Redis was emptied, or filled by another journal or an earlier run, whose events may have numbers
 * that this journal gave to others: the stream begins anew. */
static void
begin_anew(GantryLiveRedis *self)
{
    EventLogStatus status;

    gantry_event_log_get_status(self->log, &status);
    self->cursor =
        status.last_seq > LIVE_REDIS_MAX_EVENTS ? status.last_seq - LIVE_REDIS_MAX_EVENTS : 0;
    self->refresh_us = 0;
    redis_link_start(self->link, "DEL");
    redis_link_add(self->link, EVENTS_KEY);
    redis_link_start(self->link, "SET");
    redis_link_add(self->link, MARKER_KEY);
    redis_link_add(self->link, self->marker);
}

static bool
take_renew(GantryLiveRedis *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->thread.lock);
    const bool renew = self->renew;

    self->renew = false;
    return renew;
}

static bool
renew_events(GantryLiveRedis *self, GError **error)
{
    begin_anew(self);
    if (redis_link_flush(self->link, error))
        return true;
    g_mutex_lock(&self->thread.lock);
    self->renew = true;
    g_mutex_unlock(&self->thread.lock);
    return false;
}

static bool
look_at_marker(GantryLiveRedis *self, MonoUs now_us, GError **error)
{
    g_auto(RedisAnswer) answer = {0};

    if (take_renew(self))
        return renew_events(self, error);
    if (now_us < self->marker_us)
        return true;
    redis_link_start(self->link, "GET");
    redis_link_add(self->link, MARKER_KEY);
    if (!redis_link_ask(self->link, &answer, error))
        return false;
    self->marker_us = now_us + MARKER_US;
    if (g_strcmp0(answer.texts[0], self->marker) == 0)
        return true;
    begin_anew(self);
    return redis_link_flush(self->link, error);
}

static void
write_event(RedisLink *link, const Event *event)
{
    char id[32];
    g_autofree char *json = event_to_json(event);

    g_snprintf(id, sizeof id, "%" G_GUINT64_FORMAT "-0", event->seq);
    redis_link_start(link, "XADD");
    redis_link_add(link, EVENTS_KEY);
    redis_link_add(link, "MAXLEN");
    redis_link_add(link, "~");
    redis_link_add_number(link, LIVE_REDIS_MAX_EVENTS);
    redis_link_add(link, id);
    redis_link_add(link, "json");
    redis_link_add(link, json);
}

static bool
write_events(GantryLiveRedis *self, GError **error)
{
    for (guint n = EVENTS_PER_BATCH; n == EVENTS_PER_BATCH;) {
        g_autoptr(GPtrArray) events =
            gantry_event_log_read(self->log, self->cursor, EVENTS_PER_BATCH);

        n = events->len;
        for (guint i = 0; i < n; i++)
            write_event(self->link, g_ptr_array_index(events, i));
        if (n == 0)
            break;
        if (!redis_link_flush(self->link, error))
            return false;
        self->cursor = ((const Event *)g_ptr_array_index(events, n - 1))->seq;
        if (self->cursor > gantry_event_log_get_cursor(self->log, LIVE_REDIS_CURSOR, 0))
            gantry_event_log_set_cursor(self->log, LIVE_REDIS_CURSOR, self->cursor);
    }
    return true;
}

static void
write_hash(RedisLink *link, const char *id, GStrv fields, WallUs wall_us)
{
    g_autofree char *key = g_strconcat("gantry:channel:", id, NULL);
    g_autofree char *written_at = live_time(wall_us);

    redis_link_start(link, "HSET");
    redis_link_add(link, key);
    for (size_t i = 0; fields[i] != NULL; i++)
        redis_link_add(link, fields[i]);
    redis_link_add(link, "written_at");
    redis_link_add(link, written_at);
    redis_link_expire(link, key, LIVE_REDIS_CHANNEL_TTL);
}

static void
write_sample(RedisLink *link, const ChannelView *channel, WallUs wall_us)
{
    g_autofree char *key = g_strconcat("gantry:samples:", channel->id, NULL);
    g_autofree char *at = live_time(wall_us);
    char bitrate[G_ASCII_DTOSTR_BUF_SIZE];

    redis_link_start(link, "XADD");
    redis_link_add(link, key);
    redis_link_add(link, "MAXLEN");
    redis_link_add(link, "~");
    redis_link_add(link, "3600");
    redis_link_add(link, "*");
    redis_link_add(link, "at");
    redis_link_add(link, at);
    redis_link_add(link, "bitrate_bps");
    redis_link_add(link, g_ascii_formatd(bitrate, sizeof bitrate, "%.0f", channel->bitrate_bps));
    redis_link_add(link, "cc_errors");
    redis_link_add_number(link, channel->cc_errors);
    redis_link_expire(link, key, 3600);
}

static Written *
written_of(GantryLiveRedis *self, const char *id)
{
    Written *written = g_hash_table_lookup(self->written, id);

    if (written == NULL) {
        written = g_new0(Written, 1);
        g_hash_table_insert(self->written, g_strdup(id), written);
    }
    return written;
}

static void
write_channel(GantryLiveRedis *self,
              const Snapshot *snapshot,
              const ChannelView *channel,
              bool everything)
{
    Written *written = written_of(self, channel->id);
    g_auto(GStrv) fields = live_channel_fields(snapshot, channel);

    written->present = true;
    if (everything || written->fields == NULL ||
        !g_strv_equal((const char *const *)fields, (const char *const *)written->fields))
        write_hash(self->link, channel->id, fields, snapshot->wall_us);
    if (channel->reported_us - written->sampled_us >= SAMPLE_US) {
        write_sample(self->link, channel,
                     snapshot->wall_us - (snapshot->at_us - channel->reported_us));
        written->sampled_us = channel->reported_us;
    }
    g_strfreev(written->fields);
    written->fields = g_steal_pointer(&fields);
}

static gboolean
forget_absent(gpointer key, gpointer value, gpointer user_data)
{
    RedisLink *link = user_data;
    Written *written = value;
    g_autofree char *name = g_strconcat("gantry:channel:", key, NULL);

    if (written->present) {
        written->present = false;
        return FALSE;
    }
    redis_link_start(link, "DEL");
    redis_link_add(link, name);
    return TRUE;
}

static void
write_snapshot(GantryLiveRedis *self, bool everything, MonoUs now_us)
{
    g_mutex_lock(&self->thread.lock);
    g_autoptr(Snapshot) snapshot = self->snapshot != NULL ? snapshot_ref(self->snapshot) : NULL;
    g_mutex_unlock(&self->thread.lock);

    if (snapshot == NULL || now_us - snapshot->at_us > SNAPSHOT_OLD_US ||
        (snapshot->seq == self->snapshot_seq && !everything))
        return;
    self->snapshot_seq = snapshot->seq;
    for (size_t i = 0; i < MIN(snapshot->n_channels, LIVE_REDIS_MAX_CHANNELS); i++) {
        if (slug_is_valid(snapshot->channels[i].id))
            write_channel(self, snapshot, &snapshot->channels[i], everything);
    }
    g_hash_table_foreach_remove(self->written, forget_absent, self->link);
}

static LiveLoad *
next_load(GantryLiveRedis *self)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->thread.lock);

    return g_queue_pop_head(&self->loads);
}

static void
remember_sessions(GantryLiveRedis *self, GPtrArray *found, MonoUs now_us)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->thread.lock);

    for (guint i = 0; i < found->len; i++) {
        const LiveSession *session = g_ptr_array_index(found, i);

        live_sessions_put(self->sessions, session->key_hash, session->value, session->ttl_s,
                          now_us);
    }
}

static bool
serve_loads(GantryLiveRedis *self, MonoUs now_us, GError **error)
{
    LiveLoad *load = NULL;

    while ((load = next_load(self)) != NULL) {
        load->sessions = live_sessions_read(self->link, now_us + US_PER_SECOND, error);
        const bool read = load->sessions != NULL;

        if (read)
            remember_sessions(self, load->sessions, now_us);
        live_load_post(load);
        if (!read)
            return false;
    }
    return true;
}

static bool
work(GantryLiveRedis *self, MonoUs now_us, GError **error)
{
    bool fresh = false;

    if (!redis_link_open(self->link, now_us, &fresh, error))
        return false;
    if (fresh)
        self->marker_us = self->refresh_us = 0;
    if (!serve_loads(self, now_us, error) || !look_at_marker(self, now_us, error) ||
        !write_events(self, error))
        return false;
    const bool everything = now_us >= self->refresh_us;

    write_snapshot(self, everything, now_us);
    /* Nothing is sent before the flush, so nobody waits at this lock for the network. */
    g_mutex_lock(&self->thread.lock);
    live_thumbnails_write(self->thumbnails, self->link, everything, now_us);
    live_sessions_write(self->sessions, self->link, everything, now_us);
    g_mutex_unlock(&self->thread.lock);
    if (!redis_link_flush(self->link, error))
        return false;
    if (everything)
        self->refresh_us = now_us + LIVE_REDIS_REFRESH_US;
    return true;
}

static void
answer_loads_with_nothing(GantryLiveRedis *self)
{
    LiveLoad *load = NULL;

    while ((load = next_load(self)) != NULL)
        live_load_post(load);
}

static void
note_failure(GantryLiveRedis *self, const GError *error)
{
    g_autofree char *text =
        g_strdup_printf("Redis does not take the live state: %s", error->message);

    redis_link_back_off(self->link, boot_now_us());
    self->refresh_us = 0;
    set_status(self, "down", text);
}

static gpointer
live_redis_main(gpointer data)
{
    g_autoptr(GantryLiveRedis) self = data;
    MonoUs until = 0;

    do {
        const MonoUs now = boot_now_us();
        g_autoptr(GError) error = NULL;

        if (work(self, now, &error)) {
            redis_link_succeeded(self->link);
            set_status(self, "ok", "");
            until = now + TICK_US;
        } else if (now >= redis_link_next_try_us(self->link)) {
            note_failure(self, error);
            until = redis_link_next_try_us(self->link);
        }
        if (error != NULL)
            answer_loads_with_nothing(self);
    } while (store_thread_wait(&self->thread, until));
    answer_loads_with_nothing(self);
    redis_link_close(self->link);
    store_thread_ended(&self->thread);
    return NULL;
}

/* On the journal's thread. */
static void
events_visible(uint64_t visible_seq, gpointer user_data)
{
    GantryLiveRedis *self = user_data;

    store_thread_wake(&self->thread);
}

GantryLiveRedis *
gantry_live_redis_new(GantryEventLog *log, const char *journal_id, const RedisAccess *access)
{
    g_return_val_if_fail(GANTRY_IS_EVENT_LOG(log), NULL);

    GantryLiveRedis *self = g_object_new(GANTRY_TYPE_LIVE_REDIS, NULL);
    g_autofree char *run = g_uuid_string_random();

    self->log = g_object_ref(log);
    self->marker = g_strdup_printf("%s %s", journal_id, run);
    self->link = redis_link_new(access);
    event_sink_status_set(&self->status, "behind", "Redis was not connected to yet.",
                          boot_now_us());
    self->listening = gantry_event_log_listen(log, events_visible, self);
    store_thread_start(&self->thread, "live-redis", live_redis_main, g_object_ref(self));
    return self;
}

void
gantry_live_redis_renew_events(GantryLiveRedis *self)
{
    g_return_if_fail(GANTRY_IS_LIVE_REDIS(self));

    g_mutex_lock(&self->thread.lock);
    self->renew = true;
    g_mutex_unlock(&self->thread.lock);
    store_thread_wake(&self->thread);
}

void
gantry_live_redis_set_snapshot(GantryLiveRedis *self, Snapshot *snapshot)
{
    g_return_if_fail(GANTRY_IS_LIVE_REDIS(self));

    Snapshot *old = NULL;

    g_mutex_lock(&self->thread.lock);
    old = self->snapshot;
    self->snapshot = snapshot_ref(snapshot);
    g_mutex_unlock(&self->thread.lock);
    snapshot_unref(old);
}

void
gantry_live_redis_set_thumbnail(GantryLiveRedis *self,
                                const MessageThumbnail *thumbnail,
                                GBytes *jpeg)
{
    g_return_if_fail(GANTRY_IS_LIVE_REDIS(self));
    g_return_if_fail(slug_is_valid(thumbnail->channel_id));

    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->thread.lock);

    live_thumbnails_set(self->thumbnails, thumbnail, jpeg);
}

static void
store_put(gpointer data, const char *key_hash, const char *value, unsigned ttl_s)
{
    GantryLiveRedis *self = data;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->thread.lock);

    live_sessions_put(self->sessions, key_hash, value, ttl_s, boot_now_us());
}

static void
store_drop(gpointer data, const char *key_hash)
{
    GantryLiveRedis *self = data;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->thread.lock);

    live_sessions_drop(self->sessions, key_hash);
}

static void
store_load(gpointer data, LiveSessionFound found, gpointer user_data)
{
    GantryLiveRedis *self = data;
    LiveLoad *load = live_load_new(found, user_data);
    bool ended = false;

    g_mutex_lock(&self->thread.lock);
    ended = self->thread.stopping;
    if (!ended)
        g_queue_push_tail(&self->loads, load);
    g_mutex_unlock(&self->thread.lock);
    if (ended)
        live_load_post(load);
    else
        store_thread_wake(&self->thread);
}

void
gantry_live_redis_get_session_store(GantryLiveRedis *self, SessionStore *ret_store)
{
    g_return_if_fail(GANTRY_IS_LIVE_REDIS(self));

    *ret_store =
        (SessionStore){.self = self, .put = store_put, .drop = store_drop, .load = store_load};
}

static const char *
live_redis_get_name(GantryEventSink *sink)
{
    return LIVE_REDIS_CURSOR;
}

static void
live_redis_get_status(GantryEventSink *sink, EventSinkStatus *ret_status)
{
    GantryLiveRedis *self = GANTRY_LIVE_REDIS(sink);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->thread.lock);

    *ret_status = self->status;
}

static void
live_redis_stop(GantryEventSink *sink, int64_t wait_us)
{
    GantryLiveRedis *self = GANTRY_LIVE_REDIS(sink);

    if (self->listening != 0)
        gantry_event_log_unlisten(self->log, self->listening);
    self->listening = 0;
    store_thread_ask_stop(&self->thread);
    if (store_thread_wait_end(&self->thread, wait_us / 2))
        return;
    redis_link_interrupt(self->link);
    (void)store_thread_wait_end(&self->thread, wait_us / 2);
}

static void
live_redis_sink_init(GantryEventSinkInterface *iface)
{
    iface->get_name = live_redis_get_name;
    iface->get_status = live_redis_get_status;
    iface->stop = live_redis_stop;
}

static void
gantry_live_redis_finalize(GObject *object)
{
    GantryLiveRedis *self = GANTRY_LIVE_REDIS(object);

    g_clear_pointer(&self->link, redis_link_free);
    g_clear_pointer(&self->snapshot, snapshot_unref);
    g_clear_pointer(&self->thumbnails, live_thumbnails_free);
    g_clear_pointer(&self->sessions, live_sessions_free);
    g_clear_pointer(&self->written, g_hash_table_unref);
    g_queue_clear_full(&self->loads, live_load_free);
    g_clear_object(&self->log);
    g_free(self->marker);
    store_thread_clear(&self->thread);
    G_OBJECT_CLASS(gantry_live_redis_parent_class)->finalize(object);
}

static void
gantry_live_redis_class_init(GantryLiveRedisClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = gantry_live_redis_finalize;
}

static void
gantry_live_redis_init(GantryLiveRedis *self)
{
    store_thread_init(&self->thread);
    g_queue_init(&self->loads);
    self->sessions = live_sessions_new();
    self->thumbnails = live_thumbnails_new();
    self->written = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, written_free);
}

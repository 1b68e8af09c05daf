/* The live state against a real Redis: what stands in it, what happens when it is emptied or dies.
 */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "appliance/stores/live-redis.h"
#include "appliance/stores/redis-link.h"
#include "pipelines/base/clock.h"
#include "tests/services/private-servers.h"
#include "tests/services/store-events.h"

#define WAIT_US PATIENCE_US
/* That it may take on a machine that does other things; one that does not needs less than 5 s. */
#define REFILL_US (20 * US_PER_SECOND)
/* For what must not wait for Redis, likewise: who waits for a Redis that hangs does so for longer.
 */
#define AT_ONCE_US (3 * US_PER_SECOND / 2)

typedef struct {
    PrivateServers *servers;
    char *folder;
    GantryEventLog *log;
    GantryLiveRedis *redis;
    RedisLink *link; /* the test's own look at Redis */
    const char *command[4];
    const char *wanted; /* for conditions: first text, or the integer in words */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer servers)
{
    fixture->servers = (PrivateServers *)servers;
    if (fixture->servers->redis == 0)
        private_servers_start_redis(fixture->servers);
    fixture->folder = g_dir_make_tmp("gantry-live-XXXXXX", NULL);
    fixture->log = store_event_log(fixture->folder);
    fixture->redis = gantry_live_redis_new(fixture->log, gantry_event_log_get_id(fixture->log),
                                           &fixture->servers->redis_access);
    fixture->link = redis_link_new(&fixture->servers->redis_access);
}

static void
tear_down(Fixture *fixture, gconstpointer servers)
{
    gantry_event_sink_stop(GANTRY_EVENT_SINK(fixture->redis), PATIENCE_US);
    gantry_event_log_close(fixture->log, PATIENCE_US);
    release_object(fixture->redis);
    release_object(fixture->log);
    redis_link_free(fixture->link);
    remove_folder(fixture->folder);
    g_free(fixture->folder);
}

/* The first text of the answer, or its integer; NULL while Redis is away. (transfer full) */
static char *
ask(Fixture *fixture, const char *const command[4])
{
    g_auto(RedisAnswer) answer = {0};
    bool fresh = false;

    if (!redis_link_open(fixture->link, G_MAXINT64, &fresh, NULL))
        return NULL;
    redis_link_start(fixture->link, command[0]);
    for (size_t i = 1; i < 4 && command[i] != NULL; i++)
        redis_link_add(fixture->link, command[i]);
    if (!redis_link_ask(fixture->link, &answer, NULL))
        return NULL;
    return answer.texts[0] != NULL ? g_strdup(answer.texts[0])
                                   : g_strdup_printf("%d", (int)answer.integer);
}

static void
set_option(Fixture *fixture, const char *const command[4])
{
    bool fresh = false;

    g_assert_true(redis_link_open(fixture->link, G_MAXINT64, &fresh, NULL));
    redis_link_start(fixture->link, command[0]);
    for (size_t i = 1; i < 4; i++)
        redis_link_add(fixture->link, command[i]);
    g_assert_true(redis_link_flush(fixture->link, NULL));
}

static bool
answers_so(gpointer user_data)
{
    Fixture *fixture = user_data;
    g_autofree char *answer = ask(fixture, fixture->command);

    return g_strcmp0(answer, fixture->wanted) == 0;
}

static bool
wait_for(Fixture *fixture, const char *a, const char *b, const char *c, const char *wanted)
{
    const char *command[4] = {a, b, c, NULL};

    memcpy(fixture->command, command, sizeof command);
    fixture->wanted = wanted;
    return wait_until(answers_so, fixture, WAIT_US);
}

static void
show_channel(Fixture *fixture, ChannelState state, double bitrate_bps)
{
    Snapshot *snapshot = snapshot_new();
    ChannelView *channel = g_new0(ChannelView, 1);

    snapshot->at_us = boot_now_us();
    snapshot->wall_us = wall_now_us();
    snapshot->seq = (uint64_t)snapshot->at_us;
    channel->id = g_strdup("das-erste");
    channel->input_id = g_strdup("das-erste");
    channel->name = g_strdup("Das Erste");
    channel->short_name = g_strdup("ARD");
    channel->group = g_strdup("");
    channel->address = g_strdup("udp://239.0.0.1:5000");
    channel->interface = g_strdup("");
    channel->state = state;
    channel->state_text = g_strdup("");
    channel->since_wall_us = snapshot->wall_us;
    channel->reported_us = snapshot->at_us;
    channel->bitrate_bps = bitrate_bps;
    channel->wire_text = g_strdup("");
    channel->service_name = g_strdup("");
    channel->video = g_strdup("");
    channel->audio = g_strdup("");
    snapshot->channels = channel;
    snapshot->n_channels = 1;
    gantry_live_redis_set_snapshot(fixture->redis, snapshot);
    snapshot_unref(snapshot);
}

static void
show_thumbnail(Fixture *fixture)
{
    const MessageThumbnail thumbnail = {.channel_id = (char *)"das-erste",
                                        .captured_us = boot_now_us(),
                                        .wall_us = wall_now_us(),
                                        .pts = 8589934591,
                                        .width = 320,
                                        .height = 180};
    g_autoptr(GBytes) jpeg = g_bytes_new_static("\xff\xd8jpeg", 6);

    gantry_live_redis_set_thumbnail(fixture->redis, &thumbnail, jpeg);
}

static void
fill(Fixture *fixture)
{
    for (unsigned i = 1; i <= 300; i++)
        (void)gantry_event_log_append(fixture->log, store_event(EVENT_ALARM_RAISED, i, 1));
    show_channel(fixture, CHANNEL_OK, 8e6);
    show_thumbnail(fixture);
}

static void
assert_filled(Fixture *fixture)
{
    g_assert_true(wait_for(fixture, "XLEN", "gantry:events", NULL, "300"));
    g_assert_true(wait_for(fixture, "HGET", "gantry:channel:das-erste", "state", "ok"));
    g_assert_true(wait_for(fixture, "HGET", "gantry:thumb:das-erste", "width", "320"));
    g_assert_true(wait_for(fixture, "HGET", "gantry:thumb:das-erste", "pts", "8589934591"));
}

static void
channels_thumbnails_and_events_stand_in_redis(Fixture *fixture, gconstpointer servers)
{
    static const char *const ttl[4] = {"TTL", "gantry:channel:das-erste"};
    static const char *const thumb_ttl[4] = {"TTL", "gantry:thumb:das-erste"};

    fill(fixture);
    assert_filled(fixture);
    g_autofree char *left = ask(fixture, ttl);
    g_autofree char *thumb_left = ask(fixture, thumb_ttl);
    gint64 seconds = 0;

    g_assert_true(g_ascii_string_to_signed(left, 10, 1, LIVE_REDIS_CHANNEL_TTL, &seconds, NULL));
    g_assert_true(
        g_ascii_string_to_signed(thumb_left, 10, 1, LIVE_REDIS_THUMB_TTL, &seconds, NULL));
    g_assert_true(wait_for(fixture, "HGET", "gantry:channel:das-erste", "bitrate_bps", "8000000"));
    show_channel(fixture, CHANNEL_FAULT, 0);
    g_assert_true(wait_for(fixture, "HGET", "gantry:channel:das-erste", "state", "fault"));
    g_assert_true(wait_for(fixture, "HGET", "gantry:channel:das-erste", "bitrate_bps", "0"));
}

static void
a_channel_that_is_gone_leaves(Fixture *fixture, gconstpointer servers)
{
    g_autoptr(Snapshot) empty = snapshot_new();

    show_channel(fixture, CHANNEL_OK, 1);
    g_assert_true(wait_for(fixture, "HGET", "gantry:channel:das-erste", "bitrate_bps", "1"));
    empty->at_us = boot_now_us();
    empty->seq = (uint64_t)empty->at_us;
    gantry_live_redis_set_snapshot(fixture->redis, empty);
    g_assert_true(wait_for(fixture, "EXISTS", "gantry:channel:das-erste", NULL, "0"));
}

static void
what_was_flushed_is_back_soon(Fixture *fixture, gconstpointer servers)
{
    static const char *const flush[4] = {"FLUSHALL"};

    fill(fixture);
    assert_filled(fixture);
    g_free(ask(fixture, flush));
    const gint64 begin = g_get_monotonic_time();

    assert_filled(fixture);
    g_test_message("refilled after %d ms", (int)((g_get_monotonic_time() - begin) / US_PER_MS));
    g_assert_cmpint(g_get_monotonic_time() - begin, <, REFILL_US);
}

static void
a_redis_that_was_killed_is_filled_again(Fixture *fixture, gconstpointer servers)
{
    fill(fixture);
    assert_filled(fixture);
    private_servers_signal(&fixture->servers->redis, SIGKILL);
    redis_link_close(fixture->link);
    g_usleep(1500000);
    private_servers_start_redis(fixture->servers);
    const gint64 begin = g_get_monotonic_time();

    show_channel(fixture, CHANNEL_OK, 8e6);
    assert_filled(fixture);
    g_assert_cmpint(g_get_monotonic_time() - begin, <, REFILL_US);
}

static bool
is_down(gpointer user_data)
{
    EventSinkStatus status;

    gantry_event_sink_get_status(GANTRY_EVENT_SINK(user_data), &status);
    return strcmp(status.state, "down") == 0;
}

static void
a_redis_that_hangs_is_noticed_and_blocks_nobody(Fixture *fixture, gconstpointer servers)
{
    fill(fixture);
    assert_filled(fixture);
    private_servers_signal(&fixture->servers->redis, SIGSTOP);
    const gint64 begin = g_get_monotonic_time();

    fill(fixture);
    g_assert_cmpint(g_get_monotonic_time() - begin, <, AT_ONCE_US);
    g_assert_true(wait_until(is_down, fixture->redis, WAIT_US));
    private_servers_signal(&fixture->servers->redis, SIGCONT);
    g_assert_true(wait_for(fixture, "XLEN", "gantry:events", NULL, "600"));
}

static void
a_redis_that_is_full_is_said_so_and_filled_later(Fixture *fixture, gconstpointer servers)
{
    const char *const full[] = {"CONFIG", "SET", "maxmemory", "1mb"};
    const char *const room[] = {"CONFIG", "SET", "maxmemory", "0"};
    EventSinkStatus status;

    g_assert_true(wait_for(fixture, "HGET", "gantry:channel:none", "state", "0"));
    set_option(fixture, full);
    for (unsigned i = 1; i <= 1500; i++)
        (void)gantry_event_log_append(fixture->log, store_event(EVENT_ALARM_RAISED, i, 1));
    g_assert_true(wait_until(is_down, fixture->redis, WAIT_US));
    gantry_event_sink_get_status(GANTRY_EVENT_SINK(fixture->redis), &status);
    g_assert_nonnull(strstr(status.text, "OOM"));
    set_option(fixture, room);
    g_assert_true(wait_for(fixture, "XLEN", "gantry:events", NULL, "1500"));
}

/* A folder stands where it would save, so that it cannot, and it takes no more writes. */
static void
a_redis_that_cannot_save_is_said_so_and_filled_later(Fixture *fixture, gconstpointer servers)
{
    const char *const never[] = {"CONFIG", "SET", "stop-writes-on-bgsave-error", "no"};
    const char *const stop[] = {"CONFIG", "SET", "stop-writes-on-bgsave-error", "yes"};
    const char *const often[] = {"CONFIG", "SET", "save", "1 1"};
    const char *const seldom[] = {"CONFIG", "SET", "save", ""};
    g_autofree char *dump = g_build_filename(fixture->servers->folder, "dump.rdb", NULL);
    EventSinkStatus status;

    set_option(fixture, stop);
    g_assert_cmpint(g_mkdir(dump, 0755), ==, 0);
    set_option(fixture, often);
    fill(fixture);
    for (unsigned i = 301; !is_down(fixture->redis) && i < 1000; i++) {
        (void)gantry_event_log_append(fixture->log, store_event(EVENT_ALARM_RAISED, i, 1));
        (void)wait_until(is_down, fixture->redis, US_PER_SECOND / 20);
    }
    g_assert_true(wait_until(is_down, fixture->redis, WAIT_US));
    gantry_event_sink_get_status(GANTRY_EVENT_SINK(fixture->redis), &status);
    g_assert_nonnull(strstr(status.text, "MISCONF"));
    set_option(fixture, never);
    set_option(fixture, seldom);
    g_assert_cmpint(g_rmdir(dump), ==, 0);
    show_channel(fixture, CHANNEL_OK, 8e6);
    const gint64 begin = g_get_monotonic_time();
    EventLogStatus log;

    gantry_event_log_get_status(fixture->log, &log);
    g_autofree char *wanted = g_strdup_printf("%" G_GUINT64_FORMAT, log.last_seq);

    g_assert_true(wait_for(fixture, "XLEN", "gantry:events", NULL, wanted));
    g_assert_cmpint(g_get_monotonic_time() - begin, <, REFILL_US);
}

typedef struct {
    unsigned found;
    bool done;
    char *value;
} Loaded;

static void
take_session(const char *key_hash, const char *value, unsigned ttl_s, gpointer user_data)
{
    Loaded *loaded = user_data;

    if (key_hash[0] == '\0') {
        loaded->done = true;
        return;
    }
    loaded->found++;
    g_assert_cmpuint(ttl_s, >, 3500);
    g_free(loaded->value);
    loaded->value = g_strdup(value);
}

static bool
is_loaded(gpointer user_data)
{
    return ((Loaded *)user_data)->done;
}

static void
sessions_are_kept_and_come_back(Fixture *fixture, gconstpointer servers)
{
    static const char *const flush[4] = {"FLUSHALL"};
    g_autofree char *one = g_strnfill(64, 'a');
    g_autofree char *two = g_strnfill(64, 'b');
    g_autofree char *key = g_strconcat("gantry:session:", one, NULL);
    g_autofree char *other = g_strconcat("gantry:session:", two, NULL);
    SessionStore store;
    Loaded loaded = {0};

    g_free(ask(fixture, flush));
    gantry_live_redis_get_session_store(fixture->redis, &store);
    store.put(store.self, one, "{\"user\":\"anna\"}", 3600);
    store.put(store.self, two, "{}", 3600);
    store.put(store.self, "../../etc", "{}", 3600);
    g_assert_true(wait_for(fixture, "GET", key, NULL, "{\"user\":\"anna\"}"));
    g_assert_true(wait_for(fixture, "EXISTS", other, NULL, "1"));
    store.drop(store.self, two);
    g_assert_true(wait_for(fixture, "EXISTS", other, NULL, "0"));
    store.load(store.self, take_session, &loaded);
    g_assert_true(wait_until(is_loaded, &loaded, WAIT_US));
    g_assert_cmpuint(loaded.found, ==, 1);
    g_assert_cmpstr(loaded.value, ==, "{\"user\":\"anna\"}");
    g_free(ask(fixture, flush));
    g_assert_true(wait_for(fixture, "EXISTS", key, NULL, "1"));
    private_servers_signal(&fixture->servers->redis, SIGKILL);
    loaded.done = false;
    store.load(store.self, take_session, &loaded);
    g_assert_true(wait_until(is_loaded, &loaded, WAIT_US));
    g_free(loaded.value);
}

#define ADD(path, function)                                                                        \
    g_test_add("/live-redis/" path, Fixture, servers, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    static const char *const programs[] = {"redis-server", NULL};
    int exit_status = 0;

    if (private_servers_missing(programs, &exit_status))
        return exit_status;
    g_test_init(&argc, &argv, NULL);
    PrivateServers *servers = private_servers_new();

    ADD("channels-thumbnails-and-events-stand-in-redis",
        channels_thumbnails_and_events_stand_in_redis);
    ADD("a-channel-that-is-gone-leaves", a_channel_that_is_gone_leaves);
    ADD("what-was-flushed-is-back-soon", what_was_flushed_is_back_soon);
    ADD("a-redis-that-was-killed-is-filled-again", a_redis_that_was_killed_is_filled_again);
    ADD("a-redis-that-hangs-is-noticed-and-blocks-nobody",
        a_redis_that_hangs_is_noticed_and_blocks_nobody);
    ADD("a-redis-that-is-full-is-said-so-and-filled-later",
        a_redis_that_is_full_is_said_so_and_filled_later);
    ADD("a-redis-that-cannot-save-is-said-so-and-filled-later",
        a_redis_that_cannot_save_is_said_so_and_filled_later);
    ADD("sessions-are-kept-and-come-back", sessions_are_kept_and_come_back);
    const int result = g_test_run();

    private_servers_free(servers);
    return result;
}

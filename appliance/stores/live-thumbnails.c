/* Thumbnails by channel, and their commands. */
#include "appliance/stores/live-thumbnails.h"

#include "appliance/stores/live-channel.h"

typedef struct {
    GBytes *jpeg;
    MonoUs captured_us;
    WallUs captured_wall_us;
    uint64_t pts;    /* 90 kHz; PTS90_MODULUS: none */
    unsigned width;  /* pixels */
    unsigned height; /* pixels */
    bool changed;
} Thumbnail;

struct LiveThumbnails {
    GHashTable *by_channel; /* (element-type utf8 Thumbnail) */
};

static void
thumbnail_free(gpointer data)
{
    Thumbnail *thumbnail = data;

    g_bytes_unref(thumbnail->jpeg);
    g_free(thumbnail);
}

LiveThumbnails *
live_thumbnails_new(void)
{
    LiveThumbnails *thumbnails = g_new0(LiveThumbnails, 1);

    thumbnails->by_channel = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, thumbnail_free);
    return thumbnails;
}

void
live_thumbnails_free(LiveThumbnails *thumbnails)
{
    if (thumbnails == NULL)
        return;
    g_hash_table_unref(thumbnails->by_channel);
    g_free(thumbnails);
}

void
live_thumbnails_set(LiveThumbnails *thumbnails, const MessageThumbnail *thumbnail, GBytes *jpeg)
{
    if (g_hash_table_size(thumbnails->by_channel) >= LIVE_REDIS_MAX_CHANNELS &&
        !g_hash_table_contains(thumbnails->by_channel, thumbnail->channel_id))
        return;
    Thumbnail *copy = g_new0(Thumbnail, 1);

    copy->jpeg = g_bytes_ref(jpeg);
    copy->captured_us = thumbnail->captured_us;
    copy->captured_wall_us = thumbnail->wall_us;
    copy->pts = thumbnail->pts;
    copy->width = thumbnail->width;
    copy->height = thumbnail->height;
    copy->changed = true;
    g_hash_table_replace(thumbnails->by_channel, g_strdup(thumbnail->channel_id), copy);
}

static void
write_thumbnail(RedisLink *link, const char *id, const Thumbnail *thumbnail, int64_t ttl_s)
{
    g_autofree char *key = g_strconcat("gantry:thumb:", id, NULL);
    g_autofree char *captured_at = live_time(thumbnail->captured_wall_us);

    redis_link_start(link, "HSET");
    redis_link_add(link, key);
    redis_link_add(link, "captured_at");
    redis_link_add(link, captured_at);
    redis_link_add(link, "pts");
    if (thumbnail->pts < PTS90_MODULUS)
        redis_link_add_number(link, thumbnail->pts);
    else
        redis_link_add(link, "");
    redis_link_add(link, "width");
    redis_link_add_number(link, thumbnail->width);
    redis_link_add(link, "height");
    redis_link_add_number(link, thumbnail->height);
    redis_link_add(link, "jpeg");
    redis_link_add_bytes(link, g_bytes_get_data(thumbnail->jpeg, NULL),
                         g_bytes_get_size(thumbnail->jpeg));
    redis_link_expire(link, key, (unsigned)ttl_s);
}

void
live_thumbnails_write(LiveThumbnails *thumbnails, RedisLink *link, bool everything, MonoUs now_us)
{
    GHashTableIter iter;
    gpointer key = NULL, value = NULL;

    g_hash_table_iter_init(&iter, thumbnails->by_channel);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        Thumbnail *thumbnail = value;
        const int64_t ttl_s =
            LIVE_REDIS_THUMB_TTL - (now_us - thumbnail->captured_us) / US_PER_SECOND;

        if (ttl_s <= 0) {
            g_hash_table_iter_remove(&iter);
            continue;
        }
        if (thumbnail->changed || everything)
            write_thumbnail(link, key, thumbnail, ttl_s);
        thumbnail->changed = false;
    }
}

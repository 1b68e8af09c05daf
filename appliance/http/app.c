/* The clock and the shared renderings. */
#include "appliance/http/app.h"

#include <time.h>

#define CACHE_US (250 * US_PER_MS)

static int64_t
clock_us(clockid_t id)
{
    struct timespec at = {0};

    (void)clock_gettime(id, &at);
    return at.tv_sec * US_PER_SECOND + at.tv_nsec / 1000;
}

ViewTime
app_now(void)
{
    return (ViewTime){.mono_us = clock_us(CLOCK_BOOTTIME), .wall_us = clock_us(CLOCK_REALTIME)};
}

GBytes *
app_cached(HttpApp *app,
           CachedView *cache,
           void (*render)(GString *out, const Snapshot *snapshot, const ViewTime *now))
{
    g_autoptr(Snapshot) snapshot = board_get_snapshot(app->board);
    const ViewTime now = app_now();

    if (cache->rendered == NULL || cache->seq != snapshot->seq ||
        now.mono_us - cache->at_us > CACHE_US) {
        GString *out = g_string_sized_new(4096);

        render(out, snapshot, &now);
        g_clear_pointer(&cache->rendered, g_bytes_unref);
        *cache = (CachedView){snapshot->seq, now.mono_us, g_string_free_to_bytes(out)};
    }
    return g_bytes_ref(cache->rendered);
}

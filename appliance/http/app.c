/* The clock and the shared renderings. */
#include "appliance/http/app.h"

#include "pipelines/base/clock.h"

#define CACHE_US (250 * US_PER_MS)

ViewTime
app_now(void)
{
    return (ViewTime){.mono_us = boot_now_us(), .wall_us = wall_now_us()};
}

static void
view_free(gpointer data)
{
    g_clear_pointer(&((CachedView *)data)->rendered, g_bytes_unref);
    g_free(data);
}

static CachedView *
find_view(HttpApp *app, const char *key)
{
    CachedView *view = NULL;

    if (app->views == NULL)
        app->views = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, view_free);
    view = (CachedView *)g_hash_table_lookup(app->views, key);
    if (view != NULL)
        return view;
    if (g_hash_table_size(app->views) >= APP_VIEWS_MAX)
        g_hash_table_remove_all(app->views);
    view = g_new0(CachedView, 1);
    g_hash_table_insert(app->views, g_strdup(key), view);
    return view;
}

GBytes *
app_cached(HttpApp *app,
           const char *key,
           const Snapshot *snapshot,
           void (*render)(GString *out, const Snapshot *snapshot, const ViewTime *now))
{
    CachedView *view = find_view(app, key);
    const ViewTime now = app_now();

    if (view->rendered == NULL || view->seq != snapshot->seq ||
        now.mono_us - view->at_us > CACHE_US) {
        GString *out = g_string_sized_new(4096);

        render(out, snapshot, &now);
        g_clear_pointer(&view->rendered, g_bytes_unref);
        *view = (CachedView){snapshot->seq, now.mono_us, g_string_free_to_bytes(out)};
    }
    return g_bytes_ref(view->rendered);
}

void
app_note_token(HttpApp *app, const char *id, WallUs now_us)
{
    if (app->tokens == NULL)
        app->tokens = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    if (g_hash_table_size(app->tokens) >= TOKENS_MAX)
        g_hash_table_remove_all(app->tokens);
    g_hash_table_replace(app->tokens, g_strdup(id), g_memdup2(&now_us, sizeof now_us));
}

WallUs
app_token_seen_us(const HttpApp *app, const char *id)
{
    const WallUs *seen_us =
        app->tokens != NULL ? (const WallUs *)g_hash_table_lookup(app->tokens, id) : NULL;

    return seen_us != NULL ? *seen_us : 0;
}

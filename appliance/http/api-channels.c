/* Channels, their pictures, and the wall's batch. */
#include "appliance/http/api.h"
#include "appliance/http/json-writer.h"
#include "appliance/http/view-thumbs.h"

#define IDS_MAX 128 /* channels that one batch may name */

void
api_channels(HttpRequest *request)
{
    g_autoptr(GBytes) body = app_cached(request->app, &request->app->channels, view_channels);

    http_request_reply(request, 200, "application/json; charset=utf-8", body);
}

static void
no_channel(HttpRequest *request)
{
    http_request_problem(request, 404, "not-found", "No channel has this id.");
}

void
api_channel(HttpRequest *request)
{
    g_autoptr(Snapshot) snapshot = board_get_snapshot(request->app->board);
    const ChannelView *channel = view_find_channel(snapshot, request->params[0]);
    g_autoptr(GString) json = g_string_new(NULL);
    const ViewTime now = app_now();

    if (channel == NULL) {
        no_channel(request);
        return;
    }
    view_channel_detail(json, channel, &now);
    http_request_reply_json(request, 200, json);
}

void
api_channel_notes(HttpRequest *request)
{
    g_autoptr(Snapshot) snapshot = board_get_snapshot(request->app->board);
    const ChannelView *channel = view_find_channel(snapshot, request->params[0]);
    const char *kind = http_request_query(request, "kind");
    const size_t limit = (size_t)http_request_query_uint(request, "limit", 1, NOTE_LIST_MAX, 100);
    g_autoptr(GString) json = g_string_new(NULL);
    const ViewTime now = app_now();

    if (channel == NULL) {
        no_channel(request);
        return;
    }
    view_channel_notes(json, channel, kind, limit, &now);
    http_request_reply_json(request, 200, json);
}

static bool
picture_is_stale(const BoardPicture *picture, const ChannelView *channel, MonoUs now_us)
{
    const int64_t limit_us =
        picture->stale_after_us != 0 ? picture->stale_after_us : channel->thumbnail_stale_after_us;

    return now_us - picture->captured_us > limit_us;
}

void
api_channel_thumb(HttpRequest *request)
{
    g_autoptr(Snapshot) snapshot = board_get_snapshot(request->app->board);
    const ChannelView *channel = view_find_channel(snapshot, request->params[0]);
    const unsigned width = (unsigned)http_request_query_uint(request, "w", 1, 4096, 192);
    g_autoptr(BoardPicture) picture =
        board_get_picture(request->app->board, request->params[0], width);
    g_autofree char *etag = NULL;
    g_autoptr(GString) captured = g_string_new(NULL);

    if (channel == NULL) {
        no_channel(request);
        return;
    }
    if (picture == NULL) {
        http_request_problem(request, 404, "no-picture", "The channel has no picture yet.");
        return;
    }
    etag = g_strdup_printf("\"%" G_GUINT64_FORMAT "\"", picture->seq);
    json_time(captured, NULL, picture->captured_wall_us);
    g_strdelimit(captured->str, "\"", ' ');
    http_request_set_header(request, "ETag", etag);
    http_request_set_header(request, "Cache-Control", "no-cache");
    http_request_set_header(request, "X-Captured-At", g_strstrip(captured->str));
    http_request_set_header(request, "X-Stale",
                            picture_is_stale(picture, channel, app_now().mono_us) ? "true"
                                                                                  : "false");
    if (g_strcmp0(http_request_header(request, "If-None-Match"), etag) == 0)
        http_request_reply(request, 304, NULL, NULL);
    else
        http_request_reply(request, 200, "image/jpeg", picture->jpeg);
}

void
api_wall_thumbs(HttpRequest *request)
{
    const unsigned width = (unsigned)http_request_query_uint(request, "w", 1, 4096, 192);
    uint64_t since = http_request_query_uint(request, "since", 0, G_MAXUINT64, 0);
    const char *named = http_request_query(request, "ids");
    g_auto(GStrv) ids = named != NULL ? g_strsplit(named, ",", IDS_MAX) : NULL;
    uint64_t latest = 0;
    g_autoptr(GPtrArray) pictures = board_get_pictures(request->app->board, width, since, &latest);
    g_autoptr(GBytes) body = NULL;

    if (since > latest) { /* numbered by another box or before the clock was set back */
        g_ptr_array_unref(pictures);
        pictures = board_get_pictures(request->app->board, width, 0, &latest);
    }
    body = view_thumbs(pictures, (const char *const *)ids, latest);
    http_request_reply(request, 200, "application/octet-stream", body);
}

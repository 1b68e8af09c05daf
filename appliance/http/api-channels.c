/* Channels, and what their streams told. */
#include "appliance/http/api.h"
#include "appliance/http/view-channel.h"
#include "appliance/http/view-structure.h"

#define WATCH_EVERY_US (3 * US_PER_SECOND) /* the loop is told at most so often */

void
api_channels(HttpRequest *request)
{
    g_autoptr(GBytes) body = http_request_cached(request, "channels", view_channels);

    http_request_reply(request, 200, "application/json; charset=utf-8", body);
}

static void
no_channel(HttpRequest *request)
{
    http_request_problem(request, 404, "not-found", "No channel has this id.");
}

static void
ignore(const CommandResult *result, gpointer data)
{
}

/* What people look at is looked at deeply: the loop is told. */
static void
tell_watched(HttpApp *app, const char *channel_id, MonoUs now_us)
{
    const CommandPort *commands = app->ports.commands;
    const MonoUs *told_us = (const MonoUs *)g_hash_table_lookup(app->watched, channel_id);

    if (told_us != NULL && now_us - *told_us < WATCH_EVERY_US)
        return;
    if (g_hash_table_size(app->watched) >= BOARD_CHANNELS_MAX)
        g_hash_table_remove_all(app->watched);
    g_hash_table_replace(app->watched, g_strdup(channel_id), g_memdup2(&now_us, sizeof now_us));
    commands->submit(commands->self, command_new(COMMAND_CHANNEL_WATCH, channel_id, ""), ignore,
                     NULL);
}

void
api_channel(HttpRequest *request)
{
    g_autoptr(Snapshot) snapshot = http_request_snapshot(request);
    const ChannelView *channel = view_find_channel(snapshot, request->params[0]);
    g_autoptr(GString) json = g_string_new(NULL);
    const ViewTime now = app_now();

    if (channel == NULL) {
        no_channel(request);
        return;
    }
    tell_watched(request->app, channel->id, now.mono_us);
    view_channel_detail(json, channel, &now);
    http_request_reply_json(request, 200, json);
}

void
api_channel_structure(HttpRequest *request)
{
    g_autoptr(Snapshot) snapshot = http_request_snapshot(request);
    const ChannelView *channel = view_find_channel(snapshot, request->params[0]);
    g_autoptr(GString) json = g_string_new(NULL);
    const ViewTime now = app_now();

    if (channel == NULL) {
        no_channel(request);
        return;
    }
    view_structure(json, channel, &now);
    http_request_reply_json(request, 200, json);
}

void
api_channel_notes(HttpRequest *request)
{
    g_autoptr(Snapshot) snapshot = http_request_snapshot(request);
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

/* Pictures: the newest, one on demand, those of the past, and the wall's batch. */
#include <string.h>

#include "appliance/http/api.h"
#include "appliance/http/cursor.h"
#include "appliance/http/json-writer.h"
#include "appliance/http/page.h"
#include "appliance/http/view-media.h"
#include "appliance/http/view-thumbs.h"
#include "appliance/model/picture-age.h"
#include "pipelines/base/slug.h"

#define IDS_MAX      128                     /* channels that one batch may name */
#define SPAN_US      (86400 * US_PER_SECOND) /* of a list that names none */
#define FILE_SUFFIX  ".jpg"
#define LIST_DEFAULT 100

static bool
knows_channel(HttpRequest *request)
{
    g_autoptr(Snapshot) snapshot = http_request_snapshot(request);

    if (view_find_channel(snapshot, request->params[0]) != NULL)
        return true;
    http_request_problem(request, 404, "not-found", "No channel has this id.");
    return false;
}

/* When a picture was taken, by both its clocks. */
static void
set_capture_headers(HttpRequest *request, WallUs captured_wall_us, uint64_t pts)
{
    g_autoptr(GString) captured = g_string_new(NULL);
    g_autofree char *ticks = g_strdup_printf("%" G_GUINT64_FORMAT, pts);

    json_time(captured, NULL, captured_wall_us);
    g_strdelimit(captured->str, "\"", ' ');
    http_request_set_header(request, "X-Captured-At", g_strstrip(captured->str));
    if (pts < PTS90_MODULUS)
        http_request_set_header(request, "X-PTS", ticks);
}

void
api_channel_thumb(HttpRequest *request)
{
    g_autoptr(Snapshot) snapshot = http_request_snapshot(request);
    const ChannelView *channel = view_find_channel(snapshot, request->params[0]);
    const unsigned width = (unsigned)http_request_query_uint(request, "w", 1, 4096, 192);
    g_autoptr(BoardPicture) picture =
        board_get_picture(request->app->board, request->params[0], width);
    g_autofree char *etag = NULL;

    if (channel == NULL) {
        http_request_problem(request, 404, "not-found", "No channel has this id.");
        return;
    }
    if (picture == NULL) {
        http_request_problem(request, 404, "no-picture", "The channel has no picture yet.");
        return;
    }
    const int64_t stale_after_us =
        picture->stale_after_us != 0 ? picture->stale_after_us : channel->thumbnail_stale_after_us;
    const bool stale = picture_is_stale(picture->captured_us, stale_after_us, app_now().mono_us);

    etag = g_strdup_printf("\"%" G_GUINT64_FORMAT "\"", picture->seq);
    http_request_set_header(request, "ETag", etag);
    http_request_set_header(request, "Cache-Control", "no-cache");
    http_request_set_header(request, "X-Stale", stale ? "true" : "false");
    set_capture_headers(request, picture->captured_wall_us, picture->pts);
    if (g_strcmp0(http_request_header(request, "If-None-Match"), etag) == 0)
        http_request_reply(request, 304, NULL, NULL);
    else
        http_request_reply(request, 200, "image/jpeg", picture->jpeg);
}

static void
on_shot(const CommandResult *result, gpointer data)
{
    g_autoptr(HttpRequest) request = (HttpRequest *)data;

    if (result->error != NULL) {
        http_request_problem_of(request, result->error);
        return;
    }
    set_capture_headers(request, result->picture.captured_wall_us, result->picture.pts);
    http_request_reply(request, 200, "image/jpeg", result->picture.jpeg);
}

void
api_channel_shot(HttpRequest *request)
{
    const CommandPort *commands = request->app->ports.commands;

    if (!knows_channel(request))
        return;
    http_request_defer(request);
    commands->submit(commands->self,
                     http_request_command(request, COMMAND_CHANNEL_SHOT, request->params[0]),
                     on_shot, http_request_ref(request));
}

typedef struct {
    PictureHistory history;
    char *channel;
    WallUs from_us;
    WallUs to_us; /* of one picture: when it was captured */
    size_t max;   /* of a list; 0: one picture */
} PictureQuery;

/* What the thread found. */
typedef struct {
    GArray *list; /* (nullable) */
    GBytes *jpeg; /* (nullable) */
    PastPicture picture;
} PictureFind;

static void
query_free(gpointer data)
{
    g_free(((PictureQuery *)data)->channel);
    g_free(data);
}

static void
find_free(gpointer data)
{
    PictureFind *find = (PictureFind *)data;

    g_clear_pointer(&find->list, g_array_unref);
    g_clear_pointer(&find->jpeg, g_bytes_unref);
    g_free(find);
}

static void
read_pictures(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    const PictureQuery *query = (const PictureQuery *)data;
    const PictureHistory *history = &query->history;
    PictureFind *find = g_new0(PictureFind, 1);

    if (query->max > 0)
        find->list =
            history->list(history->self, query->channel, query->from_us, query->to_us, query->max);
    else
        find->jpeg = history->read(history->self, query->channel, query->to_us, &find->picture);
    g_task_return_pointer(task, find, find_free);
}

/* Behind the last picture of @list, which is not empty: when it was taken. Returns: (transfer full)
 */
static char *
place_of(const GArray *list)
{
    return g_strdup_printf("%" G_GINT64_FORMAT,
                           g_array_index(list, PastPicture, list->len - 1).captured_us);
}

static void
reply_list(HttpRequest *request, const PictureQuery *query, const GArray *list)
{
    g_autoptr(GString) json = g_string_new(NULL);
    const ViewTime now = app_now();
    const bool more = list->len > 0 && list->len >= query->max;
    g_autofree char *place = more ? place_of(list) : NULL;
    g_autofree char *cursor = more ? cursor_make(place) : NULL;

    view_past_pictures(json, list, cursor, &now);
    page_link(request, place);
    http_request_reply_json(request, 200, json);
}

static void
on_pictures(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(HttpRequest) request = (HttpRequest *)data;
    const PictureQuery *query = (const PictureQuery *)g_task_get_task_data(G_TASK(result));
    PictureFind *find = (PictureFind *)g_task_propagate_pointer(G_TASK(result), NULL);

    if (find == NULL) {
        http_request_problem(request, 503, "unavailable", "The archive cannot be read.");
        return;
    }
    if (find->list != NULL) {
        reply_list(request, query, find->list);
    } else if (find->jpeg == NULL) {
        http_request_problem(request, 404, "no-picture", "No picture of that time is kept.");
    } else {
        set_capture_headers(request, find->picture.captured_us, find->picture.pts);
        http_request_set_header(request, "Cache-Control", "private, max-age=86400, immutable");
        http_request_reply(request, 200, "image/jpeg", find->jpeg);
    }
    find_free(find);
}

/* Answers @request later, from the archive. */
static void
ask_archive(HttpRequest *request, const PictureQuery *wanted)
{
    PictureQuery *query = (PictureQuery *)g_memdup2(wanted, sizeof *wanted);
    g_autoptr(GTask) task = NULL;

    query->channel = g_strdup(request->params[0]);
    query->history = *request->app->ports.pictures;
    http_request_defer(request);
    task = g_task_new(NULL, NULL, on_pictures, http_request_ref(request));
    g_task_set_task_data(task, query, query_free);
    g_task_run_in_thread(task, read_pictures);
}

/* Channels that are gone have pictures still, for whoever may know of everything. */
static bool
has_archive(HttpRequest *request)
{
    g_autoptr(Snapshot) snapshot = http_request_snapshot(request);

    if (!slug_is_valid(request->params[0]) ||
        (request->scope.limited && view_find_channel(snapshot, request->params[0]) == NULL))
        http_request_problem(request, 404, "not-found", "No channel has this id.");
    else if (request->app->ports.pictures == NULL)
        http_request_problem(request, 503, "unavailable", "No archive of pictures is connected.");
    else
        return true;
    return false;
}

void
api_channel_thumbnails(HttpRequest *request)
{
    const char *from = http_request_query(request, "from");
    const char *to = http_request_query(request, "to");
    const char *place = NULL;
    gint64 behind_us = 0;
    PictureQuery query = {
        .to_us = app_now().wall_us,
        .max = http_request_query_uint(request, "limit", 1, PICTURE_HISTORY_MAX, LIST_DEFAULT),
    };

    if (!has_archive(request))
        return;
    if (to != NULL && !http_time_parse(to, &query.to_us)) {
        http_request_problem(request, 400, "invalid", "\"to\" is no time.");
        return;
    }
    if (!page_place(request, &place))
        return;
    if (place != NULL && !g_ascii_string_to_signed(place, 10, 1, G_MAXINT64, &behind_us, NULL)) {
        http_request_problem(request, 400, "bad-cursor", "\"cursor\" is not of this list.");
        return;
    }
    query.from_us = query.to_us - SPAN_US;
    if (place != NULL)
        query.to_us = behind_us;
    if (from != NULL && !http_time_parse(from, &query.from_us)) {
        http_request_problem(request, 400, "invalid", "\"from\" is no time.");
        return;
    }
    ask_archive(request, &query);
}

void
api_channel_thumbnail(HttpRequest *request)
{
    g_autofree char *time = g_strdup(request->params[1]);
    PictureQuery query = {0};

    if (!has_archive(request))
        return;
    if (g_str_has_suffix(time, FILE_SUFFIX))
        time[strlen(time) - strlen(FILE_SUFFIX)] = '\0';
    if (!http_time_parse(time, &query.to_us)) {
        http_request_problem(request, 404, "no-picture",
                             "Pictures are named after their time, as the list has it.");
        return;
    }
    ask_archive(request, &query);
}

/* Of the channels that @named (nullable: all) names those that the caller may know of. Returns:
 * (transfer full) (nullable): NULL for all there are */
static GStrv
ids_of(const HttpRequest *request, const char *named)
{
    g_auto(GStrv) ids = named != NULL ? g_strsplit(named, ",", IDS_MAX) : NULL;
    g_autoptr(Snapshot) snapshot = NULL;
    g_autoptr(GStrvBuilder) builder = NULL;

    if (!request->scope.limited)
        return g_steal_pointer(&ids);
    snapshot = http_request_snapshot(request);
    builder = g_strv_builder_new();
    for (size_t i = 0; i < snapshot->n_channels; i++) {
        if (ids == NULL || g_strv_contains((const char *const *)ids, snapshot->channels[i].id))
            g_strv_builder_add(builder, snapshot->channels[i].id);
    }
    return g_strv_builder_end(builder);
}

void
api_wall_thumbs(HttpRequest *request)
{
    const unsigned width = (unsigned)http_request_query_uint(request, "w", 1, 4096, 192);
    uint64_t since = http_request_query_uint(request, "since", 0, G_MAXUINT64, 0);
    g_auto(GStrv) ids = ids_of(request, http_request_query(request, "ids"));
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

/* Recordings: what there is of a channel, and clips of it. */
#include <string.h>

#include "appliance/http/api.h"
#include "appliance/http/clip-stream.h"
#include "appliance/http/sound-maker.h"
#include "appliance/http/view-alarm.h"
#include "appliance/http/view-segments.h"

#define CLIP_MAX_US   (300 * US_PER_SECOND)
#define SOUND_MAX_US  (60 * US_PER_SECOND)
#define PID_MAX       8190u                /* 8191 is that of null packets */
#define ALARM_SIDE_US (30 * US_PER_SECOND) /* before an alarm was raised, and after */
#define ON_DISK_US    (3 * US_PER_SECOND)  /* until what arrives can be read from the disk */

/* False: answered already. */
static bool
is_recorded(HttpRequest *request)
{
    if (request->app->ports.segments != NULL)
        return true;
    http_request_problem(request, 503, "unavailable", "This box records nothing.");
    return false;
}

static const ChannelView *
find_channel(HttpRequest *request, const Snapshot *snapshot, const char *id)
{
    const ChannelView *channel = view_find_channel(snapshot, id);

    if (channel == NULL)
        http_request_problem(request, 404, "not-found", "No channel has this id.");
    return channel;
}

/* A time of the query. False if it is none; @otherwise without it. */
static bool
time_of(const HttpRequest *request, const char *name, WallUs otherwise, WallUs *ret_us)
{
    const char *text = http_request_query(request, name);
    g_autoptr(GDateTime) time = text != NULL ? g_date_time_new_from_iso8601(text, NULL) : NULL;

    *ret_us = otherwise;
    if (text == NULL)
        return otherwise != 0;
    if (time == NULL)
        return false;
    *ret_us = g_date_time_to_unix(time) * US_PER_SECOND + g_date_time_get_microsecond(time);
    return true;
}

/* Whether all of the time up to @to_us is on disk; else says when, unless what is there is wanted
 * now. */
static bool
is_over(HttpRequest *request, WallUs to_us)
{
    const int64_t left_us = to_us + ON_DISK_US - app_now().wall_us;
    const char *now = http_request_query(request, "now");

    if (left_us <= 0 || g_strcmp0(now, "1") == 0)
        return true;
    g_autofree char *seconds = g_strdup_printf("%d", (int)(left_us / US_PER_SECOND) + 1);
    g_autofree char *detail =
        g_strdup_printf("The clip is complete in %s s; with now=1 comes what there is.", seconds);

    http_request_set_header(request, "Retry-After", seconds);
    http_request_problem(request, 409, "too-early", detail);
    return false;
}

void
api_channel_clip(HttpRequest *request)
{
    g_autoptr(Snapshot) snapshot = http_request_snapshot(request);
    const ChannelView *channel = find_channel(request, snapshot, request->params[0]);
    SegmentQuery query = {0};

    if (channel == NULL || !is_recorded(request))
        return;
    if (!time_of(request, "from", 0, &query.from_us) || !time_of(request, "to", 0, &query.to_us) ||
        query.to_us < query.from_us || query.to_us - query.from_us > CLIP_MAX_US) {
        http_request_problem(request, 400, "invalid",
                             "\"from\" and \"to\" are times such as 2026-01-31T12:00:00Z, \"from\" "
                             "the earlier, at most 5 minutes apart.");
        return;
    }
    query.input_id = channel->input_id;
    query.channel_id = channel->id;
    if (is_over(request, query.to_us))
        clip_stream_start(request, &query, NULL);
}

void
api_channel_sound(HttpRequest *request)
{
    g_autoptr(Snapshot) snapshot = http_request_snapshot(request);
    const ChannelView *channel = find_channel(request, snapshot, request->params[0]);
    SoundWanted wanted = {
        .pid = (uint16_t)http_request_query_uint(request, "pid", 1, PID_MAX, 0),
        .after = http_request_query_uint(request, "after", 0, PTS90_MODULUS - 1, PTS90_MODULUS)};

    if (channel == NULL || !is_recorded(request))
        return;
    if (request->app->sounds == NULL) {
        http_request_problem(request, 503, "unavailable", "This box decodes no sound.");
        return;
    }
    if (!time_of(request, "from", 0, &wanted.query.from_us) ||
        !time_of(request, "to", 0, &wanted.query.to_us) ||
        wanted.query.to_us < wanted.query.from_us ||
        wanted.query.to_us - wanted.query.from_us > SOUND_MAX_US || wanted.pid == 0) {
        http_request_problem(request, 400, "invalid",
                             "\"from\" and \"to\" are times such as 2026-01-31T12:00:00Z, \"from\" "
                             "the earlier, at most 1 minute apart; \"pid\" is that of the sound, 1 "
                             "to 8190.");
        return;
    }
    wanted.query.input_id = channel->input_id;
    wanted.query.channel_id = channel->id;
    if (is_over(request, wanted.query.to_us))
        sound_maker_answer(request->app->sounds, request, &wanted);
}

/* The channel that an alarm is about, or that the query names of its input. */
static const ChannelView *
channel_of(const HttpRequest *request, const AlarmView *alarm, const Snapshot *snapshot)
{
    const char *named = http_request_query(request, "channel");
    const ChannelView *only = NULL;

    if (g_str_has_prefix(alarm->resource, "channel/"))
        return view_find_channel(snapshot, alarm->resource + strlen("channel/"));
    if (!g_str_has_prefix(alarm->resource, "input/"))
        return NULL;
    for (size_t i = 0; i < snapshot->n_channels; i++) {
        const ChannelView *channel = &snapshot->channels[i];

        if (!g_str_equal(channel->input_id, alarm->resource + strlen("input/")) ||
            (named != NULL && !g_str_equal(named, channel->id)))
            continue;
        if (only != NULL)
            return NULL; /* which one? */
        only = channel;
    }
    return only;
}

/* Of an alarm that is listed no more: what was kept with its evidence. */
static void
old_alarm_clip(HttpRequest *request)
{
    const EvidenceReader *evidence = request->app->ports.evidence;
    const char *id = request->params[0];
    const SegmentQuery nothing = {"", id, 0, 0};

    if (evidence != NULL && evidence->has(evidence->self, id))
        clip_stream_start(request, &nothing, id);
    else
        http_request_problem(request, 404, "not-found", "No alarm has this id.");
}

void
api_alarm_clip(HttpRequest *request)
{
    g_autoptr(Snapshot) snapshot = http_request_snapshot(request);
    const AlarmView *alarm = view_find_alarm(snapshot, request->params[0]);
    const ChannelView *channel = NULL;

    if (!http_request_knows_alarm(request, request->params[0]) || !is_recorded(request))
        return;
    if (alarm == NULL) {
        old_alarm_clip(request);
        return;
    }
    channel = channel_of(request, alarm, snapshot);
    if (channel == NULL) {
        http_request_problem(request, 404, "no-channel",
                             "The alarm is about no single channel; \"channel\" may name one of "
                             "its input.");
        return;
    }
    const SegmentQuery query = {channel->input_id, channel->id,
                                alarm->raised_wall_us - ALARM_SIDE_US,
                                alarm->raised_wall_us + ALARM_SIDE_US};

    if (is_over(request, query.to_us))
        clip_stream_start(request, &query, alarm->id);
}

typedef struct {
    HttpRequest *request; /* owned */
    SegmentReader reader;
    char *input_id;
    char *channel_id;
    SegmentQuery query;
    GArray *entries; /* owned; element-type SegmentEntry; once read */
} ListJob;

static void
work_list(gpointer data)
{
    ListJob *job = (ListJob *)data;

    job->entries = job->reader.list(job->reader.self, &job->query);
}

static void
list_job_free(ListJob *job)
{
    g_clear_pointer(&job->entries, g_array_unref);
    http_request_unref(job->request);
    g_free(job->input_id);
    g_free(job->channel_id);
    g_free(job);
}

static void
done_list(gpointer data)
{
    ListJob *job = (ListJob *)data;
    g_autoptr(GString) json = g_string_new(NULL);

    if (!job->request->gone) {
        view_segments(json, job->entries, app_now().wall_us);
        http_request_reply_json(job->request, 200, json);
    }
    list_job_free(job);
}

void
api_channel_segments(HttpRequest *request)
{
    g_autoptr(Snapshot) snapshot = http_request_snapshot(request);
    const ChannelView *channel = find_channel(request, snapshot, request->params[0]);
    WallUs from_us = 0, to_us = 0;

    if (channel == NULL || !is_recorded(request))
        return;
    if (!time_of(request, "from", 1, &from_us) || !time_of(request, "to", INT64_MAX, &to_us)) {
        http_request_problem(request, 400, "invalid",
                             "\"from\" and \"to\" are times such as 2026-01-31T12:00:00Z.");
        return;
    }
    ListJob *job = g_new0(ListJob, 1);

    job->request = http_request_ref(request);
    job->reader = *request->app->ports.segments;
    job->input_id = g_strdup(channel->input_id);
    job->channel_id = g_strdup(channel->id);
    job->query = (SegmentQuery){job->input_id, job->channel_id, from_us, to_us};
    http_request_defer(request);
    if (disk_pool_push(request->app->disk, work_list, done_list, job))
        return;
    http_request_problem(request, 503, "busy", "The disk is busy; ask again soon.");
    list_job_free(job);
}

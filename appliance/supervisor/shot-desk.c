/* One entry for each channel that was asked for lately. */
#include "appliance/supervisor/shot-desk.h"

#include "pipelines/base/error.h"

typedef struct {
    GPtrArray *calls; /* (element-type CommandCall): that wait */
    MonoUs asked_us;  /* when the first of them asked */
    MonoUs came_us;   /* when @picture came; 0: none */
    CommandPicture picture;
} Shot;

struct ShotDesk {
    ShotDeskPorts ports;
    GHashTable *shots; /* (element-type utf8 Shot): channels that are waited for, or were lately */
};

static void
refuse_all(Shot *shot, GantryError code, const char *text)
{
    for (guint i = 0; i < shot->calls->len; i++)
        command_call_refuse(shot->calls->pdata[i],
                            g_error_new_literal(GANTRY_ERROR, (gint)code, text));
    g_ptr_array_set_size(shot->calls, 0);
}

static void
shot_free(gpointer data)
{
    Shot *shot = data;

    refuse_all(shot, GANTRY_ERROR_UNAVAILABLE, "gantryd ends");
    g_ptr_array_unref(shot->calls);
    command_picture_clear(&shot->picture);
    g_free(shot);
}

ShotDesk *
shot_desk_new(const ShotDeskPorts *ports)
{
    ShotDesk *desk = g_new0(ShotDesk, 1);

    desk->ports = *ports;
    desk->shots = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, shot_free);
    return desk;
}

void
shot_desk_free(ShotDesk *desk)
{
    if (desk == NULL)
        return;
    g_hash_table_unref(desk->shots);
    g_free(desk);
}

static void
answer(CommandCall *call, const CommandPicture *picture)
{
    CommandResult result = {.picture = *picture};

    result.picture.jpeg = g_bytes_ref(picture->jpeg);
    command_call_answer(call, &result);
}

static Shot *
shot_of(ShotDesk *desk, const char *channel_id)
{
    Shot *shot = g_hash_table_lookup(desk->shots, channel_id);

    if (shot != NULL)
        return shot;
    shot = g_new0(Shot, 1);
    shot->calls = g_ptr_array_new();
    g_hash_table_insert(desk->shots, g_strdup(channel_id), shot);
    return shot;
}

/* Whoever waits already has asked the worker. */
static const char *
join(ShotDesk *desk, Shot *shot, const ChannelRecord *channel, MonoUs now_us)
{
    if (shot->calls->len >= SHOT_WAITING_MAX)
        return "Too many wait for this picture already.";
    if (shot->calls->len > 0)
        return NULL;
    shot->asked_us = now_us;
    return desk->ports.send(channel->input->input->id, channel->channel->id, desk->ports.user_data)
               ? NULL
               : "No worker of this channel is connected.";
}

void
shot_desk_ask(ShotDesk *desk, CommandCall *call, const ChannelRecord *channel, MonoUs now_us)
{
    const char *id = channel->channel->id;
    const char *problem = NULL;

    if (g_hash_table_size(desk->shots) >= SHOT_CHANNELS_MAX &&
        !g_hash_table_contains(desk->shots, id)) {
        command_call_refuse(call, g_error_new(GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE,
                                              "Pictures of %u channels are waited for already.",
                                              SHOT_CHANNELS_MAX));
        return;
    }
    Shot *shot = shot_of(desk, id);

    if (shot->came_us != 0 && now_us - shot->came_us < SHOT_FRESH_US) {
        answer(call, &shot->picture);
        return;
    }
    problem = join(desk, shot, channel, now_us);
    if (problem == NULL)
        g_ptr_array_add(shot->calls, call);
    else
        command_call_refuse(call,
                            g_error_new_literal(GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, problem));
}

void
shot_desk_take(ShotDesk *desk, const MessageThumbnail *thumbnail, GBytes *jpeg, MonoUs now_us)
{
    Shot *shot = g_hash_table_lookup(desk->shots, thumbnail->channel_id);

    if (shot == NULL)
        return; /* came too late */
    command_picture_clear(&shot->picture);
    shot->picture = (CommandPicture){.jpeg = g_bytes_ref(jpeg),
                                     .captured_us = thumbnail->captured_us,
                                     .captured_wall_us = thumbnail->wall_us,
                                     .pts = thumbnail->pts};
    shot->came_us = now_us;
    for (guint i = 0; i < shot->calls->len; i++)
        answer(shot->calls->pdata[i], &shot->picture);
    g_ptr_array_set_size(shot->calls, 0);
}

/* Returns: (transfer full) */
static char *
too_late_text(const ChannelRecord *channel, MonoUs now_us)
{
    if (channel == NULL || channel->thumbnail_captured_us == 0)
        return g_strdup("No picture came within 3 s, and there is no older one.");
    return g_strdup_printf(
        "No picture came within 3 s. The newest one of 320 pixels is %.1f s old: thumb.jpg?w=320",
        (double)(now_us - channel->thumbnail_captured_us) / (double)US_PER_SECOND);
}

void
shot_desk_step(ShotDesk *desk, const Records *records, MonoUs now_us)
{
    GHashTableIter iter;
    gpointer key, value;

    g_hash_table_iter_init(&iter, desk->shots);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        Shot *shot = value;

        if (shot->calls->len > 0 && now_us - shot->asked_us >= SHOT_DEADLINE_US) {
            g_autofree char *text =
                too_late_text(g_hash_table_lookup(records->channels_by_id, key), now_us);

            refuse_all(shot, GANTRY_ERROR_TIMEOUT, text);
        }
        if (shot->calls->len == 0 && now_us - shot->came_us >= SHOT_FRESH_US)
            g_hash_table_iter_remove(&iter);
    }
}

/* One file a channel, so that a moment's work on the loop is small, and damage stays with one. */
#include "appliance/supervisor/history-desk.h"

#include "appliance/alerts/file-saver.h"
#include "appliance/config/fault-history-store.h"
#include "appliance/config/learned-store.h"
#include "appliance/supervisor/identity.h"
#include "pipelines/base/clock.h"
#include "pipelines/base/slug.h"

#define FOLDER      "fault-history"
#define MAX_WAITING 4 /* files that wait for the disk; above, the next ones wait here */
#define END_WAIT_US (2 * US_PER_SECOND)

struct HistoryDesk {
    HistoryPorts ports;
    Identity identity; /* of this boot: by its clock, or another one */
    char *folder;
    FileSaver *saver;
    GMutex lock; /* of @waiting and @failing: the saver's thread counts, too */
    GCond cond;
    unsigned waiting;       /* files under way */
    bool failing;           /* the last one could not be written */
    GHashTable *remembered; /* (element-type utf8 FaultHistory): of channels not seen yet */
    GPtrArray *damaged;     /* (element-type utf8): ids, until they are told */
    size_t next;            /* channel that is written next */
    bool swept;             /* files of nobody are gone */
};

/* On the saver's thread. */
static void
file_saved(gpointer job, bool written, gpointer user_data)
{
    HistoryDesk *desk = user_data;

    g_mutex_lock(&desk->lock);
    desk->waiting--;
    if (!written && !desk->failing)
        g_warning("what was seen of the channels is not on disk: %s cannot be written",
                  desk->folder);
    desk->failing = !written;
    g_cond_broadcast(&desk->cond);
    g_mutex_unlock(&desk->lock);
}

/* ---- Reading ---- */

static void
remember(HistoryDesk *desk, const char *id, const HistoryMoment *now)
{
    g_autofree char *path = g_build_filename(desk->folder, id, NULL);
    g_autofree char *data = NULL;
    g_autoptr(GError) error = NULL;
    gsize size = 0;

    if (!g_file_get_contents(path, &data, &size, &error)) {
        g_warning("what was seen of channel %s is lost: %s", id, error->message);
        return;
    }
    g_autoptr(GBytes) bytes = g_bytes_new_take(g_steal_pointer(&data), size);
    FaultHistory *history = fault_history_decode(bytes, now, &error);

    if (history != NULL) {
        g_hash_table_replace(desk->remembered, g_strdup(id), history);
        return;
    }
    g_warning("what was seen of channel %s is damaged and begins anew: %s", id, error->message);
    g_ptr_array_add(desk->damaged, g_strdup(id));
}

static void
remember_all(HistoryDesk *desk, const HistoryMoment *now)
{
    g_autoptr(GDir) folder = g_dir_open(desk->folder, 0, NULL);
    const char *name = NULL;

    while (folder != NULL && (name = g_dir_read_name(folder)) != NULL &&
           g_hash_table_size(desk->remembered) < LEARNED_MAX_CHANNELS) {
        if (slug_is_valid(name))
            remember(desk, name, now);
    }
}

HistoryDesk *
history_desk_new(const HistoryPorts *ports)
{
    HistoryDesk *desk = g_new0(HistoryDesk, 1);

    identity_load(&desk->identity);
    const HistoryMoment moment = {
        .boot_id = desk->identity.boot_id, .us = boot_now_us(), .wall_us = wall_now_us()};

    desk->ports = *ports;
    desk->folder = g_build_filename(ports->state_folder, FOLDER, NULL);
    g_mutex_init(&desk->lock);
    g_cond_init(&desk->cond);
    desk->saver = file_saver_new(file_saved, desk);
    desk->remembered = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    desk->damaged = g_ptr_array_new_with_free_func(g_free);
    remember_all(desk, &moment);
    return desk;
}

void
history_desk_follow(HistoryDesk *desk)
{
    const Records *records = desk->ports.records;

    for (size_t i = 0; i < records->inventory->n_channels; i++) {
        ChannelRecord *channel = records->channels[i];
        g_autofree char *id = NULL;
        FaultHistory *history = NULL;

        if (channel->history == NULL &&
            g_hash_table_steal_extended(desk->remembered, channel->channel->id, (gpointer *)&id,
                                        (gpointer *)&history))
            channel->history = history;
    }
}

/* ---- Writing ---- */

static void
save(HistoryDesk *desk, const ChannelRecord *channel, AlarmNow now)
{
    const HistoryMoment moment = {
        .boot_id = desk->identity.boot_id, .us = now.us, .wall_us = now.wall_us};

    if (channel->history == NULL)
        return;
    g_autofree char *path = g_build_filename(desk->folder, channel->channel->id, NULL);
    g_autoptr(GBytes) bytes = fault_history_encode(channel->history, &moment);

    g_mutex_lock(&desk->lock);
    desk->waiting++;
    g_mutex_unlock(&desk->lock);
    file_saver_save(desk->saver, path, bytes, NULL);
}

static bool
has_room(HistoryDesk *desk)
{
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&desk->lock);

    return desk->waiting < MAX_WAITING;
}

/* What nobody claimed at the start is of channels that are no more. */
static void
sweep(HistoryDesk *desk)
{
    GHashTableIter iter;
    gpointer id;

    g_hash_table_iter_init(&iter, desk->remembered);
    while (g_hash_table_iter_next(&iter, &id, NULL)) {
        g_autofree char *path = g_build_filename(desk->folder, id, NULL);

        file_saver_delete(desk->saver, path);
    }
    g_hash_table_remove_all(desk->remembered);
    desk->swept = true;
}

static void
say_damaged(HistoryDesk *desk, AlarmNow now)
{
    for (guint i = 0; i < desk->damaged->len; i++) {
        const char *id = desk->damaged->pdata[i];
        g_autofree char *resource = g_strconcat("channel/", id, NULL);

        ingest_note(desk->ports.ingest, EVENT_BOX, resource,
                    "what was seen of this channel in the last 24 h was damaged on disk and begins "
                    "anew: simulations of profiles cover less",
                    "", now);
    }
    g_ptr_array_set_size(desk->damaged, 0);
}

void
history_desk_step(HistoryDesk *desk, AlarmNow now)
{
    const Records *records = desk->ports.records;
    const size_t n = records->inventory->n_channels;

    if (n > 0 && !desk->swept)
        sweep(desk);
    say_damaged(desk, now);
    for (size_t i = 0; i < (n + HISTORY_SAVE_S - 1) / HISTORY_SAVE_S && has_room(desk); i++) {
        if (desk->next >= MAX(n, HISTORY_SAVE_S))
            desk->next = 0;
        if (desk->next < n)
            save(desk, records->channels[desk->next], now);
        desk->next++;
    }
}

/* Returns whether the disk took everything in time. */
static bool
wait_for_disk(HistoryDesk *desk)
{
    const gint64 end_us = g_get_monotonic_time() + END_WAIT_US;
    bool idle = true;

    g_mutex_lock(&desk->lock);
    while (desk->waiting > 0 && idle)
        idle = g_cond_wait_until(&desk->cond, &desk->lock, end_us);
    g_mutex_unlock(&desk->lock);
    return idle;
}

void
history_desk_free(HistoryDesk *desk)
{
    const AlarmNow now = {.us = boot_now_us(), .wall_us = wall_now_us()};

    if (desk == NULL)
        return;
    for (size_t i = 0; i < desk->ports.records->inventory->n_channels; i++)
        save(desk, desk->ports.records->channels[i], now);
    const bool idle = wait_for_disk(desk);

    file_saver_free(g_steal_pointer(&desk->saver), idle);
    g_hash_table_unref(desk->remembered);
    g_ptr_array_unref(desk->damaged);
    if (!idle)
        return; /* the thread in the disk still has its uses for the rest */
    g_mutex_clear(&desk->lock);
    g_cond_clear(&desk->cond);
    identity_clear(&desk->identity);
    g_free(desk->folder);
    g_free(desk);
}

/* One table for all channels that want the same; what was learned, over restarts. */
#include "appliance/supervisor/profile-desk.h"

#include "appliance/config/learned-store.h"
#include "appliance/supervisor/history-desk.h"
#include "appliance/supervisor/profile-simulator.h"

#define SAVE_EVERY_US (60 * US_PER_SECOND)

struct ProfileDesk {
    ProfilePorts ports;
    char *path;             /* of what was learned */
    GHashTable *remembered; /* (element-type utf8 LearnedChannel): of channels not seen yet */
    HistoryDesk *histories; /* what was seen, over restarts */
    GThreadPool *saver;     /* one thread that writes */
    GThreadPool *simulator; /* one thread that simulates */
    MonoUs saved_us;
};

/* ---- Resolving ---- */

static void
say_missing(Ingest *ingest, const ChannelRecord *channel, AlarmNow now)
{
    g_autofree char *text =
        g_strdup_printf("profile \"%s\" does not exist: the channel is judged by \"%s\"; make it, "
                        "or name another",
                        channel->channel->profile, channel->profile->name);

    ingest_note(ingest, EVENT_BOX, channel->resource, text, "", now);
}

AlarmProfile *
profile_desk_resolve(const ProfileBook *book, const InventoryChannel *channel, const char *profile)
{
    const ProfileWant want = {.profile = profile != NULL ? profile : channel->profile,
                              .group = channel->group,
                              .carrier = carrier_of_address(channel->address)};

    return profile_book_resolve(book, &want);
}

/* The table that @channel wants, from @made or new. Returns: (transfer none) */
static AlarmProfile *
make_profile(GHashTable *made, const ProfileBook *profiles, const InventoryChannel *channel)
{
    g_autofree char *key = g_strdup_printf(
        "%s\n%d\n%s", channel->profile, (int)carrier_of_address(channel->address), channel->group);
    AlarmProfile *profile = g_hash_table_lookup(made, key);

    if (profile != NULL)
        return profile;
    profile = profile_desk_resolve(profiles, channel, NULL);
    g_hash_table_insert(made, g_steal_pointer(&key), profile);
    return profile;
}

/* A channel that is seen for the first time since the start. */
static void
recall(ProfileDesk *desk, ChannelRecord *channel)
{
    const LearnedChannel *known = g_hash_table_lookup(desk->remembered, channel->channel->id);

    if (known == NULL)
        return;
    channel->learning = known->learning;
    rate_median_restore(&channel->rate, known->means, known->n_means);
    g_hash_table_remove(desk->remembered, channel->channel->id);
}

void
profile_desk_follow(ProfileDesk *desk, AlarmNow now)
{
    const Inventory *inventory = desk->ports.records->inventory;
    GPtrArray *transitions = alarm_transitions_new();
    g_autoptr(GHashTable) made =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)alarm_profile_unref);

    for (size_t i = 0; i < inventory->n_channels; i++) {
        ChannelRecord *channel = desk->ports.records->channels[i];
        AlarmProfile *profile = make_profile(made, inventory->profiles, channel->channel);
        const char *name = channel->channel->profile;
        const bool first = channel->profile == NULL;

        if (first)
            recall(desk, channel);
        alarm_profile_unref(channel->profile);
        channel->profile = alarm_profile_ref(profile);
        alarm_book_set_profile(desk->ports.book, channel->resource, profile);
        alarm_book_set_commissioning(desk->ports.book, channel->resource,
                                     !channel->channel->commissioned, now, transitions);
        if (first && *name != '\0' && profile_book_find(inventory->profiles, name) == NULL)
            say_missing(desk->ports.ingest, channel, now);
    }
    ingest_publish(desk->ports.ingest, transitions, now);
    history_desk_follow(desk->histories);
}

/* ---- Learning ---- */

static void
say_learned(ProfileDesk *desk, const ChannelRecord *channel, AlarmNow now)
{
    g_autofree char *text = g_strdup_printf(
        "the first day of this channel is over: all its alarms are told from now on, and a profile "
        "is proposed (gantryctl channel proposal %s)",
        channel->channel->id);

    ingest_note(desk->ports.ingest, EVENT_BOX, channel->resource, text, "", now);
}

/* Channels whose day is over, all in one generation. */
static void
end_commissioning(ProfileDesk *desk, AlarmNow now)
{
    Records *records = desk->ports.records;
    Inventory *next = inventory_ref(records->inventory);

    for (size_t i = 0; i < records->inventory->n_channels; i++) {
        ChannelRecord *record = records->channels[i];
        const InventoryChannel *channel = record->channel;

        if (channel->commissioned || record->learning.watched_us < LEARN_US)
            continue;
        Inventory *before = next;

        next = inventory_with_channel_profile(before, channel->id, channel->profile);
        inventory_unref(before);
        record->learning.done = true;
        say_learned(desk, record, now);
    }
    if (next == records->inventory)
        inventory_unref(next);
    else
        desk->ports.adopt(next, desk->ports.user_data);
}

static LearnedChannel *
learned_of(const ChannelRecord *record)
{
    LearnedChannel *learned = g_new0(LearnedChannel, 1);
    const RateMedian *rate = &record->rate;

    learned->id = g_strdup(record->channel->id);
    learned->learning = record->learning;
    learned->n_means = rate->n;
    for (unsigned i = 0; i < rate->n; i++)
        learned->means[i] = rate->means[(rate->next + RATE_SPANS - rate->n + i) % RATE_SPANS];
    return learned;
}

/* Writes behind, unless the disk still has the last one to take. */
static void
save(ProfileDesk *desk, MonoUs now_us)
{
    const Records *records = desk->ports.records;
    g_autoptr(GPtrArray) channels =
        g_ptr_array_new_with_free_func((GDestroyNotify)learned_channel_free);

    if (g_thread_pool_unprocessed(desk->saver) > 0)
        return;
    desk->saved_us = now_us;
    for (size_t i = 0; records->inventory != NULL && i < records->inventory->n_channels; i++)
        g_ptr_array_add(channels, learned_of(records->channels[i]));
    g_thread_pool_push(desk->saver, learned_to_json(channels), NULL);
}

void
profile_desk_step(ProfileDesk *desk, AlarmNow now)
{
    end_commissioning(desk, now);
    history_desk_step(desk->histories, now);
    if (now.us - desk->saved_us >= SAVE_EVERY_US)
        save(desk, now.us);
}

/* ---- Life ---- */

static void
write_learned(gpointer data, gpointer user_data)
{
    g_autofree char *json = data;
    g_autoptr(GError) error = NULL;

    if (!learned_save(user_data, json, &error))
        g_warning("what was learned of the channels is not on disk: %s", error->message);
}

static void
remember(ProfileDesk *desk)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) channels = learned_load(desk->path, &error);

    if (channels == NULL) {
        g_warning("what was learned of the channels is lost, it begins anew: %s", error->message);
        return;
    }
    for (guint i = 0; i < channels->len; i++) {
        LearnedChannel *channel = g_steal_pointer(&channels->pdata[i]);

        g_hash_table_replace(desk->remembered, channel->id, channel);
    }
}

ProfileDesk *
profile_desk_new(const ProfilePorts *ports)
{
    ProfileDesk *desk = g_new0(ProfileDesk, 1);

    desk->ports = *ports;
    desk->path = g_build_filename(ports->state_folder, "learned.json", NULL);
    desk->remembered =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)learned_channel_free);
    desk->saver = g_thread_pool_new(write_learned, desk->path, 1, FALSE, NULL);
    desk->simulator = profile_simulator_new();
    remember(desk);
    const HistoryPorts histories = {
        .records = ports->records, .ingest = ports->ingest, .state_folder = ports->state_folder};

    desk->histories = history_desk_new(&histories);
    return desk;
}

void
profile_desk_free(ProfileDesk *desk)
{
    if (desk == NULL)
        return;
    if (desk->ports.records->inventory != NULL)
        save(desk, desk->saved_us);
    history_desk_free(desk->histories);
    g_thread_pool_free(desk->simulator, FALSE, TRUE);
    g_thread_pool_free(desk->saver, FALSE, TRUE);
    g_hash_table_unref(desk->remembered);
    g_free(desk->path);
    g_free(desk);
}

ProfilePorts *
profile_desk_ports(ProfileDesk *desk)
{
    return &desk->ports;
}

GThreadPool *
profile_desk_simulator(ProfileDesk *desk)
{
    return desk->simulator;
}

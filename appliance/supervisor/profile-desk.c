/* One table for all channels that want the same. */
#include "appliance/supervisor/profile-desk.h"

static void
say_missing(Ingest *ingest, const ChannelRecord *channel, AlarmNow now)
{
    g_autofree char *text =
        g_strdup_printf("profile \"%s\" does not exist: the channel is judged by \"%s\"; make it, "
                        "or name another",
                        channel->channel->profile, channel->profile->name);

    ingest_note(ingest, EVENT_BOX, channel->resource, text, "", now);
}

/* The table that @channel wants, from @made or new. Returns: (transfer none) */
static AlarmProfile *
make_profile(GHashTable *made, const ProfileBook *profiles, const InventoryChannel *channel)
{
    const ProfileWant want = {.profile = channel->profile,
                              .group = channel->group,
                              .carrier = carrier_of_address(channel->address)};
    g_autofree char *key = g_strdup_printf("%s\n%d\n%s", want.profile, want.carrier, want.group);
    AlarmProfile *profile = g_hash_table_lookup(made, key);

    if (profile != NULL)
        return profile;
    profile = profile_book_resolve(profiles, &want);
    g_hash_table_insert(made, g_steal_pointer(&key), profile);
    return profile;
}

void
profile_desk_follow(Records *records, AlarmBook *book, Ingest *ingest, AlarmNow now)
{
    const Inventory *inventory = records->inventory;
    g_autoptr(GHashTable) made =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)alarm_profile_unref);

    for (size_t i = 0; i < inventory->n_channels; i++) {
        ChannelRecord *channel = records->channels[i];
        AlarmProfile *profile = make_profile(made, inventory->profiles, channel->channel);
        const char *name = channel->channel->profile;
        const bool first = channel->profile == NULL;

        alarm_profile_unref(channel->profile);
        channel->profile = alarm_profile_ref(profile);
        alarm_book_set_profile(book, channel->resource, profile);
        if (first && *name != '\0' && profile_book_find(inventory->profiles, name) == NULL)
            say_missing(ingest, channel, now);
    }
}

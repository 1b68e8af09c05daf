/* The inventory in memory: what shares a socket, and what a change makes new. */
#include "appliance/config/inventory.h"

#include <string.h>

#include "appliance/config/inventory-parts.h"
#include "pipelines/base/slug.h"
#include "pipelines/base/text.h"

static void
channel_clear(InventoryChannel *channel)
{
    g_free(channel->id);
    g_free(channel->name);
    g_free(channel->short_name);
    g_free(channel->group);
    g_free(channel->address);
    g_free(channel->interface);
    g_free(channel->profile);
    g_free(channel->input_id);
}

static void
channels_free(InventoryChannel *channels, size_t n)
{
    for (size_t i = 0; i < n; i++)
        channel_clear(&channels[i]);
    g_free(channels);
}

static void
inputs_free(InventoryInput *inputs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        g_free(inputs[i].id);
        g_free(inputs[i].address);
        g_free(inputs[i].interface);
        g_free(inputs[i].channels);
    }
    g_free(inputs);
}

Inventory *
inventory_new(void)
{
    Inventory *inventory = g_new0(Inventory, 1);

    g_atomic_ref_count_init(&inventory->refs);
    inventory->next_generation = 1;
    inventory->accounts = account_book_new(0);
    inventory->site = site_book_new();
    inventory->profiles = profile_book_empty();
    inventory->walls = wall_book_new();
    inventory->origin = (InventoryOrigin){.by = g_strdup(""), .what = g_strdup("")};
    return inventory;
}

Inventory *
inventory_ref(Inventory *inventory)
{
    g_atomic_ref_count_inc(&inventory->refs);
    return inventory;
}

void
inventory_unref(Inventory *inventory)
{
    if (inventory == NULL || !g_atomic_ref_count_dec(&inventory->refs))
        return;
    channels_free(inventory->channels, inventory->n_channels);
    inputs_free(inventory->inputs, inventory->n_inputs);
    for (size_t i = 0; i < inventory->n_receivers; i++)
        receiver_clear(&inventory->receivers[i]);
    g_free(inventory->receivers);
    account_book_unref(inventory->accounts);
    site_book_unref(inventory->site);
    profile_book_unref(inventory->profiles);
    wall_book_unref(inventory->walls);
    g_free(inventory->origin.by);
    g_free(inventory->origin.what);
    g_free(inventory);
}

Inventory *
inventory_made_by(Inventory *inventory, const char *by, const char *what, WallUs wall_us)
{
    if (!g_atomic_ref_count_compare(&inventory->refs, 1))
        return inventory;
    g_free(inventory->origin.by);
    g_free(inventory->origin.what);
    inventory->origin = (InventoryOrigin){.at_us = wall_us,
                                          .by = text_clean(by, INVENTORY_WHAT_MAX),
                                          .what = text_clean(what, INVENTORY_WHAT_MAX)};
    return inventory;
}

const InventoryChannel *
inventory_find_channel(const Inventory *inventory, const char *id)
{
    for (size_t i = 0; i < inventory->n_channels; i++) {
        if (g_strcmp0(inventory->channels[i].id, id) == 0)
            return &inventory->channels[i];
    }
    return NULL;
}

const InventoryInput *
inventory_find_input(const Inventory *inventory, const char *id)
{
    for (size_t i = 0; i < inventory->n_inputs; i++) {
        if (g_strcmp0(inventory->inputs[i].id, id) == 0)
            return &inventory->inputs[i];
    }
    return NULL;
}

static InventoryInput *
find_socket(const Inventory *inventory, const InventoryChannel *channel)
{
    for (size_t i = 0; i < inventory->n_inputs; i++) {
        InventoryInput *input = &inventory->inputs[i];

        if (g_str_equal(input->address, channel->address) &&
            g_str_equal(input->interface, channel->interface))
            return input;
    }
    return NULL;
}

/* A slug for a socket that several channels share, unlike every id in @taken. */
static char *
shared_input_id(const InventoryInput *input, GHashTable *taken)
{
    g_autofree char *place = g_strdup_printf("%s %s", input->address, input->interface);
    g_autofree char *slug = slug_from_text(place);
    char *id = g_strdup(slug);

    for (unsigned i = 2; g_hash_table_contains(taken, id); i++) {
        g_free(id);
        id = g_strdup_printf("%.*s-%u", SLUG_MAX - 5, slug, i);
    }
    return id;
}

/* Names the inputs: the channel's id for one of its own, so that it survives a new address. */
static void
name_inputs(Inventory *inventory)
{
    g_autoptr(GHashTable) taken = g_hash_table_new(g_str_hash, g_str_equal);

    for (size_t i = 0; i < inventory->n_channels; i++)
        g_hash_table_add(taken, inventory->channels[i].id);
    for (size_t i = 0; i < inventory->n_inputs; i++) {
        InventoryInput *input = &inventory->inputs[i];

        if (input->n_channels == 1) {
            input->id = g_strdup(inventory->channels[input->channels[0]].id);
        } else {
            input->id = shared_input_id(input, taken);
            g_hash_table_add(taken, input->id);
        }
        for (size_t k = 0; k < input->n_channels; k++)
            inventory->channels[input->channels[k]].input_id = g_strdup(input->id);
    }
}

/* An input keeps its name whichever of its channels are switched off. */
static void
leave_out_disabled(const Inventory *inventory, InventoryInput *input)
{
    size_t kept = 0;

    for (size_t i = 0; i < input->n_channels; i++) {
        if (!inventory->channels[input->channels[i]].disabled)
            input->channels[kept++] = input->channels[i];
    }
    input->n_channels = kept;
}

static void
make_inputs(Inventory *inventory)
{
    inventory->inputs = g_new0(InventoryInput, inventory->n_channels);
    for (size_t i = 0; i < inventory->n_channels; i++) {
        const InventoryChannel *channel = &inventory->channels[i];
        InventoryInput *input = find_socket(inventory, channel);

        if (input == NULL) {
            input = &inventory->inputs[inventory->n_inputs++];
            input->address = g_strdup(channel->address);
            input->interface = g_strdup(channel->interface);
        }
        input->channels = g_renew(size_t, input->channels, input->n_channels + 1);
        input->channels[input->n_channels++] = i;
    }
    name_inputs(inventory);
    for (size_t i = 0; i < inventory->n_inputs; i++)
        leave_out_disabled(inventory, &inventory->inputs[i]);
}

static void
set_channels(Inventory *inventory, const ChannelEntry *entries, size_t n)
{
    inventory->n_channels = n;
    inventory->channels = g_new0(InventoryChannel, n);
    for (size_t i = 0; i < n; i++) {
        const ChannelEntry *entry = &entries[i];

        inventory->channels[i] = (InventoryChannel){
            .id = g_strdup(entry->id),
            .name = g_strdup(entry->name),
            .short_name = g_strdup(entry->short_name),
            .group = g_strdup(entry->group),
            .address = g_strdup(entry->address),
            .interface = g_strdup(entry->interface),
            .service_id = entry->service_id,
            .profile = g_strdup(entry->profile),
            .commissioned = entry->commissioned == SAID_YES,
            .disabled = entry->enabled == SAID_NO,
            .from_file = !entry->by_hand,
        };
    }
    make_inputs(inventory);
}

Inventory *
inventory_from_parts(uint64_t generation, const InventoryParts *parts)
{
    Inventory *inventory = inventory_new();

    inventory->generation = generation;
    inventory->next_generation = generation + 1;
    set_channels(inventory, parts->entries, parts->n_entries);
    inventory->n_receivers = parts->n_receivers;
    inventory->receivers = g_new0(Receiver, parts->n_receivers);
    for (size_t i = 0; i < parts->n_receivers; i++)
        receiver_copy(&parts->receivers[i], &inventory->receivers[i]);
    account_book_unref(inventory->accounts);
    inventory->accounts = account_book_ref(parts->accounts);
    site_book_unref(inventory->site);
    inventory->site = site_book_ref(parts->site);
    profile_book_unref(inventory->profiles);
    inventory->profiles = profile_book_ref(parts->profiles);
    wall_book_unref(inventory->walls);
    inventory->walls = wall_book_ref(parts->walls);
    return inventory;
}

static size_t
site_channels(const Inventory *inventory)
{
    return inventory->n_channels - inventory->n_own;
}

static ChannelEntry *
entries_of(const Inventory *inventory)
{
    ChannelEntry *entries = g_new0(ChannelEntry, inventory->n_channels + 1);

    for (size_t i = 0; i < site_channels(inventory); i++) {
        const InventoryChannel *channel = &inventory->channels[i];

        entries[i] = (ChannelEntry){
            .id = channel->id,
            .name = channel->name,
            .short_name = channel->short_name,
            .group = channel->group,
            .address = channel->address,
            .interface = channel->interface,
            .service_id = channel->service_id,
            .profile = channel->profile,
            .commissioned = channel->commissioned ? SAID_YES : SAID_NO,
            .enabled = channel->disabled ? SAID_NO : SAID_YES,
            .by_hand = !channel->from_file,
        };
    }
    return entries;
}

ChannelEntry *
inventory_entries(const Inventory *inventory, size_t *ret_n)
{
    *ret_n = site_channels(inventory);
    return entries_of(inventory);
}

/* All parts of @inventory, of which a change replaces one. @entries: entries_of() it */
static InventoryParts
parts_of(const Inventory *inventory, const ChannelEntry *entries)
{
    return (InventoryParts){
        .entries = entries,
        .n_entries = site_channels(inventory),
        .receivers = inventory->receivers,
        .n_receivers = inventory->n_receivers,
        .accounts = inventory->accounts,
        .site = inventory->site,
        .profiles = inventory->profiles,
        .walls = inventory->walls,
    };
}

static bool
channel_is_entry(const InventoryChannel *channel, const ChannelEntry *entry)
{
    return g_str_equal(channel->id, entry->id) && g_str_equal(channel->name, entry->name) &&
           g_str_equal(channel->short_name, entry->short_name) &&
           g_str_equal(channel->group, entry->group) &&
           g_str_equal(channel->address, entry->address) &&
           g_str_equal(channel->interface, entry->interface) &&
           channel->service_id == entry->service_id &&
           g_str_equal(channel->profile, entry->profile) &&
           channel->commissioned == (entry->commissioned == SAID_YES) &&
           channel->disabled == (entry->enabled == SAID_NO) &&
           channel->from_file == !entry->by_hand;
}

static bool
list_has(const ChannelList *list, const ChannelEntry *other)
{
    for (size_t i = 0; i < list->n_channels; i++) {
        const ChannelEntry *entry = &list->channels[i];

        if (g_str_equal(entry->id, other->id) ||
            (g_str_equal(entry->address, other->address) &&
             g_str_equal(entry->interface, other->interface) &&
             (entry->service_id == other->service_id || entry->service_id == 0 ||
              other->service_id == 0)))
            return true;
    }
    return false;
}

/* @list's entries, which borrow their texts, with what they leave unsaid as @inventory has it, and
 * behind them what people added. Returns: (transfer container) */
static ChannelEntry *
complete_entries(const Inventory *inventory, const ChannelList *list, size_t *ret_n)
{
    g_autofree ChannelEntry *present = entries_of(inventory);
    ChannelEntry *entries = g_new0(ChannelEntry, list->n_channels + site_channels(inventory) + 1);

    for (size_t i = 0; i < list->n_channels; i++) {
        ChannelEntry *entry = &entries[i];
        const InventoryChannel *old = inventory_find_channel(inventory, list->channels[i].id);

        *entry = list->channels[i];
        if (old != NULL && entry->commissioned == SAID_NOTHING)
            entry->commissioned = old->commissioned ? SAID_YES : SAID_NO;
        if (old != NULL && entry->enabled == SAID_NOTHING)
            entry->enabled = old->disabled ? SAID_NO : SAID_YES;
        if (old != NULL && *entry->profile == '\0' &&
            g_str_has_prefix(old->profile, LEARNED_PREFIX))
            entry->profile = old->profile;
    }
    *ret_n = list->n_channels;
    for (size_t i = 0; i < site_channels(inventory); i++) {
        if (present[i].by_hand && *ret_n < CHANNEL_LIST_MAX_CHANNELS &&
            !list_has(list, &present[i]))
            entries[(*ret_n)++] = present[i];
    }
    return entries;
}

Inventory *
inventory_with_entries(Inventory *inventory, const ChannelEntry *entries, size_t n)
{
    g_autofree ChannelEntry *present = entries_of(inventory);
    bool same = site_channels(inventory) == n;

    for (size_t i = 0; same && i < n; i++)
        same = channel_is_entry(&inventory->channels[i], &entries[i]);
    if (same)
        return inventory_ref(inventory);
    InventoryParts parts = parts_of(inventory, present);

    parts.entries = entries;
    parts.n_entries = n;
    return inventory_from_parts(inventory->next_generation, &parts);
}

Inventory *
inventory_with_channels(Inventory *inventory, const ChannelList *list)
{
    size_t n = 0;
    g_autofree ChannelEntry *entries = complete_entries(inventory, list, &n);

    return inventory_with_entries(inventory, entries, n);
}

Inventory *
inventory_with_channel_profile(Inventory *inventory, const char *id, const char *profile)
{
    g_autofree ChannelEntry *entries = entries_of(inventory);
    const InventoryChannel *channel = inventory_find_channel(inventory, id);

    if (channel == NULL || (channel->commissioned && g_str_equal(channel->profile, profile)))
        return inventory_ref(inventory);
    ChannelEntry *entry = &entries[channel - inventory->channels];
    g_autofree char *name = g_strdup(profile);

    entry->profile = name;
    entry->commissioned = SAID_YES;
    const InventoryParts parts = parts_of(inventory, entries);

    return inventory_from_parts(inventory->next_generation, &parts);
}

Inventory *
inventory_with_receivers(Inventory *inventory, const Receiver *receivers, size_t n)
{
    bool same = inventory->n_receivers == n;

    for (size_t i = 0; same && i < n; i++)
        same = receiver_equal(&inventory->receivers[i], &receivers[i]);
    if (same)
        return inventory_ref(inventory);
    g_autofree ChannelEntry *entries = entries_of(inventory);
    InventoryParts parts = parts_of(inventory, entries);

    parts.receivers = receivers;
    parts.n_receivers = n;
    return inventory_from_parts(inventory->next_generation, &parts);
}

Inventory *
inventory_with_accounts(Inventory *inventory, AccountBook *accounts)
{
    if (account_book_equal(inventory->accounts, accounts))
        return inventory_ref(inventory);
    g_autofree ChannelEntry *entries = entries_of(inventory);
    InventoryParts parts = parts_of(inventory, entries);

    parts.accounts = accounts;
    return inventory_from_parts(inventory->next_generation, &parts);
}

Inventory *
inventory_without_people(Inventory *inventory, ErasedNames *erased)
{
    const InventoryOrigin *origin = &inventory->origin;
    g_autoptr(AccountBook) accounts = account_book_with_erased(inventory->accounts, erased);
    g_autofree char *by = erased_names_instead(erased, origin->by);
    g_autofree char *what = erased_names_in_text(erased, origin->what);

    if (by == NULL && what == NULL && account_book_equal(inventory->accounts, accounts))
        return inventory_ref(inventory);
    g_autofree ChannelEntry *entries = entries_of(inventory);
    InventoryParts parts = parts_of(inventory, entries);

    parts.accounts = accounts;
    return inventory_made_by(inventory_from_parts(inventory->generation, &parts),
                             by != NULL ? by : origin->by, what != NULL ? what : origin->what,
                             origin->at_us);
}

Inventory *
inventory_with_site(Inventory *inventory, SiteBook *site)
{
    if (site_book_equal(inventory->site, site))
        return inventory_ref(inventory);
    g_autofree ChannelEntry *entries = entries_of(inventory);
    InventoryParts parts = parts_of(inventory, entries);

    parts.site = site;
    return inventory_from_parts(inventory->next_generation, &parts);
}

Inventory *
inventory_with_profiles(Inventory *inventory, ProfileBook *profiles)
{
    if (profile_book_equal(inventory->profiles, profiles))
        return inventory_ref(inventory);
    g_autofree ChannelEntry *entries = entries_of(inventory);
    InventoryParts parts = parts_of(inventory, entries);

    parts.profiles = profiles;
    return inventory_from_parts(inventory->next_generation, &parts);
}

Inventory *
inventory_with_walls(Inventory *inventory, WallBook *walls)
{
    if (wall_book_equal(inventory->walls, walls))
        return inventory_ref(inventory);
    g_autofree ChannelEntry *entries = entries_of(inventory);
    InventoryParts parts = parts_of(inventory, entries);

    parts.walls = walls;
    return inventory_from_parts(inventory->next_generation, &parts);
}

Inventory *
inventory_with_own_channel(const Inventory *inventory, const char *id, const char *address)
{
    g_autofree ChannelEntry *entries = entries_of(inventory);
    InventoryParts parts = parts_of(inventory, entries);

    entries[parts.n_entries++] = (ChannelEntry){
        .id = (char *)id,
        .name = (char *)id,
        .short_name = (char *)"",
        .group = (char *)"",
        .address = (char *)address,
        .interface = (char *)"",
        .profile = (char *)"",
        .commissioned = SAID_YES,
        .by_hand = true,
    };
    Inventory *with = inventory_from_parts(inventory->generation, &parts);

    with->next_generation = inventory->next_generation;
    with->n_own = 1;
    return inventory_made_by(with, inventory->origin.by, inventory->origin.what,
                             inventory->origin.at_us);
}

bool
inventory_is_own(const Inventory *inventory, const char *resource)
{
    const char *slash = strchr(resource, '/');

    for (size_t i = site_channels(inventory); slash != NULL && i < inventory->n_channels; i++)
        if (g_str_equal(slash + 1, inventory->channels[i].id))
            return g_str_has_prefix(resource, "channel/") || g_str_has_prefix(resource, "input/");
    return false;
}

Inventory *
inventory_reverted(Inventory *inventory, const Inventory *old, bool from_file)
{
    g_autofree ChannelEntry *present = entries_of(inventory);
    g_autofree ChannelEntry *before = entries_of(old);
    const size_t n_present = site_channels(inventory);
    g_autofree ChannelEntry *entries = g_new0(ChannelEntry, n_present + site_channels(old) + 1);
    InventoryParts parts = parts_of(old, entries);

    parts.n_entries = 0;
    for (size_t i = 0; from_file && i < n_present; i++) {
        if (!present[i].by_hand)
            entries[parts.n_entries++] = present[i];
    }
    const ChannelList kept = {.channels = entries, .n_channels = parts.n_entries};

    for (size_t i = 0; i < site_channels(old) && parts.n_entries < CHANNEL_LIST_MAX_CHANNELS; i++) {
        if (!from_file || (before[i].by_hand && !list_has(&kept, &before[i])))
            entries[parts.n_entries++] = before[i];
    }
    parts.accounts = inventory->accounts;
    return inventory_from_parts(inventory->next_generation, &parts);
}

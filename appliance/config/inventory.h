/* What this box watches and who may use it: channels, the inputs that carry them, receivers and
 * accounts. Immutable and shared by reference; a change makes a new generation. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "appliance/config/channel-list.h"
#include "appliance/config/receiver.h"
#include "appliance/config/site-book.h"
#include "appliance/config/wall-book.h"
#include "appliance/model/account.h"
#include "appliance/model/alarm-profile.h"

#define INVENTORY_WHAT_MAX 400u
#define LEARNED_PREFIX     "learned-" /* before a channel's id: the profile that was learned of it */

typedef struct {
    char *id; /* slug */
    char *name;
    char *short_name;
    char *group;         /* "" for none */
    char *address;       /* udp:// or rtp://, in the one way to write it */
    char *interface;     /* "" for the kernel's choice */
    uint16_t service_id; /* 0: the first service */
    char *profile;       /* slug, "" for the group's or the default */
    bool commissioned;   /* it is as it should: not to be learned first */
    bool disabled;       /* switched off: nobody measures it, and no alarm is about it */
    bool from_file;      /* stands in the list that the settings name, as long as they name one */
    char *input_id;      /* slug of the input that carries it */
} InventoryChannel;

/* One socket: everything that shares address and interface. One worker process each. */
typedef struct {
    char *id; /* slug: the channel's id if it carries one, else made from the address */
    char *address;
    char *interface;
    size_t *channels;  /* indices into Inventory.channels of those that are not disabled, ascending;
                          @n_channels entries */
    size_t n_channels; /* 0: all of them are switched off, and nothing is received */
} InventoryInput;

/* Who made a generation, and what of it is new. */
typedef struct {
    WallUs at_us; /* 0: unknown */
    char *by;     /* account, "local" for the control socket, "" for the box itself; never NULL */
    char *what;   /* one sentence, at most INVENTORY_WHAT_MAX bytes; never NULL */
} InventoryOrigin;

typedef struct {
    gatomicrefcount refs;
    InventoryOrigin origin;
    uint64_t generation;        /* 0: never written, nothing in it */
    uint64_t next_generation;   /* number of the next one; above every file in the folder */
    InventoryChannel *channels; /* in the site's order; @n_channels entries */
    size_t n_channels;
    size_t n_own; /* of @channels, the last ones: the box's own, of no list, never saved */
    InventoryInput *inputs; /* in the order of their first channel; @n_inputs entries */
    size_t n_inputs;
    Receiver *receivers; /* @n_receivers entries */
    size_t n_receivers;
    AccountBook *accounts; /* never %NULL */
    SiteBook *site;        /* calendar, run-books, policy; never %NULL */
    ProfileBook *profiles; /* the site's own; never %NULL */
    WallBook *walls;       /* never %NULL */
} Inventory;

/* Returns: (transfer full): generation 0, with nothing in it */
Inventory *inventory_new(void);
Inventory *inventory_ref(Inventory *inventory);
void inventory_unref(Inventory *inventory); /* (nullable) */

/* Says who made @inventory: (transfer full) in and out. One that others hold already is none that
 * was just made, and stays as it is. What is too long is cut. */
Inventory *
inventory_made_by(Inventory *inventory, const char *by, const char *what, WallUs wall_us);

/* (nullable), (transfer none): looked up by id; NULL is never found. */
const InventoryChannel *inventory_find_channel(const Inventory *inventory, const char *id);
const InventoryInput *inventory_find_input(const Inventory *inventory, const char *id);

/**
 * inventory_with_channels:
 * @inventory: (transfer none): stays as it is
 * @list: (transfer none)
 *
 * What the list leaves unsaid of a channel that is there already stays: whether it is commissioned
 * and enabled, and a profile that was learned (LEARNED_PREFIX). Channels that people added on the
 * running box stay behind those of the list; they give way where the list has their id or their
 * stream.
 *
 * Returns: (transfer full): a new generation with the channels of @list in the place of those that
 *   came from a list, to be written by inventory_save(); or @inventory itself, with one more
 * reference, when nothing changes. Never %NULL. The same holds for the next ones.
 */
Inventory *inventory_with_channels(Inventory *inventory, const ChannelList *list);
Inventory *inventory_with_receivers(Inventory *inventory, const Receiver *receivers, size_t n);
/* Gives channel @id that profile (a slug; "" for none) and takes it for commissioned. */
Inventory *
inventory_with_channel_profile(Inventory *inventory, const char *id, const char *profile);
/* The same generation as if @erased had not been there when it was made; @inventory itself, with
 * one more reference, if it tells of none of them. */
Inventory *inventory_without_people(Inventory *inventory, ErasedNames *erased);
/* @accounts: (transfer none) */
Inventory *inventory_with_accounts(Inventory *inventory, AccountBook *accounts);
Inventory *inventory_with_site(Inventory *inventory, SiteBook *site);
Inventory *inventory_with_profiles(Inventory *inventory, ProfileBook *profiles);
Inventory *inventory_with_walls(Inventory *inventory, WallBook *walls);
/* Exactly these channels, in this order. @entries: @n checked ones */
Inventory *inventory_with_entries(Inventory *inventory, const ChannelEntry *entries, size_t n);
/* Everything of @old but its accounts, which stay as they are now, and its channels as far as they
 * come from a list that is in force (@from_file): those stay, too. */
Inventory *inventory_reverted(Inventory *inventory, const Inventory *old, bool from_file);

/* The channels of the site as entries that borrow their texts. Returns: (transfer container): all
 * of them but the box's own, and room for one more */
ChannelEntry *inventory_entries(const Inventory *inventory, size_t *ret_n);

/* The same generation of @inventory with a channel of the box's own behind those of the site; the
 * functions above leave it out. Returns: (transfer full) */
Inventory *
inventory_with_own_channel(const Inventory *inventory, const char *id, const char *address);

/* Whether @resource, "channel/ID" or "input/ID", is the box's own. */
bool inventory_is_own(const Inventory *inventory, const char *resource);

typedef struct {
    GStrv added;   /* ids, in the new order; never %NULL */
    GStrv removed; /* ids, in the old order; never %NULL */
    GStrv changed; /* ids of which at least one field differs; never %NULL */
} InventoryDiff;

/* Channels of @to against those of @from, by id. inventory_diff_inputs() does the same for inputs,
 * where "changed" means that the worker needs a new configuration. */
void inventory_diff(const Inventory *from, const Inventory *to, InventoryDiff *ret_diff);
void inventory_diff_inputs(const Inventory *from, const Inventory *to, InventoryDiff *ret_diff);
void inventory_diff_clear(InventoryDiff *diff);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Inventory, inventory_unref)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(InventoryDiff, inventory_diff_clear)

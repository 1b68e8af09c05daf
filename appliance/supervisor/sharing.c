/* Names of what is shared. */
#include "appliance/supervisor/sharing.h"

#include "appliance/supervisor/self-probe-desk.h"

#include <gio/gio.h>
#include <string.h>

#define BLOCK_BITS      8u        /* of groups that count as one source */
#define ANY_INTERFACE   "default" /* the kernel's choice */
#define CARRIER_PREFIX  "lower_"
#define UEVENT_MAX_TEXT 4096u

/* What a channel of @inventory shares; owns its strings. */
typedef struct {
    char *resource;
    char *names[SHARE_COUNT];
} Names;

static void
names_clear(gpointer data)
{
    Names *names = data;

    g_free(names->resource);
    for (ShareKind kind = 0; kind < SHARE_COUNT; kind++)
        g_free(names->names[kind]);
}

static bool
is_vlan(const char *folder)
{
    g_autofree char *path = g_build_filename(folder, "uevent", NULL);
    g_autofree char *text = NULL;

    return g_file_get_contents(path, &text, NULL, NULL) && strlen(text) < UEVENT_MAX_TEXT &&
           strstr(text, "DEVTYPE=vlan") != NULL;
}

/* Returns: (transfer full) (nullable) */
static char *
find_carrier(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name = NULL;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        if (g_str_has_prefix(name, CARRIER_PREFIX))
            return g_strdup(name + strlen(CARRIER_PREFIX));
    }
    return NULL;
}

char *
sharing_vlan_carrier(const char *interface, const char *root)
{
    const char *dot = strrchr(interface, '.');
    g_autofree char *folder = g_strdup_printf("%s/sys/class/net/%s", root, interface);

    if (strchr(interface, '/') != NULL)
        return NULL;
    char *carrier = is_vlan(folder) ? find_carrier(folder) : NULL;

    if (carrier != NULL)
        return carrier;
    return dot != NULL && dot != interface ? g_strndup(interface, (gsize)(dot - interface)) : NULL;
}

/* The block of groups around @host. Returns: (transfer full) (nullable) */
static char *
block_of(const char *host)
{
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(host);
    guint8 bytes[16] = {0};

    if (address == NULL)
        return NULL;
    const gsize size = g_inet_address_get_native_size(address);

    memcpy(bytes, g_inet_address_to_bytes(address), MIN(size, sizeof bytes));
    memset(bytes + size - BLOCK_BITS / 8, 0, BLOCK_BITS / 8);
    g_autoptr(GInetAddress) first =
        g_inet_address_new_from_bytes(bytes, g_inet_address_get_family(address));
    g_autofree char *text = g_inet_address_to_string(first);

    return g_strdup_printf("%s/%u", text, (unsigned)size * 8 - BLOCK_BITS);
}

char *
sharing_source(const StreamLeg *leg)
{
    if (leg->source[0] != '\0')
        return g_strdup(leg->source);
    return leg->multicast ? block_of(leg->host) : NULL;
}

/* Interface and VLAN of @channel; @carriers: (element-type utf8 utf8): what was found out before,
 * "" for no VLAN. */
static void
name_interface(Names *names, const char *interface, GHashTable *carriers, const char *root)
{
    const char *name = *interface != '\0' ? interface : ANY_INTERFACE;
    const char *carrier = g_hash_table_lookup(carriers, name);

    if (carrier == NULL) {
        char *found = sharing_vlan_carrier(name, root);

        carrier = found != NULL ? found : g_strdup("");
        g_hash_table_insert(carriers, g_strdup(name), (gpointer)carrier);
    }
    names->names[SHARE_NIC] = g_strconcat("nic/", *carrier != '\0' ? carrier : name, NULL);
    if (*carrier != '\0')
        names->names[SHARE_VLAN] = g_strconcat("vlan/", name, NULL);
}

static Names
names_of(const Inventory *inventory,
         const InventoryChannel *channel,
         GHashTable *carriers,
         const char *root)
{
    const InventoryInput *input = inventory_find_input(inventory, channel->input_id);
    Names names = {.resource = g_strconcat("channel/", channel->id, NULL),
                   .names = {[SHARE_ALL] = g_strdup("all/channels")}};
    g_autofree char *source = NULL;
    StreamAddress address;

    if (input != NULL && input->n_channels > 1)
        names.names[SHARE_INPUT] = g_strconcat("input/", input->id, NULL);
    if (*channel->group != '\0')
        names.names[SHARE_GROUP] = g_strconcat("group/", channel->group, NULL);
    const bool known = stream_address_parse(channel->address, &address, NULL);

    if (!known || address.n_legs < 2 || address.interface2[0] == '\0' ||
        g_str_equal(address.interface2, channel->interface))
        name_interface(&names, channel->interface, carriers, root);
    source = known ? sharing_source(&address.legs[0]) : NULL;
    if (source != NULL)
        names.names[SHARE_SOURCE] = g_strconcat("source/", source, NULL);
    return names;
}

void
sharing_tell(IncidentBook *book, const Inventory *inventory, const char *root)
{
    g_autoptr(GHashTable) carriers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(GArray) all = g_array_new(FALSE, TRUE, sizeof(Names));
    g_autofree Sharing *sharing = g_new0(Sharing, inventory->n_channels + inventory->n_inputs + 1);

    g_array_set_clear_func(all, names_clear);
    for (size_t i = 0; i < inventory->n_channels; i++) {
        if (g_str_equal(inventory->channels[i].id, SELF_PROBE_CHANNEL) ||
            inventory->channels[i].disabled)
            continue;
        const Names names = names_of(inventory, &inventory->channels[i], carriers, root);

        g_array_append_val(all, names);
    }
    for (size_t i = 0; i < inventory->n_inputs; i++) {
        if (inventory->inputs[i].n_channels == 0)
            continue;
        const Names names = {.resource = g_strconcat("input/", inventory->inputs[i].id, NULL),
                             .names = {[SHARE_BOX] = g_strdup("box")}};

        g_array_append_val(all, names);
    }
    for (guint i = 0; i < all->len; i++) {
        const Names *names = &g_array_index(all, Names, i);

        sharing[i].resource = names->resource;
        for (ShareKind kind = 0; kind < SHARE_COUNT; kind++)
            sharing[i].names[kind] = names->names[kind];
    }
    incident_book_set_sharing(book, sharing, all->len);
}

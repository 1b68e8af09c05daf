/* Reading files: every error says which, where, and what would do. */
#include "appliance/supervisor/provision.h"

#include "appliance/config/channel-list.h"
#include "appliance/config/inventory-store.h"
#include "pipelines/base/error.h"

#define DEFAULT_SETTINGS "/etc/gantry/gantry.conf"
#define DEFAULT_DROP_INS "/etc/gantry/conf.d"

Settings *
provision_settings(const Options *options, GError **error)
{
    static const char *const default_files[] = {DEFAULT_SETTINGS, NULL};
    static const char *const default_folders[] = {DEFAULT_DROP_INS, NULL};
    const bool given = options->config_files != NULL;

    return settings_load(given ? (const char *const *)options->config_files : default_files,
                         given ? (const char *const *)options->config_folders : default_folders,
                         error);
}

HwProfile *
provision_profile(const Settings *settings, GError **error)
{
    g_autofree char *name = NULL;
    g_autofree char *path = NULL;

    if (*settings->profile_file != '\0')
        return hw_profile_load(settings->profile_file, error);
    name = g_strdup_printf("%s.json",
                           *settings->profile_name != '\0' ? settings->profile_name : "laptop");
    path = g_build_filename(GANTRY_PROFILE_FOLDER, name, NULL);
    return hw_profile_load(path, error);
}

static ChannelList *
read_channels(const Settings *settings, GError **error)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) reason = NULL;
    gsize size = 0;

    if (!g_file_get_contents(settings->channels_file, &text, &size, &reason)) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "reading the channel list: %s",
                    reason->message);
        return NULL;
    }
    return channel_list_parse(settings->channels_file, text, size, settings->interface, error);
}

static bool
has_receiver(const Settings *settings, const char *id)
{
    for (size_t i = 0; i < settings->n_receivers; i++) {
        if (g_str_equal(settings->receivers[i].id, id))
            return true;
    }
    return false;
}

/* The receivers of the settings, and those that people set up on the running box. The latter give
 * way where a name is taken. */
static Inventory *
with_receivers(Inventory *inventory, const Settings *settings)
{
    g_autofree Receiver *all = g_new0(Receiver, settings->n_receivers + inventory->n_receivers);
    size_t n = settings->n_receivers;

    for (size_t i = 0; i < settings->n_receivers; i++)
        all[i] = settings->receivers[i];
    for (size_t i = 0; i < inventory->n_receivers && n < RECEIVER_MAX_COUNT; i++) {
        const Receiver *receiver = &inventory->receivers[i];

        if (!receiver->from_settings && !has_receiver(settings, receiver->id))
            all[n++] = *receiver;
    }
    return inventory_with_receivers(inventory, all, n);
}

Inventory *
provision_inventory(Inventory *inventory, const Settings *settings, GError **error)
{
    g_autoptr(Inventory) channels = inventory_ref(inventory);

    if (*settings->channels_file != '\0') {
        g_autoptr(ChannelList) list = read_channels(settings, error);

        if (list == NULL)
            return NULL;
        inventory_unref(channels);
        channels = inventory_with_channels(inventory, list);
    }
    return with_receivers(channels, settings);
}

Inventory *
provision_stored(const Settings *settings, GError **error)
{
    g_autofree char *folder = g_build_filename(settings->state_folder, "inventory", NULL);
    g_autofree char *skipped = NULL;
    g_autoptr(Inventory) stored = inventory_load(folder, &skipped, error);

    if (stored == NULL)
        return NULL;
    if (skipped != NULL)
        g_warning("inventory: %s", skipped);
    g_autoptr(Inventory) inventory = provision_inventory(stored, settings, error);

    if (inventory == NULL || (inventory != stored && !inventory_save(folder, inventory, error)))
        return NULL;
    return g_steal_pointer(&inventory);
}

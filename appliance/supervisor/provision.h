/* Settings, channel list and stored inventory brought together, at the start and on reload. */
#pragma once

#include "appliance/config/hw-profile.h"
#include "appliance/config/inventory.h"
#include "appliance/config/settings.h"
#include "appliance/supervisor/options.h"

/* Reads the settings that @options names. Returns: (transfer full): or %NULL with the error */
Settings *provision_settings(const Options *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads the hardware profile that @settings names. Returns: (transfer full): or %NULL */
HwProfile *provision_profile(const Settings *settings, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * provision_inventory:
 * @inventory: (transfer none): what holds now
 *
 * Puts the channel list and the receivers of @settings into it.
 *
 * Returns: (transfer full): a new generation, or @inventory with one more reference when nothing
 *   changed; %NULL with the error when the list is refused
 */
Inventory *provision_inventory(Inventory *inventory,
                               const Settings *settings,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The inventory in the state folder, with what the settings' list changes in it, which is saved.
 * Returns: (transfer full) (nullable): NULL with the error */
Inventory *provision_stored(const Settings *settings, GError **error);

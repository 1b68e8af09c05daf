/* A fingerprint is 432 bytes, written as hexadecimal digits. */
#include "appliance/config/slates.h"

#include <string.h>

#define GROUP  "slates"
#define DIGITS (2 * SLATE_BYTES)

static bool
read_fingerprint(const KeyEntry *entry, uint8_t *ret_bytes, GError **error)
{
    const size_t n = strlen(entry->value);

    if (n != DIGITS)
        return key_entry_refuse(entry, error,
                                "the fingerprint of slate \"%s\" has %zu digits, not %u; "
                                "gantry-probe --slate FILE prints one",
                                entry->key, n, DIGITS);
    for (size_t i = 0; i < DIGITS; i++) {
        const int digit = g_ascii_xdigit_value(entry->value[i]);

        if (digit < 0)
            return key_entry_refuse(entry, error,
                                    "digit %zu of the fingerprint of slate \"%s\" is not "
                                    "hexadecimal",
                                    i + 1, entry->key);
        ret_bytes[i / 2] = (uint8_t)(i % 2 == 0 ? digit << 4 : ret_bytes[i / 2] | digit);
    }
    return true;
}

static bool
take_slate(const KeyEntry *entry, Settings *settings, GError **error)
{
    SlateConfig slate = {0};

    if (entry->key[0] == '\0' || strlen(entry->key) > SLATE_NAME_MAX)
        return key_entry_refuse(entry, error, "the name of a slate has 1 to %u bytes",
                                SLATE_NAME_MAX);
    if (settings->n_slates >= SLATES_MAX)
        return key_entry_refuse(entry, error, "more than %u slates", SLATES_MAX);
    if (!read_fingerprint(entry, slate.fingerprint, error))
        return false;
    slate.name = g_strdup(entry->key);
    settings->slates = g_renew(SlateConfig, settings->slates, settings->n_slates + 1);
    settings->slates[settings->n_slates++] = slate;
    return true;
}

bool
slates_take(KeyFile *file, Settings *settings, GError **error)
{
    for (guint i = 0; i < file->entries->len; i++) {
        KeyEntry *entry = file->entries->pdata[i];

        if (entry->key == NULL || !g_str_equal(entry->group, GROUP))
            continue;
        entry->taken = true;
        if (!take_slate(entry, settings, error))
            return false;
    }
    return true;
}

void
slates_clear(Settings *settings)
{
    for (size_t i = 0; i < settings->n_slates; i++)
        g_free(settings->slates[i].name);
    g_clear_pointer(&settings->slates, g_free);
    settings->n_slates = 0;
}

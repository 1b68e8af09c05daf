/* Addresses and when each was used. */
#include "appliance/http/known-addresses.h"

struct KnownAddresses {
    GHashTable *seen_us; /* address: MonoUs */
};

KnownAddresses *
known_addresses_new(void)
{
    KnownAddresses *self = g_new0(KnownAddresses, 1);

    self->seen_us = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return self;
}

void
known_addresses_free(KnownAddresses *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->seen_us);
    g_free(self);
}

static void
make_room(KnownAddresses *self)
{
    GHashTableIter iter;
    gpointer address, seen;
    gpointer oldest = NULL;
    MonoUs oldest_us = US_NEVER;

    g_hash_table_iter_init(&iter, self->seen_us);
    while (g_hash_table_iter_next(&iter, &address, &seen)) {
        if (*(const MonoUs *)seen >= oldest_us)
            continue;
        oldest = address;
        oldest_us = *(const MonoUs *)seen;
    }
    if (oldest != NULL)
        g_hash_table_remove(self->seen_us, oldest);
}

void
known_addresses_saw(KnownAddresses *self, const char *address, MonoUs now_us)
{
    MonoUs *seen_us = (MonoUs *)g_hash_table_lookup(self->seen_us, address);

    if (seen_us != NULL) {
        *seen_us = now_us;
        return;
    }
    if (g_hash_table_size(self->seen_us) >= KNOWN_MAX)
        make_room(self);
    g_hash_table_insert(self->seen_us, g_strdup(address), g_memdup2(&now_us, sizeof now_us));
}

bool
known_addresses_has(const KnownAddresses *self, const char *address, MonoUs now_us)
{
    const MonoUs *seen_us = (const MonoUs *)g_hash_table_lookup(self->seen_us, address);

    return seen_us != NULL && now_us - *seen_us <= KNOWN_KEEP_US;
}

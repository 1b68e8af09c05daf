/* A short list of hashes under a lock. */
#include "appliance/http/codes.h"

#include <sodium.h>
#include <string.h>

#define RANDOM_BYTES 16u
#define HASH_BYTES   32u
#define CODE_MAX     64u /* characters looked at */

typedef struct {
    unsigned char hash[HASH_BYTES];
    MonoUs expires_us;
} Entry;

struct Codes {
    GMutex lock;
    GArray *entries; /* Entry, oldest first */
};

Codes *
codes_new(void)
{
    Codes *codes = g_new0(Codes, 1);

    g_mutex_init(&codes->lock);
    codes->entries = g_array_new(FALSE, TRUE, sizeof(Entry));
    return codes;
}

void
codes_free(Codes *codes)
{
    if (codes == NULL)
        return;
    g_array_unref(codes->entries);
    g_mutex_clear(&codes->lock);
    g_free(codes);
}

char *
codes_make(void)
{
    static const char alphabet[] = "abcdefghijkmnpqrstuvwxyz23456789";
    GString *code = g_string_new(NULL);
    unsigned char random[RANDOM_BYTES];
    unsigned buffer = 0, bits = 0;

    randombytes_buf(random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++) {
        buffer = buffer << 8 | random[i];
        for (bits += 8; bits >= 5; bits -= 5)
            g_string_append_c(code, alphabet[buffer >> (bits - 5) & 31]);
    }
    g_string_append_c(code, alphabet[buffer << (5 - bits) & 31]);
    sodium_memzero(random, sizeof random);
    return g_string_free(code, FALSE);
}

static void
hash_of(const char *code, unsigned char hash[HASH_BYTES])
{
    char clean[CODE_MAX];
    size_t n = 0;

    for (; *code != '\0' && n < sizeof clean; code++) {
        if (g_ascii_isalnum(*code))
            clean[n++] = g_ascii_tolower(*code);
    }
    crypto_generichash(hash, HASH_BYTES, (const unsigned char *)clean, n, NULL, 0);
}

void
codes_add(Codes *codes, const char *code, MonoUs expires_us)
{
    Entry entry = {.expires_us = expires_us};
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&codes->lock);

    hash_of(code, entry.hash);
    if (codes->entries->len >= CODES_MAX)
        g_array_remove_index(codes->entries, 0);
    g_array_append_val(codes->entries, entry);
}

bool
codes_take(Codes *codes, const char *code, MonoUs now_us)
{
    unsigned char hash[HASH_BYTES];
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&codes->lock);

    hash_of(code, hash);
    for (guint i = 0; i < codes->entries->len; i++) {
        const Entry *entry = &g_array_index(codes->entries, Entry, i);

        if (sodium_memcmp(entry->hash, hash, sizeof hash) != 0)
            continue;
        const bool good = now_us < entry->expires_us;

        g_array_remove_index(codes->entries, i);
        return good;
    }
    return false;
}

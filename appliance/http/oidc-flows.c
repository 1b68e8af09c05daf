/* A table by state. */
#include "appliance/http/oidc-flows.h"

#include <sodium.h>
#include <string.h>

#define RANDOM_BYTES 32u /* of each secret: 256 bits */

typedef struct {
    OidcFlow flow;
    char *cookie;
    char *address;
    MonoUs until_us;
} Entry;

struct OidcFlows {
    GHashTable *entries; /* (element-type utf8 Entry): by state */
};

static void
forget(char **secret)
{
    if (*secret != NULL)
        sodium_memzero(*secret, strlen(*secret));
    g_clear_pointer(secret, g_free);
}

void
oidc_flow_clear(OidcFlow *flow)
{
    forget(&flow->nonce);
    forget(&flow->verifier);
}

void
oidc_flow_start_clear(OidcFlowStart *start)
{
    forget(&start->cookie);
    forget(&start->state);
    forget(&start->nonce);
    forget(&start->challenge);
}

static void
entry_free(gpointer data)
{
    Entry *entry = (Entry *)data;

    oidc_flow_clear(&entry->flow);
    forget(&entry->cookie);
    g_free(entry->address);
    g_free(entry);
}

OidcFlows *
oidc_flows_new(void)
{
    OidcFlows *flows = g_new0(OidcFlows, 1);

    flows->entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, entry_free);
    return flows;
}

void
oidc_flows_free(OidcFlows *flows)
{
    if (flows == NULL)
        return;
    g_hash_table_unref(flows->entries);
    g_free(flows);
}

static char *
base64url(const unsigned char *bytes, size_t n)
{
    char text[sodium_base64_ENCODED_LEN(RANDOM_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];

    return g_strdup(
        sodium_bin2base64(text, sizeof text, bytes, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING));
}

static char *
make_secret(void)
{
    unsigned char random[RANDOM_BYTES];

    randombytes_buf(random, sizeof random);
    return base64url(random, sizeof random);
}

static char *
challenge_of(const char *verifier)
{
    unsigned char hash[crypto_hash_sha256_BYTES];

    crypto_hash_sha256(hash, (const unsigned char *)verifier, strlen(verifier));
    return base64url(hash, sizeof hash);
}

/* Drops what is too old. Returns: how many @address has. */
static unsigned
sweep(OidcFlows *flows, const char *address, MonoUs now_us)
{
    GHashTableIter iter;
    gpointer value;
    unsigned n = 0;

    g_hash_table_iter_init(&iter, flows->entries);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const Entry *entry = (const Entry *)value;

        if (entry->until_us <= now_us)
            g_hash_table_iter_remove(&iter);
        else if (g_str_equal(entry->address, address))
            n++;
    }
    return n;
}

static void
make_room(OidcFlows *flows)
{
    GHashTableIter iter;
    gpointer key, value;
    gpointer oldest = NULL;
    MonoUs oldest_us = US_NEVER;

    if (g_hash_table_size(flows->entries) < OIDC_FLOWS_MAX)
        return;
    g_hash_table_iter_init(&iter, flows->entries);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        if (((const Entry *)value)->until_us < oldest_us) {
            oldest = key;
            oldest_us = ((const Entry *)value)->until_us;
        }
    }
    if (oldest != NULL)
        g_hash_table_remove(flows->entries, oldest);
}

bool
oidc_flows_begin(OidcFlows *flows, const char *address, MonoUs now_us, OidcFlowStart *ret_start)
{
    Entry *entry = NULL;

    if (sweep(flows, address, now_us) >= OIDC_FLOWS_OF_ADDRESS)
        return false;
    make_room(flows);
    entry = g_new0(Entry, 1);
    *entry = (Entry){.flow = {.nonce = make_secret(), .verifier = make_secret()},
                     .cookie = make_secret(),
                     .address = g_strdup(address),
                     .until_us = now_us + OIDC_FLOW_S * US_PER_SECOND};
    *ret_start = (OidcFlowStart){.cookie = g_strdup(entry->cookie),
                                 .state = make_secret(),
                                 .nonce = g_strdup(entry->flow.nonce),
                                 .challenge = challenge_of(entry->flow.verifier)};
    g_hash_table_insert(flows->entries, g_strdup(ret_start->state), entry);
    return true;
}

bool
oidc_flows_take(
    OidcFlows *flows, const char *state, const char *cookie, MonoUs now_us, OidcFlow *ret_flow)
{
    Entry *entry = state != NULL ? (Entry *)g_hash_table_lookup(flows->entries, state) : NULL;

    if (entry == NULL || cookie == NULL || entry->until_us <= now_us ||
        strlen(cookie) != strlen(entry->cookie) ||
        sodium_memcmp(cookie, entry->cookie, strlen(cookie)) != 0)
        return false;
    *ret_flow = entry->flow;
    entry->flow = (OidcFlow){0};
    g_hash_table_remove(flows->entries, state);
    return true;
}

/* liboath counts, libsodium seals, libqrencode draws. */
#include "appliance/http/second-factor.h"

#include <liboath/oath.h>
#include <qrencode.h>
#include <sodium.h>
#include <string.h>

#include "appliance/http/codes.h"

#define SECRET_BYTES 20u
#define STEP_S       30u
#define WINDOW       1u /* half minutes that a telephone's clock may be off */
#define CODE_DIGITS  6u
#define SEALED_BYTES (crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + SECRET_BYTES)
#define HASH_BYTES   32u
#define RECOVERY_LEN 12u
#define QUIET_ZONE   4u

typedef struct {
    uint8_t secret[SECRET_BYTES];
    MonoUs until_us;
} Pending;

struct SecondFactors {
    const uint8_t *key;  /* (nullable) */
    uint64_t floor;      /* half minutes since 1970: codes up to this one count as used */
    GHashTable *used;    /* user: uint64_t: the latest half minute whose code was used */
    GHashTable *pending; /* user: Pending */
};

static void
pending_free(gpointer data)
{
    sodium_memzero(data, sizeof(Pending));
    g_free(data);
}

SecondFactors *
second_factors_new(const uint8_t *key, WallUs now_us)
{
    SecondFactors *factors = g_new0(SecondFactors, 1);

    factors->key = key;
    factors->floor = (uint64_t)(now_us / (STEP_S * US_PER_SECOND));
    factors->used = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    factors->pending = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, pending_free);
    (void)oath_init();
    return factors;
}

void
second_factors_free(SecondFactors *factors)
{
    if (factors == NULL)
        return;
    g_hash_table_unref(factors->used);
    g_hash_table_unref(factors->pending);
    g_free(factors);
}

static char *
seal(const SecondFactors *factors, const uint8_t secret[SECRET_BYTES])
{
    uint8_t sealed[SEALED_BYTES];
    char text[2 * SEALED_BYTES];

    randombytes_buf(sealed, crypto_secretbox_NONCEBYTES);
    (void)crypto_secretbox_easy(sealed + crypto_secretbox_NONCEBYTES, secret, SECRET_BYTES, sealed,
                                factors->key);
    return g_strdup(sodium_bin2base64(text, sizeof text, sealed, sizeof sealed,
                                      sodium_base64_VARIANT_ORIGINAL));
}

static bool
unseal(const SecondFactors *factors, const char *text, uint8_t secret[SECRET_BYTES])
{
    uint8_t sealed[SEALED_BYTES];
    size_t size = 0;

    return factors->key != NULL && text != NULL &&
           sodium_base642bin(sealed, sizeof sealed, text, strlen(text), NULL, &size, NULL,
                             sodium_base64_VARIANT_ORIGINAL) == 0 &&
           size == sizeof sealed &&
           crypto_secretbox_open_easy(secret, sealed + crypto_secretbox_NONCEBYTES,
                                      sizeof sealed - crypto_secretbox_NONCEBYTES, sealed,
                                      factors->key) == 0;
}

static bool
is_code(const char *code)
{
    return strlen(code) == CODE_DIGITS && strspn(code, "0123456789") == CODE_DIGITS;
}

/* The half minute whose code @code is; 0 for none. */
static uint64_t
step_of(const uint8_t secret[SECRET_BYTES], const char *code, WallUs now_us)
{
    const time_t now = (time_t)(now_us / US_PER_SECOND);
    int position = 0;

    if (!is_code(code) || oath_totp_validate2((const char *)secret, SECRET_BYTES, now, STEP_S, 0,
                                              WINDOW, &position, code) < 0)
        return 0;
    return (uint64_t)((int64_t)now / STEP_S + position);
}

FactorResult
second_factor_check(SecondFactors *factors, const Account *account, const char *code, WallUs now_us)
{
    uint8_t secret[SECRET_BYTES];
    const uint64_t *used = (const uint64_t *)g_hash_table_lookup(factors->used, account->name);
    uint64_t step = 0;

    if (!unseal(factors, account->totp, secret))
        return FACTOR_BROKEN;
    step = step_of(secret, code, now_us);
    sodium_memzero(secret, sizeof secret);
    if (step <= factors->floor || (used != NULL && step <= *used))
        return FACTOR_WRONG;
    g_hash_table_replace(factors->used, g_strdup(account->name), g_memdup2(&step, sizeof step));
    return FACTOR_RIGHT;
}

static char *
base32_of(const uint8_t secret[SECRET_BYTES])
{
    char *text = NULL;
    g_autofree char *copy = NULL;

    if (oath_base32_encode((const char *)secret, SECRET_BYTES, &text, NULL) != OATH_OK)
        return NULL;
    copy = g_strdup(text);
    free(text); /* liboath's own */
    return g_steal_pointer(&copy);
}

char *
second_factor_begin(SecondFactors *factors, const char *user, MonoUs now_us)
{
    Pending *pending = NULL;

    if (factors->key == NULL)
        return NULL;
    if (g_hash_table_size(factors->pending) >= FACTOR_PENDING_MAX)
        g_hash_table_remove_all(factors->pending);
    pending = g_new0(Pending, 1);
    randombytes_buf(pending->secret, SECRET_BYTES);
    pending->until_us = now_us + FACTOR_PENDING_S * US_PER_SECOND;
    g_hash_table_replace(factors->pending, g_strdup(user), pending);
    return base32_of(pending->secret);
}

bool
second_factor_confirm(SecondFactors *factors, Account *account, const char *code, WallUs now_us)
{
    Pending *pending = (Pending *)g_hash_table_lookup(factors->pending, account->name);
    uint64_t step = 0;

    if (pending == NULL)
        return false;
    step = step_of(pending->secret, code, now_us);
    if (step == 0)
        return false;
    g_free(account->totp);
    account->totp = seal(factors, pending->secret);
    g_hash_table_replace(factors->used, g_strdup(account->name), g_memdup2(&step, sizeof step));
    g_hash_table_remove(factors->pending, account->name);
    return true;
}

void
second_factors_forget(SecondFactors *factors, const char *user)
{
    g_hash_table_remove(factors->used, user);
    g_hash_table_remove(factors->pending, user);
}

char *
second_factor_uri(const SecondFactors *factors, const char *user, const char *site)
{
    const Pending *pending = (const Pending *)g_hash_table_lookup(factors->pending, user);
    g_autofree char *secret = pending != NULL ? base32_of(pending->secret) : NULL;
    g_autofree char *label = g_uri_escape_string(site, NULL, FALSE);

    if (secret == NULL)
        return NULL;
    return g_strdup_printf("otpauth://totp/Gantry%%20%s:%s?secret=%s&issuer=Gantry%%20%s", label,
                           user, secret, label);
}

char *
second_factor_svg(const char *uri)
{
    QRcode *code = QRcode_encodeString8bit(uri, 0, QR_ECLEVEL_M);
    GString *svg = NULL;

    if (code == NULL)
        return NULL;
    const unsigned width = (unsigned)code->width;
    const unsigned side = width + 2 * QUIET_ZONE;

    svg = g_string_new(NULL);
    g_string_append_printf(svg,
                           "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %u %u\">"
                           "<path fill=\"#fff\" d=\"M0 0h%uv%uH0z\"/><path d=\"",
                           side, side, side, side);
    for (unsigned i = 0; i < width * width; i++) {
        if ((code->data[i] & 1) != 0)
            g_string_append_printf(svg, "M%u %uh1v1h-1z", i % width + QUIET_ZONE,
                                   i / width + QUIET_ZONE);
    }
    g_string_append(svg, "\"/></svg>");
    QRcode_free(code);
    return g_string_free(svg, FALSE);
}

/* Case and whatever stands between letters do not matter. */
static char *
hash_of(const char *code)
{
    char clean[RECOVERY_LEN + 1] = {0};
    uint8_t hash[HASH_BYTES];
    char text[2 * HASH_BYTES + 1];
    size_t n = 0;

    for (; *code != '\0'; code++) {
        if (!g_ascii_isalnum(*code))
            continue;
        if (n == RECOVERY_LEN)
            return g_strdup("");
        clean[n++] = g_ascii_tolower(*code);
    }
    crypto_generichash(hash, sizeof hash, (const uint8_t *)clean, n, NULL, 0);
    sodium_memzero(clean, sizeof clean);
    return g_strdup(sodium_bin2hex(text, sizeof text, hash, sizeof hash));
}

GStrv
second_factor_make_recovery(Account *account)
{
    g_autoptr(GStrvBuilder) codes = g_strv_builder_new();
    g_autoptr(GStrvBuilder) hashes = g_strv_builder_new();

    for (unsigned i = 0; i < RECOVERY_CODES; i++) {
        g_autofree char *random = codes_make();
        g_autofree char *code = g_strdup_printf("%.4s-%.4s-%.4s", random, random + 4, random + 8);
        g_autofree char *hash = hash_of(code);

        g_strv_builder_add(codes, code);
        g_strv_builder_add(hashes, hash);
    }
    g_strfreev(account->recovery);
    account->recovery = g_strv_builder_end(hashes);
    return g_strv_builder_end(codes);
}

bool
second_factor_use_recovery(Account *account, const char *code)
{
    g_autofree char *hash = hash_of(code);
    g_autoptr(GStrvBuilder) left = g_strv_builder_new();
    bool found = false;

    for (size_t i = 0; account->recovery != NULL && account->recovery[i] != NULL; i++) {
        if (!found && *hash != '\0' && g_str_equal(account->recovery[i], hash))
            found = true;
        else
            g_strv_builder_add(left, account->recovery[i]);
    }
    if (!found)
        return false;
    g_strfreev(account->recovery);
    account->recovery = g_strv_builder_end(left);
    return true;
}

/* Tokens: packed, signed, and taken apart only after the signature was found right. */
#include "appliance/events/ack-link.h"

#include <string.h>

#include "pipelines/base/slug.h"

#define VERSION   1u
#define HEAD      10u /* bytes before the alarm's id */
#define MAC       32u
#define TOKEN_MAX 256u /* characters */
#define LEAST     (HEAD + 1 + 1 + MAC)

static void
sign(const uint8_t *key, const uint8_t *data, size_t size, uint8_t ret_mac[MAC])
{
    g_autoptr(GHmac) hmac = g_hmac_new(G_CHECKSUM_SHA256, key, ACK_LINK_KEY_BYTES);
    gsize n = MAC;

    g_hmac_update(hmac, data, (gssize)size);
    g_hmac_get_digest(hmac, ret_mac, &n);
}

static bool
is_same(const uint8_t *a, const uint8_t *b)
{
    volatile uint8_t different = 0;

    for (size_t i = 0; i < MAC; i++)
        different |= a[i] ^ b[i];
    return different == 0;
}

char *
ack_link_make(const uint8_t *key,
              const char *alarm_id,
              const char *receiver,
              WallUs expires_wall_us)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    const uint64_t end_s = (uint64_t)(expires_wall_us / US_PER_SECOND);
    const size_t n = MIN(strlen(alarm_id), ACK_LINK_ID_MAX);
    uint8_t head[HEAD] = {VERSION};
    uint8_t mac[MAC];

    for (unsigned i = 0; i < 8; i++)
        head[1 + i] = (uint8_t)(end_s >> (56 - 8 * i));
    head[9] = (uint8_t)n;
    g_byte_array_append(bytes, head, HEAD);
    g_byte_array_append(bytes, (const guint8 *)alarm_id, (guint)n);
    g_byte_array_append(bytes, (const guint8 *)receiver, (guint)MIN(strlen(receiver), SLUG_MAX));
    sign(key, bytes->data, bytes->len, mac);
    g_byte_array_append(bytes, mac, MAC);
    char *token = g_base64_encode(bytes->data, bytes->len);

    g_strdelimit(token, "+", '-');
    g_strdelimit(token, "/", '_');
    token[strcspn(token, "=")] = '\0';
    return token;
}

/* The bytes of @token; fewer than LEAST for what is none. Returns: (transfer full) */
static uint8_t *
unpack(const char *token, size_t *ret_size)
{
    const size_t length = strnlen(token, TOKEN_MAX + 1);
    g_autoptr(GString) text = g_string_new(NULL);

    *ret_size = 0;
    for (size_t i = 0; i < length; i++) {
        const char c = token[i];

        if (!g_ascii_isalnum(c) && c != '-' && c != '_')
            return NULL;
        g_string_append_c(text, c == '-' ? '+' : c == '_' ? '/' : c);
    }
    if (length > TOKEN_MAX)
        return NULL;
    while (text->len % 4 != 0)
        g_string_append_c(text, '=');
    return text->len > 0 ? g_base64_decode(text->str, ret_size) : NULL;
}

/* Takes apart what was signed by us. */
static bool
parse(const uint8_t *data, size_t size, AckLink *ret_link)
{
    const size_t n = data[9];
    uint64_t end_s = 0;

    if (data[0] != VERSION || n == 0 || n > ACK_LINK_ID_MAX || HEAD + n >= size - MAC)
        return false;
    for (unsigned i = 0; i < 8; i++)
        end_s = end_s << 8 | data[1 + i];
    if (end_s > G_MAXINT64 / US_PER_SECOND)
        return false;
    *ret_link = (AckLink){
        .alarm_id = g_strndup((const char *)data + HEAD, n),
        .receiver = g_strndup((const char *)data + HEAD + n, size - MAC - HEAD - n),
        .expires_wall_us = (WallUs)end_s * US_PER_SECOND,
    };
    return true;
}

AckLinkVerdict
ack_link_open(const uint8_t *key, const char *token, WallUs wall_us, AckLink *ret_link)
{
    const uint8_t nothing[LEAST] = {0};
    size_t size = 0;
    g_autofree uint8_t *bytes = unpack(token, &size);
    const bool whole = bytes != NULL && size >= LEAST;
    const uint8_t *data = whole ? bytes : nothing;
    uint8_t mac[MAC];

    size = whole ? size : LEAST;
    sign(key, data, size - MAC, mac);
    const bool right = is_same(mac, data + size - MAC);

    if (!whole || !right || !parse(data, size, ret_link))
        return ACK_LINK_WRONG;
    return wall_us < ret_link->expires_wall_us ? ACK_LINK_GOOD : ACK_LINK_ENDED;
}

void
ack_link_clear(AckLink *link)
{
    g_clear_pointer(&link->alarm_id, g_free);
    g_clear_pointer(&link->receiver, g_free);
}

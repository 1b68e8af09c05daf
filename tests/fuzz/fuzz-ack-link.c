/* Tokens of links, as anybody may send them: wrong, or what our key signed, which is made again. */
#include <glib.h>
#include <string.h>

#include "appliance/events/ack-link.h"

#define NOW (INT64_C(1790000000) * US_PER_SECOND)

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static const uint8_t key[ACK_LINK_KEY_BYTES] = {1, 2, 3};
    g_autofree char *token = g_strndup((const char *)data, size);
    g_auto(AckLink) link = {0};
    const AckLinkVerdict verdict = ack_link_open(key, token, NOW, &link);

    g_assert_true((verdict == ACK_LINK_WRONG) == (link.alarm_id == NULL));
    if (verdict == ACK_LINK_WRONG)
        return 0;
    g_assert_cmpuint(strlen(link.alarm_id), <=, ACK_LINK_ID_MAX);
    g_assert_true((verdict == ACK_LINK_GOOD) == (link.expires_wall_us > NOW));
    return 0;
}

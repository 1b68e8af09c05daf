/* Links that deal with one alarm, for whoever got the message: the token in "/a/TOKEN" names alarm,
 * receiver and end, and is signed (HMAC-SHA256) with a key that never leaves the box.
 *
 *   offset  size  what
 *        0     1  version, 1
 *        1     8  end, seconds since 1970, big-endian
 *        9     1  length of the alarm's id, n
 *       10     n  the alarm's id
 *     10+n     m  the receiver's id, up to the end
 *   10+n+m    32  HMAC-SHA256 of all before
 *
 * All of it in base64url without padding. Pure; any thread. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "pipelines/base/units.h"

#define ACK_LINK_KEY_BYTES 32u
#define ACK_LINK_ID_MAX    64u /* bytes of an alarm's id */
#define ACK_LINK_TTL_US                                                                            \
    (INT64_C(24) * 3600 * US_PER_SECOND) /* as long as a message is good for                       \
                                          */
#define ACK_LINK_PATH "/a/"              /* what stands before a token */

typedef enum { ACK_LINK_GOOD, ACK_LINK_ENDED, ACK_LINK_WRONG } AckLinkVerdict;

typedef struct {
    char *alarm_id;
    char *receiver; /* slug */
    WallUs expires_wall_us;
} AckLink;

/**
 * ack_link_make:
 * @key: ACK_LINK_KEY_BYTES bytes
 * @alarm_id: 1 to ACK_LINK_ID_MAX bytes
 * @receiver: slug of the receiver that the message goes to
 * @expires_wall_us: its end, usually ACK_LINK_TTL_US from now
 *
 * Returns: (transfer full): the token, letters, digits, "-" and "_" only; the link is the box's
 * public address, ACK_LINK_PATH and this
 */
char *ack_link_make(const uint8_t *key,
                    const char *alarm_id,
                    const char *receiver,
                    WallUs expires_wall_us);

/**
 * ack_link_open:
 * @token: of any content and length
 * @ret_link: (out): set unless it is wrong; to be cleared
 *
 * Takes as long for a wrong signature as for a right one, and does its work for what is none at
 * all.
 */
AckLinkVerdict
ack_link_open(const uint8_t *key, const char *token, WallUs wall_us, AckLink *ret_link);

void ack_link_clear(AckLink *link);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(AckLink, ack_link_clear)

/* Messages to bytes and back. Pure; copies, validates, then uses. Fuzzed in tests/fuzz. */
#pragma once

#include <glib.h>

#include "pipelines/contract/message.h"

/**
 * message_encode:
 * @message: (transfer none): any kind of message.h; strings may be %NULL for ""
 *
 * Strings are cut to MESSAGE_MAX_TEXT. Arrays beyond MESSAGE_MAX_ITEMS are refused.
 *
 * Returns: (transfer full): one datagram, or %NULL with %GANTRY_ERROR_INVALID when it would exceed
 *   MESSAGE_MAX_BYTES, a thumbnail exceeds THUMBNAIL_MAX_BYTES, or the kind is unknown
 */
GBytes *message_encode(const Message *message, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * message_decode:
 * @data: @size bytes of one datagram, from a hostile peer; any alignment; not kept
 *
 * Checks header, sizes, normal form, slugs, UTF-8, finiteness and ranges.
 *
 * Returns: (transfer full): a message, or %NULL: with %GANTRY_ERROR_INVALID and what was wrong, or
 *   with %GANTRY_ERROR_NOT_FOUND for a well-formed message of an unknown kind, to be skipped
 */
Message *message_decode(const void *data, size_t size, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Frees @message and what it owns. @message: (nullable), from message_decode(). */
void message_free(Message *message);

/* Frees what @structure owns, and empties it. */
void message_structure_clear(MessageStructure *structure);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Message, message_free)

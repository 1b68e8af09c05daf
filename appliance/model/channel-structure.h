/* What a channel's stream is made of, as its worker told it last, and what of it changed since it
 * was first told. Immutable once shared; the loop makes a new one with every message. */
#pragma once

#include <glib.h>

#include "pipelines/contract/message.h"

#define STRUCTURE_GONE_MAX 32u /* components that left; the oldest go */
#define STRUCTURE_GONE_US  (INT64_C(24) * 3600 * US_PER_SECOND) /* they are shown so long */

typedef struct ChannelStructure ChannelStructure;

/* A component that left the PMT. */
typedef struct {
    uint16_t pid;
    char *codec;
    char *language;
    WallUs gone_us;
} GoneComponent;

/**
 * channel_structure_take:
 * @before: (transfer full) (nullable): a reference is taken over
 * @message: (transfer full): a MESSAGE_STRUCTURE
 * @now_us: wall time
 *
 * What was there when the PMT was first seen is not marked.
 *
 * Returns: (transfer full)
 */
ChannelStructure *channel_structure_take(ChannelStructure *before, Message *message, WallUs now_us);

/* (transfer none): valid with @structure */
const MessageStructure *channel_structure_told(const ChannelStructure *structure);

/* When component @index of what was told came, or became what it is; 0: it always was. */
WallUs channel_structure_since(const ChannelStructure *structure, size_t index);

/* Components that left, the last one first. (transfer none) */
const GoneComponent *channel_structure_gone(const ChannelStructure *structure, size_t *ret_n);

ChannelStructure *channel_structure_ref(ChannelStructure *structure); /* (nullable) */
void channel_structure_unref(ChannelStructure *structure);            /* (nullable); any thread */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ChannelStructure, channel_structure_unref)

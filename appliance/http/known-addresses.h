/* Addresses that somebody with a login has asked from lately: they may use the slots that strangers
 * may not. Pure but for its memory; at most KNOWN_MAX, the one unused for longest goes first. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/base/units.h"

#define KNOWN_MAX     1024u
#define KNOWN_KEEP_US (INT64_C(24) * 3600 * US_PER_SECOND)

typedef struct KnownAddresses KnownAddresses;

KnownAddresses *known_addresses_new(void);
void known_addresses_free(KnownAddresses *self); /* (nullable) */

void known_addresses_saw(KnownAddresses *self, const char *address, MonoUs now_us);
bool known_addresses_has(const KnownAddresses *self, const char *address, MonoUs now_us);

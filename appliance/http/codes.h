/* One-time codes: 128 random bits, good once, for a limited time. Only their hashes are kept.
 * Any thread. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/base/units.h"

#define CODES_MAX 64u /* the oldest goes first */

typedef struct Codes Codes;

Codes *codes_new(void);
void codes_free(Codes *codes); /* (nullable) */

/* 26 letters and digits that nobody confuses. Returns: (transfer full) */
char *codes_make(void);

void codes_add(Codes *codes, const char *code, MonoUs expires_us);

/* True once for a code that was added and has not expired. Case and blanks do not matter. */
bool codes_take(Codes *codes, const char *code, MonoUs now_us);

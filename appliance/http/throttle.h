/* How often somebody may guess: at most 10 times in a minute for one key. An account then waits for
 * the rest of that minute, so that nobody can lock its holder out for long; an address, for a
 * minute, and twice as long each time again, up to 16 minutes.
 * Pure but for its memory; at most THROTTLE_KEYS_MAX keys are remembered, the oldest go first. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/base/units.h"

#define THROTTLE_FAILURES 10u
#define THROTTLE_KEYS_MAX 4096u

typedef struct Throttle Throttle;

Throttle *throttle_new(void);
void throttle_free(Throttle *throttle); /* (nullable) */

/* Seconds that @key has to wait at @now_us; 0: it may try. */
unsigned throttle_wait_s(const Throttle *throttle, const char *key, MonoUs now_us);

typedef enum { THROTTLE_FLAT, THROTTLE_GROWING } ThrottleKind;

/* Counts an attempt. It is counted when it begins: many at once must not all slip through. */
void throttle_count(Throttle *throttle, const char *key, ThrottleKind kind, MonoUs now_us);
void throttle_undo(Throttle *throttle, const char *key);   /* the attempt was right */
void throttle_forget(Throttle *throttle, const char *key); /* and so whatever came before */

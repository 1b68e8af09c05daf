/* How often somebody may guess a password: at most 10 failures in a minute for one key (an account,
 * an address); then nothing for a minute, and twice as long each time again, up to 16 minutes.
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
void throttle_failed(Throttle *throttle, const char *key, MonoUs now_us);
void throttle_succeeded(Throttle *throttle, const char *key);

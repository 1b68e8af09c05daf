/* Answers to POSTs that carried an Idempotency-Key, kept so that a retry does nothing twice. Pure
 * but for its memory.
 *
 * Of who asked for what only a keyed digest is kept, and of an answer that shows a secret only that
 * it was given: nothing here is worth reading out.
 *
 * Kept for 24 hours, IDEMPOTENCY_MAX answers of IDEMPOTENCY_BYTES_MAX in all, and
 * IDEMPOTENCY_ANSWER_MAX each; past that the oldest goes first: a retry so late is done again. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/base/units.h"

#define IDEMPOTENCY_KEY_MAX    128u /* characters */
#define IDEMPOTENCY_MAX        2048u
#define IDEMPOTENCY_BYTES_MAX  (4u << 20)
#define IDEMPOTENCY_ANSWER_MAX (64u << 10)
#define IDEMPOTENCY_KEEP_US    (INT64_C(24) * 3600 * US_PER_SECOND)

typedef struct Idempotency Idempotency;

/* What a key stands for. */
typedef struct {
    unsigned status; /* 0: still being worked on */
    char *type;      /* (nullable): of its content */
    GBytes *body;    /* (nullable) */
    bool shown_once; /* it showed a secret: it cannot be given again */
} IdempotencyAnswer;

typedef enum {
    IDEMPOTENCY_NEW,       /* do it, then call idempotency_finish() */
    IDEMPOTENCY_DONE,      /* give the answer again */
    IDEMPOTENCY_IN_FLIGHT, /* somebody is at it */
    IDEMPOTENCY_OTHER,     /* the key was used for another body */
} IdempotencyResult;

/* @key: random, of this process: under it digests are made. Copied. */
Idempotency *idempotency_new(const char *key);
void idempotency_free(Idempotency *self); /* (nullable) */

/* @scope: who asks, path and key, as one text. @body: of the request.
 * @ret_answer: (transfer none): of IDEMPOTENCY_DONE, good until the next call. */
IdempotencyResult idempotency_begin(Idempotency *self,
                                    const char *scope,
                                    const GByteArray *body,
                                    MonoUs now_us,
                                    const IdempotencyAnswer **ret_answer);

/* Keeps the answer to what idempotency_begin() called new. A @status of 429 or from 500 on says
 * that nothing was done: it is forgotten, and so is an answer over IDEMPOTENCY_ANSWER_MAX. */
void idempotency_finish(
    Idempotency *self, const char *scope, unsigned status, const char *type, GBytes *body);

/* The same for an answer with a secret in it: that it was given is kept, and nothing of it. */
void idempotency_finish_secret(Idempotency *self, const char *scope, unsigned status);

/* Keeps a log readable and a disk free when a broken stream or disk has a line to say a hundred
 * thousand times a second: lines that differ in figures only are counted, and no more than so many
 * of different ones are let through. What was left out is said. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"

#define LOG_FOLD_BURST      500u /* lines at once */
#define LOG_FOLD_PER_S      50u  /* lines a second in the long run: 36 MB an hour at 200 bytes */
#define LOG_FOLD_TELL_US    (10 * US_PER_SECOND) /* while the same line comes, its number is said */
#define LOG_FOLD_BYTES      256u                 /* of a line that are compared */
#define LOG_FOLD_NOTE_BYTES 96u

typedef struct {
    char last[LOG_FOLD_BYTES]; /* line that was let through last, without figures */
    uint64_t repeated;         /* times that it came again since that was said */
    uint64_t left_out;         /* lines beyond the limit since that was said */
    MonoUs told_us;            /* when one of them was said last */
    int64_t credit_us;         /* of the limit; LOG_FOLD_BURST lines when full */
    MonoUs credited_us;        /* when it was last added to; all-zero is the initial state */
} LogFold;

/* @text: one line. @ret_note: (out): a line to be written before it, or "".
 * Returns: whether @text shall be written */
bool
log_fold_take(LogFold *fold, const char *text, MonoUs now_us, char ret_note[LOG_FOLD_NOTE_BYTES]);

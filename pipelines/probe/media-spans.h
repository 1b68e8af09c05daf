/* From when to when a condition held. Bounded: what exceeds the list is counted. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/base/condition.h"
#include "pipelines/base/units.h"

#define MEDIA_SPANS_MAX 100000u /* of one condition of one stream */

typedef struct {
    MonoUs start_us;
    MonoUs end_us; /* not before @start_us */
    unsigned kind; /* what the caller says of it */
} MediaSpan;

typedef struct {
    GArray *spans;    /* owned; of MediaSpan, ascending */
    bool open;        /* the condition holds */
    MonoUs start_us;  /* since then */
    unsigned kind;    /* of the open span */
    uint64_t dropped; /* spans that found no room */
} MediaSpans;         /* initialise with media_spans_init() */

void media_spans_init(MediaSpans *spans);
void media_spans_clear(MediaSpans *spans);

/* Brings the list up to @condition. @kind: of the span that is open, as far as it is known */
void media_spans_follow(MediaSpans *spans, const Condition *condition, unsigned kind);

/* Nothing follows: what is still open ends at @end_us. */
void media_spans_finish(MediaSpans *spans, MonoUs end_us);

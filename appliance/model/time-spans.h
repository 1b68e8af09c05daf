/* Sets of time: spans that neither touch nor overlap, in order. Pure. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/base/units.h"

typedef struct {
    WallUs from_us;
    WallUs to_us; /* not included */
} TimeSpan;

typedef GArray TimeSpans; /* (element-type TimeSpan) */

TimeSpans *time_spans_new(void);

/* Adds to what is collected; empty and backward spans are passed over. Call time_spans_tidy() when
 * all are there. */
void time_spans_add(TimeSpans *spans, WallUs from_us, WallUs to_us);

/* Sorts and unites what overlaps or touches; every function below wants that. */
void time_spans_tidy(TimeSpans *spans);

/* Each: (transfer full) */
TimeSpans *time_spans_intersect(const TimeSpans *a, const TimeSpans *b);
TimeSpans *time_spans_subtract(const TimeSpans *a, const TimeSpans *b);
TimeSpans *time_spans_within(const TimeSpans *spans, WallUs from_us, WallUs to_us);

int64_t time_spans_total_us(const TimeSpans *spans);
bool time_spans_hold(const TimeSpans *spans, WallUs at_us);

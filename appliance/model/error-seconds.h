/* Error-seconds: how many of the last seconds held at least one error. One lost packet or a
 * thousand in the same second are one error-second, so a burst is one, and a drizzle is many. */
#pragma once

#include <stdbool.h>

#include "pipelines/base/units.h"
#include "pipelines/contract/catalogue.h"

#define ERROR_SECONDS_SPAN 3600u /* seconds that are remembered */
#define ERROR_RUN_GAP_US   (60 * US_PER_SECOND)

typedef struct {
    MetricId metric;         /* counter whose growth is an error; METRIC_NONE: not judged so */
    unsigned warning_count;  /* error-seconds within warning_span_s that make a warning */
    unsigned warning_span_s; /* at most ERROR_SECONDS_SPAN */
    Severity worse;          /* severity by the limits below */
    unsigned worse_count;    /* error-seconds within worse_span_s; 0: never */
    unsigned worse_span_s;
    unsigned long_count; /* a second limit for @worse, over a longer span; 0: never */
    unsigned long_span_s;
} ErrorSecondsRule;

typedef struct {
    uint64_t bits[(ERROR_SECONDS_SPAN + 63) / 64]; /* ring, one bit a second; all-zero is empty */
    int64_t newest_s;                              /* second of the newest bit */
    MonoUs last_error_us;                          /* when the last error was seen */
    MonoUs first_error_us; /* first error of the present run, which ERROR_RUN_GAP_US without one
                              ends */
    bool any;              /* an error was ever seen */
} ErrorSeconds;

typedef struct {
    Severity severity; /* SEVERITY_CLEARED: not faulty */
    MonoUs since_us;   /* faulty: when the run of errors began; else when the last error was seen */
} ErrorSecondsVerdict;

/* Notes @errors (0 or more) that were seen at @at_us. Times before the newest second count into it;
 * a stretch that was not reported counts as clean. */
void error_seconds_add(ErrorSeconds *seconds, MonoUs at_us, uint64_t errors);

/* Error-seconds within the last @span_s seconds before @now_us. */
unsigned error_seconds_count(const ErrorSeconds *seconds, unsigned span_s, MonoUs now_us);

/* What @rule says at @now_us. */
ErrorSecondsVerdict
error_seconds_judge(const ErrorSeconds *seconds, const ErrorSecondsRule *rule, MonoUs now_us);

/* The two text formats of Prometheus: its own (0.0.4) and OpenMetrics 1.0.0. Pure. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define METRICS_TYPE_PLAIN "text/plain; version=0.0.4; charset=utf-8"
#define METRICS_TYPE_OPEN  "application/openmetrics-text; version=1.0.0; charset=utf-8"

typedef enum { METRICS_GAUGE, METRICS_COUNTER } MetricsKind;

/* One page in the making. Families come one after the other, each with all its samples. */
typedef struct {
    GString *out; /* no-ref */
    bool open;    /* OpenMetrics */
} MetricsText;

/* @name: of a counter with "_total"; @help: a sentence without a full stop */
void metrics_family(MetricsText *text, const char *name, MetricsKind kind, const char *help);

/* One sample. @labels: name, value, name, value, ... NULL; values may hold anything. */
void metrics_sample(MetricsText *text, const char *name, double value, const char *const *labels);

/* The same with the label "channel" alone. */
void metrics_channel(MetricsText *text, const char *name, const char *channel, double value);

/* Ends the page. */
void metrics_end(MetricsText *text);

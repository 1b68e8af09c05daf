/* Typed view of faults.def and metrics.def: severities, masks, names, units, sentences. */
#pragma once

#include <stdbool.h>

/* ITU-T X.733 perceived severities, from none to worst, so that they compare. */
typedef enum {
    SEVERITY_CLEARED,
    SEVERITY_INDETERMINATE,
    SEVERITY_WARNING,
    SEVERITY_MINOR,
    SEVERITY_MAJOR,
    SEVERITY_CRITICAL,
} Severity;

/* Whose doing a fault is, on the evidence at hand. */
typedef enum {
    CAUSE_INPUT,   /* the source sent it so */
    CAUSE_NETWORK, /* lost or damaged on the way */
    CAUSE_MONITOR, /* this box: never blamed on the channel */
} CauseScope;

typedef enum { METRIC_KIND_COUNTER, METRIC_KIND_GAUGE } MetricKind;
typedef enum { METRIC_SCOPE_INPUT, METRIC_SCOPE_CHANNEL, METRIC_SCOPE_AUDIO } MetricScope;

typedef enum {
    FAULT_NONE = 0,
#define FAULT(number, id, name, severity, masked_by, standard, sentence, action)                   \
    FAULT_##id = number,
#include "pipelines/contract/faults.def"
#undef FAULT
} FaultId;

typedef enum {
    METRIC_NONE = 0,
#define METRIC(number, id, name, unit, kind, scope, sentence) METRIC_##id = number,
#include "pipelines/contract/metrics.def"
#undef METRIC
} MetricId;

typedef enum {
    CHECK_NONE = 0,
#define CHECK(number, id, name, sentence) CHECK_##id = number,
#include "pipelines/contract/checks.def"
#undef CHECK
} CheckId;

#define FAULT_NUMBER_MAX  127 /* faults are numbered up to this; a set fits 128 bits */
#define METRIC_NUMBER_MAX 255
#define CHECK_NUMBER_MAX  31

typedef struct {
    FaultId number;
    const char *name; /* slug, stable, in API and database */
    Severity severity;
    FaultId masked_by;    /* while that one is raised, this one is a consequence, not news */
    const char *standard; /* clause, or "-" */
    const char *sentence; /* for people, without a full stop */
    const char *action;   /* what to do */
} FaultInfo;

typedef struct {
    MetricId number;
    const char *name; /* stable, in API and database; Prometheus puts "gantry_" before it */
    const char *unit;
    MetricKind kind;
    MetricScope scope;
    const char *sentence;
} MetricInfo;

/* One check of picture or sound. */
typedef struct {
    CheckId number;
    const char *name; /* slug, stable, in the API */
    const char *sentence;
} CheckInfo;

/* One indicator of ETSI TR 101 290. */
typedef struct {
    unsigned wire;      /* number on the worker socket */
    const char *number; /* "1.3.a": the key in the API */
    const char *name;   /* of the standard: "PAT_error_2" */
} IndicatorInfo;

#define INDICATOR_WIRE_MAX 63 /* indicators are numbered from 1 up to this */

/* NULL for a number that stands for no indicator. */
const IndicatorInfo *indicator_info(unsigned wire);

/* NULL for a number that stands for no check. */
const CheckInfo *check_info(unsigned number);

/* "input", "channel", "audio": words of the API. Never NULL. */
const char *metric_scope_name(MetricScope scope);

/* Never NULL; the entry named "unknown" for a number we do not know (a newer worker's). */
const FaultInfo *fault_info(unsigned number);
const MetricInfo *metric_info(unsigned number);

/* The number of the fault named @name, or FAULT_NONE. @name: (nullable). */
FaultId fault_by_name(const char *name);

/* Words of the API, such as "critical" and "network". Never NULL. */
const char *severity_name(Severity severity);
const char *cause_scope_name(CauseScope scope);

/* Parses what severity_name() and cause_scope_name() print. Returns false, and leaves the result
 * untouched, for any other word. */
bool severity_from_name(const char *name, Severity *ret_severity);
bool cause_scope_from_name(const char *name, CauseScope *ret_scope);

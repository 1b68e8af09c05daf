/* The tables behind catalogue.h, filled from the .def files. */
#include "pipelines/contract/catalogue.h"

#include <glib.h>

static const FaultInfo unknown_fault = {
    FAULT_NONE,         "unknown", SEVERITY_MINOR,
    FAULT_NONE,         "-",       "A fault that this version does not know",
    "Update this box.",
};

static const FaultInfo faults[FAULT_NUMBER_MAX + 1] = {
#define FAULT(number, id, name, severity, masked_by, standard, sentence, action)                   \
    [number] = {FAULT_##id, name,  SEVERITY_##severity, FAULT_##masked_by, standard,               \
                sentence,   action},
#include "pipelines/contract/faults.def"
#undef FAULT
};

static const MetricInfo unknown_metric = {
    METRIC_NONE,       "unknown",          "-",
    METRIC_KIND_GAUGE, METRIC_SCOPE_INPUT, "A figure that this version does not know",
};

static const MetricInfo metrics[METRIC_NUMBER_MAX + 1] = {
#define METRIC(number, id, name, unit, kind, scope, sentence)                                      \
    [number] = {METRIC_##id, name, unit, METRIC_KIND_##kind, METRIC_SCOPE_##scope, sentence},
#include "pipelines/contract/metrics.def"
#undef METRIC
};

static const CheckInfo checks[CHECK_NUMBER_MAX + 1] = {
#define CHECK(number, id, name, sentence) [number] = {CHECK_##id, name, sentence},
#include "pipelines/contract/checks.def"
#undef CHECK
};

static const char *const metric_scope_names[] = {
    [METRIC_SCOPE_INPUT] = "input",
    [METRIC_SCOPE_CHANNEL] = "channel",
    [METRIC_SCOPE_AUDIO] = "audio",
};

static const IndicatorInfo indicators[INDICATOR_WIRE_MAX + 1] = {
#define INDICATOR(wire, id, number, name, scope, hold_ms) [wire] = {wire, number, name},
#include "pipelines/base/tr101290.def"
#undef INDICATOR
};

static const char *const severity_names[] = {
    [SEVERITY_CLEARED] = "cleared", [SEVERITY_INDETERMINATE] = "indeterminate",
    [SEVERITY_WARNING] = "warning", [SEVERITY_MINOR] = "minor",
    [SEVERITY_MAJOR] = "major",     [SEVERITY_CRITICAL] = "critical",
};

static const char *const cause_scope_names[] = {
    [CAUSE_INPUT] = "input",
    [CAUSE_NETWORK] = "network",
    [CAUSE_MONITOR] = "monitor",
};

const FaultInfo *
fault_info(unsigned number)
{
    if (number > FAULT_NUMBER_MAX || faults[number].name == NULL)
        return &unknown_fault;
    return &faults[number];
}

const MetricInfo *
metric_info(unsigned number)
{
    if (number > METRIC_NUMBER_MAX || metrics[number].name == NULL)
        return &unknown_metric;
    return &metrics[number];
}

const CheckInfo *
check_info(unsigned number)
{
    return number <= CHECK_NUMBER_MAX && checks[number].name ? &checks[number] : NULL;
}

const char *
metric_scope_name(MetricScope scope)
{
    return (unsigned)scope < G_N_ELEMENTS(metric_scope_names) ? metric_scope_names[scope] : "input";
}

const IndicatorInfo *
indicator_info(unsigned wire)
{
    return wire <= INDICATOR_WIRE_MAX && indicators[wire].number ? &indicators[wire] : NULL;
}

FaultId
fault_by_name(const char *name)
{
    for (unsigned number = 0; name != NULL && number <= FAULT_NUMBER_MAX; number++) {
        if (g_strcmp0(faults[number].name, name) == 0)
            return faults[number].number;
    }
    return FAULT_NONE;
}

const char *
severity_name(Severity severity)
{
    return (unsigned)severity < G_N_ELEMENTS(severity_names) ? severity_names[severity]
                                                             : "indeterminate";
}

const char *
cause_scope_name(CauseScope scope)
{
    return (unsigned)scope < G_N_ELEMENTS(cause_scope_names) ? cause_scope_names[scope] : "input";
}

bool
severity_from_name(const char *name, Severity *ret_severity)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(severity_names); i++) {
        if (g_strcmp0(name, severity_names[i]) == 0) {
            *ret_severity = (Severity)i;
            return true;
        }
    }
    return false;
}

bool
cause_scope_from_name(const char *name, CauseScope *ret_scope)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(cause_scope_names); i++) {
        if (g_strcmp0(name, cause_scope_names[i]) == 0) {
            *ret_scope = (CauseScope)i;
            return true;
        }
    }
    return false;
}

/* One reading of the box, as everybody who shows it gets it. */
#pragma once

typedef struct {
    char *kind;   /* "temperature", "fan", "voltage", "nic", "disk", "cpu", "memory", "clock",
                     "certificate" */
    char *name;   /* such as "Package id 0" or "eth1 receive drops" */
    double value; /* in @unit; NAN: fitted but not readable */
    char *unit;   /* "celsius", "rpm", "volts", "bps", "packets", "bytes", "ratio", "seconds",
                     "days" */
    double limit; /* in @unit; NAN: none known */
    char *state;  /* "ok", "warning", "fault", "unknown", "not-fitted" */
    char *text;   /* what it is, where a name does not say: one line; (nullable) */
} SensorView;

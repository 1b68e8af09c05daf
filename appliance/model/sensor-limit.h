/* From which reading on a sensor is worth a warning, and from which it is a fault. */
#pragma once

typedef struct {
    char *kind;     /* as SensorView.kind: "temperature", "disk", "nic", ... */
    char *name;     /* sensor this holds for; "" for every sensor of @kind without one of its own */
    double warning; /* in the sensor's unit; NAN: no such step */
    double fault;   /* in the sensor's unit; NAN: no such step. Below @warning: small is bad */
} SensorLimit;

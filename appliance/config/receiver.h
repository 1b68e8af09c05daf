/* One place that alarms are sent to. The secret itself is never in memory here, only its file. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/contract/catalogue.h"

#define RECEIVER_MAX_COUNT 64u

typedef struct {
    char *id;              /* slug */
    char *kind;            /* "webhook" */
    char *url;             /* http:// or https:// */
    char *secret_file;     /* file with the signing secret, "" for none */
    Severity min_severity; /* alarms below are not sent */
    bool allow_private;    /* may be a loopback or private address */
} Receiver;

void receiver_clear(Receiver *receiver); /* frees what it owns, leaves all zeroes */
void receiver_copy(const Receiver *from, Receiver *ret_to);
bool receiver_equal(const Receiver *a, const Receiver *b);

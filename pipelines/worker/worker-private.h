/* The worker as its two files know it: worker.c, which measures, and worker-tell.c, which speaks.
 */
#pragma once

#include "pipelines/worker/channel-states.h"
#include "pipelines/worker/link.h"
#include "pipelines/worker/loss-watch.h"
#include "pipelines/worker/record.h"
#include "pipelines/worker/report.h"
#include "pipelines/worker/second-source.h"
#include "pipelines/worker/wire-watch.h"
#include "pipelines/worker/worker.h"

struct Worker {
    WorkerOptions options;
    WorkerLink *link; /* owned; NULL without a socket */
    Record *record;   /* owned; (nullable) */
    RawEar *ear;      /* owned; for the first wire watch; (nullable) */
    BoxCounters *box; /* owned */
    char *segments;   /* owned; folder */
    MonoUs started_us;

    Message *config;                        /* owned; NULL until one is there */
    Graph *graph;                           /* owned; NULL while nothing is measured */
    WireWatch *wire;                        /* owned; with @graph */
    LossWatch *losses;                      /* owned; with @graph */
    char senders[SECOND_SOURCE_TEXT_BYTES]; /* words about a second source, last told */
    ChannelStates *states;                  /* owned; one a service */
    Limits *limits;                         /* owned; one a service, of @config */
    int32_t *programmes;                    /* owned; one a service, its event_id; -1: not known */
    Reading reading;                        /* owns its services */
    MonoUs measuring_us;                    /* when @graph began */
    guint tick;                             /* source id; 0: none */
    unsigned ticks;
    guint patience; /* source id; 0: none */
    guint idle;     /* source id; 0: none, because @tick feeds the watchdog */
};

/* The configuration in use; there is one while @worker measures. */
static inline const MessageConfig *
worker_config(const Worker *worker)
{
    return &worker->config->config;
}

/* Id of the channel that service @index is. */
static inline const char *
worker_channel(const Worker *worker, size_t index)
{
    return worker_config(worker)->services[index].channel_id;
}

/* What is told, by kind; @index: of the service. */
void worker_tell_edges(Worker *worker, size_t index, const FaultState *edges, size_t n_edges);
void worker_tell_levels(Worker *worker, size_t index);    /* those that were not told yet */
void worker_tell_thumbnail(Worker *worker, size_t index); /* if there is a new one */
void worker_tell_finding(Worker *worker);
void worker_tell_report(Worker *worker);
void worker_tell_notes(Worker *worker, size_t index); /* and forgets them */
void worker_tell_structure(Worker *worker, size_t index);
void worker_tell_evidence(Worker *worker, size_t index, MessageEvidence evidence);

/* Who the two senders are comes before the edge that tells of them. */
void worker_tell_senders(Worker *worker);

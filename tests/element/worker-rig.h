/* A worker's process, a stream on loopback that it measures, and gantryd's end of its socket. */
#pragma once

#include <gio/gio.h>

#include "pipelines/contract/catalogue.h"
#include "pipelines/contract/codec.h"
#include "tests/element/ts-maker.h"
#include "tests/fixtures/rtp-build.h"

#define WORKER_RIG_LEGS   2u
#define WORKER_RIG_LEG_2  6u /* from the first leg's port to the second one's */
#define WORKER_RIG_FEC    2u /* sockets of FEC: columns, rows */
#define WORKER_RIG_MATRIX 5u /* columns, and as many rows */

/* Whether datagram @number (from 0) is lost on the way by @leg. */
typedef bool (*WorkerRigLoss)(unsigned number, unsigned leg);

typedef struct {
    bool rtp;
    bool two_legs;            /* of SMPTE 2022-7; with @rtp */
    bool fec;                 /* columns and rows of SMPTE 2022-1 on the first leg; with @rtp */
    uint32_t receive_buffer;  /* bytes; 0: 1 MiB */
    uint32_t segment_seconds; /* that are kept; 0: none */
    size_t n_services;        /* channels "channel", "channel-1", ... of one multiplex; 0: 1 */
} WorkerRigOptions;

typedef struct {
    WorkerRigOptions options;
    char *folder;
    char *socket_path;
    int listener;                 /* gantryd's socket */
    int peer;                     /* the worker's connection; -1: none */
    int senders[WORKER_RIG_LEGS]; /* of datagrams */
    uint16_t port;                /* of the first leg; the second one's is WORKER_RIG_LEG_2 on */
    TsMaker *makers[TS_MAKER_SERVICES_MAX]; /* one a service; the first writes the PAT */
    GByteArray *left;                       /* of the stream, not yet sent */
    unsigned number;                        /* of the next datagram */
    int fec_senders[WORKER_RIG_FEC];
    RtpBuilt matrix[WORKER_RIG_MATRIX * WORKER_RIG_MATRIX]; /* what FEC is made of */
    WorkerRigLoss lose;                                     /* (nullable): nothing is lost */
    GSubprocess *worker;
    MonoUs next_us; /* when the next picture is due */
    MonoUs sent_us; /* when the last datagram was sent */
    Paint paint;
    Paint others; /* as what the services behind the first are painted */
    bool sending;
} WorkerRig;

/* Starts a worker and configures it. */
WorkerRig worker_rig_new(const WorkerRigOptions *options);
void worker_rig_end(WorkerRig *rig);

/* Starts a worker of the same input and state. Returns: (transfer full) */
GSubprocess *worker_rig_start_worker(const WorkerRig *rig);

void worker_rig_set_sending(WorkerRig *rig, bool sending);
MonoUs worker_rig_now_us(void);

/* Sends the stream on, and returns the next message, or NULL after 10 ms without one. */
Message *worker_rig_turn(WorkerRig *rig);

/* Sends the stream on for @for_us, messages left unread. */
void worker_rig_send_for(WorkerRig *rig, int64_t for_us);

/* The next message of @kind. Returns: (transfer full): NULL, and the test fails, if none comes */
Message *worker_rig_wait_for(WorkerRig *rig, MessageKind kind);
FaultState worker_rig_wait_for_edge(WorkerRig *rig, FaultId fault, bool active);
FaultState
worker_rig_wait_for_edge_of(WorkerRig *rig, const char *channel, FaultId fault, bool active);

/* Value of one metric; -1 without it. */
double worker_rig_metric(const MetricValue *metrics, size_t n, MetricId id);
double worker_rig_input_metric(const Message *report, MetricId id);
double worker_rig_channel_metric(const Message *report, MetricId id);

/* When a worker is started, killed and started again: a hold-off that grows from 1 to 60 s, never
 * gives up, and forgives.
 *
 * All-zero is not a valid start: use restart_policy_init(). The supervisor tells what happens, asks
 * restart_policy_step() what to do, and does it. */
#pragma once

#include <stdbool.h>

#include "pipelines/base/units.h"

#define WORKER_ADOPT_WAIT_US    (2 * US_PER_SECOND)  /* after gantryd's start, for Hellos */
#define WORKER_LOST_AFTER_US    (3 * US_PER_SECOND)  /* silence that is called lost */
#define WORKER_KILL_AFTER_US    (6 * US_PER_SECOND)  /* silence that ends in a kill */
#define WORKER_START_LIMIT_US   (15 * US_PER_SECOND) /* from a start to the first report */
#define WORKER_KILL_AGAIN_US    (2 * US_PER_SECOND)  /* a kill that had no effect is repeated */
#define WORKER_HOLD_OFF_MIN_US  (1 * US_PER_SECOND)
#define WORKER_HOLD_OFF_MAX_US  (60 * US_PER_SECOND)
#define WORKER_FORGIVE_US       (60 * US_PER_SECOND) /* good running after which all is forgiven */
#define WORKER_FORGIVE_ONE_US   (15 * US_PER_SECOND) /* good running that forgives one failure */
#define WORKER_FREE_FAILURES    4u                   /* recent failures that do not double */
#define WORKER_START_SPACING_US (60 * US_PER_MS)     /* between two starts: 60 take 3.6 s */

typedef enum {
    WORKER_ADOPTING, /* gantryd has just started: an old worker may still say Hello */
    WORKER_HELD,     /* not running; started at due_us */
    WORKER_STARTING, /* started; no report yet */
    WORKER_RUNNING,  /* reports */
    WORKER_KILLING,  /* killed; has not ended yet */
} WorkerPhase;

typedef enum { WORKER_DO_NOTHING, WORKER_DO_START, WORKER_DO_KILL } WorkerAction;

/* Shared by all workers: spaces their starts, so that sixty at once do not choke the box. */
typedef struct {
    MonoUs next_us; /* all-zero: at once */
} StartGate;

typedef struct {
    WorkerPhase phase;
    MonoUs entered_us; /* when @phase was entered */
    MonoUs due_us;     /* held: when to start; killing: when to kill again */
    MonoUs heard_us;   /* last report; when it was started or waited for before the first */
    MonoUs good_us;    /* first report of this run */
    MonoUs quiet_us;   /* when contact was lost: it ended, or its last report before a kill */
    MonoUs stepped_us; /* last restart_policy_step() */
    unsigned failures; /* recent, each lengthens the hold-off */
    bool proven;       /* has reported at least once since gantryd started */
    uint32_t restarts; /* starts after the first */
    uint32_t starts;   /* starts asked for */
} RestartPolicy;

/* @adopt: whether a worker may already run (gantryd's start), or the input is new. */
void restart_policy_init(RestartPolicy *policy, bool adopt, MonoUs now_us);

/* What happened. A Hello without reports does not count as a sign of life. */
void restart_policy_reported(RestartPolicy *policy, MonoUs now_us);
void restart_policy_exited(RestartPolicy *policy, MonoUs now_us);

/* A start failed at once (fork, unit): counts as an exit. */
void restart_policy_start_failed(RestartPolicy *policy, MonoUs now_us);

/* An operator changed the configuration: start again at the next chance, without blame. */
void restart_policy_pardon(RestartPolicy *policy, MonoUs now_us);

/* What to do now; call at deadline, and at least once a second. The action counts as done.
 * A gap of more than 2 s between two steps is this process's own pause, and no silence. */
WorkerAction restart_policy_step(RestartPolicy *policy, StartGate *gate, MonoUs now_us);

/* When restart_policy_step() must next be called; US_NEVER for never. */
MonoUs restart_policy_deadline_us(const RestartPolicy *policy, const StartGate *gate);

/* Whether the worker is silent, for FAULT_WORKER_LOST, whose rule then waits WORKER_LOST_AFTER_US.
 * A first start is not called silent before it has failed or its limit has passed.
 * @ret_since_us: (out): since when; written only with true */
bool restart_policy_is_silent(const RestartPolicy *policy, MonoUs now_us, MonoUs *ret_since_us);

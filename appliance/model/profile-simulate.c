/* Time runs from instant to instant at which something is seen, falls due, or is counted. */
#include "appliance/model/profile-simulate.h"

#include <string.h>

#include "appliance/model/alarm-book.h"

#define CHANNEL       "channel/simulated"
#define INPUT         "input/simulated"
#define LOOK_US       US_PER_SECOND
#define COUNT_TAIL_US (2 * (MonoUs)ERROR_SECONDS_SPAN * US_PER_SECOND)
#define LAST_MEASURED 31u /* limits up to this are the worker's */

typedef struct {
    const FaultHistory *history;
    const AlarmProfile *profile;
    AlarmBook *book;
    GPtrArray *transitions;
    GHashTable *severities; /* alarm id: worst so far */
    Simulation result;
    SimulatedFault totals[FAULT_NUMBER_MAX + 1];
    FaultEdge states[FAULT_NUMBER_MAX + 1];
    ErrorSeconds *seconds[FAULT_NUMBER_MAX + 1];
    const FaultEdge *errors[FAULT_NUMBER_MAX + 1]; /* the last run of them; no-ref (nullable) */
    size_t next;                                   /* edge that comes next */
    MonoUs counted_us; /* until then error-seconds are looked at each second */
    NOfM looks[FAULT_NUMBER_MAX + 1];
    bool looking;           /* a state that needs N of M is active, or was in the last M */
    MonoUs off_us, drop_us; /* since when the rate is off; 0: it is not */
    MonoUs end_us;
    unsigned ids;
} Run;

static char *
make_id(gpointer user_data)
{
    Run *run = user_data;

    return g_strdup_printf("%u", ++run->ids);
}

static AlarmNow
now_at(MonoUs us)
{
    return (AlarmNow){.us = us, .wall_us = us};
}

/* ---- What came of it ---- */

static void
count(Run *run, const AlarmTransition *transition)
{
    SimulatedFault *total = &run->totals[transition->fault];

    total->fault = transition->fault;
    total->worst = MAX(total->worst, transition->severity);
    switch (transition->change) {
    case ALARM_CHANGE_RAISED:
        total->count++;
        run->result.alarms++;
        total->last_before_us = run->end_us - transition->at_us;
        total->raised_us += run->end_us - transition->at_us; /* until it is cleared */
        break;
    case ALARM_CHANGE_CLEARED:
        total->raised_us -= run->end_us - transition->at_us;
        break;
    case ALARM_CHANGE_UPDATED:
    case ALARM_CHANGE_ACK:
    case ALARM_CHANGE_UNACK:
    case ALARM_CHANGE_COMMENT:
    case ALARM_CHANGE_SHELVED:
    case ALARM_CHANGE_UNSHELVED:
    case ALARM_CHANGE_ASSIGNED:
    case ALARM_CHANGE_JOINED:
    case ALARM_CHANGE_REMINDED:
    case ALARM_CHANGE_NOTED:
        break;
    }
}

static void
take_transitions(Run *run)
{
    for (guint i = 0; i < run->transitions->len; i++) {
        const AlarmTransition *transition = g_ptr_array_index(run->transitions, i);

        if (transition->change == ALARM_CHANGE_NOTED || transition->fault >= FAULT_WORKER_LOST)
            continue;
        count(run, transition);
        g_hash_table_replace(run->severities, g_strdup(transition->alarm_id),
                             GUINT_TO_POINTER((guint)transition->severity));
    }
    g_ptr_array_set_size(run->transitions, 0);
}

static void
observe(Run *run, const Observation *observation, MonoUs now_us)
{
    alarm_book_observe(run->book, observation, now_at(now_us), run->transitions);
    take_transitions(run);
}

static const FaultRule *
rule_of(const Run *run, unsigned fault)
{
    return alarm_profile_rule(run->profile, fault);
}

/* ---- What was seen ---- */

static void
observe_state(Run *run, const FaultEdge *edge, bool faulty, MonoUs since_us, MonoUs now_us)
{
    const FaultId fault = (FaultId)edge->fault;

    observe(run,
            &(Observation){.resource = fault >= FAULT_WORKER_LOST ? INPUT : CHANNEL,
                           .fault = fault,
                           .faulty = faulty,
                           .since_us = since_us,
                           .severity = profile_severity(run->profile, fault, (double)edge->value),
                           .value = (double)edge->value},
            now_us);
}

static bool
needs_looks(const Run *run, unsigned fault)
{
    return rule_of(run, fault)->needed > 1;
}

static void
see_edge(Run *run, const FaultEdge *edge, MonoUs now_us)
{
    if (edge->fault == FAULT_NONE)
        return;
    if (edge->seconds > 0) {
        run->errors[edge->fault] = edge;
        run->counted_us = MAX(run->counted_us, now_us + COUNT_TAIL_US);
        return;
    }
    run->states[edge->fault] = *edge;
    if (rule_of(run, edge->fault)->seconds.metric != METRIC_NONE)
        return;
    if (needs_looks(run, edge->fault))
        run->looking = true;
    else
        observe_state(run, edge, edge->active, edge->at_us, now_us);
}

static bool
is_explained(const Run *run, FaultId fault)
{
    for (FaultId mask = fault_info(fault)->masked_by; mask != FAULT_NONE;
         mask = fault_info(mask)->masked_by) {
        if (alarm_book_is_open(run->book, CHANNEL, mask))
            return true;
    }
    return false;
}

/* Looks at the error-seconds of @fault, of which this second was one if @error. */
static void
look_at_errors(Run *run, FaultId fault, bool error, MonoUs now_us)
{
    const FaultRule *rule = rule_of(run, fault);

    if (rule->seconds.metric == METRIC_NONE || (run->seconds[fault] == NULL && !error))
        return;
    if (run->seconds[fault] == NULL)
        run->seconds[fault] = g_new0(ErrorSeconds, 1);
    error_seconds_add(run->seconds[fault], now_us, error && !is_explained(run, fault) ? 1 : 0);
    const ErrorSecondsVerdict verdict =
        error_seconds_judge(run->seconds[fault], &rule->seconds, now_us);

    observe(run,
            &(Observation){.resource = CHANNEL,
                           .fault = fault,
                           .faulty = verdict.severity != SEVERITY_CLEARED,
                           .since_us = verdict.since_us,
                           .severity = verdict.severity},
            now_us);
}

static void
look_at_states(Run *run, MonoUs now_us)
{
    bool looking = false;

    for (unsigned fault = 1; fault < FAULT_WORKER_LOST && run->looking; fault++) {
        const FaultRule *rule = rule_of(run, fault);
        const FaultEdge *state = &run->states[fault];

        if (!needs_looks(run, fault) || state->fault == 0)
            continue;
        const bool met =
            n_of_m_look(&run->looks[fault], state->active, rule->needed, rule->window, now_us);

        observe_state(run, state, met, run->looks[fault].changed_us, now_us);
        looking = looking || state->active || run->looks[fault].bits != 0;
    }
    run->looking = looking;
}

/* ---- The bit rate ---- */

static void
look_at_rate(Run *run, MonoUs begin_us, MonoUs now_us)
{
    const double *limits = run->profile->limits.values;
    const RateCell cell = fault_history_cell(run->history, begin_us);
    const double low = cell.low / 50.0, high = cell.high / 50.0;
    const bool off = cell.low > 0 &&
                     (low > 1 + limits[LIMIT_BITRATE_OFF] || high < 1 - limits[LIMIT_BITRATE_OFF]);
    const bool drop = cell.low > 0 && high < 1 - limits[LIMIT_BITRATE_DROP];

    run->off_us = !off ? 0 : run->off_us != 0 ? run->off_us : begin_us;
    run->drop_us = !drop ? 0 : run->drop_us != 0 ? run->drop_us : begin_us;
    const bool warns = off && (double)(now_us - run->off_us) >=
                                  limits[LIMIT_BITRATE_OFF_TIME] * (double)US_PER_SECOND;
    const bool worse = drop && (double)(now_us - run->drop_us) >=
                                   limits[LIMIT_BITRATE_DROP_TIME] * (double)US_PER_SECOND;

    observe(run,
            &(Observation){.resource = CHANNEL,
                           .fault = FAULT_BITRATE,
                           .faulty = warns || worse,
                           .since_us = worse   ? run->drop_us
                                       : warns ? run->off_us
                                               : 0,
                           .severity = worse ? SEVERITY_MAJOR : SEVERITY_WARNING},
            now_us);
}

/* ---- Time ---- */

/* Lets all fall due that does before @until_us. */
static void
step_until(Run *run, MonoUs until_us)
{
    for (MonoUs due_us = alarm_book_deadline_us(run->book); due_us <= until_us;
         due_us = alarm_book_deadline_us(run->book)) {
        alarm_book_step(run->book, now_at(due_us), run->transitions);
        take_transitions(run);
    }
}

/* Whether @fault had errors in the second that ends at @now_us. */
static bool
had_errors(const Run *run, unsigned fault, MonoUs now_us)
{
    const FaultEdge *edge = run->errors[fault];

    return edge != NULL && now_us - edge->at_us < edge->seconds * US_PER_SECOND;
}

static void
look(Run *run, MonoUs now_us)
{
    look_at_states(run, now_us);
    for (unsigned fault = 1; fault < FAULT_WORKER_LOST && now_us <= run->counted_us; fault++)
        look_at_errors(run, (FaultId)fault, had_errors(run, fault, now_us), now_us);
}

/* Everything from @from_us to the end, second by second where seconds count. */
static void
play(Run *run, MonoUs from_us)
{
    for (MonoUs at_us = from_us; at_us < run->end_us;) {
        const MonoUs turn_us = MIN(at_us + LOOK_US, run->end_us);

        for (; run->next < run->history->n; run->next++) {
            const FaultEdge *edge = fault_history_edge(run->history, run->next);

            if (edge->at_us > turn_us)
                break;
            step_until(run, MAX(edge->at_us, at_us));
            see_edge(run, edge, MAX(edge->at_us, at_us));
        }
        step_until(run, turn_us);
        if (run->looking || turn_us <= run->counted_us)
            look(run, turn_us);
        if (turn_us / HISTORY_CELL_US != at_us / HISTORY_CELL_US)
            look_at_rate(run, turn_us - HISTORY_CELL_US, turn_us);
        at_us = turn_us;
    }
}

/* How everything stood at @from_us. */
static void
begin(Run *run, MonoUs from_us)
{
    FaultEdge states[FAULT_NUMBER_MAX + 1];

    run->book = alarm_book_new(run->profile, make_id, run);
    run->transitions = alarm_transitions_new();
    run->severities = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    alarm_book_set_input(run->book, CHANNEL, INPUT);
    memcpy(states, run->history->states, sizeof states);
    for (; run->next < run->history->n; run->next++) {
        const FaultEdge *edge = fault_history_edge(run->history, run->next);

        if (edge->at_us > from_us)
            break;
        if (edge->seconds == 0)
            states[edge->fault] = *edge;
    }
    for (unsigned fault = 1; fault <= FAULT_NUMBER_MAX; fault++) {
        if (states[fault].fault != 0)
            see_edge(run, &states[fault], from_us);
    }
}

static void
finish(Run *run)
{
    GHashTableIter iter;
    gpointer value;

    run->result.standing = (unsigned)alarm_book_count_open(run->book);
    g_hash_table_iter_init(&iter, run->severities);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        run->result.by_severity[MIN(GPOINTER_TO_UINT(value), (guint)SEVERITY_CRITICAL)]++;
    for (unsigned fault = 0; fault <= FAULT_NUMBER_MAX; fault++) {
        if (run->totals[fault].count > 0)
            run->result.faults[run->result.n_faults++] = run->totals[fault];
        g_free(run->seconds[fault]);
    }
    g_hash_table_unref(run->severities);
    g_ptr_array_unref(run->transitions);
    alarm_book_free(run->book);
}

Simulation
profile_simulate(const FaultHistory *history,
                 const AlarmProfile *profile,
                 int64_t span_us,
                 MonoUs now_us)
{
    g_autofree Run *run = g_new0(Run, 1);
    const MonoUs begin_us = fault_history_begin_us(history, now_us);
    const MonoUs from_us = MAX(begin_us, now_us - span_us);

    if (begin_us == 0)
        return (Simulation){0};
    run->history = history;
    run->profile = profile;
    run->end_us = now_us;
    run->result.covers_us = now_us - from_us - fault_history_unseen_us(history, from_us, now_us);
    begin(run, from_us);
    play(run, from_us);
    finish(run);
    return run->result;
}

bool
profile_measures_otherwise(const AlarmProfile *a, const AlarmProfile *b)
{
    for (unsigned number = 1; number <= LAST_MEASURED; number++) {
        const double left = a->limits.values[number], right = b->limits.values[number];

        if (left < right || left > right)
            return true;
    }
    return false;
}

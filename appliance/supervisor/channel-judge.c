/* By the channel's own rules: states with their evidence, counters by error-seconds, the bit rate
 * by its median. */
#include "appliance/supervisor/channel-judge.h"

#include <math.h>

#include "appliance/supervisor/blame.h"
#include "appliance/supervisor/calendar-desk.h"

/* The rule that @channel has for @fault. */
static const FaultRule *
rule_of(const ChannelJudge *judge, const ChannelRecord *channel, unsigned fault)
{
    return alarm_profile_rule(alarm_book_get_profile(judge->book, channel->resource), fault);
}

/* What the worker said about @fault; of one that is counted, only what it said lately. (nullable)
 */
static const FaultEvidence *
evidence_of(const ChannelJudge *judge, const ChannelRecord *channel, unsigned fault, MonoUs now_us)
{
    const FaultRule *rule = rule_of(judge, channel, fault);
    const FaultEvidence *evidence = fault <= FAULT_NUMBER_MAX ? channel->evidence[fault] : NULL;

    if (evidence == NULL ||
        (rule->seconds.metric != METRIC_NONE && now_us - evidence->at_us > FAULT_EVIDENCE_FRESH_US))
        return NULL;
    return evidence;
}

/* Expected content that is not there is the fault. */
static void
observe_expected(const ChannelJudge *judge,
                 const ChannelRecord *channel,
                 const FaultState *state,
                 AlarmNow now)
{
    g_autofree char *text = NULL;

    if (!calendar_desk_expects(channel, state->fault, &text))
        return;
    const Observation observation = {.resource = channel->resource,
                                     .fault = FAULT_EXPECTED_MISSING,
                                     .faulty = !state->active,
                                     .since_us = MAX(state->since_us, channel->plan.since_us),
                                     .cause_scope = CAUSE_INPUT,
                                     .text = text};

    ingest_observe(judge->ingest, &observation, now);
}

/* Whether @state counts as the rule has it. False: nothing is to be observed now. @report: a
 * second's look, not the change alone; *@state: becomes what N of M say */
static bool
count_looks(
    ChannelRecord *channel, const FaultRule *rule, bool report, MonoUs now_us, FaultState *state)
{
    if (rule->needed <= 1)
        return true;
    if (!report)
        return false;
    if (channel->looks[state->fault] == NULL)
        channel->looks[state->fault] = g_new0(NOfM, 1);
    NOfM *looks = channel->looks[state->fault];

    state->active = n_of_m_look(looks, state->active, rule->needed, rule->window, now_us);
    state->since_us = looks->changed_us;
    return true;
}

/* Keeps what was told, before any rule judges it. */
static void
remember_state(ChannelRecord *channel, const FaultState *state, MonoUs now_us)
{
    FaultHistory *history = channel_record_history(channel);
    const FaultId fault = (FaultId)state->fault;
    const FaultEdge before = history->latest[fault];

    fault_history_state(history, fault, state->active, state->value, state->since_us, now_us);
    if (before.active && !state->active)
        channel_learning_span(&channel->learning, fault,
                              history->latest[fault].at_us - before.at_us);
}

void
channel_judge_state(const ChannelJudge *judge,
                    ChannelRecord *channel,
                    const FaultState *told,
                    bool report,
                    AlarmNow now)
{
    const FaultRule *rule = rule_of(judge, channel, told->fault);
    const FaultEvidence *evidence = evidence_of(judge, channel, told->fault, now.us);
    g_autofree char *text = fault_evidence_text(evidence, told->fault);
    FaultState state = *told;
    unsigned reason = 0;

    if (state.fault == FAULT_NONE || rule->seconds.metric != METRIC_NONE ||
        fault_info(state.fault)->number == FAULT_NONE)
        return;
    remember_state(channel, &state, now.us);
    if (!count_looks(channel, rule, report, now.us, &state))
        return;
    if (state.fault == FAULT_NO_PACKETS && blame_says_why(channel->input)) {
        g_free(text);
        text =
            g_strdup_printf("%s: %s", fault_info(state.fault)->sentence, channel->input->wire_text);
        reason = (unsigned)channel->input->wire;
    }
    Observation observation = {
        .resource = channel->resource,
        .fault = (FaultId)state.fault,
        .faulty = state.active,
        .since_us = state.since_us,
        .severity = profile_severity(alarm_book_get_profile(judge->book, channel->resource),
                                     (FaultId)state.fault, state.value),
        .cause_scope = blame_cause(channel, state.fault, evidence),
        .reason = reason,
        .value = state.value,
        .text = text,
    };

    calendar_desk_excuse(channel, &observation, now.us);
    ingest_observe(judge->ingest, &observation, now);
    observe_expected(judge, channel, &state, now);
}

/* Whether a fault that explains @fault stands on the channel: packets that are missing because none
 * came at all are no second incident. */
static bool
is_explained(const ChannelJudge *judge, const ChannelRecord *channel, unsigned fault)
{
    for (FaultId mask = fault_info(fault)->masked_by; mask != FAULT_NONE;
         mask = fault_info(mask)->masked_by) {
        if (alarm_book_is_open(judge->book, channel->resource, mask))
            return true;
    }
    return false;
}

static void
note_errors(const ChannelJudge *judge, const Observation *counted, AlarmNow now)
{
    GPtrArray *transitions = alarm_transitions_new();
    g_autofree char *text = g_strdup_printf("%s: %.0f in a second, too few for an alarm",
                                            fault_info(counted->fault)->sentence, counted->value);
    Observation note = *counted;

    note.since_us = now.us;
    note.text = text;
    alarm_book_note(judge->book, &note, now, transitions);
    ingest_publish(judge->ingest, transitions, now);
}

void
channel_judge_counter(const ChannelJudge *judge,
                      ChannelRecord *channel,
                      unsigned metric,
                      uint64_t growth,
                      AlarmNow now)
{
    const AlarmProfile *profile = alarm_book_get_profile(judge->book, channel->resource);

    for (unsigned fault = 1; fault <= FAULT_NUMBER_MAX; fault++) {
        const FaultRule *rule = alarm_profile_rule(profile, fault);

        if ((unsigned)rule->seconds.metric != metric || fault_info(fault)->number == FAULT_NONE)
            continue;
        if (channel->seconds[fault] == NULL)
            channel->seconds[fault] = g_new0(ErrorSeconds, 1);
        const uint64_t errors = is_explained(judge, channel, fault) ? 0 : growth;

        error_seconds_add(channel->seconds[fault], now.us, errors);
        if (growth > 0)
            fault_history_errors(channel_record_history(channel), (FaultId)fault, now.us);
        const ErrorSecondsVerdict verdict =
            error_seconds_judge(channel->seconds[fault], &rule->seconds, now.us);
        const FaultEvidence *evidence = evidence_of(judge, channel, fault, now.us);
        g_autofree char *text = fault_evidence_text(evidence, fault);
        const Observation observation = {
            .resource = channel->resource,
            .fault = (FaultId)fault,
            .faulty = verdict.severity != SEVERITY_CLEARED,
            .since_us = verdict.since_us,
            .severity = verdict.severity,
            .cause_scope = blame_cause(channel, fault, evidence),
            .value = (double)growth,
            .text = text,
        };

        ingest_observe(judge->ingest, &observation, now);
        if (errors > 0 && !observation.faulty)
            note_errors(judge, &observation, now);
    }
}

void
channel_judge_bitrate(const ChannelJudge *judge, ChannelRecord *channel, AlarmNow now)
{
    const AlarmProfile *profile = alarm_book_get_profile(judge->book, channel->resource);
    const double bps = channel_record_bitrate_bps(channel);

    if (!isfinite(bps) || is_explained(judge, channel, FAULT_BITRATE) ||
        alarm_book_is_open(judge->book, channel->input->resource, FAULT_WORKER_LOST))
        return;
    const RateVerdict verdict = rate_median_add(&channel->rate, bps, &profile->limits, now.us);
    g_autofree char *text =
        g_strdup_printf("The bit rate is %.2f Mbit/s, the median of 24 h is %.2f", bps / 1e6,
                        channel->rate.median_bps / 1e6);
    const Observation observation = {
        .resource = channel->resource,
        .fault = FAULT_BITRATE,
        .faulty = verdict.severity != SEVERITY_CLEARED,
        .since_us = verdict.since_us,
        .severity = verdict.severity,
        .cause_scope = CAUSE_INPUT,
        .value = bps,
        .text = text,
    };

    fault_history_rate(channel_record_history(channel), verdict.ratio, now.us);
    if (verdict.ratio > 0)
        channel_learning_rate(&channel->learning, verdict.ratio);
    ingest_observe(judge->ingest, &observation, now);
}

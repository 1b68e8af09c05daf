/* Reports and edges into records, samples and observations; transitions into events. */
#include "appliance/supervisor/ingest.h"

#include <math.h>
#include <string.h>

#include "appliance/supervisor/blame.h"
#include "appliance/supervisor/calendar-desk.h"
#include "appliance/supervisor/clock.h"
#include "appliance/supervisor/event-notice.h"
#include "appliance/supervisor/health-span.h"
#include "appliance/supervisor/sharing.h"
#include "appliance/supervisor/transition-event.h"
#include "appliance/supervisor/unheard.h"
#include "pipelines/contract/codec.h"

#define INPUT_PREFIX "input/"
#define OWN_LOSS_SPOILS_US                                                                         \
    (3 * US_PER_SECOND) /* errors so soon after own loss are not the channel's */

struct Ingest {
    IngestPorts ports;
    EvidenceDesk *evidence; /* (nullable) */
    IncidentBook *incidents;
    bool restored; /* what the journal told of incidents stands again */
};

Ingest *
ingest_new(const IngestPorts *ports)
{
    Ingest *ingest = g_new0(Ingest, 1);

    ingest->ports = *ports;
    ingest->incidents = incident_book_new(ports->book);
    if (ports->evidence != NULL)
        ingest->evidence = evidence_desk_new(ports->records, ports->evidence);
    return ingest;
}

void
ingest_free(Ingest *ingest)
{
    if (ingest == NULL)
        return;
    evidence_desk_free(ingest->evidence);
    incident_book_free(ingest->incidents);
    g_free(ingest);
}

static FaultHistory *
history_of(ChannelRecord *channel)
{
    if (channel->history == NULL)
        channel->history = g_new0(FaultHistory, 1);
    return channel->history;
}

static void
append(Ingest *ingest, Event *event)
{
    event_notice(event);
    gantry_event_log_append(ingest->ports.log, event);
}

void
ingest_publish(Ingest *ingest, GPtrArray *transitions, AlarmNow now)
{
    incident_book_take(ingest->incidents, transitions, now);
    const bool synced = transitions->len > 0 && clock_is_synced();

    for (guint i = 0; i < transitions->len; i++) {
        const AlarmTransition *transition = transitions->pdata[i];
        Event *event = event_from_transition(transition, ingest->ports.records->inventory, synced);

        if (ingest->evidence != NULL)
            evidence_desk_take(ingest->evidence, transition, now);
        event_notice(event);
        const AlarmQuiet quiet = event->quiet;
        const uint64_t seq = gantry_event_log_append(ingest->ports.log, event);

        alarm_book_set_event_seq(ingest->ports.book, transition->alarm_id, seq);
        if (ingest->ports.published != NULL)
            ingest->ports.published(transition, seq, ingest->ports.user_data);
        if (ingest->ports.figures != NULL && quiet != QUIET_PROBE)
            figures_desk_feed(ingest->ports.figures, transition, seq);
    }
    if (transitions->len > 0)
        ingest->ports.changed(ingest->ports.user_data);
    g_ptr_array_unref(transitions);
}

void
ingest_note(Ingest *ingest,
            EventKind kind,
            const char *resource,
            const char *text,
            const char *actor,
            AlarmNow now)
{
    Event *event = event_new(kind, now.us, now.wall_us);

    event->clock_synced = clock_is_synced();
    event_set(&event->resource, resource);
    event_set(&event->text, text);
    event_set(&event->actor, actor);
    append(ingest, event);
}

/* What hides a channel from this box belongs to its history, too. */
static void
remember_own(Ingest *ingest, const Observation *observation, AlarmNow now)
{
    const InputRecord *input =
        observation->fault == FAULT_WORKER_LOST || observation->fault == FAULT_OWN_LOSS
            ? records_find_input(ingest->ports.records,
                                 observation->resource + strlen(INPUT_PREFIX))
            : NULL;

    for (size_t i = 0; input != NULL && i < input->input->n_channels; i++)
        fault_history_state(history_of(ingest->ports.records->channels[input->input->channels[i]]),
                            observation->fault, observation->faulty, observation->value,
                            observation->since_us != 0 ? observation->since_us : now.us, now.us);
}

void
ingest_observe(Ingest *ingest, const Observation *observation, AlarmNow now)
{
    GPtrArray *transitions = alarm_transitions_new();

    if (g_str_has_prefix(observation->resource, INPUT_PREFIX))
        remember_own(ingest, observation, now);

    alarm_book_observe(ingest->ports.book, observation, now, transitions);
    ingest_publish(ingest, transitions, now);
}

void
ingest_step(Ingest *ingest, AlarmNow now)
{
    GPtrArray *transitions = alarm_transitions_new();

    alarm_book_step(ingest->ports.book, now, transitions);
    ingest_publish(ingest, transitions, now);
}

MonoUs
ingest_deadline_us(Ingest *ingest)
{
    return MIN(alarm_book_deadline_us(ingest->ports.book),
               incident_book_deadline_us(ingest->incidents));
}

void
ingest_follow_inventory(Ingest *ingest, AlarmNow now)
{
    sharing_tell(ingest->incidents, ingest->ports.records->inventory, "");
    if (ingest->restored)
        return;
    g_autoptr(Snapshot) views = snapshot_new();

    ingest->restored = true;
    views->alarms = alarm_book_views(ingest->ports.book, &views->n_alarms);
    incident_book_restore(ingest->incidents, views->alarms, views->n_alarms, now);
}

/* The rule that @channel has for @fault. */
static const FaultRule *
rule_of(const Ingest *ingest, const ChannelRecord *channel, unsigned fault)
{
    return alarm_profile_rule(alarm_book_get_profile(ingest->ports.book, channel->resource), fault);
}

/* What the worker said about @fault; of one that is counted, only what it said lately. (nullable)
 */
static const FaultEvidence *
evidence_of(const Ingest *ingest, const ChannelRecord *channel, unsigned fault, MonoUs now_us)
{
    const FaultRule *rule = rule_of(ingest, channel, fault);
    const FaultEvidence *evidence = fault <= FAULT_NUMBER_MAX ? channel->evidence[fault] : NULL;

    if (evidence == NULL ||
        (rule->seconds.metric != METRIC_NONE && now_us - evidence->at_us > FAULT_EVIDENCE_FRESH_US))
        return NULL;
    return evidence;
}

/* Expected content that is not there is the fault. */
static void
observe_expected(Ingest *ingest,
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

    ingest_observe(ingest, &observation, now);
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

/* @report: of a report, which comes once a second; else of an edge */
static void
observe_state(
    Ingest *ingest, ChannelRecord *channel, const FaultState *told, bool report, AlarmNow now)
{
    const FaultRule *rule = rule_of(ingest, channel, told->fault);
    const FaultEvidence *evidence = evidence_of(ingest, channel, told->fault, now.us);
    g_autofree char *text = fault_evidence_text(evidence, told->fault);
    FaultState state = *told;
    unsigned reason = 0;

    if (state.fault == FAULT_NONE || rule->seconds.metric != METRIC_NONE ||
        fault_info(state.fault)->number == FAULT_NONE)
        return;
    fault_history_state(history_of(channel), (FaultId)state.fault, state.active, state.value,
                        state.since_us, now.us);
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
        .severity = profile_severity(alarm_book_get_profile(ingest->ports.book, channel->resource),
                                     (FaultId)state.fault, state.value),
        .cause_scope = blame_cause(channel, state.fault, evidence),
        .reason = reason,
        .value = state.value,
        .text = text,
    };

    calendar_desk_excuse(channel, &observation, now.us);
    ingest_observe(ingest, &observation, now);
    observe_expected(ingest, channel, &state, now);
}

/* Whether a fault that explains @fault stands on the channel: packets that are missing because none
 * came at all are no second incident. */
static bool
is_explained(const Ingest *ingest, const ChannelRecord *channel, unsigned fault)
{
    for (FaultId mask = fault_info(fault)->masked_by; mask != FAULT_NONE;
         mask = fault_info(mask)->masked_by) {
        if (alarm_book_is_open(ingest->ports.book, channel->resource, mask))
            return true;
    }
    return false;
}

static void
note_errors(Ingest *ingest, const Observation *counted, AlarmNow now)
{
    GPtrArray *transitions = alarm_transitions_new();
    g_autofree char *text = g_strdup_printf("%s: %.0f in a second, too few for an alarm",
                                            fault_info(counted->fault)->sentence, counted->value);
    Observation note = *counted;

    note.since_us = now.us;
    note.text = text;
    alarm_book_note(ingest->ports.book, &note, now, transitions);
    ingest_publish(ingest, transitions, now);
}

/* Judges the faults that are counted by error-seconds of @metric. */
static void
judge_seconds(
    Ingest *ingest, ChannelRecord *channel, unsigned metric, uint64_t growth, AlarmNow now)
{
    for (unsigned fault = 1; fault <= FAULT_NUMBER_MAX; fault++) {
        const FaultRule *rule = rule_of(ingest, channel, fault);

        if ((unsigned)rule->seconds.metric != metric || fault_info(fault)->number == FAULT_NONE)
            continue;
        if (channel->seconds[fault] == NULL)
            channel->seconds[fault] = g_new0(ErrorSeconds, 1);
        const uint64_t errors = is_explained(ingest, channel, fault) ? 0 : growth;

        error_seconds_add(channel->seconds[fault], now.us, errors);
        if (growth > 0)
            fault_history_errors(history_of(channel), (FaultId)fault, now.us);
        const ErrorSecondsVerdict verdict =
            error_seconds_judge(channel->seconds[fault], &rule->seconds, now.us);
        const FaultEvidence *evidence = evidence_of(ingest, channel, fault, now.us);
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

        ingest_observe(ingest, &observation, now);
        if (errors > 0 && !observation.faulty)
            note_errors(ingest, &observation, now);
    }
}

/* What the bit rate of this second is against what it usually is. */
static void
judge_bitrate(Ingest *ingest, ChannelRecord *channel, AlarmNow now)
{
    const AlarmProfile *profile = alarm_book_get_profile(ingest->ports.book, channel->resource);
    const double bps = channel_record_bitrate_bps(channel);

    if (!isfinite(bps) || is_explained(ingest, channel, FAULT_BITRATE) ||
        alarm_book_is_open(ingest->ports.book, channel->input->resource, FAULT_WORKER_LOST))
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

    fault_history_rate(history_of(channel), verdict.ratio, now.us);
    ingest_observe(ingest, &observation, now);
}

static void
take_channel_metrics(Ingest *ingest,
                     ChannelRecord *channel,
                     const ChannelReport *report,
                     AlarmNow now)
{
    const bool spoiled = channel->input->own_loss_us != 0 &&
                         now.us - channel->input->own_loss_us < OWN_LOSS_SPOILS_US;

    for (size_t i = 0; i < report->n_metrics; i++) {
        const MetricInfo *info = metric_info(report->metrics[i].metric);
        const double value = report->metrics[i].value;

        if (info->number == METRIC_NONE)
            continue;
        if (info->number == METRIC_BITRATE && !spoiled)
            judge_bitrate(ingest, channel, now);
        if (info->kind == METRIC_KIND_GAUGE) {
            samples_put(channel->samples, info->number, now.us,
                        info->number == METRIC_BITRATE ? channel_record_bitrate_bps(channel)
                                                       : value);
            continue;
        }
        const uint64_t growth = counter_feed(&channel->counters[info->number], value);

        samples_put(channel->samples, info->number, now.us, (double)growth);
        judge_seconds(ingest, channel, info->number, spoiled ? 0 : growth, now);
        if (info->number == METRIC_CC_ERRORS)
            channel->health.cc_errors += growth;
    }
}

/* The first stream of sound speaks for the channel; the page shows all of them. */
static void
take_sound(ChannelRecord *channel, const ChannelReport *report, AlarmNow now)
{
    const AudioReport *first = report->n_audios > 0 ? &report->audios[0] : NULL;

    for (size_t i = 0; first != NULL && i < first->n_metrics; i++) {
        if (metric_info(first->metrics[i].metric)->kind == METRIC_KIND_GAUGE)
            samples_put(channel->samples, first->metrics[i].metric, now.us,
                        first->metrics[i].value);
    }
}

static void
observe_own_loss(Ingest *ingest, InputRecord *input, uint64_t drops, bool lost, AlarmNow now)
{
    g_autofree char *text = blame_own_loss_text(input, drops, now.us);
    const Observation observation = {
        .resource = input->resource,
        .fault = FAULT_OWN_LOSS,
        .faulty = lost,
        .since_us = now.us,
        .cause_scope = CAUSE_MONITOR,
        .value = (double)drops,
        .text = text,
    };

    if (lost)
        input->own_loss_us = now.us;
    ingest_observe(ingest, &observation, now);
}

static InputGrowth
take_input_metrics(Ingest *ingest, InputRecord *input, const MessageReport *report, AlarmNow now)
{
    InputGrowth growth = {0};

    for (size_t i = 0; i < report->n_metrics; i++) {
        const MetricInfo *info = metric_info(report->metrics[i].metric);

        if (info->number == METRIC_NONE || info->kind != METRIC_KIND_COUNTER)
            continue;
        const uint64_t grown =
            counter_feed(&input->counters[info->number], report->metrics[i].value);

        if (info->number == METRIC_PACKETS)
            growth.packets = grown;
        if (info->number == METRIC_OWN_DROPS)
            growth.own_drops = grown;
    }
    observe_own_loss(ingest, input, growth.own_drops, growth.own_drops > 0, now);
    return growth;
}

static void
take_channel(Ingest *ingest,
             ChannelRecord *channel,
             const ChannelReport *report,
             InputGrowth growth,
             AlarmNow now)
{
    HealthRow row;

    if (health_span_roll(channel, now.wall_us, &row) &&
        !inventory_is_own(ingest->ports.records->inventory, channel->resource))
        ingest->ports.health(&row, ingest->ports.user_data);
    channel->health.packets += growth.packets;
    channel->health.own_drops += growth.own_drops;
    samples_put(channel->samples, METRIC_PACKETS, now.us, (double)growth.packets);
    samples_put(channel->samples, METRIC_OWN_DROPS, now.us, (double)growth.own_drops);
    take_channel_metrics(ingest, channel, report, now);
    take_sound(channel, report, now);
    for (size_t i = 0; i < report->n_faults; i++)
        observe_state(ingest, channel, &report->faults[i], true, now);
    unheard_settle(ingest, ingest->ports.book, channel, report, now);
}

void
ingest_report(Ingest *ingest, InputRecord *input, Message *message, AlarmNow now)
{
    Records *records = ingest->ports.records;

    const MessageReport *report = &message->report;
    InputGrowth growth = input->growth;

    message_free(input->reports[report->part]);
    input->reports[report->part] = message;
    if (input->first_report_us == 0)
        input->first_report_us = report->at_us;
    if (report->part == 0)
        growth = input->growth = take_input_metrics(ingest, input, report, now);
    for (size_t i = 0; i < input->input->n_channels; i++) {
        ChannelRecord *channel = records->channels[input->input->channels[i]];
        const ChannelReport *told = report_find_channel(report, channel->channel->id);

        if (told != NULL)
            take_channel(ingest, channel, told, growth, now);
    }
}

void
ingest_notes(Ingest *ingest, InputRecord *input, const MessageNotes *notes)
{
    ChannelRecord *channel = records_find_channel(ingest->ports.records, notes->channel_id);

    if (channel == NULL || channel->input != input)
        return;
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    g_autofree StreamNote *told = g_memdup2(notes->notes, notes->n_notes * sizeof *notes->notes);

    for (size_t i = 0; channel->plan.tables && i < notes->n_notes; i++) {
        if (told[i].kind != NOTE_TABLES)
            continue;
        told[i].text = g_strdup_printf("Expected by the calendar: %s", notes->notes[i].text);
        g_ptr_array_add(texts, told[i].text);
    }
    channel->notes = note_list_append(channel->notes, told, notes->n_notes);
}

void
ingest_edge(Ingest *ingest, InputRecord *input, const MessageEdge *edge, AlarmNow now)
{
    ChannelRecord *channel = records_find_channel(ingest->ports.records, edge->channel_id);

    if (channel == NULL || channel->input != input)
        return;
    observe_state(ingest, channel, &edge->state, false, now);
}

void
ingest_picture(Ingest *ingest,
               ChannelRecord *channel,
               const MessageThumbnail *thumbnail,
               GBytes *jpeg,
               MonoUs now_us)
{
    channel->thumbnail_captured_us = thumbnail->captured_us;
    channel->thumbnail_wall_us = thumbnail->wall_us;
    if (ingest->evidence != NULL)
        evidence_desk_take_picture(channel, thumbnail, jpeg, now_us);
}

void
ingest_gather(Ingest *ingest, MonoUs now_us)
{
    if (ingest->evidence != NULL)
        evidence_desk_step(ingest->evidence, now_us);
}

void
ingest_evidence(Ingest *ingest, InputRecord *input, const MessageEvidence *evidence, AlarmNow now)
{
    ChannelRecord *channel = records_find_channel(ingest->ports.records, evidence->channel_id);

    if (channel == NULL || channel->input != input || evidence->fault > FAULT_NUMBER_MAX)
        return;
    fault_evidence_take(&channel->evidence[evidence->fault], evidence, now.us);
    if (evidence->cause != CAUSE_MONITOR || evidence->fault != FAULT_CONTINUITY)
        return;
    fault_evidence_take(&input->own_loss, evidence, now.us);
    observe_own_loss(ingest, input, 0, true, now);
}

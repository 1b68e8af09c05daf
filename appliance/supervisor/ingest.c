/* Reports and edges into records, samples and observations; transitions into events. */
#include "appliance/supervisor/ingest.h"

#include <math.h>

#include "appliance/supervisor/clock.h"
#include "appliance/supervisor/event-notice.h"
#include "appliance/supervisor/sharing.h"
#include "appliance/supervisor/transition-event.h"
#include "pipelines/contract/codec.h"

#define HEALTH_SPAN_US (10 * US_PER_SECOND)
#define OWN_LOSS_SPOILS_US                                                                         \
    (3 * US_PER_SECOND) /* errors so soon after own loss are not the channel's */
#define RESTORE_CHUNK 4096u

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
        const uint64_t seq = gantry_event_log_append(ingest->ports.log, event);

        alarm_book_set_event_seq(ingest->ports.book, transition->alarm_id, seq);
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

void
ingest_observe(Ingest *ingest, const Observation *observation, AlarmNow now)
{
    GPtrArray *transitions = alarm_transitions_new();

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

/* What the worker said about @fault; of one that is counted, only what it said lately. (nullable)
 */
static const FaultEvidence *
evidence_of(const Ingest *ingest, const ChannelRecord *channel, unsigned fault, MonoUs now_us)
{
    const FaultRule *rule = alarm_profile_rule(ingest->ports.profile, fault);
    const FaultEvidence *evidence = fault <= FAULT_NUMBER_MAX ? channel->evidence[fault] : NULL;

    if (evidence == NULL ||
        (rule->seconds.metric != METRIC_NONE && now_us - evidence->at_us > FAULT_EVIDENCE_FRESH_US))
        return NULL;
    return evidence;
}

static CauseScope
cause_of(const ChannelRecord *channel, unsigned fault, const FaultEvidence *evidence)
{
    const InputRecord *input = channel->input;

    if (evidence != NULL)
        return evidence->cause;
    if (fault == FAULT_NO_PACKETS)
        return input->wire == WIRE_FILTERED || input->wire == WIRE_NOT_JOINED ? CAUSE_MONITOR
                                                                              : CAUSE_NETWORK;
    if (fault == FAULT_CONTINUITY)
        return CAUSE_NETWORK;
    return CAUSE_INPUT;
}

/* Whether the worker has found out more than that nothing comes: right after the last packet its
 * finding is still that of a good stream. */
static bool
says_why(const InputRecord *input)
{
    return input->wire != WIRE_STARTING && input->wire != WIRE_OK && *input->wire_text != '\0';
}

static void
observe_state(Ingest *ingest, const ChannelRecord *channel, const FaultState *state, AlarmNow now)
{
    const FaultRule *rule = alarm_profile_rule(ingest->ports.profile, state->fault);
    const FaultEvidence *evidence = evidence_of(ingest, channel, state->fault, now.us);
    g_autofree char *text = fault_evidence_text(evidence, state->fault);
    unsigned reason = 0;

    if (state->fault == FAULT_NONE || rule->seconds.metric != METRIC_NONE ||
        fault_info(state->fault)->number == FAULT_NONE)
        return;
    if (state->fault == FAULT_NO_PACKETS && says_why(channel->input)) {
        g_free(text);
        text = g_strdup_printf("%s: %s", fault_info(state->fault)->sentence,
                               channel->input->wire_text);
        reason = (unsigned)channel->input->wire;
    }
    const Observation observation = {
        .resource = channel->resource,
        .fault = (FaultId)state->fault,
        .faulty = state->active,
        .since_us = state->since_us,
        .cause_scope = cause_of(channel, state->fault, evidence),
        .reason = reason,
        .value = state->value,
        .text = text,
    };

    ingest_observe(ingest, &observation, now);
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

/* Judges the faults that are counted by error-seconds of @metric. */
static void
judge_seconds(
    Ingest *ingest, ChannelRecord *channel, unsigned metric, uint64_t growth, AlarmNow now)
{
    for (unsigned fault = 1; fault <= FAULT_NUMBER_MAX; fault++) {
        const FaultRule *rule = alarm_profile_rule(ingest->ports.profile, fault);

        if ((unsigned)rule->seconds.metric != metric || fault_info(fault)->number == FAULT_NONE)
            continue;
        if (channel->seconds[fault] == NULL)
            channel->seconds[fault] = g_new0(ErrorSeconds, 1);
        error_seconds_add(channel->seconds[fault], now.us,
                          is_explained(ingest, channel, fault) ? 0 : growth);
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
            .cause_scope = cause_of(channel, fault, evidence),
            .value = (double)growth,
            .text = text,
        };

        ingest_observe(ingest, &observation, now);
    }
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
finish_health(Ingest *ingest, ChannelRecord *channel)
{
    const HealthSpan *span = &channel->health;
    const HealthRow row = {
        .channel = channel->channel->id,
        .at_us = span->at_us,
        .bitrate_mean = span->n > 0 ? span->sum_bps / span->n : (double)NAN,
        .bitrate_min = span->n > 0 ? span->minimum_bps : (double)NAN,
        .bitrate_max = span->n > 0 ? span->maximum_bps : (double)NAN,
        .cc_errors = span->cc_errors,
        .packets = span->packets,
        .own_drops = span->own_drops,
        .state = span->worst,
    };

    ingest->ports.health(&row, ingest->ports.user_data);
}

/* A state that is worse to have been in, for the ten seconds' summary. */
static unsigned
badness(ChannelState state)
{
    switch (state) {
    case CHANNEL_OK:
        return 0;
    case CHANNEL_PLANNED:
        return 1;
    case CHANNEL_STARTING:
        return 2;
    case CHANNEL_UNKNOWN:
        return 3;
    case CHANNEL_FAULT:
        break;
    }
    return 4;
}

static void
roll_health(Ingest *ingest, ChannelRecord *channel, double bitrate_bps, WallUs wall_us)
{
    HealthSpan *span = &channel->health;
    const WallUs begin_us = wall_us - wall_us % HEALTH_SPAN_US;

    if (span->at_us != begin_us) {
        if (span->at_us != 0)
            finish_health(ingest, channel);
        *span = (HealthSpan){.at_us = begin_us, .worst = channel->status.state};
    }
    if (isfinite(bitrate_bps)) {
        span->sum_bps += bitrate_bps;
        span->minimum_bps = span->n > 0 ? MIN(span->minimum_bps, bitrate_bps) : bitrate_bps;
        span->maximum_bps = span->n > 0 ? MAX(span->maximum_bps, bitrate_bps) : bitrate_bps;
        span->n++;
    }
    if (badness(channel->status.state) > badness(span->worst))
        span->worst = channel->status.state;
}

/* How this box lost packets of @input: by evidence of this second, or by its socket's count.
 * Returns: (transfer full) */
static char *
describe_own_loss(const InputRecord *input, uint64_t drops, AlarmNow now)
{
    const FaultEvidence *evidence = input->own_loss;

    if (evidence != NULL && now.us - evidence->at_us < US_PER_SECOND / 2)
        return fault_evidence_text(evidence, FAULT_OWN_LOSS);
    return g_strdup_printf("This box lost %" G_GUINT64_FORMAT
                           " datagrams of input %s in its own socket buffer",
                           drops, input->input->id);
}

static void
observe_own_loss(Ingest *ingest, InputRecord *input, uint64_t drops, bool lost, AlarmNow now)
{
    g_autofree char *text = describe_own_loss(input, drops, now);
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
    roll_health(ingest, channel, channel_record_bitrate_bps(channel), now.wall_us);
    channel->health.packets += growth.packets;
    channel->health.own_drops += growth.own_drops;
    samples_put(channel->samples, METRIC_PACKETS, now.us, (double)growth.packets);
    samples_put(channel->samples, METRIC_OWN_DROPS, now.us, (double)growth.own_drops);
    take_channel_metrics(ingest, channel, report, now);
    take_sound(channel, report, now);
    for (size_t i = 0; i < report->n_faults; i++)
        observe_state(ingest, channel, &report->faults[i], now);
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
    channel->notes = note_list_append(channel->notes, notes->notes, notes->n_notes);
}

void
ingest_edge(Ingest *ingest, InputRecord *input, const MessageEdge *edge, AlarmNow now)
{
    ChannelRecord *channel = records_find_channel(ingest->ports.records, edge->channel_id);

    if (channel == NULL || channel->input != input)
        return;
    observe_state(ingest, channel, &edge->state, now);
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

size_t
ingest_restore(AlarmBook *book, GantryEventLog *log)
{
    uint64_t after = 0;

    for (;;) {
        g_autoptr(GPtrArray) events = gantry_event_log_read(log, after, RESTORE_CHUNK);

        if (events->len == 0)
            break;
        for (guint i = 0; i < events->len; i++) {
            const Event *event = events->pdata[i];
            AlarmTransition transition;

            if (transition_from_event(event, &transition))
                alarm_book_replay(book, &transition, event->seq);
            after = event->seq;
        }
    }
    return alarm_book_count_open(book);
}

/* Reports and edges into records, samples and observations; transitions into events. */
#include "appliance/supervisor/ingest.h"

#include <math.h>
#include <string.h>

#include "appliance/supervisor/blame.h"
#include "appliance/supervisor/calendar-desk.h"
#include "appliance/supervisor/channel-judge.h"
#include "appliance/supervisor/clock.h"
#include "appliance/supervisor/event-notice.h"
#include "appliance/supervisor/health-span.h"
#include "appliance/supervisor/sharing.h"
#include "appliance/supervisor/transition-event.h"
#include "appliance/supervisor/unheard.h"
#include "pipelines/contract/codec.h"

#define INPUT_PREFIX      "input/"
#define OVERFLOW_EVERY_US (60 * US_PER_SECOND) /* between two words about too many incidents */
#define OWN_LOSS_SPOILS_US                                                                         \
    (3 * US_PER_SECOND) /* errors so soon after own loss are not the channel's */

struct Ingest {
    IngestPorts ports;
    EvidenceDesk *evidence; /* (nullable) */
    IncidentBook *incidents;
    uint64_t overflow;  /* of the incident book, as it was told last */
    MonoUs overflow_us; /* when; 0: never */
    GPtrArray *held;    /* (nullable) (element-type Event): of the request that is being handled */
    bool restored;      /* what the journal told of incidents stands again */
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

static ChannelJudge
judge_of(Ingest *ingest)
{
    return (ChannelJudge){.ingest = ingest, .book = ingest->ports.book};
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
        if (ingest->ports.figures != NULL && quiet != QUIET_PROBE) {
            figures_desk_feed(ingest->ports.figures, transition, seq);
            figures_desk_count(ingest->ports.figures, transition);
        }
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
    if (kind == EVENT_AUDIT && ingest->held != NULL)
        g_ptr_array_add(ingest->held, event);
    else
        append(ingest, event);
}

void
ingest_hold_audit(Ingest *ingest)
{
    g_return_if_fail(ingest->held == NULL);

    ingest->held = g_ptr_array_new();
}

void
ingest_release_audit(Ingest *ingest, const char *note)
{
    g_autoptr(GPtrArray) held = g_steal_pointer(&ingest->held);

    for (guint i = 0; i < held->len; i++) {
        Event *event = held->pdata[i];

        event_set(&event->note, note);
        append(ingest, event);
    }
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
        fault_history_state(
            channel_record_history(ingest->ports.records->channels[input->input->channels[i]]),
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

/* More happens at once than incidents are kept of: alarms are then told one by one. */
static void
tell_overflow(Ingest *ingest, AlarmNow now)
{
    const IncidentCounts counts = incident_book_counts(ingest->incidents);
    const uint64_t overflow = counts.not_formed + counts.not_tracked;

    if (overflow == ingest->overflow ||
        (ingest->overflow_us != 0 && now.us - ingest->overflow_us < OVERFLOW_EVERY_US))
        return;
    g_autofree char *text =
        g_strdup_printf("more than %u incidents or %u alarms at once: %" G_GUINT64_FORMAT
                        " since the start were told one by one, not as one incident",
                        INCIDENT_MAX, INCIDENT_MAX_FAILING, overflow);

    ingest->overflow = overflow;
    ingest->overflow_us = now.us;
    ingest_note(ingest, EVENT_BOX, "box", text, "", now);
}

void
ingest_step(Ingest *ingest, AlarmNow now)
{
    GPtrArray *transitions = alarm_transitions_new();

    alarm_book_step(ingest->ports.book, now, transitions);
    ingest_publish(ingest, transitions, now);
    tell_overflow(ingest, now);
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
    const Records *records = ingest->ports.records;

    for (size_t i = 0; i < records->inventory->n_channels; i++) {
        const ChannelRecord *channel = records->channels[i];

        alarm_book_set_input(ingest->ports.book, channel->resource, channel->input->resource);
    }
    sharing_tell(ingest->incidents, records->inventory, "");
    if (ingest->restored)
        return;
    g_autoptr(Snapshot) views = snapshot_new();

    ingest->restored = true;
    views->alarms = alarm_book_views(ingest->ports.book, &views->n_alarms);
    incident_book_restore(ingest->incidents, views->alarms, views->n_alarms, now);
}

static void
take_channel_metrics(Ingest *ingest,
                     ChannelRecord *channel,
                     const ChannelReport *report,
                     AlarmNow now)
{
    const ChannelJudge judge = judge_of(ingest);
    const bool spoiled = channel->input->own_loss_us != 0 &&
                         now.us - channel->input->own_loss_us < OWN_LOSS_SPOILS_US;
    bool errors = false;

    for (size_t i = 0; i < report->n_metrics; i++) {
        const MetricInfo *info = metric_info(report->metrics[i].metric);
        const double value = report->metrics[i].value;

        if (info->number == METRIC_NONE)
            continue;
        if (info->number == METRIC_BITRATE && !spoiled)
            channel_judge_bitrate(&judge, channel, now);
        if (info->kind == METRIC_KIND_GAUGE) {
            health_span_keep(channel, info->number, now.us,
                             info->number == METRIC_BITRATE ? channel_record_bitrate_bps(channel)
                                                            : value);
            continue;
        }
        const uint64_t growth = counter_feed(&channel->counters[info->number], value);

        samples_put(channel->samples, info->number, now.us, (double)growth);
        channel_judge_counter(&judge, channel, info->number, spoiled ? 0 : growth, now);
        if (info->number == METRIC_CC_ERRORS)
            channel->health.cc_errors += growth;
        if (info->number == METRIC_CC_ERRORS || info->number == METRIC_TRANSPORT_ERRORS)
            errors = errors || growth > 0;
    }
    if (errors && !spoiled)
        channel->health.error_seconds++;
}

/* The first stream of sound speaks for the channel; the page shows all of them. */
static void
take_sound(ChannelRecord *channel, const ChannelReport *report, AlarmNow now)
{
    const AudioReport *first = report->n_audios > 0 ? &report->audios[0] : NULL;

    for (size_t i = 0; first != NULL && i < first->n_metrics; i++) {
        if (metric_info(first->metrics[i].metric)->kind == METRIC_KIND_GAUGE)
            health_span_keep(channel, first->metrics[i].metric, now.us, first->metrics[i].value);
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
    const ChannelJudge judge = judge_of(ingest);
    HealthRow row;

    if (health_span_roll(channel, now.wall_us, &row) &&
        !inventory_is_own(ingest->ports.records->inventory, channel->resource))
        ingest->ports.health(&row, ingest->ports.user_data);
    channel->health.packets += growth.packets;
    channel->health.own_drops += growth.own_drops;
    samples_put(channel->samples, METRIC_PACKETS, now.us, (double)growth.packets);
    samples_put(channel->samples, METRIC_OWN_DROPS, now.us, (double)growth.own_drops);
    health_span_keep(channel, METRIC_INTERVAL_MAX, now.us,
                     channel_record_metric(channel, METRIC_INTERVAL_MAX, (double)NAN));
    take_channel_metrics(ingest, channel, report, now);
    take_sound(channel, report, now);
    (void)channel_learning_report(&channel->learning, report, now.us);
    channel_record_hold(channel, report->faults, report->n_faults, now.us);
    for (size_t i = 0; i < report->n_faults; i++)
        channel_judge_state(&judge, channel, &report->faults[i], true, now);
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
ingest_structure(Ingest *ingest, InputRecord *input, Message *message, AlarmNow now)
{
    ChannelRecord *channel =
        records_find_channel(ingest->ports.records, message->structure.channel_id);

    if (channel == NULL || channel->input != input) {
        message_free(message);
        return;
    }
    channel->structure = channel_structure_take(channel->structure, message, now.wall_us);
}

void
ingest_edge(Ingest *ingest, InputRecord *input, const MessageEdge *edge, AlarmNow now)
{
    ChannelRecord *channel = records_find_channel(ingest->ports.records, edge->channel_id);

    const ChannelJudge judge = judge_of(ingest);

    if (channel == NULL || channel->input != input || channel->channel->disabled)
        return; /* what its worker told before it heard that the channel is switched off */
    channel_judge_state(&judge, channel, &edge->state, false, now);
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

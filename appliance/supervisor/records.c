/* Records: made from the inventory, found by id, kept across changes of the inventory. */
#include "appliance/supervisor/records.h"

#include <string.h>

#include <math.h>

#include "pipelines/contract/codec.h"

#define WARM_UP_US (5 * US_PER_SECOND / 2) /* until a bit rate of a full second is there */
#define BACKLOG_US (1500 * US_PER_MS)      /* what is younger is of the present */

static void
input_record_free(gpointer data)
{
    InputRecord *record = data;

    for (unsigned part = 0; part < REPORT_PARTS_MAX; part++)
        message_free(record->reports[part]);
    g_free(record->resource);
    g_free(record->wire_text);
    fault_evidence_free(record->own_loss);
    g_free(record);
}

static void
channel_record_free(gpointer data)
{
    ChannelRecord *record = data;

    for (unsigned fault = 0; fault <= FAULT_NUMBER_MAX; fault++) {
        g_free(record->seconds[fault]);
        g_free(record->looks[fault]);
        fault_evidence_free(record->evidence[fault]);
    }
    samples_free(record->samples);
    evidence_frames_free(record->frames);
    note_list_unref(record->notes);
    channel_structure_unref(record->structure);
    g_free(record->plan.text);
    alarm_profile_unref(record->profile);
    g_free(record->history);
    g_free(record->resource);
    g_free(record);
}

Records *
records_new(void)
{
    Records *records = g_new0(Records, 1);

    records->inventory = inventory_new();
    records->inputs_by_id =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, input_record_free);
    records->channels_by_id =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, channel_record_free);
    return records;
}

void
records_free(Records *records)
{
    if (records == NULL)
        return;
    g_free(records->channels);
    g_hash_table_unref(records->channels_by_id);
    g_hash_table_unref(records->inputs_by_id);
    inventory_unref(records->inventory);
    g_free(records);
}

static gpointer
take_over(GHashTable *from, const char *id)
{
    gpointer key = NULL, value = NULL;

    if (!g_hash_table_steal_extended(from, id, &key, &value))
        return NULL;
    g_free(key);
    return value;
}

/* Nobody measures it any more: what it last told is nothing of the present. */
static void
forget_input(InputRecord *record)
{
    for (unsigned part = 0; part < REPORT_PARTS_MAX; part++)
        g_clear_pointer(&record->reports[part], message_free);
    record->first_report_us = 0;
    record->wire = WIRE_STARTING;
    g_free(record->wire_text);
    record->wire_text = g_strdup("");
    record->worker_pid = 0;
    record->use = (WorkerUse){0};
}

static void
set_inputs(Records *records, const Inventory *inventory)
{
    g_autoptr(GHashTable) before = g_steal_pointer(&records->inputs_by_id);

    records->inputs_by_id =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, input_record_free);
    for (size_t i = 0; i < inventory->n_inputs; i++) {
        const InventoryInput *input = &inventory->inputs[i];
        InputRecord *record = take_over(before, input->id);

        if (record == NULL) {
            record = g_new0(InputRecord, 1);
            record->resource = g_strdup_printf("input/%s", input->id);
            record->wire_text = g_strdup("");
        }
        record->input = input;
        if (input->n_channels == 0)
            forget_input(record);
        g_hash_table_insert(records->inputs_by_id, g_strdup(input->id), record);
    }
}

static void
set_channels(Records *records, const Inventory *inventory)
{
    g_autoptr(GHashTable) before = g_steal_pointer(&records->channels_by_id);

    records->channels_by_id =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, channel_record_free);
    g_free(records->channels);
    records->channels = g_new0(ChannelRecord *, inventory->n_channels);
    for (size_t i = 0; i < inventory->n_channels; i++) {
        const InventoryChannel *channel = &inventory->channels[i];
        ChannelRecord *record = take_over(before, channel->id);

        if (record == NULL) {
            record = g_new0(ChannelRecord, 1);
            record->resource = g_strdup_printf("channel/%s", channel->id);
            record->samples = samples_new();
        }
        record->channel = channel;
        record->input = g_hash_table_lookup(records->inputs_by_id, channel->input_id);
        if (channel->disabled)
            record->thumbnail_captured_us = record->thumbnail_wall_us = 0;
        records->channels[i] = record;
        g_hash_table_insert(records->channels_by_id, g_strdup(channel->id), record);
    }
}

void
records_set_inventory(Records *records, Inventory *inventory)
{
    Inventory *before = records->inventory;

    records->inventory = inventory_ref(inventory);
    set_inputs(records, inventory);
    set_channels(records, inventory);
    inventory_unref(before);
}

static MonoUs
told_at_us(const Message *message)
{
    switch ((MessageKind)message->kind) {
    case MESSAGE_REPORT:
        return message->report.at_us;
    case MESSAGE_EDGE:
        return message->edge.state.since_us; /* noticed later: the record's own time counts */
    case MESSAGE_LEVELS:
        return message->levels.at_us;
    case MESSAGE_EVIDENCE:
        return message->evidence.until_us;
    case MESSAGE_THUMBNAIL:
        return message->thumbnail.captured_us;
    case MESSAGE_HELLO:
    case MESSAGE_CONFIG:
    case MESSAGE_BYE:
    case MESSAGE_FINDING:
    case MESSAGE_NOTES:
    case MESSAGE_DEPTH:
    case MESSAGE_SHOT:
    case MESSAGE_STRUCTURE:
        break;
    }
    return 0;
}

Message *
input_record_steal(const Message *message)
{
    Message *copy = g_memdup2(message, sizeof *message);

    *(Message *)message = (Message){.kind = message->kind, .sequence = message->sequence};
    return copy;
}

AlarmNow
input_record_hear(InputRecord *record, const Message *message, AlarmNow now)
{
    record->heard_us = MAX(record->heard_us, MIN(told_at_us(message), now.us));
    const int64_t age_us = now.us - record->heard_us;

    if (age_us < BACKLOG_US || record->heard_us == 0)
        return now;
    return (AlarmNow){.us = record->heard_us, .wall_us = now.wall_us - age_us};
}

void
input_record_find(InputRecord *record, const MessageFinding *finding)
{
    record->wire =
        finding->finding <= WIRE_SERVICE_ABSENT ? (WireFinding)finding->finding : WIRE_STARTING;
    g_free(record->wire_text);
    record->wire_text = g_strdup(finding->text);
}

InputRecord *
records_find_input(Records *records, const char *id)
{
    return g_hash_table_lookup(records->inputs_by_id, id);
}

ChannelRecord *
records_find_channel(Records *records, const char *id)
{
    return g_hash_table_lookup(records->channels_by_id, id);
}

const ChannelReport *
report_find_channel(const MessageReport *report, const char *id)
{
    for (size_t i = 0; i < report->n_channels; i++) {
        if (g_strcmp0(report->channels[i].channel_id, id) == 0)
            return &report->channels[i];
    }
    return NULL;
}

const ChannelReport *
channel_record_report(const ChannelRecord *record, const MessageReport **ret_report)
{
    for (unsigned part = 0; record->input != NULL && part < REPORT_PARTS_MAX; part++) {
        const Message *message = record->input->reports[part];
        const ChannelReport *found =
            message != NULL ? report_find_channel(&message->report, record->channel->id) : NULL;

        if (found == NULL)
            continue;
        if (ret_report != NULL)
            *ret_report = &message->report;
        return found;
    }
    return NULL;
}

const MessageReport *
input_record_report(const InputRecord *record)
{
    return record->reports[0] != NULL ? &record->reports[0]->report : NULL;
}

static const MetricValue *
find_metric(const MetricValue *metrics, size_t n_metrics, MetricId metric)
{
    for (size_t i = 0; i < n_metrics; i++) {
        if (metrics[i].metric == metric)
            return &metrics[i];
    }
    return NULL;
}

FaultHistory *
channel_record_history(ChannelRecord *record)
{
    if (record->history == NULL)
        record->history = g_new0(FaultHistory, 1);
    return record->history;
}

double
channel_record_metric(const ChannelRecord *record, MetricId metric, double otherwise)
{
    const ChannelReport *report = channel_record_report(record, NULL);
    const MetricValue *found = NULL;

    if (report == NULL)
        return otherwise;
    const MessageReport *input = input_record_report(record->input);

    found = find_metric(report->metrics, report->n_metrics, metric);
    if (found == NULL && input != NULL)
        found = find_metric(input->metrics, input->n_metrics, metric);
    return found != NULL ? found->value : otherwise;
}

double
channel_record_bitrate_bps(const ChannelRecord *record)
{
    const double bitrate_bps = channel_record_metric(record, METRIC_BITRATE, (double)NAN);
    const MessageReport *report = NULL;

    if (bitrate_bps == 0 && channel_record_report(record, &report) != NULL &&
        report->at_us - record->input->first_report_us < WARM_UP_US)
        return (double)NAN;
    return bitrate_bps;
}

void
input_record_restarted(Records *records, InputRecord *record)
{
    record->first_report_us = 0;
    for (unsigned metric = 0; metric <= METRIC_NUMBER_MAX; metric++)
        counter_restarted(&record->counters[metric]);
    for (size_t i = 0; i < records->inventory->n_channels; i++) {
        ChannelRecord *channel = records->channels[i];

        for (unsigned metric = 0; channel->input == record && metric <= METRIC_NUMBER_MAX; metric++)
            counter_restarted(&channel->counters[metric]);
    }
}

static bool
has_receiver(const Inventory *inventory, const char *id)
{
    for (size_t i = 0; i < inventory->n_receivers; i++) {
        if (g_strcmp0(inventory->receivers[i].id, id) == 0)
            return true;
    }
    return false;
}

static bool
is_watched(const ChannelRecord *channel)
{
    return channel != NULL && !channel->channel->disabled;
}

static bool
is_received(const InputRecord *input)
{
    return input != NULL && input->input->n_channels > 0;
}

bool
records_has_resource(const char *resource, gpointer user_data)
{
    Records *records = user_data;
    const char *id = strchr(resource, '/');

    if (g_str_has_prefix(resource, "channel/"))
        return is_watched(records_find_channel(records, id + 1));
    if (g_str_has_prefix(resource, "input/"))
        return is_received(records_find_input(records, id + 1));
    if (g_str_has_prefix(resource, "receiver/"))
        return has_receiver(records->inventory, id + 1);
    return true;
}

void
channel_record_hold(ChannelRecord *record, const FaultState *states, size_t n, MonoUs at_us)
{
    HeldStates *held = &record->held;
    const int64_t span_us = at_us - held->told_us;
    const bool follows = held->told_us != 0 && span_us > 0 && span_us <= REPORT_GAP_US;
    const double span_s = follows ? (double)span_us / US_PER_SECOND : 0;

    held->told_us = at_us;
    for (size_t i = 0; i < n; i++) {
        const double add_s = states[i].active ? span_s : 0;

        held->black_s += states[i].fault == FAULT_PICTURE_BLACK ? add_s : 0;
        held->frozen_s += states[i].fault == FAULT_PICTURE_FROZEN ? add_s : 0;
        held->silent_s += states[i].fault == FAULT_SOUND_SILENT ? add_s : 0;
    }
}

/* Copies what others may read into a snapshot of their own. */
#include "appliance/supervisor/snapshot-build.h"

#include <math.h>

#include "appliance/model/picture-age.h"

static ChannelEvidence
evidence_of(const ChannelRecord *record, const AlarmBook *book)
{
    const char *input = record->input->resource;
    ChannelEvidence evidence = {
        .disabled = record->channel->disabled,
        .reported = channel_record_report(record, NULL) != NULL,
        .worker_lost = alarm_book_is_open(book, input, FAULT_WORKER_LOST),
        .own_loss = alarm_book_is_open(book, input, FAULT_OWN_LOSS),
    };

    evidence.worst = alarm_book_worst(book, record->resource, &evidence.worst_text);
    evidence.planned = record->plan.work ||
                       (record->plan.expected != FAULT_NONE && evidence.worst == SEVERITY_CLEARED);
    evidence.planned_text = record->plan.text;
    return evidence;
}

static void
fill_state(ChannelView *view,
           ChannelRecord *record,
           const AlarmBook *book,
           const SnapshotSurroundings *now)
{
    const ChannelEvidence evidence = evidence_of(record, book);

    if (channel_state_step(&record->status, &evidence, now->at_us) || record->since_wall_us == 0)
        record->since_wall_us = now->wall_us;
    view->state = record->status.state;
    view->since_us = record->status.since_us;
    view->since_wall_us = record->since_wall_us;
    view->severity = evidence.worst;
    view->state_text = g_strdup(channel_state_text(&evidence));
}

static void
fill_inventory(ChannelView *view, const InventoryChannel *channel)
{
    view->id = g_strdup(channel->id);
    view->input_id = g_strdup(channel->input_id);
    view->name = g_strdup(channel->name);
    view->short_name = g_strdup(channel->short_name);
    view->group = g_strdup(channel->group);
    view->address = g_strdup(channel->address);
    view->interface = g_strdup(channel->interface);
    view->service_id = channel->service_id;
}

static void
fill_metrics(ChannelView *view, const ChannelReport *report, const MessageReport *input)
{
    const size_t n_input = input != NULL ? input->n_metrics : 0;

    view->n_metrics = report->n_metrics + n_input;
    view->metrics = g_new(MetricValue, view->n_metrics);
    for (size_t i = 0; i < report->n_metrics; i++)
        view->metrics[i] = report->metrics[i];
    for (size_t i = 0; i < n_input; i++)
        view->metrics[report->n_metrics + i] = input->metrics[i];
    view->n_pids = report->n_pids;
    view->pids = g_memdup2(report->pids, report->n_pids * sizeof *report->pids);
    view->n_indicators = report->n_indicators;
    view->indicators =
        g_memdup2(report->indicators, report->n_indicators * sizeof *report->indicators);
}

static void
fill_audios(ChannelView *view, const ChannelReport *report)
{
    view->n_audios = report->n_audios;
    view->audios = g_new0(AudioReport, report->n_audios);
    for (size_t i = 0; i < report->n_audios; i++) {
        const AudioReport *from = &report->audios[i];

        view->audios[i] = (AudioReport){
            .pid = from->pid,
            .language = g_strdup(from->language),
            .format = g_strdup(from->format),
            .faults = g_memdup2(from->faults, from->n_faults * sizeof *from->faults),
            .n_faults = from->n_faults,
            .metrics = g_memdup2(from->metrics, from->n_metrics * sizeof *from->metrics),
            .n_metrics = from->n_metrics,
        };
    }
}

static void
fill_report(ChannelView *view, const ChannelRecord *record)
{
    const MessageReport *whole = NULL;
    const ChannelReport *report = channel_record_report(record, &whole);

    if (report == NULL) {
        view->service_name = g_strdup("");
        view->video = g_strdup("");
        view->audio = g_strdup("");
        return;
    }
    if (view->service_id == 0)
        view->service_id = report->service_id;
    view->service_name = g_strdup(report->service_name);
    view->video = g_strdup(report->video);
    view->audio = g_strdup(report->audio);
    view->depth = report->depth <= DEPTH_FULL ? (Depth)report->depth : DEPTH_BITSTREAM;
    view->reported_us = whole->at_us;
    view->bitrate_bps = channel_record_bitrate_bps(record);
    view->sampling_interval_s = channel_record_metric(record, METRIC_SAMPLING_INTERVAL, 0);
    view->hints = report->hints;
    view->n_checks = report->n_checks;
    view->checks = g_memdup2(report->checks, report->n_checks * sizeof *report->checks);
    view->n_faults = report->n_faults;
    view->faults = g_memdup2(report->faults, report->n_faults * sizeof *report->faults);
    fill_audios(view, report);
    fill_metrics(view, report, input_record_report(record->input));
}

static void
fill_channel(ChannelView *view, const ChannelRecord *record)
{
    fill_inventory(view, record->channel);
    fill_report(view, record);
    view->depth_reason = depth_channel_reason_text(&record->depth);
    view->cc_errors = record->counters[METRIC_CC_ERRORS].total;
    view->packets = record->input->counters[METRIC_PACKETS].total;
    view->own_drops = record->input->counters[METRIC_OWN_DROPS].total;
    view->wire = record->input->wire;
    view->wire_text = g_strdup(record->input->wire_text);
    view->thumbnail_captured_us = record->thumbnail_captured_us;
    view->thumbnail_captured_wall_us = record->thumbnail_wall_us;
    view->thumbnail_stale_after_us =
        picture_stale_after_us(channel_record_metric(record, METRIC_KEY_INTERVAL, 0),
                               channel_record_metric(record, METRIC_SAMPLING_INTERVAL, 0));
    view->notes = note_list_ref(record->notes);
    view->structure = channel_structure_ref(record->structure);
    view->profile = g_strdup(record->profile != NULL ? record->profile->name : "default");
    view->limits = record->profile != NULL ? record->profile->limits : limits_shipped();
    view->bitrate_median_bps = record->rate.median_bps;
    view->own_loss_us = record->input->own_loss_us;
    view->worker_cores = record->input->use.at_us != 0 ? record->input->use.cores : (double)NAN;
    view->black_s = record->held.black_s;
    view->frozen_s = record->held.frozen_s;
    view->silent_s = record->held.silent_s;
    view->worker_pid = record->input->worker_pid;
    view->worker_restarts = record->input->worker_restarts;
}

static uint64_t
own_drops_of_all(const Records *records)
{
    GHashTableIter iter;
    gpointer value;
    uint64_t drops = 0;

    g_hash_table_iter_init(&iter, records->inputs_by_id);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        drops += ((InputRecord *)value)->counters[METRIC_OWN_DROPS].total;
    return drops;
}

/* Alarms of the box's own test channel are for the self-probe only. */
static void
leave_out_own(Snapshot *snapshot, const Inventory *inventory)
{
    size_t kept = 0;

    for (size_t i = 0; i < snapshot->n_alarms; i++) {
        if (inventory_is_own(inventory, snapshot->alarms[i].resource))
            alarm_view_clear(&snapshot->alarms[i]);
        else
            snapshot->alarms[kept++] = snapshot->alarms[i];
    }
    snapshot->n_alarms = kept;
}

Snapshot *
snapshot_build(Records *records, const AlarmBook *book, const SnapshotSurroundings *surroundings)
{
    Snapshot *snapshot = snapshot_new();
    const size_t n_channels = records->inventory->n_channels - records->inventory->n_own;

    snapshot->seq = surroundings->seq;
    snapshot->at_us = surroundings->at_us;
    snapshot->wall_us = surroundings->wall_us;
    snapshot->clock_synced = surroundings->clock_synced;
    snapshot->started_us = surroundings->started_us;
    snapshot->own_drops = own_drops_of_all(records);
    snapshot->channels = g_new0(ChannelView, n_channels);
    snapshot->n_channels = n_channels;
    for (size_t i = 0; i < n_channels; i++) {
        fill_channel(&snapshot->channels[i], records->channels[i]);
        fill_state(&snapshot->channels[i], records->channels[i], book, surroundings);
    }
    snapshot->alarms = alarm_book_views(book, &snapshot->n_alarms);
    leave_out_own(snapshot, records->inventory);
    for (size_t i = 0; i < snapshot->n_alarms && surroundings->evidence != NULL; i++)
        snapshot->alarms[i].evidence =
            surroundings->evidence->has(surroundings->evidence->self, snapshot->alarms[i].id);
    snapshot->sensors = surroundings->sensors;
    snapshot->n_sensors = surroundings->n_sensors;
    snapshot->n_services = surroundings->services->len;
    snapshot->services = (ServiceView *)(gpointer)g_array_free(surroundings->services, FALSE);
    snapshot->runbooks = runbooks_ref(records->inventory->site->runbooks);
    snapshot->calendar = calendar_ref(records->inventory->site->calendar);
    snapshot->zone = g_time_zone_ref(records->inventory->site->zone);
    snapshot->timezone = g_strdup(records->inventory->site->timezone);
    if (surroundings->figures != NULL)
        snapshot->figures = figures_desk_view(surroundings->figures);
    if (surroundings->figures != NULL)
        snapshot->raised = figures_desk_raised(surroundings->figures, &snapshot->n_raised);
    if (surroundings->depth != NULL)
        snapshot->depth = *surroundings->depth;
    for (unsigned depth = 0; surroundings->headroom != NULL && depth < DEPTH_COUNT; depth++)
        snapshot->headroom[depth] = surroundings->headroom[depth];
    snapshot->trend = sensor_trend_ref(surroundings->trend);
    snapshot->profile_name = g_strdup(surroundings->profile_name);
    snapshot->profile_text = g_strdup(surroundings->profile_text);
    return snapshot;
}

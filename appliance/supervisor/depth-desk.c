/* Costs measured by report, depths planned by the second, changes sent until workers show them. */
#include "appliance/supervisor/depth-desk.h"

#include <math.h>

#include "appliance/supervisor/machine-load.h"

#define STEP_US    (1 * US_PER_SECOND)
#define FRESH_US   (3 * US_PER_SECOND) /* a worker that has not reported for so long is not there */
#define RESEND_US  (3 * US_PER_SECOND) /* a worker that shows another depth is told again */
#define FULL_HD    (1920.0 * 1080.0)
#define DATAGRAM   1316.0 /* bytes of seven packets, and what the kernel counts them as */
#define SKB        2304.0
#define TIME_MIN_S 0.2 /* between two reports, below which a rate says nothing */

struct DepthDesk {
    DepthDeskPorts ports;
    DepthGovernor governor;
    MachineLoad machine;
    double busy_cores; /* of the machine, in the second before the last step; NAN: unknown */
    MonoUs stepped_us; /* 0: never */
    DepthHeadroom headroom[DEPTH_COUNT];
};

DepthDesk *
depth_desk_new(const DepthDeskPorts *ports)
{
    DepthDesk *desk = g_new0(DepthDesk, 1);

    desk->ports = *ports;
    desk->busy_cores = (double)NAN;
    machine_load_init(&desk->machine, ports->profile->worker_cpus);
    return desk;
}

void
depth_desk_free(DepthDesk *desk)
{
    g_free(desk);
}

const DepthSummary *
depth_desk_summary(const DepthDesk *desk)
{
    return &desk->governor.summary;
}

const DepthHeadroom *
depth_desk_headroom(const DepthDesk *desk)
{
    return desk->headroom;
}

static double
metric_of(const MetricValue *metrics, size_t n_metrics, MetricId metric, double otherwise)
{
    for (size_t i = 0; i < n_metrics; i++) {
        if (metrics[i].metric == metric)
            return metrics[i].value;
    }
    return otherwise;
}

/* What the process took goes to its channels, if each was looked at in one depth all the time. */
static void
learn(DepthDesk *desk, const InputRecord *input, double cpu_s, double time_s)
{
    const size_t n = input->input->n_channels;
    g_autofree DepthShare *shares = g_new0(DepthShare, n);

    for (size_t i = 0; i < n; i++) {
        ChannelRecord *channel = desk->ports.records->channels[input->input->channels[i]];

        shares[i] = (DepthShare){.cost = &channel->depth.cost, .depth = channel->depth.looked};
    }
    depth_cost_learn(shares, n, &desk->governor.speed, cpu_s, time_s);
}

/* How far the socket's buffer filled while a turn was late: the kernel counts datagrams with what
 * carries them, against twice of what it says it granted. */
static double
filled_share(const MessageReport *report)
{
    const double turn_s = metric_of(report->metrics, report->n_metrics, METRIC_TURN_LATE, 0);
    const double loop_s = metric_of(report->metrics, report->n_metrics, METRIC_LOOP_AGE, 0);
    const double late_s = MAX(turn_s, loop_s); /* a turn that lasts has not been told as late yet */
    const double rate_bps = metric_of(report->metrics, report->n_metrics, METRIC_INPUT_BITRATE, 0);
    const double buffer = metric_of(report->metrics, report->n_metrics, METRIC_RECEIVE_BUFFER, 0);

    return buffer > 0 ? late_s * rate_bps / 8 / DATAGRAM * SKB / (2 * buffer) : 0;
}

static void
take_use(DepthDesk *desk, InputRecord *input, const MessageReport *report)
{
    WorkerUse *use = &input->use;
    const double total_s =
        metric_of(report->metrics, report->n_metrics, METRIC_WORKER_CPU, (double)NAN);
    const double time_s = (double)(report->at_us - use->at_us) / (double)US_PER_SECOND;
    const double cpu_s = total_s - use->total_s;

    use->filled = filled_share(report);
    if (use->at_us != 0 && time_s < TIME_MIN_S)
        return;
    use->cores = (double)NAN;
    if (use->at_us != 0 && cpu_s >= 0) { /* a new process counts from 0 */
        use->cores = cpu_s / time_s;
        if (!use->unsteady)
            learn(desk, input, cpu_s, time_s);
    }
    use->total_s = total_s;
    use->at_us = report->at_us;
    use->unsteady = false;
}

static void
take_channel(ChannelRecord *channel, const ChannelReport *report)
{
    DepthChannel *depth = &channel->depth;
    const Depth looked = report->depth <= DEPTH_FULL ? (Depth)report->depth : DEPTH_BITSTREAM;
    const double width = metric_of(report->metrics, report->n_metrics, METRIC_VIDEO_WIDTH, 0);
    const double height = metric_of(report->metrics, report->n_metrics, METRIC_VIDEO_HEIGHT, 0);

    if (looked != depth->looked)
        channel->input->use.unsteady = true;
    depth->looked = looked;
    depth->hints = report->hints;
    if (width > 0 && height > 0)
        depth->cost.area = width * height / FULL_HD;
}

void
depth_desk_report(DepthDesk *desk, InputRecord *input, unsigned part, AlarmNow now)
{
    const MessageReport *report = &input->reports[part]->report;
    bool urgent = false;

    for (size_t i = 0; i < report->n_channels; i++) {
        const ChannelReport *told = &report->channels[i];
        ChannelRecord *channel = records_find_channel(desk->ports.records, told->channel_id);

        if (channel == NULL || channel->input != input)
            continue;
        take_channel(channel, told);
        urgent |= (told->hints & DEPTH_SUSPECT_HINTS & ~channel->urgent_hints) != 0;
    }
    if (part == 0)
        take_use(desk, input, report);
    if (urgent)
        depth_desk_step(desk, now);
}

void
depth_desk_watch(DepthDesk *desk, ChannelRecord *channel, AlarmNow now)
{
    const MonoUs before_us = channel->depth.watched_us;

    channel->depth.watched_us = now.us;
    if (before_us == 0 || now.us - before_us >= DEPTH_WATCHED_US)
        depth_desk_step(desk, now);
}

static void
tell_worker(DepthDesk *desk, ChannelRecord *channel, MonoUs now_us)
{
    const DepthChannel *depth = &channel->depth;
    const bool told = channel->depth_sent_us != 0 && channel->sent_depth == depth->wanted;
    const bool settled = told && now_us - channel->depth_sent_us >= RESEND_US;
    /* A worker may look deeper than it was told while something hints. */
    const bool obeys =
        depth->looked == depth->wanted || (depth->looked > depth->wanted && depth->hints != 0);

    if (!depth->present || (told && (obeys || !settled)))
        return;
    if (!desk->ports.send(channel->input->input->id, channel->channel->id, depth->wanted,
                          desk->ports.user_data))
        return;
    channel->sent_depth = depth->wanted;
    channel->depth_sent_us = now_us;
}

static void
add_input_load(const InputRecord *input, MonoUs stepped_us, MonoUs now_us, DepthLoad *load)
{
    if (input->own_loss_us != 0 && input->own_loss_us > stepped_us)
        load->own_drops = true;
    if (input->use.at_us == 0 || now_us - input->use.at_us > FRESH_US)
        return;
    load->filled = MAX(load->filled, input->use.filled);
    if (isfinite(input->use.cores))
        load->spent_cores =
            (isfinite(load->spent_cores) ? load->spent_cores : 0) + input->use.cores;
}

static DepthLoad
load_of_all(DepthDesk *desk, MonoUs now_us)
{
    DepthLoad load = {.cores = desk->machine.cores,
                      .budget = desk->ports.profile->depth_budget,
                      .spent_cores = (double)NAN};
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, desk->ports.records->inputs_by_id);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        add_input_load(value, desk->stepped_us, now_us, &load);
    if (now_us - desk->machine.at_us >= STEP_US || desk->machine.at_us == 0)
        desk->busy_cores = machine_load_read(&desk->machine, now_us);
    load.others_cores =
        MAX(desk->busy_cores - (isfinite(load.spent_cores) ? load.spent_cores : 0), 0.0);
    if (!isfinite(desk->busy_cores))
        load.others_cores = (double)NAN;
    return load;
}

/* Returns: (transfer full) */
static char *
describe_reduction(const DepthSummary *summary)
{
    g_autoptr(GString) text = g_string_new("This box is too busy to look as deeply as it should");

    if (summary->n_blind > 0)
        g_string_append_printf(text, ": %u of %u channels go without pictures, in turn",
                               summary->n_blind, summary->n_present);
    else
        g_string_append_printf(text, ": %u of %u channels get a key frame every 4 s at most",
                               summary->n_below_keys, summary->n_present);
    g_string_append_printf(text, "; measuring takes %.2f of its %.2f cores",
                           isfinite(summary->spent_cores) ? summary->spent_cores : 0.0,
                           summary->budget_cores);
    if (summary->cause == STRAIN_OWN_DROPS)
        g_string_append(text, ", and packets were lost");
    else if (summary->cause == STRAIN_LATE)
        g_string_append(text, ", and turns come late");
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static void
observe(DepthDesk *desk, AlarmNow now)
{
    const DepthSummary *summary = &desk->governor.summary;
    g_autofree char *text = summary->reduced ? describe_reduction(summary) : NULL;
    const Observation observation = {.resource = "box",
                                     .fault = FAULT_DEPTH_REDUCED,
                                     .faulty = summary->reduced,
                                     .cause_scope = CAUSE_MONITOR,
                                     .value = summary->n_blind + summary->n_below_keys,
                                     .text = text};

    ingest_observe(desk->ports.ingest, &observation, now);
}

static void
tell_present(ChannelRecord *channel, MonoUs now_us)
{
    const MessageReport *report = NULL;

    channel->depth.present =
        channel_record_report(channel, &report) != NULL && now_us - report->at_us <= FRESH_US;
    channel->urgent_hints = channel->depth.present ? channel->depth.hints : 0;
}

static void
plan(DepthDesk *desk, MonoUs now_us)
{
    Records *records = desk->ports.records;
    const size_t n = records->inventory->n_channels;
    g_autofree DepthChannel **channels = g_new0(DepthChannel *, MAX(n, 1));
    const DepthLoad load = load_of_all(desk, now_us);

    for (size_t i = 0; i < n; i++) {
        records->channels[i]->depth.own = i >= n - records->inventory->n_own;
        tell_present(records->channels[i], now_us);
        channels[i] = &records->channels[i]->depth;
    }
    depth_governor_step(&desk->governor, channels, n, &load, now_us);
    for (unsigned depth = 0; depth < DEPTH_COUNT; depth++)
        desk->headroom[depth] = depth_headroom(
            channels, n, (Depth)depth, &desk->governor.speed, desk->governor.summary.budget_cores,
            desk->machine.cores - desk->governor.summary.others_cores);
    for (size_t i = 0; i < n; i++)
        tell_worker(desk, records->channels[i], now_us);
}

void
depth_desk_step(DepthDesk *desk, AlarmNow now)
{
    if (now.us <= desk->stepped_us)
        return;
    plan(desk, now.us);
    observe(desk, now);
    desk->stepped_us = now.us;
}

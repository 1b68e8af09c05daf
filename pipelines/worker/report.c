/* From a reading to a report. */
#include "pipelines/worker/report.h"

#include <math.h>
#include <sys/resource.h>

#include "pipelines/base/clock.h"
#include "pipelines/worker/depth.h"

#define SECONDS(us) ((double)(us) / (double)US_PER_SECOND)

void
report_add(GArray *metrics, MetricId metric, double value)
{
    const MetricValue entry = {(uint16_t)metric, value};

    if (isfinite(value))
        g_array_append_val(metrics, entry);
}

static double
own_cpu_seconds(void)
{
    struct rusage usage;

    if (getrusage(RUSAGE_SELF, &usage) != 0)
        return 0.0;
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void
add_loss_metrics(GArray *metrics, const Reading *reading)
{
    report_add(metrics, METRIC_RTP_OWN_LOST, (double)reading->loss.rtp_own_lost);
    report_add(metrics, METRIC_NIC_MISSED, (double)reading->loss.nic_missed);
    report_add(metrics, METRIC_SOFTNET_DROPS, (double)reading->loss.softnet_drops);
    report_add(metrics, METRIC_CPU_STEAL, reading->loss.steal);
    report_add(metrics, METRIC_TURN_LATE, SECONDS(reading->source.late_max_us));
}

static void
add_rtp_metrics(GArray *metrics, const Reading *reading)
{
    const IpFigures *ip = &reading->ip;
    const IpLegFigures *one = &ip->legs[0], *two = &ip->legs[1];

    if (!ip->is_rtp)
        return;
    if (one->clock_steady)
        report_add(metrics, METRIC_RTP_JITTER, MAX(one->jitter_us, two->jitter_us) / 1e6);
    report_add(metrics, METRIC_RTP_DUPLICATES, (double)(one->duplicates + two->duplicates));
    report_add(metrics, METRIC_RTP_RESTARTS, (double)ip->restarts);
    report_add(metrics, METRIC_FEC_RECEIVED, (double)(ip->fec.received[0] + ip->fec.received[1]));
    report_add(metrics, METRIC_FEC_RECOVERED, (double)ip->fec.recovered);
    report_add(metrics, METRIC_FEC_UNRECOVERED, (double)ip->fec.unrecovered);
    report_add(metrics, METRIC_LEG1_LOST, (double)(one->lost - reading->loss.leg_own_lost[0]));
    if (two->expected)
        report_add(metrics, METRIC_LEG2_LOST, (double)(two->lost - reading->loss.leg_own_lost[1]));
    if (ip->skew.skew_class != IP_SKEW_UNKNOWN)
        report_add(metrics, METRIC_LEG_SKEW, SECONDS(ip->skew.max_us));
}

static void
add_flow_metrics(GArray *metrics, const Reading *reading)
{
    const IpLegFigures *legs = reading->ip.legs;
    unsigned present = 0, sources = 0;

    for (unsigned i = 0; i < IP_LEGS; i++) {
        const bool comes = legs[i].expected && !legs[i].absent && legs[i].last_us != 0;
        const unsigned senders = legs[i].second < legs[i].n_senders ? 2 : 1;

        present += comes;
        sources = MAX(sources, comes ? senders : 0);
    }
    report_add(metrics, METRIC_LEGS_PRESENT, present);
    report_add(metrics, METRIC_SOURCES, sources);
    if (legs[0].mdi.known) {
        report_add(metrics, METRIC_MDI_DF, MAX(legs[0].mdi.df_ms, legs[1].mdi.df_ms) / 1e3);
        report_add(metrics, METRIC_MDI_MLR, MAX(legs[0].mdi.mlr, legs[1].mdi.mlr));
    }
    if (legs[0].dscp.known)
        report_add(metrics, METRIC_DSCP, legs[0].dscp.to);
    if (legs[0].ttl.known)
        report_add(metrics, METRIC_TTL, legs[0].ttl.to);
    add_rtp_metrics(metrics, reading);
}

static GArray *
input_metrics(const Reading *reading, MonoUs started_us)
{
    const UdpSourceFigures *source = &reading->source;
    GArray *metrics = g_array_new(FALSE, FALSE, sizeof(MetricValue));
    const MonoUs last_us = source->last_us != 0 ? source->last_us : started_us;
    const MonoUs turned_us = source->turned_us != 0 ? source->turned_us : started_us;

    report_add(metrics, METRIC_PACKETS, (double)reading->ts.packets);
    report_add(metrics, METRIC_BYTES, (double)source->bytes);
    report_add(metrics, METRIC_DATAGRAMS, (double)source->datagrams);
    report_add(metrics, METRIC_OWN_DROPS, (double)source->own_drops);
    report_add(metrics, METRIC_RTP_LOST, (double)(reading->ip.lost - reading->loss.rtp_own_lost));
    report_add(metrics, METRIC_RTP_REORDERED,
               (double)(reading->ip.legs[0].reordered + reading->ip.legs[1].reordered));
    report_add(metrics, METRIC_SYNC_LOSSES, (double)reading->ts.sync_losses);
    report_add(metrics, METRIC_DATA_AGE, SECONDS(MAX(reading->now_us - last_us, 0)));
    report_add(metrics, METRIC_RECEIVE_BUFFER, (double)source->granted);
    report_add(metrics, METRIC_WORKER_CPU, own_cpu_seconds());
    report_add(metrics, METRIC_NULL_PACKETS, (double)reading->ts.null_packets);
    report_add(metrics, METRIC_INTERVAL_MAX, SECONDS(source->interval_max_us));
    report_add(metrics, METRIC_LOOP_AGE, SECONDS(MAX(reading->now_us - turned_us, 0)));
    add_loss_metrics(metrics, reading);
    add_flow_metrics(metrics, reading);
    return metrics;
}

static void
add_seconds(GArray *metrics, MetricId metric, int64_t us)
{
    if (us != INT64_MIN)
        report_add(metrics, metric, SECONDS(us));
}

static void
add_clock_metrics(GArray *metrics, const ServiceReading *service)
{
    const TsClockFigures *clock = &service->clock;

    if (clock->accuracy_judged > 0) {
        const int64_t max_ns = MAX(clock->accuracy_max_ns, -clock->accuracy_min_ns);

        report_add(metrics, METRIC_PCR_ACCURACY, (double)clock->accuracy_ns / 1e9);
        report_add(metrics, METRIC_PCR_ACCURACY_MAX, (double)max_ns / 1e9);
    }
    add_seconds(metrics, METRIC_VIDEO_AHEAD, service->video_ahead_us);
    add_seconds(metrics, METRIC_AUDIO_AHEAD, service->audio_ahead_us);
    add_seconds(metrics, METRIC_AUDIO_SKEW, service->skew_us);
}

static void
add_rate_metrics(GArray *metrics, const Reading *reading)
{
    report_add(metrics, METRIC_INPUT_BITRATE, reading->bitrate_bps);
    if (reading->clock_bps > 0)
        report_add(metrics, METRIC_CLOCK_BITRATE, reading->clock_bps);
    if (reading->rate_kind != TS_RATE_UNKNOWN)
        report_add(metrics, METRIC_CONSTANT_RATE, reading->rate_kind == TS_RATE_CONSTANT);
}

/* A service that left the PAT and came back may count anew. */
static double
without(uint64_t count, uint64_t part)
{
    return count > part ? (double)(count - part) : 0.0;
}

static void
add_segment_metrics(GArray *metrics, const ServiceReading *service)
{
    const SegmentFigures *segments = &service->segments;

    if (!service->has_segments)
        return;
    report_add(metrics, METRIC_SEGMENTS_WRITTEN, (double)segments->folder.written);
    report_add(metrics, METRIC_SEGMENT_BYTES, (double)segments->folder.stored_bytes);
    report_add(metrics, METRIC_SEGMENT_SECONDS, SECONDS(segments->folder.stored_us));
    report_add(metrics, METRIC_SEGMENT_LOST, (double)segments->lost_packets);
    report_add(metrics, METRIC_SEGMENT_ERRORS, (double)segments->folder.disk_errors);
}

static GArray *
channel_metrics(const ServiceReading *service)
{
    GArray *metrics = g_array_new(FALSE, FALSE, sizeof(MetricValue));
    const TsServiceFigures *ts = &service->ts;
    const LossCount *of_monitor = &service->of_monitor;
    const AudioReading *audio = reading_main_audio(service);

    report_add(metrics, METRIC_BITRATE, ts->bitrate_bps);
    report_add(metrics, METRIC_CC_ERRORS, without(ts->cc_errors, of_monitor->errors));
    report_add(metrics, METRIC_CC_MISSING, without(ts->cc_missing, of_monitor->missing));
    report_add(metrics, METRIC_OWN_GAPS, (double)(ts->own_gaps + of_monitor->errors));
    report_add(metrics, METRIC_OWN_MISSING, (double)(ts->own_missing + of_monitor->missing));
    report_add(metrics, METRIC_TRANSPORT_ERRORS, (double)ts->transport_errors);
    if (ts->pcr_interval_max_us > 0) /* no interval ended in the last second: that is not 0 s */
        report_add(metrics, METRIC_PCR_INTERVAL_MAX, SECONDS(ts->pcr_interval_max_us));
    report_add(metrics, METRIC_PCR_DISCONTINUITIES, (double)ts->pcr_jumps);
    report_add(metrics, METRIC_SCRAMBLED, (double)ts->scrambled);
    report_add(metrics, METRIC_CRC_ERRORS, (double)ts->crc_errors);
    report_picture_metrics(metrics, service);
    add_clock_metrics(metrics, service);
    add_segment_metrics(metrics, service);
    if (audio != NULL && audio->sound.last.at_us != 0) {
        report_add(metrics, METRIC_AUDIO_PEAK, audio->sound.peak_dbfs);
        report_add(metrics, METRIC_AUDIO_RMS, audio->sound.rms_dbfs);
    }
    return metrics;
}

/* "H.264 1920x1080 25p": as the stream's headers have it, at once and at every depth; what they do
 * not say, as the last picture had it. Returns: (transfer full) */
static char *
describe_video(const ServiceReading *service)
{
    g_autoptr(GString) text = g_string_new(ts_codec_name(service->video.codec));
    const EsVideo *coded = &service->format.coded;
    const PictureFigures *picture = &service->picture;
    const unsigned width = coded->known ? coded->width : picture->width;
    const unsigned height = coded->known ? coded->height : picture->height;
    const bool shown = picture->width == width && picture->height == height;
    const bool interlaced = shown ? picture->interlaced : coded->interlaced;
    const double rate_hz = coded->known && coded->rate_den > 0
                               ? (double)coded->rate_num / coded->rate_den
                               : service->decoder.rate_hz;

    if (service->video.pid == 0)
        return g_strdup("");
    if (width > 0)
        g_string_append_printf(text, " %ux%u", width, height);
    if (width > 0 && rate_hz > 0.0)
        g_string_append_printf(text, " %.4g%s", interlaced ? 2.0 * rate_hz : rate_hz,
                               interlaced ? "i" : "p");
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static void
fill_pids(ChannelReport *channel, const ServiceReading *service)
{
    channel->n_pids = service->n_pids;
    channel->pids = g_new0(PidReport, service->n_pids);
    for (size_t i = 0; i < service->n_pids; i++) {
        const TsPidInfo *pid = &service->pids[i];

        channel->pids[i] = (PidReport){
            .pid = pid->pid,
            .stream_type = pid->stream_type,
            .packets = pid->packets,
            .cc_errors = pid->cc_errors,
            .bitrate_bps = (uint32_t)CLAMP(pid->bitrate_bps, 0.0, (double)G_MAXUINT32),
        };
    }
}

static void
fill_indicators(ChannelReport *channel, const ServiceReading *service, MonoUs now_us)
{
    channel->indicators = g_new0(IndicatorReport, TS_INDICATOR_COUNT);
    for (size_t i = 0; i < TS_INDICATOR_COUNT; i++) {
        const TsIndicatorState *state = &service->indicators[i];

        if (!state->judged)
            continue;
        channel->indicators[channel->n_indicators++] = (IndicatorReport){
            .indicator = ts_indicator_info((TsIndicator)i)->wire,
            .active = ts_indicator_active(state, (TsIndicator)i, now_us),
            .count = state->count,
            .last_us = state->last_us,
        };
    }
}

void
report_add_check(GArray *checks, CheckId check, int64_t resolution_us, MonoUs looked_us)
{
    const CheckReport entry = {(uint8_t)check, resolution_us, looked_us};

    g_array_append_val(checks, entry);
}

static void
fill_checks(ChannelReport *channel,
            const ServiceReading *service,
            const ChannelStates *states,
            Sampling sampling,
            MonoUs now_us)
{
    GArray *checks = g_array_new(FALSE, FALSE, sizeof(CheckReport));

    report_picture_checks(checks, service, sampling, now_us);
    report_audio_checks(checks, service, states);
    channel->n_checks = checks->len;
    channel->checks = (CheckReport *)(void *)g_array_free(checks, FALSE);
}

static void
fill_channel(ChannelReport *channel,
             const ServiceConfig *config,
             const ServiceReading *service,
             const ChannelStates *states,
             MonoUs now_us)
{
    const Sampling sampling = depth_sampling(config->depth);

    GArray *metrics = channel_metrics(service);

    channel->channel_id = g_strdup(config->channel_id);
    channel->service_id = service->ts.service_id;
    channel->depth = config->depth;
    channel->service_name = g_strdup(service->name);
    channel->video = describe_video(service);
    channel->audio = report_audio_format(reading_main_audio(service));
    channel->faults = g_new0(FaultState, STATES_MAX);
    channel->n_faults = channel_states_list(states, channel->faults);
    channel->n_metrics = metrics->len;
    channel->metrics = (MetricValue *)(void *)g_array_free(metrics, FALSE);
    channel->hints = (uint16_t)report_hints(service, states, now_us);
    fill_pids(channel, service);
    fill_indicators(channel, service, now_us);
    report_audios(channel, service, states);
    fill_checks(channel, service, states, sampling, now_us);
}

unsigned
report_parts(const Reading *reading)
{
    const size_t parts =
        (reading->n_services + REPORT_PART_CHANNELS - 1) / (size_t)REPORT_PART_CHANNELS;

    return (unsigned)CLAMP(parts, 1, REPORT_PARTS_MAX);
}

Message *
report_message(const Reading *reading,
               const MessageConfig *config,
               const ChannelStates *states,
               MonoUs started_us,
               unsigned part)
{
    Message *message = g_new0(Message, 1);
    MessageReport *report = &message->report;
    const size_t first = (size_t)part * REPORT_PART_CHANNELS;

    message->kind = MESSAGE_REPORT;
    report->at_us = reading->now_us;
    report->wall_us = wall_now_us();
    report->part = (uint8_t)part;
    if (part == 0) {
        GArray *metrics = input_metrics(reading, started_us);

        add_rate_metrics(metrics, reading);
        report->n_metrics = metrics->len;
        report->metrics = (MetricValue *)(void *)g_array_free(metrics, FALSE);
    }
    report->n_channels =
        first < reading->n_services ? MIN(reading->n_services - first, REPORT_PART_CHANNELS) : 0;
    report->channels = g_new0(ChannelReport, report->n_channels);
    for (size_t i = 0; i < report->n_channels; i++)
        fill_channel(&report->channels[i], &config->services[first + i],
                     &reading->services[first + i], &states[first + i], reading->now_us);
    return message;
}

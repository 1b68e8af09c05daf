/* One family at a time: HELP, TYPE, then a line for each channel. Labels hold slugs, names of the
 * site's own and words of the lists, never text from a stream. What is exported is chosen: what no
 * rule and no dashboard reads is left out, the input of a channel stands in gantry_channel_info
 * alone, and 64 channels stay below 200 kB. */
#include "appliance/http/view-metrics.h"

#include <math.h>

#include "appliance/http/view-metrics-box.h"
#include "pipelines/contract/catalogue.h"

/* Metrics of the list that are exported, and what they are called here where the rule (gantry_,
 * name, unit, _total) would say something that other exporters call otherwise. */
static const struct {
    MetricId metric;
    const char *name; /* (nullable): by the rule */
} exported[] = {
    {METRIC_BYTES, NULL},
    {METRIC_RTP_LOST, "gantry_input_lost_total"},
    {METRIC_RTP_REORDERED, "gantry_input_reordered_total"},
    {METRIC_OWN_DROPS, "gantry_input_own_drops_total"},
    {METRIC_FEC_RECOVERED, "gantry_input_fec_recovered_total"},
    {METRIC_FEC_UNRECOVERED, "gantry_input_fec_unrecovered_total"},
    {METRIC_INTERVAL_MAX, "gantry_input_iat_max_seconds"},
    {METRIC_RTP_JITTER, "gantry_input_jitter_seconds"},
    {METRIC_WORKER_CPU, "gantry_pipeline_cpu_seconds_total"},
    {METRIC_CC_ERRORS, NULL},
    {METRIC_CC_MISSING, NULL},
    {METRIC_TRANSPORT_ERRORS, NULL},
    {METRIC_PCR_ACCURACY_MAX, "gantry_ts_pcr_jitter_seconds"},
    {METRIC_CRC_ERRORS, "gantry_ts_crc_errors_total"},
    {METRIC_PICTURES, "gantry_video_frames_total"},
    {METRIC_DECODE_ERRORS, "gantry_video_decode_errors_total"},
};

/* "_seconds" and the like. */
static const char *
unit_suffix(const MetricInfo *metric)
{
    static const char *const suffixes[][2] = {
        {"seconds", "_seconds"}, {"ratio", "_ratio"}, {"bytes", "_bytes"}};

    for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        if (g_str_equal(metric->unit, suffixes[i][0]) &&
            !g_str_has_suffix(metric->name, suffixes[i][1]))
            return suffixes[i][1];
    }
    return "";
}

static void
metric_family(MetricsText *text, const Snapshot *snapshot, size_t index)
{
    const MetricInfo *info = metric_info((unsigned)exported[index].metric);
    const bool counter = info->kind == METRIC_KIND_COUNTER;
    g_autofree char *ruled =
        g_strdup_printf("gantry_%s%s%s", info->name, unit_suffix(info), counter ? "_total" : "");
    const char *name = exported[index].name != NULL ? exported[index].name : ruled;

    metrics_family(text, name, counter ? METRICS_COUNTER : METRICS_GAUGE, info->sentence);
    for (size_t i = 0; i < snapshot->n_channels; i++) {
        const ChannelView *channel = &snapshot->channels[i];

        for (size_t m = 0; m < channel->n_metrics; m++) {
            if (channel->metrics[m].metric == (unsigned)info->number)
                metrics_channel(text, name, channel->id, channel->metrics[m].value);
        }
    }
}

/* ---- TR 101 290 ---- */

/* Checks that are counted by a family of their own, or that a newer form or their parts replace. */
static bool
is_told_otherwise(const char *number)
{
    static const char *const told[] = {"1.3", "1.4", "1.5", "2.1", "2.2", "2.3", NULL};

    return g_strv_contains(told, number);
}

/* "PAT_2" of "PAT_error_2": that it counts errors stands in the name of the family. */
static char *
check_name(const IndicatorInfo *info)
{
    GString *name = g_string_new(info->name);

    g_string_replace(name, "_error", "", 1);
    return g_string_free(name, FALSE);
}

/* Checks of the first two priorities, those that can be judged; of the third the sum, and only
 * where it is not 0: receivers survive them. */
static void
indicator_samples(MetricsText *text, const ChannelView *channel)
{
    static const char name[] = "gantry_ts_tr101290_errors_total";
    uint64_t third = 0;

    for (size_t i = 0; i < channel->n_indicators; i++) {
        const IndicatorInfo *info = indicator_info(channel->indicators[i].indicator);

        if (info == NULL || is_told_otherwise(info->number))
            continue;
        if (info->number[0] == '3') {
            third += channel->indicators[i].count;
            continue;
        }
        g_autofree char *check = check_name(info);

        metrics_sample(text, name, (double)channel->indicators[i].count,
                       (const char *const[]){"channel", channel->id, "priority",
                                             info->number[0] == '1' ? "1" : "2", "check", check,
                                             NULL});
    }
    if (third > 0)
        metrics_sample(
            text, name, (double)third,
            (const char *const[]){"channel", channel->id, "priority", "3", "check", "all", NULL});
}

/* ---- Sound ---- */

static void
audio_samples(MetricsText *text, const ChannelView *channel)
{
    static const struct {
        MetricId metric;
        const char *window;
    } windows[] = {{METRIC_LOUDNESS_SHORT, "S"}, {METRIC_LOUDNESS_INTEGRATED, "I"}};

    for (size_t a = 0; a < channel->n_audios; a++) {
        char track[8];

        g_snprintf(track, sizeof track, "%zu", a + 1);
        for (size_t m = 0; m < channel->audios[a].n_metrics; m++) {
            const MetricValue *value = &channel->audios[a].metrics[m];

            for (size_t w = 0; w < G_N_ELEMENTS(windows); w++) {
                if (value->metric == (unsigned)windows[w].metric)
                    metrics_sample(text, "gantry_audio_loudness_lufs", value->value,
                                   (const char *const[]){"channel", channel->id, "track", track,
                                                         "window", windows[w].window, NULL});
            }
        }
    }
}

/* ---- Channels ---- */

static double
up_of(const ChannelView *channel, const ViewTime *now)
{
    return channel->state == CHANNEL_OK || channel->state == CHANNEL_PLANNED ? 1
           : channel->state == CHANNEL_FAULT                                 ? 0
                                                                             : (double)NAN;
}

static double
measured_age_of(const ChannelView *channel, const ViewTime *now)
{
    return view_age_of(now, channel->reported_us);
}

static double
picture_age_of(const ChannelView *channel, const ViewTime *now)
{
    return view_age_of(now, channel->thumbnail_captured_us);
}

static double
depth_of(const ChannelView *channel, const ViewTime *now)
{
    return channel->reported_us != 0 ? (double)channel->depth : (double)NAN;
}

static double
rate_of(const ChannelView *channel, const ViewTime *now)
{
    return channel->reported_us != 0 ? channel->bitrate_bps / 8 : (double)NAN;
}

static double
restarts_of(const ChannelView *channel, const ViewTime *now)
{
    return channel->worker_restarts;
}

static double
black_of(const ChannelView *channel, const ViewTime *now)
{
    return channel->black_s;
}

static double
frozen_of(const ChannelView *channel, const ViewTime *now)
{
    return channel->frozen_s;
}

static double
silent_of(const ChannelView *channel, const ViewTime *now)
{
    return channel->silent_s;
}

static const struct {
    const char *name;
    MetricsKind kind;
    const char *help;
    double (*value)(const ChannelView *channel, const ViewTime *now);
} of_channel[] = {
    {"gantry_channel_up", METRICS_GAUGE,
     "1 while the channel is ok or planned, 0 on a fault, NaN while unknown", up_of},
    {"gantry_channel_measured_age_seconds", METRICS_GAUGE, "Age of the channel's figures",
     measured_age_of},
    {"gantry_channel_bytes_per_second", METRICS_GAUGE,
     "Bytes of the channel's transport stream in the last second", rate_of},
    {"gantry_channel_depth", METRICS_GAUGE,
     "How deep the picture is looked at: 0 bitstream only, 1 a key frame every 4 s, 2 every key "
     "frame, 3 every picture",
     depth_of},
    {"gantry_thumbnail_age_seconds", METRICS_GAUGE, "Age of the channel's last picture",
     picture_age_of},
    {"gantry_worker_restarts_total", METRICS_COUNTER, "Restarts of the channel's worker",
     restarts_of},
    {"gantry_video_black_seconds_total", METRICS_COUNTER, "Time that the picture was black",
     black_of},
    {"gantry_video_freeze_seconds_total", METRICS_COUNTER, "Time that the picture stood still",
     frozen_of},
    {"gantry_audio_silence_seconds_total", METRICS_COUNTER,
     "Time that all streams of sound were silent", silent_of},
};

static void
channel_families(MetricsText *text, const Snapshot *snapshot, const ViewTime *now)
{
    metrics_family(text, "gantry_channel_info", METRICS_GAUGE,
                   "Channels by slug, name, group and input");
    for (size_t i = 0; i < snapshot->n_channels; i++) {
        const ChannelView *channel = &snapshot->channels[i];

        metrics_sample(text, "gantry_channel_info", 1,
                       (const char *const[]){"channel", channel->id, "name", channel->name, "group",
                                             channel->group, "input", channel->input_id, NULL});
    }
    for (size_t f = 0; f < G_N_ELEMENTS(of_channel); f++) {
        metrics_family(text, of_channel[f].name, of_channel[f].kind, of_channel[f].help);
        for (size_t i = 0; i < snapshot->n_channels; i++)
            metrics_channel(text, of_channel[f].name, snapshot->channels[i].id,
                            of_channel[f].value(&snapshot->channels[i], now));
    }
    metrics_family(
        text, "gantry_ts_tr101290_errors_total", METRICS_COUNTER,
        "Errors by the checks of TR 101 290 (their names without _error), since the worker "
        "started");
    for (size_t i = 0; i < snapshot->n_channels; i++)
        indicator_samples(text, &snapshot->channels[i]);
    metrics_family(text, "gantry_audio_loudness_lufs", METRICS_GAUGE,
                   "Loudness in LUFS by EBU R 128: short-term and integrated");
    for (size_t i = 0; i < snapshot->n_channels; i++)
        audio_samples(text, &snapshot->channels[i]);
}

void
view_metrics(GString *out,
             const Snapshot *snapshot,
             const ViewTime *now,
             const HttpServerStatus *server,
             const MetricsWant *want)
{
    MetricsText text = {.out = out, .open = want->open};

    metrics_family(&text, "gantry_build_info", METRICS_GAUGE, "Version that runs");
    metrics_sample(&text, "gantry_build_info", 1,
                   (const char *const[]){"version", want->build, NULL});
    view_metrics_box(&text, snapshot, now, server);
    channel_families(&text, snapshot, now);
    for (size_t i = 0; i < G_N_ELEMENTS(exported); i++)
        metric_family(&text, snapshot, i);
    metrics_end(&text);
}

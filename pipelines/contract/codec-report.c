/* The once-a-second report to a variant and back. */
#include "pipelines/contract/codec-part.h"

#include <math.h>

#include "pipelines/base/error.h"

gboolean
codec_check_count(gsize count, const char *what, GError **error)
{
    if (count <= MESSAGE_MAX_ITEMS)
        return TRUE;
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                "report: %" G_GSIZE_FORMAT " %s, at most %u", count, what, MESSAGE_MAX_ITEMS);
    return FALSE;
}

static GVariant *
channel_to_variant(const ChannelReport *channel)
{
    g_autofree char *service_name = codec_text(channel->service_name);
    g_autofree char *video = codec_text(channel->video);
    g_autofree char *audio = codec_text(channel->audio);

    return g_variant_new("(sqyqsss@a(qbxd)@a(qd)@a(qyttu)@a(ybtx)@a" CODEC_AUDIO_TYPE "@a(yxx))",
                         channel->channel_id, channel->service_id, channel->depth, channel->hints,
                         service_name, video, audio,
                         codec_faults_to_variant(channel->faults, channel->n_faults),
                         codec_metrics_to_variant(channel->metrics, channel->n_metrics),
                         codec_pids_to_variant(channel->pids, channel->n_pids),
                         codec_indicators_to_variant(channel->indicators, channel->n_indicators),
                         codec_audios_to_variant(channel), codec_checks_to_variant(channel));
}

GVariant *
codec_report_to_variant(const MessageReport *report, GError **error)
{
    GVariantBuilder channels;

    if (!codec_check_count(report->n_metrics, "metrics", error) ||
        !codec_check_count(report->n_channels, "channels", error))
        return NULL;
    for (size_t i = 0; i < report->n_channels; i++) {
        const ChannelReport *channel = &report->channels[i];

        if (!codec_check_slug(channel->channel_id, "channel", error) ||
            !codec_check_count(channel->n_faults, "faults", error) ||
            !codec_check_count(channel->n_metrics, "metrics", error) ||
            !codec_check_count(channel->n_pids, "PIDs", error) ||
            !codec_check_count(channel->n_indicators, "indicators", error) ||
            !codec_media_check(channel, error))
            return NULL;
    }
    g_variant_builder_init(&channels, G_VARIANT_TYPE("a" CODEC_CHANNEL_TYPE));
    for (size_t i = 0; i < report->n_channels; i++)
        g_variant_builder_add_value(&channels, channel_to_variant(&report->channels[i]));
    return g_variant_new("(yxx@a(qd)a" CODEC_CHANNEL_TYPE ")", report->part, report->at_us,
                         report->wall_us,
                         codec_metrics_to_variant(report->metrics, report->n_metrics), &channels);
}

gboolean
codec_metrics_from_variant(GVariant *variant,
                           MetricValue **ret_metrics,
                           size_t *ret_n,
                           GError **error)
{
    const gsize count = g_variant_n_children(variant);

    if (!codec_check_count(count, "metrics", error))
        return FALSE;
    *ret_metrics = g_new0(MetricValue, count);
    *ret_n = count;
    for (gsize i = 0; i < count; i++) {
        MetricValue *metric = &(*ret_metrics)[i];

        g_variant_get_child(variant, i, "(qd)", &metric->metric, &metric->value);
        if (!isfinite(metric->value)) {
            g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                        "report: metric %u is not finite", metric->metric);
            return FALSE;
        }
    }
    return TRUE;
}

gboolean
codec_faults_from_variant(GVariant *variant, FaultState **ret_faults, size_t *ret_n, GError **error)
{
    const gsize count = g_variant_n_children(variant);

    if (!codec_check_count(count, "faults", error))
        return FALSE;
    *ret_faults = g_new0(FaultState, count);
    *ret_n = count;
    for (gsize i = 0; i < count; i++) {
        FaultState *state = &(*ret_faults)[i];
        gboolean active = FALSE;

        g_variant_get_child(variant, i, "(qbxd)", &state->fault, &active, &state->since_us,
                            &state->value);
        state->active = active != FALSE;
        if (!codec_check_state(state, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
pids_from_variant(GVariant *variant, ChannelReport *channel, GError **error)
{
    const gsize count = g_variant_n_children(variant);

    if (!codec_check_count(count, "PIDs", error))
        return FALSE;
    channel->pids = g_new0(PidReport, count);
    channel->n_pids = count;
    for (gsize i = 0; i < count; i++) {
        PidReport *pid = &channel->pids[i];

        g_variant_get_child(variant, i, "(qyttu)", &pid->pid, &pid->stream_type, &pid->packets,
                            &pid->cc_errors, &pid->bitrate_bps);
        if (pid->pid > 0x1fff || (i > 0 && pid->pid <= channel->pids[i - 1].pid)) {
            g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                        "report: PID %u, expected ascending PIDs below 8192", pid->pid);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean
indicators_from_variant(GVariant *variant, ChannelReport *channel, GError **error)
{
    const gsize count = g_variant_n_children(variant);

    if (!codec_check_count(count, "indicators", error))
        return FALSE;
    channel->indicators = g_new0(IndicatorReport, count);
    channel->n_indicators = count;
    for (gsize i = 0; i < count; i++) {
        IndicatorReport *indicator = &channel->indicators[i];
        gboolean active = FALSE;

        g_variant_get_child(variant, i, "(ybtx)", &indicator->indicator, &active, &indicator->count,
                            &indicator->last_us);
        indicator->active = active != FALSE;
        if (indicator->last_us < 0 ||
            (i > 0 && indicator->indicator <= channel->indicators[i - 1].indicator)) {
            g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                        "report: indicator %u, expected ascending ones with times from 0",
                        indicator->indicator);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean
channel_from_variant(GVariant *variant, ChannelReport *channel, GError **error)
{
    g_autoptr(GVariant) faults = NULL;
    g_autoptr(GVariant) metrics = NULL;
    g_autoptr(GVariant) pids = NULL;
    g_autoptr(GVariant) indicators = NULL;
    g_autoptr(GVariant) audios = NULL;
    g_autoptr(GVariant) checks = NULL;

    g_variant_get(variant, "(sqyqsss@a(qbxd)@a(qd)@a(qyttu)@a(ybtx)@a" CODEC_AUDIO_TYPE "@a(yxx))",
                  &channel->channel_id, &channel->service_id, &channel->depth, &channel->hints,
                  &channel->service_name, &channel->video, &channel->audio, &faults, &metrics,
                  &pids, &indicators, &audios, &checks);
    return codec_check_slug(channel->channel_id, "channel", error) &&
           codec_check_text(channel->service_name, "service name", error) &&
           codec_check_text(channel->video, "video", error) &&
           codec_check_text(channel->audio, "audio", error) &&
           codec_faults_from_variant(faults, &channel->faults, &channel->n_faults, error) &&
           codec_metrics_from_variant(metrics, &channel->metrics, &channel->n_metrics, error) &&
           pids_from_variant(pids, channel, error) &&
           indicators_from_variant(indicators, channel, error) &&
           codec_audios_from_variant(audios, channel, error) &&
           codec_checks_from_variant(checks, channel, error);
}

gboolean
codec_report_from_variant(GVariant *variant, MessageReport *ret_report, GError **error)
{
    g_autoptr(GVariant) metrics = NULL;
    g_autoptr(GVariant) channels = NULL;

    g_variant_get(variant, "(yxx@a(qd)@a" CODEC_CHANNEL_TYPE ")", &ret_report->part,
                  &ret_report->at_us, &ret_report->wall_us, &metrics, &channels);
    if (ret_report->part >= REPORT_PARTS_MAX) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "report: part %u, at most %u",
                    ret_report->part, REPORT_PARTS_MAX - 1);
        return FALSE;
    }
    if (ret_report->at_us < 0 || ret_report->wall_us < 0) {
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "report: negative time");
        return FALSE;
    }
    if (!codec_metrics_from_variant(metrics, &ret_report->metrics, &ret_report->n_metrics, error))
        return FALSE;
    const gsize count = g_variant_n_children(channels);

    if (!codec_check_count(count, "channels", error))
        return FALSE;
    ret_report->channels = g_new0(ChannelReport, count);
    ret_report->n_channels = count;
    for (gsize i = 0; i < count; i++) {
        g_autoptr(GVariant) child = g_variant_get_child_value(channels, i);

        if (!channel_from_variant(child, &ret_report->channels[i], error))
            return FALSE;
    }
    return TRUE;
}

void
codec_report_clear(MessageReport *report)
{
    for (size_t i = 0; i < report->n_channels; i++) {
        ChannelReport *channel = &report->channels[i];

        g_free(channel->channel_id);
        g_free(channel->service_name);
        g_free(channel->video);
        g_free(channel->audio);
        g_free(channel->faults);
        g_free(channel->metrics);
        g_free(channel->pids);
        g_free(channel->indicators);
        codec_media_clear(channel);
    }
    g_free(report->channels);
    g_free(report->metrics);
}

/* The sound's part of a report: every stream with its figures, and how finely each check looks. */
#include "pipelines/worker/report.h"

/* "AAC 2.0". Returns: (transfer full) */
char *
report_audio_format(const AudioReading *audio)
{
    const unsigned channels = audio != NULL ? audio->sound.n_channels : 0;
    const bool low = channels == 6 || channels == 8;

    if (audio == NULL)
        return g_strdup("");
    if (channels == 0)
        return g_strdup(ts_codec_name(audio->es.codec));
    return g_strdup_printf("%s %u.%u", ts_codec_name(audio->es.codec),
                           low ? channels - 1 : channels, low ? 1u : 0u);
}

static void
fill_audio(AudioReport *report, const AudioReading *audio)
{
    const SoundFigures *sound = &audio->sound;
    GArray *metrics = g_array_new(FALSE, FALSE, sizeof(MetricValue));

    if (sound->last.at_us != 0) {
        report_add(metrics, METRIC_SOUND_PEAK, sound->peak_dbfs);
        report_add(metrics, METRIC_SOUND_RMS, sound->rms_dbfs);
        report_add(metrics, METRIC_SOUND_CHANNELS, sound->n_channels);
        report_add(metrics, METRIC_SOUND_RATE, sound->rate_hz);
    }
    report_add(metrics, METRIC_SOUND_ERRORS, (double)sound->errors);
    *report = (AudioReport){
        .pid = audio->es.pid,
        .language = g_strdup(audio->es.language),
        .format = report_audio_format(audio),
        .n_metrics = metrics->len,
        .metrics = (MetricValue *)(void *)g_array_free(metrics, FALSE),
    };
    if (!sound->silent.known)
        return;
    report->faults = g_new0(FaultState, 1);
    report->faults[report->n_faults++] = (FaultState){
        .fault = FAULT_SOUND_STREAM_SILENT,
        .active = sound->silent.active,
        .since_us = sound->silent.since_us,
        .value = sound->peak_dbfs,
    };
}

void
report_audios(ChannelReport *channel, const ServiceReading *service)
{
    channel->audios = g_new0(AudioReport, ES_AUDIO_MAX);
    for (unsigned slot = 0; slot < ES_AUDIO_MAX; slot++) {
        if (service->audios[slot].es.pid != 0)
            fill_audio(&channel->audios[channel->n_audios++], &service->audios[slot]);
    }
}

void
report_audio_checks(GArray *checks, const ServiceReading *service)
{
    const AudioReading *audio = reading_main_audio(service);
    const MonoUs looked_us = audio != NULL ? audio->sound.last.at_us : 0;

    report_add_check(checks, CHECK_SILENCE, looked_us != 0 ? SOUND_METER_WINDOW_US : 0, looked_us);
}

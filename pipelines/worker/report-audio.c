/* The sound's part of a report: every stream with its figures, and how finely each check looks. */
#include <string.h>

#include "pipelines/worker/report.h"

#define SECONDS(us) ((double)(us) / (double)US_PER_SECOND)

/* "AAC 2.0 48 kHz". Returns: (transfer full) */
char *
report_audio_format(const AudioReading *audio)
{
    if (audio == NULL)
        return g_strdup("");
    return g_strdup(audio->sound.format.words[0] != '\0' ? audio->sound.format.words
                                                         : ts_codec_name(audio->es.codec));
}

static void
add_loudness(GArray *metrics, const SoundFigures *sound)
{
    const LoudnessFigures *loudness = &sound->loudness;

    report_add(metrics, METRIC_LOUDNESS_MOMENTARY, loudness->momentary_lufs);
    report_add(metrics, METRIC_LOUDNESS_SHORT, loudness->short_term_lufs);
    report_add(metrics, METRIC_LOUDNESS_INTEGRATED, loudness->integrated_lufs);
    report_add(metrics, METRIC_LOUDNESS_RANGE, loudness->range_lu);
    report_add(metrics, METRIC_LOUDNESS_HOUR, loudness->hour_integrated_lufs);
    report_add(metrics, METRIC_LOUDNESS_HOUR_RANGE, loudness->hour_range_lu);
    report_add(metrics, METRIC_LOUDNESS_MOMENTARY_MAX, loudness->max_momentary_lufs);
    report_add(metrics, METRIC_LOUDNESS_SHORT_MAX, loudness->max_short_term_lufs);
    report_add(metrics, METRIC_PROGRAMME_SECONDS, loudness->programme_s);
}

static GArray *
audio_metrics(const AudioReading *audio, const StreamStates *states)
{
    GArray *metrics = g_array_new(FALSE, FALSE, sizeof(MetricValue));
    const SoundFigures *sound = &audio->sound;

    report_add(metrics, METRIC_SOUND_ERRORS, (double)sound->errors);
    if (states->sync.judged)
        report_add(metrics, METRIC_LIP_SYNC_DRIFT, SECONDS(states->sync.drift_us));
    if (sound->last.at_us == 0)
        return metrics;
    report_add(metrics, METRIC_SOUND_PEAK, sound->peak_dbfs);
    report_add(metrics, METRIC_SOUND_RMS, sound->rms_dbfs);
    report_add(metrics, METRIC_SOUND_CHANNELS, sound->n_channels);
    report_add(metrics, METRIC_SOUND_RATE, sound->rate_hz);
    report_add(metrics, METRIC_TRUE_PEAK_NOW, sound->true_peak_dbtp);
    report_add(metrics, METRIC_TRUE_PEAK_MAX, sound->true_peak_max_dbtp);
    report_add(metrics, METRIC_CLIPPED, (double)sound->clips);
    if (sound->phase_known)
        report_add(metrics, METRIC_PHASE, sound->correlation);
    if (sound->clock.known)
        report_add(metrics, METRIC_SOUND_PTS_GAP, SECONDS(sound->clock.gap_us));
    add_loudness(metrics, sound);
    return metrics;
}

static void
fill_audio(AudioReport *report, const AudioReading *audio, const StreamStates *states)
{
    GArray *metrics = audio_metrics(audio, states);

    *report = (AudioReport){
        .pid = audio->es.pid,
        .language = g_strdup(audio->es.language),
        .format = report_audio_format(audio),
        .faults = g_new0(FaultState, STREAM_FAULTS),
    };
    report->n_metrics = metrics->len;
    report->metrics = (MetricValue *)(void *)g_array_free(metrics, FALSE);
    report->n_faults = stream_states_list(states, report->faults);
}

void
report_audios(ChannelReport *channel, const ServiceReading *service, const ChannelStates *states)
{
    channel->audios = g_new0(AudioReport, ES_AUDIO_MAX);
    for (unsigned slot = 0; slot < ES_AUDIO_MAX; slot++) {
        if (service->audios[slot].es.pid != 0)
            fill_audio(&channel->audios[channel->n_audios++], &service->audios[slot],
                       &states->streams[slot]);
    }
}

void
report_audio_checks(GArray *checks, const ServiceReading *service, const ChannelStates *states)
{
    static const CheckId of_windows[] = {CHECK_SILENCE, CHECK_CLIPPING, CHECK_PHASE, CHECK_LOUDNESS,
                                         CHECK_TRUE_PEAK};
    MonoUs looked_us = 0, format_us = 0, compared_us = 0;

    for (unsigned slot = 0; slot < ES_AUDIO_MAX; slot++) {
        const AudioReading *audio = &service->audios[slot];

        if (audio->es.pid == 0)
            continue;
        looked_us = MAX(looked_us, audio->sound.last.at_us);
        format_us = MAX(format_us, audio->sound.frames > 0 ? audio->es.unit_us : 0);
        if (states->streams[slot].sync.judged)
            compared_us = MAX(compared_us, states->streams[slot].skew_us);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(of_windows); i++)
        report_add_check(checks, of_windows[i], looked_us != 0 ? SOUND_METER_WINDOW_US : 0,
                         looked_us);
    report_add_check(checks, CHECK_LIP_SYNC,
                     compared_us != 0 ? LIP_SYNC_SAMPLES * US_PER_SECOND : 0, compared_us);
    report_add_check(checks, CHECK_LAYOUT, format_us != 0 ? SOUND_METER_WINDOW_US : 0, format_us);
}

/* Blocks of samples through the sound kernels; times are counted in samples. */
#include "pipelines/probe/wav-source.h"

#include "pipelines/base/error.h"
#include "pipelines/measure/sound-judge.h"
#include "pipelines/probe/input-file.h"
#include "pipelines/probe/wav-reader.h"

typedef struct {
    MediaAudio *audio;     /* no-ref */
    SoundMeasure *measure; /* owned; NULL before the first samples */
    SoundJudge judge;
    SoundRules rules;
    MonoUs at_us; /* where the window that is being filled begins */
    float true_peak_dbtp;
} Listener;

/* By bits of a channel mask; the side channels of 5.1 are often called those at the back. */
static SoundLayout
layout_of(const WavFormat *format)
{
    static const struct {
        uint32_t bit;
        SoundPosition position;
    } speakers[] = {
        {0x1, SOUND_FRONT_LEFT},  {0x2, SOUND_FRONT_RIGHT},  {0x4, SOUND_CENTRE},
        {0x8, SOUND_LOW},         {0x10, SOUND_BACK_LEFT},   {0x20, SOUND_BACK_RIGHT},
        {0x200, SOUND_SIDE_LEFT}, {0x400, SOUND_SIDE_RIGHT},
    };
    const bool sides = (format->speakers & 0x600) != 0;
    SoundLayout layout = {.n_channels = format->n_channels};
    unsigned channel = 0;

    if (format->speakers == 0)
        return sound_layout_of_count(format->n_channels);
    for (size_t i = 0; i < G_N_ELEMENTS(speakers) && channel < layout.n_channels; i++) {
        if ((format->speakers & speakers[i].bit) == 0)
            continue;
        layout.at[channel] = speakers[i].position;
        if (!sides && speakers[i].position == SOUND_BACK_LEFT)
            layout.at[channel] = SOUND_SIDE_LEFT;
        if (!sides && speakers[i].position == SOUND_BACK_RIGHT)
            layout.at[channel] = SOUND_SIDE_RIGHT;
        channel++;
    }
    while (channel < layout.n_channels)
        layout.at[channel++] = SOUND_OTHER;
    return layout;
}

static void
take_window(Listener *listener, const SoundWindow *window)
{
    (void)sound_judge_window(&listener->judge, &listener->rules, window, listener->at_us);
    media_spans_follow(&listener->audio->silence,
                       sound_judge_condition(&listener->judge, SOUND_SILENT), 0);
    listener->true_peak_dbtp = MAX(listener->true_peak_dbtp, window->true_peak_dbtp);
    listener->at_us += window->length_us;
}

static void
listen(const WavFormat *format, const float *const *planes, size_t frames, void *user_data)
{
    Listener *listener = user_data;
    const float *at[WAV_CHANNELS_MAX];

    if (!listener->measure) {
        const SoundLayout layout = layout_of(format);

        listener->measure = g_new0(SoundMeasure, 1);
        sound_measure_init(listener->measure, &layout, format->rate_hz);
        listener->audio->n_channels = format->n_channels;
        listener->audio->rate_hz = format->rate_hz;
    }
    for (size_t done = 0; done < frames;) {
        SoundWindow window;

        for (size_t i = 0; i < format->n_channels; i++)
            at[i] = planes[i] + done;
        done += sound_measure_add(listener->measure, at, frames - done);
        while (sound_measure_take(listener->measure, &window))
            take_window(listener, &window);
    }
}

static void
conclude(Listener *listener, const WavReader *reader)
{
    const LoudnessFigures figures = loudness_figures(&listener->measure->loudness);
    const uint64_t frames = wav_reader_frames(reader);
    const MonoUs end_us = MEDIA_FIRST_US + (int64_t)((double)frames * (double)US_PER_SECOND /
                                                     listener->audio->rate_hz);

    listener->audio->loudness = (MediaLoudness){
        .integrated_lufs = figures.integrated_lufs,
        .range_lu = figures.range_lu,
        .true_peak_dbtp = (double)listener->true_peak_dbtp,
        .max_momentary_lufs = figures.max_momentary_lufs,
        .max_short_term_lufs = figures.max_short_term_lufs,
    };
    media_spans_finish(&listener->audio->silence, end_us);
}

static bool
read_all(const char *path, WavReader *reader, GError **error)
{
    g_autoptr(GInputStream) stream = input_file_open(path, error);
    g_autofree uint8_t *chunk = g_malloc(INPUT_FILE_CHUNK);
    gssize size;

    if (!stream)
        return false;
    while ((size = input_file_read(stream, chunk, error)) > 0)
        if (!wav_reader_push(reader, chunk, (size_t)size))
            break;
    if (size >= 0 && wav_reader_wrong(reader))
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, wav_reader_wrong(reader));
    return size >= 0 && !wav_reader_wrong(reader);
}

bool
wav_source_run(Media *media, const char *path, bool *ret_cut, GError **error)
{
    Listener listener = {
        .audio = media_add_audio(media),
        .rules = sound_rules_default(),
        .at_us = MEDIA_FIRST_US,
        .true_peak_dbtp = SOUND_TRUE_PEAK_FLOOR,
    };
    g_autoptr(WavReader) reader = wav_reader_new(listen, &listener);

    listener.rules.rules[SOUND_SILENT].hold_us = 0;
    media_note_time(media, MEDIA_FIRST_US);
    const bool read = read_all(path, reader, error);

    if (read) {
        conclude(&listener, reader);
        *ret_cut = wav_reader_is_cut(reader);
    }
    g_free(listener.measure);
    return read;
}

bool
wav_source_is_wav(const char *path, bool *ret_is_wav, GError **error)
{
    uint8_t magic[WAV_MAGIC_SIZE];
    size_t size = 0;

    if (!input_file_head(path, magic, sizeof magic, &size, error))
        return false;
    *ret_is_wav = wav_looks_like(magic, size);
    return true;
}

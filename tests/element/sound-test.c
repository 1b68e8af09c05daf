/* The sound-meter, from coded frames of every codec to levels, loudness, conditions and formats. */
#include <gst/check/gstharness.h>
#include <math.h>
#include <string.h>

#include "pipelines/elements/elements.h"
#include "pipelines/elements/es-unit.h"
#include "pipelines/elements/gantry-sound-meter.h"
#include "tests/element/sound-maker.h"

#define RATE  48000u
#define START (100 * US_PER_SECOND)

typedef struct {
    GstHarness *harness;
    GantrySoundMeter *meter; /* no-ref */
    SoundMakerCodec codec;
    guint64 samples; /* pushed */
    gint64 pts_off;  /* 90 kHz; added to what the samples say */
} Rig;

static Rig
rig_new(SoundMakerCodec codec)
{
    Rig rig = {.codec = codec};

    rig.harness = gst_harness_new_with_padnames("gantrysoundmeter", "sink", NULL);
    rig.meter = GANTRY_SOUND_METER(rig.harness->element);
    gst_harness_set_src_caps_str(rig.harness, sound_maker_caps(codec));
    return rig;
}

static void
rig_clear(Rig *rig)
{
    gst_harness_teardown(rig->harness);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Rig, rig_clear)

/* Pushes a unit of a few whole frames, @flags on it. */
static void
push(Rig *rig, GByteArray *unit, guint frames, GstBufferFlags flags)
{
    const guint64 pts = 90000 + rig->samples * 90000 / RATE + (guint64)rig->pts_off;
    GstBuffer *buffer = gst_buffer_new_allocate(NULL, unit->len + 64, NULL);

    gst_buffer_memset(buffer, 0, 0, unit->len + 64);
    gst_buffer_fill(buffer, 0, unit->data, unit->len);
    gst_buffer_set_size(buffer, (gssize)unit->len);
    rig->samples += (guint64)frames * sound_maker_frame(rig->codec);
    es_unit_set_times(buffer, pts % PTS90_MODULUS, START + (MonoUs)(rig->samples * 1000000 / RATE));
    GST_BUFFER_FLAG_SET(buffer, flags);
    g_assert_cmpint(gst_harness_push(rig->harness, buffer), ==, GST_FLOW_OK);
}

#define FRAMES_A_UNIT 4u

static void
play(Rig *rig, const SoundBuild *sound)
{
    g_autoptr(GPtrArray) frames = sound_maker_encode(rig->codec, sound);

    if (rig->codec == SOUND_MAKER_OPUS) { /* as the tables say it: which streams a unit holds */
        g_autofree char *caps = g_strdup_printf(
            "%s, channel-config=%u", sound_maker_caps(rig->codec), sound->n_channels + 1);

        gst_harness_set_src_caps_str(rig->harness, caps);
    }
    for (guint i = 0; i < frames->len; i += FRAMES_A_UNIT) {
        g_autoptr(GByteArray) unit = g_byte_array_new();
        const guint count = MIN(FRAMES_A_UNIT, frames->len - i);

        for (guint k = 0; k < count; k++) {
            gsize size = 0;
            const guint8 *data = g_bytes_get_data(frames->pdata[i + k], &size);

            g_byte_array_append(unit, data, (guint)size);
        }
        push(rig, unit, count, 0);
    }
}

static SoundFigures
figures_of(const Rig *rig)
{
    SoundFigures figures;

    gantry_sound_meter_get_figures(rig->meter, &figures);
    return figures;
}

static SoundBuild *
tone(guint n_channels, double dbfs, double seconds)
{
    SoundBuild *sound = sound_build_new(RATE, n_channels);

    sound_build_tone_dbfs(sound, 1000, dbfs, seconds);
    return sound;
}

static gboolean
holds(const SoundFigures *figures, SoundCondition condition)
{
    return figures->conditions[condition].known && figures->conditions[condition].active;
}

static void
every_codec_reads_the_level_of_its_tone(void)
{
    static const guint channels[] = {1, 2, 6};

    for (guint i = 0; i < SOUND_MAKER_CODECS * G_N_ELEMENTS(channels); i++) {
        const SoundMakerCodec codec = (SoundMakerCodec)(i / G_N_ELEMENTS(channels));
        const guint n = channels[i % G_N_ELEMENTS(channels)];

        if (!sound_maker_can(codec, n))
            continue;
        g_auto(Rig) rig = rig_new(codec);
        g_autoptr(SoundBuild) sound = tone(n, -20, 5);

        play(&rig, sound);
        const SoundFigures figures = figures_of(&rig);
        /* L R C 1, surround 1.41; the low-frequency channel is no part of it, nor codes 1 kHz. */
        const double weight = n == 6 ? 3 + 2 * 1.41 : n;
        const double lufs = -23.01 + 10 * log10(weight);
        g_autofree char *format =
            g_strdup_printf("%s %u.%u 48 kHz", sound_maker_name(codec), n == 6 ? 5 : n, n == 6);

        g_test_message("%s: S %.2f LUFS (%.2f), true peak %.2f dBTP", figures.format.words,
                       figures.loudness.short_term_lufs, lufs, figures.true_peak_dbtp);
        g_assert_cmpstr(figures.format.words, ==, format);
        g_assert_cmpuint(figures.format.number, ==, 1);
        g_assert_cmpuint(figures.errors, ==, 0);
        g_assert_cmpuint(figures.n_channels, ==, n);
        g_assert_cmpuint(figures.last.n_channels, ==, n);
        g_assert_cmpfloat_with_epsilon(figures.loudness.short_term_lufs, lufs, 0.3);
        g_assert_cmpfloat_with_epsilon(figures.loudness.integrated_lufs, lufs, 0.5);
        g_assert_cmpfloat_with_epsilon((double)figures.last.rms_dbfs[0], -23.01, 0.3);
        g_assert_cmpfloat_with_epsilon(figures.true_peak_dbtp, -20, 0.7);
        g_assert_cmpint(figures.clock.gap_us, <, 1000);
        g_assert_cmpint(figures.clock.gap_us, >, -1000);
        g_assert_false(holds(&figures, SOUND_SILENT));
    }
}

static void
each_channel_of_surround_is_where_it_belongs(void)
{
    static const SoundMakerCodec surround[] = {SOUND_MAKER_AAC_ADTS, SOUND_MAKER_AAC_LATM,
                                               SOUND_MAKER_AC3, SOUND_MAKER_EAC3};

    for (guint i = 0; i < G_N_ELEMENTS(surround); i++) {
        for (guint channel = 0; channel < 6; channel++) {
            g_auto(Rig) rig = rig_new(surround[i]);
            g_autoptr(SoundBuild) sound = sound_build_new(RATE, 6);
            double peaks[6] = {0};

            peaks[channel] = 0.1;
            sound_build_tone(sound, channel == 3 ? 60 : 1000, peaks, 4);
            play(&rig, sound);
            const SoundFigures figures = figures_of(&rig);
            const double lufs = -23.01 + 10 * log10(channel > 3 ? 1.41 : 1);

            g_assert_cmpfloat_with_epsilon((double)figures.last.rms_dbfs[channel], -23.01, 0.5);
            if (channel == 3) /* what the codec lets through elsewhere is far below */
                g_assert_true(!(figures.loudness.short_term_lufs > -50));
            else
                g_assert_cmpfloat_with_epsilon(figures.loudness.short_term_lufs, lufs, 0.3);
        }
    }
}

static void
silence_of_every_codec_is_silence(void)
{
    for (SoundMakerCodec codec = 0; codec < SOUND_MAKER_CODECS; codec++) {
        if (!sound_maker_can(codec, 2))
            continue;
        g_auto(Rig) rig = rig_new(codec);
        g_autoptr(SoundBuild) sound = tone(2, -20, 3);

        sound_build_silence(sound, 4);
        play(&rig, sound);
        const SoundFigures figures = figures_of(&rig);

        g_assert_true(figures.silent.active);
        g_assert_cmpint(ABS(figures.silent.since_us - START - 3 * US_PER_SECOND), <,
                        150 * US_PER_MS); /* a unit's arrival, and the codec's delay */
        g_assert_cmpfloat(figures.loudness.momentary_lufs, <, -60);
    }
}

static void
a_channel_turned_over_is_in_opposite_phase(void)
{
    for (SoundMakerCodec codec = 0; codec < SOUND_MAKER_CODECS; codec++) {
        const double peaks[] = {0.2, -0.2};

        if (!sound_maker_can(codec, 2) || codec == SOUND_MAKER_OPUS)
            continue;
        g_auto(Rig) rig = rig_new(codec);
        g_autoptr(SoundBuild) sound = sound_build_new(RATE, 2);

        sound_build_tone(sound, 1000, peaks, 8);
        play(&rig, sound);
        const SoundFigures figures = figures_of(&rig);

        g_assert_true(holds(&figures, SOUND_INVERTED));
        g_assert_cmpfloat(figures.correlation, <, -0.98);
    }
}

static void
another_layout_is_followed_and_said(void)
{
    g_auto(Rig) rig = rig_new(SOUND_MAKER_AC3);
    g_autoptr(SoundBuild) stereo = tone(2, -20, 4), surround = tone(6, -20, 4);

    play(&rig, stereo);
    play(&rig, surround);
    const SoundFigures figures = figures_of(&rig);

    g_assert_cmpstr(figures.format.words, ==, "AC-3 5.1 48 kHz");
    g_assert_cmpuint(figures.format.number, ==, 2);
    g_assert_cmpint(ABS(figures.format.since_us - START - 4 * US_PER_SECOND), <, 300 * US_PER_MS);
    g_assert_cmpuint(figures.last.n_channels, ==, 6);
    g_assert_cmpuint(figures.errors, ==, 0);
    g_assert_false(figures.silent.active);
}

static void
another_codec_is_followed_by_its_caps(void)
{
    g_auto(Rig) rig = rig_new(SOUND_MAKER_MP2);
    g_autoptr(SoundBuild) sound = tone(2, -20, 3);

    play(&rig, sound);
    g_assert_cmpstr(figures_of(&rig).format.words, ==, "MPEG audio 2.0 48 kHz");
    rig.codec = SOUND_MAKER_AAC_ADTS;
    gst_harness_set_src_caps_str(rig.harness, sound_maker_caps(rig.codec));
    play(&rig, sound);
    const SoundFigures figures = figures_of(&rig);

    g_assert_cmpstr(figures.format.words, ==, "AAC 2.0 48 kHz");
    g_assert_cmpfloat_with_epsilon(figures.loudness.short_term_lufs, -20, 0.3);
    g_assert_cmpuint(figures.clock.jumps, ==, 0);
}

static void
the_framing_of_aac_is_found_whatever_the_tables_say(void)
{
    static const SoundMakerCodec framings[] = {SOUND_MAKER_AAC_ADTS, SOUND_MAKER_AAC_LATM};

    for (guint i = 0; i < G_N_ELEMENTS(framings); i++) {
        g_auto(Rig) rig = rig_new(framings[i]);
        g_autoptr(SoundBuild) sound = tone(2, -20, 3);

        gst_harness_set_src_caps_str(rig.harness, sound_maker_caps(framings[1 - i]));
        play(&rig, sound);
        g_assert_cmpuint(figures_of(&rig).errors, ==, 0);
        g_assert_true(
            g_str_has_prefix(figures_of(&rig).format.words, sound_maker_name(framings[i])));
    }
}

static void
time_stamps_that_leave_the_samples_are_measured(void)
{
    g_auto(Rig) rig = rig_new(SOUND_MAKER_MP2);
    g_autoptr(SoundBuild) sound = tone(2, -20, 3);

    rig.pts_off = (gint64)(PTS90_MODULUS - 300000); /* which wraps on the way */
    play(&rig, sound);
    g_assert_cmpint(ABS(figures_of(&rig).clock.gap_us), <, 100);
    rig.pts_off += 9000;
    play(&rig, sound);
    g_assert_cmpint(ABS(figures_of(&rig).clock.gap_us - 100 * US_PER_MS), <, 100);
    g_assert_cmpuint(figures_of(&rig).clock.jumps, ==, 0);
    rig.pts_off += 90000 * 60;
    play(&rig, sound);
    g_assert_cmpuint(figures_of(&rig).clock.jumps, ==, 1);
    g_assert_cmpint(ABS(figures_of(&rig).clock.gap_us), <, 100);
}

/* Damages every @nth unit of a loud tone with garbage, and says so or not. */
static void
play_damaged(Rig *rig, guint nth, gboolean said)
{
    g_autoptr(SoundBuild) sound = tone(2, -20, 20);
    g_autoptr(GPtrArray) frames = sound_maker_encode(rig->codec, sound);
    guint32 state = 1;

    for (guint i = 0; i < frames->len; i++) {
        g_autoptr(GByteArray) unit = g_byte_array_new();
        gsize size = 0;
        const guint8 *data = g_bytes_get_data(frames->pdata[i], &size);

        g_byte_array_append(unit, data, (guint)size);
        for (guint k = 20; i % nth == nth - 1 && k < unit->len; k++) {
            state = state * 1664525u + 1013904223u;
            unit->data[k] = (guint8)(state >> 24);
        }
        push(rig, unit, 1, said && i % nth == nth - 1 ? GST_BUFFER_FLAG_CORRUPTED : 0);
    }
}

static void
damage_makes_neither_silence_nor_peaks(void)
{
    for (SoundMakerCodec codec = 0; codec < SOUND_MAKER_CODECS; codec++) {
        if (!sound_maker_can(codec, 2))
            continue;
        g_auto(Rig) rig = rig_new(codec);

        play_damaged(&rig, 40, TRUE);
        const SoundFigures figures = figures_of(&rig);

        g_test_message("%s: %" G_GUINT64_FORMAT " refused, %" G_GUINT64_FORMAT
                       " of %" G_GUINT64_FORMAT " windows not judged",
                       sound_maker_name(codec), figures.errors, figures.damaged, figures.windows);
        g_assert_cmpuint(figures.damaged, >, 0);
        g_assert_cmpuint(figures.damaged, <, figures.windows);
        for (guint i = 0; i < SOUND_CONDITIONS; i++)
            g_assert_true(i == SOUND_MONO || !holds(&figures, (SoundCondition)i));
        g_assert_cmpuint(figures.clips, ==, 0);
        g_assert_cmpfloat(figures.true_peak_max_dbtp, <, -15);
    }
}

static void
what_is_refused_is_no_silence(void)
{
    g_auto(Rig) rig = rig_new(SOUND_MAKER_AC3);
    g_autoptr(SoundBuild) sound = tone(2, -20, 3);

    play(&rig, sound);
    play_damaged(&rig, 1, FALSE); /* twenty seconds of nothing but garbage */
    const SoundFigures figures = figures_of(&rig);

    g_assert_cmpuint(figures.errors, >, 300);
    g_assert_true(figures.silent.known);
    g_assert_false(figures.silent.active);
}

static void
a_programme_begins_anew_when_asked(void)
{
    g_auto(Rig) rig = rig_new(SOUND_MAKER_MP2);
    g_autoptr(SoundBuild) loud = tone(2, -10, 6), quiet = tone(2, -30, 6);

    play(&rig, loud);
    gantry_sound_meter_begin_programme(rig.meter);
    play(&rig, quiet);
    const SoundFigures figures = figures_of(&rig);

    g_assert_cmpfloat_with_epsilon(figures.loudness.integrated_lufs, -30, 1.5);
    g_assert_cmpfloat_with_epsilon(figures.loudness.programme_s, 5.5, 0.6);
    g_assert_cmpfloat(figures.loudness.hour_integrated_lufs, >, -15);
}

int
main(int argc, char **argv)
{
    gst_init(&argc, &argv);
    g_test_init(&argc, &argv, NULL);
    g_assert_true(gantry_elements_init(NULL));
    g_test_add_func("/sound/codecs", every_codec_reads_the_level_of_its_tone);
    g_test_add_func("/sound/surround", each_channel_of_surround_is_where_it_belongs);
    g_test_add_func("/sound/silence", silence_of_every_codec_is_silence);
    g_test_add_func("/sound/phase", a_channel_turned_over_is_in_opposite_phase);
    g_test_add_func("/sound/layout", another_layout_is_followed_and_said);
    g_test_add_func("/sound/codec", another_codec_is_followed_by_its_caps);
    g_test_add_func("/sound/framing", the_framing_of_aac_is_found_whatever_the_tables_say);
    g_test_add_func("/sound/time-stamps", time_stamps_that_leave_the_samples_are_measured);
    g_test_add_func("/sound/damage", damage_makes_neither_silence_nor_peaks);
    g_test_add_func("/sound/refused", what_is_refused_is_no_silence);
    g_test_add_func("/sound/programme", a_programme_begins_anew_when_asked);
    return g_test_run();
}

/* Recorded test signals for loudness meters, at the tolerances of their standards: test
 * DATA-FOLDER. */
#include <glib.h>
#include <math.h>

#include "tests/conformance/loudness-rig.h"

typedef enum { ALL_THREE, INTEGRATED, MAX_SHORT, MAX_MOMENTARY, TRUE_PEAK } What;

typedef struct {
    const char *file;
    What what;
    double value; /* LUFS or dBTP */
} Recorded;

static const Recorded recorded[] = {
    {"seq-3341-1-16bit.wav", ALL_THREE, -23},
    {"seq-3341-10-1-24bit.wav", MAX_SHORT, -23},
    {"seq-3341-10-7-24bit.wav", MAX_SHORT, -23},
    {"seq-3341-13-1-24bit.wav", MAX_MOMENTARY, -23},
    {"seq-3341-13-3-24bit.wav", MAX_MOMENTARY, -23},
    {"seq-3341-15-24bit.wav.wav", TRUE_PEAK, -6},
    {"seq-3341-19-24bit.wav.wav", TRUE_PEAK, 3},
    {"seq-3341-20-24bit.wav.wav", TRUE_PEAK, 0},
    {"1770-2_Comp_AbsGateTest.wav", INTEGRATED, -69.5},
    {"1kHz Sine -20 LUFS-16bit.wav", INTEGRATED, -20},
    {"1kHz Sine -40 LUFS-16bit.wav", INTEGRATED, -40},
};

static void
assert_value(const LoudnessResult *result, What what, double value)
{
    switch (what) {
    case ALL_THREE:
        g_assert_cmpfloat_with_epsilon(result->loudness.momentary_lufs, value, 0.1);
        g_assert_cmpfloat_with_epsilon(result->loudness.short_term_lufs, value, 0.1);
        g_assert_cmpfloat_with_epsilon(result->loudness.integrated_lufs, value, 0.1);
        return;
    case INTEGRATED:
        g_assert_cmpfloat_with_epsilon(result->loudness.integrated_lufs, value, 0.1);
        return;
    case MAX_SHORT:
        g_assert_cmpfloat_with_epsilon(result->loudness.max_short_term_lufs, value, 0.1);
        return;
    case MAX_MOMENTARY:
        g_assert_cmpfloat_with_epsilon(result->loudness.max_momentary_lufs, value, 0.1);
        return;
    case TRUE_PEAK:
        g_assert_cmpfloat(result->true_peak_dbtp, <=, value + 0.2);
        g_assert_cmpfloat(result->true_peak_dbtp, >=, value - 0.4);
        return;
    }
}

/* A test's name and where its file is. */
typedef struct {
    const Recorded *recorded;
    char *path; /* owned */
} Case;

static void
case_free(gpointer data)
{
    Case *test = data;

    g_free(test->path);
    g_free(test);
}

static void
a_recording_reads_what_its_standard_says(gconstpointer data)
{
    const Case *test = data;
    g_autoptr(SoundBuild) sound = sound_build_read_wav(test->path);

    g_assert_nonnull(sound);
    const LoudnessResult result = loudness_rig_measure(sound);

    g_test_message("I %.2f LUFS, max M %.2f, max S %.2f, true peak %.2f dBTP",
                   result.loudness.integrated_lufs, result.loudness.max_momentary_lufs,
                   result.loudness.max_short_term_lufs, result.true_peak_dbtp);
    assert_value(&result, test->recorded->what, test->recorded->value);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (argc < 2 || !g_file_test(argv[1], G_FILE_TEST_IS_DIR)) {
        g_print("1..0 # SKIP no recordings in %s: give their folder with -Dshared_data=\n",
                argc < 2 ? "(no folder)" : argv[1]);
        return 0;
    }
    for (guint i = 0; i < G_N_ELEMENTS(recorded); i++) {
        g_autofree char *name = g_strdup_printf("/recorded/%s", recorded[i].file);
        Case *test = g_new0(Case, 1);

        test->recorded = &recorded[i];
        test->path = g_build_filename(argv[1], recorded[i].file, NULL);
        g_test_add_data_func_full(name, test, a_recording_reads_what_its_standard_says, case_free);
    }
    return g_test_run();
}

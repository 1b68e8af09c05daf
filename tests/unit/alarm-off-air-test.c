/* Off air: black, frozen and silent at once is one alarm, and nothing is guessed. */
#include "tests/unit/incident-rig.h"

typedef struct {
    double at_s;
    FaultId fault; /* FAULT_NONE: time only */
    bool faulty;
    const char *told; /* since the last step, with ';' for a line's end and without the resource */
} Step;

static void
play(const Step *steps, size_t n_steps)
{
    const char *const names[] = {"input/i0", "", "", "", ""};
    Rig rig;

    rig_init(&rig);
    rig_add_channel(&rig, "c0", names);
    rig_share(&rig);
    rig_observe_channel(&rig, 0, FAULT_PICTURE_BLACK, false);
    rig_observe_channel(&rig, 0, FAULT_PICTURE_FROZEN, false);
    rig_observe_channel(&rig, 0, FAULT_SOUND_SILENT, false);
    for (size_t i = 0; i < n_steps; i++) {
        g_test_message("step %zu at %g s", i, steps[i].at_s);
        rig_run_to(&rig, S(1000 + steps[i].at_s));
        if (steps[i].fault != FAULT_NONE)
            rig_observe_channel(&rig, 0, steps[i].fault, steps[i].faulty);
        g_autofree char *got = g_strdup(rig.told->str);
        g_auto(GStrv) lines = g_strsplit(got, " channel/c0\n", -1);
        g_autofree char *told = g_strjoinv(";", lines);

        g_assert_cmpstr(told, ==, steps[i].told);
        g_string_truncate(rig.told, 0);
    }
    rig_clear(&rig);
}

#define PLAY(steps) play(steps, G_N_ELEMENTS(steps))

static void
black_frozen_and_silent_for_10_s_are_one_critical_alarm(void)
{
    static const Step steps[] = {
        {10, FAULT_PICTURE_BLACK, true, ""},     {10.1, FAULT_PICTURE_FROZEN, true, ""},
        {10.2, FAULT_SOUND_SILENT, true, ""},    {20.5, FAULT_NONE, 0, ""},
        {20.7, FAULT_NONE, 0, "+off-air;"},      {100, FAULT_NONE, 0, ""},
        {100.1, FAULT_PICTURE_BLACK, false, ""}, {100.1, FAULT_PICTURE_FROZEN, false, ""},
        {100.1, FAULT_SOUND_SILENT, false, ""},  {105, FAULT_NONE, 0, ""},
        {105.2, FAULT_NONE, 0, "-off-air;"},     {300, FAULT_NONE, 0, ""},
    };
    PLAY(steps);
}

static void
black_with_sound_is_black(void)
{
    static const Step steps[] = {
        {10, FAULT_PICTURE_BLACK, true, ""},
        {10, FAULT_PICTURE_FROZEN, true, ""},
        {16, FAULT_NONE, 0, "+picture-black;"},
        {100, FAULT_NONE, 0, ""},
    };
    PLAY(steps);
}

static void
a_part_that_outlasts_a_short_silence_is_told_when_the_sound_returns(void)
{
    static const Step steps[] = {
        {10, FAULT_PICTURE_BLACK, true, ""},      {10, FAULT_PICTURE_FROZEN, true, ""},
        {10, FAULT_SOUND_SILENT, true, ""},       {18, FAULT_SOUND_SILENT, false, ""},
        {18.5, FAULT_NONE, 0, "+picture-black;"}, {60, FAULT_NONE, 0, ""},
    };
    PLAY(steps);
}

static void
parts_that_stood_before_join_it_and_are_told_again_if_they_stay(void)
{
    static const Step steps[] = {
        {10, FAULT_PICTURE_BLACK, true, ""},
        {10, FAULT_PICTURE_FROZEN, true, ""},
        {40, FAULT_SOUND_SILENT, true, "+picture-black;"},
        {50.5, FAULT_NONE, 0, "+off-air;"},
        {80, FAULT_SOUND_SILENT, false, ""},
        {86, FAULT_NONE, 0, "-off-air;"},
        {100, FAULT_NONE, 0, ""},
        {110, FAULT_PICTURE_BLACK, false, ""},
        {110, FAULT_PICTURE_FROZEN, false, ""},
        {120, FAULT_NONE, 0, "-picture-black;"},
    };
    PLAY(steps);
}

static void
a_blue_screen_without_sound_stream_is_off_air_too(void)
{
    static const Step steps[] = {
        {10, FAULT_AUDIO_MISSING, true, ""},  {12, FAULT_PICTURE_UNIFORM, true, ""},
        {12, FAULT_PICTURE_FROZEN, true, ""}, {14, FAULT_NONE, 0, "+audio-missing;"},
        {22.5, FAULT_NONE, 0, "+off-air;"},   {60, FAULT_NONE, 0, ""},
    };
    PLAY(steps);
}

static void
what_is_not_known_of_a_part_is_not_guessed(void)
{
    const char *const names[] = {"input/i0", "", "", "", ""};
    Rig rig;

    rig_init(&rig);
    rig_add_channel(&rig, "c0", names);
    rig_share(&rig);
    rig_observe_channel(&rig, 0, FAULT_PICTURE_BLACK, true);
    rig_observe_channel(&rig, 0, FAULT_SOUND_SILENT, true);
    rig_run_to(&rig, S(1100));
    g_assert_null(rig_find(&rig, "channel/c0", FAULT_OFF_AIR));
    rig_clear(&rig);
}

static void
it_says_what_came_first(void)
{
    const char *const names[] = {"input/i0", "", "", "", ""};
    Rig rig;

    rig_init(&rig);
    rig_add_channel(&rig, "c0", names);
    rig_share(&rig);
    rig_observe_channel(&rig, 0, FAULT_SOUND_SILENT, true);
    rig_run_to(&rig, S(1030));
    rig_observe_channel(&rig, 0, FAULT_PICTURE_BLACK, true);
    rig_observe_channel(&rig, 0, FAULT_PICTURE_FROZEN, true);
    rig_run_to(&rig, S(1060));
    const Known *off_air = rig_find(&rig, "channel/c0", FAULT_OFF_AIR);
    const Known *silent = rig_find(&rig, "channel/c0", FAULT_SOUND_SILENT);

    g_assert_nonnull(off_air);
    g_assert_true(g_str_has_suffix(off_air->text, "; the sound went silent first"));
    g_assert_cmpstr(silent->incident_id, ==, off_air->incident_id);
    g_assert_true(silent->first_out);
    rig_clear(&rig);
}

static void
a_lost_worker_ends_no_off_air(void)
{
    const char *const names[] = {"input/i0", "", "", "", ""};
    Rig rig;

    rig_init(&rig);
    rig_add_channel(&rig, "c0", names);
    rig_share(&rig);
    rig_observe_channel(&rig, 0, FAULT_PICTURE_BLACK, true);
    rig_observe_channel(&rig, 0, FAULT_PICTURE_FROZEN, true);
    rig_observe_channel(&rig, 0, FAULT_SOUND_SILENT, true);
    rig_run_to(&rig, S(1020));
    g_assert_nonnull(rig_find(&rig, "channel/c0", FAULT_OFF_AIR));
    rig_observe(&rig, "input/i0", FAULT_WORKER_LOST, true);
    rig_run_to(&rig, S(1040));
    rig_observe(&rig, "input/i0", FAULT_WORKER_LOST, false);
    rig_run_to(&rig, S(1050));
    g_assert_nonnull(rig_find(&rig, "channel/c0", FAULT_OFF_AIR));
    rig_observe_channel(&rig, 0, FAULT_SOUND_SILENT, false);
    rig_run_to(&rig, S(1060));
    g_assert_null(rig_find(&rig, "channel/c0", FAULT_OFF_AIR));
    rig_clear(&rig);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name) g_test_add_func("/alarm-off-air/" #name, name)
    ADD(black_frozen_and_silent_for_10_s_are_one_critical_alarm);
    ADD(black_with_sound_is_black);
    ADD(a_part_that_outlasts_a_short_silence_is_told_when_the_sound_returns);
    ADD(parts_that_stood_before_join_it_and_are_told_again_if_they_stay);
    ADD(a_blue_screen_without_sound_stream_is_off_air_too);
    ADD(what_is_not_known_of_a_part_is_not_guessed);
    ADD(it_says_what_came_first);
    ADD(a_lost_worker_ends_no_off_air);
    return g_test_run();
}

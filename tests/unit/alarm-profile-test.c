/* Profiles: inheritance, what is refused, and that the shipped ones are sound. */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "appliance/model/alarm-profile.h"
#include "pipelines/base/error.h"

static AlarmProfile *
resolve(const ProfileBook *book, const char *profile, const char *group)
{
    const ProfileWant want = {.profile = profile, .group = group};

    return profile_book_resolve(book, &want);
}

static double
raise_s(const AlarmProfile *profile, FaultId fault)
{
    return (double)alarm_profile_rule(profile, fault)->alarm.raise_after_us / US_PER_SECOND;
}

/* "drama" builds on what lies beneath, "cinema" on "drama", "strict" on news. */
static ProfileBook *
site_book(void)
{
    static const ProfileSetting drama[] = {{FAULT_PICTURE_BLACK, PROFILE_RAISE, 42, "dark"}};
    static const ProfileSetting cinema[] = {{FAULT_SOUND_SILENT, PROFILE_RAISE, 43, "quiet"},
                                            {FAULT_NONE, LIMIT_BLACK_SHARE, 0.9, "logo"}};
    static const ProfileSetting strict[] = {{FAULT_SOUND_SILENT, PROFILE_ENABLED, 0, "mute"}};
    static const ProfileSource sources[] = {
        {"drama", "", "Drama", drama, 1},
        {"cinema", "drama", "Cinema", cinema, 2},
        {"strict", "news", "Strict", strict, 1},
    };
    static const GroupProfile groups[] = {{"Talk", "news"}};
    g_autoptr(GError) error = NULL;
    ProfileBook *book = profile_book_new(sources, 3, groups, 1, &error);

    g_assert_no_error(error);
    return book;
}

static void
a_channel_inherits_from_its_group_and_the_group_from_the_default(void)
{
    g_autoptr(ProfileBook) book = site_book();
    g_autoptr(AlarmProfile) plain = resolve(book, "", "");
    g_autoptr(AlarmProfile) talk = resolve(book, "", "Talk");
    g_autoptr(AlarmProfile) both = resolve(book, "cinema", "Talk");

    g_assert_cmpstr(plain->name, ==, "default");
    g_assert_cmpfloat(raise_s(plain, FAULT_PICTURE_BLACK), ==, 5);
    g_assert_cmpstr(talk->name, ==, "news");
    g_assert_cmpfloat(raise_s(talk, FAULT_PICTURE_BLACK), ==, 3);
    g_assert_cmpstr(both->name, ==, "cinema");
    g_assert_cmpfloat(raise_s(both, FAULT_SOUND_SILENT), ==, 43);  /* its own */
    g_assert_cmpfloat(raise_s(both, FAULT_PICTURE_BLACK), ==, 42); /* of its base */
    g_assert_cmpfloat(raise_s(both, FAULT_PICTURE_FROZEN), ==, 6); /* of the group's */
    g_assert_cmpfloat(raise_s(both, FAULT_NO_PACKETS), ==, 1);     /* of the default */
    g_assert_cmpfloat(both->limits.values[LIMIT_BLACK_SHARE], ==, 0.9);
    g_assert_cmpfloat(plain->limits.values[LIMIT_BLACK_SHARE], ==, 0.98);
}

static void
a_profile_with_a_base_leaves_the_group_aside(void)
{
    g_autoptr(ProfileBook) book = site_book();
    g_autoptr(AlarmProfile) explicit = resolve(book, "default", "Talk");
    g_autoptr(AlarmProfile) strict = resolve(book, "strict", "");

    g_assert_cmpfloat(raise_s(explicit, FAULT_PICTURE_BLACK), ==, 5);
    g_assert_cmpfloat(raise_s(strict, FAULT_PICTURE_BLACK), ==, 3);
    g_assert_true(alarm_profile_rule(strict, FAULT_SOUND_SILENT)->off);
}

static void
a_profile_that_does_not_exist_leaves_the_channel_watched(void)
{
    g_autoptr(ProfileBook) book = site_book();
    g_autoptr(AlarmProfile) gone = resolve(book, "gone", "Talk");

    g_assert_cmpstr(gone->name, ==, "news");
    g_assert_false(alarm_profile_rule(gone, FAULT_NO_PACKETS)->off);
}

static void
each_carrier_waits_for_packets_by_its_own_measure(void)
{
    static const struct {
        Carrier carrier;
        double target_s;
        double expect_s;
    } cases[] = {
        {CARRIER_UDP, 0, 1},  {CARRIER_SRT, 0, 3},  {CARRIER_RTMP, 0, 5},
        {CARRIER_RTSP, 0, 5}, {CARRIER_HLS, 6, 18}, {CARRIER_HLS, 0, 30},
    };
    g_autoptr(ProfileBook) book = profile_book_empty();

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const ProfileWant want = {.carrier = cases[i].carrier, .target_s = cases[i].target_s};
        g_autoptr(AlarmProfile) profile = profile_book_resolve(book, &want);

        g_assert_cmpfloat(raise_s(profile, FAULT_NO_PACKETS), ==, cases[i].expect_s);
    }
}

static void
every_shipped_profile_is_sound_and_says_why_it_differs(void)
{
    static const char *const names[] = {"default", "hd-general", "news",
                                        "sport",   "radio",      "backup-feed"};
    g_autoptr(ProfileBook) book = profile_book_empty();
    size_t n = 0;
    const ProfileSource *shipped = profile_shipped(&n);

    g_assert_cmpuint(n, ==, G_N_ELEMENTS(names));
    for (size_t i = 0; i < n; i++) {
        g_autoptr(AlarmProfile) profile = resolve(book, names[i], "");

        g_assert_cmpstr(shipped[i].id, ==, names[i]);
        g_assert_cmpstr(profile->name, ==, names[i]);
        for (size_t k = 0; k < shipped[i].n_settings; k++) {
            g_autoptr(GError) error = NULL;

            g_assert_true(profile_setting_check(&shipped[i].settings[k], &error));
            g_assert_cmpuint(strlen(shipped[i].settings[k].why), >, 5);
        }
        for (unsigned fault = 1; fault < FAULT_WORKER_LOST; fault++) {
            const AlarmRule *rule = &alarm_profile_rule(profile, fault)->alarm;

            if (fault_info(fault)->number == FAULT_NONE)
                continue;
            g_assert_cmpint(rule->clear_after_us, >, 0);
            if (rule->escalate_after_us == 0)
                continue;
            g_test_message("%s %s", names[i], fault_info(fault)->name);
            g_assert_cmpint(rule->escalate_after_us, >, rule->raise_after_us);
            g_assert_cmpint(rule->escalated, >, rule->severity);
        }
    }
}

static void
the_limits_of_the_default_are_those_that_are_listed(void)
{
    const Limits shipped = limits_shipped();

    for (unsigned number = 1; number <= LIMIT_NUMBER_MAX; number++) {
        const LimitInfo *info = limit_info(number);

        if (info == NULL)
            continue;
        g_assert_cmpfloat(info->shipped, >=, info->smallest);
        g_assert_cmpfloat(info->shipped, <=, info->largest);
        g_assert_cmpfloat(alarm_profile_default()->limits.values[number], ==, info->shipped);
        g_assert_cmpfloat(shipped.values[number], ==, info->shipped);
        g_assert_cmpint(limit_by_name(info->name), ==, (LimitId)number);
    }
}

static void
keys_are_read_as_they_are_written(void)
{
    for (unsigned fault = 1; fault < FAULT_WORKER_LOST; fault++) {
        for (unsigned field = 0; field < PROFILE_FIELDS; field++) {
            const ProfileSetting setting = {.fault = (FaultId)fault, .field = field};
            g_autofree char *key = profile_key_text(&setting);
            ProfileSetting read;

            if (fault_info(fault)->number == FAULT_NONE)
                continue;
            g_assert_true(profile_key_parse(key, &read, NULL));
            g_assert_cmpint(read.fault, ==, fault);
            g_assert_cmpuint(read.field, ==, field);
        }
    }
}

static void
errors_name_what_would_do(void)
{
    static const struct {
        const char *key;
        double value;
        const char *expect;
    } cases[] = {
        {"picture-blak.raise_s", 1, "*did you mean picture-black*"},
        {"picture-black.raise", 1, "*did you mean raise_s*"},
        {"limits.black-shar", 1, "*did you mean black-share*"},
        {"nonsense", 1, "*FAULT.FIELD*"},
        {"picture-black.raise_s", -1, "*0 to 86400*"},
        {"picture-black.raise_s", (double)NAN, "*0 to 86400*"},
        {"limits.black-share", 1.5, "*0.5 to 1*"},
        {"picture-black.errors", 3, "*a state*"},
        {"continuity.needed", 3, "*counted*"},
        {"worker-lost.enabled", 0, "*of the box*"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        ProfileSetting setting = {.why = ""};
        bool good = profile_key_parse(cases[i].key, &setting, &error);

        setting.value = cases[i].value;
        good = good && profile_setting_check(&setting, &error);
        g_assert_false(good);
        g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
        g_test_message("%s", error->message);
        g_assert_true(g_pattern_match_simple(cases[i].expect, error->message));
    }
}

static void
a_book_that_makes_no_sense_is_refused(void)
{
    static const ProfileSource bad[][2] = {
        {{"one", "two", "", NULL, 0}, {"two", "one", "", NULL, 0}}, /* a circle */
        {{"one", "", "", NULL, 0}, {"one", "", "", NULL, 0}},       /* twice */
        {{"one", "", "", NULL, 0}, {"news", "", "", NULL, 0}},      /* shipped */
        {{"one", "", "", NULL, 0}, {"two", "gone", "", NULL, 0}},   /* no such base */
        {{"one", "", "", NULL, 0}, {"Two!", "", "", NULL, 0}},      /* no slug */
    };
    static const GroupProfile group = {"Talk", "gone"};

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(profile_book_new(bad[i], 2, NULL, 0, &error));
        g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
    }
    g_autoptr(GError) error = NULL;

    g_assert_null(profile_book_new(NULL, 0, &group, 1, &error));
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
}

static void
changes_make_a_new_book_and_what_is_used_stays(void)
{
    g_autoptr(ProfileBook) book = site_book();
    g_autoptr(GError) error = NULL;
    const ProfileSource other = {"drama", "", "Other", NULL, 0};
    g_autoptr(ProfileBook) changed = profile_book_with(book, &other, &error);
    g_autoptr(ProfileBook) same = profile_book_with(changed, &other, &error);
    g_autoptr(ProfileBook) group = profile_book_with_group(book, "Talk", "drama", &error);
    g_autoptr(ProfileBook) none = profile_book_with_group(group, "Talk", "", &error);

    g_assert_no_error(error);
    g_assert_cmpuint(changed->n_sources, ==, 3);
    g_assert_false(profile_book_equal(book, changed));
    g_assert_true(profile_book_equal(changed, same));
    g_assert_cmpuint(none->n_groups, ==, 0);
    g_assert_null(profile_book_without(book, "drama", &error)); /* cinema builds on it */
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_CONFLICT);
    g_clear_error(&error);
    g_assert_null(profile_book_without(book, "news", &error));
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_autoptr(ProfileBook) less = profile_book_without(book, "strict", &error);

    g_assert_no_error(error);
    g_assert_cmpuint(less->n_sources, ==, 2);
}

static void
n_of_m_counts_looks_and_dates_from_the_first(void)
{
    static const struct {
        bool found;
        bool met;
        MonoUs changed_us;
    } looks[] = {
        {true, false, 0}, {false, false, 0}, {true, false, 0}, {true, true, 1},
        {false, true, 1}, {false, false, 6}, {true, true, 7},  {false, false, 8},
    };
    NOfM state = {0};

    for (size_t i = 0; i < G_N_ELEMENTS(looks); i++) {
        g_assert_cmpint(n_of_m_look(&state, looks[i].found, 3, 5, (MonoUs)i + 1), ==, looks[i].met);
        g_assert_cmpint(state.changed_us, ==, looks[i].changed_us);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/alarm-profile/inherit",
                    a_channel_inherits_from_its_group_and_the_group_from_the_default);
    g_test_add_func("/alarm-profile/base", a_profile_with_a_base_leaves_the_group_aside);
    g_test_add_func("/alarm-profile/gone",
                    a_profile_that_does_not_exist_leaves_the_channel_watched);
    g_test_add_func("/alarm-profile/carrier", each_carrier_waits_for_packets_by_its_own_measure);
    g_test_add_func("/alarm-profile/shipped",
                    every_shipped_profile_is_sound_and_says_why_it_differs);
    g_test_add_func("/alarm-profile/limits", the_limits_of_the_default_are_those_that_are_listed);
    g_test_add_func("/alarm-profile/keys", keys_are_read_as_they_are_written);
    g_test_add_func("/alarm-profile/errors", errors_name_what_would_do);
    g_test_add_func("/alarm-profile/refused", a_book_that_makes_no_sense_is_refused);
    g_test_add_func("/alarm-profile/changes", changes_make_a_new_book_and_what_is_used_stays);
    g_test_add_func("/alarm-profile/n-of-m", n_of_m_counts_looks_and_dates_from_the_first);
    return g_test_run();
}

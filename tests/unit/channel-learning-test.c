/* Commissioning: a day of watching, and what is proposed from it, over a restart too. */
#include <glib.h>
#include <string.h>

#include "appliance/config/learned-store.h"
#include "pipelines/base/error.h"

#define S US_PER_SECOND

typedef struct {
    ChannelLearning learning;
    RateMedian rate;
    MonoUs now_us;
    MetricValue metrics[1];
    MetricValue loudness[1];
    AudioReport audio;
    ChannelReport report;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer unused)
{
    fixture->metrics[0] = (MetricValue){METRIC_KEY_INTERVAL, 0.96};
    fixture->loudness[0] = (MetricValue){METRIC_LOUDNESS_HOUR, -23.1};
    fixture->audio = (AudioReport){.metrics = fixture->loudness, .n_metrics = 1};
    fixture->report = (ChannelReport){.service_name = (char *)"One HD",
                                      .video = (char *)"H.264 1920x1080 25p",
                                      .metrics = fixture->metrics,
                                      .n_metrics = 1,
                                      .audios = &fixture->audio,
                                      .n_audios = 1};
    fixture->now_us = 1000 * S;
}

static void
tear_down(Fixture *fixture, gconstpointer unused)
{
}

/* Reports for @seconds; returns whether the day ended meanwhile. */
static bool
watch(Fixture *fixture, unsigned seconds)
{
    const Limits limits = limits_shipped();
    bool over = false;

    for (unsigned i = 0; i < seconds; i++, fixture->now_us += S) {
        const RateVerdict verdict = rate_median_add(&fixture->rate, 8e6, &limits, fixture->now_us);

        if (verdict.ratio > 0)
            channel_learning_rate(&fixture->learning, verdict.ratio);
        over |= channel_learning_report(&fixture->learning, &fixture->report, fixture->now_us);
    }
    return over;
}

/* The setting of @key in the proposal; (nullable). Fails when it does not say why. */
static const ProfileSetting *
setting_of(const ChannelProposal *proposal, const char *key)
{
    for (size_t i = 0; i < proposal->n_settings; i++) {
        g_autofree char *name = profile_key_text(&proposal->settings[i]);

        g_assert_true(profile_setting_check(&proposal->settings[i], NULL));
        g_assert_cmpuint(strlen(proposal->settings[i].why), >, 10);
        if (g_str_equal(name, key))
            return &proposal->settings[i];
    }
    return NULL;
}

static void
propose(Fixture *fixture, ChannelProposal *proposal)
{
    channel_learning_propose(&fixture->learning, alarm_profile_default(), &fixture->rate, proposal);
    for (size_t i = 0; i < proposal->n_facts; i++)
        g_test_message("%s", proposal->facts[i]);
    for (size_t i = 0; i < proposal->n_settings; i++)
        g_test_message("%g: %s", proposal->settings[i].value, proposal->settings[i].why);
}

static void
a_day_is_time_in_which_reports_came_and_ends_once(Fixture *fixture, gconstpointer unused)
{
    g_assert_false(watch(fixture, 3600));
    fixture->now_us += 20 * 3600 * S; /* the worker was gone */
    g_assert_false(watch(fixture, 22 * 3600));
    g_assert_cmpint(fixture->learning.watched_us, <, LEARN_US);
    g_assert_true(watch(fixture, 2 * 3600));
    g_assert_false(watch(fixture, 100));
    g_assert_cmpint(fixture->learning.watched_us, ==, LEARN_US);
}

static void
a_channel_that_is_as_expected_needs_little(Fixture *fixture, gconstpointer unused)
{
    g_auto(ChannelProposal) proposal = {0};

    watch(fixture, 2 * 3600);
    channel_learning_span(&fixture->learning, FAULT_PICTURE_BLACK, 2 * S);
    propose(fixture, &proposal);
    g_assert_cmpstr(proposal.base, ==, "default");
    g_assert_cmpuint(proposal.n_facts, >=, 6);
    g_assert_null(setting_of(&proposal, "picture-black.raise_s"));
    g_assert_null(setting_of(&proposal, "limits.loudness-target"));
    /* Its rate does not move at all. */
    g_assert_cmpfloat(setting_of(&proposal, "limits.bitrate-off")->value, ==, 0.1);
}

static void
what_is_usual_becomes_the_delay_and_what_happened_once_does_not(Fixture *fixture,
                                                                gconstpointer unused)
{
    g_auto(ChannelProposal) proposal = {0};

    watch(fixture, 3600);
    for (unsigned i = 0; i < 5; i++)
        channel_learning_span(&fixture->learning, FAULT_PICTURE_BLACK, (8 + i) * S);
    channel_learning_span(&fixture->learning, FAULT_SOUND_SILENT, 600 * S); /* an outage */
    propose(fixture, &proposal);
    g_assert_cmpfloat(setting_of(&proposal, "picture-black.raise_s")->value, ==, 15); /* 10 x 1.5 */
    g_assert_cmpfloat(setting_of(&proposal, "picture-black.escalate_s")->value, ==, 30);
    g_assert_null(setting_of(&proposal, "sound-silent.raise_s"));
}

static void
loudness_by_the_other_standard_is_recognised(Fixture *fixture, gconstpointer unused)
{
    g_auto(ChannelProposal) american = {0}, loud = {0};

    fixture->loudness[0].value = -24.2;
    watch(fixture, 3600);
    propose(fixture, &american);
    g_assert_cmpfloat(setting_of(&american, "limits.loudness-target")->value, ==, -24);
    g_assert_cmpfloat(setting_of(&american, "limits.true-peak")->value, ==, -2);
    fixture->loudness[0].value = -18;
    watch(fixture, 10);
    propose(fixture, &loud);
    g_assert_null(setting_of(&loud, "limits.loudness-target"));
    g_assert_cmpfloat(setting_of(&loud, "limits.loudness-tolerance")->value, ==, 6);
}

static void
sound_alone_is_radio_and_no_sound_is_not_missed(Fixture *fixture, gconstpointer unused)
{
    g_auto(ChannelProposal) radio = {0}, mute = {0};

    fixture->report.video = (char *)"";
    watch(fixture, 3600);
    propose(fixture, &radio);
    g_assert_cmpstr(radio.base, ==, "radio");
    fixture->learning = (ChannelLearning){0};
    fixture->report.video = (char *)"H.264";
    fixture->report.n_audios = 0;
    watch(fixture, 3600);
    propose(fixture, &mute);
    g_assert_cmpfloat(setting_of(&mute, "audio-missing.enabled")->value, ==, 0);
}

static void
what_is_proposed_is_a_profile_that_can_be_taken(Fixture *fixture, gconstpointer unused)
{
    g_auto(ChannelProposal) proposal = {0};
    g_autoptr(GError) error = NULL;

    fixture->loudness[0].value = -14;
    watch(fixture, 3600);
    for (unsigned i = 0; i < 9; i++) {
        channel_learning_span(&fixture->learning, FAULT_PICTURE_BLACK, 4000 * S);
        channel_learning_span(&fixture->learning, FAULT_PICTURE_FROZEN, 4000 * S);
        channel_learning_span(&fixture->learning, FAULT_SOUND_SILENT, 4000 * S);
    }
    propose(fixture, &proposal);
    const ProfileSource source = {"learned-one", proposal.base, "", proposal.settings,
                                  proposal.n_settings};
    g_autoptr(ProfileBook) book = profile_book_new(&source, 1, NULL, 0, &error);

    g_assert_no_error(error);
    g_assert_nonnull(book);
}

static GPtrArray *
one_channel(const Fixture *fixture)
{
    GPtrArray *channels = g_ptr_array_new_with_free_func((GDestroyNotify)learned_channel_free);
    LearnedChannel *channel = g_new0(LearnedChannel, 1);

    channel->id = g_strdup("one");
    channel->learning = fixture->learning;
    channel->n_means = fixture->rate.n;
    memcpy(channel->means, fixture->rate.means, sizeof channel->means);
    g_ptr_array_add(channels, channel);
    return channels;
}

static void
what_was_learned_is_read_back_as_it_was(Fixture *fixture, gconstpointer unused)
{
    g_autoptr(GError) error = NULL;

    watch(fixture, 5000);
    channel_learning_span(&fixture->learning, FAULT_PICTURE_BLACK, 8 * S);
    fixture->learning.done = true;
    g_autoptr(GPtrArray) channels = one_channel(fixture);
    g_autofree char *text = learned_to_json(channels);
    g_autoptr(GPtrArray) read = learned_from_json(text, strlen(text), &error);

    g_assert_no_error(error);
    g_assert_cmpuint(read->len, ==, 1);
    LearnedChannel *back = g_ptr_array_index(read, 0);

    g_assert_cmpstr(back->id, ==, "one");
    g_assert_cmpuint(back->n_means, ==, fixture->rate.n);
    g_assert_cmpfloat((double)back->means[0], ==, 8e6);
    back->learning.last_us = fixture->learning.last_us; /* of another boot: not kept */
    g_assert_true(memcmp(&back->learning, &fixture->learning, sizeof back->learning) == 0);
}

static void
a_damaged_file_is_refused(Fixture *fixture, gconstpointer unused)
{
    g_autoptr(GPtrArray) channels = one_channel(fixture);
    g_autofree char *text = learned_to_json(channels);

    for (size_t cut = 1; cut < strlen(text) - 2; cut += 7) {
        g_autoptr(GError) error = NULL;

        g_assert_null(learned_from_json(text, cut, &error));
        g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
    }
}

#define ADD(name, test)                                                                            \
    g_test_add("/channel-learning/" name, Fixture, NULL, set_up, test, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("day", a_day_is_time_in_which_reports_came_and_ends_once);
    ADD("plain", a_channel_that_is_as_expected_needs_little);
    ADD("usual", what_is_usual_becomes_the_delay_and_what_happened_once_does_not);
    ADD("loudness", loudness_by_the_other_standard_is_recognised);
    ADD("radio", sound_alone_is_radio_and_no_sound_is_not_missed);
    ADD("profile", what_is_proposed_is_a_profile_that_can_be_taken);
    ADD("restart", what_was_learned_is_read_back_as_it_was);
    ADD("damage", a_damaged_file_is_refused);
    return g_test_run();
}

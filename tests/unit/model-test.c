/* The small pure modules: snapshots, accounts, channel states, picture age, counters, samples. */
#include <glib.h>
#include <math.h>

#include "appliance/model/account.h"
#include "appliance/model/channel-state.h"
#include "appliance/model/counters.h"
#include "appliance/model/picture-age.h"
#include "appliance/model/samples.h"

#define S(x) ((MonoUs)((x) * (double)US_PER_SECOND))

static void
a_snapshot_frees_all_it_holds_with_the_last_reference(void)
{
    Snapshot *snapshot = snapshot_new();

    snapshot->channels = g_new0(ChannelView, 2);
    snapshot->n_channels = 2;
    snapshot->channels[0].id = g_strdup("one");
    snapshot->channels[1].pids = g_new0(PidReport, 3);
    snapshot->alarms = g_new0(AlarmView, 1);
    snapshot->n_alarms = 1;
    snapshot->alarms[0].text = g_strdup("text");
    snapshot->sensors = g_new0(SensorView, 1);
    snapshot->n_sensors = 1;
    snapshot->sensors[0].name = g_strdup("fan");
    snapshot->services = g_new0(ServiceView, 1);
    snapshot->n_services = 1;
    snapshot->services[0].name = g_strdup("journal");
    snapshot_ref(snapshot);
    snapshot_unref(snapshot);
    g_assert_cmpstr(snapshot->channels[0].id, ==, "one");
    snapshot_unref(snapshot);
    snapshot_unref(NULL);
}

static void
an_account_is_found_by_its_whole_name(void)
{
    g_autoptr(AccountBook) book = account_book_new(2);

    book->accounts[0] = (Account){.name = g_strdup("anna"), .role = ROLE_ADMIN};
    book->accounts[1] = (Account){.name = g_strdup("ann"), .role = ROLE_VIEWER};
    g_assert_cmpint(account_book_find(book, "anna")->role, ==, ROLE_ADMIN);
    g_assert_cmpint(account_book_find(book, "ann")->role, ==, ROLE_VIEWER);
    g_assert_null(account_book_find(book, "an"));
    g_assert_null(account_book_find(book, NULL));
}

static void
roles_are_read_back_as_they_are_printed(void)
{
    for (Role role = ROLE_NONE; role <= ROLE_ADMIN; role++)
        g_assert_cmpint(role_from_name(role_name(role)), ==, role);
    g_assert_cmpint(role_from_name("root"), ==, ROLE_NONE);
    g_assert_cmpint(role_from_name(NULL), ==, ROLE_NONE);
}

static void
a_box_that_cannot_see_says_so_first(void)
{
    static const struct {
        ChannelEvidence evidence;
        ChannelState state;
    } cases[] = {
        {{.disabled = true, .worker_lost = true, .planned = true, .worst = SEVERITY_CRITICAL},
         CHANNEL_DISABLED},
        {{.worker_lost = true, .planned = true, .worst = SEVERITY_CRITICAL}, CHANNEL_UNKNOWN},
        {{.reported = true, .planned = true, .worst = SEVERITY_CRITICAL}, CHANNEL_PLANNED},
        {{.worst = SEVERITY_CRITICAL}, CHANNEL_STARTING},
        {{.reported = true, .own_loss = true, .worst = SEVERITY_WARNING}, CHANNEL_FAULT},
        {{.reported = true, .own_loss = true}, CHANNEL_UNKNOWN},
        {{.reported = true}, CHANNEL_OK},
        {{0}, CHANNEL_STARTING},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_cmpint(channel_state_judge(&cases[i].evidence), ==, cases[i].state);
        g_assert_true((*channel_state_text(&cases[i].evidence) == '\0') ==
                      (cases[i].state == CHANNEL_OK || cases[i].state == CHANNEL_FAULT));
    }
}

static void
a_state_keeps_the_time_at_which_it_was_entered(void)
{
    ChannelStatus status = {0};
    ChannelEvidence evidence = {0};

    g_assert_false(channel_state_step(&status, &evidence, 100));
    g_assert_cmpint(status.since_us, ==, 100);
    g_assert_false(channel_state_step(&status, &evidence, 200));
    evidence.reported = true;
    g_assert_true(channel_state_step(&status, &evidence, 300));
    g_assert_false(channel_state_step(&status, &evidence, 400));
    g_assert_cmpint(status.state, ==, CHANNEL_OK);
    g_assert_cmpint(status.since_us, ==, 300);
}

static void
a_picture_is_stale_by_one_rule(void)
{
    g_assert_cmpint(picture_stale_after_us(0, 0), ==, S(6));
    g_assert_cmpint(picture_stale_after_us(0.5, 4.0), ==, S(10));
    g_assert_cmpint(picture_stale_after_us(5.0, 1.0), ==, S(12));
    g_assert_cmpint(picture_stale_after_us(NAN, -3), ==, S(6));
    g_assert_cmpint(picture_stale_after_us(1e9, 0), ==, S(600));
    g_assert_true(picture_is_stale(0, S(6), S(1)));
    g_assert_false(picture_is_stale(S(10), S(6), S(16)));
    g_assert_true(picture_is_stale(S(10), S(6), S(16) + 1));
}

static void
a_counter_outlives_the_processes_that_count(void)
{
    Counter counter = {0};

    g_assert_cmpuint(counter_feed(&counter, 500), ==, 0); /* adopted: counted before we came */
    g_assert_cmpuint(counter_feed(&counter, 510), ==, 10);
    g_assert_cmpuint(counter_feed(&counter, 4), ==, 4); /* went down: a new process */
    counter_restarted(&counter);
    g_assert_cmpuint(counter_feed(&counter, 7), ==, 7); /* a new one that is already further */
    g_assert_cmpuint(counter_feed(&counter, -1), ==, 0);
    g_assert_cmpuint(counter_feed(&counter, NAN), ==, 0);
    g_assert_cmpuint(counter_feed(&counter, 1e300), ==, 0);
    g_assert_cmpuint(counter_feed(&counter, 8), ==, 1);
    g_assert_cmpuint(counter.total, ==, 22);
}

static void
the_last_hour_is_kept_with_its_gaps(void)
{
    Samples *samples = samples_new();
    SampleSeries series;

    for (int i = 0; i < 10; i++) {
        if (i != 4)
            samples_put(samples, METRIC_BITRATE, S(1000 + i), i);
    }
    samples_query(samples, METRIC_BITRATE, S(1000), S(1010), 0, &series);
    g_assert_cmpuint(series.n, ==, 10);
    g_assert_cmpint(series.at_us[3], ==, S(1003));
    g_assert_cmpfloat(series.mean[3], ==, 3.0);
    g_assert_true(isnan(series.mean[4]) && isnan(series.minimum[4]) && isnan(series.maximum[4]));
    sample_series_clear(&series);
    samples_query(samples, METRIC_BITRATE, S(1000), S(1010), 3, &series);
    g_assert_cmpuint(series.n, ==, 3); /* of 4, 4 and 2 seconds */
    g_assert_cmpfloat(series.minimum[1], ==, 5.0);
    g_assert_cmpfloat(series.maximum[1], ==, 7.0);
    g_assert_cmpfloat(series.mean[1], ==, 6.0);
    g_assert_cmpfloat(series.mean[2], ==, 8.5);
    sample_series_clear(&series);
    samples_free(samples);
}

static void
the_ring_forgets_what_is_older_than_an_hour(void)
{
    Samples *samples = samples_new();
    SampleSeries series;

    samples_put(samples, METRIC_LUMA_MEAN, S(100), 1);
    samples_put(samples, METRIC_LUMA_MEAN, S(3699), 2);
    samples_query(samples, METRIC_LUMA_MEAN, 0, S(5000), 0, &series);
    g_assert_cmpuint(series.n, ==, 3600);
    g_assert_cmpfloat(series.mean[0], ==, 1.0);
    sample_series_clear(&series);
    samples_put(samples, METRIC_LUMA_MEAN, S(3700), 3);
    samples_query(samples, METRIC_LUMA_MEAN, 0, S(5000), 0, &series);
    g_assert_cmpint(series.at_us[0], ==, S(101));
    g_assert_true(isnan(series.mean[0]));
    g_assert_cmpfloat(series.mean[3599], ==, 3.0);
    sample_series_clear(&series);
    samples_put(samples, METRIC_LUMA_MEAN, S(99999), 4); /* after a day off: nothing stale shows */
    samples_query(samples, METRIC_LUMA_MEAN, 0, S(200000), 1, &series);
    g_assert_cmpuint(series.n, ==, 1);
    g_assert_cmpfloat(series.mean[0], ==, 4.0);
    sample_series_clear(&series);
    samples_query(samples, METRIC_LUMA_MEAN, S(300000), S(400000), 5, &series);
    g_assert_cmpuint(series.n, ==, 0);
    sample_series_clear(&series);
    samples_query(samples, 9999, 0, S(400000), 5, &series);
    g_assert_cmpuint(series.n, ==, 0);
    samples_free(samples);
}

static void
counters_add_up_within_a_second_and_gauges_replace(void)
{
    Samples *samples = samples_new();
    SampleSeries series;

    samples_put(samples, METRIC_CC_ERRORS, S(100.1), 2);
    samples_put(samples, METRIC_CC_ERRORS, S(100.9), 3);
    samples_put(samples, METRIC_BITRATE, S(100.1), 2);
    samples_put(samples, METRIC_BITRATE, S(100.9), 3);
    samples_put(samples, METRIC_BITRATE, S(100.95), INFINITY);
    samples_query(samples, METRIC_CC_ERRORS, S(100), S(101), 0, &series);
    g_assert_cmpfloat(series.mean[0], ==, 5.0);
    sample_series_clear(&series);
    samples_query(samples, METRIC_BITRATE, S(100), S(101), 0, &series);
    g_assert_cmpfloat(series.mean[0], ==, 3.0);
    sample_series_clear(&series);
    samples_free(samples);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/model/snapshot", a_snapshot_frees_all_it_holds_with_the_last_reference);
    g_test_add_func("/model/account", an_account_is_found_by_its_whole_name);
    g_test_add_func("/model/roles", roles_are_read_back_as_they_are_printed);
    g_test_add_func("/model/channel-state", a_box_that_cannot_see_says_so_first);
    g_test_add_func("/model/channel-since", a_state_keeps_the_time_at_which_it_was_entered);
    g_test_add_func("/model/picture-age", a_picture_is_stale_by_one_rule);
    g_test_add_func("/model/counter", a_counter_outlives_the_processes_that_count);
    g_test_add_func("/model/samples", the_last_hour_is_kept_with_its_gaps);
    g_test_add_func("/model/samples-ring", the_ring_forgets_what_is_older_than_an_hour);
    g_test_add_func("/model/samples-second", counters_add_up_within_a_second_and_gauges_replace);
    return g_test_run();
}

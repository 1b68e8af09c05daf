/* The box itself: whether it can be trusted, room for more channels, sensors' last hour. */
#include <glib.h>
#include <math.h>

#include "appliance/model/depth-headroom.h"
#include "appliance/model/trust.h"

#define S(seconds) ((MonoUs)(seconds)*US_PER_SECOND)

static Snapshot *
a_good_box(void)
{
    Snapshot *snapshot = snapshot_new();

    snapshot->at_us = S(5000);
    snapshot->clock_synced = TRUE;
    snapshot->n_channels = 3;
    snapshot->channels = g_new0(ChannelView, 3);
    for (size_t i = 0; i < 3; i++) {
        snapshot->channels[i].id = g_strdup_printf("ch-%zu", i);
        snapshot->channels[i].state = CHANNEL_OK;
    }
    snapshot->n_services = 2;
    snapshot->services = g_new0(ServiceView, 2);
    for (size_t i = 0; i < 2; i++)
        snapshot->services[i] = (ServiceView){.name = g_strdup(i == 0 ? "self-probe" : "history"),
                                              .state = g_strdup("ok"),
                                              .text = g_strdup("")};
    return snapshot;
}

/* The only reason that there is. */
static const TrustReason *
only(const GArray *reasons)
{
    g_assert_cmpuint(reasons->len, ==, 1);
    return &g_array_index(reasons, TrustReason, 0);
}

static void
nothing_speaks_against_a_good_box(void)
{
    g_autoptr(Snapshot) snapshot = a_good_box();
    g_autoptr(GArray) reasons = trust_reasons(snapshot, S(5001));

    g_assert_cmpuint(reasons->len, ==, 0);
    g_assert_true(trust_holds(reasons));
}

static void
own_loss_is_a_doubt_for_ten_minutes_about_its_channels_and_told_ever_after(void)
{
    g_autoptr(Snapshot) snapshot = a_good_box();

    snapshot->channels[1].own_drops = snapshot->own_drops = 7;
    snapshot->channels[1].own_loss_us = S(4900);
    g_autoptr(GArray) soon = trust_reasons(snapshot, S(5001));

    g_assert_false(trust_holds(soon));
    g_assert_cmpint(only(soon)->kind, ==, TRUST_OWN_LOSS);
    g_assert_cmpuint(only(soon)->channels->len, ==, 1);
    g_assert_cmpstr(only(soon)->channels->pdata[0], ==, "ch-1");
    snapshot->at_us = S(4900) + TRUST_RECENT_US;
    g_autoptr(GArray) later = trust_reasons(snapshot, snapshot->at_us);

    g_assert_true(trust_holds(later));
    g_assert_cmpint(only(later)->kind, ==, TRUST_PAST_LOSS);
}

static void
each_trouble_of_the_box_is_a_doubt_of_its_own(void)
{
    static const TrustKind wanted[] = {TRUST_STALE, TRUST_UNKNOWN, TRUST_DEPTH, TRUST_PROBE,
                                       TRUST_CLOCK};

    for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++) {
        g_autoptr(Snapshot) snapshot = a_good_box();
        MonoUs now_us = S(5001);

        if (wanted[i] == TRUST_STALE)
            now_us = S(5011);
        if (wanted[i] == TRUST_UNKNOWN)
            snapshot->channels[2].state = CHANNEL_UNKNOWN;
        if (wanted[i] == TRUST_DEPTH)
            snapshot->depth.reduced = true;
        if (wanted[i] == TRUST_CLOCK)
            snapshot->clock_synced = FALSE;
        if (wanted[i] == TRUST_PROBE) {
            g_free(snapshot->services[0].state);
            snapshot->services[0].state = g_strdup("failing");
        }
        g_autoptr(GArray) reasons = trust_reasons(snapshot, now_us);

        g_assert_cmpint(only(reasons)->kind, ==, wanted[i]);
        g_assert_true(only(reasons)->doubt);
        g_assert_false(trust_holds(reasons));
    }
}

static void
a_history_that_is_away_is_told_and_no_doubt_about_the_present(void)
{
    g_autoptr(Snapshot) snapshot = a_good_box();

    g_free(snapshot->services[1].state);
    snapshot->services[1].state = g_strdup("down");
    g_autoptr(GArray) reasons = trust_reasons(snapshot, S(5001));

    g_assert_cmpint(only(reasons)->kind, ==, TRUST_STORES);
    g_assert_true(trust_holds(reasons));
}

static DepthChannel
costing(double cores)
{
    DepthChannel channel = {.present = true};

    for (unsigned depth = 0; depth < DEPTH_COUNT; depth++)
        channel.cost.measures[depth] = (DepthMeasure){.cpu_s = cores * 1e6, .time_s = 1e6};
    return channel;
}

static void
head_room_is_what_is_left_of_the_budget_by_the_mean_cost(void)
{
    DepthChannel one = costing(0.1), two = costing(0.3), away = {0};
    DepthChannel *const channels[] = {&one, &two, &away};
    const DepthSpeed speed = {0};
    const DepthHeadroom room =
        depth_headroom(channels, 3, DEPTH_EVERY_KEY, &speed, 2.1, (double)NAN);

    g_assert_true(room.known);
    g_assert_cmpfloat_with_epsilon(room.channel_cores, 0.2, 1e-4);
    g_assert_cmpint(room.channels, ==, 8); /* (2.1 - 0.4) / 0.2 = 8.5 */
    const DepthHeadroom crowded = depth_headroom(channels, 3, DEPTH_EVERY_KEY, &speed, 2.1, 0.31);

    g_assert_cmpint(crowded.channels, ==, -1); /* others leave 0.31 cores: -0.09 / 0.2 */
    g_assert_false(
        depth_headroom(&channels[2], 1, DEPTH_EVERY_KEY, &speed, 2.1, (double)NAN).known);
    two.own = true;
    const DepthHeadroom own =
        depth_headroom(channels, 3, DEPTH_EVERY_KEY, &speed, 2.1, (double)NAN);

    g_assert_cmpfloat_with_epsilon(own.channel_cores, 0.1, 1e-4);
    g_assert_cmpint(own.channels, ==, 17); /* (2.1 - 0.4) / 0.1, and a little less */
}

static SensorTrend *
append(SensorTrend *trend, double value, MonoUs at_us)
{
    const SensorView sensors[] = {
        {.kind = (char *)"cpu", .name = (char *)"busy", .value = value},
        {.kind = (char *)"fan", .name = (char *)"fan 1", .value = (double)NAN},
    };

    return sensor_trend_append(trend, sensors, G_N_ELEMENTS(sensors), at_us);
}

static void
a_trend_keeps_an_hour_with_its_gaps_and_no_sensor_that_is_not_there(void)
{
    SensorTrend *trend = NULL;

    g_assert_true(sensor_trend_is_due(NULL, 0));
    trend = append(trend, 1, S(100));
    g_assert_false(sensor_trend_is_due(trend, S(109)));
    g_assert_true(sensor_trend_is_due(trend, S(110)));
    trend = append(trend, 2, S(110));
    trend = append(trend, 3, S(141)); /* two columns late */
    g_assert_cmpuint(sensor_trend_count(trend), ==, 1);
    g_assert_cmpstr(sensor_trend_name(trend, 0), ==, "busy");
    const float *values = sensor_trend_values(trend, 0);

    g_assert_cmpfloat((double)values[SENSOR_TREND_POINTS - 1], ==, 3);
    g_assert_true(isnan(values[SENSOR_TREND_POINTS - 2]));
    g_assert_true(isnan(values[SENSOR_TREND_POINTS - 3]));
    g_assert_cmpfloat((double)values[SENSOR_TREND_POINTS - 4], ==, 2);
    g_assert_cmpfloat((double)values[SENSOR_TREND_POINTS - 5], ==, 1);
    trend = sensor_trend_append(trend, NULL, 0, S(142 + 3600));
    g_assert_cmpuint(sensor_trend_count(trend), ==, 0);
    sensor_trend_unref(trend);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/trust/good", nothing_speaks_against_a_good_box);
    g_test_add_func("/trust/own-loss",
                    own_loss_is_a_doubt_for_ten_minutes_about_its_channels_and_told_ever_after);
    g_test_add_func("/trust/each", each_trouble_of_the_box_is_a_doubt_of_its_own);
    g_test_add_func("/trust/history",
                    a_history_that_is_away_is_told_and_no_doubt_about_the_present);
    g_test_add_func("/headroom", head_room_is_what_is_left_of_the_budget_by_the_mean_cost);
    g_test_add_func("/trend", a_trend_keeps_an_hour_with_its_gaps_and_no_sensor_that_is_not_there);
    return g_test_run();
}

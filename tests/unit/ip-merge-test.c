/* Two legs (SMPTE 2022-7): what one lost comes from the other; skew and absence are told. */
#include "tests/unit/ip-rig.h"

#define NUMBERS 6000u
#define SAFE    100u /* numbers at both ends that always come */

typedef struct {
    MonoUs at_us;
    guint32 number;
    guint32 leg;
} Arrival;

typedef struct {
    const char *name;
    double loss[IP_LEGS];
    guint burst;
    MonoUs skew_us; /* of leg 1 */
    MonoUs jitter_us;
    IpSkewClass skew_class;
} Network;

typedef struct {
    GArray *arrivals; /* of Arrival, in order of time */
    guint lost[IP_LEGS];
    guint both; /* lost on both */
} Truth;

static gint
by_time(gconstpointer a, gconstpointer b)
{
    const Arrival *left = a, *right = b;

    if (left->at_us != right->at_us)
        return left->at_us < right->at_us ? -1 : 1;
    return left->number < right->number ? -1 : left->number > right->number;
}

static Truth
impair(const Network *network)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(22);
    Truth truth = {.arrivals = g_array_new(FALSE, FALSE, sizeof(Arrival))};
    guint losing[IP_LEGS] = {0};

    for (guint32 i = 0; i < NUMBERS; i++) {
        guint missing = 0;

        for (guint32 leg = 0; leg < IP_LEGS; leg++) {
            if (losing[leg] == 0 && g_rand_double(rand) < network->loss[leg])
                losing[leg] = network->burst;
            if (losing[leg] > 0 && losing[leg]-- > 0 && i >= SAFE && i < NUMBERS - SAFE) {
                truth.lost[leg]++;
                missing++;
                continue;
            }
            const Arrival arrival = {RIG_START_US + i * RIG_STEP_US +
                                         (leg == 1 ? MAX(network->skew_us, 0) : 0) +
                                         (leg == 0 ? MAX(-network->skew_us, 0) : 0) +
                                         (MonoUs)(g_rand_double(rand) * (double)network->jitter_us),
                                     i, leg};

            g_array_append_val(truth.arrivals, arrival);
        }
        truth.both += missing == IP_LEGS;
    }
    g_array_sort(truth.arrivals, by_time);
    return truth;
}

static void
one_leg_fills_the_gaps_of_the_other(gconstpointer data)
{
    const Network *network = data;
    g_autoptr(Rig) rig = rig_new();
    Truth truth = impair(network);

    ip_flow_expect_leg(rig->flow);
    for (guint i = 0; i < truth.arrivals->len; i++) {
        const Arrival *arrival = &g_array_index(truth.arrivals, Arrival, i);

        rig->now_us = arrival->at_us;
        rig_push(rig, 62000 + arrival->number, arrival->leg);
    }
    rig_finish(rig);
    const IpFigures figures = rig_figures(rig);

    rig_check_order(rig);
    for (guint leg = 0; leg < IP_LEGS; leg++) {
        g_assert_cmpuint(figures.legs[leg].lost, ==, truth.lost[leg]);
        g_assert_cmpuint(figures.legs[leg].duplicates, ==, 0);
        g_assert_cmpuint(figures.legs[leg].restarts, ==, 0);
        g_assert_false(figures.legs[leg].absent);
    }
    g_assert_cmpuint(figures.lost, ==, truth.both);
    g_assert_cmpuint(rig->seen->len, ==, NUMBERS - truth.both);
    g_assert_cmpuint(figures.late + figures.restarts + figures.skew.mismatched, ==, 0);
    g_assert_cmpuint(figures.skew.pairs, ==, NUMBERS - truth.lost[0] - truth.lost[1] + truth.both);
    g_assert_cmpint(figures.skew.skew_class, ==, network->skew_class);
    g_assert_cmpfloat_with_epsilon(figures.skew.mean_us, (double)network->skew_us,
                                   (double)network->jitter_us + 1);
    g_assert_cmpint(ABS(figures.skew.ever_max_us - network->skew_us), <=, network->jitter_us);
    g_array_unref(truth.arrivals);
}

static void
a_leg_that_goes_away_costs_nothing_and_is_absent(void)
{
    g_autoptr(Rig) rig = rig_new();

    ip_flow_expect_leg(rig->flow);
    for (guint i = 0; i < 3000; i++, rig->now_us += RIG_STEP_US) {
        if (i < 1000 || i >= 2000)
            rig_push(rig, i, 0);
        rig_push(rig, i, 1);
        if (i == 1700) {
            g_assert_true(rig_figures(rig).legs[0].absent);
            g_assert_false(rig_figures(rig).legs[1].absent);
        }
    }
    rig_finish(rig);
    g_assert_cmpuint(rig->seen->len, ==, 3000);
    g_assert_cmpuint(rig_figures(rig).lost, ==, 0);
    g_assert_cmpuint(rig_figures(rig).legs[0].lost, ==, 1000);
    g_assert_cmpuint(rig_figures(rig).legs[1].lost, ==, 0);
    g_assert_false(rig_figures(rig).legs[0].absent);
}

static void
a_gap_does_not_wait_for_an_absent_leg(void)
{
    g_autoptr(Rig) rig = rig_new();

    ip_flow_expect_leg(rig->flow);
    rig_run(rig, 0, 100);
    rig_run(rig, 101, 1 + RTP_WINDOW_US / RIG_STEP_US);
    g_assert_cmpuint(rig->gaps, ==, 1);
    g_assert_cmpuint(rig_figures(rig).held, ==, 0);
}

static void
a_gap_that_both_legs_have_passed_is_given_up_early(void)
{
    g_autoptr(Rig) rig = rig_new();

    ip_flow_expect_leg(rig->flow);
    for (guint i = 0; i < 1000; i++, rig->now_us += RIG_STEP_US / 8) {
        if (i == 500)
            continue;
        rig_push(rig, i, 0);
        rig_push(rig, i, 1);
        if (i == 500 + RTP_WINDOW_HOLD + 2)
            g_assert_cmpuint(rig->gaps, ==, 1);
    }
}

static void
another_start_of_the_sender_comes_on_both_legs_as_one(void)
{
    g_autoptr(Rig) rig = rig_new();
    const guint skew = 50; /* numbers by which leg 1 is behind */

    ip_flow_expect_leg(rig->flow);
    for (guint i = 0; i < 3000; i++, rig->now_us += RIG_STEP_US) {
        rig->ssrc = i < 1500 ? 1 : 2;
        rig_push(rig, i < 1500 ? i : 40000 + i, 0);
        if (i < skew)
            continue;
        rig->ssrc = i - skew < 1500 ? 1 : 2;
        rig_push(rig, i - skew < 1500 ? i - skew : 40000 + i - skew, 1);
    }
    const IpFigures figures = rig_figures(rig);

    g_assert_cmpuint(figures.restarts, ==, 1);
    g_assert_cmpuint(figures.legs[0].restarts, ==, 1);
    g_assert_cmpuint(figures.legs[1].restarts, ==, 1);
    g_assert_cmpuint(figures.lost, ==, 0);
    g_assert_cmpuint(figures.skew.mismatched, ==, skew);
    g_assert_cmpuint(rig->seen->len, ==, 3000);
    g_assert_cmpuint(rig->gaps, ==, 1);
}

static void
legs_that_are_not_the_same_stream_are_not_merged(void)
{
    g_autoptr(Rig) rig = rig_new();

    ip_flow_expect_leg(rig->flow);
    for (guint i = 0; i < 1000; i++, rig->now_us += RIG_STEP_US) {
        rig->ssrc = 1;
        rig_push(rig, i, 0);
        rig->ssrc = 2;
        rig_push(rig, 30000 + i, 1);
    }
    const IpFigures figures = rig_figures(rig);

    g_assert_cmpuint(figures.skew.mismatched, ==, 1000);
    g_assert_cmpuint(rig->seen->len, ==, 1000);
    g_assert_cmpuint(figures.restarts, ==, 0);
    g_assert_cmpuint(figures.legs[1].received, ==, 1000);
}

int
main(int argc, char **argv)
{
    static const Network networks[] = {
        {"clean", {0, 0}, 1, 100, 0, IP_SKEW_D},
        {"loss", {0.01, 0.02}, 1, 3 * US_PER_MS, 0, IP_SKEW_A},
        {"heavy-loss", {0.2, 0.2}, 1, 5 * US_PER_MS + 7, 0, IP_SKEW_A},
        {"bursts", {0.002, 0.002}, 60, 30 * US_PER_MS, US_PER_MS, IP_SKEW_B},
        {"early", {0.01, 0.01}, 5, -200 * US_PER_MS, US_PER_MS, IP_SKEW_C},
        {"far", {0.01, 0.01}, 5, 440 * US_PER_MS, US_PER_MS, IP_SKEW_C},
    };

    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(networks); i++) {
        g_autofree char *path = g_strdup_printf("/ip/merge/%s", networks[i].name);

        g_test_add_data_func(path, &networks[i], one_leg_fills_the_gaps_of_the_other);
    }
    g_test_add_func("/ip/merge/away", a_leg_that_goes_away_costs_nothing_and_is_absent);
    g_test_add_func("/ip/merge/absent", a_gap_does_not_wait_for_an_absent_leg);
    g_test_add_func("/ip/merge/passed", a_gap_that_both_legs_have_passed_is_given_up_early);
    g_test_add_func("/ip/merge/restart", another_start_of_the_sender_comes_on_both_legs_as_one);
    g_test_add_func("/ip/merge/other", legs_that_are_not_the_same_stream_are_not_merged);
    return g_test_run();
}

/* Who is looked at how deeply, on simulated boxes: workers that do as they are told and cost what
 * their streams cost, a second a step. */
#include <glib.h>
#include <math.h>

#include "appliance/model/depth-governor.h"

#define MAX_CHANNELS 64u
#define S(x)         ((MonoUs)((x)*US_PER_SECOND))

typedef struct {
    DepthGovernor governor;
    DepthChannel channels[MAX_CHANNELS];
    DepthChannel *all[MAX_CHANNELS];
    double true_cores[MAX_CHANNELS][DEPTH_COUNT];
    unsigned n;
    DepthLoad load;
    MonoUs now_us;
    unsigned full_s[MAX_CHANNELS]; /* seconds of whole decoding so far */
    double spent_s;                /* of all, CPU seconds */
} Box;

/* @slow: times the cost of the machine that the estimates come from */
static Box *
box_new(unsigned n, double cores, double slow)
{
    static const double costs[DEPTH_COUNT] = {0.0045, 0.012, 0.030, 0.24};
    Box *box = g_new0(Box, 1);

    box->n = n;
    box->now_us = S(1000);
    box->load = (DepthLoad){.cores = cores, .budget = 0.6, .spent_cores = NAN, .others_cores = NAN};
    for (unsigned i = 0; i < n; i++) {
        const double own = 0.7 + 0.6 * (double)(i % 7) / 6;

        box->all[i] = &box->channels[i];
        box->channels[i].present = true;
        box->channels[i].looked = DEPTH_KEY_EVERY_4_S;
        for (unsigned d = 0; d < DEPTH_COUNT; d++)
            box->true_cores[i][d] = costs[d] * slow * own;
    }
    return box;
}

static void
box_step(Box *box)
{
    double spent = 0;

    for (unsigned i = 0; i < box->n; i++) {
        DepthChannel *channel = &box->channels[i];
        const DepthShare share = {.cost = &channel->cost, .depth = channel->looked};
        const double cores = box->true_cores[i][channel->looked];

        depth_cost_learn(&share, 1, &box->governor.speed, cores, 1.0);
        spent += cores;
        box->full_s[i] += channel->looked == DEPTH_FULL;
    }
    box->spent_s += spent;
    box->load.spent_cores = spent;
    box->now_us += US_PER_SECOND;
    depth_governor_step(&box->governor, box->all, box->n, &box->load, box->now_us);
    for (unsigned i = 0; i < box->n; i++)
        box->channels[i].looked = box->channels[i].wanted;
}

static void
box_run(Box *box, unsigned seconds)
{
    for (unsigned i = 0; i < seconds; i++)
        box_step(box);
}

static unsigned
count_at_least(const Box *box, Depth depth)
{
    unsigned count = 0;

    for (unsigned i = 0; i < box->n; i++)
        count += box->channels[i].wanted >= depth;
    return count;
}

static void
the_reference_box_gives_every_key_to_all_and_turns_full_decoding_round(void)
{
    g_autofree Box *box = box_new(60, 14, 1);

    box_run(box, 600);
    g_assert_cmpuint(count_at_least(box, DEPTH_EVERY_KEY), ==, 60);
    g_assert_cmpfloat(box->spent_s / 600, <=, 14 * 0.6);
    g_assert_cmpfloat(box->spent_s / 600, >=, 14 * 0.6 * 0.9); /* depth is spent, not saved */
    for (unsigned i = 0; i < box->n; i++)
        g_assert_cmpuint(box->full_s[i], >=, 120);
    g_assert_false(box->governor.summary.reduced);
}

static void
sixty_channels_on_two_cores_hold_the_budget_and_each_has_its_turn(void)
{
    g_autofree Box *box = box_new(60, 2, 1);
    double worst = 0;

    for (unsigned i = 0; i < 1800; i++) {
        box_step(box);
        g_assert_cmpuint(count_at_least(box, DEPTH_KEY_EVERY_4_S), ==, 60);
        worst = i < 60 ? 0 : MAX(worst, box->load.spent_cores);
    }
    g_assert_cmpfloat(box->spent_s / 1800, <=, 1.2);
    g_assert_cmpfloat(worst, <=, 1.2 * 1.1);
    for (unsigned i = 0; i < box->n; i++)
        g_assert_cmpuint(box->full_s[i], >=, 15);
    g_assert_false(box->governor.summary.reduced);
}

static void
a_box_twice_as_slow_as_estimated_learns_it(void)
{
    g_autofree Box *box = box_new(30, 2, 2);

    box_run(box, 120);
    const double before_s = box->spent_s;

    box_run(box, 300);
    g_assert_cmpfloat((box->spent_s - before_s) / 300, <=, 1.2 * 1.02);
    g_assert_cmpfloat((box->spent_s - before_s) / 300, >=, 1.2 * 0.7);
}

static void
a_hint_gets_whole_decoding_with_the_next_step_whatever_others_have(void)
{
    g_autofree Box *box = box_new(60, 2, 1);

    box_run(box, 100);
    box->channels[7].hints = HINT_BLACK | HINT_SILENCE;
    box_step(box);
    g_assert_cmpint(box->channels[7].wanted, ==, DEPTH_FULL);
    g_assert_cmpint(box->channels[7].reason, ==, DEPTH_REASON_SUSPECT);
    g_autofree char *text = depth_channel_reason_text(&box->channels[7]);

    g_assert_cmpstr(text, ==, "suspect: silence, black");
    g_assert_cmpuint(count_at_least(box, DEPTH_KEY_EVERY_4_S), ==, 60);
    for (unsigned i = 0; i < 10; i++) {
        box_step(box);
        g_assert_cmpint(box->channels[7].wanted, ==, DEPTH_FULL);
    }
    box->channels[7].hints = 0;
    box_run(box, 4);
    g_assert_true(depth_channel_is_suspect(&box->channels[7], box->now_us));
    box_run(box, 2);
    g_assert_false(depth_channel_is_suspect(&box->channels[7], box->now_us));
    g_assert_cmpint(box->channels[7].reason, !=, DEPTH_REASON_SUSPECT);
}

static void
trouble_that_lasts_does_not_stop_the_turns_of_others(void)
{
    g_autofree Box *box = box_new(20, 2, 1);

    box_run(box, 60);
    for (unsigned i = 0; i < 10; i++)
        box->channels[i].hints = HINT_STILL;
    for (unsigned i = 0; i < box->n; i++)
        box->full_s[i] = 0;
    box_run(box, 900);
    for (unsigned i = 0; i < box->n; i++)
        g_assert_cmpuint(box->full_s[i], >=, 15);
    g_assert_cmpuint(count_at_least(box, DEPTH_KEY_EVERY_4_S), ==, 20);
}

static void
a_new_hint_of_a_channel_in_trouble_is_confirmed_at_once(void)
{
    g_autofree Box *box = box_new(60, 2, 1);

    for (unsigned i = 0; i < 30; i++)
        box->channels[i].hints = HINT_STILL;
    box_run(box, 600);
    box->channels[3].hints |= HINT_TS_ERROR;
    box_run(box, 3);
    g_assert_cmpint(box->channels[3].wanted, ==, DEPTH_FULL);
}

static void
what_people_look_at_stays_deep_until_they_go(void)
{
    g_autofree Box *box = box_new(60, 2, 1);

    box_run(box, 50);
    for (unsigned i = 0; i < 60; i++) {
        box->channels[20].watched_us = box->now_us;
        box_step(box);
        g_assert_cmpint(box->channels[20].wanted, ==, DEPTH_FULL);
        g_assert_cmpint(box->channels[20].reason, ==, DEPTH_REASON_WATCHED);
    }
    box_run(box, 16);
    g_assert_cmpint(box->channels[20].reason, !=, DEPTH_REASON_WATCHED);
}

static void
a_channel_without_key_frames_is_decoded_in_full_where_that_can_be_afforded(void)
{
    g_autofree Box *box = box_new(60, 4, 1);

    box->channels[5].hints = HINT_NO_KEYS;
    box_run(box, 30);
    for (unsigned i = 0; i < 60; i++) {
        box_step(box);
        g_assert_cmpint(box->channels[5].wanted, ==, DEPTH_FULL);
        g_assert_cmpint(box->channels[5].reason, ==, DEPTH_REASON_NO_KEYS);
    }
}

static void
lost_packets_bring_the_floor_at_once_and_depth_comes_back_slowly(void)
{
    static const struct {
        unsigned after_s; /* of the loss */
        bool at_floor;
    } steps[] = {{1, true}, {10, true}, {29, true}, {60, false}};
    g_autofree Box *box = box_new(20, 2, 1);
    unsigned at_s = 0;

    box_run(box, 60);
    g_assert_cmpuint(count_at_least(box, DEPTH_EVERY_KEY), ==, 20);
    box->channels[3].hints = HINT_TS_ERROR;
    box->load.own_drops = true;
    box_step(box);
    box->load.own_drops = false;
    g_assert_cmpuint(count_at_least(box, DEPTH_EVERY_KEY), ==, 0);
    g_assert_cmpuint(count_at_least(box, DEPTH_KEY_EVERY_4_S), ==, 20);
    g_assert_cmpint(box->channels[0].reason, ==, DEPTH_REASON_OVERLOAD);
    g_assert_true(box->governor.summary.reduced);
    g_assert_cmpstr(strain_cause_name(box->governor.summary.cause), ==, "own-drops");
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
        for (; at_s < steps[i].after_s; at_s++)
            box_step(box);
        g_assert_cmpint(count_at_least(box, DEPTH_EVERY_KEY) == 0, ==, steps[i].at_floor);
    }
    g_assert_cmpuint(count_at_least(box, DEPTH_EVERY_KEY), ==, 20);
    g_assert_false(box->governor.summary.reduced);
}

static void
a_loss_that_comes_back_with_depth_is_waited_out_twice_as_long(void)
{
    g_autofree Box *box = box_new(20, 2, 1);

    box->load.own_drops = true;
    box_step(box);
    box->load.own_drops = false;
    box_run(box, 60);
    g_assert_cmpfloat(box->governor.strain, ==, 0);
    box->load.own_drops = true;
    box_step(box);
    box->load.own_drops = false;
    box_run(box, 59);
    g_assert_cmpfloat(box->governor.strain, ==, 1);
    box_run(box, 40);
    g_assert_cmpfloat(box->governor.strain, ==, 0);
}

static void
lateness_that_comes_back_with_depth_is_waited_out_longer_each_time(void)
{
    g_autofree Box *box = box_new(20, 2, 1);
    unsigned at_floor_s[3] = {0};

    for (unsigned round = 0; round < 3; round++) {
        box->load.filled = 0.6;
        box_step(box);
        box->load.filled = 0;
        for (; box->governor.strain >= 1; at_floor_s[round]++)
            box_step(box);
        box_run(box, 5);
    }
    g_assert_cmpuint(at_floor_s[0], ==, 20);
    g_assert_cmpuint(at_floor_s[1], ==, 40);
    g_assert_cmpuint(at_floor_s[2], ==, 80);
    box_run(box, 700);
    g_assert_cmpint(box->governor.hold_us, ==, 0);
}

static void
losses_at_the_floor_stop_decoding_altogether(void)
{
    g_autofree Box *box = box_new(20, 2, 1);

    box_run(box, 30);
    box->load.own_drops = true;
    box_run(box, 5);
    box->load.own_drops = false;
    g_assert_cmpuint(count_at_least(box, DEPTH_KEY_EVERY_4_S), ==, 0);
    g_assert_cmpuint(box->governor.summary.n_blind, ==, 20);
    g_assert_true(box->governor.summary.reduced);
    box_run(box, 32);
    g_assert_cmpuint(count_at_least(box, DEPTH_KEY_EVERY_4_S), ==, 20);
}

static void
late_turns_take_depth_by_what_they_let_fill_up(void)
{
    g_autofree Box *box = box_new(20, 2, 1);

    box_run(box, 60);
    box->load.filled = 0.1; /* a busy box, but no packet is in danger */
    box_run(box, 30);
    g_assert_cmpfloat(box->governor.strain, ==, 0);
    box->load.filled = 0.325;
    box_run(box, 30);
    g_assert_cmpfloat_with_epsilon(box->governor.strain, 0.5, 1e-9);
    box->load.filled = 0;
    box_run(box, 60);
    g_assert_cmpfloat(box->governor.strain, ==, 0);
    box->load.filled = 0.6;
    box_step(box);
    g_assert_cmpfloat(box->governor.strain, ==, 1);
    g_assert_cmpuint(count_at_least(box, DEPTH_EVERY_KEY), ==, 0);
}

static void
work_of_others_takes_the_turns_but_not_the_suspects(void)
{
    g_autofree Box *box = box_new(20, 2, 1);

    box_run(box, 30);
    box->load.others_cores = 1.9;
    box_run(box, 30);
    g_assert_cmpuint(count_at_least(box, DEPTH_EVERY_KEY), ==, 0);
    g_assert_cmpuint(count_at_least(box, DEPTH_KEY_EVERY_4_S), ==, 20);
    box->channels[4].hints = HINT_SMALL_UNITS;
    box_step(box);
    g_assert_cmpint(box->channels[4].wanted, ==, DEPTH_FULL);
    g_assert_false(box->governor.summary.reduced);
}

static void
more_channels_than_the_box_can_see_take_turns_and_it_is_said(void)
{
    g_autofree Box *box = box_new(60, 0.75, 1); /* 0.45 cores; the floor takes 0.72 */
    bool seen[MAX_CHANNELS] = {false};

    box_run(box, 60);
    for (unsigned s = 0; s < 240; s++) {
        box_step(box);
        for (unsigned i = 0; i < box->n; i++)
            seen[i] |= box->channels[i].wanted >= DEPTH_KEY_EVERY_4_S;
        g_assert_cmpuint(box->governor.summary.n_blind, >, 0);
        g_assert_true(box->governor.summary.reduced);
        g_assert_cmpfloat(box->load.spent_cores, <=, 0.45 * 1.05);
    }
    for (unsigned i = 0; i < box->n; i++)
        g_assert_true(seen[i]);
}

static void
a_channel_that_has_not_reported_starts_at_the_floor(void)
{
    g_autofree Box *box = box_new(3, 2, 1);

    box->channels[1].present = false;
    box_run(box, 20);
    g_assert_cmpint(box->channels[1].wanted, ==, DEPTH_KEY_EVERY_4_S);
    g_assert_cmpint(box->channels[1].reason, ==, DEPTH_REASON_STARTING);
    g_assert_cmpuint(box->governor.summary.n_present, ==, 2);
    box->channels[1].present = true;
    box_run(box, 30);
    g_assert_cmpint(box->channels[1].wanted, >=, DEPTH_EVERY_KEY);
}

static void
depths_are_not_changed_more_often_than_turns_last(void)
{
    g_autofree Box *box = box_new(60, 2, 1);
    Depth before[MAX_CHANNELS];
    unsigned changes = 0;

    box_run(box, 300);
    for (unsigned i = 0; i < box->n; i++)
        before[i] = box->channels[i].wanted;
    for (unsigned s = 0; s < 300; s++) {
        box_step(box);
        for (unsigned i = 0; i < box->n; i++) {
            changes += box->channels[i].wanted != before[i];
            before[i] = box->channels[i].wanted;
        }
    }
    g_test_message("%u changes of depth in 300 s of 60 channels", changes);
    g_assert_cmpuint(changes, <=, 60 * 2 * 300 / 15);
}

static void
the_channel_of_the_self_probe_costs_but_is_not_counted(void)
{
    g_autofree Box *box = box_new(21, 0.45, 1); /* 0.27 cores; 0.25 of them for the floor */
    const DepthSummary *summary = &box->governor.summary;
    unsigned below = 0;

    box->channels[20].own = true;
    box_run(box, 60);
    for (unsigned i = 0; i < 20; i++)
        below += box->channels[i].wanted < DEPTH_EVERY_KEY;
    g_assert_cmpint(box->channels[20].wanted, <, DEPTH_EVERY_KEY);
    g_assert_cmpuint(summary->n_present, ==, 20);
    g_assert_cmpuint(summary->n_below_keys, ==, below);
    g_assert_cmpuint(summary->n_at[DEPTH_BITSTREAM] + summary->n_at[DEPTH_KEY_EVERY_4_S] +
                         summary->n_at[DEPTH_EVERY_KEY] + summary->n_at[DEPTH_FULL],
                     ==, 20);
    g_assert_cmpfloat(summary->planned_cores, >, 20 * 0.0045);
}

static void
no_channels_at_all_are_fine(void)
{
    g_autofree Box *box = box_new(0, 2, 1);

    box_run(box, 3);
    g_assert_cmpuint(box->governor.summary.n_present, ==, 0);
    g_assert_false(box->governor.summary.reduced);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(function) g_test_add_func("/depth-governor/" #function, function)
    ADD(the_reference_box_gives_every_key_to_all_and_turns_full_decoding_round);
    ADD(sixty_channels_on_two_cores_hold_the_budget_and_each_has_its_turn);
    ADD(a_box_twice_as_slow_as_estimated_learns_it);
    ADD(a_hint_gets_whole_decoding_with_the_next_step_whatever_others_have);
    ADD(trouble_that_lasts_does_not_stop_the_turns_of_others);
    ADD(a_new_hint_of_a_channel_in_trouble_is_confirmed_at_once);
    ADD(what_people_look_at_stays_deep_until_they_go);
    ADD(a_channel_without_key_frames_is_decoded_in_full_where_that_can_be_afforded);
    ADD(lost_packets_bring_the_floor_at_once_and_depth_comes_back_slowly);
    ADD(a_loss_that_comes_back_with_depth_is_waited_out_twice_as_long);
    ADD(lateness_that_comes_back_with_depth_is_waited_out_longer_each_time);
    ADD(losses_at_the_floor_stop_decoding_altogether);
    ADD(late_turns_take_depth_by_what_they_let_fill_up);
    ADD(work_of_others_takes_the_turns_but_not_the_suspects);
    ADD(more_channels_than_the_box_can_see_take_turns_and_it_is_said);
    ADD(a_channel_that_has_not_reported_starts_at_the_floor);
    ADD(depths_are_not_changed_more_often_than_turns_last);
    ADD(the_channel_of_the_self_probe_costs_but_is_not_counted);
    ADD(no_channels_at_all_are_fine);
    return g_test_run();
}

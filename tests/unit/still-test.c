/* Exact repeats, noise and movement told apart; folds that differ where pictures do. */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "pipelines/measure/still.h"

#define WIDTH  320u
#define HEIGHT 180u

typedef struct {
    guint8 before[WIDTH * HEIGHT];
    guint8 now[WIDTH * HEIGHT];
} Pair;

static Pair *
pair_new(void)
{
    Pair *pair = g_new(Pair, 1);

    for (guint i = 0; i < WIDTH * HEIGHT; i++)
        pair->before[i] = pair->now[i] = (guint8)(i % 100 + 50);
    return pair;
}

static LumaPlane
plane_of(const guint8 *data)
{
    return (LumaPlane){.data = data, .stride = WIDTH, .width = WIDTH, .height = HEIGHT};
}

static StillFigures
compare(const Pair *pair)
{
    const LumaPlane before = plane_of(pair->before), now = plane_of(pair->now);

    return still_compare(&before, &now);
}

/* Adds @by to a rectangle of @width x @height pixels at (@x, @y). */
static void
change(Pair *pair, const guint at[2], const guint size[2], gint by)
{
    for (guint y = at[1]; y < at[1] + size[1]; y++) {
        for (guint x = at[0]; x < at[0] + size[0]; x++)
            pair->now[y * WIDTH + x] = (guint8)(pair->before[y * WIDTH + x] + by);
    }
}

static void
not_one_pixel_differs_in_an_exact_repeat(void)
{
    g_autofree Pair *pair = pair_new();

    g_assert_cmpint(compare(pair).verdict, ==, STILL_EXACT);
    g_assert_true(isinf(compare(pair).difference_db));
    pair->now[WIDTH * HEIGHT - 1]++;
    g_assert_cmpint(compare(pair).verdict, ==, STILL_NOISE);
}

static void
a_mouth_in_a_still_picture_moves(void)
{
    g_autofree Pair *pair = pair_new();

    change(pair, (guint[]){155, 83}, (guint[]){10, 3}, 25); /* 60 x 18 pixels of 1080 lines */
    g_assert_cmpint(compare(pair).verdict, ==, STILL_MOVING);
    /* The mean of the whole picture would not have told: it lies below a quarter of a level. */
    g_assert_cmpfloat(compare(pair).difference_db, <, STILL_DB);
}

static void
noise_all_over_does_not_move(void)
{
    g_autofree Pair *pair = pair_new();

    for (guint i = 0; i < WIDTH * HEIGHT; i++)
        pair->now[i] = (guint8)(pair->now[i] + g_test_rand_int_range(-3, 4));
    g_assert_cmpint(compare(pair).verdict, ==, STILL_NOISE);
    g_assert_cmpfloat(compare(pair).difference_db, >, STILL_DB);
    g_assert_cmpfloat(compare(pair).block_levels, <, STILL_BLOCK_LEVELS);
}

static void
a_block_moves_from_its_limit_on(void)
{
    g_autofree Pair *pair = pair_new();

    change(pair, (guint[]){16, 16}, (guint[]){8, 7}, 4); /* 56 of 64 pixels by 4: 3.5 levels */
    g_assert_cmpint(compare(pair).verdict, ==, STILL_MOVING);
    g_assert_cmpfloat(compare(pair).block_levels, ==, 3.5);
    pair->now[16 * WIDTH + 16]--;
    g_assert_cmpint(compare(pair).verdict, ==, STILL_NOISE);
}

static void
black_against_white_is_zero_decibels(void)
{
    g_autofree Pair *pair = pair_new();

    memset(pair->before, 0, sizeof pair->before);
    memset(pair->now, 255, sizeof pair->now);
    g_assert_cmpfloat_with_epsilon(compare(pair).difference_db, 0, 1e-9);
}

static void
a_fold_tells_of_every_byte_of_its_rows(void)
{
    g_autofree Pair *pair = pair_new();
    const LumaPlane now = plane_of(pair->now);
    const guint64 all = still_fold(0, &now, 1), eighth = still_fold(0, &now, 8);

    for (guint i = 0; i < WIDTH * HEIGHT; i += 7) {
        pair->now[i] ^= 1;
        g_assert_cmpuint(still_fold(0, &now, 1), !=, all);
        g_assert_cmpint(still_fold(0, &now, 8) != eighth, ==, i / WIDTH % 8 == 0);
        pair->now[i] ^= 1;
    }
    g_assert_cmpuint(still_fold(0, &now, 1), ==, all);
    g_assert_cmpuint(still_fold(all, &now, 1), !=, all);
}

static void
another_limit_gives_another_verdict(void)
{
    static const StillFigures noise = {STILL_NOISE, -50, 2}, exact = {STILL_EXACT, -100, 0};

    g_assert_cmpint(still_verdict(&noise, STILL_BLOCK_LEVELS), ==, STILL_NOISE);
    g_assert_cmpint(still_verdict(&noise, 1.5), ==, STILL_MOVING);
    g_assert_cmpint(still_verdict(&exact, 0), ==, STILL_EXACT);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/still/exact", not_one_pixel_differs_in_an_exact_repeat);
    g_test_add_func("/still/mouth", a_mouth_in_a_still_picture_moves);
    g_test_add_func("/still/noise", noise_all_over_does_not_move);
    g_test_add_func("/still/limit", a_block_moves_from_its_limit_on);
    g_test_add_func("/still/scale", black_against_white_is_zero_decibels);
    g_test_add_func("/still/fold", a_fold_tells_of_every_byte_of_its_rows);
    g_test_add_func("/still/verdict", another_limit_gives_another_verdict);
    return g_test_run();
}

/* Single colours, colour bars, slates, letterboxes and blocks, on painted pictures. */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "pipelines/measure/blockiness.h"
#include "pipelines/measure/colour-bars.h"
#include "pipelines/measure/letterbox.h"
#include "pipelines/measure/slate.h"
#include "pipelines/measure/uniform.h"

#define WIDTH  320u
#define HEIGHT 180u

typedef struct {
    guint8 y[WIDTH * HEIGHT];
    guint8 c[2][WIDTH * HEIGHT / 4];
    PictureView view;
} Canvas;

static void
fill(Canvas *canvas, const guint from[2], const guint to[2], const guint8 colour[3])
{
    for (guint y = from[1]; y < to[1]; y++) {
        for (guint x = from[0]; x < to[0]; x++) {
            canvas->y[y * WIDTH + x] = colour[0];
            canvas->c[0][y / 2 * WIDTH / 2 + x / 2] = colour[1];
            canvas->c[1][y / 2 * WIDTH / 2 + x / 2] = colour[2];
        }
    }
}

static Canvas *
canvas_new(guint8 luma, guint8 cb, guint8 cr)
{
    Canvas *canvas = g_new(Canvas, 1);

    canvas->view = (PictureView){
        {canvas->y, canvas->c[0], canvas->c[1]}, {WIDTH, WIDTH / 2, WIDTH / 2}, WIDTH, HEIGHT};
    fill(canvas, (guint[]){0, 0}, (guint[]){WIDTH, HEIGHT}, (guint8[]){luma, cb, cr});
    return canvas;
}

static LumaPlane
luma_of(const Canvas *canvas)
{
    return (LumaPlane){canvas->y, WIDTH, WIDTH, HEIGHT};
}

static void
a_screen_of_one_colour_is_uniform_and_named(void)
{
    static const struct {
        const char *name;
        guint8 colour[3];
    } screens[] = {
        {"blue", {29, 255, 107}},  {"blue", {22, 223, 112}},   {"green", {150, 44, 21}},
        {"grey", {128, 128, 128}}, {"white", {255, 128, 128}}, {"red", {76, 85, 255}},
        {"black", {4, 128, 128}},  {"yellow", {226, 1, 149}},  {"magenta", {105, 212, 235}},
        {"cyan", {179, 171, 1}},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(screens); i++) {
        const guint8 *colour = screens[i].colour;
        g_autofree Canvas *canvas = canvas_new(colour[0], colour[1], colour[2]);
        const UniformFigures figures = uniform_measure(&canvas->view);

        g_assert_true(figures.uniform);
        g_assert_cmpstr(uniform_colour_name(figures.colour), ==, screens[i].name);
    }
}

static void
a_logo_leaves_a_screen_uniform_a_headline_does_not(void)
{
    g_autofree Canvas *canvas = canvas_new(29, 255, 107);

    fill(canvas, (guint[]){280, 10}, (guint[]){308, 38}, (guint8[]){235, 128, 128});
    g_assert_true(uniform_measure(&canvas->view).uniform);
    fill(canvas, (guint[]){20, 130}, (guint[]){300, 150}, (guint8[]){235, 128, 128});
    g_assert_false(uniform_measure(&canvas->view).uniform);
}

static void
one_luma_with_two_colours_is_not_uniform(void)
{
    g_autofree Canvas *canvas = canvas_new(100, 100, 100);

    fill(canvas, (guint[]){0, 0}, (guint[]){160, HEIGHT}, (guint8[]){100, 150, 100});
    g_assert_false(uniform_measure(&canvas->view).uniform);
}

/* Bars in the matrix of BT.601, 75 %, from @left on; @n of them. */
static void
paint_bars(Canvas *canvas, guint left, guint right, guint n, gboolean white_full)
{
    static const guint8 colours[8][3] = {
        {191, 128, 128}, {169, 32, 144}, {134, 160, 33}, {112, 65, 48},
        {79, 191, 208},  {57, 96, 223},  {22, 224, 112}, {0, 128, 128},
    };

    for (guint bar = 0; bar < n; bar++)
        fill(canvas, (guint[]){left + (right - left) * bar / n, 0},
             (guint[]){left + (right - left) * (bar + 1) / n, HEIGHT},
             bar == 0 && white_full ? (guint8[]){255, 128, 128} : colours[bar]);
}

static void
bars_of_every_layout_are_known(void)
{
    g_autofree Canvas *canvas = canvas_new(102, 128, 128);

    g_assert_cmpint(colour_bars_find(&canvas->view), ==, COLOUR_BARS_NONE);
    paint_bars(canvas, WIDTH / 8, WIDTH * 7 / 8, 7, FALSE);
    g_assert_cmpint(colour_bars_find(&canvas->view), ==, COLOUR_BARS_SMPTE_HD);
    paint_bars(canvas, 0, WIDTH, 7, FALSE);
    g_assert_cmpint(colour_bars_find(&canvas->view), ==, COLOUR_BARS_SMPTE);
    paint_bars(canvas, 0, WIDTH, 8, TRUE);
    g_assert_cmpint(colour_bars_find(&canvas->view), ==, COLOUR_BARS_EBU);
}

static void
text_over_bars_leaves_them_bars_and_their_order_counts(void)
{
    g_autofree Canvas *canvas = canvas_new(0, 128, 128);

    paint_bars(canvas, 0, WIDTH, 7, FALSE);
    fill(canvas, (guint[]){60, 60}, (guint[]){260, 74}, (guint8[]){16, 128, 128});
    g_assert_cmpint(colour_bars_find(&canvas->view), ==, COLOUR_BARS_SMPTE);
    paint_bars(canvas, 0, WIDTH, 7, FALSE);
    fill(canvas, (guint[]){46, 0}, (guint[]){92, HEIGHT}, (guint8[]){57, 96, 223});
    g_assert_cmpint(colour_bars_find(&canvas->view), ==, COLOUR_BARS_NONE);
}

static void
a_slate_is_found_with_a_clock_on_it_and_no_other_picture_is(void)
{
    g_autofree Canvas *canvas = canvas_new(60, 140, 120);
    SlatePrint prints[2], seen;

    slate_print(&canvas->view, &prints[0]);
    fill(canvas, (guint[]){40, 40}, (guint[]){200, 120}, (guint8[]){200, 100, 160});
    slate_print(&canvas->view, &prints[1]);
    fill(canvas, (guint[]){250, 150}, (guint[]){310, 170}, (guint8[]){255, 128, 128});
    slate_print(&canvas->view, &seen);
    g_assert_cmpint(slate_find(prints, 2, &seen), ==, 1);
    fill(canvas, (guint[]){0, 120}, (guint[]){WIDTH, HEIGHT}, (guint8[]){255, 128, 128});
    slate_print(&canvas->view, &seen);
    g_assert_cmpint(slate_find(prints, 2, &seen), ==, -1);
    g_assert_cmpint(slate_find(prints, 0, &seen), ==, -1);
}

static void
bars_above_and_below_are_measured_and_black_has_none(void)
{
    g_autofree Canvas *canvas = canvas_new(0, 128, 128);
    const LumaPlane plane = luma_of(canvas);

    g_assert_false(letterbox_measure(&plane).known);
    fill(canvas, (guint[]){0, 24}, (guint[]){WIDTH, 156}, (guint8[]){120, 128, 128});
    g_assert_true(letterbox_measure(&plane).known);
    g_assert_cmpfloat_with_epsilon(letterbox_measure(&plane).top, 24.0 / 180, 1e-9);
    g_assert_cmpfloat_with_epsilon(letterbox_measure(&plane).bottom, 24.0 / 180, 1e-9);
    g_assert_cmpfloat(letterbox_measure(&plane).left, ==, 0);
}

static void
bars_are_believed_when_they_stay_and_gone_when_something_shows_in_them(void)
{
    const LetterboxFigures none = {.known = true};
    const LetterboxFigures bars = {.known = true, .top = 0.125, .bottom = 0.125};
    LetterboxWatch watch = {0};

    letterbox_watch(&watch, &bars, 1);
    letterbox_watch(&watch, &bars, 5 * G_USEC_PER_SEC);
    g_assert_false(watch.believed.known);
    letterbox_watch(&watch, &bars, LETTERBOX_HOLD_US + 1);
    g_assert_cmpfloat(watch.believed.top, ==, 0.125);
    letterbox_watch(&watch, &none, LETTERBOX_HOLD_US + 2);
    g_assert_cmpfloat(watch.believed.top, ==, 0);
}

/* The ratio of a gradient with a step of @step at every eighth sample from @phase on. */
static double
ratio_of(guint step, guint phase)
{
    BlockinessSums sums = {0};
    guint8 row[1920];

    for (guint y = 0; y < 64; y++) {
        for (guint x = 0; x < sizeof row; x++)
            row[x] = (guint8)(100 + 40 * sin(x / 90.0 + y) + (x + phase) / 8 % 2 * step +
                              g_test_rand_int_range(0, 3));
        blockiness_add_row(&sums, row, sizeof row);
    }
    return blockiness_ratio(&sums);
}

static void
steps_of_a_grid_of_eight_are_seen_wherever_it_begins(void)
{
    g_assert_cmpfloat(ratio_of(0, 0), <, 1.2);
    g_assert_cmpfloat(ratio_of(6, 0), >, BLOCKINESS_VISIBLE);
    g_assert_cmpfloat(ratio_of(6, 5), >, BLOCKINESS_VISIBLE);
}

static void
a_flat_picture_and_a_few_steps_have_no_ratio(void)
{
    BlockinessSums sums = {0};
    guint8 row[1920];

    memset(row, 90, sizeof row);
    for (guint y = 0; y < 64; y++)
        blockiness_add_row(&sums, row, sizeof row);
    g_assert_cmpfloat(blockiness_ratio(&sums), ==, 0);
    sums = (BlockinessSums){0};
    row[800] = 200;
    blockiness_add_row(&sums, row, sizeof row);
    g_assert_cmpfloat(blockiness_ratio(&sums), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/uniform/named", a_screen_of_one_colour_is_uniform_and_named);
    g_test_add_func("/uniform/logo", a_logo_leaves_a_screen_uniform_a_headline_does_not);
    g_test_add_func("/uniform/chroma", one_luma_with_two_colours_is_not_uniform);
    g_test_add_func("/bars/layouts", bars_of_every_layout_are_known);
    g_test_add_func("/bars/text", text_over_bars_leaves_them_bars_and_their_order_counts);
    g_test_add_func("/slate/found", a_slate_is_found_with_a_clock_on_it_and_no_other_picture_is);
    g_test_add_func("/letterbox/bars", bars_above_and_below_are_measured_and_black_has_none);
    g_test_add_func("/letterbox/watch",
                    bars_are_believed_when_they_stay_and_gone_when_something_shows_in_them);
    g_test_add_func("/blockiness/grid", steps_of_a_grid_of_eight_are_seen_wherever_it_begins);
    g_test_add_func("/blockiness/flat", a_flat_picture_and_a_few_steps_have_no_ratio);
    return g_test_run();
}

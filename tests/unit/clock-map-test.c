/* Kernel stamps on the boot clock: steady while wall time is, honest when it jumps. */
#include <glib.h>

#include "pipelines/elements/clock-map.h"

#define WALL INT64_C(1700000000000000)
#define BOOT INT64_C(5000000)

static void
test_a_stamp_lands_on_the_boot_clock(void)
{
    ClockMap map = {0};

    g_assert_true(clock_map_update(&map, WALL, BOOT + 1, WALL + 2));
    g_assert_cmpint(clock_map_apply(&map, WALL - 7000, BOOT + 10), ==, BOOT - 7000);
}

static void
test_a_stamp_never_lies_in_the_future(void)
{
    ClockMap map = {0};

    (void)clock_map_update(&map, WALL, BOOT, WALL);
    g_assert_cmpint(clock_map_apply(&map, WALL + 500, BOOT + 100), ==, BOOT + 100);
}

static void
test_slew_below_a_millisecond_is_followed_in_silence(void)
{
    ClockMap map = {0};

    (void)clock_map_update(&map, WALL, BOOT, WALL);
    g_assert_true(clock_map_update(&map, WALL + 20900, BOOT + 20000, WALL + 20900));
    g_assert_cmpuint(map.jumps, ==, 0);
    g_assert_cmpint(clock_map_apply(&map, WALL + 20900, BOOT + 30000), ==, BOOT + 20000);
}

/* Two sockets are read one after the other; their stamps are compared to the microsecond. */
static void
test_what_a_reading_does_not_contradict_is_kept(void)
{
    ClockMap map = {0};

    (void)clock_map_update(&map, WALL, BOOT, WALL);
    (void)clock_map_update(&map, WALL + 500, BOOT + 501, WALL + 500);
    g_assert_cmpint(map.offset_us, ==, BOOT - WALL);
    (void)clock_map_update(&map, WALL + 1000, BOOT + 1000, WALL + 1400); /* interrupted */
    g_assert_cmpint(map.offset_us, ==, BOOT - WALL);
    (void)clock_map_update(&map, WALL + 2000, BOOT + 2010, WALL + 2000); /* slewed */
    g_assert_cmpint(map.offset_us, ==, BOOT - WALL + 10);
}

static void
test_a_jump_of_wall_time_is_said_once_and_followed(void)
{
    ClockMap map = {0};
    const int64_t hour = 3600 * US_PER_SECOND;

    (void)clock_map_update(&map, WALL, BOOT, WALL);
    g_assert_false(clock_map_update(&map, WALL + hour, BOOT + 20000, WALL + hour));
    g_assert_cmpuint(map.jumps, ==, 1);
    g_assert_true(clock_map_update(&map, WALL + hour + 20000, BOOT + 40000, WALL + hour + 20000));
    g_assert_cmpint(clock_map_apply(&map, WALL + hour + 10000, BOOT + 50000), ==, BOOT + 30000);
}

static void
test_an_interrupted_reading_is_not_used(void)
{
    ClockMap map = {0};

    (void)clock_map_update(&map, WALL, BOOT, WALL);
    g_assert_true(clock_map_update(&map, WALL + 20000, BOOT + 20000, WALL + 29000));
    g_assert_cmpint(map.offset_us, ==, BOOT - WALL);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/clock-map/a-stamp-lands-on-the-boot-clock",
                    test_a_stamp_lands_on_the_boot_clock);
    g_test_add_func("/clock-map/a-stamp-never-lies-in-the-future",
                    test_a_stamp_never_lies_in_the_future);
    g_test_add_func("/clock-map/slew-below-a-millisecond-is-followed-in-silence",
                    test_slew_below_a_millisecond_is_followed_in_silence);
    g_test_add_func("/clock-map/what-a-reading-does-not-contradict-is-kept",
                    test_what_a_reading_does_not_contradict_is_kept);
    g_test_add_func("/clock-map/a-jump-of-wall-time-is-said-once-and-followed",
                    test_a_jump_of_wall_time_is_said_once_and_followed);
    g_test_add_func("/clock-map/an-interrupted-reading-is-not-used",
                    test_an_interrupted_reading_is_not_used);
    return g_test_run();
}

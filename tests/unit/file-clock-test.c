/* Times of a file's packets from its PCRs. */
#include <glib.h>

#include "pipelines/probe/file-clock.h"
#include "tests/fixtures/ts-build.h"

#define MS(n) ((MonoUs)(n)*US_PER_MS)

/* Ten packets every 40 ms; the PCRs are those of @pcr_ms. */
static FileClock *
clock_of(const gint64 *pcr_ms, guint count)
{
    FileClock *clock = file_clock_new();
    TsBuilder builder = {{0}};

    for (guint i = 0; i < count; i++) {
        g_autofree char *text = g_strdup_printf(
            "packet pid=100 pcr=%" G_GINT64_FORMAT "\n9 x packet pid=100", pcr_ms[i] * 27000);
        g_autoptr(GByteArray) bytes = ts_builder_build(&builder, text);

        file_clock_push(clock, bytes->data, bytes->len);
    }
    file_clock_finish(clock);
    return clock;
}

static void
packets_between_two_pcrs_lie_on_a_line(void)
{
    static const gint64 pcrs[] = {1000, 1040, 1080, 1120};
    g_autoptr(FileClock) clock = clock_of(pcrs, G_N_ELEMENTS(pcrs));

    g_assert_cmpfloat_with_epsilon(file_clock_bitrate_bps(clock), 10 * 188 * 8 * 25, 1);
    g_assert_cmpint(file_clock_arrival_us(clock, 0), ==, 1);
    g_assert_cmpint(file_clock_arrival_us(clock, 5), ==, 1 + MS(20));
    g_assert_cmpint(file_clock_arrival_us(clock, 10), ==, 1 + MS(40));
    g_assert_cmpint(file_clock_arrival_us(clock, 39), ==, 1 + MS(156)); /* beyond the last PCR */
}

static void
a_jump_of_the_clock_is_not_a_pause(void)
{
    static const gint64 pcrs[] = {1000, 1040, 1080, 91000, 91040, 500, 540, 4540, 4580};
    g_autoptr(FileClock) clock = clock_of(pcrs, G_N_ELEMENTS(pcrs));

    g_assert_cmpfloat_with_epsilon(file_clock_bitrate_bps(clock), 10 * 188 * 8 * 25, 1);
    g_assert_cmpint(file_clock_arrival_us(clock, 30), ==, 1 + MS(120));
    g_assert_cmpint(file_clock_arrival_us(clock, 50), ==, 1 + MS(200));
    g_assert_cmpint(file_clock_arrival_us(clock, 80), ==, 1 + MS(320));
}

static void
without_pcrs_the_rate_is_not_known(void)
{
    g_autoptr(FileClock) clock = file_clock_new();
    g_autoptr(GByteArray) bytes = ts_build("20 x packet pid=100");

    file_clock_push(clock, bytes->data, bytes->len);
    file_clock_finish(clock);
    g_assert_cmpfloat(file_clock_bitrate_bps(clock), ==, 0);
    g_assert_cmpint(file_clock_arrival_us(clock, 1), >, file_clock_arrival_us(clock, 0));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/file-clock/line", packets_between_two_pcrs_lie_on_a_line);
    g_test_add_func("/file-clock/jump", a_jump_of_the_clock_is_not_a_pause);
    g_test_add_func("/file-clock/none", without_pcrs_the_rate_is_not_known);
    return g_test_run();
}

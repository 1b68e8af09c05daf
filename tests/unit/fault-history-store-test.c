/* What was seen of a channel, from one process to the next. */
#include "appliance/config/fault-history-store.h"

#include <string.h>

#include "appliance/model/profile-simulate.h"
#include "pipelines/base/error.h"

#define S(x)  ((MonoUs)((x) * (double)US_PER_SECOND))
#define WALL0 INT64_C(1700000000000000)

static FaultHistory *
make_history(void)
{
    FaultHistory *history = g_new0(FaultHistory, 1);

    fault_history_state(history, FAULT_PICTURE_BLACK, true, 0, S(5000), S(5000));
    fault_history_state(history, FAULT_PICTURE_BLACK, false, 0, S(5012), S(5012));
    for (unsigned s = 5020; s < 5100; s++)
        fault_history_rate(history, s < 5060 ? 1 : 0.5, S(s));
    for (unsigned s = 6000; s < 6006; s++)
        fault_history_errors(history, FAULT_CONTINUITY, S(s));
    fault_history_state(history, FAULT_SOUND_SILENT, true, 0, S(7000), S(7000));
    fault_history_rate(history, 1, S(7060));
    return history;
}

static GBytes *
keep(const FaultHistory *history, const char *boot_id, double now_s)
{
    const HistoryMoment now = {.boot_id = boot_id, .us = S(now_s), .wall_us = WALL0 + S(now_s)};

    return fault_history_encode(history, &now);
}

static FaultHistory *
read_back(GBytes *bytes, const char *boot_id, double now_s, double wall_s, GError **error)
{
    const HistoryMoment now = {.boot_id = boot_id, .us = S(now_s), .wall_us = WALL0 + S(wall_s)};

    return fault_history_decode(bytes, &now, error);
}

static Simulation
try(const FaultHistory *history, double now_s)
{
    g_autoptr(ProfileBook) book = profile_book_empty();
    const ProfileWant want = {.profile = "default"};
    g_autoptr(AlarmProfile) table = profile_book_resolve(book, &want);

    return profile_simulate(history, table, S(24 * 3600), S(now_s));
}

static void
the_next_process_simulates_what_the_last_one_saw(void)
{
    g_autofree FaultHistory *history = make_history();
    g_autoptr(GBytes) bytes = keep(history, "boot", 7060);
    g_autoptr(GError) error = NULL;
    g_autofree FaultHistory *next = read_back(bytes, "boot", 7060, 7060, &error);

    g_assert_no_error(error);
    const Simulation before = try(history, 7060), after = try(next, 7060);

    g_assert_cmpuint(before.alarms, >, 2);
    g_assert_cmpuint(after.alarms, ==, before.alarms);
    g_assert_cmpint(after.covers_us, ==, before.covers_us);
    g_assert_true(memcmp(next->cells, history->cells, sizeof next->cells) == 0);
}

/* The boot clock began anew: what is older than it is before its beginning. */
static void
after_a_reboot_the_wall_clock_tells_how_long_ago_it_was(void)
{
    g_autofree FaultHistory *history = make_history();
    g_autoptr(GBytes) bytes = keep(history, "boot", 7060);
    g_autoptr(GError) error = NULL;
    g_autofree FaultHistory *next = read_back(bytes, "other", 30, 7060 + 40, &error);

    g_assert_no_error(error);
    g_assert_cmpint(fault_history_edge(next, 0)->at_us, ==, S(5000 - 7060 - 40 + 30));
    g_assert_cmpuint(fault_history_cell(next, S(5030 - 7070)).low, ==, 50);
    g_assert_cmpuint(fault_history_cell(next, S(5090 - 7070)).low, ==, 25);
    fault_history_shift(next, 2 * HISTORY_SPAN_US);
    const Simulation after = try(next, 30 + 2 * 86400);

    g_assert_cmpuint(after.alarms, ==, try(history, 7060).alarms);
    g_assert_cmpuint(after.standing, ==, 0); /* nobody knows that it is silent still */
    g_assert_cmpint(after.covers_us, ==, S(7060 - 5000));
}

static void
the_time_between_counts_as_not_seen(void)
{
    g_autofree FaultHistory *history = make_history();
    g_autoptr(GBytes) bytes = keep(history, "boot", 7060);
    g_autoptr(GError) error = NULL;
    g_autofree FaultHistory *next = read_back(bytes, "boot", 17060, 17060, &error);

    g_assert_no_error(error);
    g_assert_cmpint(fault_history_unseen_us(next, 0, S(17060)), ==, S(10000));
    g_assert_cmpint(try(next, 17060).covers_us, ==, S(7060 - 5000));
    /* It is silent still: the worker says since when. */
    fault_history_state(next, FAULT_SOUND_SILENT, true, 0, S(7000), S(17061));
    g_assert_cmpuint(try(next, 17062).standing, ==, 1);
}

static void
what_is_damaged_or_of_the_future_is_refused(void)
{
    g_autofree FaultHistory *history = make_history();
    g_autoptr(GBytes) bytes = keep(history, "boot", 7060);
    gsize size = 0;
    const uint8_t *data = g_bytes_get_data(bytes, &size);
    g_autoptr(GError) error = NULL;

    for (gsize i = 0; i < size; i += 97) {
        g_autofree uint8_t *copy = g_memdup2(data, size);

        copy[i] ^= 1u << (i % 8);
        g_autoptr(GBytes) damaged = g_bytes_new(copy, size);

        g_assert_null(read_back(damaged, "boot", 7060, 7060, NULL));
    }
    for (gsize cut = 0; cut < size; cut += 501) {
        g_autoptr(GBytes) torn = g_bytes_new(data, cut);

        g_assert_null(read_back(torn, "boot", 7060, 7060, NULL));
    }
    g_assert_null(read_back(bytes, "other", 30, 7000, &error)); /* the wall clock went back */
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
}

static void
a_full_history_fits_its_file(void)
{
    g_autofree FaultHistory *history = g_new0(FaultHistory, 1);

    for (unsigned i = 0; i < 2 * HISTORY_EDGES; i++)
        fault_history_state(history, FAULT_PICTURE_BLACK, i % 2 == 0, 0, S(1 + i), S(1 + i));
    g_autoptr(GBytes) bytes = keep(history, "boot", 5000);

    g_test_message("%zu bytes", g_bytes_get_size(bytes));
    g_assert_cmpuint(g_bytes_get_size(bytes), <, FAULT_HISTORY_MAX_BYTES);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/fault-history-store/next", the_next_process_simulates_what_the_last_one_saw);
    g_test_add_func("/fault-history-store/reboot",
                    after_a_reboot_the_wall_clock_tells_how_long_ago_it_was);
    g_test_add_func("/fault-history-store/between", the_time_between_counts_as_not_seen);
    g_test_add_func("/fault-history-store/damaged", what_is_damaged_or_of_the_future_is_refused);
    g_test_add_func("/fault-history-store/full", a_full_history_fits_its_file);
    return g_test_run();
}

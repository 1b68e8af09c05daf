/* Incidents under whatever comes: random faults keep the promises, and a storm is cheap. */
#include <time.h>

#include "tests/unit/incident-rig.h"

#define N_CHANNELS 60u

static const FaultId faults[] = {
    FAULT_NO_PACKETS,     FAULT_SYNC_LOST,     FAULT_PAT_MISSING,
    FAULT_VIDEO_MISSING,  FAULT_AUDIO_MISSING, FAULT_PICTURE_BLACK,
    FAULT_PICTURE_FROZEN, FAULT_SOUND_SILENT,  FAULT_SECOND_SOURCE,
};

/* At most one alarm of a cause stands on a resource, and who is a member has an incident that
 * stands, or did. */
static void
check(const Rig *rig)
{
    g_autoptr(GHashTable) open = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GHashTableIter iter;
    gpointer key, value;

    g_hash_table_iter_init(&iter, rig->known);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        const Known *known = value;
        const Known *parent = g_hash_table_lookup(rig->known, known->incident_id);

        if (!known->open)
            continue;
        g_assert_true(g_hash_table_add(
            open, g_strdup_printf("%s %u", known->resource, (unsigned)known->fault)));
        g_assert_nonnull(parent);
        g_assert_cmpint(known->quiet == QUIET_NONE, ==, g_str_equal(known->incident_id, key));
        if (known->quiet != QUIET_NONE) /* an interface's channels have a moment to return */
            g_assert_true(parent->open || parent->fault == FAULT_INTERFACE_DOWN);
    }
}

/* Whatever stands for @seconds is told, by itself or by its incident. */
static void
nothing_is_hushed_up(const Rig *rig)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, rig->known);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const Known *known = value;
        unsigned steps = 0;

        while (known->open && known->quiet != QUIET_NONE && steps++ < 4)
            known = g_hash_table_lookup(rig->known, known->incident_id);
        if (!((Known *)value)->open)
            continue;
        if (!known->told)
            g_test_message("%s of %s is told by %s of %s, which is not told",
                           fault_info(((Known *)value)->fault)->name, ((Known *)value)->resource,
                           fault_info(known->fault)->name, known->resource);
        g_assert_true(known->told);
    }
}

static void
play_random(guint32 seed)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(seed);
    Rig rig;

    rig_init(&rig);
    rig_add_sixty(&rig, "nic/eth1", 0);
    rig_share(&rig);
    for (unsigned i = 0; i < 400; i++) {
        const FaultId fault = faults[g_rand_int_range(random, 0, G_N_ELEMENTS(faults))];
        const unsigned first = (unsigned)g_rand_int_range(random, 0, N_CHANNELS);
        const unsigned n = g_rand_int_range(random, 0, 4) == 0
                               ? (unsigned)g_rand_int_range(random, 1, N_CHANNELS)
                               : 1;
        const bool faulty = g_rand_boolean(random);

        for (unsigned j = 0; j < n; j++)
            rig_observe_channel(&rig, (first + j) % N_CHANNELS, fault, faulty);
        if (g_rand_int_range(random, 0, 20) == 0) {
            g_autofree char *input = g_strdup_printf("input/i%u", first);

            rig_observe(&rig, input, FAULT_WORKER_LOST, faulty);
        }
        if (g_rand_int_range(random, 0, 40) == 0)
            rig_observe(&rig, "nic/eth1", FAULT_INTERFACE_DOWN, faulty);
        if (g_rand_int_range(random, 0, 60) == 0)
            rig_restart(&rig);
        rig_run_to(&rig, rig.now_us + S(g_rand_double_range(random, 0, 4)));
        check(&rig);
    }
    rig_run_to(&rig, rig.now_us + S(40));
    nothing_is_hushed_up(&rig);
    for (unsigned i = 0; i < N_CHANNELS; i++) {
        g_autofree char *input = g_strdup_printf("input/i%u", i);

        rig_observe(&rig, input, FAULT_WORKER_LOST, false);
        for (size_t f = 0; f < G_N_ELEMENTS(faults); f++)
            rig_observe_channel(&rig, i, faults[f], false);
    }
    rig_observe(&rig, "nic/eth1", FAULT_INTERFACE_DOWN, false);
    rig_run_to(&rig, rig.now_us + S(900));
    /* Everything ends, and whoever was told of a raise was told of the clear. */
    g_assert_cmpuint(rig_n_open(&rig, FAULT_NONE), ==, 0);
    g_assert_cmpuint(rig.n_told, ==, 2 * rig.n_raised);
    rig_clear(&rig);
}

static void
random_faults_keep_every_promise(void)
{
    for (guint32 seed = 1; seed <= 6; seed++) {
        g_test_message("seed %u", seed);
        play_random(seed);
    }
}

static int
by_value(gconstpointer a, gconstpointer b)
{
    const gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;

    return left < right ? -1 : left > right;
}

/* Time that this thread has computed: others on the machine are none of its cost. */
static gint64
cpu_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (gint64)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void
a_storm_of_ten_thousand_transitions_is_cheap(void)
{
    g_autoptr(GArray) costs_us = g_array_new(FALSE, FALSE, sizeof(gint64));
    Rig rig;

    rig_init(&rig);
    for (unsigned nic = 0; nic < 4; nic++) {
        g_autofree char *name = g_strdup_printf("nic/eth%u", nic);

        rig_add_sixty(&rig, name, 60 * nic);
    }
    rig_share(&rig);
    for (unsigned i = 0; rig.journal->len < 10000 && i < 100000; i++) {
        GPtrArray *transitions = alarm_transitions_new();
        const gint64 begin_us = cpu_us();
        g_autofree char *resource = g_strdup_printf("channel/c%u", i * 37 % 240);
        const Observation observation = {
            .resource = resource, .fault = FAULT_NO_PACKETS, .faulty = i / 480 % 2 == 0};

        alarm_book_observe(rig.alarms, &observation, rig_now(&rig), transitions);
        if (i % 8 == 0)
            alarm_book_step(rig.alarms, rig_now(&rig), transitions);
        incident_book_take(rig.incidents, transitions, rig_now(&rig));
        const gint64 cost_us = cpu_us() - begin_us;

        g_array_append_val(costs_us, cost_us);
        g_ptr_array_extend_and_steal(rig.journal, transitions);
        rig.now_us += S(0.02);
    }
    g_array_sort(costs_us, by_value);
    const gint64 p99_us = g_array_index(costs_us, gint64, costs_us->len * 99 / 100);
    const gint64 worst_us = g_array_index(costs_us, gint64, costs_us->len - 1);

    g_test_message("%u transitions in %u turns: p99 %" G_GINT64_FORMAT
                   " us, worst %" G_GINT64_FORMAT " us",
                   rig.journal->len, costs_us->len, p99_us, worst_us);
    g_assert_cmpuint(rig.journal->len, >=, 10000);
    g_assert_cmpint(p99_us, <=, 5000);
    rig_clear(&rig);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/incident-storm/random", random_faults_keep_every_promise);
    g_test_add_func("/incident-storm/cost", a_storm_of_ten_thousand_transitions_is_cheap);
    return g_test_run();
}

/* Counters of the kernel, from folders made like /proc and /sys. */
#include <glib.h>
#include <glib/gstdio.h>

#include "pipelines/worker/box-counters.h"

typedef struct {
    char *root;
    BoxCounters *counters;
} Rig;

static void
write_file(const char *root, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(root, name, NULL);
    g_autofree char *folder = g_path_get_dirname(path);

    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static Rig
rig_new(void)
{
    Rig rig = {.root = g_dir_make_tmp("gantry-box-XXXXXX", NULL)};

    write_file(rig.root, "net/softnet_stat",
               "0000000b 00000002 00000005 00000000 00000000 00000000 00000000 00000000 00000000 "
               "00000000 00000001 00000000 00000000\n"
               "00001681 0000000a 00000001 00000000 00000000 00000000 00000000 00000000 00000000 "
               "00000000 00000000 00000000 00000001\n");
    write_file(rig.root, "stat", "cpu  100 20 30 400 5 0 6 39 7 8\ncpu0 1 2 3 4 5 6 7 8 9 10\n");
    write_file(rig.root, "class/net/eth1/device/vendor", "x");
    write_file(rig.root, "class/net/eth1/statistics/rx_missed_errors", "7\n");
    write_file(rig.root, "class/net/eth1/statistics/rx_fifo_errors", "4\n");
    write_file(rig.root, "class/net/eth2/device/vendor", "x");
    write_file(rig.root, "class/net/eth2/statistics/rx_missed_errors", "100\n");
    write_file(rig.root, "class/net/vlan7/statistics/rx_missed_errors", "1000\n");
    rig.counters = box_counters_new(rig.root, rig.root);
    return rig;
}

static void
remove_all(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *child = g_build_filename(path, name, NULL);

        remove_all(child);
    }
    (void)g_remove(path);
}

static void
rig_end(Rig *rig)
{
    box_counters_free(rig->counters);
    remove_all(rig->root);
    g_free(rig->root);
}

static uint64_t
missed_on(const Rig *rig, const char *interface)
{
    BoxCount count;

    box_counters_read(rig->counters, interface, &count);
    return count.nic_missed;
}

static void
drops_are_summed_over_all_cpus(void)
{
    Rig rig = rig_new();
    BoxCount count;

    box_counters_read(rig.counters, "eth1", &count);
    g_assert_cmpuint(count.softnet_drops, ==, 2 + 1 + 10);
    g_assert_cmpuint(count.squeezes, ==, 6);
    g_assert_cmpuint(count.steal_ticks, ==, 39);
    g_assert_cmpuint(count.all_ticks, ==, 600);
    rig_end(&rig);
}

static void
an_interface_of_hardware_counts_alone_and_others_with_all_of_it(void)
{
    Rig rig = rig_new();

    g_assert_cmpuint(missed_on(&rig, "eth1"), ==, 11);
    g_assert_cmpuint(missed_on(&rig, "eth2"), ==, 100);
    g_assert_cmpuint(missed_on(&rig, "vlan7"), ==, 1111);
    g_assert_cmpuint(missed_on(&rig, ""), ==, 111);
    rig_end(&rig);
}

static void
files_are_read_anew_each_time(void)
{
    Rig rig = rig_new();
    g_autofree char *path =
        g_build_filename(rig.root, "class/net/eth1/statistics/rx_missed_errors", NULL);
    FILE *file = NULL;

    g_assert_cmpuint(missed_on(&rig, "eth1"), ==, 11);
    file = g_fopen(path, "r+");
    g_assert_cmpint(fputs("9\n", file), >=, 0);
    g_assert_cmpint(fclose(file), ==, 0);
    g_assert_cmpuint(missed_on(&rig, "eth1"), ==, 13);
    rig_end(&rig);
}

static void
what_a_kernel_does_not_have_counts_as_nothing(void)
{
    BoxCounters *counters = box_counters_new("/nonexistent", "/nonexistent");
    BoxCount count;

    box_counters_read(counters, "eth1", &count);
    g_assert_cmpuint(count.nic_missed + count.softnet_drops + count.all_ticks, ==, 0);
    box_counters_free(counters);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/box-counters/" #name, name)
    TEST(drops_are_summed_over_all_cpus);
    TEST(an_interface_of_hardware_counts_alone_and_others_with_all_of_it);
    TEST(files_are_read_anew_each_time);
    TEST(what_a_kernel_does_not_have_counts_as_nothing);
#undef TEST
    return g_test_run();
}

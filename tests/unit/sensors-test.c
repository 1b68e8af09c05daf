/* Sensors: what is read is what the system says, absent is not zero, old is not known. */
#include <glib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "appliance/sensors/clock-sync.h"
#include "appliance/sensors/sensor-poller.h"

typedef struct {
    char *root;
} Tree;

static void
set_up(Tree *tree, gconstpointer data)
{
    tree->root = g_dir_make_tmp("sensors-XXXXXX", NULL);
}

static void
remove_below(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);

        if (g_file_test(path, G_FILE_TEST_IS_DIR))
            remove_below(path);
        else
            g_assert_cmpint(g_unlink(path), ==, 0);
    }
    g_assert_cmpint(g_rmdir(folder), ==, 0);
}

static void
tear_down(Tree *tree, gconstpointer data)
{
    remove_below(tree->root);
    g_free(tree->root);
}

static void
put(Tree *tree, const char *path, const char *text)
{
    g_autofree char *whole = g_strconcat(tree->root, path, NULL);
    g_autofree char *folder = g_path_get_dirname(whole);

    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    g_assert_true(g_file_set_contents(whole, text, -1, NULL));
}

static const SensorView *
find(const SensorSet *set, const char *name)
{
    for (size_t i = 0; i < set->n_sensors; i++) {
        if (g_str_equal(set->sensors[i].name, name))
            return &set->sensors[i];
    }
    return NULL;
}

static SensorSet *
read_at(SensorSource *source, MonoUs now_us)
{
    return sensor_set_read(&source, 1, NULL, 0, now_us);
}

static void
interfaces_give_link_rates_and_losses(Tree *tree, gconstpointer data)
{
    const char *const names[] = {"eth*", NULL};

    put(tree, "/sys/class/net/eth1/carrier", "1\n");
    put(tree, "/sys/class/net/eth1/statistics/rx_bytes", "1000\n");
    put(tree, "/sys/class/net/eth1/statistics/rx_dropped", "5\n");
    put(tree, "/sys/class/net/lo/carrier", "1\n");
    put(tree, "/proc/net/softnet_stat", "0000ffff 00000010 0\n0000ffff 00000001 0\n");
    put(tree, "/proc/net/snmp",
        "Ip: Forwarding\nIp: 1\nUdp: InDatagrams NoPorts RcvbufErrors\nUdp: 9 8 7\n");
    g_autoptr(SensorSource) source = sensor_nic_new(tree->root, names);
    g_autoptr(SensorSet) first = read_at(source, 10 * US_PER_SECOND);

    g_assert_cmpstr(find(first, "eth1 link")->state, ==, "ok");
    g_assert_null(find(first, "lo link"));
    g_assert_null(find(first, "eth1 received")); /* no rate of one reading */
    put(tree, "/sys/class/net/eth1/carrier", "0\n");
    put(tree, "/sys/class/net/eth1/statistics/rx_bytes", "3500\n");
    put(tree, "/proc/net/softnet_stat", "0000ffff 00000010 0\n0000ffff 00000001 0\n");
    put(tree, "/proc/net/snmp",
        "Ip: Forwarding\nIp: 1\nUdp: InDatagrams NoPorts RcvbufErrors\nUdp: 9 8 10\n");
    g_autoptr(SensorSet) second = read_at(source, 12 * US_PER_SECOND);

    g_assert_cmpstr(find(second, "eth1 link")->state, ==, "fault");
    g_assert_cmpfloat(find(second, "eth1 received")->value, ==, 10000);
    g_assert_cmpstr(find(second, "eth1 received")->unit, ==, "bps");
    g_assert_cmpfloat(find(second, "eth1 receive drops")->value, ==, 0);
    g_assert_cmpstr(find(second, "eth1 receive drops")->state, ==, "ok");
    g_assert_cmpstr(find(second, "eth1 receive errors")->state, ==, "unknown"); /* no such file */
    g_assert_cmpfloat(find(second, "UDP socket buffer drops")->value, ==, 3);
    g_assert_cmpstr(find(second, "UDP socket buffer drops")->state, ==, "warning");
    g_assert_cmpstr(find(second, "kernel backlog drops")->state, ==, "ok");
}

static void
a_port_tells_its_groups_and_is_held_against_its_speed(Tree *tree, gconstpointer data)
{
    const char *const names[] = {"eth*", NULL};

    put(tree, "/sys/class/net/eth1/carrier", "1\n");
    put(tree, "/sys/class/net/eth1/speed", "1000\n");
    put(tree, "/sys/class/net/eth1/statistics/rx_bytes", "1000\n");
    put(tree, "/proc/net/igmp",
        "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n"
        "1\tlo        :     1      V3\n\t\t\t\t010000E0     1 0:00000000\t\t0\n"
        "2\teth1      :     3      V3\n\t\t\t\t010101EF     1 0:00000000\t\t0\n"
        "\t\t\t\t010000E0     1 0:00000000\t\t0\n");
    g_autoptr(SensorSource) source = sensor_nic_new(tree->root, names);
    g_autoptr(SensorSet) first = read_at(source, 10 * US_PER_SECOND);

    g_assert_cmpfloat(find(first, "eth1 IGMP groups")->value, ==, 2);
    put(tree, "/sys/class/net/eth1/statistics/rx_bytes", "250001000\n"); /* 1 Gb/s for 2 s */
    g_autoptr(SensorSet) second = read_at(source, 12 * US_PER_SECOND);

    g_assert_cmpfloat(find(second, "eth1 received")->limit, ==, 1e9);
    g_assert_cmpstr(find(second, "eth1 received")->state, ==, "fault");
}

static void
a_disk_tells_when_it_is_full_only_after_it_was_watched(Tree *tree, gconstpointer data)
{
    g_autoptr(SensorSource) source = sensor_disk_new(tree->root, tree->root);
    g_autoptr(SensorSet) first = read_at(source, 60 * US_PER_SECOND);

    g_assert_null(find(first, "days until full"));
    for (size_t i = 0; i < first->n_sensors; i++) /* the limits of "disk" are shares */
        g_assert_true(!g_str_equal(first->sensors[i].kind, "disk") ||
                      g_str_equal(first->sensors[i].unit, "ratio"));
    g_assert_cmpfloat(find(first, "space left")->value, >, 0);
    g_assert_cmpstr(find(first, "write rate")->state, ==, "not-fitted"); /* no such device here */
    g_autoptr(SensorSet) later = read_at(source, 3600 * US_PER_SECOND);

    g_assert_cmpfloat(find(later, "days until full")->value, >, 0);
}

static void
a_box_without_interfaces_says_not_fitted(Tree *tree, gconstpointer data)
{
    const char *const names[] = {"eth*", NULL};
    g_autoptr(SensorSource) source = sensor_nic_new(tree->root, names);
    g_autoptr(SensorSet) set = read_at(source, 1);

    g_assert_cmpstr(find(set, "ingest interfaces")->state, ==, "not-fitted");
    g_assert_true(isnan(find(set, "ingest interfaces")->value));
}

static void
memory_is_what_can_still_be_had(Tree *tree, gconstpointer data)
{
    put(tree, "/proc/meminfo",
        "MemTotal:        1000 kB\nMemFree:  1 kB\nMemAvailable:     250 kB\n");
    g_autoptr(SensorSource) source = sensor_memory_new(tree->root);
    g_autoptr(SensorSet) set = read_at(source, 1);

    g_assert_cmpfloat(find(set, "memory used")->value, ==, 0.75);
    g_assert_cmpstr(find(set, "memory pressure")->state, ==, "not-fitted");
    put(tree, "/proc/pressure/memory", "some avg10=12.50 avg60=0.00 avg300=0.00 total=1\n");
    g_autoptr(SensorSet) pressed = read_at(source, 2);

    g_assert_cmpfloat(find(pressed, "memory pressure")->value, ==, 0.125);
}

static void
cpu_is_taken_from_the_groups_own_account(Tree *tree, gconstpointer data)
{
    const double cores = (double)g_get_num_processors();

    put(tree, "/proc/self/cgroup", "0::/system.slice/gantryd.service\n");
    put(tree, "/sys/fs/cgroup/system.slice/gantryd.service/cpu.stat",
        "usage_usec 1000000\nuser_usec 1\n");
    put(tree, "/proc/pressure/cpu", "some avg10=50.00 avg60=0.00 avg300=0.00 total=1\n");
    g_autoptr(SensorSource) source = sensor_cpu_new(tree->root);
    g_autoptr(SensorSet) first = read_at(source, 0);

    g_assert_null(find(first, "CPU used by this service"));
    g_assert_cmpfloat(find(first, "CPU pressure")->value, ==, 0.5);
    g_assert_cmpstr(find(first, "CPU stolen by the hypervisor")->state, ==, "not-fitted");
    put(tree, "/sys/fs/cgroup/system.slice/gantryd.service/cpu.stat", "usage_usec 3000000\n");
    g_autoptr(SensorSet) second = read_at(source, 10 * US_PER_SECOND);

    g_assert_cmpfloat_with_epsilon(find(second, "CPU used by this service")->value, 0.2 / cores,
                                   1e-9);
}

static void
a_disk_that_cannot_be_asked_is_unknown(Tree *tree, gconstpointer data)
{
    g_autoptr(SensorSource) missing = sensor_disk_new("", "/nonexistent/state");
    g_autoptr(SensorSource) real = sensor_disk_new(tree->root, tree->root);
    g_autoptr(SensorSet) unknown = read_at(missing, 1);
    g_autoptr(SensorSet) known = read_at(real, 1);

    g_assert_cmpstr(find(unknown, "state folder used")->state, ==, "unknown");
    g_assert_cmpfloat(find(known, "state folder used")->value, >, 0);
    g_assert_cmpfloat(find(known, "state folder used")->value, <=, 1);
}

static void
real_sources_of_this_machine_answer_without_inventing(void)
{
    const char *const all[] = {"*", NULL};
    SensorSource *sources[] = {sensor_hwmon_new(), sensor_clock_new(), sensor_cpu_new(""),
                               sensor_memory_new(""), sensor_nic_new("", all)};
    g_autoptr(SensorSet) set = sensor_set_read(sources, G_N_ELEMENTS(sources), NULL, 0, 1);

    g_assert_cmpuint(set->n_sensors, >, 4);
    for (size_t i = 0; i < set->n_sensors; i++) {
        const bool known = !g_str_equal(set->sensors[i].state, "unknown") &&
                           !g_str_equal(set->sensors[i].state, "not-fitted");

        g_assert_true(known == !isnan(set->sensors[i].value));
    }
    for (size_t i = 0; i < G_N_ELEMENTS(sources); i++)
        sensor_source_free(sources[i]);
}

static SensorView
view_of(const char *kind, const char *name, double value, double limit)
{
    return (SensorView){.kind = (char *)kind,
                        .name = (char *)name,
                        .value = value,
                        .unit = (char *)"celsius",
                        .limit = limit};
}

static void
limits_make_warnings_and_faults(void)
{
    const SensorLimit limits[] = {
        {(char *)"temperature", (char *)"", 80, 90},
        {(char *)"temperature", (char *)"disk", 50, 60},
        {(char *)"fan", (char *)"", 1500, 500},
    };
    const SensorView views[] = {
        view_of("temperature", "core", 79.9, NAN), view_of("temperature", "hot core", 80, NAN),
        view_of("temperature", "disk", 60, NAN),   view_of("fan", "fan 1", 400, NAN),
        view_of("fan", "fan 2", 1500, NAN),        view_of("fan", "fan 3", 2000, NAN),
        view_of("voltage", "12 V", 13, 12.5),      view_of("voltage", "5 V", 5, NAN),
        view_of("temperature", "broken", NAN, NAN)};
    static const char *const states[] = {"ok", "warning", "fault", "fault",  "warning",
                                         "ok", "fault",   "ok",    "unknown"};
    g_autoptr(SensorSource) source = sensor_fake_new(views, G_N_ELEMENTS(views));
    g_autoptr(SensorSet) set = sensor_set_read(&source, 1, limits, G_N_ELEMENTS(limits), 1);

    g_assert_cmpuint(set->n_sensors, ==, G_N_ELEMENTS(states));
    for (size_t i = 0; i < G_N_ELEMENTS(states); i++)
        g_assert_cmpstr(set->sensors[i].state, ==, states[i]);
    g_assert_cmpfloat(set->sensors[2].limit, ==, 60);
    g_assert_cmpfloat(set->sensors[6].limit, ==, 12.5);
}

static void
old_readings_are_unknown_and_absent_ones_stay_absent(void)
{
    const SensorView views[] = {
        view_of("fan", "fan 1", 900, NAN),
        {(char *)"fan", (char *)"fan 2", NAN, (char *)"", NAN, (char *)"not-fitted"}};
    g_autoptr(SensorSource) source = sensor_fake_new(views, 2);
    g_autoptr(SensorSet) set = read_at(source, US_PER_SECOND);
    g_autoptr(Snapshot) fresh = snapshot_new();
    g_autoptr(Snapshot) stale = snapshot_new();
    SensorView *none = NULL;

    fresh->n_sensors = sensor_set_views(set, 2 * US_PER_SECOND, &fresh->sensors);
    stale->n_sensors = sensor_set_views(set, 2 * US_PER_SECOND + SENSOR_STALE_US, &stale->sensors);
    g_assert_cmpuint(fresh->n_sensors, ==, 2);
    g_assert_cmpstr(fresh->sensors[0].state, ==, "ok");
    g_assert_cmpfloat(fresh->sensors[0].value, ==, 900);
    g_assert_cmpstr(stale->sensors[0].state, ==, "unknown");
    g_assert_true(isnan(stale->sensors[0].value));
    g_assert_cmpstr(stale->sensors[1].state, ==, "not-fitted");
    g_assert_cmpuint(sensor_set_views(NULL, 0, &none), ==, 0);
    g_free(none);
}

static void
too_many_readings_are_counted_not_kept(void)
{
    SensorView views[SENSOR_READINGS_MAX];

    for (size_t i = 0; i < G_N_ELEMENTS(views); i++)
        views[i] = view_of("fan", "fan", 1, NAN);
    SensorSource *sources[] = {sensor_fake_new(views, G_N_ELEMENTS(views)),
                               sensor_fake_new(views, 3)};
    g_autoptr(SensorSet) set = sensor_set_read(sources, 2, NULL, 0, 1);

    g_assert_cmpuint(set->n_sensors, ==, SENSOR_READINGS_MAX);
    g_assert_cmpuint(set->n_left_out, ==, 3);
    sensor_source_free(sources[0]);
    sensor_source_free(sources[1]);
}

typedef struct {
    SensorSource source;
    GMutex lock;
    GCond changed;
    bool entered;
    bool release;
} HungSource;

static void
hang(SensorSource *source, MonoUs now_us, SensorReadings *readings)
{
    HungSource *self = (HungSource *)source;

    g_mutex_lock(&self->lock);
    self->entered = true;
    g_cond_broadcast(&self->changed);
    while (!self->release)
        g_cond_wait(&self->changed, &self->lock);
    g_mutex_unlock(&self->lock);
}

static void
hung_free(SensorSource *source)
{
    HungSource *self = (HungSource *)source;

    g_mutex_lock(&self->lock);
    self->release = false; /* tells that the poller is gone */
    g_cond_broadcast(&self->changed);
    g_mutex_unlock(&self->lock);
}

static void
a_hung_sensor_holds_up_neither_reading_nor_stopping(void)
{
    HungSource hung = {.source = {.read = hang, .free = hung_free}};
    GPtrArray *sources = g_ptr_array_new_with_free_func((GDestroyNotify)sensor_source_free);

    g_mutex_init(&hung.lock);
    g_cond_init(&hung.changed);
    g_ptr_array_add(sources, &hung.source);
    SensorPoller *poller = sensor_poller_new(sources, NULL, 0);

    g_mutex_lock(&hung.lock);
    while (!hung.entered)
        g_cond_wait(&hung.changed, &hung.lock);
    g_mutex_unlock(&hung.lock);
    g_assert_null(sensor_poller_get(poller));
    sensor_poller_stop(poller, 10 * US_PER_MS);
    g_mutex_lock(&hung.lock);
    hung.release = true;
    g_cond_broadcast(&hung.changed);
    while (hung.release)
        g_cond_wait(&hung.changed, &hung.lock);
    g_mutex_unlock(&hung.lock);
    g_mutex_clear(&hung.lock);
    g_cond_clear(&hung.changed);
}

static void
a_poller_hands_over_what_it_read(void)
{
    const SensorView view = view_of("fan", "fan 1", 900, NAN);
    GPtrArray *sources = g_ptr_array_new_with_free_func((GDestroyNotify)sensor_source_free);

    g_ptr_array_add(sources, sensor_fake_new(&view, 1));
    SensorPoller *poller = sensor_poller_new(sources, NULL, 0);
    SensorSet *set = NULL;

    while ((set = sensor_poller_get(poller)) == NULL)
        g_thread_yield();
    sensor_poller_stop(poller, US_PER_SECOND);
    g_assert_cmpstr(set->sensors[0].name, ==, "fan 1");
    sensor_set_unref(set);
}

static void
a_clock_that_is_not_disciplined_is_not_called_good(void)
{
    ClockSync sync;
    g_autoptr(SensorSource) source = sensor_clock_new();
    g_autoptr(SensorSet) set = read_at(source, 1);

    clock_sync_read(&sync);
    g_assert_true(sync.readable || !sync.synced);
    if (sync.readable && !sync.synced)
        g_assert_cmpstr(find(set, "clock error")->state, ==, "warning");
    else
        g_test_skip("the clock of this machine is disciplined, or cannot be asked");
}

/* Made by openssl req -x509 -days 365 -subj /CN=gantry.example; ends 2027-11-26 15:28:32 UTC. */
static const char certificate[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBiDCCAS2gAwIBAgIUGBb7rDOYWRtv4QMzISFyPgMR0u4wCgYIKoZIzj0EAwIw\n"
    "GTEXMBUGA1UEAwwOZ2FudHJ5LmV4YW1wbGUwHhcNMjYxMTI2MTUyODMyWhcNMjcx\n"
    "MTI2MTUyODMyWjAZMRcwFQYDVQQDDA5nYW50cnkuZXhhbXBsZTBZMBMGByqGSM49\n"
    "AgEGCCqGSM49AwEHA0IABI0Bi+alQmcEoR5uD4ciT9kC4nJQAiiTgHgTT0X7q97G\n"
    "3SyNJyY+17T+uonBSU5ooq3iagMo93TNAB29ukrZ746jUzBRMB0GA1UdDgQWBBTh\n"
    "kb5tQhbsWpq8Q+B5YW5sukqTjjAfBgNVHSMEGDAWgBThkb5tQhbsWpq8Q+B5YW5s\n"
    "ukqTjjAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQDfwJrdO77P\n"
    "PZG8fSMEfZOyAueTFF4CubMxIcmn2t1J2AIhAIcLOQOSApdwKl6oU9nvZcuc6jzT\n"
    "M0TdW1qACWLUnDGA\n"
    "-----END CERTIFICATE-----\n";
static const int64_t certificate_end_us = INT64_C(1827242912) * US_PER_SECOND;

#define A_DAY_US (INT64_C(24) * 3600 * US_PER_SECOND)

static int64_t
days_before_the_end(int64_t days)
{
    return certificate_end_us - days * A_DAY_US;
}

static int64_t
with_31_days(void)
{
    return days_before_the_end(31);
}

static int64_t
with_29_days(void)
{
    return days_before_the_end(29);
}

static int64_t
with_20_days(void)
{
    return days_before_the_end(20);
}

static int64_t
two_days_late(void)
{
    return days_before_the_end(-2);
}

static void
a_certificate_tells_who_it_is_and_warns_before_it_ends(Tree *tree, gconstpointer data)
{
    static const struct {
        int64_t (*wall_us)(void);
        double days;
        const char *state;
    } rows[] = {{with_31_days, 31, "ok"},
                {with_29_days, 29, "warning"},
                {with_20_days, 20, "fault"},
                {two_days_late, -2, "fault"}};
    g_autofree char *path = g_build_filename(tree->root, "box.pem", NULL);

    put(tree, "/box.pem", certificate);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(SensorSource) source =
            sensor_certificate_new((const char *const[]){path, NULL}, rows[i].wall_us);
        g_autoptr(SensorSet) set = read_at(source, 10 * US_PER_SECOND);
        const SensorView *view = find(set, path);

        g_assert_cmpfloat(view->value, ==, rows[i].days);
        g_assert_cmpstr(view->state, ==, rows[i].state);
        g_assert_cmpstr(view->text, ==, "CN=gantry.example, ends 2027-11-26 15:28 UTC");
    }
}

static void
a_certificate_that_is_replaced_is_read_anew_and_one_that_is_gone_is_unknown(Tree *tree,
                                                                            gconstpointer data)
{
    g_autofree char *path = g_build_filename(tree->root, "box.pem", NULL);
    g_autoptr(SensorSource) source =
        sensor_certificate_new((const char *const[]){path, NULL}, with_31_days);

    put(tree, "/box.pem", certificate);
    g_autoptr(SensorSet) first = read_at(source, 10 * US_PER_SECOND);

    g_assert_cmpstr(find(first, path)->state, ==, "ok");
    put(tree, "/box.pem", "no certificate\n");
    g_autoptr(SensorSet) soon = read_at(source, 12 * US_PER_SECOND);

    g_assert_cmpstr(find(soon, path)->state, ==, "ok"); /* not looked at again so soon */
    g_autoptr(SensorSet) later = read_at(source, 20 * US_PER_SECOND);

    g_assert_cmpstr(find(later, path)->state, ==, "unknown");
    g_assert_true(isnan(find(later, path)->value));
    put(tree, "/box.pem", certificate);
    g_autoptr(SensorSet) again = read_at(source, 30 * US_PER_SECOND);

    g_assert_cmpstr(find(again, path)->state, ==, "ok");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name)      g_test_add_func("/sensors/" #name, name)
#define TEST_TREE(name) g_test_add("/sensors/" #name, Tree, NULL, set_up, name, tear_down)
    TEST_TREE(interfaces_give_link_rates_and_losses);
    TEST_TREE(a_box_without_interfaces_says_not_fitted);
    TEST_TREE(a_port_tells_its_groups_and_is_held_against_its_speed);
    TEST_TREE(a_disk_tells_when_it_is_full_only_after_it_was_watched);
    TEST_TREE(a_certificate_tells_who_it_is_and_warns_before_it_ends);
    TEST_TREE(a_certificate_that_is_replaced_is_read_anew_and_one_that_is_gone_is_unknown);
    TEST_TREE(memory_is_what_can_still_be_had);
    TEST_TREE(cpu_is_taken_from_the_groups_own_account);
    TEST_TREE(a_disk_that_cannot_be_asked_is_unknown);
    TEST(real_sources_of_this_machine_answer_without_inventing);
    TEST(limits_make_warnings_and_faults);
    TEST(old_readings_are_unknown_and_absent_ones_stay_absent);
    TEST(too_many_readings_are_counted_not_kept);
    TEST(a_hung_sensor_holds_up_neither_reading_nor_stopping);
    TEST(a_poller_hands_over_what_it_read);
    TEST(a_clock_that_is_not_disciplined_is_not_called_good);
#undef TEST
#undef TEST_TREE
    return g_test_run();
}

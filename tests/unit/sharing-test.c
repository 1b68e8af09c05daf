/* What channels share, by inventory and by the kernel's interfaces. */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "appliance/config/channel-list.h"
#include "appliance/model/alarm-incident.h"
#include "appliance/supervisor/sharing.h"

static void
a_source_is_the_sender_or_a_block_of_groups(void)
{
    static const struct {
        const char *address, *source;
    } cases[] = {
        {"udp://10.0.0.5@232.1.1.1:5000", "10.0.0.5"},
        {"udp://239.1.2.3:5000", "239.1.2.0/24"},
        {"udp://[ff3e::1234]:5000", "ff3e::1200/120"},
        {"udp://127.0.0.1:5000", NULL},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        StreamAddress address;

        g_assert_true(stream_address_parse(cases[i].address, &address, NULL));
        g_autofree char *source = sharing_source(&address.legs[0]);

        g_assert_cmpstr(source, ==, cases[i].source);
    }
}

static void
a_vlan_is_known_by_the_kernel_or_by_its_name(void)
{
    g_autofree char *root = g_dir_make_tmp("gantry-sharing-XXXXXX", NULL);
    g_autofree char *folder = g_build_filename(root, "sys/class/net/video", NULL);
    g_autofree char *uevent = g_build_filename(folder, "uevent", NULL);
    g_autofree char *lower = g_build_filename(folder, "lower_eth7", NULL);
    g_autofree char *dotted = sharing_vlan_carrier("eth1.100", root);
    g_autofree char *plain = sharing_vlan_carrier("eth1", root);
    g_autofree char *climbing = sharing_vlan_carrier("../eth1.5", root);

    g_assert_cmpstr(dotted, ==, "eth1");
    g_assert_null(plain);
    g_assert_null(climbing);
    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    g_assert_true(g_file_set_contents(uevent, "DEVTYPE=vlan\nINTERFACE=video\n", -1, NULL));
    g_assert_true(g_file_set_contents(lower, "", 0, NULL));
    g_autofree char *carrier = sharing_vlan_carrier("video", root);

    g_assert_cmpstr(carrier, ==, "eth7");
    g_assert_cmpint(g_unlink(lower), ==, 0);
    g_assert_cmpint(g_unlink(uevent), ==, 0);
}

static char *
make_id(gpointer user_data)
{
    return g_uuid_string_random();
}

/* From a list of channels to the incident that they form. */
static void
channels_of_a_vlan_that_stop_are_told_by_it(void)
{
    GString *list = g_string_new("id,name,group,address,interface\n");
    g_autoptr(GError) error = NULL;
    AlarmBook *alarms = alarm_book_new(alarm_profile_default(), make_id, NULL);
    IncidentBook *incidents = incident_book_new(alarms);
    g_autoptr(GPtrArray) transitions = alarm_transitions_new();
    AlarmNow now = {.us = 100 * US_PER_SECOND, .wall_us = 1700000000 * US_PER_SECOND};

    for (unsigned i = 0; i < 20; i++)
        g_string_append_printf(list, "c%u,C%u,g%u,udp://239.1.%u.1:5000,%s\n", i, i, i % 7, i,
                               i < 10 ? "eth1.100" : "eth1.200");
    g_autoptr(ChannelList) parsed = channel_list_parse("list", list->str, list->len, NULL, &error);

    g_assert_no_error(error);
    g_autoptr(Inventory) empty = inventory_new();
    g_autoptr(Inventory) inventory = inventory_with_channels(empty, parsed);

    sharing_tell(incidents, inventory, "/nonexistent");
    for (unsigned i = 0; i < 10; i++) {
        g_autofree char *resource = g_strdup_printf("channel/c%u", i);
        const Observation stopped = {
            .resource = resource, .fault = FAULT_NO_PACKETS, .faulty = true};

        alarm_book_observe(alarms, &stopped, now, transitions);
    }
    for (unsigned i = 0; i < 3; i++) {
        now.us += 2 * US_PER_SECOND;
        alarm_book_step(alarms, now, transitions);
        incident_book_take(incidents, transitions, now);
        g_ptr_array_set_size(transitions, 0);
    }
    g_assert_nonnull(alarm_book_find_open(alarms, "vlan/eth1.100", FAULT_VLAN_SILENT));
    g_assert_cmpuint(incident_book_counts(incidents).standing, ==, 1);
    incident_book_free(incidents);
    alarm_book_free(alarms);
    g_string_free(list, TRUE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sharing/source", a_source_is_the_sender_or_a_block_of_groups);
    g_test_add_func("/sharing/vlan", a_vlan_is_known_by_the_kernel_or_by_its_name);
    g_test_add_func("/sharing/incident", channels_of_a_vlan_that_stop_are_told_by_it);
    return g_test_run();
}

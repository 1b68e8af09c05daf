/* Workers by way of systemd: what is asked of the manager, and what is made of its answers. The bus
 * is a real one, private to this test; behind the manager's name stands this process. */
#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

#include "appliance/workers/worker-systemd.h"
#include "pipelines/base/error.h"

static const char manager_xml[] =
    "<node><interface name='org.freedesktop.systemd1.Manager'>"
    "<method name='Subscribe'/>"
    "<method name='StartUnit'><arg type='s' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='o' direction='out'/></method>"
    "<method name='StopUnit'><arg type='s' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='o' direction='out'/></method>"
    "<method name='KillUnit'><arg type='s' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='i' direction='in'/></method>"
    "<method name='ListUnitsByPatterns'><arg type='as' direction='in'/>"
    "<arg type='as' direction='in'/><arg type='a(ssssssouso)' direction='out'/></method>"
    "</interface></node>";

typedef struct {
    GTestDBus *daemon;
    GDBusConnection *manager; /* our end as the manager */
    GDBusConnection *bus;     /* gantryd's end */
    GantryWorkerUnits *units;
    GString *asked;     /* calls in order */
    const char *active; /* state of unit gantry-channel@one.service in the list */
    bool refuse;        /* answer StartUnit with an error */
    unsigned lists;     /* times that the list was asked for */
    char *failed;       /* message of the last ::failed */
} Fixture;

static void
answer_list(Fixture *fixture, GDBusMethodInvocation *call)
{
    static const char *const names[] = {"gantry-channel@one.service", "gantry-channel@two.service",
                                        "ssh.service", "gantry-channel@..service"};
    GVariantBuilder units;

    g_variant_builder_init(&units, G_VARIANT_TYPE("a(ssssssouso)"));
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        g_variant_builder_add(&units, "(ssssssouso)", names[i], "", "loaded",
                              i == 0   ? fixture->active
                              : i == 1 ? "failed"
                                       : "active",
                              "", "", "/", 0, "", "/");
    fixture->lists++;
    g_dbus_method_invocation_return_value(call, g_variant_new("(a(ssssssouso))", &units));
}

static void
on_call(GDBusConnection *connection, /* lint: allow 8, because GDBus calls it so */
        const char *sender,
        const char *path,
        const char *interface,
        const char *method,
        GVariant *arguments,
        GDBusMethodInvocation *call,
        gpointer user_data)
{
    Fixture *fixture = user_data;
    g_autofree char *text = g_variant_print(arguments, false);

    if (g_str_equal(method, "ListUnitsByPatterns")) {
        answer_list(fixture, call);
        return;
    }
    g_string_append_printf(fixture->asked, "%s%s\n", method, text);
    if (g_str_equal(method, "StartUnit") && fixture->refuse)
        g_dbus_method_invocation_return_dbus_error(call, "org.freedesktop.systemd1.NoSuchUnit",
                                                   "Unit not found.");
    else if (g_str_equal(method, "StartUnit") || g_str_equal(method, "StopUnit"))
        g_dbus_method_invocation_return_value(call, g_variant_new("(o)", "/job/1"));
    else
        g_dbus_method_invocation_return_value(call, NULL);
}

static GDBusConnection *
connect_to(GTestDBus *daemon)
{
    g_autoptr(GError) error = NULL;
    GDBusConnection *connection =
        g_dbus_connection_new_for_address_sync(g_test_dbus_get_bus_address(daemon),
                                               G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                   G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                               NULL, NULL, &error);

    g_assert_no_error(error);
    return connection;
}

static void
on_failed(GantryWorkerUnits *units, const char *input_id, const GError *error, Fixture *fixture)
{
    g_assert_cmpstr(input_id, ==, "one");
    g_free(fixture->failed);
    fixture->failed = g_strdup(error->message);
}

static void
wait_for(const unsigned *count, unsigned at_least)
{
    while (*count < at_least)
        g_main_context_iteration(NULL, TRUE);
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    static const GDBusInterfaceVTable calls = {.method_call = on_call};
    g_autoptr(GDBusNodeInfo) node = g_dbus_node_info_new_for_xml(manager_xml, NULL);
    g_autoptr(GError) error = NULL;

    fixture->asked = g_string_new(NULL);
    fixture->active = "active";
    fixture->daemon = g_test_dbus_new(G_TEST_DBUS_NONE);
    g_test_dbus_up(fixture->daemon);
    fixture->manager = connect_to(fixture->daemon);
    fixture->bus = connect_to(fixture->daemon);
    g_dbus_connection_register_object(fixture->manager, "/org/freedesktop/systemd1",
                                      node->interfaces[0], &calls, fixture, NULL, &error);
    g_assert_no_error(error);
    g_autoptr(GVariant) owned = g_dbus_connection_call_sync(
        fixture->manager, "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "RequestName",
        g_variant_new("(su)", "org.freedesktop.systemd1", 0), NULL, 0, -1, NULL, &error);

    g_assert_no_error(error);
    fixture->units = GANTRY_WORKER_UNITS(gantry_worker_systemd_new(fixture->bus));
    g_signal_connect(fixture->units, "failed", G_CALLBACK(on_failed), fixture);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    g_clear_object(&fixture->units);
    while (g_main_context_iteration(NULL, FALSE))
        continue;
    g_assert_true(g_dbus_connection_close_sync(fixture->manager, NULL, NULL));
    g_assert_true(g_dbus_connection_close_sync(fixture->bus, NULL, NULL));
    g_clear_object(&fixture->manager);
    g_clear_object(&fixture->bus);
    g_test_dbus_down(fixture->daemon);
    g_clear_object(&fixture->daemon);
    g_string_free(fixture->asked, true);
    g_free(fixture->failed);
}

static void
wait_for_text(Fixture *fixture, const char *words)
{
    while (strstr(fixture->asked->str, words) == NULL)
        g_main_context_iteration(NULL, TRUE);
}

static void
wait_for_list_of(Fixture *fixture, unsigned count)
{
    while (true) {
        g_auto(GStrv) list = gantry_worker_units_list(fixture->units);

        if (g_strv_length(list) == count)
            return;
        g_main_context_iteration(NULL, TRUE);
    }
}

static void
job_removed(Fixture *fixture, const char *unit, const char *result)
{
    g_assert_true(g_dbus_connection_emit_signal(
        fixture->manager, NULL, "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager",
        "JobRemoved", g_variant_new("(uoss)", 1, "/job/1", unit, result), NULL));
}

static void
requests_become_calls_for_the_inputs_own_unit(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(gantry_worker_units_start(fixture->units, "one", &error));
    g_assert_true(gantry_worker_units_stop(fixture->units, "one", &error));
    g_assert_true(gantry_worker_units_kill(fixture->units, "one", &error));
    g_assert_false(gantry_worker_units_start(fixture->units, "../one", &error));
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
    wait_for_text(fixture, "KillUnit");
    g_assert_cmpstr(fixture->asked->str, ==,
                    "Subscribe()\n"
                    "StartUnit('gantry-channel@one.service', 'replace')\n"
                    "StopUnit('gantry-channel@one.service', 'replace')\n"
                    "KillUnit('gantry-channel@one.service', 'all', 9)\n");
}

static void
only_our_running_units_are_listed(Fixture *fixture, gconstpointer data)
{
    wait_for_list_of(fixture, 1);
    g_auto(GStrv) list = gantry_worker_units_list(fixture->units);

    g_assert_cmpstr(list[0], ==, "one");
}

static void
the_list_follows_the_managers_jobs(Fixture *fixture, gconstpointer data)
{
    wait_for_list_of(fixture, 1);
    job_removed(fixture, "ssh.service", "done"); /* of no interest */
    fixture->active = "inactive";
    job_removed(fixture, "gantry-channel@one.service", "done");
    wait_for_list_of(fixture, 0);
    g_assert_cmpuint(fixture->lists, ==, 2);
    g_assert_null(fixture->failed);
}

static void
what_the_manager_refuses_is_told(Fixture *fixture, gconstpointer data)
{
    fixture->refuse = true;
    g_assert_true(gantry_worker_units_start(fixture->units, "one", NULL));
    while (fixture->failed == NULL)
        g_main_context_iteration(NULL, TRUE);
    g_assert_nonnull(strstr(fixture->failed, "starting gantry-channel@one.service"));
    g_assert_nonnull(strstr(fixture->failed, "Unit not found."));
}

static void
a_job_that_failed_is_told(Fixture *fixture, gconstpointer data)
{
    wait_for(&fixture->lists, 1);
    job_removed(fixture, "gantry-channel@one.service", "failed");
    while (fixture->failed == NULL)
        g_main_context_iteration(NULL, TRUE);
    g_assert_nonnull(strstr(fixture->failed, "failed"));
}

int
main(int argc, char **argv)
{
    g_autofree char *daemon = g_find_program_in_path("dbus-daemon");

    if (daemon == NULL) {
        puts("1..0 # SKIP dbus-daemon is not here (package dbus-daemon)");
        return 0;
    }
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add("/worker-systemd/" #name, Fixture, NULL, set_up, name, tear_down)
    TEST(requests_become_calls_for_the_inputs_own_unit);
    TEST(only_our_running_units_are_listed);
    TEST(the_list_follows_the_managers_jobs);
    TEST(what_the_manager_refuses_is_told);
    TEST(a_job_that_failed_is_told);
#undef TEST
    return g_test_run();
}

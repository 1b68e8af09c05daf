/* Hardware profiles: what is right is read, what is wrong is named. */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "appliance/config/hw-profile.h"
#include "pipelines/base/error.h"

#define GOOD                                                                                       \
    "{\"name\":\"box\",\"text\":\"A box\",\"cores\":{\"workers\":\"2-3\",\"supervisor\":\"\"},"    \
    "\"ingest\":{\"interfaces\":[\"en*\"],\"receive_buffer\":4096},"                               \
    "\"decode\":{\"backend\":\"software\",\"depth_budget\":0.5},"                                  \
    "\"limits\":[{\"kind\":\"temperature\",\"name\":\"\",\"fault\":90}]}"

static char *
replaced(const char *what, const char *with)
{
    g_auto(GStrv) parts = g_strsplit(GOOD, what, 2);

    g_assert_cmpuint(g_strv_length(parts), ==, 2);
    return g_strjoin(with, parts[0], parts[1], NULL);
}

static void
a_right_profile_is_read(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(HwProfile) profile = hw_profile_parse("box.json", GOOD, strlen(GOOD), &error);

    g_assert_no_error(error);
    g_assert_cmpstr(profile->worker_cpus, ==, "2-3");
    g_assert_cmpstr(profile->ingest_interfaces[0], ==, "en*");
    g_assert_cmpuint(profile->receive_buffer, ==, 4096);
    g_assert_cmpfloat(profile->depth_budget, ==, 0.5);
    g_assert_cmpuint(profile->n_limits, ==, 1);
    g_assert_cmpfloat(profile->limits[0].fault, ==, 90);
    g_assert_true(isnan(profile->limits[0].warning));
}

static void
what_is_wrong_is_named_with_its_file(void)
{
    static const struct {
        const char *what, *with, *named;
    } cases[] = {
        {"\"depth_budget\":0.5", "\"depth_budget\":7", "decode.depth_budget"},
        {"\"software\"", "\"abacus\"", "decode.backend"},
        {"\"2-3\"", "\"two\"", "cores.workers"},
        {"\"limits\":", "\"limit\":", "limit"},
        {"[\"en*\"]", "\"en*\"", "ingest.interfaces"},
        {"\"name\":\"box\"", "\"name\":\"../box\"", "name"},
        {"\"receive_buffer\":4096", "\"receive_buffer\":-1", "receive_buffer"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = replaced(cases[i].what, cases[i].with);
        g_autoptr(GError) error = NULL;

        g_assert_null(hw_profile_parse("box.json", text, strlen(text), &error));
        g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
        g_assert_true(g_str_has_prefix(error->message, "box.json: "));
        g_assert_nonnull(strstr(error->message, cases[i].named));
    }
}

static void
the_shipped_profiles_are_right(void)
{
    static const char *const names[] = {"reference-16core", "laptop", "qemu"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_strdup_printf("%s/hw-profiles/%s.json", SOURCE_ROOT, names[i]);
        g_autoptr(GError) error = NULL;
        g_autoptr(HwProfile) profile = hw_profile_load(path, &error);

        g_assert_no_error(error);
        g_assert_cmpstr(profile->name, ==, names[i]);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/hw-profile/right", a_right_profile_is_read);
    g_test_add_func("/hw-profile/wrong", what_is_wrong_is_named_with_its_file);
    g_test_add_func("/hw-profile/shipped", the_shipped_profiles_are_right);
    return g_test_run();
}

/* No plugin is loaded, wherever the environment says that there are some: what a stream can reach
 * is in this program. */
#include <gst/gst.h>

#include "pipelines/elements/elements.h"

#define SYSTEM_PLUGINS "/usr/lib/x86_64-linux-gnu/gstreamer-1.0"

static void
test_no_plugin_of_the_system_is_loaded(void)
{
    static const char *const absent[] = {"fakesink", "filesrc", "queue",     "avdec_h264",
                                         "tsdemux",  "udpsrc",  "decodebin", "playbin"};
    GList *plugins = gst_registry_get_plugin_list(gst_registry_get());

    for (GList *at = plugins; at != NULL; at = at->next)
        g_assert_cmpstr(gst_plugin_get_filename(at->data), ==, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(absent); i++)
        g_assert_null(gst_element_factory_find(absent[i]));
    gst_plugin_list_free(plugins);
}

static void
test_the_own_elements_are_there(void)
{
    static const char *const own[] = {"gantryudpsrc", "gantrytsmeter",      "gantryescutter",
                                      "gantrykeydec", "gantrypicturemeter", "gantrysoundmeter"};

    for (size_t i = 0; i < G_N_ELEMENTS(own); i++) {
        g_autoptr(GstElementFactory) factory = gst_element_factory_find(own[i]);

        g_assert_nonnull(factory);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_setenv("GST_PLUGIN_PATH", SYSTEM_PLUGINS, TRUE);
    g_setenv("GST_PLUGIN_PATH_1_0", SYSTEM_PLUGINS, TRUE);
    g_setenv("GST_PLUGIN_SYSTEM_PATH_1_0", SYSTEM_PLUGINS, TRUE);
    g_unsetenv("GST_REGISTRY_DISABLE");
    if (!gantry_elements_init(NULL))
        return 1;
    g_test_add_func("/plugins/no-plugin-of-the-system-is-loaded",
                    test_no_plugin_of_the_system_is_loaded);
    g_test_add_func("/plugins/the-own-elements-are-there", test_the_own_elements_are_there);
    return g_test_run();
}

/* Registration of the elements. */
#include "pipelines/elements/elements.h"

#include <gst/gst.h>
#include <libavutil/log.h>

#include "pipelines/base/error.h"
#include "pipelines/elements/gantry-es-cutter.h"
#include "pipelines/elements/gantry-key-decoder.h"
#include "pipelines/elements/gantry-picture-meter.h"
#include "pipelines/elements/gantry-segments.h"
#include "pipelines/elements/gantry-sound-meter.h"
#include "pipelines/elements/gantry-ts-meter.h"
#include "pipelines/elements/gantry-udp-source.h"

bool
gantry_elements_init(GError **error)
{
    /* No plugin of the system is ever loaded: less memory, and less for a stream to attack. */
    g_setenv("GST_REGISTRY_DISABLE", "yes", TRUE);
    g_setenv("GST_PLUGIN_SYSTEM_PATH_1_0", "", TRUE);
    g_setenv("GST_PLUGIN_PATH_1_0", "", TRUE);
    gst_registry_fork_set_enabled(FALSE);
    if (!gst_init_check(NULL, NULL, error)) {
        g_prefix_error(error, "starting GStreamer: ");
        return false;
    }
    av_log_set_level(AV_LOG_QUIET);
    if (gst_element_register(NULL, "gantryudpsrc", GST_RANK_NONE, GANTRY_TYPE_UDP_SOURCE) &&
        gst_element_register(NULL, "gantrytsmeter", GST_RANK_NONE, GANTRY_TYPE_TS_METER) &&
        gst_element_register(NULL, "gantryescutter", GST_RANK_NONE, GANTRY_TYPE_ES_CUTTER) &&
        gst_element_register(NULL, "gantrykeydec", GST_RANK_NONE, GANTRY_TYPE_KEY_DECODER) &&
        gst_element_register(NULL, "gantrypicturemeter", GST_RANK_NONE,
                             GANTRY_TYPE_PICTURE_METER) &&
        gst_element_register(NULL, "gantrysegments", GST_RANK_NONE, GANTRY_TYPE_SEGMENTS) &&
        gst_element_register(NULL, "gantrysoundmeter", GST_RANK_NONE, GANTRY_TYPE_SOUND_METER))
        return true;
    g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INTERNAL, "an element does not register");
    return false;
}

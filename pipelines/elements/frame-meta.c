/* The frame meta. */
#include "pipelines/elements/frame-meta.h"

GType
gantry_frame_meta_api_get_type(void)
{
    static gsize type; /* lint: allow global, because the type system registers a type once */

    if (g_once_init_enter(&type)) {
        static const char *tags[] = {NULL}; /* lint: allow global, because the API is not const */

        g_once_init_leave(&type, gst_meta_api_type_register("GantryFrameMetaAPI", tags));
    }
    return type;
}

static gboolean
frame_meta_init(GstMeta *meta, gpointer params, GstBuffer *buffer)
{
    ((GantryFrameMeta *)meta)->frame = NULL;
    return TRUE;
}

static void
frame_meta_free(GstMeta *meta, GstBuffer *buffer)
{
    av_frame_free(&((GantryFrameMeta *)meta)->frame);
}

static const GstMetaInfo *
frame_meta_info(void)
{
    static const GstMetaInfo *info; /* lint: allow global, because it is registered once */

    if (g_once_init_enter(&info)) {
        const GstMetaInfo *registered =
            gst_meta_register(gantry_frame_meta_api_get_type(), "GantryFrameMeta",
                              sizeof(GantryFrameMeta), frame_meta_init, frame_meta_free, NULL);

        g_once_init_leave(&info, registered);
    }
    return info;
}

GstBuffer *
frame_buffer_new(const AVFrame *frame)
{
    GstBuffer *buffer = gst_buffer_new();
    GantryFrameMeta *meta = (GantryFrameMeta *)gst_buffer_add_meta(buffer, frame_meta_info(), NULL);

    meta->frame = av_frame_clone(frame);
    return buffer;
}

const AVFrame *
frame_buffer_get(GstBuffer *buffer)
{
    const GantryFrameMeta *meta =
        (const GantryFrameMeta *)gst_buffer_get_meta(buffer, gantry_frame_meta_api_get_type());

    return meta != NULL ? meta->frame : NULL;
}

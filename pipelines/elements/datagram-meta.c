/* Registration of the datagram meta. */
#include "pipelines/elements/datagram-meta.h"

GType
gantry_datagram_meta_api_get_type(void)
{
    static gsize type; /* lint: allow global, because the type system registers a type once */

    if (g_once_init_enter(&type)) {
        static const char *tags[] = {NULL}; /* lint: allow global, because the API is not const */

        g_once_init_leave(&type, gst_meta_api_type_register("GantryDatagramMetaAPI", tags));
    }
    return type;
}

static gboolean
datagram_meta_init(GstMeta *meta, gpointer params, GstBuffer *buffer)
{
    GantryDatagramMeta *self = (GantryDatagramMeta *)meta;

    self->n_datagrams = 0;
    self->drained_us = 0;
    self->clock_jumped = false;
    return TRUE;
}

static const GstMetaInfo *
datagram_meta_info(void)
{
    static const GstMetaInfo *info; /* lint: allow global, because it is registered once */

    if (g_once_init_enter(&info)) {
        const GstMetaInfo *registered =
            gst_meta_register(gantry_datagram_meta_api_get_type(), "GantryDatagramMeta",
                              sizeof(GantryDatagramMeta), datagram_meta_init, NULL, NULL);

        g_once_init_leave(&info, registered);
    }
    return info;
}

GantryDatagramMeta *
gantry_datagram_meta_add(GstBuffer *buffer)
{
    return (GantryDatagramMeta *)gst_buffer_add_meta(buffer, datagram_meta_info(), NULL);
}

GantryDatagramMeta *
gantry_datagram_meta_get(GstBuffer *buffer)
{
    return (GantryDatagramMeta *)gst_buffer_get_meta(buffer, gantry_datagram_meta_api_get_type());
}

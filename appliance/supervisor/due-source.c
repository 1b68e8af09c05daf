/* The smallest GSource there is. */
#include "appliance/supervisor/due-source.h"

static gboolean
dispatch_due(GSource *source, GSourceFunc callback, gpointer user_data)
{
    return callback(user_data);
}

GSource *
due_source_new(GSourceFunc due, gpointer user_data)
{
    static GSourceFuncs funcs = {.dispatch =
                                     dispatch_due}; /* lint: allow, GLib writes no field of it */
    GSource *source = g_source_new(&funcs, sizeof(GSource));

    g_source_set_callback(source, due, user_data, NULL);
    g_source_attach(source, g_main_context_get_thread_default());
    return source;
}

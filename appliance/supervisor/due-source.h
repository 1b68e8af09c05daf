/* A source of the loop that turns when it is told to, by g_source_set_ready_time(). */
#pragma once

#include <glib.h>

/* Returns: (transfer full): attached to the thread's context, not due yet; destroy and unref it.
 * @due: called each time; it sets the next time itself */
GSource *due_source_new(GSourceFunc due, gpointer user_data);

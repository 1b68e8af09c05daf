/* Freeing what a reader of the history answers. */
#include "appliance/events/history-reader.h"

void
history_delivery_free(HistoryDelivery *delivery)
{
    if (delivery == NULL)
        return;
    g_free(delivery->receiver);
    g_free(delivery->event_id);
    g_free(delivery->answer);
    g_free(delivery);
}

/* Copying and comparing receivers. */
#include "appliance/config/receiver.h"

void
receiver_clear(Receiver *receiver)
{
    g_free(receiver->id);
    g_free(receiver->kind);
    g_free(receiver->url);
    g_free(receiver->secret_file);
    *receiver = (Receiver){0};
}

void
receiver_copy(const Receiver *from, Receiver *ret_to)
{
    *ret_to = (Receiver){
        .id = g_strdup(from->id),
        .kind = g_strdup(from->kind),
        .url = g_strdup(from->url),
        .secret_file = g_strdup(from->secret_file),
        .min_severity = from->min_severity,
        .allow_private = from->allow_private,
    };
}

bool
receiver_equal(const Receiver *a, const Receiver *b)
{
    return g_strcmp0(a->id, b->id) == 0 && g_strcmp0(a->kind, b->kind) == 0 &&
           g_strcmp0(a->url, b->url) == 0 && g_strcmp0(a->secret_file, b->secret_file) == 0 &&
           a->min_severity == b->min_severity && a->allow_private == b->allow_private;
}

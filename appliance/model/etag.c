/* A digest and a list. */
#include "appliance/model/etag.h"

#include <string.h>

char *
etag_of(const char *text)
{
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);

    return g_strdup_printf("\"%.32s\"", digest);
}

bool
etag_allows(const char *if_match, const char *etag)
{
    g_auto(GStrv) tags = NULL;

    if (etag == NULL)
        return false;
    tags = g_strsplit(if_match, ",", 16);
    for (size_t i = 0; tags[i] != NULL; i++) {
        const char *tag = g_strstrip(tags[i]);

        if (g_str_equal(tag, etag) || g_str_equal(tag, "*"))
            return true;
    }
    return false;
}

/* The senders of a leg that has two. */
#include "pipelines/worker/second-source.h"

#include <glib.h>

/* The first leg with two senders. (nullable) */
static const IpLegFigures *
leg_with_two(const IpFigures *figures, unsigned *ret_leg)
{
    for (unsigned i = 0; i < IP_LEGS; i++) {
        const IpLegFigures *leg = &figures->legs[i];

        if (leg->second >= leg->n_senders || leg->followed >= leg->n_senders)
            continue;
        *ret_leg = i;
        return leg;
    }
    return NULL;
}

bool
second_source_is_there(const IpFigures *figures, MonoUs *ret_since_us)
{
    unsigned index = 0;
    const IpLegFigures *leg = leg_with_two(figures, &index);

    if (leg == NULL)
        return false;
    *ret_since_us = leg->senders[leg->second].began_us;
    return true;
}

void
second_source_text(const IpFigures *figures, char ret_text[SECOND_SOURCE_TEXT_BYTES])
{
    char first[IP_SOURCE_TEXT_MAX], second[IP_SOURCE_TEXT_MAX];
    unsigned index = 0;
    const IpLegFigures *leg = leg_with_two(figures, &index);

    ret_text[0] = '\0';
    if (leg == NULL)
        return;
    ip_source_text(&leg->senders[leg->followed].address, first, sizeof first);
    ip_source_text(&leg->senders[leg->second].address, second, sizeof second);
    if (figures->legs[1].expected)
        g_snprintf(ret_text, SECOND_SOURCE_TEXT_BYTES, "%s and %s both send to leg %u", first,
                   second, index + 1);
    else
        g_snprintf(ret_text, SECOND_SOURCE_TEXT_BYTES, "%s and %s both send to it", first, second);
}

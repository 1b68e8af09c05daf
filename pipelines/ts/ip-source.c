/* IPv6 is written in its canonical form, so that two texts of one address are equal. */
#include "pipelines/ts/ip-source.h"

#include <stdio.h>
#include <string.h>

#define GROUPS      8u  /* of 16 bits in an IPv6 address */
#define GROUPS_TEXT 40u /* bytes of 8 groups of 4 digits with colons and terminator */

bool
ip_source_equal(const IpSource *a, const IpSource *b)
{
    return a->family == b->family && a->port == b->port &&
           memcmp(a->address, b->address, sizeof a->address) == 0;
}

static unsigned
group(const IpSource *source, unsigned i)
{
    return (unsigned)source->address[2 * i] << 8 | source->address[2 * i + 1];
}

/* The first of the longest runs of two or more zero groups. Returns: its length, or 0 */
static unsigned
longest_zeros(const IpSource *source, unsigned *ret_first)
{
    unsigned longest = 1, run = 0;

    for (unsigned i = 0; i < GROUPS; i++) {
        run = group(source, i) == 0 ? run + 1 : 0;
        if (run > longest) {
            longest = run;
            *ret_first = i + 1 - run;
        }
    }
    return longest > 1 ? longest : 0;
}

static void
text_6(const IpSource *source, char *text)
{
    unsigned first = GROUPS, used = 0;
    const unsigned zeros = longest_zeros(source, &first);

    for (unsigned i = 0; i < GROUPS; i++) {
        if (zeros > 0 && i == first) {
            used += (unsigned)snprintf(text + used, GROUPS_TEXT - used, "::");
            i += zeros - 1;
            continue;
        }
        const bool colon = i > 0 && i != first + zeros;

        used += (unsigned)snprintf(text + used, GROUPS_TEXT - used, colon ? ":%x" : "%x",
                                   group(source, i));
    }
}

void
ip_source_text(const IpSource *source, char *ret_text, size_t size)
{
    char text[GROUPS_TEXT] = "";

    switch ((IpFamily)source->family) {
    case IP_FAMILY_4:
        snprintf(ret_text, size, "%u.%u.%u.%u:%u", source->address[0], source->address[1],
                 source->address[2], source->address[3], source->port);
        return;
    case IP_FAMILY_6:
        text_6(source, text);
        snprintf(ret_text, size, "[%s]:%u", text, source->port);
        return;
    case IP_FAMILY_UNKNOWN:
        break;
    }
    snprintf(ret_text, size, "unknown");
}

/* Parsing of input addresses. */
#include "pipelines/base/stream-address.h"

#include <arpa/inet.h>
#include <string.h>

#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

#define ADDRESS_MAX_BYTES 256

static const char *const schemes[] = {"udp", "rtp", NULL};

static bool
refuse(const char *text, const char *why, GError **error)
{
    g_autofree char *clean = text_clean(text, ADDRESS_MAX_BYTES);

    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "address \"%s\": %s", clean, why);
    return false;
}

/* Takes the scheme off; returns what follows "://", or NULL with @error. */
static const char *
take_scheme(const char *text, bool *ret_rtp, GError **error)
{
    const char *mark = strstr(text, "://");
    g_autofree char *scheme = mark != NULL ? g_strndup(text, (gsize)(mark - text)) : NULL;

    if (scheme == NULL) {
        refuse(text, "does not begin with udp:// or rtp://", error);
        return NULL;
    }
    if (!g_str_equal(scheme, "udp") && !g_str_equal(scheme, "rtp")) {
        const char *near = text_nearest(scheme, schemes);
        g_autofree char *why =
            near != NULL ? g_strdup_printf("no such kind of input; did you mean %s://?", near)
                         : g_strdup("no such kind of input; known are udp:// and rtp://");

        refuse(text, why, error);
        return NULL;
    }
    *ret_rtp = scheme[0] == 'r';
    return mark + strlen("://");
}

/* Whether @part, with or without brackets, is an IP address; its plain text goes to @ret_plain. */
static bool
take_ip(const char *part, char ret_plain[STREAM_ADDRESS_TEXT_MAX], bool *ret_ipv6)
{
    const size_t length = strlen(part);
    const bool bracketed = length > 2 && part[0] == '[' && part[length - 1] == ']';
    const size_t plain_length = bracketed ? length - 2 : length;
    struct in6_addr ip;
    char plain[STREAM_ADDRESS_TEXT_MAX] = "";

    if (plain_length >= sizeof plain)
        return false;
    memcpy(plain, bracketed ? part + 1 : part, plain_length);
    if (inet_pton(bracketed ? AF_INET6 : AF_INET, plain, &ip) != 1)
        return false;
    memcpy(ret_plain, plain, sizeof plain);
    *ret_ipv6 = bracketed;
    return true;
}

static bool
is_multicast(const StreamAddress *address)
{
    struct in6_addr ip6;
    struct in_addr ip4;

    if (address->ipv6)
        return inet_pton(AF_INET6, address->host, &ip6) == 1 && IN6_IS_ADDR_MULTICAST(&ip6);
    return inet_pton(AF_INET, address->host, &ip4) == 1 && IN_MULTICAST(ntohl(ip4.s_addr));
}

static bool
take_hosts(const char *text, const char *hosts, StreamAddress *address, GError **error)
{
    const char *at = strchr(hosts, '@');
    g_autofree char *source = at != NULL ? g_strndup(hosts, (gsize)(at - hosts)) : g_strdup("");
    const char *host = at != NULL ? at + 1 : hosts;
    bool source_ipv6 = false;

    if (!take_ip(host, address->host, &address->ipv6))
        return refuse(text,
                      "the host is not an IP address (names are not looked up; IPv6 stands in "
                      "brackets)",
                      error);
    address->multicast = is_multicast(address);
    if (source[0] == '\0')
        return true;
    if (!take_ip(source, address->source, &source_ipv6))
        return refuse(text, "the source before @ is not an IP address", error);
    if (source_ipv6 != address->ipv6)
        return refuse(text, "source and group are not of the same IP version", error);
    if (!address->multicast)
        return refuse(text, "a source before @ needs a multicast group after it", error);
    return true;
}

bool
stream_address_parse(const char *text, StreamAddress *ret_address, GError **error)
{
    StreamAddress address = {0};
    guint64 port = 0;

    g_return_val_if_fail(text != NULL && ret_address != NULL, false);

    if (strlen(text) > ADDRESS_MAX_BYTES)
        return refuse(text, "longer than any address", error);
    const char *rest = take_scheme(text, &address.rtp, error);
    const char *colon = rest != NULL ? strrchr(rest, ':') : NULL;

    if (rest == NULL)
        return false;
    if (colon == NULL || strchr(colon, ']') != NULL)
        return refuse(text, "has no port; write host:port", error);
    if (!g_ascii_string_to_unsigned(colon + 1, 10, 1, 65535, &port, NULL))
        return refuse(text, "the port is not a number from 1 to 65535", error);
    address.port = (uint16_t)port;
    g_autofree char *hosts = g_strndup(rest, (gsize)(colon - rest));

    if (!take_hosts(text, hosts, &address, error))
        return false;
    *ret_address = address;
    return true;
}

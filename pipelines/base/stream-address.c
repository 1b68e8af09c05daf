/* Parsing and writing of input addresses. */
#include "pipelines/base/stream-address.h"

#include <arpa/inet.h>
#include <string.h>

#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

typedef enum { KEY_FEC, KEY_LEG2, KEY_INTERFACE2, KEY_COUNT } Key;

static const char *const schemes[] = {"udp", "rtp", NULL};
static const char *const keys[KEY_COUNT + 1] = {"fec", "leg2", "interface2", NULL};
static const char *const fec_words[] = {"1", "column", NULL};

static bool refuse(const char *text, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);

static bool
refuse(const char *text, GError **error, const char *format, ...)
{
    g_autofree char *clean = text_clean(text, STREAM_ADDRESS_MAX_BYTES);
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *why = g_strdup_vprintf(format, arguments);
    va_end(arguments);
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
        refuse(text, error, "does not begin with udp:// or rtp://");
        return NULL;
    }
    if (!g_str_equal(scheme, "udp") && !g_str_equal(scheme, "rtp")) {
        const char *near = text_nearest(scheme, schemes);

        if (near != NULL)
            refuse(text, error, "no such kind of input; did you mean %s://?", near);
        else
            refuse(text, error, "no such kind of input; known are udp:// and rtp://");
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
is_multicast(const StreamLeg *leg)
{
    struct in6_addr ip6;
    struct in_addr ip4;

    if (leg->ipv6)
        return inet_pton(AF_INET6, leg->host, &ip6) == 1 && IN6_IS_ADDR_MULTICAST(&ip6);
    return inet_pton(AF_INET, leg->host, &ip4) == 1 && IN_MULTICAST(ntohl(ip4.s_addr));
}

static bool
take_hosts(const char *text, const char *hosts, StreamLeg *leg, GError **error)
{
    const char *at = strchr(hosts, '@');
    g_autofree char *source = at != NULL ? g_strndup(hosts, (gsize)(at - hosts)) : g_strdup("");
    const char *host = at != NULL ? at + 1 : hosts;
    bool source_ipv6 = false;

    if (!take_ip(host, leg->host, &leg->ipv6))
        return refuse(text, error,
                      "the host is not an IP address (names are not looked up; IPv6 stands in "
                      "brackets)");
    leg->multicast = is_multicast(leg);
    if (source[0] == '\0')
        return true;
    if (!take_ip(source, leg->source, &source_ipv6))
        return refuse(text, error, "the source before @ is not an IP address");
    if (source_ipv6 != leg->ipv6)
        return refuse(text, error, "source and group are not of the same IP version");
    if (!leg->multicast)
        return refuse(text, error, "a source before @ needs a multicast group after it");
    return true;
}

/* Reads "[source@]host:port". */
static bool
take_leg(const char *text, const char *place, StreamLeg *leg, GError **error)
{
    const char *colon = strrchr(place, ':');
    guint64 port = 0;

    if (colon == NULL || strchr(colon, ']') != NULL)
        return refuse(text, error, "has no port; write host:port");
    if (!g_ascii_string_to_unsigned(colon + 1, 10, 1, 65535, &port, NULL))
        return refuse(text, error, "the port is not a number from 1 to 65535");
    g_autofree char *hosts = g_strndup(place, (gsize)(colon - place));

    leg->port = (uint16_t)port;
    return take_hosts(text, hosts, leg, error);
}

/* ---- Keys ---- */

static bool
take_fec(const char *text, const char *value, StreamAddress *address, GError **error)
{
    g_autofree char *clean = text_clean(value, STREAM_ADDRESS_MAX_BYTES);
    const char *near = text_nearest(clean, fec_words);

    if (g_str_equal(value, "1"))
        address->fec = STREAM_FEC_COLUMN_AND_ROW;
    else if (g_str_equal(value, "column"))
        address->fec = STREAM_FEC_COLUMN;
    else if (near != NULL)
        return refuse(text, error, "fec=%s is unknown; did you mean fec=%s?", clean, near);
    else
        return refuse(text, error,
                      "fec=%s is unknown; write fec=1 (columns and rows) or fec=column", clean);
    return true;
}

static bool
take_leg2(const char *text, const char *value, StreamAddress *address, GError **error)
{
    g_autoptr(GError) problem = NULL;

    if (take_leg(value, value, &address->legs[1], &problem)) {
        address->n_legs = 2;
        return true;
    }
    return refuse(text, error, "leg2: %s", problem->message);
}

static bool
take_interface2(const char *text, const char *value, StreamAddress *address, GError **error)
{
    const size_t length = strlen(value);

    for (size_t i = 0; i < length; i++) {
        if (!g_ascii_isalnum(value[i]) && strchr("-_.", value[i]) == NULL)
            return refuse(text, error,
                          "interface2 is no name of a network interface, such as eth2");
    }
    if (length == 0 || length >= sizeof address->interface2)
        return refuse(text, error, "interface2 is no name of a network interface, such as eth2");
    memcpy(address->interface2, value, length + 1);
    return true;
}

static bool
take_value(const char *text, Key key, const char *value, StreamAddress *address, GError **error)
{
    switch (key) {
    case KEY_FEC:
        return take_fec(text, value, address, error);
    case KEY_LEG2:
        return take_leg2(text, value, address, error);
    case KEY_INTERFACE2:
        return take_interface2(text, value, address, error);
    case KEY_COUNT:
        break;
    }
    return false;
}

static Key
key_named(const char *name)
{
    Key key = KEY_FEC;

    while (key < KEY_COUNT && !g_str_equal(name, keys[key]))
        key++;
    return key;
}

static bool
refuse_key(const char *text, const char *name, GError **error)
{
    g_autofree char *clean = text_clean(name, STREAM_ADDRESS_MAX_BYTES);
    const char *near = text_nearest(clean, keys);

    if (near != NULL)
        return refuse(text, error, "no key \"%s\"; did you mean \"%s\"?", clean, near);
    return refuse(text, error, "no key \"%s\"; known are fec, leg2 and interface2", clean);
}

/* Reads "KEY=VALUE"; @seen: bit set of Key. */
static bool
take_pair(const char *text, char *pair, unsigned *seen, StreamAddress *address, GError **error)
{
    char *equals = strchr(pair, '=');

    if (equals != NULL)
        *equals = '\0';
    const Key key = key_named(pair);

    if (key == KEY_COUNT)
        return refuse_key(text, pair, error);
    if (equals == NULL || equals[1] == '\0')
        return refuse(text, error, "%s has no value; write %s=VALUE", keys[key], keys[key]);
    if (*seen & 1u << key)
        return refuse(text, error, "%s stands twice", keys[key]);
    *seen |= 1u << key;
    return take_value(text, key, equals + 1, address, error);
}

static bool
take_keys(const char *text, const char *query, StreamAddress *address, GError **error)
{
    g_auto(GStrv) pairs = g_strsplit(query, "&", -1);
    unsigned seen = 0;

    if (!address->rtp)
        return refuse(text, error,
                      "keys after ? need rtp://, as they work by its sequence numbers");
    if (query[0] == '\0')
        return refuse(text, error, "nothing stands after ?; known are fec, leg2 and interface2");
    for (size_t i = 0; pairs[i] != NULL; i++) {
        if (!take_pair(text, pairs[i], &seen, address, error))
            return false;
    }
    if (address->interface2[0] != '\0' && address->n_legs < 2)
        return refuse(text, error, "interface2 needs leg2");
    return true;
}

/* ---- What the parts mean together ---- */

unsigned
stream_address_port_reach(const StreamAddress *address)
{
    switch (address->fec) {
    case STREAM_FEC_NONE:
        break;
    case STREAM_FEC_COLUMN:
        return STREAM_FEC_COLUMN_OFFSET;
    case STREAM_FEC_COLUMN_AND_ROW:
        return STREAM_FEC_ROW_OFFSET;
    }
    return 0;
}

/* Whether a socket of one leg would be a socket of the other. */
static bool
legs_collide(const StreamAddress *address)
{
    const StreamLeg *one = &address->legs[0];
    const StreamLeg *two = &address->legs[1];
    const int apart = (int)two->port - (int)one->port;

    return address->interface2[0] == '\0' && g_str_equal(one->host, two->host) &&
           g_str_equal(one->source, two->source) && apart % 2 == 0 &&
           (unsigned)ABS(apart) <= stream_address_port_reach(address);
}

static bool
check_whole(const char *text, const StreamAddress *address, GError **error)
{
    for (unsigned i = 0; i < address->n_legs; i++) {
        if (address->legs[i].port + stream_address_port_reach(address) > UINT16_MAX)
            return refuse(text, error, "FEC needs the ports up to %u above the media's",
                          stream_address_port_reach(address));
    }
    if (address->n_legs == 2 && legs_collide(address))
        return refuse(text, error,
                      "both legs are received at the same place; give leg2 another address or "
                      "interface2");
    return true;
}

bool
stream_address_parse(const char *text, StreamAddress *ret_address, GError **error)
{
    StreamAddress address = {.n_legs = 1};

    g_return_val_if_fail(text != NULL && ret_address != NULL, false);

    if (strlen(text) > STREAM_ADDRESS_MAX_BYTES)
        return refuse(text, error, "longer than any address");
    const char *rest = take_scheme(text, &address.rtp, error);

    if (rest == NULL)
        return false;
    const char *mark = strchr(rest, '?');
    g_autofree char *place = mark != NULL ? g_strndup(rest, (gsize)(mark - rest)) : g_strdup(rest);

    if (!take_leg(text, place, &address.legs[0], error) ||
        (mark != NULL && !take_keys(text, mark + 1, &address, error)) ||
        !check_whole(text, &address, error))
        return false;
    *ret_address = address;
    return true;
}

/* ---- Writing ---- */

/* The text of an IPv6 address has many forms; the system's is taken. */
static void
append_ip(GString *out, const char *ip, bool ipv6)
{
    const int family = ipv6 ? AF_INET6 : AF_INET;
    char plain[INET6_ADDRSTRLEN] = "";
    struct in6_addr parsed;

    if (inet_pton(family, ip, &parsed) == 1)
        inet_ntop(family, &parsed, plain, sizeof plain);
    g_string_append_printf(out, ipv6 ? "[%s]" : "%s", plain);
}

static void
append_leg(GString *out, const StreamLeg *leg)
{
    if (leg->source[0] != '\0') {
        append_ip(out, leg->source, leg->ipv6);
        g_string_append_c(out, '@');
    }
    append_ip(out, leg->host, leg->ipv6);
    g_string_append_printf(out, ":%u", leg->port);
}

char *
stream_address_to_text(const StreamAddress *address)
{
    GString *out = g_string_new(address->rtp ? "rtp://" : "udp://");
    char joint = '?';

    append_leg(out, &address->legs[0]);
    if (address->fec != STREAM_FEC_NONE) {
        g_string_append(out, address->fec == STREAM_FEC_COLUMN ? "?fec=column" : "?fec=1");
        joint = '&';
    }
    if (address->n_legs == 2) {
        g_string_append_printf(out, "%cleg2=", joint);
        append_leg(out, &address->legs[1]);
    }
    if (address->interface2[0] != '\0')
        g_string_append_printf(out, "&interface2=%s", address->interface2);
    return g_string_free(out, FALSE);
}

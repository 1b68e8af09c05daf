/* Syslog, RFC 5424, with the alarm's element of RFC 5674; octet counting (RFC 6587) on streams. */
#include <string.h>

#include "appliance/alerts/payload-parts.h"
#include "pipelines/base/error.h"

#define FACILITY     16u /* local0 */
#define MAX_DATAGRAM 2048u
#define MAX_PARAM    255u
#define BOM          "\xef\xbb\xbf"
/* "alarm" is registered by RFC 5674. The other needs a private enterprise number: the one that
 * RFC 5612 keeps for examples, until the product has its own. */
#define OWN_ID "gantry@32473"

/* RFC 5674, section 2: X.733 severities as those of syslog. */
static unsigned
level_of(const Notice *notice)
{
    if (notice->action == TELL_RESOLVE)
        return 5;
    switch (notice->severity) {
    case SEVERITY_CRITICAL:
        return 1;
    case SEVERITY_MAJOR:
        return 2;
    case SEVERITY_MINOR:
        return 3;
    case SEVERITY_WARNING:
        return 4;
    case SEVERITY_INDETERMINATE:
    case SEVERITY_CLEARED:
        break;
    }
    return notice->kind == NOTICE_EVENT ? 5 : 6;
}

static void
add_param(GString *out, const char *name, const char *value)
{
    g_autofree char *safe = payload_escape(value, "\"\\]", NULL, '\\', MAX_PARAM);

    if (value[0] != '\0')
        g_string_append_printf(out, " %s=\"%s\"", name, safe);
}

static void
add_elements(GString *out, const Notice *notice)
{
    if (notice->event != NULL) {
        g_string_append(out, "[alarm");
        add_param(out, "resource", notice->event->resource);
        add_param(out, "probableCause", "other");
        add_param(out, "perceivedSeverity",
                  notice->action == TELL_RESOLVE ? "cleared" : severity_name(notice->severity));
        add_param(out, "resourceURI", notice->link);
        g_string_append(out, "]");
    }
    g_string_append(out, "[" OWN_ID);
    add_param(out, "fault", notice->fault);
    add_param(out, "id", notice->id);
    add_param(out, "alarm", notice->key);
    add_param(out, "channel", notice->event != NULL ? notice->event->channel_name : "");
    add_param(out, "group", notice->group);
    add_param(out, "monitor", notice->sender.monitor_id);
    g_string_append(out, "]");
}

/* Printable ASCII without blanks, or "-". Returns: (transfer full) */
static char *
header_word(const char *text, size_t max_bytes)
{
    char *word = g_strndup(text, max_bytes);

    for (char *at = word; *at != '\0'; at++) {
        if (*at <= ' ' || *at > '~')
            *at = '_';
    }
    if (word[0] != '\0')
        return word;
    g_free(word);
    return g_strdup("-");
}

static GString *
line_of(const Notice *notice, const PayloadPlace *place)
{
    GString *line = g_string_new(NULL);
    g_autofree char *time = notice_time(notice->at_us);
    g_autofree char *host = header_word(place->host, 255);
    g_autofree char *id = header_word(notice->fault, 32);
    g_autofree char *text = g_strdelimit(g_strdup(notice->text), "\n\r\t", ' ');

    g_string_append_printf(line, "<%u>1 %s %s gantryd - %s ", FACILITY * 8 + level_of(notice), time,
                           host, id);
    add_elements(line, notice);
    g_string_append_printf(line, " " BOM "%s. %s", notice->title, text);
    return line;
}

bool
payload_render_syslog(const Notice *notice,
                      const PayloadPlace *place,
                      PayloadRequest *request,
                      GError **error)
{
    g_autoptr(GUri) uri = g_uri_parse(place->url, G_URI_FLAGS_NONE, NULL);
    g_autoptr(GString) line = line_of(notice, place);

    if (uri == NULL) {
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                            "the address is none of tls, tcp or udp://HOST:PORT");
        return false;
    }
    const bool tls = strcmp(g_uri_get_scheme(uri), "tls") == 0;
    const bool datagram = strcmp(g_uri_get_scheme(uri), "udp") == 0;
    const int port = g_uri_get_port(uri) > 0 ? g_uri_get_port(uri) : tls ? 6514 : 514;
    const bool is_v6 = strchr(g_uri_get_host(uri), ':') != NULL;

    request->carrier = datagram ? CARRY_DATAGRAM : CARRY_STREAM;
    request->url = g_strdup_printf("%s://%s%s%s:%d/", tls ? "https" : "http", is_v6 ? "[" : "",
                                   g_uri_get_host(uri), is_v6 ? "]" : "", port);
    if (datagram) {
        size_t bytes = MIN(line->len, MAX_DATAGRAM);

        while (bytes < line->len && bytes > 0 && (line->str[bytes] & 0xc0) == 0x80)
            bytes--;
        g_string_truncate(line, bytes);
    } else {
        g_autofree char *count = g_strdup_printf("%zu ", line->len);

        g_string_prepend(line, count);
    }
    request->body = g_string_free_to_bytes(g_steal_pointer(&line));
    return true;
}

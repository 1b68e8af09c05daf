/* A mail (RFC 5322): plain text in base64, a subject of encoded words where it needs them, one
 * thread an alarm. Nothing of an event can reach a header but through an encoder. */
#include <string.h>

#include "appliance/alerts/payload-parts.h"
#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

#define WORD_BYTES 42u /* of UTF-8 in one encoded word of at most 75 characters */
#define MAX_TO     20u

static bool
is_plain(const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (*at < ' ' || *at > '~')
            return false;
    }
    return strstr(text, "=?") == NULL && strlen(text) < 70;
}

/* RFC 2047. Returns: (transfer full): lines folded */
static char *
encoded_words(const char *text)
{
    GString *out = g_string_new(NULL);
    g_autofree char *clean = text_clean(text, 1000);

    if (is_plain(clean))
        return g_strdup(clean);
    for (const char *at = clean; *at != '\0';) {
        size_t bytes = MIN(strlen(at), WORD_BYTES);

        while (bytes > 0 && (at[bytes] & 0xc0) == 0x80)
            bytes--;
        g_autofree char *word = g_base64_encode((const guchar *)at, bytes);

        g_string_append_printf(out, "%s=?utf-8?B?%s?=", out->len > 0 ? "\r\n " : "", word);
        at += bytes;
    }
    return g_string_free(out, FALSE);
}

static void
add_body(GString *mail, const Notice *notice)
{
    g_autoptr(GString) text = g_string_new(notice->text);

    g_string_append(text, "\n\n");
    for (size_t i = 0; i < notice->n_facts; i++)
        g_string_append_printf(text, "%s: %s\n", notice->facts[i].name, notice->facts[i].value);
    if (notice->ack_link[0] != '\0')
        g_string_append_printf(text, "\nAcknowledge: %s\n", notice->ack_link);
    if (notice->link[0] != '\0')
        g_string_append_printf(text, "\n%s\n", notice->link);
    g_string_replace(text, "\n", "\r\n", 0);
    g_autofree char *base64 = g_base64_encode((const guchar *)text->str, text->len);

    for (size_t at = 0; base64[at] != '\0';) {
        const size_t bytes = MIN(strlen(base64 + at), 76);

        g_string_append_len(mail, base64 + at, (gssize)bytes);
        g_string_append(mail, "\r\n");
        at += bytes;
    }
}

/* "Fri, 20 Nov 2026 10:20:30 +0000", whatever the locale. */
static char *
mail_date(WallUs wall_us)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(wall_us / US_PER_SECOND);

    if (time == NULL)
        return g_strdup("Thu, 01 Jan 1970 00:00:00 +0000");
    return g_strdup_printf(
        "%s, %02d %s %04d %02d:%02d:%02d +0000", days[g_date_time_get_day_of_week(time) - 1],
        g_date_time_get_day_of_month(time), months[g_date_time_get_month(time) - 1],
        g_date_time_get_year(time), g_date_time_get_hour(time), g_date_time_get_minute(time),
        g_date_time_get_second(time));
}

static void
add_head(GString *mail, const Notice *notice, const PayloadRequest *request, const char *host)
{
    g_autofree char *subject = encoded_words(notice->title);
    g_autofree char *date = mail_date(notice->at_us);
    g_autofree char *to = g_strjoinv(",\r\n ", request->to);

    g_string_append_printf(mail, "From: Gantry <%s>\r\nTo: %s\r\n", request->from, to);
    g_string_append_printf(mail, "Subject: %s\r\nDate: %s\r\n", subject, date);
    g_string_append_printf(mail, "Message-ID: <%s@%s>\r\n", notice->id, host);
    if (notice->kind == NOTICE_EVENT)
        g_string_append_printf(mail, "References: <%s@%s>\r\n", notice->key, host);
    g_string_append(mail, "Auto-Submitted: auto-generated\r\n");
    if (notice->severity == SEVERITY_CRITICAL && notice->action == TELL_TRIGGER)
        g_string_append(mail, "Importance: high\r\n");
    g_string_append_printf(mail, "X-Gantry-Severity: %s\r\n", severity_name(notice->severity));
    g_string_append(mail, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                          "Content-Transfer-Encoding: base64\r\n\r\n");
}

/* "user\npassword" is not needed: the user stands in the settings. */
static bool
take_credentials(const PayloadPlace *place, PayloadRequest *request, GError **error)
{
    request->user = g_strdup(place->user);
    request->password = g_strdup(place->secret);
    if ((place->user[0] == '\0') == (place->secret[0] == '\0'))
        return true;
    g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                        "a mail server's user and a secret file with its password go together");
    return false;
}

bool
payload_render_email(const Notice *notice,
                     const PayloadPlace *place,
                     PayloadRequest *request,
                     GError **error)
{
    g_autoptr(GString) mail = g_string_new(NULL);

    request->carrier = CARRY_MAIL;
    request->tls = g_str_has_prefix(place->url, "smtp://");
    /* A relay on the own network that knows no TLS. */
    if (g_str_has_prefix(place->url, "smtp+plain://"))
        request->url = g_strconcat("smtp://", place->url + strlen("smtp+plain://"), NULL);
    request->from =
        place->from[0] != '\0' ? g_strdup(place->from) : g_strconcat("gantry@", place->host, NULL);
    request->to = g_strsplit(place->to, ",", -1);
    if (g_strv_length(request->to) > MAX_TO) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "more than %u recipients", MAX_TO);
        return false;
    }
    if (!take_credentials(place, request, error))
        return false;
    add_head(mail, notice, request, place->host);
    add_body(mail, notice);
    request->body = g_string_free_to_bytes(g_steal_pointer(&mail));
    return true;
}

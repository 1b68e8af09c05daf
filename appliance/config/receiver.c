/* Copying, comparing and checking receivers. */
#include "appliance/config/receiver.h"

#include <string.h>

#include "appliance/config/receiver-fields.h"
#include "appliance/model/message-template.h"
#include "pipelines/base/error.h"
#include "pipelines/base/slug.h"
#include "pipelines/base/text.h"

const ReceiverTextField receiver_text_fields[] = {
    {"id", offsetof(Receiver, id), false},
    {"kind", offsetof(Receiver, kind), false},
    {"url", offsetof(Receiver, url), false},
    {"secret_file", offsetof(Receiver, secret_file), true},
    {"ca_file", offsetof(Receiver, ca_file), true},
    {"to", offsetof(Receiver, to), false},
    {"from", offsetof(Receiver, from), false},
    {"user", offsetof(Receiver, user), false},
    {"title", offsetof(Receiver, title), false},
    {"text", offsetof(Receiver, text), false},
    {"allow_networks", offsetof(Receiver, allow_networks), false},
    {0},
};

char **
receiver_text(const Receiver *receiver, const ReceiverTextField *field)
{
    return (char **)(void *)((char *)(uintptr_t)receiver + field->offset);
}

void
receiver_clear(Receiver *receiver)
{
    for (const ReceiverTextField *field = receiver_text_fields; field->name != NULL; field++)
        g_free(*receiver_text(receiver, field));
    notify_policy_clear(&receiver->policy);
    *receiver = (Receiver){0};
}

void
receiver_copy(const Receiver *from, Receiver *ret_to)
{
    *ret_to = *from;
    for (const ReceiverTextField *field = receiver_text_fields; field->name != NULL; field++) {
        const char *text = *receiver_text(from, field);

        *receiver_text(ret_to, field) = g_strdup(text != NULL ? text : "");
    }
    notify_policy_copy(&from->policy, &ret_to->policy);
}

static bool
texts_equal(const Receiver *a, const Receiver *b)
{
    for (const ReceiverTextField *field = receiver_text_fields; field->name != NULL; field++) {
        const char *one = *receiver_text(a, field);
        const char *other = *receiver_text(b, field);

        if (g_strcmp0(one != NULL ? one : "", other != NULL ? other : "") != 0)
            return false;
    }
    return true;
}

bool
receiver_equal(const Receiver *a, const Receiver *b)
{
    return texts_equal(a, b) && a->allow_private == b->allow_private &&
           a->heartbeat_s == b->heartbeat_s && a->per_minute == b->per_minute &&
           a->paused == b->paused && a->from_settings == b->from_settings &&
           notify_policy_equal(&a->policy, &b->policy);
}

static bool G_GNUC_PRINTF(3, 4)
    refuse(const Receiver *receiver, GError **error, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *text = g_strdup_printf("receiver %s: %s", receiver->id, what);
    g_autofree char *clean = text_clean(text, 400);

    g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, clean);
    return false;
}

static bool
check_url(const Receiver *receiver, const ReceiverKindInfo *kind, GError **error)
{
    g_autofree char *schemes = g_strjoinv(":// or ", (char **)(void *)kind->schemes);
    const bool secret = kind->secret_is_url && receiver->secret_file[0] != '\0';

    if (receiver->url[0] == '\0')
        return kind->url != NULL || secret ||
               refuse(receiver, error, "it has no url; write one that begins with %s://", schemes);
    g_autoptr(GUri) uri = g_uri_parse(receiver->url, G_URI_FLAGS_NONE, NULL);

    if (uri == NULL || g_uri_get_host(uri) == NULL || g_uri_get_host(uri)[0] == '\0' ||
        !g_strv_contains((const char *const *)kind->schemes, g_uri_get_scheme(uri)))
        return refuse(receiver, error, "its url is none of %s:// and a host", schemes);
    return g_uri_get_userinfo(uri) == NULL ||
           refuse(receiver, error, "its url holds a password; put that into the secret file");
}

static bool
check_templates(const Receiver *receiver, GError **error)
{
    g_autoptr(GError) reason = NULL;

    if (!template_check(receiver->title, &reason))
        return refuse(receiver, error, "title: %s", reason->message);
    if (!template_check(receiver->text, &reason))
        return refuse(receiver, error, "text: %s", reason->message);
    return true;
}

/* No white space, and nothing that a mail's head could be broken with. */
static bool
is_address_list(const char *text)
{
    return text[0] != '-' && strpbrk(text, " \t\r\n<>\"") == NULL;
}

static bool
check_words(const Receiver *receiver, const ReceiverKindInfo *kind, GError **error)
{
    if (kind->needs_to && receiver->to[0] == '\0')
        return refuse(receiver, error, "%s needs a member to: the chat or the recipients",
                      kind->name);
    if (kind->needs_to && strcmp(kind->name, "email") == 0 && !is_address_list(receiver->to))
        return refuse(receiver, error, "to holds something else than addresses and commas");
    if (!is_address_list(receiver->from))
        return refuse(receiver, error, "from is no address");
    if (kind->needs_secret && receiver->secret_file[0] == '\0')
        return refuse(receiver, error, "%s needs a secret", kind->name);
    if (receiver->heartbeat_s != 0 && receiver->heartbeat_s < RECEIVER_HEARTBEAT_S)
        return refuse(receiver, error, "heartbeat_s is 0 or at least %u", RECEIVER_HEARTBEAT_S);
    if (receiver->heartbeat_s != 0 && !kind->has_heartbeat)
        return refuse(receiver, error, "%s has no heartbeat: it would page somebody", kind->name);
    return true;
}

bool
receiver_networks_check(const char *text, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(text, ",", -1);

    if (text[0] != '\0' && g_strv_length(parts) > RECEIVER_MAX_NETWORKS) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "more than %u networks",
                    RECEIVER_MAX_NETWORKS);
        return false;
    }
    for (size_t i = 0; text[0] != '\0' && parts[i] != NULL; i++) {
        g_autoptr(GInetAddressMask) mask =
            g_inet_address_mask_new_from_string(g_strstrip(parts[i]), NULL);
        g_autofree char *clean = text_clean(parts[i], 80);

        if (mask == NULL) {
            g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                        "\"%s\" is no network; write such as 10.1.0.0/16 or fd12::/32, without "
                        "bits behind the prefix",
                        clean);
            return false;
        }
    }
    return true;
}

static bool
check_networks(const Receiver *receiver, GError **error)
{
    g_autoptr(GError) reason = NULL;

    return receiver_networks_check(receiver->allow_networks, &reason) ||
           refuse(receiver, error, "allow_networks: %s", reason->message);
}

bool
receiver_check(const Receiver *receiver, GError **error)
{
    ReceiverKind kind = RECEIVER_WEBHOOK;

    if (!slug_is_valid(receiver->id)) {
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                            "receiver with a bad id; write a-z, 0-9 and - alone");
        return false;
    }
    if (!receiver_kind_from_name(receiver->kind, &kind)) {
        g_autofree char *all = g_strjoinv(", ", (char **)(void *)receiver_kind_names());

        return refuse(receiver, error, "unknown kind \"%s\"; write one of %s", receiver->kind, all);
    }
    const ReceiverKindInfo *info = receiver_kind_info(kind);

    return check_url(receiver, info, error) && check_templates(receiver, error) &&
           check_networks(receiver, error) && check_words(receiver, info, error);
}

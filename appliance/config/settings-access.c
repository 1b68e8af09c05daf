/* A half-told provider is refused at the start, not at somebody's first login. */
#include "appliance/config/settings-access.h"

#include <gio/gio.h>
#include <string.h>

#include "appliance/model/claim-table.h"

#define ISSUER_MAX 255u /* bytes: with a subject it is what an account is kept by */

/* Whether @host is this machine by its name, so that nobody can listen on the way. */
static bool
is_loopback(const char *host)
{
    g_autoptr(GInetAddress) address = host != NULL ? g_inet_address_new_from_string(host) : NULL;

    return g_strcmp0(host, "localhost") == 0 ||
           (address != NULL && g_inet_address_get_is_loopback(address));
}

static bool
check_issuer(const KeyEntry *entry, GError **error)
{
    g_autoptr(GUri) uri = g_uri_parse(entry->value, G_URI_FLAGS_NONE, NULL);
    const char *scheme = uri != NULL ? g_uri_get_scheme(uri) : "";
    const bool whole = strlen(entry->value) <= ISSUER_MAX && uri != NULL &&
                       g_uri_get_host(uri) != NULL && *g_uri_get_host(uri) != '\0' &&
                       g_uri_get_query(uri) == NULL && g_uri_get_fragment(uri) == NULL &&
                       g_uri_get_userinfo(uri) == NULL;

    if (whole && g_str_equal(scheme, "https"))
        return true;
    if (whole && g_str_equal(scheme, "http") && is_loopback(g_uri_get_host(uri)))
        return true;
    return key_entry_refuse(entry, error,
                            "issuer = \"%s\" is not https:// and a host, or http:// on loopback",
                            entry->value);
}

static bool
check_table(KeyFile *file, const char *key, bool roles, GError **error)
{
    const KeyEntry *entry = key_file_take(file, "oidc", key);
    g_autofree char *wrong = NULL;

    if (entry == NULL || claim_table_check(entry->value, roles, &wrong))
        return true;
    return key_entry_refuse(entry, error,
                            roles
                                ? "%s: \"%s\" is not THEIRS=ROLE, with viewer, operator, engineer "
                                  "or admin"
                                : "%s: \"%s\" is not THEIRS=GROUP, or THEIRS=* for everything",
                            key, wrong);
}

bool
settings_access_check(KeyFile *file, const Settings *settings, GError **error)
{
    const OidcOptions *oidc = &settings->access.oidc;
    const KeyEntry *issuer = key_file_take(file, "oidc", "issuer");

    if (!check_table(file, "roles", true, error) || !check_table(file, "groups", false, error))
        return false;
    if (*oidc->issuer == '\0')
        return true;
    if (!check_issuer(issuer, error))
        return false;
    if (*oidc->client == '\0' || *oidc->roles == '\0')
        return key_entry_refuse(issuer, error,
                                "[oidc] has an issuer, so it needs client and roles, too");
    if (*settings->http_public_url == '\0')
        return key_entry_refuse(issuer, error,
                                "[oidc] has an issuer, so [http] needs public_url: the provider "
                                "sends browsers back there");
    return true;
}

/* Document, code, keys, claims: one request after the other. */
#include "appliance/http/oidc-provider.h"

#include <string.h>

#include "appliance/http/app.h"
#include "appliance/http/id-token.h"
#include "appliance/http/oidc-web.h"
#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

#define DOCUMENT   "/.well-known/openid-configuration"
#define CALLBACK   "/api/v1/login/oidc/callback"
#define SECRET_MAX 4096u

/* Of the discovery document. */
typedef struct {
    char *authorization; /* NULL: nothing is known */
    char *token;
    char *keys;
    char *userinfo;    /* (nullable) */
    bool post_secret;  /* the secret goes into the form, not into a header */
    bool names_itself; /* "iss" is among what it sends browsers back with */
} Endpoints;

struct OidcProvider {
    const OidcOptions *options; /* no-ref */
    OidcWeb *web;
    char *secret;   /* (nullable) */
    GError *broken; /* (nullable): why it cannot be used before the next start */
    char *redirect_uri;
    Endpoints endpoints;
    MonoUs known_us;
    bool stale;     /* to be looked up again, although known */
    GError *failed; /* (nullable): the last look for the document */
    MonoUs failed_us;
    JsonObject *keys; /* (nullable) */
    MonoUs keys_us;
};

/* A look for the document. */
typedef struct {
    OidcProvider *provider;
    OidcKnown done;
    gpointer user_data;
} Look;

/* A code on its way to claims. */
typedef struct {
    OidcProvider *provider;
    char *code;
    OidcFlow flow;
    char *id_token;
    char *access_token; /* (nullable) */
    JsonObject *claims;
    OidcRedeemed done;
    gpointer user_data;
} Trip;

static void
endpoints_clear(Endpoints *endpoints)
{
    g_free(endpoints->authorization);
    g_free(endpoints->token);
    g_free(endpoints->keys);
    g_free(endpoints->userinfo);
    *endpoints = (Endpoints){0};
}

static void
read_secret(OidcProvider *provider)
{
    const char *path = provider->options->secret_file;
    g_autoptr(GError) error = NULL;
    gsize size = 0;

    if (*path == '\0')
        return;
    if (g_file_get_contents(path, &provider->secret, &size, &error) && size <= SECRET_MAX) {
        g_strstrip(provider->secret);
        return;
    }
    g_clear_pointer(&provider->secret, g_free);
    provider->broken = g_error_new(GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE,
                                   "the secret of the login provider cannot be read: %s",
                                   error != NULL ? error->message : "it is too long");
    g_warning("%s", provider->broken->message);
}

OidcProvider *
oidc_provider_new(const OidcOptions *options, const char *public_url)
{
    OidcProvider *provider = NULL;

    if (options == NULL || options->issuer == NULL || *options->issuer == '\0' ||
        public_url == NULL)
        return NULL;
    provider = g_new0(OidcProvider, 1);
    provider->options = options;
    provider->web = oidc_web_new(options->ca_file, g_str_has_prefix(options->issuer, "http://"));
    provider->redirect_uri = g_strconcat(public_url, CALLBACK, NULL);
    read_secret(provider);
    return provider;
}

void
oidc_provider_free(OidcProvider *provider)
{
    if (provider == NULL)
        return;
    oidc_web_free(provider->web);
    endpoints_clear(&provider->endpoints);
    g_clear_error(&provider->failed);
    g_clear_error(&provider->broken);
    g_clear_pointer(&provider->keys, json_object_unref);
    if (provider->secret != NULL)
        explicit_bzero(provider->secret, strlen(provider->secret));
    g_free(provider->secret);
    g_free(provider->redirect_uri);
    g_free(provider);
}

void
oidc_provider_doubt(OidcProvider *provider)
{
    provider->stale = true;
    g_clear_error(&provider->failed);
}

const OidcOptions *
oidc_provider_options(const OidcProvider *provider)
{
    return provider->options;
}

const char *
oidc_provider_redirect_uri(const OidcProvider *provider)
{
    return provider->redirect_uri;
}

/* An endpoint that may be asked. Returns: (transfer full) (nullable) */
static char *
read_endpoint(const OidcProvider *provider, JsonObject *document, const char *name)
{
    const char *url = id_token_text(document, name);

    return oidc_web_may_ask(provider->web, url) ? g_strdup(url) : NULL;
}

/* False for a document that is not the issuer's, or lacks what a login takes. */
static bool
read_document(OidcProvider *provider, JsonObject *document)
{
    g_auto(GStrv) methods = id_token_words(document, "token_endpoint_auth_methods_supported");
    const char *issuer = id_token_text(document, "issuer");
    const char *flag = "authorization_response_iss_parameter_supported";
    JsonNode *names_itself = json_object_get_member(document, flag);
    Endpoints found = {.authorization = read_endpoint(provider, document, "authorization_endpoint"),
                       .token = read_endpoint(provider, document, "token_endpoint"),
                       .keys = read_endpoint(provider, document, "jwks_uri"),
                       .userinfo = read_endpoint(provider, document, "userinfo_endpoint")};

    if (g_strcmp0(issuer, provider->options->issuer) != 0 || found.authorization == NULL ||
        found.token == NULL || found.keys == NULL) {
        endpoints_clear(&found);
        return false;
    }
    found.post_secret = methods != NULL &&
                        !g_strv_contains((const char *const *)methods, "client_secret_basic") &&
                        g_strv_contains((const char *const *)methods, "client_secret_post");
    found.names_itself = names_itself != NULL && JSON_NODE_HOLDS_VALUE(names_itself) &&
                         json_node_get_boolean(names_itself);
    endpoints_clear(&provider->endpoints);
    provider->endpoints = found;
    provider->known_us = app_now().mono_us;
    provider->stale = false;
    return true;
}

static void
on_document(JsonObject *json, const GError *error, gpointer data)
{
    g_autofree Look *look = (Look *)data;
    OidcProvider *provider = look->provider;

    g_clear_error(&provider->failed);
    if (json != NULL && read_document(provider, json)) {
        look->done(NULL, look->user_data);
        return;
    }
    provider->failed = g_error_new(
        GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "the login provider cannot be used: %s",
        error != NULL ? error->message : "its document is not of this issuer, or not whole");
    provider->failed_us = app_now().mono_us;
    look->done(provider->failed, look->user_data);
}

void
oidc_provider_know(OidcProvider *provider, int64_t age_us, OidcKnown done, gpointer user_data)
{
    const MonoUs now_us = app_now().mono_us;
    const char *issuer = provider->options->issuer;
    const bool slash = g_str_has_suffix(issuer, "/");
    g_autofree char *url = g_strconcat(issuer, slash ? &DOCUMENT[1] : DOCUMENT, NULL);
    Look *look = NULL;

    if (provider->broken != NULL) {
        done(provider->broken, user_data);
        return;
    }
    if (provider->endpoints.authorization != NULL && !provider->stale &&
        now_us - provider->known_us < age_us) {
        done(NULL, user_data);
        return;
    }
    if (provider->failed != NULL && now_us - provider->failed_us < OIDC_FAILED_US) {
        done(provider->failed, user_data);
        return;
    }
    look = g_new0(Look, 1);
    *look = (Look){provider, done, user_data};
    oidc_web_fetch(provider->web, soup_message_new(SOUP_METHOD_GET, url), on_document, look);
}

/* Returns: (transfer full): @table as a form or a query has it */
static char *
form(const char *const (*fields)[2], size_t n)
{
    GString *out = g_string_new(NULL);

    for (size_t i = 0; i < n; i++) {
        if (fields[i][1] == NULL)
            continue;
        g_string_append_printf(out, "%s%s=", out->len > 0 ? "&" : "", fields[i][0]);
        g_string_append_uri_escaped(out, fields[i][1], NULL, FALSE);
    }
    return g_string_free(out, FALSE);
}

char *
oidc_provider_login_url(const OidcProvider *provider, const OidcFlowStart *start, bool again)
{
    const char *endpoint = provider->endpoints.authorization;
    g_autofree char *scope = g_strdup_printf("openid %s", provider->options->scopes);
    const char *const fields[][2] = {
        {"response_type", "code"},
        {"client_id", provider->options->client},
        {"redirect_uri", provider->redirect_uri},
        {"scope", g_strstrip(scope)},
        {"state", start->state},
        {"nonce", start->nonce},
        {"code_challenge", start->challenge},
        {"code_challenge_method", "S256"},
        {"prompt", again ? "login" : NULL},
    };
    g_autofree char *query = form(fields, G_N_ELEMENTS(fields));

    return g_strconcat(endpoint, strchr(endpoint, '?') != NULL ? "&" : "?", query, NULL);
}

bool
oidc_provider_is_issuer(const OidcProvider *provider, const char *issuer)
{
    return issuer != NULL ? g_str_equal(issuer, provider->options->issuer)
                          : !provider->endpoints.names_itself;
}

static void
trip_end(Trip *trip, const GError *error)
{
    trip->done(error == NULL ? trip->claims : NULL, error, trip->user_data);
    oidc_flow_clear(&trip->flow);
    g_free(trip->code);
    g_free(trip->id_token);
    g_free(trip->access_token);
    g_clear_pointer(&trip->claims, json_object_unref);
    g_free(trip);
}

static void
trip_fail(Trip *trip, int code, const char *why)
{
    g_autoptr(GError) error = g_error_new_literal(GANTRY_ERROR, code, why);

    trip_end(trip, error);
}

/* What the provider tells of somebody beside the ID token, whose own claims stay. */
static void
on_userinfo(JsonObject *json, const GError *error, gpointer data)
{
    Trip *trip = (Trip *)data;
    g_autoptr(GList) names = NULL;

    if (json == NULL) {
        trip_end(trip, error);
        return;
    }
    if (g_strcmp0(id_token_text(json, "sub"), id_token_text(trip->claims, "sub")) != 0) {
        trip_fail(trip, GANTRY_ERROR_DENIED, "the provider tells of somebody else");
        return;
    }
    names = json_object_get_members(json);
    for (GList *name = names; name != NULL; name = name->next) {
        const char *member = (const char *)name->data;

        if (!json_object_has_member(trip->claims, member))
            json_object_set_member(trip->claims, member,
                                   json_node_copy(json_object_get_member(json, member)));
    }
    trip_end(trip, NULL);
}

static bool
lacks(JsonObject *claims, const char *name)
{
    g_auto(GStrv) words = *name != '\0' ? id_token_words(claims, name) : NULL;

    return *name != '\0' && words == NULL;
}

/* Many providers keep groups out of the ID token: they are asked for with the access token. */
static void
complete_claims(Trip *trip)
{
    const OidcProvider *provider = trip->provider;
    const OidcOptions *options = provider->options;
    g_autofree char *bearer = g_strconcat("Bearer ", trip->access_token, NULL);
    SoupMessage *message = NULL;

    if (provider->endpoints.userinfo == NULL || trip->access_token == NULL ||
        !(lacks(trip->claims, options->role_claim) || lacks(trip->claims, options->group_claim) ||
          lacks(trip->claims, options->name_claim))) {
        trip_end(trip, NULL);
        return;
    }
    message = soup_message_new(SOUP_METHOD_GET, provider->endpoints.userinfo);
    soup_message_headers_replace(soup_message_get_request_headers(message), "Authorization",
                                 bearer);
    oidc_web_fetch(provider->web, message, on_userinfo, trip);
}

static void check_token(Trip *trip);

static void
on_keys(JsonObject *json, const GError *error, gpointer data)
{
    Trip *trip = (Trip *)data;
    OidcProvider *provider = trip->provider;

    if (json == NULL) {
        trip_end(trip, error);
        return;
    }
    g_clear_pointer(&provider->keys, json_object_unref);
    provider->keys = json_object_ref(json);
    provider->keys_us = app_now().mono_us;
    check_token(trip);
}

static void
fetch_keys(Trip *trip)
{
    oidc_web_fetch(trip->provider->web,
                   soup_message_new(SOUP_METHOD_GET, trip->provider->endpoints.keys), on_keys,
                   trip);
}

/* Keys change: one that is not listed is looked for once more, but not each time somebody asks. */
static void
check_token(Trip *trip)
{
    OidcProvider *provider = trip->provider;
    const ViewTime now = app_now();
    const IdTokenWanted wanted = {.issuer = provider->options->issuer,
                                  .client = provider->options->client,
                                  .nonce = trip->flow.nonce,
                                  .now_us = now.wall_us};
    g_autoptr(GError) error = NULL;

    if (provider->keys == NULL || now.mono_us - provider->keys_us > OIDC_KEEP_US) {
        fetch_keys(trip);
        return;
    }
    trip->claims = id_token_verify(trip->id_token, provider->keys, &wanted, &error);
    if (trip->claims != NULL) {
        complete_claims(trip);
    } else if (g_error_matches(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND) &&
               now.mono_us - provider->keys_us > OIDC_KEYS_US) {
        fetch_keys(trip);
    } else {
        trip_fail(trip, GANTRY_ERROR_DENIED, error->message);
    }
}

static void
on_token(JsonObject *json, const GError *error, gpointer data)
{
    Trip *trip = (Trip *)data;

    if (json == NULL) {
        trip_end(trip, error);
        return;
    }
    trip->id_token = g_strdup(id_token_text(json, "id_token"));
    trip->access_token = g_strdup(id_token_text(json, "access_token"));
    if (trip->id_token == NULL)
        trip_fail(trip, GANTRY_ERROR_DENIED, "the provider gives no ID token");
    else
        check_token(trip);
}

/* RFC 6749, 2.3.1: both parts as in a form, then base64. */
static void
add_secret(const OidcProvider *provider, SoupMessage *message)
{
    g_autofree char *client = g_uri_escape_string(provider->options->client, NULL, FALSE);
    g_autofree char *secret = g_uri_escape_string(provider->secret, NULL, FALSE);
    g_autofree char *both = g_strdup_printf("%s:%s", client, secret);
    g_autofree char *text = g_base64_encode((const guchar *)both, strlen(both));
    g_autofree char *header = g_strconcat("Basic ", text, NULL);

    soup_message_headers_replace(soup_message_get_request_headers(message), "Authorization",
                                 header);
}

static void
on_known(const GError *error, gpointer data)
{
    Trip *trip = (Trip *)data;
    const OidcProvider *provider = trip->provider;
    const bool has_secret = provider->secret != NULL;
    const bool posts = has_secret && provider->endpoints.post_secret;
    const char *const fields[][2] = {
        {"grant_type", "authorization_code"},
        {"code", trip->code},
        {"redirect_uri", provider->redirect_uri},
        {"code_verifier", trip->flow.verifier},
        {"client_id", posts || !has_secret ? provider->options->client : NULL},
        {"client_secret", posts ? provider->secret : NULL},
    };
    SoupMessage *message = NULL;
    g_autoptr(GBytes) body = NULL;

    if (error != NULL) {
        trip_end(trip, error);
        return;
    }
    char *text = form(fields, G_N_ELEMENTS(fields));

    body = g_bytes_new_take(text, strlen(text));
    message = soup_message_new(SOUP_METHOD_POST, provider->endpoints.token);
    soup_message_set_request_body_from_bytes(message, "application/x-www-form-urlencoded", body);
    if (has_secret && !posts)
        add_secret(provider, message);
    oidc_web_fetch(provider->web, message, on_token, trip);
}

void
oidc_provider_redeem(
    OidcProvider *provider, const char *code, OidcFlow *flow, OidcRedeemed done, gpointer user_data)
{
    Trip *trip = g_new0(Trip, 1);

    *trip = (Trip){.provider = provider,
                   .code = g_strdup(code),
                   .flow = *flow,
                   .done = done,
                   .user_data = user_data};
    *flow = (OidcFlow){0};
    oidc_provider_know(provider, OIDC_KEEP_US, on_known, trip);
}

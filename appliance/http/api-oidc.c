/* Logging in through an OpenID provider: away with a state, back with a code.
 *
 * The way back leads to "/" and nowhere else, whatever the address says. The cookie that ties a
 * login to its browser is SameSite=Lax: it has to come along when the provider sends the browser
 * back; the session's own cookie stays strict. */
#include <string.h>

#include "appliance/http/access.h"
#include "appliance/http/api.h"
#include "appliance/http/id-token.h"
#include "appliance/http/json-writer.h"
#include "appliance/http/login.h"
#include "appliance/http/oidc-account.h"
#include "appliance/http/oidc-provider.h"
#include "appliance/http/view-login.h"
#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

#define COOKIE        "gantry_oidc"
#define COOKIE_SECURE "__Host-gantry_oidc"
#define AWAY          "The provider cannot be asked now. Accounts of this box can log in as always."

/* A login whose account is being made or changed. */
typedef struct {
    HttpRequest *request; /* owned */
    char *user;
} Entry;

static void
entry_free(Entry *entry)
{
    http_request_unref(entry->request);
    g_free(entry->user);
    g_free(entry);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Entry, entry_free)

static void
reply_page(HttpRequest *request, unsigned status, const char *title, const char *sentence)
{
    g_autoptr(GString) html = g_string_new(NULL);
    g_autofree char *policy = view_login_policy();
    g_autoptr(GBytes) body = NULL;

    view_login_page(html, title, sentence);
    body = g_bytes_new(html->str, html->len);
    http_request_set_header(request, "Content-Security-Policy", policy);
    http_request_reply(request, status, "text/html; charset=utf-8", body);
}

/* The page, and the audit. @user: "unknown" if nobody can say */
static void
refuse(HttpRequest *request, unsigned status, const char *user, const char *why)
{
    g_autofree char *note = g_strdup_printf("by the provider: %s", why);
    g_autofree char *sentence = g_strdup_printf("%s.", why);

    if (sentence[0] != '\0')
        sentence[0] = g_ascii_toupper(sentence[0]);
    api_audit_note(request, user, "login-refused", note);
    reply_page(request, status, "Not logged in", sentence);
}

/* 404 for a box without a provider. */
static OidcProvider *
provider_of(HttpRequest *request)
{
    OidcProvider *provider = request->app->oidc;

    if (provider == NULL)
        http_request_problem(request, 404, "not-found",
                             "This box has no login provider; [oidc] of its settings names one.");
    return provider;
}

static void
set_cookie(HttpRequest *request, const char *value)
{
    g_autofree char *cookie = g_strdup_printf("%s=%s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%u%s",
                                              request->secure ? COOKIE_SECURE : COOKIE, value,
                                              OIDC_FLOW_S, request->secure ? "; Secure" : "");

    http_request_set_header(request, "Set-Cookie", cookie);
}

/* Somebody at the button. */
typedef struct {
    HttpRequest *request; /* owned */
    bool again;           /* whoever was here before has logged out */
} Begin;

static void
begin_free(Begin *begin)
{
    http_request_unref(begin->request);
    g_free(begin);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Begin, begin_free)

static void
on_known(const GError *error, gpointer data)
{
    g_autoptr(Begin) begin = (Begin *)data;
    HttpRequest *request = begin->request;
    g_auto(OidcFlowStart) start = {0};
    g_autofree char *url = NULL;
    g_autoptr(GString) json = g_string_new(NULL);

    if (error != NULL) {
        http_request_set_header(request, "Retry-After", "5");
        http_request_problem(request, 503, "unavailable", AWAY);
        return;
    }
    if (request->gone)
        return;
    if (!oidc_flows_begin(request->app->flows, request->address, app_now().mono_us, &start)) {
        http_request_set_header(request, "Retry-After", "60");
        http_request_problem(request, 429, "too-many-attempts",
                             "Too many logins from here are on their way; finish one of them.");
        return;
    }
    url = oidc_provider_login_url(request->app->oidc, &start, begin->again);
    set_cookie(request, start.cookie);
    json_begin_object(json, NULL);
    json_string(json, "url", url);
    json_end_object(json);
    http_request_reply_json(request, 200, json);
}

void
api_oidc_begin(HttpRequest *request)
{
    OidcProvider *provider = provider_of(request);
    g_autoptr(JsonNode) root = provider != NULL ? http_request_json(request) : NULL;
    Begin *begin = NULL;
    bool again = false;

    if (root == NULL || login_must_wait(request))
        return;
    if (!http_json_flag(json_node_get_object(root), "again", &again)) {
        http_request_problem(request, 400, "invalid", "\"again\" is true or false.");
        return;
    }
    begin = g_new0(Begin, 1);
    *begin = (Begin){http_request_ref(request), again};
    http_request_defer(request);
    /* A browser is not sent to a provider that is away. */
    oidc_provider_know(provider, OIDC_FRESH_US, on_known, begin);
}

static void
enter(HttpRequest *request, const char *user, uint64_t revision)
{
    const SessionStart start = {.user = user, .epoch = revision, .via = "oidc"};

    if (request->gone)
        return;
    login_forgive(request, user);
    login_begin_session(request, &start);
    http_request_set_header(request, "Location", "/");
    http_request_reply(request, 303, NULL, NULL);
    api_audit_note(request, user, "login", "by the provider");
}

static void
on_account_set(const CommandResult *result, gpointer data)
{
    g_autoptr(Entry) entry = (Entry *)data;
    guint64 revision = 0;

    if (result->error != NULL ||
        !g_ascii_string_to_unsigned(result->text != NULL ? result->text : "", 10, 0, G_MAXINT64,
                                    &revision, NULL))
        refuse(entry->request, 409, entry->user,
               result->error != NULL ? result->error->message : "the account was not made");
    else
        enter(entry->request, entry->user, revision);
}

static void
set_account(HttpRequest *request, const Account *account)
{
    const CommandPort *commands = request->app->ports.commands;
    Command *command = http_request_command(request, COMMAND_ACCOUNT_SET, account->name);
    Entry *entry = g_new0(Entry, 1);

    g_free(command->actor);
    command->actor = g_strdup("oidc");
    command_set_account(command, account);
    command->expected = account->revision;
    *entry = (Entry){http_request_ref(request), g_strdup(account->name)};
    commands->submit(commands->self, command, on_account_set, entry);
}

/* Who has lost every role there goes on here no longer. */
static void
end_sessions(HttpApp *app, const char *user)
{
    g_autoptr(GPtrArray) sessions = session_table_list(app->sessions);

    for (guint i = 0; i < sessions->len; i++) {
        const Session *session = (const Session *)sessions->pdata[i];

        if (!g_str_equal(session->user, user))
            continue;
        live_drop_session(app->live, session->key_hash);
        session_table_end(app->sessions, session->key_hash);
    }
}

static void
on_redeemed(JsonObject *claims, const GError *error, gpointer data)
{
    g_autoptr(HttpRequest) request = (HttpRequest *)data;
    const OidcOptions *options = oidc_provider_options(request->app->oidc);
    g_autoptr(AccountBook) book = board_get_accounts(request->app->board);
    g_autoptr(GError) denied = NULL;
    g_auto(Account) account = {0};
    const Account *known = claims != NULL ? oidc_account_find(book, options, claims) : NULL;
    const char *user = known != NULL ? known->name : "unknown";
    bool changed = false;

    if (claims == NULL && !g_error_matches(error, GANTRY_ERROR, GANTRY_ERROR_DENIED)) {
        login_uncount(request, "");
        api_audit_note(request, user, "login-refused", error->message);
        reply_page(request, 503, "The provider is away", AWAY);
    } else if (claims == NULL) {
        refuse(request, 403, user, error->message);
    } else if (!oidc_account_of(book, options, claims, &account, &changed, &denied)) {
        if (known != NULL)
            end_sessions(request->app, known->name);
        refuse(request, 403, user, denied->message);
    } else if (changed) {
        set_account(request, &account);
    } else {
        enter(request, account.name, account.revision);
    }
}

/* Answers itself, and returns false, unless the answer of the provider belongs to a login of this
 * browser. */
static bool
take_flow(HttpRequest *request, OidcProvider *provider, OidcFlow *ret_flow)
{
    g_autofree char *cookie = access_cookie(request, request->secure ? COOKIE_SECURE : COOKIE);
    const char *code = http_request_query(request, "code");
    const char *error = http_request_query(request, "error");
    g_autofree char *word = text_clean(error, 64);
    g_autofree char *why = g_strdup_printf("the provider says \"%s\"", word);

    if (!oidc_flows_take(request->app->flows, http_request_query(request, "state"), cookie,
                         app_now().mono_us, ret_flow)) {
        refuse(request, 400, "unknown",
               "this login did not begin in this browser, was used already, or is too old: begin "
               "again");
        return false;
    }
    if (oidc_provider_is_issuer(provider, http_request_query(request, "iss")) && code != NULL &&
        error == NULL)
        return true;
    refuse(request, error != NULL ? 403 : 400, "unknown",
           error != NULL ? why : "the answer is not the provider's");
    return false;
}

void
api_oidc_callback(HttpRequest *request)
{
    OidcProvider *provider = provider_of(request);
    g_auto(OidcFlow) flow = {0};
    g_autofree char *seconds = NULL;
    unsigned wait_s = 0;

    if (provider == NULL)
        return;
    wait_s = login_try(request, "");
    if (wait_s > 0) {
        seconds = g_strdup_printf("%u", wait_s);
        http_request_set_header(request, "Retry-After", seconds);
        reply_page(request, 429, "Too many attempts", "Wait a minute, then try again.");
        return;
    }
    if (!take_flow(request, provider, &flow))
        return;
    http_request_defer(request);
    oidc_provider_redeem(provider, http_request_query(request, "code"), &flow, on_redeemed,
                         http_request_ref(request));
}

static void
on_looked(const GError *error, gpointer data)
{
    g_autoptr(HttpRequest) request = (HttpRequest *)data;
    const OidcProvider *provider = request->app->oidc;
    const OidcOptions *options = oidc_provider_options(provider);
    g_autoptr(GString) json = g_string_new(NULL);

    json_begin_object(json, NULL);
    json_string(json, "name", options->name);
    json_string(json, "issuer", options->issuer);
    json_string(json, "client", options->client);
    json_string(json, "redirect_uri", oidc_provider_redirect_uri(provider));
    json_string(json, "state", error == NULL ? "ok" : "failing");
    json_string(json, "detail", error != NULL ? error->message : NULL);
    json_string(json, "roles", options->roles);
    json_string(json, "groups", options->groups);
    json_end_object(json);
    http_request_reply_json(request, 200, json);
}

void
api_oidc_show(HttpRequest *request)
{
    OidcProvider *provider = provider_of(request);

    if (provider == NULL)
        return;
    oidc_provider_doubt(provider);
    http_request_defer(request);
    oidc_provider_know(provider, OIDC_FRESH_US, on_looked, http_request_ref(request));
}

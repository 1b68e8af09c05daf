/* The status page behind a token of its own: its address is the secret, and shows its scope alone.
 */
#include "appliance/http/access.h"
#include "appliance/http/api.h"
#include "appliance/http/view-link.h"
#include "appliance/http/view-status.h"

static void
reply_html(HttpRequest *request, unsigned status, GString *html, char *policy)
{
    g_autofree char *owned = policy;
    g_autoptr(GBytes) body = g_bytes_new(html->str, html->len);

    http_request_set_header(request, "Content-Security-Policy", owned);
    http_request_reply(request, status, "text/html; charset=utf-8", body);
}

static void
reply_sentence(HttpRequest *request, unsigned status, const char *title, const char *sentence)
{
    g_autoptr(GString) html = g_string_new(NULL);

    view_link_sentence(html, title, sentence);
    reply_html(request, status, html, view_link_policy());
}

/* Wrong ones cost the asking address, as wrong passwords do; a good one never waits. */
static void
refuse(HttpRequest *request)
{
    g_autofree char *address = g_strdup_printf("status:%s", request->address);
    const MonoUs now_us = app_now().mono_us;
    const unsigned wait_s = throttle_wait_s(request->app->throttle, address, now_us);
    g_autofree char *seconds = g_strdup_printf("%u", wait_s);

    if (wait_s > 0) {
        http_request_set_header(request, "Retry-After", seconds);
        reply_sentence(request, 429, "Too many requests", "Wait a minute, then try again.");
        return;
    }
    throttle_count(request->app->throttle, address, THROTTLE_GROWING, now_us);
    reply_sentence(request, 404, "Not found", "There is nothing here.");
}

void
api_status_page(HttpRequest *request)
{
    g_autoptr(AccountBook) book = board_get_accounts(request->app->board);
    g_autofree char *hash = access_token_hash(request->params[0]);
    const ApiToken *token = account_book_find_token_hash(book, hash);
    g_autoptr(GString) html = g_string_new(NULL);
    const ViewTime now = app_now();

    if (token == NULL || (token->rights & TOKEN_STATUS) == 0 ||
        !api_token_is_good(token, now.wall_us)) {
        refuse(request);
        return;
    }
    g_autoptr(Snapshot) whole = board_get_snapshot(request->app->board);
    g_autoptr(Snapshot) snapshot = snapshot_narrow(whole, &token->scope);

    app_note_token(request->app, token->id, now.wall_us);
    view_status_page(html, snapshot, *token->name != '\0' ? token->name : token->id, &now);
    reply_html(request, 200, html, view_status_policy());
}

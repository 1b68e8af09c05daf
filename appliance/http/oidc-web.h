/* Requests to an OpenID provider: JSON comes back, within OIDC_FETCH_S and OIDC_ANSWER_MAX, from an
 * address that may be connected to; no redirects, no proxy, no cookies. Asynchronous, on the HTTP
 * thread's context. The site names the provider in its settings, so it may be at a private address;
 * link-local ones and those of metadata services it may not be at, whatever its name resolves to.
 */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>
#include <stdbool.h>

#define OIDC_FETCH_S     6u /* four in a row are less than CONNECTION_RESPONSE_S */
#define OIDC_ANSWER_MAX  (256u << 10)
#define OIDC_FETCHES_MAX 16u /* at once */

typedef struct OidcWeb OidcWeb;

/* @json: (transfer none) (nullable): what was answered with 200; NULL with @error:
 * %GANTRY_ERROR_DENIED if the provider refused (4xx), %GANTRY_ERROR_UNAVAILABLE otherwise */
typedef void (*OidcFetched)(JsonObject *json, const GError *error, gpointer user_data);

/* @ca_file: PEM; "" for the system's roots. @on_loopback: plain HTTP is spoken, with this machine
 * alone. */
OidcWeb *oidc_web_new(const char *ca_file, bool on_loopback);

/* Ends what is on its way: each is told that it failed. @web: (nullable) */
void oidc_web_free(OidcWeb *web);

/* Whether @url is one that may be asked: https://, or http:// on loopback. */
bool oidc_web_may_ask(const OidcWeb *web, const char *url);

/* @message: (transfer full). @done is called once, never before this returns. */
void oidc_web_fetch(OidcWeb *web, SoupMessage *message, OidcFetched done, gpointer user_data);

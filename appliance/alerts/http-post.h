/* One POST to an untrusted place: bounded in time and size, no redirects, no proxy, no address that
 * the guard forbids. libcurl does the work; the caller drives its multi handle. */
#pragma once

#include <curl/curl.h>
#include <glib.h>
#include <stdbool.h>

#include "appliance/events/delivery.h"

#define HTTP_POST_CONNECT_MS       3000L
#define HTTP_POST_TOTAL_MS         10000L
#define HTTP_POST_MAX_HEADER_BYTES 16384u

typedef struct {
    const char *url;
    const char *ca_file; /* (nullable) */
    bool allow_private;
    const char *body;
    const char *id;     /* of the event: header webhook-id */
    gint64 timestamp_s; /* header webhook-timestamp */
    GPtrArray *keys;    /* (element-type GBytes): each signs; none to send unsigned */
} HttpPostRequest;

typedef struct {
    int status;        /* HTTP status; 0 for none */
    char *text;        /* begin of the answer, or why there was none; clean UTF-8 */
    char *retry_after; /* (nullable): header */
} HttpPostAnswer;

typedef struct HttpPost HttpPost;

/* Whether @url may be a receiver's: http or https, with a host and without a password in it. */
bool http_post_url_is_valid(const char *url);

/* Copies everything. @owner: returned by http_post_owner(). Returns: (transfer full) (nullable) */
HttpPost *http_post_new(const HttpPostRequest *request, gpointer owner);
void http_post_free(HttpPost *post); /* (nullable); off its multi handle */

CURL *http_post_handle(HttpPost *post);
HttpPost *http_post_of(CURL *handle);
gpointer http_post_owner(HttpPost *post);

/* What came of it. Free with http_post_answer_clear(). */
void http_post_finish(HttpPost *post, CURLcode code, HttpPostAnswer *ret_answer);
void http_post_answer_clear(HttpPostAnswer *answer);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(HttpPostAnswer, http_post_answer_clear)

/* One request to an untrusted place: bounded in time and size, no redirects, no proxy, no address
 * that the guard forbids, pinned: what is checked is what is connected to. libcurl does the work,
 * for HTTP, mail and syslog alike; the caller drives its multi handle. */
#pragma once

#include <curl/curl.h>
#include <glib.h>
#include <stdbool.h>

#include "appliance/alerts/payload.h"
#include "appliance/events/address-guard.h"
#include "appliance/events/delivery.h"

#define TRANSFER_CONNECT_MS       3000L
#define TRANSFER_TOTAL_MS         10000L
#define TRANSFER_MAX_HEADER_BYTES 16384u

typedef struct {
    const char *ca_file; /* (nullable), "" too: the system's roots */
    AddressLeave leave;  /* its networks outlive the transfer */
} TransferRules;

typedef struct {
    int status;        /* of HTTP or SMTP; 0 for none */
    bool sent;         /* everything went out, to a receiver that does not answer */
    char *text;        /* begin of the answer, or why there was none; clean UTF-8 */
    char *retry_after; /* (nullable): header */
} TransferAnswer;

typedef struct Transfer Transfer;

/* Whether @url may be a receiver's: http or https, smtp, smtps, tls, tcp or udp, with a host and
 * without a password in it. */
bool transfer_url_is_valid(const char *url);

/* Takes what @request holds, leaves it empty. @owner: returned by transfer_owner().
 * Returns: (transfer full) (nullable) */
Transfer *transfer_new(PayloadRequest *request, const TransferRules *rules, gpointer owner);
void transfer_free(Transfer *transfer); /* (nullable); off its multi handle */

CURL *transfer_handle(Transfer *transfer);
Transfer *transfer_of(CURL *handle);
gpointer transfer_owner(Transfer *transfer);

/* What came of it; still on its multi handle. Free with transfer_answer_clear(). */
void transfer_finish(Transfer *transfer, CURLcode code, TransferAnswer *ret_answer);
void transfer_answer_clear(TransferAnswer *answer);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TransferAnswer, transfer_answer_clear)

/* Messages as the requests that each kind of receiver wants, and what its answers mean. Pure: every
 * attempt at one message makes the same request, but for signatures and times of sending. */
#pragma once

#include <stdbool.h>

#include "appliance/alerts/notice.h"
#include "appliance/alerts/retry-schedule.h"

#define PAYLOAD_MAX_SECRET 4096u /* bytes of a secret file */

/* Where it goes. Strings are (transfer none), never %NULL. */
typedef struct {
    const char *url;    /* "" for the kind's own */
    const char *secret; /* what the secret file holds, without white space at its ends */
    const char *to;
    const char *from;
    const char *user;
    const char *host;     /* name of this machine, or its monitor id */
    WallUs now_us;        /* of this attempt */
    unsigned heartbeat_s; /* interval; 0: none */
} PayloadPlace;

/* How it travels. */
typedef enum { CARRY_HTTP, CARRY_MAIL, CARRY_STREAM, CARRY_DATAGRAM } PayloadCarrier;

/* Free with payload_request_clear(). */
typedef struct {
    PayloadCarrier carrier;
    const char *method; /* of HTTP: "POST" */
    char *url;          /* for CARRY_STREAM and CARRY_DATAGRAM: http or https, host and port */
    GPtrArray *headers; /* (element-type utf8): "Name: value", of HTTP */
    GBytes *body;
    GStrv to;       /* of a mail: recipients */
    char *from;     /* of a mail */
    char *user;     /* of a mail server, "" for none */
    char *password; /* of a mail server, "" for none */
    bool tls;       /* of a mail: must begin TLS on the open connection */
} PayloadRequest;

/* Renders @message for @place. @request: all zeroes before. Returns: false with
 * %GANTRY_ERROR_INVALID: secret or settings cannot be used */
bool payload_render(ReceiverKind kind,
                    const Notice *notice,
                    const PayloadPlace *place,
                    PayloadRequest *ret_request,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void payload_request_clear(PayloadRequest *request);

/* Whether receivers of @kind are told of such an event at all. */
bool payload_tells(ReceiverKind kind, EventKind event_kind);

/* What came back. */
typedef struct {
    int status;              /* of HTTP or SMTP; 0 for none */
    bool sent;               /* all of it went out, on a carrier that has no answers */
    const char *text;        /* begin of the answer, clean UTF-8 */
    const char *retry_after; /* (nullable): header */
} PayloadAnswer;

typedef struct {
    RetryClass class;
    int retry_after_s; /* negative for none */
    const char *why;   /* (nullable): static text, for an answer that is none */
} PayloadVerdict;

PayloadVerdict
payload_judge(ReceiverKind kind, const Notice *notice, const PayloadAnswer *answer, WallUs now_us);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PayloadRequest, payload_request_clear)

/* One place that alarms are sent to. The secret itself is never in memory here, only its file. */
#pragma once

#include <glib.h>
#include <json-glib/json-glib.h>
#include <stdbool.h>

#include "appliance/model/notify-policy.h"
#include "appliance/model/receiver-kind.h"
#include "pipelines/contract/catalogue.h"

#define RECEIVER_MAX_COUNT    64u
#define RECEIVER_MAX_NETWORKS 64u
#define RECEIVER_MAX_TEXT     2000u /* bytes of any one field */
#define RECEIVER_HEARTBEAT_S  60u   /* shortest interval */

/* Strings are never %NULL in one that was read or copied. */
typedef struct {
    char *id;             /* slug */
    char *kind;           /* name of a ReceiverKind */
    char *url;            /* address; "" for the kind's own, or for the one in the secret file */
    char *secret_file;    /* file with the secret, "" for none */
    bool allow_private;   /* may be at any loopback or private address */
    char *allow_networks; /* or at those within these networks, commas between; "" for none */
    char *ca_file;        /* trusted roots, PEM; "" for the system's */
    char *to;             /* chat, or recipients with commas between; "" for kinds without */
    char *from;           /* sender of mails, "" for gantry@ this host */
    char *user;           /* of the mail server, "" for none */
    char *title;          /* template; "" for the kind's own */
    char *text;           /* template; "" for the kind's own */
    unsigned heartbeat_s; /* a message each so often, so that silence is noticed; 0: none */
    unsigned per_minute;  /* messages at most; 0: the kind's own */
    bool paused;          /* nothing is sent, everything waits */
    bool from_settings;   /* stands in a settings file, which says what it is at every start */
    NotifyPolicy policy;  /* what it is told */
} Receiver;

void receiver_clear(Receiver *receiver); /* frees what it owns, leaves all zeroes */
void receiver_copy(const Receiver *from, Receiver *ret_to);
bool receiver_equal(const Receiver *a, const Receiver *b);

/* Whether @text is a list of networks in CIDR notation with commas between, or "". */
bool receiver_networks_check(const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether a receiver can be what @receiver says: kind and address fit, templates can be read, what
 * the kind needs is there. %GANTRY_ERROR_INVALID says what to write instead. */
bool receiver_check(const Receiver *receiver, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads members over what @receiver holds: those that are missing stay as they are. Everything is
 * checked. Members as receiver_add_json() writes them. */
bool receiver_read_json(JsonObject *object,
                        Receiver *receiver,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The members of @receiver, within an object. @public: as the API shows it: without paths of
 * files, and without an address that is a secret. */
void receiver_add_json(JsonBuilder *builder, const Receiver *receiver, bool is_public);

/* As the API shows it: one JSON object. Returns: (transfer full) */
char *receiver_to_public_json(const Receiver *receiver);

/* Who is changed. */
typedef struct {
    const char *id;
    const char *secret_path; /* where its secret is or will be */
    const Receiver *old;     /* (nullable): what is not named stays as it was */
} ReceiverChange;

/**
 * receiver_from_public_json:
 * @text: an object as somebody sends it to the API; its member "secret" is the secret itself
 * @ret_secret: (out) (transfer full) (nullable): a new secret, to be written to
 *   @change->secret_path before the receiver is used
 *
 * Paths of files are nobody's business who is not on the box: they are refused.
 */
bool receiver_from_public_json(const char *text,
                               const ReceiverChange *change,
                               Receiver *ret_receiver,
                               char **ret_secret,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Receiver, receiver_clear)

/* Receivers of every kind over a real event log, and fakes that are as strict as the real ones:
 * mail goes to a real server. Needs python3-aiosmtpd. */
#pragma once

#include <json-glib/json-glib.h>

#include "appliance/alerts/alerts.h"

#define RECEIVER_RIG_WAIT_US PATIENCE_US
#define RECEIVER_SETUPS      12u

typedef struct {
    char *folder;
    char *certificate; /* path of the fakes' own */
    GSubprocess *fakes;
    JsonNode *ports; /* object of the fakes' ports by name; %NULL: the fakes are not installed */
    GantryEventLog *log;
    GantryAlerts *alerts;
} ReceiverRig;

/* One kind as it is set up here. */
typedef struct {
    const char *id;
    ReceiverKind kind;
    const char *scheme;
    const char *port; /* name of it */
    const char *path;
    const char *secret;
    const char *to;
    const char *logged; /* kind in the log of the fakes */
} ReceiverSetup;

extern const ReceiverSetup receiver_setups[RECEIVER_SETUPS];

/* For g_test_add(). */
void receiver_rig_set_up(ReceiverRig *rig, gconstpointer unused);
void receiver_rig_tear_down(ReceiverRig *rig, gconstpointer unused);

/* A receiver as @setup says; @policy: (nullable). Returns: (transfer full) */
GantryReceiver *
receiver_rig_add(ReceiverRig *rig, const ReceiverSetup *setup, const NotifyPolicy *policy);
void receiver_rig_drop(GantryReceiver *receiver); /* (transfer full) */

/* What the fakes took of @kind. Returns: (transfer full) (element-type JsonNode) */
GPtrArray *receiver_rig_taken(ReceiverRig *rig, const char *kind);

/* Whether the fakes took so many of a kind: for wait_until(). @user_data: a ReceiverWanted */
typedef struct {
    ReceiverRig *rig;
    const char *kind;
    guint count;
} ReceiverWanted;
bool receiver_rig_has_taken(gpointer user_data);

/* Waits RECEIVER_RIG_WAIT_US at most; the test fails then. */
void receiver_rig_wait_taken(ReceiverRig *rig, const char *kind, guint count);

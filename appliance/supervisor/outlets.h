/* Everything downstream of the journal but the dashboard: MySQL, Redis, the thumbnail archive, the
 * receivers. Each has a thread and a cursor of its own; nothing here ever waits for one of them. */
#pragma once

#include "appliance/alerts/receiver.h"
#include "appliance/config/inventory.h"
#include "appliance/config/settings.h"
#include "appliance/events/event-log.h"
#include "appliance/events/history-reader.h"
#include "appliance/events/picture-history.h"
#include "appliance/events/report-reader.h"
#include "appliance/events/session-store.h"
#include "appliance/model/snapshot.h"
#include "appliance/stores/evidence-store.h"
#include "appliance/stores/history-writer.h"
#include "appliance/supervisor/identity.h"
#include "pipelines/contract/message.h"

typedef struct Outlets Outlets;

/* Starts every store that @settings names. @link_key: signs links in messages.
 * Returns: (transfer full) */
Outlets *outlets_new(GantryEventLog *log,
                     const Settings *settings,
                     const Identity *identity,
                     GBytes *link_key);

/* The self-probe's receiver is at @url: it hears of the box's own channel, and nobody else does. */
void outlets_set_probe_receiver(Outlets *outlets, const char *url);

/* Whose names are told by pseudonyms from now on, by the journal and everybody downstream of it:
 * the databases replace what they hold, undelivered messages are worded anew. */
void outlets_set_erased(Outlets *outlets, ErasedNames *erased);

/* Makes the receivers those of @inventory: new ones are added, vanished ones taken off. A receiver
 * that cannot be used is logged and left out. */
void outlets_set_receivers(Outlets *outlets, const Inventory *inventory);

/* Hands the newest snapshot to the live store; @inventory_changed: also to the history's copy of
 * the channels. */
void outlets_take_snapshot(Outlets *outlets, Snapshot *snapshot, bool inventory_changed);

/* Hands one picture on: to Redis always, to the archive if it is of the larger size. */
void outlets_take_thumbnail(Outlets *outlets, const MessageThumbnail *thumbnail, GBytes *jpeg);

/* Hands one channel's ten seconds to the history. */
void outlets_take_health(Outlets *outlets, const HealthRow *row);

/* The ports that the HTTP server asks; NULL where the store is not configured. (transfer none) */
const HistoryReader *outlets_get_history(Outlets *outlets);
const ReportReader *outlets_get_reports(Outlets *outlets);
const SessionStore *outlets_get_sessions(Outlets *outlets);
const PictureHistory *outlets_get_pictures(Outlets *outlets); /* never NULL */
const EvidenceReader *outlets_get_evidence(Outlets *outlets); /* never NULL */

/* Where evidence of alarms goes. (transfer none) */
EvidenceStore *outlets_get_evidence_store(Outlets *outlets);

/* Called once, on the context of the caller. @text: what the receiver answered, or why not. */
typedef void (*OutletsTested)(bool ok, const char *text, gpointer user_data);

/* Sends a test message to a receiver. */
void
outlets_test_receiver(Outlets *outlets, const char *id, OutletsTested tested, gpointer user_data);

/* Sends the event with journal sequence @seq to a receiver once more. */
void outlets_replay(
    Outlets *outlets, const char *id, uint64_t seq, OutletsTested tested, gpointer user_data);

/* (transfer none) (nullable): a receiver that runs. */
GantryReceiver *outlets_find_receiver(Outlets *outlets, const char *id);

/* State of every outlet, for the system page and for alarms about the box.
 * Returns: (transfer full) (element-type ServiceView): an array whose strings go to the caller */
GArray *outlets_get_services(Outlets *outlets, uint64_t visible_seq);

/* Ends every thread, within about @wait_us altogether, and frees. (nullable) */
void outlets_stop(Outlets *outlets, int64_t wait_us);

/* Gathering of evidence around alarms about picture and sound: it sees pictures and transitions as
 * they come, chooses and samples, and hands finished records to the store. Used on the loop only;
 * waits for nothing. */
#pragma once

#include "appliance/model/alarm-book.h"
#include "appliance/stores/evidence-store.h"
#include "appliance/supervisor/records.h"

#define EVIDENCE_DESK_MAX 512u /* alarms that are gathered at a time; more are counted as lost */

typedef struct EvidenceDesk EvidenceDesk;

/* @records, @store: no-ref, outlive the desk. Returns: (transfer full) */
EvidenceDesk *evidence_desk_new(Records *records, EvidenceStore *store);
void evidence_desk_free(EvidenceDesk *desk); /* what is not finished stays as written; (nullable) */

/* Keeps a picture of @channel for alarms to come. @jpeg: a reference is taken */
void evidence_desk_take_picture(ChannelRecord *channel,
                                const MessageThumbnail *thumbnail,
                                GBytes *jpeg,
                                MonoUs now_us);

/* Takes what became of an alarm; begins with one that is raised. @transition: (transfer none) */
void evidence_desk_take(EvidenceDesk *desk, const AlarmTransition *transition, AlarmNow now);

/* Chooses and finishes what can be by now; called about once a second. */
void evidence_desk_step(EvidenceDesk *desk, MonoUs now_us);

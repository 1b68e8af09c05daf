/* All alarms of all resources: observations in, transitions out.
 *
 * Rules that go beyond a single alarm:
 * - Masks (faults.def): while a fault that explains another stands on the same resource, the other
 *   is not judged: it is not raised, and if it already stood it stays as it is. While the
 *   explaining fault is only pending, the other is merely held back. When the mask is gone, the
 *   other is judged from that instant.
 * - Off air: black, frozen and silent at once are one alarm (alarm-off-air.h).
 * - The monitor: while WORKER_LOST stands on a channel's input, nothing is known about the channel:
 *   its alarms are not judged until the worker has reported them again. While OWN_LOSS stands, the
 *   faults that it can feign (FaultRule.spoiled_by_own_loss) are not judged.
 * - An alarm that was restored from the journal is not judged before it is observed.
 * - A shelf belongs to (resource, fault): while it lasts, every raise of the same is quiet. It
 * always ends: when the alarm clears (one-shot) or when its time is over, and the box says so.
 * - A quiet alarm is judged and told to the journal as any other; receivers hear of it once when it
 *   still stands and nothing keeps it quiet any more (an update), and of its clear if they had
 * heard of it before.
 *
 * A pure plain struct for one thread: ids come from a maker, time is an argument. */
#pragma once

#include <glib.h>

#include "appliance/model/alarm-policy.h"
#include "appliance/model/alarm-profile.h"
#include "appliance/model/snapshot.h"

#define ALARM_BOOK_MAX_CLEARED     2000u                       /* cleared ones that are kept */
#define ALARM_BOOK_KEEP_CLEARED_US (24 * 3600 * US_PER_SECOND) /* and how long */
#define ALARM_BOOK_UPDATE_EVERY_US                                                                 \
    (10 * US_PER_SECOND)          /* shortest time between two updates that                        \
                                     only change cause or reason */
#define ALARM_BOOK_MAX_NOTE 1024u /* bytes of a note */
#define ALARM_BOOK_ACK_MAX_US                                                                      \
    (INT64_C(7) * 24 * 3600 * US_PER_SECOND) /* longest acknowledgement that has an end */

typedef struct AlarmBook AlarmBook;

typedef struct {
    MonoUs us;
    WallUs wall_us; /* the same instant as wall time */
} AlarmNow;

typedef struct {
    const char *resource; /* "channel/ID", "input/ID", "receiver/ID" or "box" */
    FaultId fault;
    bool faulty;
    MonoUs since_us;        /* since when @faulty has been so; 0: since now */
    Severity severity;      /* on this evidence; SEVERITY_CLEARED: what the rule says */
    CauseScope cause_scope; /* CAUSE_MONITOR for the box's own faults */
    unsigned reason;        /* which finding @text words (WireFinding, or 0): a change while raised
                               is an update, a change of the text alone is not */
    double value;           /* what was measured, or 0 */
    const char *text;       /* (nullable): one sentence with the evidence; else faults.def's */
    uint32_t members;       /* of an incident: how many it has gathered; 0: it is none */
} Observation;

typedef enum {
    ALARM_CHANGE_RAISED,
    ALARM_CHANGE_UPDATED,
    ALARM_CHANGE_CLEARED,
    ALARM_CHANGE_ACK,
    ALARM_CHANGE_UNACK,
    ALARM_CHANGE_COMMENT,
    ALARM_CHANGE_SHELVED,
    ALARM_CHANGE_UNSHELVED,
    ALARM_CHANGE_ASSIGNED,
    ALARM_CHANGE_JOINED,
    ALARM_CHANGE_REMINDED,
    ALARM_CHANGE_NOTED,
} AlarmChange;

/* One transition, complete in itself. Owns its strings; none is NULL. */
typedef struct {
    AlarmChange change;
    MonoUs at_us;    /* when it fell due, or was asked for */
    WallUs wall_us;  /* the same instant as wall time */
    MonoUs since_us; /* raised: when the fault began; cleared: when it ended; otherwise 0 */
    char *alarm_id;
    char *incident_id;
    uint32_t alarm_seq; /* from 1 */
    char *resource;
    FaultId fault;
    Severity severity; /* of the alarm; on a clear, what it was */
    CauseScope cause_scope;
    WallUs raised_wall_us;
    WallUs cleared_wall_us; /* 0 while raised */
    OperatorState operator_state;
    double value; /* what was measured; reminded: the number of the reminder, from 1; shelved: 1
                     if it ends when the alarm clears, 0 if only with its time */
    ImpactClass impact;
    AlarmQuiet quiet;
    bool first_out;
    uint32_t members;
    WallUs until_wall_us;
    char *text;
    char *actor; /* "" for the box */
    char *note;  /* "" for nothing */
    char *owner; /* "" for nobody */
} AlarmTransition;

void alarm_transition_free(AlarmTransition *transition); /* (nullable) */

/* Returns: (transfer full): an array that owns its transitions, for the calls below to append to */
GPtrArray *alarm_transitions_new(void);

/**
 * alarm_book_new:
 * @profile: (transfer none): outlives the book; of resources that have none of their own
 * @make_id: returns a new UUID (transfer full)
 */
AlarmBook *alarm_book_new(const AlarmProfile *profile,
                          char *(*make_id)(gpointer user_data),
                          gpointer user_data);
void alarm_book_free(AlarmBook *book); /* (nullable) */

/* Says that channel @resource is carried by @input ("input/ID"), for the monitor rule. */
void alarm_book_set_input(AlarmBook *book, const char *resource, const char *input);

/* Says by which profile the faults of @resource are judged from now on, those that stand included:
 * one that is switched off there clears after its delay. @profile: (nullable) (transfer none): a
 * reference is taken; NULL: the book's. */
void alarm_book_set_profile(AlarmBook *book, const char *resource, AlarmProfile *profile);

/* Says whether channel @resource is still being learned: then only what takes it off the air is
 * told (a fault of impact off air, or picture and sound missing together); the rest is raised quiet
 * (QUIET_COMMISSIONING). What of that still stands when it ends is told then, once. */
void alarm_book_set_commissioning(AlarmBook *book,
                                  const char *resource,
                                  bool commissioning,
                                  AlarmNow now,
                                  GPtrArray *transitions);

/* Notes, as an event without an alarm, what stayed under what makes one. At most one a minute of a
 * fault of a resource and 120 of all; the next one says how many were left out. */
void alarm_book_note(AlarmBook *book,
                     const Observation *observation,
                     AlarmNow now,
                     GPtrArray *transitions);

/* That profile. Never NULL; valid until the next alarm_book_set_profile(). */
const AlarmProfile *alarm_book_get_profile(const AlarmBook *book, const char *resource);

/* Feeds one observation, and whatever its consequences are on the resource and on the channels of
 * an input. Transitions are appended to @transitions in order. */
void alarm_book_observe(AlarmBook *book,
                        const Observation *observation,
                        AlarmNow now,
                        GPtrArray *transitions);

/* Judges every alarm whose deadline has come; drops cleared entries that are too old. */
void alarm_book_step(AlarmBook *book, AlarmNow now, GPtrArray *transitions);

/* When alarm_book_step() must next be called; US_NEVER for never. */
MonoUs alarm_book_deadline_us(AlarmBook *book);

/* Clears every alarm of resources for which @exists returns false, after the inventory changed. */
void alarm_book_retain(AlarmBook *book,
                       bool (*exists)(const char *resource, gpointer user_data),
                       gpointer user_data,
                       AlarmNow now,
                       GPtrArray *transitions);

typedef struct {
    const char *alarm_id;
    const char *actor;
    const char *note;  /* (nullable); cut to ALARM_BOOK_MAX_NOTE */
    const char *owner; /* (nullable): assign: who shall see to it */
    int64_t for_us;    /* ack, shelve: how long from now; 0: until it is taken back, or clears */
} OperatorAct;

/* Whoever was called @from is called @to from now on, where they promised or put aside. */
void alarm_book_rename(AlarmBook *book, const char *from, const char *to);

/* Takes over what the site decided: what is under way counts by it from now on. */
void alarm_book_set_policy(AlarmBook *book, const AlarmPolicy *policy);

/**
 * alarm_book_ack, alarm_book_unack, alarm_book_comment, alarm_book_assign, alarm_book_shelve,
 * alarm_book_unshelve:
 *
 * Repeating what already holds changes nothing and appends nothing. Acknowledging an incident, or
 * taking that back, does the same to its parts that stand, each with a transition and a note of its
 * own; what somebody else acknowledged or shelved of them stays as it is. A comment and a shelf
 * need a note. An acknowledgement with an end is taken back by the box when it comes. Shelving a
 * shelved one sets a new end. One that was cleared can be shelved for a time only. What somebody
 * else has acknowledged is theirs: it is refused, not taken over; alarm_book_assign() does that.
 *
 * Returns: %FALSE with %GANTRY_ERROR_NOT_FOUND for an unknown alarm, %GANTRY_ERROR_INVALID for a
 *   missing note or a time out of range, %GANTRY_ERROR_CONFLICT for what the alarm's state forbids
 */
bool alarm_book_ack(
    AlarmBook *book, const OperatorAct *act, AlarmNow now, GPtrArray *transitions, GError **error);
bool alarm_book_unack(
    AlarmBook *book, const OperatorAct *act, AlarmNow now, GPtrArray *transitions, GError **error);
bool alarm_book_comment(
    AlarmBook *book, const OperatorAct *act, AlarmNow now, GPtrArray *transitions, GError **error);
bool alarm_book_assign(
    AlarmBook *book, const OperatorAct *act, AlarmNow now, GPtrArray *transitions, GError **error);
bool alarm_book_shelve(
    AlarmBook *book, const OperatorAct *act, AlarmNow now, GPtrArray *transitions, GError **error);
bool alarm_book_unshelve(
    AlarmBook *book, const OperatorAct *act, AlarmNow now, GPtrArray *transitions, GError **error);

/* Says that planned work on @resource begins or ends. While it lasts its alarms are quiet; what
 * still stands when it ends is told once. @why: for the note of what changes. */
void alarm_book_set_planned(AlarmBook *book,
                            const char *resource,
                            bool planned,
                            const char *why,
                            AlarmNow now,
                            GPtrArray *transitions);

/**
 * alarm_book_replay:
 * @transition: (transfer none): one that the journal holds, in the journal's order
 * @event_seq: its sequence number there
 *
 * After a restart: brings the book to the state that the journal tells. What stood then stands
 * again, is not raised a second time if it is still faulty, and is cleared once if it is not.
 */
void alarm_book_replay(AlarmBook *book, const AlarmTransition *transition, uint64_t event_seq);

/* Once, behind the last alarm_book_replay(): ends of acknowledgements and shelves, and reminders,
 * of which the journal knows the wall time, become durations again. None lasts longer than it would
 * have by the time on it, whatever the clock did meanwhile. */
void alarm_book_resume(AlarmBook *book, AlarmNow now);

/* Notes the journal's sequence of an alarm's last event, for AlarmView.event_seq. */
void alarm_book_set_event_seq(AlarmBook *book, const char *alarm_id, uint64_t event_seq);

/* Journal's sequence of the first event of all alarms that stand; 0 if none does. What is older is
 * not needed to know after a restart what stands. */
uint64_t alarm_book_oldest_event(const AlarmBook *book);

/* Whether @fault stands on @resource: raised, not yet cleared. */
bool alarm_book_is_open(const AlarmBook *book, const char *resource, FaultId fault);

/* Whether @fault stands on @resource since before the start, and nobody has told of it since. */
bool alarm_book_is_unheard(const AlarmBook *book, const char *resource, FaultId fault);

/* Worst severity that stands on @resource; SEVERITY_CLEARED for none.
 * @ret_text: (out) (optional) (transfer none): its text, valid until the next call that changes the
 *   book; "" for none */
Severity alarm_book_worst(const AlarmBook *book, const char *resource, const char **ret_text);

/* How many alarms of any resource stand. */
size_t alarm_book_count_open(const AlarmBook *book);

/* Views of all that stands and of what was cleared in the last 24 h, newest first; of the latter so
 * many that there are at most ALARM_BOOK_MAX_CLEARED in all. What stands is never left out: it is
 * bounded by channels and faults.
 * Returns: (transfer full) (array length=ret_n): for a Snapshot, which frees it */
AlarmView *alarm_book_views(const AlarmBook *book, size_t *ret_n);

/* The inside of the incident book: who shares what, what fails, and the parents that stand. For the
 * incident book's own files. */
#pragma once

#include "appliance/model/alarm-incident.h"
#include "appliance/model/alarm-noise.h"
#include "appliance/model/incident-book.h"

/* Something that several have in common. */
typedef struct {
    char *name;
    ShareKind kind;
    uint32_t n;        /* that share it */
    uint32_t n_single; /* while choosing: of them with a failure that has no incident */
    uint32_t n_gone;   /* while choosing: with one that has stood for longer */
} Share;

/* A channel or an input. */
typedef struct {
    char *resource;
    Share *shares[SHARE_COUNT]; /* no-ref (nullable) */
    GPtrArray *failing;         /* (element-type Failing) no-ref */
} Subject;

typedef struct Incident Incident;

/* A standing alarm of a family. */
typedef struct {
    char *alarm_id;
    Subject *subject; /* no-ref */
    FaultId fault;
    FaultFamily family;
    Severity severity;
    CauseScope cause_scope;
    MonoUs failed_us; /* when it was raised */
    MonoUs heard_us;  /* when it began to stand alone; 0: long ago */
    AlarmQuiet quiet;
    Incident *incident; /* no-ref (nullable): whose member it is */
    char *head_id;      /* (nullable): alarm of the same channel that tells of it */
} Failing;

struct Incident {
    char *alarm_id;
    char *resource;
    ShareKind kind;
    FaultFamily family;
    FaultId fault;
    bool adopted;        /* INTERFACE_DOWN is the parent: it clears by itself */
    GHashTable *members; /* (element-type Failing) no-ref: that stand */
    GHashTable *ever;    /* (element-type utf8): resources that were gathered */
    GPtrArray *named;    /* (element-type utf8): the first of them */
    Incident *wider;     /* no-ref (nullable): the one that took over */
    uint32_t n_sharing;
    uint32_t gathered; /* resources, ever */
    uint32_t told;     /* of them in the parent's last sentence */
    MonoUs told_us;
    MonoUs formed_us;
    MonoUs below_us;  /* since when too few fail; 0: enough do */
    MonoUs closed_us; /* adopted: when its alarm cleared; 0: it stands */
    Severity severity;
    CauseScope cause_scope;
    bool worse;    /* a member grew worse than it has said */
    bool ending;   /* its alarm has been told that it is over */
    char *down_id; /* (nullable): an INTERFACE_DOWN that joined */
};

struct IncidentBook {
    AlarmBook *alarms;     /* no-ref */
    AlarmNoise *noise;     /* owned */
    GHashTable *shares;    /* (element-type utf8 Share): owns them */
    GHashTable *subjects;  /* (element-type utf8 Subject): owns them */
    GHashTable *failing;   /* (element-type utf8 Failing) by alarm: owns them */
    GPtrArray *incidents;  /* (element-type Incident): owns them */
    bool has_orphans;      /* members whose parent was gone after a restart */
    MonoUs gathering_us;   /* since when failures wait for a choice */
    MonoUs gather_us;      /* when a choice is due; US_NEVER: none is */
    MonoUs deadline_us;    /* of everything */
    IncidentCounts counts; /* @not_formed, @not_tracked */
};

/* An alarm that from now on stands; NULL if there are too many. (transfer none) */
Failing *incident_track(IncidentBook *book, Subject *subject, const char *alarm_id, FaultId fault);

/* INTERFACE_DOWN was raised: it is the parent of what receives nothing on it, or joins the parent
 * that noticed first. */
void incident_hear_interface(IncidentBook *book,
                             const AlarmTransition *transition,
                             AlarmNow now,
                             GPtrArray *transitions);

/* Whether all that stand of @incident share @share. */
bool incident_lies_within(const Incident *incident, const Share *share);

/* Forms every parent that the failures of @family now call for. */
void incident_choose(IncidentBook *book, FaultFamily family, AlarmNow now, GPtrArray *transitions);

/* Whether @failing may become a member of a new parent, given the newest failure's time. */
bool
incident_is_single(const Failing *failing, FaultFamily family, MonoUs newest_us, MonoUs now_us);

/* Whether @incident is so young that a wider one may take it over. */
bool incident_is_young(const Incident *incident, FaultFamily family, MonoUs now_us);

/* Raises the parent of @members (element-type Failing; ascending by @failed_us) and joins them;
 * @swallowed (element-type Incident) are taken over. Returns false if it could not be raised. */
typedef struct {
    const Share *share; /* no-ref */
    FaultFamily family;
    GPtrArray *members;
    GPtrArray *swallowed;
} IncidentPlan;

bool
incident_form(IncidentBook *book, const IncidentPlan *plan, AlarmNow now, GPtrArray *transitions);

/* A parent whose alarm exists already. Returns: (transfer none) (nullable): NULL if there are too
 * many */
Incident *incident_add(IncidentBook *book, const char *alarm_id, const char *resource);

void incident_join(
    IncidentBook *book, Incident *incident, Failing *failing, AlarmNow now, GPtrArray *transitions);

/* Makes @failing stand for itself. */
void incident_release(IncidentBook *book, Failing *failing, AlarmNow now, GPtrArray *transitions);

/* What is due on @incident: its update and its end. */
void incident_step(IncidentBook *book, Incident *incident, AlarmNow now, GPtrArray *transitions);
MonoUs incident_deadline_us(const Incident *incident);

/* Its alarm is no more: who is left stands alone. Frees @incident. */
void
incident_dissolve(IncidentBook *book, Incident *incident, AlarmNow now, GPtrArray *transitions);

/* Who stands of @incident, in the order of their failing.
 * Returns: (transfer full) (element-type Failing) */
GPtrArray *incident_list_members(const Incident *incident);

/* Different resources among the members that stand. */
uint32_t incident_n_open(const Incident *incident);

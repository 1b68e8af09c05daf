/* A site of channels with their alarm book, incident book and a listener that is told as receivers
 * are: of a raise after 400 ms, if by then nothing speaks for it. Time is run from deadline to
 * deadline. */
#pragma once

#include <glib.h>
#include <string.h>

#include "appliance/model/incident-book.h"

#define S(x)              ((MonoUs)((x) * (double)US_PER_SECOND))
#define WALL0             INT64_C(1700000000000000)
#define ANNOUNCE_AFTER_US (400 * US_PER_MS)

/* What the listener knows of an alarm. */
typedef struct {
    char *resource;
    FaultId fault;
    bool open;
    bool told; /* it was announced, and not yet its clear */
    AlarmQuiet quiet;
    char *incident_id;
    bool first_out;
    uint32_t members;
    MonoUs due_us; /* when its raise is announced; US_NEVER */
    char *text;
} Known;

typedef struct {
    AlarmBook *alarms;
    IncidentBook *incidents;
    GPtrArray *journal; /* (element-type AlarmTransition) owned: all of it */
    GHashTable *known;  /* (element-type utf8 Known) by alarm id */
    GString *told;      /* one line an announcement, "+fault resource" and "-fault resource" */
    unsigned n_told;
    unsigned n_raised; /* announcements that are no clears */
    MonoUs now_us;
    unsigned ids;
    bool no_incidents;  /* nobody speaks for anybody: for comparison */
    GPtrArray *sharing; /* (element-type Sharing) owned */
} Rig;

static inline char *
rig_make_id(gpointer user_data)
{
    Rig *rig = user_data;

    return g_strdup_printf("00000000-0000-4000-8000-%012u", ++rig->ids);
}

static inline void
rig_known_free(gpointer data)
{
    Known *known = data;

    g_free(known->resource);
    g_free(known->incident_id);
    g_free(known->text);
    g_free(known);
}

static inline void
rig_sharing_free(gpointer data)
{
    Sharing *sharing = data;

    g_free((char *)sharing->resource);
    for (ShareKind kind = 0; kind < SHARE_COUNT; kind++)
        g_free((char *)sharing->names[kind]);
    g_free(sharing);
}

static inline void
rig_init(Rig *rig)
{
    memset(rig, 0, sizeof *rig);
    rig->now_us = S(1000);
    rig->alarms = alarm_book_new(alarm_profile_default(), rig_make_id, rig);
    rig->incidents = incident_book_new(rig->alarms);
    rig->journal = alarm_transitions_new();
    rig->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, rig_known_free);
    rig->told = g_string_new(NULL);
    rig->sharing = g_ptr_array_new_with_free_func(rig_sharing_free);
}

static inline void
rig_clear(Rig *rig)
{
    incident_book_free(rig->incidents);
    alarm_book_free(rig->alarms);
    g_ptr_array_unref(rig->journal);
    g_hash_table_unref(rig->known);
    g_ptr_array_unref(rig->sharing);
    g_string_free(rig->told, TRUE);
}

static inline AlarmNow
rig_now(const Rig *rig)
{
    return (AlarmNow){.us = rig->now_us, .wall_us = WALL0 + rig->now_us};
}

/* @names: input, source, VLAN, NIC, group; "" for none. The channel is carried by the input. */
static inline void
rig_add_channel(Rig *rig, const char *id, const char *const names[5])
{
    Sharing *sharing = g_new0(Sharing, 1);

    sharing->resource = g_strdup_printf("channel/%s", id);
    for (ShareKind kind = SHARE_INPUT; kind <= SHARE_GROUP; kind++)
        sharing->names[kind] = names[kind][0] != '\0' ? g_strdup(names[kind]) : NULL;
    alarm_book_set_input(rig->alarms, sharing->resource, names[SHARE_INPUT]);
    g_ptr_array_add(rig->sharing, sharing);
}

static inline void
rig_add_input(Rig *rig, const char *resource)
{
    Sharing *sharing = g_new0(Sharing, 1);

    sharing->resource = g_strdup(resource);
    sharing->names[SHARE_BOX] = g_strdup("box");
    g_ptr_array_add(rig->sharing, sharing);
}

static inline void
rig_share(Rig *rig)
{
    g_autofree Sharing *sharing = g_new(Sharing, rig->sharing->len);

    for (guint i = 0; i < rig->sharing->len; i++)
        sharing[i] = *(Sharing *)rig->sharing->pdata[i];
    incident_book_set_sharing(rig->incidents, sharing, rig->sharing->len);
}

/* 60 single inputs on one interface, from five sources, in six groups of ten. */
static inline void
rig_add_sixty(Rig *rig, const char *nic, unsigned first)
{
    for (unsigned i = first; i < first + 60; i++) {
        g_autofree char *id = g_strdup_printf("c%u", i);
        g_autofree char *input = g_strdup_printf("input/i%u", i);
        g_autofree char *source = g_strdup_printf("source/10.0.%u.%u", first, i % 5);
        g_autofree char *group = g_strdup_printf("group/g%u-%u", first, i % 60 / 10);
        const char *const names[] = {input, source, "", nic, group};

        rig_add_channel(rig, id, names);
        rig_add_input(rig, input);
    }
}

/* ---- The listener ---- */

static inline void
rig_tell(Rig *rig, char mark, const Known *known)
{
    g_string_append_printf(rig->told, "%c%s %s\n", mark, fault_info(known->fault)->name,
                           known->resource);
    rig->n_told++;
    rig->n_raised += mark == '+';
}

static inline Known *
rig_known(Rig *rig, const AlarmTransition *transition)
{
    Known *known = g_hash_table_lookup(rig->known, transition->alarm_id);

    if (known != NULL)
        return known;
    known = g_new0(Known, 1);
    known->resource = g_strdup(transition->resource);
    known->fault = transition->fault;
    known->due_us = US_NEVER;
    g_hash_table_insert(rig->known, g_strdup(transition->alarm_id), known);
    return known;
}

static inline void
rig_hear(Rig *rig, const AlarmTransition *transition)
{
    if (transition->change == ALARM_CHANGE_NOTED)
        return; /* no alarm */
    Known *known = rig_known(rig, transition);

    /* What holds at any time: raised before all else, cleared once, never raised twice. */
    g_assert_cmpint(known->open, ==, transition->change != ALARM_CHANGE_RAISED);
    known->open = transition->change != ALARM_CHANGE_CLEARED;
    known->quiet = transition->quiet;
    known->first_out = transition->first_out;
    known->members = transition->members;
    g_free(known->incident_id);
    known->incident_id = g_strdup(transition->incident_id);
    g_free(known->text);
    known->text = g_strdup(transition->text);
    if (transition->change == ALARM_CHANGE_RAISED)
        known->due_us = CLAMP(transition->at_us + ANNOUNCE_AFTER_US, rig->now_us,
                              rig->now_us + ANNOUNCE_AFTER_US);
    if (transition->change == ALARM_CHANGE_CLEARED) {
        if (known->told)
            rig_tell(rig, '-', known);
        known->told = false;
        known->due_us = US_NEVER;
    } else if (transition->change == ALARM_CHANGE_UPDATED && known->quiet == QUIET_NONE &&
               !known->told && known->due_us == US_NEVER) {
        rig_tell(rig, '+', known);
        known->told = true;
    }
}

/* Announces what is due. Returns when the next is. */
static inline MonoUs
rig_announce(Rig *rig)
{
    MonoUs next_us = US_NEVER;
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, rig->known);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        Known *known = value;

        if (known->due_us <= rig->now_us) {
            known->due_us = US_NEVER;
            known->told = known->quiet == QUIET_NONE;
            if (known->told)
                rig_tell(rig, '+', known);
        }
        next_us = MIN(next_us, known->due_us);
    }
    return next_us;
}

/* ---- Time ---- */

/* Takes what the alarm book has just done. */
static inline void
rig_take(Rig *rig, GPtrArray *transitions)
{
    if (!rig->no_incidents)
        incident_book_take(rig->incidents, transitions, rig_now(rig));
    for (guint i = 0; i < transitions->len; i++)
        rig_hear(rig, transitions->pdata[i]);
    g_ptr_array_extend_and_steal(rig->journal, transitions);
}

static inline void
rig_step(Rig *rig)
{
    GPtrArray *transitions = alarm_transitions_new();

    alarm_book_step(rig->alarms, rig_now(rig), transitions);
    rig_take(rig, transitions);
    (void)rig_announce(rig);
}

static inline void
rig_run_to(Rig *rig, MonoUs to_us)
{
    for (;;) {
        MonoUs due_us = MIN(alarm_book_deadline_us(rig->alarms), rig_announce(rig));

        due_us = MIN(due_us, incident_book_deadline_us(rig->incidents));
        if (due_us > to_us)
            break;
        rig->now_us = MAX(rig->now_us, due_us);
        rig_step(rig);
    }
    rig->now_us = to_us;
}

static inline void
rig_observe(Rig *rig, const char *resource, FaultId fault, bool faulty)
{
    GPtrArray *transitions = alarm_transitions_new();
    const Observation observation = {.resource = resource,
                                     .fault = fault,
                                     .faulty = faulty,
                                     .cause_scope = fault >= FAULT_WORKER_LOST ? CAUSE_MONITOR
                                                                               : CAUSE_NETWORK};

    alarm_book_observe(rig->alarms, &observation, rig_now(rig), transitions);
    rig_take(rig, transitions);
}

static inline void
rig_observe_channel(Rig *rig, unsigned number, FaultId fault, bool faulty)
{
    g_autofree char *resource = g_strdup_printf("channel/c%u", number);

    rig_observe(rig, resource, fault, faulty);
}

/* @n channels from @first fail, or are well again, within @spread_s. */
static inline void
rig_set_all(Rig *rig, unsigned first, unsigned n, bool faulty, double spread_s)
{
    const MonoUs begin_us = rig->now_us;

    for (unsigned i = 0; i < n; i++) {
        rig_run_to(rig, begin_us + S(spread_s * i / n));
        rig_observe_channel(rig, first + i, FAULT_NO_PACKETS, faulty);
    }
}

static inline void
rig_run(Rig *rig, double seconds)
{
    rig_run_to(rig, rig->now_us + S(seconds));
}

/* The process ends, and the next one reads its journal. */
static inline void
rig_restart(Rig *rig)
{
    size_t n_views = 0;

    incident_book_free(rig->incidents);
    alarm_book_free(rig->alarms);
    rig->alarms = alarm_book_new(alarm_profile_default(), rig_make_id, rig);
    rig->incidents = incident_book_new(rig->alarms);
    for (guint i = 0; i < rig->sharing->len; i++) {
        const Sharing *sharing = rig->sharing->pdata[i];

        if (sharing->names[SHARE_INPUT] != NULL)
            alarm_book_set_input(rig->alarms, sharing->resource, sharing->names[SHARE_INPUT]);
    }
    for (guint i = 0; i < rig->journal->len; i++)
        alarm_book_replay(rig->alarms, rig->journal->pdata[i], i + 1);
    rig_share(rig);
    g_autofree AlarmView *views = alarm_book_views(rig->alarms, &n_views);

    incident_book_restore(rig->incidents, views, n_views, rig_now(rig));
    for (size_t i = 0; i < n_views; i++) {
        g_free(views[i].id);
        g_free(views[i].incident_id);
        g_free(views[i].resource);
        g_free(views[i].text);
        g_free(views[i].owner);
        g_free(views[i].note);
    }
}

/* ---- Questions ---- */

/* How many alarms of @fault stand; FAULT_NONE: of any. */
static inline unsigned
rig_n_open(const Rig *rig, FaultId fault)
{
    GHashTableIter iter;
    gpointer value;
    unsigned n = 0;

    g_hash_table_iter_init(&iter, rig->known);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const Known *known = value;

        n += known->open && (fault == FAULT_NONE || known->fault == fault);
    }
    return n;
}

/* The latest alarm of @fault on @resource; NULL: there is none that stands. */
static inline const Known *
rig_find(const Rig *rig, const char *resource, FaultId fault)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, rig->known);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const Known *known = value;

        if (known->open && known->fault == fault && g_str_equal(known->resource, resource))
            return known;
    }
    return NULL;
}

static inline unsigned
rig_n_changes(const Rig *rig, AlarmChange change, FaultId fault)
{
    unsigned n = 0;

    for (guint i = 0; i < rig->journal->len; i++) {
        const AlarmTransition *transition = rig->journal->pdata[i];

        n += transition->change == change && transition->fault == fault;
    }
    return n;
}

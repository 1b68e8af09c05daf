/* Chatter and floods. */
#include "appliance/model/alarm-noise.h"

#define FLOOD_RING (ALARM_FLOOD_ABOVE + 1)

/* A raise that waits for its incident. */
typedef struct {
    char *alarm_id;
    char *resource;
    FaultId fault;
    Severity severity;
    CauseScope cause_scope;
    MonoUs raised_us;
    MonoUs due_us;
} Settling;

/* Raises of one fault of one resource, the latest last. */
typedef struct {
    MonoUs raised_us[ALARM_CHATTER_RAISES];
    unsigned n;
} Restless;

/* A resource whose UNSTABLE stands. */
typedef struct {
    char *resource;
    char *alarm_id;
    bool folds[FAULT_NUMBER_MAX + 1];
    GHashTable *members; /* (element-type utf8): alarms that stand and are folded */
    MonoUs changed_us;   /* last raise or clear of what it folds */
} Unstable;

struct AlarmNoise {
    AlarmBook *alarms;          /* no-ref */
    GQueue settling;            /* (element-type Settling): owns them, by due_us */
    GHashTable *restless;       /* (element-type utf8 Restless) by "resource fault": owns them */
    GHashTable *unstable;       /* (element-type utf8 Unstable) by resource: owns them */
    MonoUs swept_us;            /* when old ones of @restless were last dropped */
    MonoUs told_us[FLOOD_RING]; /* of the latest alarms; 0: none */
    unsigned next_told;
    char *flood_id; /* (nullable): of the ALARM_FLOOD that stands */
};

static void
settling_free(gpointer data)
{
    Settling *settling = data;

    g_free(settling->alarm_id);
    g_free(settling->resource);
    g_free(settling);
}

static void
unstable_free(gpointer data)
{
    Unstable *unstable = data;

    g_hash_table_unref(unstable->members);
    g_free(unstable->resource);
    g_free(unstable->alarm_id);
    g_free(unstable);
}

AlarmNoise *
alarm_noise_new(AlarmBook *alarms)
{
    AlarmNoise *noise = g_new0(AlarmNoise, 1);

    noise->alarms = alarms;
    g_queue_init(&noise->settling);
    noise->restless = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    noise->unstable = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, unstable_free);
    return noise;
}

void
alarm_noise_free(AlarmNoise *noise)
{
    if (noise == NULL)
        return;
    g_queue_clear_full(&noise->settling, settling_free);
    g_hash_table_unref(noise->restless);
    g_hash_table_unref(noise->unstable);
    g_free(noise->flood_id);
    g_free(noise);
}

bool
alarm_noise_is_flood(const AlarmNoise *noise)
{
    return noise->flood_id != NULL;
}

/* ---- Floods ---- */

/* When the @nth latest alarm was told (from 1); 0: there were not so many. */
static MonoUs
told_us(const AlarmNoise *noise, unsigned nth)
{
    return noise->told_us[(noise->next_told + FLOOD_RING - nth) % FLOOD_RING];
}

static bool
were_told(const AlarmNoise *noise, unsigned n, MonoUs now_us)
{
    const MonoUs at_us = told_us(noise, n);

    return at_us != 0 && now_us - at_us < ALARM_FLOOD_WITHIN_US;
}

static void
observe(AlarmNoise *noise, const Observation *observation, AlarmNow now, GPtrArray *transitions)
{
    alarm_book_observe(noise->alarms, observation, now, transitions);
}

static void
remember_told(AlarmNoise *noise, MonoUs at_us)
{
    noise->told_us[noise->next_told] = at_us;
    noise->next_told = (noise->next_told + 1) % FLOOD_RING;
}

static void
count_told(AlarmNoise *noise, AlarmNow now, GPtrArray *transitions)
{
    const Observation flood = {.resource = "box",
                               .fault = FAULT_ALARM_FLOOD,
                               .faulty = true,
                               .cause_scope = CAUSE_NETWORK,
                               .value = FLOOD_RING};

    remember_told(noise, now.us);
    if (noise->flood_id != NULL || !were_told(noise, FLOOD_RING, now.us))
        return;
    observe(noise, &flood, now, transitions);
    noise->flood_id = g_strdup(alarm_book_find_open(noise->alarms, "box", FAULT_ALARM_FLOOD));
}

static void
end_flood(AlarmNoise *noise, AlarmNow now, GPtrArray *transitions)
{
    const Observation calm = {.resource = "box", .fault = FAULT_ALARM_FLOOD};

    if (noise->flood_id == NULL || were_told(noise, ALARM_FLOOD_BELOW, now.us))
        return;
    observe(noise, &calm, now, transitions);
    g_clear_pointer(&noise->flood_id, g_free);
}

/* ---- Chatter ---- */

/* Returns: (transfer full) */
static char *
key_of(const char *resource, FaultId fault)
{
    return g_strdup_printf("%s %u", resource, (unsigned)fault);
}

/* Remembers a raise. Returns whether so many came within the time that the fault chatters. */
static bool
count_raise(AlarmNoise *noise, const Settling *settling)
{
    g_autofree char *key = key_of(settling->resource, settling->fault);
    Restless *restless = g_hash_table_lookup(noise->restless, key);

    if (restless == NULL && g_hash_table_size(noise->restless) >= ALARM_NOISE_MAX_RESTLESS)
        return false;
    if (restless == NULL) {
        restless = g_new0(Restless, 1);
        g_hash_table_insert(noise->restless, g_steal_pointer(&key), restless);
    }
    if (restless->n == ALARM_CHATTER_RAISES) {
        for (unsigned i = 1; i < ALARM_CHATTER_RAISES; i++)
            restless->raised_us[i - 1] = restless->raised_us[i];
        restless->n--;
    }
    restless->raised_us[restless->n++] = settling->raised_us;
    return restless->n == ALARM_CHATTER_RAISES &&
           settling->raised_us - restless->raised_us[0] <= ALARM_CHATTER_WITHIN_US;
}

static gboolean
is_calm(gpointer key, gpointer value, gpointer user_data)
{
    const Restless *restless = value;
    const MonoUs *now_us = user_data;

    return *now_us - restless->raised_us[restless->n - 1] > ALARM_CHATTER_WITHIN_US;
}

static void
sweep(AlarmNoise *noise, MonoUs now_us)
{
    if (now_us - noise->swept_us < ALARM_CHATTER_WITHIN_US)
        return;
    noise->swept_us = now_us;
    g_hash_table_foreach_remove(noise->restless, is_calm, &now_us);
}

static void
fold(AlarmNoise *noise,
     Unstable *unstable,
     const char *alarm_id,
     AlarmNow now,
     GPtrArray *transitions)
{
    const AlarmJoin join = {
        .alarm_id = alarm_id, .incident_id = unstable->alarm_id, .quiet = QUIET_UNSTABLE};

    if (!alarm_book_stands(noise->alarms, alarm_id))
        return;
    g_hash_table_add(unstable->members, g_strdup(alarm_id));
    alarm_book_join(noise->alarms, &join, now, transitions);
}

static Unstable *
unstable_add(AlarmNoise *noise, const char *resource, const char *alarm_id)
{
    Unstable *unstable = g_new0(Unstable, 1);

    unstable->resource = g_strdup(resource);
    unstable->alarm_id = g_strdup(alarm_id);
    unstable->members = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_hash_table_insert(noise->unstable, unstable->resource, unstable);
    return unstable;
}

/* Its fault chatters: from now on UNSTABLE tells of it. Returns false if that does not stand. */
static bool
start_folding(AlarmNoise *noise, const Settling *settling, AlarmNow now, GPtrArray *transitions)
{
    Unstable *unstable = g_hash_table_lookup(noise->unstable, settling->resource);
    g_autofree char *text =
        g_strdup_printf("Comes and goes, %u times within a minute: %s", ALARM_CHATTER_RAISES,
                        fault_info((unsigned)settling->fault)->sentence);
    const Observation observation = {.resource = settling->resource,
                                     .fault = FAULT_UNSTABLE,
                                     .faulty = true,
                                     .since_us = settling->raised_us,
                                     .severity = settling->severity,
                                     .cause_scope = settling->cause_scope,
                                     .reason = (unsigned)settling->fault,
                                     .value = ALARM_CHATTER_RAISES,
                                     .text = text};

    observe(noise, &observation, now, transitions);
    const char *id = alarm_book_find_open(noise->alarms, settling->resource, FAULT_UNSTABLE);

    if (id == NULL)
        return false;
    if (unstable == NULL) {
        unstable = unstable_add(noise, settling->resource, id);
        count_told(noise, now, transitions);
    }
    unstable->folds[settling->fault] = true;
    unstable->changed_us = now.us;
    fold(noise, unstable, settling->alarm_id, now, transitions);
    return true;
}

/* The alarm UNSTABLE is no more. */
static void
stop_folding(AlarmNoise *noise, const char *resource, AlarmNow now, GPtrArray *transitions)
{
    Unstable *unstable = g_hash_table_lookup(noise->unstable, resource);
    GHashTableIter iter;
    gpointer key;

    if (unstable == NULL)
        return;
    g_hash_table_iter_init(&iter, unstable->members);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        if (alarm_book_quiet(noise->alarms, key) == QUIET_UNSTABLE)
            alarm_book_part(noise->alarms, key, now, transitions);
    }
    g_hash_table_remove(noise->unstable, resource);
}

/* ---- Hearing ---- */

/* A raise that has to wait; NULL: one too many. (transfer none) */
static Settling *
settling_add(AlarmNoise *noise, const char *alarm_id, const char *resource, MonoUs now_us)
{
    if (noise->settling.length >= ALARM_NOISE_MAX_SETTLING)
        return NULL;
    Settling *settling = g_new0(Settling, 1);

    settling->alarm_id = g_strdup(alarm_id);
    settling->resource = g_strdup(resource);
    settling->due_us = now_us + ALARM_NOISE_SETTLE_US;
    g_queue_push_tail(&noise->settling, settling);
    return settling;
}

static void
hear_raised(AlarmNoise *noise,
            const AlarmTransition *transition,
            AlarmNow now,
            GPtrArray *transitions)
{
    Unstable *unstable = g_hash_table_lookup(noise->unstable, transition->resource);

    if (transition->fault == FAULT_UNSTABLE || transition->fault == FAULT_ALARM_FLOOD ||
        alarm_book_quiet(noise->alarms, transition->alarm_id) != QUIET_NONE)
        return;
    if (unstable != NULL && unstable->folds[MIN(transition->fault, FAULT_NUMBER_MAX)]) {
        unstable->changed_us = now.us;
        fold(noise, unstable, transition->alarm_id, now, transitions);
        return;
    }
    Settling *settling = settling_add(noise, transition->alarm_id, transition->resource, now.us);

    if (settling == NULL)
        return;
    settling->fault = (FaultId)MIN(transition->fault, FAULT_NUMBER_MAX);
    settling->severity = transition->severity;
    settling->cause_scope = transition->cause_scope;
    settling->raised_us = transition->at_us;
    settling->due_us = CLAMP(transition->at_us + ALARM_NOISE_SETTLE_US, now.us, settling->due_us);
}

static void
hear_cleared(AlarmNoise *noise,
             const AlarmTransition *transition,
             AlarmNow now,
             GPtrArray *transitions)
{
    Unstable *unstable = g_hash_table_lookup(noise->unstable, transition->resource);

    if (g_strcmp0(noise->flood_id, transition->alarm_id) == 0)
        g_clear_pointer(&noise->flood_id, g_free);
    if (unstable == NULL)
        return;
    if (g_str_equal(unstable->alarm_id, transition->alarm_id))
        stop_folding(noise, transition->resource, now, transitions);
    else if (g_hash_table_remove(unstable->members, transition->alarm_id))
        unstable->changed_us = now.us;
}

void
alarm_noise_hear(AlarmNoise *noise,
                 const AlarmTransition *transition,
                 AlarmNow now,
                 GPtrArray *transitions)
{
    if (transition->change == ALARM_CHANGE_RAISED)
        hear_raised(noise, transition, now, transitions);
    else if (transition->change == ALARM_CHANGE_CLEARED)
        hear_cleared(noise, transition, now, transitions);
}

/* ---- Time ---- */

static void
settle(AlarmNoise *noise, const Settling *settling, AlarmNow now, GPtrArray *transitions)
{
    if (alarm_book_quiet(noise->alarms, settling->alarm_id) != QUIET_NONE)
        return;
    if (!count_raise(noise, settling) || !start_folding(noise, settling, now, transitions))
        count_told(noise, now, transitions);
}

/* What was unstable and has been calm: its alarm clears, and the rest follows from that. */
static void
step_unstable(AlarmNoise *noise, AlarmNow now, GPtrArray *transitions)
{
    g_autoptr(GPtrArray) calm = g_ptr_array_new();
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, noise->unstable);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        if (now.us - ((Unstable *)value)->changed_us >= ALARM_CHATTER_CALM_US)
            g_ptr_array_add(calm, value);
    }
    for (guint i = 0; i < calm->len; i++) {
        Unstable *unstable = calm->pdata[i];
        const Observation observation = {.resource = unstable->resource, .fault = FAULT_UNSTABLE};

        unstable->changed_us = now.us; /* asked once in a while, if the profile makes it last */
        alarm_book_say(noise->alarms, unstable->alarm_id, "Nothing has changed for 5 minutes");
        observe(noise, &observation, now, transitions);
    }
}

void
alarm_noise_step(AlarmNoise *noise, AlarmNow now, GPtrArray *transitions)
{
    Settling *settling = g_queue_peek_head(&noise->settling);

    for (; settling != NULL && settling->due_us <= now.us;
         settling = g_queue_peek_head(&noise->settling)) {
        (void)g_queue_pop_head(&noise->settling);
        settle(noise, settling, now, transitions);
        settling_free(settling);
    }
    step_unstable(noise, now, transitions);
    end_flood(noise, now, transitions);
    sweep(noise, now.us);
}

MonoUs
alarm_noise_deadline_us(const AlarmNoise *noise)
{
    const Settling *settling = noise->settling.head != NULL ? noise->settling.head->data : NULL;
    MonoUs due_us = settling != NULL ? settling->due_us : US_NEVER;
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, noise->unstable);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        due_us = MIN(due_us, ((Unstable *)value)->changed_us + ALARM_CHATTER_CALM_US);
    if (noise->flood_id != NULL)
        due_us = MIN(due_us, told_us(noise, ALARM_FLOOD_BELOW) + ALARM_FLOOD_WITHIN_US);
    return due_us;
}

/* ---- Restart ---- */

static MonoUs
mono_of(WallUs wall_us, AlarmNow now)
{
    return now.us - (now.wall_us - wall_us);
}

static void
restore_one(AlarmNoise *noise, const AlarmView *view, AlarmNow now)
{
    Unstable *unstable = g_hash_table_lookup(noise->unstable, view->resource);
    const bool stands = view->cleared_wall_us == 0;

    if (stands && view->fault == FAULT_ALARM_FLOOD && noise->flood_id == NULL)
        noise->flood_id = g_strdup(view->id);
    if (unstable == NULL || view->quiet != QUIET_UNSTABLE ||
        !g_str_equal(view->incident_id, unstable->alarm_id))
        return;
    unstable->folds[MIN(view->fault, FAULT_NUMBER_MAX)] = true;
    unstable->changed_us = MAX(unstable->changed_us, mono_of(view->changed_wall_us, now));
    if (stands)
        g_hash_table_add(unstable->members, g_strdup(view->id));
}

/* A raise that was told before the end counts for floods; one so young that it still waited for its
 * incident waits again. */
static void
restore_raise(AlarmNoise *noise, const AlarmView *view, WallUs last_wall_us, AlarmNow now)
{
    const MonoUs raised_us = mono_of(view->raised_wall_us, now);

    if (view->quiet != QUIET_NONE || raised_us <= 0 ||
        now.us - raised_us >= ALARM_FLOOD_WITHIN_US || view->fault == FAULT_ALARM_FLOOD)
        return;
    if (last_wall_us - view->raised_wall_us >= ALARM_NOISE_SETTLE_US) {
        remember_told(noise, raised_us);
        return;
    }
    Settling *settling = settling_add(noise, view->id, view->resource, now.us);

    if (settling == NULL)
        return;
    settling->fault = view->fault;
    settling->severity = view->severity;
    settling->cause_scope = view->cause_scope;
    settling->raised_us = raised_us;
}

void
alarm_noise_restore(AlarmNoise *noise, const AlarmView *views, size_t n_views, AlarmNow now)
{
    WallUs last_wall_us = 0;

    for (size_t i = 0; i < n_views; i++) {
        last_wall_us = MAX(last_wall_us, views[i].changed_wall_us);
        if (views[i].fault == FAULT_UNSTABLE && views[i].cleared_wall_us == 0)
            unstable_add(noise, views[i].resource, views[i].id)->changed_us =
                mono_of(views[i].raised_wall_us, now);
    }
    for (size_t i = n_views; i-- > 0;) { /* they come newest first */
        restore_one(noise, &views[i], now);
        restore_raise(noise, &views[i], last_wall_us, now);
    }
}

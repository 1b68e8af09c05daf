/* A parent from its raise to its end. */
#include "appliance/model/incident-inside.h"

#include <string.h>

static void
incident_free(gpointer data)
{
    Incident *incident = data;

    g_hash_table_unref(incident->members);
    g_hash_table_unref(incident->ever);
    g_ptr_array_unref(incident->named);
    g_free(incident->alarm_id);
    g_free(incident->resource);
    g_free(incident->down_id);
    g_free(incident);
}

Incident *
incident_add(IncidentBook *book, const char *alarm_id, const char *resource)
{
    if (book->incidents->len >= INCIDENT_MAX) {
        book->counts.not_formed++;
        return NULL;
    }
    Incident *incident = g_new0(Incident, 1);

    incident->alarm_id = g_strdup(alarm_id);
    incident->resource = g_strdup(resource);
    incident->members = g_hash_table_new(NULL, NULL);
    incident->ever = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    incident->named = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_set_free_func(book->incidents, incident_free);
    g_ptr_array_add(book->incidents, incident);
    return incident;
}

uint32_t
incident_n_open(const Incident *incident)
{
    g_autoptr(GHashTable) subjects = g_hash_table_new(NULL, NULL);
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init(&iter, incident->members);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        g_hash_table_add(subjects, ((Failing *)key)->subject);
    return g_hash_table_size(subjects);
}

/* ---- Sentences ---- */

/* "12 of 60 channels on interface eth1 receive nothing: a, b, c, d, e and 7 more": the first of
 * them was the first to fail. Returns: (transfer full) */
static char *
describe(const Incident *incident)
{
    g_autofree char *what = incident_sentence(incident->kind, incident->family, incident->resource);
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "%u of %u %s", incident->gathered, incident->n_sharing, what);
    for (guint i = 0; i < incident->named->len; i++)
        g_string_append_printf(text, "%s%s", i == 0 ? ": " : ", ",
                               (char *)incident->named->pdata[i]);
    if (incident->gathered > incident->named->len && incident->named->len > 0)
        g_string_append_printf(text, " and %u more", incident->gathered - incident->named->len);
    if (incident->down_id != NULL)
        g_string_append(text, "; the interface is down");
    return g_string_free(text, FALSE);
}

/* Returns: (transfer full) */
static char *
describe_end(const Incident *incident, uint32_t n_open, MonoUs now_us)
{
    const int64_t seconds = MAX(now_us - incident->formed_us, 0) / US_PER_SECOND;
    g_autofree char *lasted = seconds < 120 ? g_strdup_printf("%d s", (int)seconds)
                                            : g_strdup_printf("%d min", (int)((seconds + 30) / 60));

    if (incident->wider != NULL && n_open > 0)
        return g_strdup_printf("Part of a wider incident after %s", lasted);
    if (n_open > 0)
        return g_strdup_printf(
            "%u of %u are back after %s; %u still fail, each is an alarm of its own now",
            incident->gathered - MIN(n_open, incident->gathered), incident->gathered, lasted,
            n_open);
    return g_strdup_printf("All %u are back after %s", incident->gathered, lasted);
}

/* ---- Members ---- */

static void
take_in(Incident *incident, const Failing *failing)
{
    const char *resource = failing->subject->resource;
    const char *id = strchr(resource, '/');

    incident->severity = MAX(incident->severity, failing->severity);
    if (!g_hash_table_add(incident->ever, g_strdup(resource)))
        return;
    incident->gathered = MIN(incident->gathered + 1, MAX(incident->n_sharing, 1));
    if (incident->named->len < INCIDENT_NAMED)
        g_ptr_array_add(incident->named, g_strdup(id != NULL ? id + 1 : resource));
}

static void
tell_join(IncidentBook *book,
          const Incident *incident,
          Failing *failing,
          bool first_out,
          AlarmNow now,
          GPtrArray *transitions)
{
    const AlarmJoin join = {.alarm_id = failing->alarm_id,
                            .incident_id = incident->alarm_id,
                            .quiet = QUIET_MEMBER,
                            .first_out = first_out};

    failing->quiet = QUIET_MEMBER;
    alarm_book_join(book->alarms, &join, now, transitions);
}

void
incident_join(
    IncidentBook *book, Incident *incident, Failing *failing, AlarmNow now, GPtrArray *transitions)
{
    const bool first_out = g_hash_table_size(incident->ever) == 0;

    g_clear_pointer(&failing->head_id, g_free);
    failing->incident = incident;
    g_hash_table_add(incident->members, failing);
    incident->worse = incident->worse || failing->severity > incident->severity;
    take_in(incident, failing);
    tell_join(book, incident, failing, first_out, now, transitions);
}

void
incident_release(IncidentBook *book, Failing *failing, AlarmNow now, GPtrArray *transitions)
{
    failing->incident = NULL;
    g_clear_pointer(&failing->head_id, g_free);
    if (failing->quiet != QUIET_MEMBER)
        return;
    failing->quiet = QUIET_NONE;
    alarm_book_part(book->alarms, failing->alarm_id, now, transitions);
}

/* ---- Beginning ---- */

static CauseScope
common_cause(const GPtrArray *members)
{
    const CauseScope first = ((Failing *)members->pdata[0])->cause_scope;

    for (guint i = 1; i < members->len; i++) {
        if (((Failing *)members->pdata[i])->cause_scope != first)
            return CAUSE_NETWORK;
    }
    return first;
}

static void
swallow(
    IncidentBook *book, Incident *wider, Incident *incident, AlarmNow now, GPtrArray *transitions)
{
    const AlarmJoin join = {
        .alarm_id = incident->alarm_id, .incident_id = wider->alarm_id, .quiet = QUIET_MEMBER};

    incident->wider = wider;
    alarm_book_join(book->alarms, &join, now, transitions);
}

/* Raises the alarm of @incident, which knows its members, as of now: receivers wait from here for
 * a wider one. Returns whether it stands. */
static bool
raise_parent(IncidentBook *book, Incident *incident, AlarmNow now, GPtrArray *transitions)
{
    g_autofree char *text = describe(incident);
    const Observation observation = {
        .resource = incident->resource,
        .fault = incident->fault,
        .faulty = true,
        .severity = incident->severity,
        .cause_scope = incident->cause_scope,
        .value = incident->gathered,
        .text = text,
        .members = incident->gathered,
    };

    alarm_book_observe(book->alarms, &observation, now, transitions);
    const char *id = alarm_book_find_open(book->alarms, incident->resource, incident->fault);

    g_free(incident->alarm_id);
    incident->alarm_id = g_strdup(id != NULL ? id : "");
    return id != NULL;
}

/* The profile may not want the parent: its evidence is taken back. */
static void
take_back(IncidentBook *book, Incident *incident, AlarmNow now, GPtrArray *transitions)
{
    const Observation observation = {
        .resource = incident->resource, .fault = incident->fault, .faulty = false};

    alarm_book_observe(book->alarms, &observation, now, transitions);
    g_ptr_array_remove(book->incidents, incident);
}

bool
incident_form(IncidentBook *book, const IncidentPlan *plan, AlarmNow now, GPtrArray *transitions)
{
    Incident *incident = plan->members->len > 0 ? incident_add(book, "", plan->share->name) : NULL;

    if (incident == NULL)
        return false;
    incident->kind = plan->share->kind;
    incident->family = plan->family;
    incident->fault = incident_fault(plan->share->kind, plan->family);
    incident->n_sharing = plan->share->n;
    incident->formed_us = incident->told_us = now.us;
    incident->cause_scope = common_cause(plan->members);
    for (guint i = 0; i < plan->members->len; i++)
        take_in(incident, plan->members->pdata[i]);
    incident->told = incident->gathered;
    if (!raise_parent(book, incident, now, transitions)) {
        take_back(book, incident, now, transitions);
        return false;
    }
    for (guint i = 0; i < plan->swallowed->len; i++)
        swallow(book, incident, plan->swallowed->pdata[i], now, transitions);
    for (guint i = 0; i < plan->members->len; i++) {
        Failing *failing = plan->members->pdata[i];

        g_clear_pointer(&failing->head_id, g_free);
        failing->incident = incident;
        g_hash_table_add(incident->members, failing);
        tell_join(book, incident, failing, i == 0, now, transitions);
    }
    return true;
}

/* ---- Time ---- */

static void
update(IncidentBook *book, Incident *incident, AlarmNow now, GPtrArray *transitions)
{
    g_autofree char *text = describe(incident);
    const AlarmGathering gathering = {.alarm_id = incident->alarm_id,
                                      .members = incident->gathered,
                                      .severity = incident->severity,
                                      .text = text};

    incident->told = incident->gathered;
    incident->told_us = now.us;
    incident->worse = false;
    alarm_book_gather(book->alarms, &gathering, now, transitions);
}

/* Its alarm clears; what follows from that follows from the transition. */
static void
end(IncidentBook *book, Incident *incident, uint32_t n_open, AlarmNow now, GPtrArray *transitions)
{
    g_autofree char *text = describe_end(incident, n_open, now.us);
    const Observation observation = {
        .resource = incident->resource, .fault = incident->fault, .faulty = false};

    incident->ending = true;
    alarm_book_say(book->alarms, incident->alarm_id, text);
    alarm_book_observe(book->alarms, &observation, now, transitions);
}

/* Its alarm was about to clear, and enough fail again. */
static void
resume(IncidentBook *book, Incident *incident, AlarmNow now, GPtrArray *transitions)
{
    g_autofree char *text = describe(incident);
    const Observation observation = {.resource = incident->resource,
                                     .fault = incident->fault,
                                     .faulty = true,
                                     .severity = incident->severity,
                                     .cause_scope = incident->cause_scope,
                                     .value = incident->gathered,
                                     .text = text,
                                     .members = incident->gathered};

    incident->ending = false;
    alarm_book_observe(book->alarms, &observation, now, transitions);
}

/* The alarm of an interface that was down has cleared; its channels need a moment to return. */
static void
step_closed(IncidentBook *book, Incident *incident, AlarmNow now, GPtrArray *transitions)
{
    const bool over = now.us - incident->closed_us >= INCIDENT_CLEAR_US;

    if (over || g_hash_table_size(incident->members) == 0)
        incident_dissolve(book, incident, now, transitions);
}

/* Whether all that is left of @incident is told by one that it took over. */
static bool
is_narrowed(const IncidentBook *book, const Incident *incident)
{
    for (guint i = 0; i < book->incidents->len; i++) {
        const Incident *narrower = book->incidents->pdata[i];

        if (narrower->wider == incident &&
            g_hash_table_size(narrower->members) == g_hash_table_size(incident->members))
            return true;
    }
    return false;
}

void
incident_step(IncidentBook *book, Incident *incident, AlarmNow now, GPtrArray *transitions)
{
    const uint32_t n_open = incident_n_open(incident);
    const bool enough = n_open >= incident_threshold(incident->kind, incident->n_sharing) &&
                        !is_narrowed(book, incident);

    if (incident->closed_us != 0) {
        step_closed(book, incident, now, transitions);
        return;
    }
    incident->below_us = enough ? 0 : incident->below_us == 0 ? now.us : incident->below_us;
    if (incident->ending && enough)
        resume(book, incident, now, transitions);
    if (incident->ending)
        return;
    if (!incident->adopted &&
        (n_open == 0 || (!enough && now.us - incident->below_us >= INCIDENT_CLEAR_US))) {
        end(book, incident, n_open, now, transitions);
        return;
    }
    if (incident->wider != NULL)
        return;
    if (incident->worse || (incident->gathered > incident->told &&
                            now.us - incident->told_us >= ALARM_BOOK_UPDATE_EVERY_US))
        update(book, incident, now, transitions);
}

MonoUs
incident_deadline_us(const Incident *incident)
{
    MonoUs due_us = US_NEVER;

    if (incident->closed_us != 0)
        return incident->closed_us + INCIDENT_CLEAR_US;
    if (incident->ending)
        return US_NEVER;
    if (!incident->adopted && incident->below_us != 0)
        due_us = incident->below_us + INCIDENT_CLEAR_US;
    if (incident->wider == NULL && incident->gathered > incident->told)
        due_us = MIN(due_us, incident->told_us + ALARM_BOOK_UPDATE_EVERY_US);
    return due_us;
}

/* ---- End ---- */

/* The parent that @incident had taken over and that still tells of @failing. (nullable) */
static Incident *
find_narrower(const IncidentBook *book, const Incident *incident, Failing *failing)
{
    for (guint i = 0; i < book->incidents->len; i++) {
        Incident *narrower = book->incidents->pdata[i];

        if (narrower->wider == incident && g_hash_table_contains(narrower->members, failing))
            return narrower;
    }
    return NULL;
}

static void
let_go(IncidentBook *book,
       const Incident *incident,
       Failing *failing,
       AlarmNow now,
       GPtrArray *transitions)
{
    Incident *narrower = find_narrower(book, incident, failing);

    if (narrower == NULL) {
        incident_release(book, failing, now, transitions);
        return;
    }
    failing->incident = narrower;
    if (failing->quiet == QUIET_MEMBER)
        tell_join(book, narrower, failing, false, now, transitions);
}

/* Who is left of an interface that came back may be one incident of its own. */
static void
choose_anew(IncidentBook *book, Incident *incident, AlarmNow now, GPtrArray *transitions)
{
    const FaultFamily family = incident->family;
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init(&iter, incident->members);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        Failing *failing = key;

        failing->incident = NULL;
        failing->heard_us = failing->failed_us = now.us;
    }
    g_free(incident->resource); /* it is no parent any more */
    incident->resource = g_strdup("");
    incident_choose(book, family, now, transitions);
}

void
incident_dissolve(IncidentBook *book, Incident *incident, AlarmNow now, GPtrArray *transitions)
{
    g_autoptr(GPtrArray) members = incident_list_members(incident);

    if (incident->adopted)
        choose_anew(book, incident, now, transitions);
    for (guint i = 0; i < members->len; i++) {
        Failing *failing = members->pdata[i];

        if (failing->incident == incident || failing->incident == NULL)
            let_go(book, incident, failing, now, transitions);
    }
    for (guint i = 0; i < book->incidents->len; i++) {
        Incident *narrower = book->incidents->pdata[i];

        if (narrower->wider != incident)
            continue;
        narrower->wider = NULL;
        alarm_book_part(book->alarms, narrower->alarm_id, now, transitions);
    }
    if (incident->down_id != NULL)
        alarm_book_part(book->alarms, incident->down_id, now, transitions);
    g_ptr_array_remove(book->incidents, incident);
}

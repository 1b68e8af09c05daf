/* Which share explains best what fails. */
#include "appliance/model/incident-inside.h"

#define WHOLE(n) ((n)*9u) /* of tenths: of a share that fails as a whole */

typedef struct {
    IncidentBook *book;
    FaultFamily family;
    AlarmNow now;
    MonoUs newest_us; /* of the failures that stand alone */
} Choice;

bool
incident_is_single(const Failing *failing, FaultFamily family, MonoUs newest_us, MonoUs now_us)
{
    return failing->family == family && failing->incident == NULL && failing->heard_us != 0 &&
           now_us - failing->heard_us <= INCIDENT_TOGETHER_US &&
           newest_us - failing->failed_us <= INCIDENT_TOGETHER_US &&
           (failing->quiet == QUIET_NONE || failing->quiet == QUIET_MEMBER);
}

bool
incident_is_young(const Incident *incident, FaultFamily family, MonoUs now_us)
{
    return incident->family == family && !incident->adopted && incident->wider == NULL &&
           now_us - incident->formed_us <= INCIDENT_TOGETHER_US;
}

static bool
is_single(const Choice *choice, const Failing *failing)
{
    return incident_is_single(failing, choice->family, choice->newest_us, choice->now.us);
}

static bool
find_newest(Choice *choice)
{
    GHashTableIter iter;
    gpointer value;
    bool any = false;

    choice->newest_us = 0;
    g_hash_table_iter_init(&iter, choice->book->failing);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const Failing *failing = value;

        if (!incident_is_single(failing, choice->family, failing->failed_us, choice->now.us))
            continue;
        choice->newest_us = any ? MAX(choice->newest_us, failing->failed_us) : failing->failed_us;
        any = true;
    }
    return any;
}

static void
count_subject(const Choice *choice, const Subject *subject)
{
    bool single = false, young = false, any = false;

    for (guint i = 0; i < subject->failing->len; i++) {
        const Failing *failing = subject->failing->pdata[i];

        any = any || failing->family == choice->family;
        single = single || is_single(choice, failing);
        young = young || (failing->family == choice->family && failing->incident != NULL &&
                          incident_is_young(failing->incident, choice->family, choice->now.us));
    }
    for (ShareKind kind = 0; kind < SHARE_COUNT; kind++) {
        Share *share = subject->shares[kind];

        if (share == NULL)
            continue;
        share->n_single += single;
        share->n_gone += any && !single && !young;
    }
}

static void
count_all(const Choice *choice)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, choice->book->shares);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        ((Share *)value)->n_single = ((Share *)value)->n_gone = 0;
    g_hash_table_iter_init(&iter, choice->book->subjects);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        count_subject(choice, value);
}

bool
incident_lies_within(const Incident *incident, const Share *share)
{
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init(&iter, incident->members);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        if (((Failing *)key)->subject->shares[share->kind] != share)
            return false;
    }
    return true;
}

/* The young parents within @share, that it would take over.
 * Returns: (transfer full) (element-type Incident) */
static GPtrArray *
find_swallowed(const Choice *choice, const Share *share)
{
    const GPtrArray *incidents = choice->book->incidents;
    GPtrArray *swallowed = g_ptr_array_new();

    for (guint i = 0; i < incidents->len; i++) {
        Incident *incident = incidents->pdata[i];

        if (incident_is_young(incident, choice->family, choice->now.us) &&
            incident_lies_within(incident, share))
            g_ptr_array_add(swallowed, incident);
    }
    return swallowed;
}

static bool
has_parent(const Choice *choice, const Share *share)
{
    const GPtrArray *incidents = choice->book->incidents;

    for (guint i = 0; i < incidents->len; i++) {
        const Incident *incident = incidents->pdata[i];

        if (incident->family == choice->family && g_str_equal(incident->resource, share->name))
            return true;
    }
    return false;
}

/* How many of @share would be told by a parent of it that takes over what lies within, if it fails
 * as a whole; what has failed for longer cannot fail again. 0: it does not. */
static uint32_t
whole_of(const Choice *choice, const Share *share)
{
    g_autoptr(GPtrArray) swallowed = find_swallowed(choice, share);
    uint32_t n = share->n_single;

    for (guint i = 0; i < swallowed->len; i++)
        n += incident_n_open(swallowed->pdata[i]);
    n = MIN(n, share->n);
    if (n < incident_threshold(share->kind, share->n) ||
        n * 10 < WHOLE(share->n - MIN(share->n_gone, share->n)) ||
        (share->n_single == 0 && swallowed->len < 2))
        return 0;
    return n;
}

/* How well @share explains the failures; 0: not at all. Whole ones before others, then by how much
 * they explain, then the narrower. */
static uint64_t
worth_of(const Choice *choice, const Share *share)
{
    if (incident_fault(share->kind, choice->family) == FAULT_NONE || has_parent(choice, share))
        return 0;
    const uint32_t whole = whole_of(choice, share);

    if (whole == 0 &&
        (share->kind == SHARE_ALL || share->n_single < incident_threshold(share->kind, share->n)))
        return 0;
    const uint64_t explained = MIN(whole > 0 ? whole : share->n_single, 0xffffu);
    const uint64_t narrow = 0xffffu - MIN(share->n, 0xffffu);

    return (whole > 0 ? UINT64_C(1) << 40 : 0) | explained << 24 | narrow << 8 |
           (uint64_t)(SHARE_COUNT - share->kind);
}

static const Share *
find_best(const Choice *choice)
{
    const Share *best = NULL;
    uint64_t best_worth = 0;
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, choice->book->shares);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const uint64_t worth = worth_of(choice, value);
        const Share *share = value;

        /* Of two that are the same in all, the one whose name comes first: no chance decides. */
        if (worth > best_worth ||
            (worth == best_worth && worth != 0 && g_strcmp0(share->name, best->name) < 0)) {
            best = share;
            best_worth = worth;
        }
    }
    return best;
}

static int
by_time(gconstpointer a, gconstpointer b)
{
    const Failing *left = *(Failing *const *)a, *right = *(Failing *const *)b;

    if (left->failed_us != right->failed_us)
        return left->failed_us < right->failed_us ? -1 : 1;
    return g_strcmp0(left->subject->resource, right->subject->resource);
}

GPtrArray *
incident_list_members(const Incident *incident)
{
    GPtrArray *members = g_ptr_array_new();
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init(&iter, incident->members);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        g_ptr_array_add(members, key);
    g_ptr_array_sort(members, by_time);
    return members;
}

static bool
form(const Choice *choice, const Share *share, GPtrArray *transitions)
{
    const bool whole = whole_of(choice, share) > 0;
    g_autoptr(GPtrArray) members = g_ptr_array_new();
    g_autoptr(GPtrArray) swallowed = whole ? find_swallowed(choice, share) : g_ptr_array_new();
    const IncidentPlan plan = {share, choice->family, members, swallowed};
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, choice->book->failing);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        Failing *failing = value;

        if (failing->subject->shares[share->kind] == share &&
            (is_single(choice, failing) || g_ptr_array_find(swallowed, failing->incident, NULL)))
            g_ptr_array_add(members, failing);
    }
    g_ptr_array_sort(members, by_time);
    return incident_form(choice->book, &plan, choice->now, transitions);
}

void
incident_choose(IncidentBook *book, FaultFamily family, AlarmNow now, GPtrArray *transitions)
{
    Choice choice = {.book = book, .family = family, .now = now};

    for (unsigned n = 0; n <= INCIDENT_MAX; n++) {
        (void)find_newest(&choice);
        count_all(&choice);
        const Share *best = find_best(&choice);

        if (best == NULL || !form(&choice, best, transitions))
            return;
    }
}

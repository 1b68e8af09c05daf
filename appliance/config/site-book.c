/* The site's own decisions: reading, changing, writing. */
#include "appliance/config/site-book.h"

#include <string.h>

#include "appliance/config/json-text.h"
#include "appliance/config/site-calendar.h"
#include "appliance/config/site-policy.h"
#include "appliance/model/etag.h"
#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

/* ---- Life ---- */

static SitePolicy
policy_of(const SiteBook *book)
{
    return (SitePolicy){.name = g_strdup(book->name),
                        .timezone = g_strdup(book->timezone),
                        .skipped = book->skipped,
                        .alarms = book->policy};
}

static SiteBook *
book_of(const SitePolicy *policy, Calendar *calendar, Runbooks *runbooks)
{
    SiteBook *book = g_new0(SiteBook, 1);

    g_atomic_ref_count_init(&book->refs);
    book->name = g_strdup(policy->name);
    book->timezone = g_strdup(policy->timezone);
    book->zone = g_time_zone_new_identifier(policy->timezone);
    if (book->zone == NULL) /* the database was there when the name was checked */
        book->zone = g_time_zone_new_utc();
    book->skipped = policy->skipped;
    book->policy = policy->alarms;
    book->calendar = calendar_ref(calendar);
    book->runbooks = runbooks_ref(runbooks);
    return book;
}

SiteBook *
site_book_new(void)
{
    g_auto(SitePolicy) policy = site_policy_default();
    g_autoptr(Calendar) calendar = calendar_new(0);
    g_autoptr(Runbooks) runbooks = runbooks_new();

    return book_of(&policy, calendar, runbooks);
}

SiteBook *
site_book_ref(SiteBook *book)
{
    g_atomic_ref_count_inc(&book->refs);
    return book;
}

void
site_book_unref(SiteBook *book)
{
    if (book == NULL || !g_atomic_ref_count_dec(&book->refs))
        return;
    g_free(book->name);
    g_free(book->timezone);
    g_time_zone_unref(book->zone);
    calendar_unref(book->calendar);
    runbooks_unref(book->runbooks);
    g_free(book);
}

bool
site_book_equal(const SiteBook *a, const SiteBook *b)
{
    bool same = a->calendar->n_entries == b->calendar->n_entries;

    for (size_t i = 0; same && i < a->calendar->n_entries; i++)
        same = calendar_entry_equal(&a->calendar->entries[i], &b->calendar->entries[i]);
    return same && g_str_equal(a->name, b->name) && a->skipped == b->skipped &&
           g_str_equal(a->timezone, b->timezone) &&
           a->policy.shelf_max_us == b->policy.shelf_max_us &&
           a->policy.remind_after_us == b->policy.remind_after_us &&
           a->policy.escalate_after == b->policy.escalate_after &&
           a->policy.positions == b->policy.positions && runbooks_equal(a->runbooks, b->runbooks);
}

/* ---- Calendar ---- */

static int
by_id(gconstpointer a, gconstpointer b)
{
    return strcmp(((const CalendarEntry *)a)->id, ((const CalendarEntry *)b)->id);
}

static GArray *
entries_new(void)
{
    GArray *entries = g_array_new(FALSE, TRUE, sizeof(CalendarEntry));

    g_array_set_clear_func(entries, (GDestroyNotify)calendar_entry_clear);
    return entries;
}

/* Returns: (transfer full): a calendar of copies, or %NULL with @error */
static Calendar *
calendar_of(GArray *entries, GError **error)
{
    if (entries->len > CALENDAR_ENTRIES_MAX) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "the calendar has more than %u entries", CALENDAR_ENTRIES_MAX);
        return NULL;
    }
    g_array_sort(entries, by_id);
    g_autoptr(Calendar) calendar = calendar_new(entries->len);

    for (guint i = 0; i < entries->len; i++) {
        const CalendarEntry *entry = &g_array_index(entries, CalendarEntry, i);

        if (i > 0 && by_id(entry - 1, entry) == 0) {
            g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "calendar entry \"%s\" twice",
                        entry->id);
            return NULL;
        }
        calendar_entry_copy(entry, &calendar->entries[i]);
    }
    return g_steal_pointer(&calendar);
}

static Calendar *
read_calendar(JsonObject *root, GError **error)
{
    g_autoptr(GArray) entries = entries_new();
    JsonArray *array = NULL;

    if (!json_object_has_member(root, "calendar"))
        return calendar_new(0);
    if (!json_member_objects(root, "calendar", &array, error))
        return NULL;
    for (guint i = 0; i < json_array_get_length(array); i++) {
        g_array_set_size(entries, i + 1);
        if (!site_calendar_read_entry(json_array_get_object_element(array, i), NULL,
                                      &g_array_index(entries, CalendarEntry, i), error))
            return NULL;
    }
    return calendar_of(entries, error);
}

/* @object: (nullable): the new value of entry @id; NULL: it goes. */
static Calendar *
calendar_with(const Calendar *calendar, const char *id, JsonObject *object, GError **error)
{
    g_autoptr(GArray) entries = entries_new();

    for (size_t i = 0; i < calendar->n_entries; i++) {
        if (g_str_equal(calendar->entries[i].id, id))
            continue;
        g_array_set_size(entries, entries->len + 1);
        calendar_entry_copy(&calendar->entries[i],
                            &g_array_index(entries, CalendarEntry, entries->len - 1));
    }
    if (object == NULL && entries->len == calendar->n_entries) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND,
                    "the calendar has no entry \"%.64s\"", id);
        return NULL;
    }
    if (object != NULL) {
        g_array_set_size(entries, entries->len + 1);
        if (!site_calendar_read_entry(
                object, id, &g_array_index(entries, CalendarEntry, entries->len - 1), error))
            return NULL;
    }
    return calendar_of(entries, error);
}

/* ---- Run-books ---- */

/* Lines stay lines; everything else is cleaned. Returns: (transfer full) */
static char *
clean_lines(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (size_t i = 0; lines[i] != NULL; i++) {
        char *clean = text_clean(lines[i], RUNBOOK_MAX);

        g_free(lines[i]);
        lines[i] = clean;
    }
    g_autofree char *whole = g_strjoinv("\n", lines);

    return g_strndup(g_strstrip(whole), RUNBOOK_MAX);
}

static bool
set_runbook(Runbooks *runbooks, const char *name, JsonObject *object, GError **error)
{
    static const char *const names[] = {"fault", "text", NULL};
    const FaultId fault = fault_by_name(name);
    g_autofree char *text = NULL;

    if (fault == FAULT_NONE) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND, "no fault is called \"%.64s\"",
                    name);
        return false;
    }
    if (object != NULL && (!json_check_members(object, names, error) ||
                           !json_member_string(object, "text", &text, error)))
        return false;
    if (text != NULL && (*text == '\0' || strlen(text) > RUNBOOK_MAX)) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "a run-book has 1 to %u bytes; remove it to have the shipped text back",
                    RUNBOOK_MAX);
        return false;
    }
    g_free(runbooks->texts[fault]);
    runbooks->texts[fault] = text != NULL ? clean_lines(text) : NULL;
    return true;
}

/* Of a fault that a newer version knew the text is let go. */
static Runbooks *
read_runbooks(JsonObject *root, GError **error)
{
    g_autoptr(Runbooks) runbooks = runbooks_new();
    JsonArray *array = NULL;

    if (!json_object_has_member(root, "runbooks"))
        return g_steal_pointer(&runbooks);
    if (!json_member_objects(root, "runbooks", &array, error))
        return NULL;
    for (guint i = 0; i < json_array_get_length(array); i++) {
        JsonObject *object = json_array_get_object_element(array, i);
        g_autofree char *fault = NULL;

        if (!json_member_string(object, "fault", &fault, error))
            return NULL;
        if (fault_by_name(fault) != FAULT_NONE && !set_runbook(runbooks, fault, object, error))
            return NULL;
    }
    return g_steal_pointer(&runbooks);
}

/* ---- The whole ---- */

SiteBook *
site_book_read(JsonObject *root, GError **error)
{
    g_auto(SitePolicy) policy = site_policy_default();
    JsonNode *node = json_object_get_member(root, "policy");

    if (node != NULL && !JSON_NODE_HOLDS_OBJECT(node)) {
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                            "member \"policy\" is not an object");
        return NULL;
    }
    if (node != NULL && !site_policy_read(json_node_get_object(node), &policy, error))
        return NULL;
    g_autoptr(Calendar) calendar = read_calendar(root, error);
    g_autoptr(Runbooks) runbooks = calendar != NULL ? read_runbooks(root, error) : NULL;

    return runbooks != NULL ? book_of(&policy, calendar, runbooks) : NULL;
}

static SiteBook *
with_policy(const SiteBook *book, JsonObject *object, GError **error)
{
    g_auto(SitePolicy) policy = object != NULL ? policy_of(book) : site_policy_default();

    if (object != NULL && !site_policy_read(object, &policy, error))
        return NULL;
    return book_of(&policy, book->calendar, book->runbooks);
}

SiteBook *
site_book_with(
    const SiteBook *book, SitePart part, const char *key, const char *json, GError **error)
{
    g_autoptr(JsonNode) node = json != NULL ? json_text_parse(json, strlen(json), error) : NULL;
    JsonObject *object = node != NULL ? json_node_get_object(node) : NULL;

    if (json != NULL && node == NULL)
        return NULL;
    if (part == SITE_POLICY)
        return with_policy(book, object, error);
    g_autoptr(Calendar) calendar = calendar_ref(book->calendar);
    g_autoptr(Runbooks) runbooks = runbooks_copy(book->runbooks);

    if (part == SITE_CALENDAR) {
        calendar_unref(calendar);
        calendar = calendar_with(book->calendar, key, object, error);
        if (calendar == NULL)
            return NULL;
    } else if (!set_runbook(runbooks, key, object, error)) {
        return NULL;
    }
    g_auto(SitePolicy) policy = policy_of(book);

    return book_of(&policy, calendar, runbooks);
}

SiteBook *
site_book_with_calendar(const SiteBook *book, Calendar *calendar)
{
    g_auto(SitePolicy) policy = policy_of(book);

    return book_of(&policy, calendar, book->runbooks);
}

/* ---- Writing ---- */

static void
add_policy(JsonBuilder *builder, const SiteBook *book)
{
    g_auto(SitePolicy) policy = policy_of(book);

    site_policy_write(builder, &policy);
}

static void
add_etag(JsonBuilder *builder, const SiteBook *book, SitePart part, const char *key)
{
    g_autofree char *text = site_book_object(book, part, key);
    g_autofree char *etag = text != NULL ? etag_of(text) : NULL;

    json_builder_set_member_name(builder, "etag");
    if (etag != NULL)
        json_builder_add_string_value(builder, etag);
    else
        json_builder_add_null_value(builder);
}

/* @all: the shipped texts too, and which is which. */
static void
add_runbooks(JsonBuilder *builder, const SiteBook *book, bool all)
{
    const Runbooks *runbooks = book->runbooks;

    json_builder_begin_array(builder);
    for (unsigned fault = 1; fault <= FAULT_NUMBER_MAX; fault++) {
        const bool own = runbooks->texts[fault] != NULL;

        if (fault_info(fault)->number == FAULT_NONE || (!all && !own))
            continue;
        json_builder_begin_object(builder);
        json_add_text(builder, "fault", fault_info(fault)->name);
        json_add_text(builder, "text", runbooks_text(runbooks, (FaultId)fault));
        if (all) {
            json_builder_set_member_name(builder, "own");
            json_builder_add_boolean_value(builder, own);
            add_etag(builder, book, SITE_RUNBOOKS, fault_info(fault)->name);
        }
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

static void
show_entry(JsonBuilder *builder, const SiteBook *book, const CalendarEntry *entry, WallUs wall_us)
{
    site_calendar_show_entry(builder, entry, book->zone, wall_us);
    add_etag(builder, book, SITE_CALENDAR, entry->id);
}

/* @wall_us: 0: as it is stored; otherwise with what windows lie around that time. */
static void
add_calendar(JsonBuilder *builder, const SiteBook *book, WallUs wall_us)
{
    json_builder_begin_array(builder);
    for (size_t i = 0; i < book->calendar->n_entries; i++) {
        json_builder_begin_object(builder);
        if (wall_us == 0)
            site_calendar_write_entry(builder, &book->calendar->entries[i]);
        else
            show_entry(builder, book, &book->calendar->entries[i], wall_us);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

void
site_book_write(JsonBuilder *builder, const SiteBook *book)
{
    json_builder_set_member_name(builder, "policy");
    add_policy(builder, book);
    json_builder_set_member_name(builder, "calendar");
    add_calendar(builder, book, 0);
    json_builder_set_member_name(builder, "runbooks");
    add_runbooks(builder, book, false);
}

static void
add_runbook(JsonBuilder *builder, const Runbooks *runbooks, FaultId fault)
{
    json_builder_begin_object(builder);
    json_add_text(builder, "fault", fault_info(fault)->name);
    json_add_text(builder, "text", runbooks->texts[fault]);
    json_builder_end_object(builder);
}

char *
site_book_object(const SiteBook *book, SitePart part, const char *key)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    const CalendarEntry *entry = part == SITE_CALENDAR ? calendar_find(book->calendar, key) : NULL;
    const FaultId fault = part == SITE_RUNBOOKS ? fault_by_name(key) : FAULT_NONE;

    if (part == SITE_POLICY) {
        add_policy(builder, book);
    } else if (entry != NULL) {
        json_builder_begin_object(builder);
        site_calendar_write_entry(builder, entry);
        json_builder_end_object(builder);
    } else if (fault != FAULT_NONE && book->runbooks->texts[fault] != NULL) {
        add_runbook(builder, book->runbooks, fault);
    } else {
        return NULL;
    }
    g_autoptr(JsonNode) root = json_builder_get_root(builder);

    return json_to_string(root, FALSE);
}

char *
site_book_show(const SiteBook *book, SitePart part, WallUs wall_us)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();

    if (part == SITE_POLICY) {
        add_policy(builder, book);
    } else {
        json_builder_begin_object(builder);
        json_builder_set_member_name(builder, "items");
        if (part == SITE_CALENDAR)
            add_calendar(builder, book, wall_us);
        else
            add_runbooks(builder, book, true);
        json_builder_set_member_name(builder, "next_cursor");
        json_builder_add_null_value(builder);
        json_add_text(builder, "timezone", book->timezone);
        json_builder_end_object(builder);
    }
    g_autoptr(JsonNode) root = json_builder_get_root(builder);

    return json_to_string(root, FALSE);
}

/* What a site has decided beyond its channels: its name and time zone, the calendar, the run-books,
 * the policy of its alarms. Immutable, shared by reference; part of the inventory. */
#pragma once

#include <json-glib/json-glib.h>

#include "appliance/config/site-policy.h"
#include "appliance/model/calendar.h"
#include "appliance/model/runbooks.h"

typedef struct {
    gatomicrefcount refs;
    char *name;       /* what people call the site; "" for the host's name. Clean, never NULL */
    char *timezone;   /* a name of the IANA database, such as "Europe/Vienna" */
    GTimeZone *zone;  /* of that name */
    unsigned skipped; /* first steps that were put aside: 1 << SiteStep */
    AlarmPolicy policy;
    Calendar *calendar;
    Runbooks *runbooks;
} SiteBook;

SiteBook *site_book_new(void); /* UTC, the default policy, nothing in it */
SiteBook *site_book_ref(SiteBook *book);
void site_book_unref(SiteBook *book); /* (nullable) */
bool site_book_equal(const SiteBook *a, const SiteBook *b);

/* Its members of the inventory's object: "calendar", "runbooks", "policy". Each may be missing, as
 * in files of older versions. Reading a time zone reads the system's database. Returns: (transfer
 * full): or %NULL with %GANTRY_ERROR_INVALID */
SiteBook *site_book_read(JsonObject *root, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void site_book_write(JsonBuilder *builder, const SiteBook *book);

typedef enum { SITE_CALENDAR, SITE_RUNBOOKS, SITE_POLICY } SitePart;

/**
 * site_book_with:
 * @key: id of the calendar entry, name of the fault; not looked at for the policy
 * @json: (nullable): the new value as one JSON object; %NULL: remove it (of the policy: the
 * default)
 *
 * Returns: (transfer full): a copy that differs in this; or %NULL with %GANTRY_ERROR_INVALID, or
 *   %GANTRY_ERROR_NOT_FOUND for a removal of what is not there
 */
SiteBook *site_book_with(const SiteBook *book,
                         SitePart part,
                         const char *key,
                         const char *json,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): @book with another calendar (a reference is taken) */
SiteBook *site_book_with_calendar(const SiteBook *book, Calendar *calendar);

/* One object as it is stored, the policy whatever @key is. Returns: (transfer full) (nullable):
 * %NULL if there is none; of a run-book, if the shipped text is in force */
char *site_book_object(const SiteBook *book, SitePart part, const char *key);

/* One part as the API shows it: {"items":[...]}, the policy as an object. Windows of the calendar
 * are told as they lie around @wall_us. Returns: (transfer full) */
char *site_book_show(const SiteBook *book, SitePart part, WallUs wall_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(SiteBook, site_book_unref)

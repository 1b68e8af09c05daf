/* The site's decisions as JSON: what is read back is what was written, and every mistake is named.
 */
#include "appliance/config/site-book.h"

#include <glib.h>
#include <string.h>

#include "appliance/config/inventory-store.h"
#include "pipelines/base/error.h"

static SiteBook *
with(SiteBook *book, SitePart part, const char *key, const char *json)
{
    g_autoptr(GError) error = NULL;
    SiteBook *next = site_book_with(book, part, key, json, &error);

    g_assert_no_error(error);
    site_book_unref(book);
    return next;
}

static SiteBook *
filled(void)
{
    SiteBook *book = site_book_new();

    book = with(book, SITE_POLICY, "",
                "{\"timezone\":\"Europe/Vienna\",\"shelf_max_minutes\":240,\"positions\":2,"
                "\"name\":\" Tower\\u0007 3 \",\"skipped_steps\":[\"receivers\"]}");
    book =
        with(book, SITE_CALENDAR, "night-slate",
             "{\"title\":\"loop\",\"kind\":\"slate\",\"channels\":[\"one\"],\"repeat\":\"weekly\","
             "\"days\":[\"sat\",\"sun\"],\"from_time\":\"02:00\",\"until_time\":\"05:30\"}");
    book = with(book, SITE_CALENDAR, "encoder",
                "{\"groups\":[\"News\"],\"from\":\"2026-12-01T22:00:00Z\","
                "\"until\":\"2026-12-02T02:00:00Z\"}");
    return with(book, SITE_RUNBOOKS, "no-packets", "{\"text\":\"Call the NOC: 42.\\nThen wait.\"}");
}

static void
an_inventory_keeps_what_the_site_decided(void)
{
    g_autoptr(Inventory) empty = inventory_new();
    g_autoptr(SiteBook) site = filled();
    g_autoptr(Inventory) inventory = inventory_with_site(empty, site);
    g_autofree char *text = inventory_to_json(inventory);
    g_autoptr(GError) error = NULL;
    g_autoptr(Inventory) back = inventory_from_json(text, strlen(text), &error);

    g_assert_no_error(error);
    g_assert_true(site_book_equal(back->site, site));
    g_assert_cmpuint(inventory->generation, ==, 1);
    g_autoptr(Inventory) same = inventory_with_site(back, site);

    g_assert_true(same == back);
    g_assert_cmpstr(back->site->name, ==, "Tower 3");
    g_assert_cmpuint(back->site->skipped, ==, 1u << SITE_STEP_RECEIVERS);
    g_assert_cmpint(back->site->policy.shelf_max_us, ==, INT64_C(240) * 60 * US_PER_SECOND);
    g_assert_cmpint(back->site->policy.remind_after_us, ==, INT64_C(600) * US_PER_SECOND);
    const CalendarEntry *slate = calendar_find(back->site->calendar, "night-slate");

    g_assert_cmpuint(slate->days, ==, 1u << 5 | 1u << 6);
    g_assert_cmpuint(slate->from_minute, ==, 120);
    g_assert_cmpuint(slate->until_minute, ==, 330);
    g_assert_cmpstr(runbooks_text(back->site->runbooks, FAULT_NO_PACKETS), ==,
                    "Call the NOC: 42.\nThen wait.");
    g_assert_cmpstr(runbooks_text(back->site->runbooks, FAULT_SYNC_LOST), ==,
                    fault_info(FAULT_SYNC_LOST)->action);
}

static void
an_inventory_of_an_older_version_has_the_defaults(void)
{
    static const char text[] = "{\"format\":1,\"generation\":3,\"channels\":[],\"receivers\":[],"
                               "\"accounts\":[]}";
    g_autoptr(GError) error = NULL;
    g_autoptr(Inventory) inventory = inventory_from_json(text, sizeof text - 1, &error);
    g_autoptr(SiteBook) site = site_book_new();

    g_assert_no_error(error);
    g_assert_true(site_book_equal(inventory->site, site));
}

static void
what_is_removed_is_gone_and_what_is_not_there_is_named(void)
{
    g_autoptr(SiteBook) book = filled();
    g_autoptr(GError) error = NULL;

    book = with(g_steal_pointer(&book), SITE_CALENDAR, "encoder", NULL);
    g_assert_null(calendar_find(book->calendar, "encoder"));
    g_assert_nonnull(calendar_find(book->calendar, "night-slate"));
    book = with(g_steal_pointer(&book), SITE_RUNBOOKS, "no-packets", NULL);
    g_assert_cmpstr(runbooks_text(book->runbooks, FAULT_NO_PACKETS), ==,
                    fault_info(FAULT_NO_PACKETS)->action);
    g_assert_null(site_book_with(book, SITE_CALENDAR, "encoder", NULL, &error));
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND);
    g_assert_nonnull(strstr(error->message, "\"encoder\""));
}

typedef struct {
    SitePart part;
    const char *key;
    const char *json;
    const char *says;
} Mistake;

static const Mistake mistakes[] = {
    {SITE_CALENDAR, "x", "{", "Parse error"},
    {SITE_CALENDAR, "x", "{}", "needs \"from\" and \"until\""},
    {SITE_CALENDAR, "X!",
     "{\"repeat\":\"weekly\",\"from_time\":\"01:00\",\"until_time\":\"02:00\"}", "is no id"},
    {SITE_CALENDAR, "x",
     "{\"id\":\"y\",\"repeat\":\"weekly\",\"from_time\":\"01:00\",\"until_time\":\"02:00\"}",
     "not the id"},
    {SITE_CALENDAR, "x",
     "{\"kind\":\"party\",\"repeat\":\"weekly\",\"from_time\":\"01:00\",\"until_time\":\"02:00\"}",
     "\"party\" is no kind"},
    {SITE_CALENDAR, "x", "{\"repeat\":\"daily\"}", "\"daily\" is no repeat"},
    {SITE_CALENDAR, "x", "{\"repeat\":\"weekly\",\"from_time\":\"24:00\",\"until_time\":\"02:00\"}",
     "\"from_time\" is a time"},
    {SITE_CALENDAR, "x", "{\"repeat\":\"weekly\",\"from_time\":\"1:00\",\"until_time\":\"02:00\"}",
     "\"from_time\" is a time"},
    {SITE_CALENDAR, "x",
     "{\"repeat\":\"weekly\",\"days\":[\"monday\"],\"from_time\":\"01:00\",\"until_time\":\"02:"
     "00\"}",
     "\"monday\" is no day"},
    {SITE_CALENDAR, "x",
     "{\"repeat\":\"weekly\",\"days\":\"mon\",\"from_time\":\"01:00\",\"until_time\":\"02:00\"}",
     "\"days\" is a list"},
    {SITE_CALENDAR, "x",
     "{\"channels\":[1],\"from\":\"2026-12-01T22:00:00Z\",\"until\":\"2026-12-02T02:00:00Z\"}",
     "\"channels\" holds"},
    {SITE_CALENDAR, "x", "{\"channel\":[\"one\"]}", "did you mean channels?"},
    {SITE_CALENDAR, "x", "{\"from\":\"tomorrow\",\"until\":\"2026-12-02T02:00:00Z\"}",
     "\"tomorrow\" is no time"},
    {SITE_CALENDAR, "x", "{\"from\":\"2026-12-02T22:00:00Z\",\"until\":\"2026-12-01T02:00:00Z\"}",
     "behind \"until\""},
    {SITE_CALENDAR, "x", "{\"from\":\"2026-01-01T22:00:00Z\",\"until\":\"2026-12-01T02:00:00Z\"}",
     "90 days at most"},
    {SITE_RUNBOOKS, "no-such-fault", "{\"text\":\"x\"}", "\"no-such-fault\""},
    {SITE_RUNBOOKS, "no-packets", "{\"text\":\"\"}", "1 to 4000 bytes"},
    {SITE_RUNBOOKS, "no-packets", "{}", "\"text\""},
    {SITE_POLICY, "", "{\"timezone\":\"Mars/Olympus\"}", "\"Mars/Olympus\" is no time zone"},
    {SITE_POLICY, "", "{\"timezone\":\"../../etc/passwd\"}", "no time zone"},
    {SITE_POLICY, "", "{\"timezone\":\"\"}", "no time zone"},
    {SITE_POLICY, "", "{\"shelf_max_minutes\":0}", "\"shelf_max_minutes\" is below"},
    {SITE_POLICY, "", "{\"shelf_max_minutes\":10081}", "\"shelf_max_minutes\" is out of range"},
    {SITE_POLICY, "", "{\"positions\":0}", "\"positions\""},
    {SITE_POLICY, "", "{\"position\":5}", "did you mean positions?"},
    {SITE_POLICY, "",
     "{\"name\":\"1234567890123456789012345678901234567890123456789012345678901\"}",
     "\"name\" has more than 60 characters"},
    {SITE_POLICY, "", "{\"skipped_steps\":\"site\"}", "is a list of site, channels, receivers"},
    {SITE_POLICY, "", "{\"skipped_steps\":[\"site\",3]}", "is a list of site, channels"},
};

static void
every_mistake_is_named_and_changes_nothing(void)
{
    g_autoptr(SiteBook) book = filled();

    for (size_t i = 0; i < G_N_ELEMENTS(mistakes); i++) {
        g_autoptr(GError) error = NULL;

        g_test_message("row %zu: %s", i, mistakes[i].json);
        g_assert_null(
            site_book_with(book, mistakes[i].part, mistakes[i].key, mistakes[i].json, &error));
        g_assert_nonnull(error);
        if (strstr(error->message, mistakes[i].says) == NULL)
            g_error("\"%s\" does not say \"%s\"", error->message, mistakes[i].says);
    }
}

static void
a_run_book_keeps_its_lines_and_loses_what_is_no_text(void)
{
    g_autoptr(SiteBook) book = site_book_new();

    book = with(g_steal_pointer(&book), SITE_RUNBOOKS, "no-packets",
                "{\"text\":\"one\\u0007\\n\\ntwo\\u001b[31m\\n\"}");
    g_assert_cmpstr(runbooks_text(book->runbooks, FAULT_NO_PACKETS), ==, "one\n\ntwo[31m");
}

static void
the_calendar_is_shown_with_its_next_window(void)
{
    g_autoptr(SiteBook) book = filled();
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601("2026-12-01T23:00:00Z", NULL);
    g_autofree char *text =
        site_book_show(book, SITE_CALENDAR, g_date_time_to_unix(time) * US_PER_SECOND);

    g_assert_nonnull(strstr(text, "\"active\":true,\"next_from\":\"2026-12-01T22:00:00Z\","
                                  "\"next_until\":\"2026-12-02T02:00:00Z\""));
    g_assert_nonnull(strstr(text, "\"active\":false,\"next_from\":\"2026-12-05T01:00:00Z\","
                                  "\"next_until\":\"2026-12-05T04:30:00Z\""));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/site-book/kept", an_inventory_keeps_what_the_site_decided);
    g_test_add_func("/site-book/older", an_inventory_of_an_older_version_has_the_defaults);
    g_test_add_func("/site-book/removed", what_is_removed_is_gone_and_what_is_not_there_is_named);
    g_test_add_func("/site-book/mistakes", every_mistake_is_named_and_changes_nothing);
    g_test_add_func("/site-book/run-book", a_run_book_keeps_its_lines_and_loses_what_is_no_text);
    g_test_add_func("/site-book/shown", the_calendar_is_shown_with_its_next_window);
    return g_test_run();
}

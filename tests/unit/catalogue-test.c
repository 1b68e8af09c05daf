/* The lists of faults and metrics: what every reader of them relies on. */
#include <glib.h>

#include "pipelines/base/slug.h"
#include "pipelines/contract/catalogue.h"

static void
every_mask_ends_at_a_root_cause(void)
{
    for (unsigned number = 1; number <= FAULT_NUMBER_MAX; number++) {
        unsigned steps = 0;

        for (FaultId f = fault_info(number)->number; f != FAULT_NONE; f = fault_info(f)->masked_by)
            g_assert_cmpuint(steps++, <=, FAULT_NUMBER_MAX);
    }
}

static void
names_are_slugs_and_unique(void)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (unsigned number = 1; number <= FAULT_NUMBER_MAX; number++) {
        const FaultInfo *info = fault_info(number);

        if (info->number == FAULT_NONE)
            continue;
        g_assert_cmpuint(info->number, ==, number);
        g_assert_true(slug_is_valid(info->name));
        g_assert_true(g_hash_table_add(seen, (gpointer)info->name));
        g_assert_cmpint(fault_by_name(info->name), ==, info->number);
    }
    g_assert_cmpuint(g_hash_table_size(seen), >, 10);
}

static void
a_fault_from_a_newer_worker_is_unknown_not_fatal(void)
{
    g_assert_cmpstr(fault_info(FAULT_NUMBER_MAX + 7)->name, ==, "unknown");
    g_assert_cmpstr(fault_info(FAULT_NUMBER_MAX)->name, ==, "unknown");
    g_assert_cmpstr(metric_info(9999)->name, ==, "unknown");
    g_assert_cmpint(fault_by_name("no-such-fault"), ==, FAULT_NONE);
    g_assert_cmpint(fault_by_name(NULL), ==, FAULT_NONE);
}

static void
words_are_read_back_as_they_are_printed(void)
{
    for (Severity severity = SEVERITY_CLEARED; severity <= SEVERITY_CRITICAL; severity++) {
        Severity read = SEVERITY_INDETERMINATE;

        g_assert_true(severity_from_name(severity_name(severity), &read));
        g_assert_cmpint(read, ==, severity);
    }
    Severity untouched = SEVERITY_MINOR;

    g_assert_false(severity_from_name("catastrophic", &untouched));
    g_assert_cmpint(untouched, ==, SEVERITY_MINOR);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/catalogue/masks", every_mask_ends_at_a_root_cause);
    g_test_add_func("/catalogue/names", names_are_slugs_and_unique);
    g_test_add_func("/catalogue/newer", a_fault_from_a_newer_worker_is_unknown_not_fatal);
    g_test_add_func("/catalogue/words", words_are_read_back_as_they_are_printed);
    return g_test_run();
}

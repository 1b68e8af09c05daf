/* People who were erased: pseudonyms that stay the same, wherever the name is met again. */
#include <glib/gstdio.h>
#include <string.h>

#include "appliance/config/inventory-store.h"
#include "appliance/events/event-log.h"
#include "appliance/model/alarm-book.h"

#define WAIT_US (60 * US_PER_SECOND)

/* anna, then boris, were erased. */
static ErasedNames *
two_names(void)
{
    g_autoptr(ErasedNames) nobody = erased_names_new(NULL, NULL);
    g_autoptr(ErasedNames) one = erased_names_with(nobody, "anna", "key");

    return erased_names_with(one, "boris", "another key");
}

static void
a_name_keeps_its_number_and_none_is_kept(void)
{
    g_autoptr(ErasedNames) names = two_names();
    g_autoptr(ErasedNames) again = erased_names_with(names, "anna", "key");
    g_autoptr(ErasedNames) stored =
        erased_names_new(erased_names_key(names), erased_names_digests(names));
    g_autofree char *pseudonym = erased_names_instead(stored, "boris");

    g_assert_true(again == names);
    g_assert_true(erased_names_equal(stored, names));
    g_assert_cmpuint(erased_names_count(stored), ==, 2);
    g_assert_cmpuint(erased_names_number(stored, "anna"), ==, 1);
    g_assert_cmpstr(pseudonym, ==, "erased user 2");
    g_assert_cmpuint(erased_names_number(stored, "clara"), ==, 0);
    g_assert_cmpuint(erased_names_number(stored, ""), ==, 0);
    g_assert_cmpuint(erased_names_number(NULL, "anna"), ==, 0);
    g_assert_cmpuint(strlen(erased_names_digests(stored)[0]), ==, ERASED_DIGEST_DIGITS);
}

static void
sentences_of_the_box_name_nobody_who_was_erased(void)
{
    static const struct {
        const char *text, *told; /* NULL: as it is */
    } cases[] = {
        {"account anna removed", "account erased user 1 removed"},
        {"account boris changed: role admin", "account erased user 2 changed: role admin"},
        {"session of anna ended", "session of erased user 1 ended"},
        {"personal data of anna exported", "personal data of erased user 1 exported"},
        {"account annabel removed", NULL},
        {"channel anna added", NULL},
        {"the account anna", NULL},
        {"account ", NULL},
    };
    g_autoptr(ErasedNames) names = two_names();

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *told = erased_names_in_text(names, cases[i].text);

        g_assert_cmpstr(told, ==, cases[i].told);
    }
}

static Event *
event_of(EventKind kind, const char *actor, const char *owner, const char *text, const char *note)
{
    Event *event = event_new(kind, 5, 7);

    event->value = 3.5;
    event->fault = FAULT_NO_PACKETS;
    event->severity = SEVERITY_MAJOR;
    event->members = 4;
    event->until_wall_us = 9;
    event_set(&event->alarm_id, "11111111-1111-4111-8111-111111111111");
    event_set(&event->actor, actor);
    event_set(&event->owner, owner);
    event_set(&event->text, text);
    event_set(&event->note, note);
    return event;
}

static void
an_event_is_told_as_it_was_but_for_the_names(void)
{
    g_autoptr(ErasedNames) names = two_names();
    g_autoptr(Event) before = event_of(EVENT_ALARM_ACK, "anna", "boris", "No packets", "I am anna");
    g_autoptr(Event) other = event_of(EVENT_ALARM_ACK, "clara", "", "No packets", "");
    g_autoptr(Event) told = event_without_names(event_ref(before), names);
    g_autoptr(Event) same = event_without_names(event_ref(other), names);

    g_assert_true(same == other);
    g_assert_cmpstr(before->actor, ==, "anna");
    g_assert_cmpstr(told->actor, ==, "erased user 1");
    g_assert_cmpstr(told->owner, ==, "erased user 2");
    g_assert_cmpstr(told->note, ==, "I am anna"); /* what people wrote stays */
    event_set(&told->actor, "anna");
    event_set(&told->owner, "boris");
    g_autoptr(GBytes) a = event_encode(before);
    g_autoptr(GBytes) b = event_encode(told);

    g_assert_true(g_bytes_equal(a, b));
}

static void
of_what_somebody_erased_did_it_is_not_told_from_where(void)
{
    const char *note = "{\"from\":\"192.0.2.7\",\"generation\":4}";
    g_autoptr(ErasedNames) names = two_names();
    g_autoptr(Event) own =
        event_without_names(event_of(EVENT_AUDIT, "anna", "", "login", note), names);
    g_autoptr(Event) done_to = event_without_names(
        event_of(EVENT_AUDIT, "chief", "", "account anna changed: role admin", note), names);

    g_assert_cmpstr(own->note, ==, "{\"from\":null,\"generation\":4}");
    g_assert_cmpstr(done_to->note, ==, note);
    g_assert_cmpstr(done_to->actor, ==, "chief");
    g_assert_cmpstr(done_to->text, ==, "account erased user 1 changed: role admin");
}

static void
wait_visible(GantryEventLog *log, uint64_t seq)
{
    const int64_t until_us = g_get_monotonic_time() + WAIT_US;
    EventLogStatus status;

    do {
        g_assert_cmpint(g_get_monotonic_time(), <, until_us);
        g_usleep(1000);
        gantry_event_log_get_status(log, &status);
    } while (status.visible_seq < seq);
}

static void
expect_actor(GantryEventLog *log, const char *actor)
{
    g_autoptr(GPtrArray) events = gantry_event_log_read(log, 0, 10);

    g_assert_cmpuint(events->len, ==, 1);
    g_assert_cmpstr(((const Event *)events->pdata[0])->actor, ==, actor);
}

static void
the_journal_is_read_without_the_name_from_memory_and_from_disk(void)
{
    g_autofree char *folder = g_dir_make_tmp("gantry-erased-XXXXXX", NULL);
    g_autoptr(ErasedNames) names = two_names();
    g_autoptr(GError) error = NULL;
    GantryEventLog *log = gantry_event_log_open(folder, &(EventLogLimits){0}, &error);

    g_assert_no_error(error);
    wait_visible(log, gantry_event_log_append(
                          log, event_of(EVENT_ALARM_ACK, "anna", "anna", "No packets", "")));
    expect_actor(log, "anna");
    name_veil_set(gantry_event_log_get_veil(log), names);
    expect_actor(log, "erased user 1");
    gantry_event_log_close(log, WAIT_US);
    g_object_unref(log);
    log = gantry_event_log_open(folder, &(EventLogLimits){0}, &error);
    g_assert_no_error(error);
    expect_actor(log, "anna"); /* the bytes stay: who reads them names nobody by the veil alone */
    name_veil_set(gantry_event_log_get_veil(log), names);
    expect_actor(log, "erased user 1");
    gantry_event_log_close(log, WAIT_US);
    g_object_unref(log);
}

/* An inventory that anna made, with her account and her token in it, beside boss's. */
static Inventory *
inventory_of_anna(void)
{
    const Account anna = {.name = (char *)"anna", .role = ROLE_OPERATOR};
    const Account boss = {.name = (char *)"boss", .role = ROLE_ADMIN};
    const ApiToken token = {.id = (char *)"t",
                            .hash = (char *)"0123456789abcdef0123456789abcdef0123456789abcdef"
                                            "0123456789abcdef",
                            .owner = (char *)"anna",
                            .rights = TOKEN_READ};
    g_autoptr(AccountBook) nobody = account_book_new(0);
    g_autoptr(AccountBook) one = account_book_with(nobody, &anna);
    g_autoptr(AccountBook) two = account_book_with(one, &boss);
    g_autoptr(AccountBook) all = account_book_with_token(two, &token);
    g_autoptr(Inventory) empty = inventory_new();

    empty->next_generation = 1;
    return inventory_made_by(inventory_with_accounts(empty, all), "anna",
                             "account anna made: role operator", 1);
}

static void
older_generations_on_disk_forget_the_name_too(void)
{
    g_autofree char *folder = g_dir_make_tmp("gantry-erased-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "1.json", NULL);
    g_autofree char *text = NULL;
    g_autoptr(ErasedNames) names = two_names();
    g_autoptr(Inventory) inventory = inventory_of_anna();
    g_autoptr(GError) error = NULL;

    g_assert_cmpuint(inventory->generation, ==, 1);
    g_assert_true(inventory_save(folder, inventory, &error));
    g_assert_no_error(error);
    g_assert_true(inventory_forget(folder, names, 2, &error));
    g_assert_no_error(error);
    g_assert_true(g_file_get_contents(path, &text, NULL, &error));
    g_assert_null(strstr(text, "anna"));
    g_autoptr(Inventory) read = inventory_load_generation(folder, 1, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(read->origin.by, ==, "erased user 1");
    g_assert_cmpstr(read->origin.what, ==, "account erased user 1 made: role operator");
    g_assert_cmpuint(read->accounts->n_accounts, ==, 1);
    g_assert_cmpuint(read->accounts->n_tokens, ==, 0);
    g_assert_true(erased_names_equal(read->accounts->erased, names));
}

static char *
make_id(gpointer user_data)
{
    return g_strdup_printf("id-%u", ++*(unsigned *)user_data);
}

/* The owner of the only alarm that the book shows. */
static void
expect_owner(AlarmBook *book, const char *owner)
{
    g_autoptr(Snapshot) views = snapshot_new();

    views->alarms = alarm_book_views(book, &views->n_alarms);
    g_assert_cmpuint(views->n_alarms, ==, 1);
    g_assert_cmpstr(views->alarms[0].owner, ==, owner);
}

static void
who_promised_and_put_aside_is_renamed_where_it_stands(void)
{
    unsigned ids = 0;
    AlarmBook *book = alarm_book_new(alarm_profile_default(), make_id, &ids);
    g_autoptr(GPtrArray) transitions = alarm_transitions_new();
    const AlarmNow now = {.us = 100 * US_PER_SECOND, .wall_us = 1000 * US_PER_SECOND};
    const Observation gone = {.resource = "channel/one",
                              .fault = FAULT_NO_PACKETS,
                              .faulty = true,
                              .since_us = 10 * US_PER_SECOND,
                              .cause_scope = CAUSE_INPUT};
    const OperatorAct act = {
        .alarm_id = "id-1", .actor = "anna", .note = "known", .for_us = US_PER_SECOND * 600};
    g_autoptr(GError) error = NULL;

    alarm_book_observe(book, &gone, now, transitions);
    alarm_book_step(book, now, transitions);
    g_assert_true(alarm_book_shelve(book, &act, now, transitions, &error));
    g_assert_no_error(error);
    expect_owner(book, "anna");
    alarm_book_rename(book, "anna", "erased user 1");
    expect_owner(book, "erased user 1");
    alarm_book_free(book);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/erased/numbers", a_name_keeps_its_number_and_none_is_kept);
    g_test_add_func("/erased/sentences", sentences_of_the_box_name_nobody_who_was_erased);
    g_test_add_func("/erased/event", an_event_is_told_as_it_was_but_for_the_names);
    g_test_add_func("/erased/address", of_what_somebody_erased_did_it_is_not_told_from_where);
    g_test_add_func("/erased/journal",
                    the_journal_is_read_without_the_name_from_memory_and_from_disk);
    g_test_add_func("/erased/generations", older_generations_on_disk_forget_the_name_too);
    g_test_add_func("/erased/alarms", who_promised_and_put_aside_is_renamed_where_it_stands);
    return g_test_run();
}

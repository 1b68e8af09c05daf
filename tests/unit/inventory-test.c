/* The inventory: what shares a socket, what makes a generation, and what a damaged disk leaves. */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mount.h>

#include "appliance/config/inventory-store.h"
#include "pipelines/base/error.h"

static ChannelList *
channels(const char *text)
{
    g_autoptr(GError) error = NULL;
    ChannelList *list = channel_list_parse("list", text, strlen(text), NULL, &error);

    g_assert_no_error(error);
    return list;
}

static Inventory *
inventory_of(const char *text)
{
    g_autoptr(Inventory) empty = inventory_new();
    g_autoptr(ChannelList) list = channels(text);

    return inventory_with_channels(empty, list);
}

#define MULTIPLEX                                                                                  \
    "id,address,service_id\n"                                                                      \
    "a,udp://239.1.1.1:5000,1\n"                                                                   \
    "b,udp://239.1.1.1:5000,2\n"                                                                   \
    "c,udp://239.1.1.2:5000,\n"

static void
services_of_one_multiplex_share_one_input(void)
{
    g_autoptr(Inventory) inventory = inventory_of(MULTIPLEX);

    g_assert_cmpuint(inventory->generation, ==, 1);
    g_assert_cmpuint(inventory->n_inputs, ==, 2);
    g_assert_cmpstr(inventory->inputs[0].id, ==, "udp-239-1-1-1-5000");
    g_assert_cmpuint(inventory->inputs[0].n_channels, ==, 2);
    g_assert_cmpuint(inventory->inputs[0].channels[1], ==, 1);
    g_assert_cmpstr(inventory->inputs[1].id, ==, "c");
    g_assert_cmpstr(inventory_find_channel(inventory, "b")->input_id, ==, "udp-239-1-1-1-5000");
    g_assert_null(inventory_find_channel(inventory, NULL));
    g_assert_null(inventory_find_input(inventory, "a"));
}

static void
a_shared_input_never_takes_the_id_of_a_channel(void)
{
    g_autoptr(Inventory) inventory = inventory_of("id,address,service_id\n"
                                                  "a,udp://239.1.1.1:5000,1\n"
                                                  "b,udp://239.1.1.1:5000,2\n"
                                                  "udp-239-1-1-1-5000,udp://239.1.1.2:5000,\n");

    g_assert_cmpstr(inventory->inputs[0].id, ==, "udp-239-1-1-1-5000-2");
    g_assert_cmpstr(inventory->inputs[1].id, ==, "udp-239-1-1-1-5000");
}

static void
a_generation_is_made_only_when_something_changes(void)
{
    g_autoptr(Inventory) first = inventory_of(MULTIPLEX);
    g_autoptr(ChannelList) same = channels(MULTIPLEX);
    g_autoptr(Inventory) again = inventory_with_channels(first, same);
    Account account = {.name = (char *)"noc", .role = ROLE_OPERATOR, .password_hash = (char *)"x"};
    Receiver receiver = {.id = (char *)"hook",
                         .kind = (char *)"webhook",
                         .url = (char *)"http://127.0.0.1:1/",
                         .secret_file = (char *)"",
                         .policy = {.min_severity = SEVERITY_MINOR}};

    g_assert_true(again == first);
    g_autoptr(AccountBook) nobody = account_book_new(0);
    g_autoptr(AccountBook) noc = account_book_with(nobody, &account);
    g_autoptr(AccountBook) same_noc = account_book_with(noc, &account);
    g_autoptr(Inventory) second = inventory_with_accounts(first, noc);
    g_autoptr(Inventory) third = inventory_with_accounts(second, same_noc);
    g_autoptr(Inventory) fourth = inventory_with_receivers(third, &receiver, 1);
    g_autoptr(Inventory) fifth = inventory_with_receivers(fourth, &receiver, 1);

    g_assert_cmpuint(second->generation, ==, 2);
    g_assert_cmpuint(second->n_inputs, ==, 2);
    g_assert_cmpuint(second->accounts->n_accounts, ==, 1);
    g_assert_true(third == second);
    g_assert_cmpuint(fourth->generation, ==, 3);
    g_assert_true(fifth == fourth);
    g_autoptr(Inventory) sixth = inventory_with_accounts(fifth, nobody);

    g_assert_cmpuint(sixth->accounts->n_accounts, ==, 0);
    g_assert_cmpuint(first->accounts->n_accounts, ==, 0);
}

static void
a_difference_names_what_came_went_and_changed(void)
{
    g_autoptr(Inventory) from = inventory_of(MULTIPLEX);
    g_autoptr(Inventory) to = inventory_of("id,name,address,service_id\n"
                                           "d,D,udp://239.1.1.4:5000,\n"
                                           "a,A,udp://239.1.1.1:5000,1\n"
                                           "c,C,udp://239.1.1.2:5000,\n");
    g_auto(InventoryDiff) diff = {0};
    g_auto(InventoryDiff) inputs = {0};

    inventory_diff(from, to, &diff);
    g_assert_cmpuint(g_strv_length(diff.added), ==, 1);
    g_assert_cmpstr(diff.added[0], ==, "d");
    g_assert_cmpuint(g_strv_length(diff.removed), ==, 1);
    g_assert_cmpstr(diff.removed[0], ==, "b");
    g_assert_cmpuint(g_strv_length(diff.changed), ==, 2);
    inventory_diff_inputs(from, to, &inputs);
    g_assert_true(g_strv_contains((const char *const *)inputs.added, "a"));
    g_assert_true(g_strv_contains((const char *const *)inputs.removed, "udp-239-1-1-1-5000"));
    g_assert_cmpuint(g_strv_length(inputs.changed), ==, 0); /* a new name is no worker's matter */
}

/* Deletes @folder, in which nothing but the reserve may be left. */
static bool
remove_empty(const char *folder)
{
    g_autofree char *reserve = g_build_filename(folder, "reserve", NULL);

    return g_unlink(reserve) == 0 && g_rmdir(folder) == 0;
}

/* Takes every free byte of @folder's file system. */
static void
fill(const char *folder)
{
    g_autofree char *path = g_build_filename(folder, "filler", NULL);
    g_autofree char *zeroes = g_malloc0(65536);
    FILE *file = g_fopen(path, "a");

    setvbuf(file, NULL, _IONBF, 0);
    for (size_t size = 65536; size >= 512; size /= 2) {
        while (fwrite(zeroes, size, 1, file) == 1)
            ;
    }
    fclose(file);
}

static void
a_full_disk_takes_the_inventory_again_and_again(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp("inventory-XXXXXX", NULL);
    g_autoptr(Inventory) inventory = inventory_of(MULTIPLEX);

    if (mount("tmpfs", folder, "tmpfs", 0, "size=4m") != 0) {
        g_test_skip("needs root to mount a small tmpfs");
        return;
    }
    for (inventory->generation = 1; inventory->generation <= 20; inventory->generation++)
        g_assert_true(inventory_save(folder, inventory, &error));
    for (; inventory->generation <= 40; inventory->generation++) {
        fill(folder);
        g_assert_true(inventory_save(folder, inventory, &error));
        g_assert_no_error(error);
        g_autoptr(Inventory) read = inventory_load(folder, NULL, &error);

        g_assert_no_error(error);
        g_assert_cmpuint(read->generation, ==, inventory->generation);
    }
    g_assert_cmpint(umount2(folder, MNT_DETACH), ==, 0);
    g_assert_cmpint(g_rmdir(folder), ==, 0);
}

static void
what_is_written_is_what_is_read(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp("inventory-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(folder, "2.json", NULL);
    g_autoptr(Inventory) empty = inventory_load(folder, NULL, &error);
    g_autoptr(Inventory) first = inventory_of(MULTIPLEX);
    char *groups[] = {(char *)"News", NULL};
    char *codes[] = {(char *)"0123", (char *)"4567", NULL};
    const Account account = {.name = (char *)"noc",
                             .full_name = (char *)"Night \"shift\"",
                             .role = ROLE_ADMIN,
                             .password_hash = (char *)"$argon2id$\"x",
                             .totp = (char *)"sealed",
                             .recovery = codes,
                             .must_change = true,
                             .scope = {.limited = true, .groups = groups},
                             .revision = 7,
                             .epoch = 5,
                             .created_us = 12345};
    const ApiToken token = {
        .id = (char *)"wall-3",
        .name = (char *)"Studio 3",
        .hash = (char *)"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        .owner = (char *)"noc",
        .rights = TOKEN_WALL | TOKEN_ACK,
        .scope = {.limited = true, .channels = groups},
        .expires_us = 99};
    g_autoptr(AccountBook) nobody = account_book_new(0);
    g_autoptr(AccountBook) noc = account_book_with(nobody, &account);
    g_autoptr(AccountBook) book = account_book_with_token(noc, &token);
    g_autoptr(Inventory) second = inventory_with_accounts(first, book);

    g_assert_no_error(error);
    g_assert_cmpuint(empty->generation, ==, 0);
    g_assert_true(inventory_save(folder, second, &error));
    g_assert_no_error(error);
    g_autofree char *skipped = NULL;
    g_autoptr(Inventory) read = inventory_load(folder, &skipped, &error);
    g_autofree char *a = inventory_to_json(second);
    g_autofree char *b = inventory_to_json(read);

    g_assert_no_error(error);
    g_assert_null(skipped);
    g_assert_cmpstr(a, ==, b);
    g_assert_true(account_book_equal(read->accounts, book));
    g_assert_cmpuint(read->accounts->accounts[0].epoch, ==, 5);
    g_assert_cmpuint(read->next_generation, ==, 3);
    g_assert_cmpint(g_unlink(file), ==, 0);
    g_assert_true(remove_empty(folder));
}

static void
a_damaged_newest_generation_is_passed_over_and_never_overwritten(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp("inventory-XXXXXX", NULL);
    g_autofree char *good = g_build_filename(folder, "1.json", NULL);
    g_autofree char *bad = g_build_filename(folder, "7.json", NULL);
    g_autofree char *other = g_build_filename(folder, "8.json.new", NULL);
    g_autoptr(Inventory) first = inventory_of(MULTIPLEX);
    g_autofree char *skipped = NULL;

    g_assert_true(inventory_save(folder, first, &error));
    g_assert_true(g_file_set_contents(bad, "{\"format\": 1, \"gener", -1, NULL));
    g_assert_true(g_file_set_contents(other, "half", -1, NULL));
    g_autoptr(Inventory) read = inventory_load(folder, &skipped, &error);

    g_assert_no_error(error);
    g_assert_cmpuint(read->generation, ==, 1);
    g_assert_cmpuint(read->next_generation, ==, 8);
    g_assert_nonnull(strstr(skipped, "7.json"));
    g_assert_cmpint(g_unlink(good), ==, 0);
    g_assert_null(inventory_load(folder, NULL, &error));
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
    g_assert_cmpint(g_unlink(bad) + g_unlink(other), ==, 0);
    g_assert_true(remove_empty(folder));
}

static void
only_the_newest_hundred_generations_stay(void)
{
    g_autofree char *folder = g_dir_make_tmp("inventory-XXXXXX", NULL);
    g_autoptr(Inventory) inventory = inventory_of(MULTIPLEX);

    for (unsigned i = 1; i <= INVENTORY_KEEP + 3; i++) {
        g_autofree char *path = g_strdup_printf("%s/%u.json", folder, i);

        g_assert_true(g_file_set_contents(path, "old", -1, NULL));
    }
    inventory->generation = INVENTORY_KEEP + 4;
    g_assert_true(inventory_save(folder, inventory, NULL));
    for (unsigned i = 1; i <= INVENTORY_KEEP + 4; i++) {
        g_autofree char *path = g_strdup_printf("%s/%u.json", folder, i);

        g_assert_cmpint(g_unlink(path), ==, i <= 4 ? -1 : 0);
    }
    g_assert_true(remove_empty(folder));
}

static void
what_no_site_could_have_written_is_refused(void)
{
    static const char *const bad[] = {
        "",
        "[]",
        "{}",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
        "{\"format\":2,\"generation\":1,\"channels\":[],\"receivers\":[],\"accounts\":[]}",
        "{\"format\":1,\"generation\":-1,\"channels\":[],\"receivers\":[],\"accounts\":[]}",
        "{\"format\":1,\"generation\":1,\"channels\":[7],\"receivers\":[],\"accounts\":[]}",
        "{\"format\":1,\"generation\":1,\"channels\":[{}],\"receivers\":[],\"accounts\":[]}",
        "{\"format\":1,\"generation\":1,\"chanels\":[],\"receivers\":[],\"accounts\":[]}",
        ("{\"format\":1,\"generation\":1,\"channels\":[],\"receivers\":[],\"accounts\":"
         "[{\"name\":\"../x\",\"role\":\"admin\",\"password_hash\":\"\"}]}"),
    };

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(inventory_from_json(bad[i], strlen(bad[i]), &error));
        g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
    }
}

static Inventory *
round_trip(const Inventory *inventory)
{
    g_autofree char *text = inventory_to_json(inventory);
    g_autoptr(GError) error = NULL;
    Inventory *read = inventory_from_json(text, strlen(text), &error);

    g_assert_no_error(error);
    return read;
}

static void
profiles_are_read_back_as_they_were_and_survive_other_changes(void)
{
    static const ProfileSetting settings[] = {
        {FAULT_PICTURE_BLACK, PROFILE_RAISE, 2.5, "a short one"},
        {FAULT_SOUND_SILENT, PROFILE_ENABLED, 0, "mute"},
        {FAULT_SOUND_SILENT, PROFILE_SEVERITY, SEVERITY_MAJOR, ""},
        {FAULT_SOUND_SILENT, PROFILE_IMPACT, IMPACT_OFF_AIR, ""},
        {FAULT_NONE, LIMIT_SILENCE_LEVEL, -50, "a noisy line"},
    };
    static const ProfileSource source = {"late", "news", "Late", settings, 5};
    static const GroupProfile group = {"Films", "late"};
    g_autoptr(ProfileBook) book = profile_book_new(&source, 1, &group, 1, NULL);
    g_autoptr(Inventory) first = inventory_of(MULTIPLEX);
    g_autoptr(Inventory) second = inventory_with_profiles(first, book);
    g_autoptr(Inventory) again = inventory_with_profiles(second, book);
    g_autoptr(Inventory) third = inventory_with_receivers(second, NULL, 0);
    g_autoptr(Inventory) read = round_trip(second);

    g_assert_cmpuint(second->generation, ==, 2);
    g_assert_true(again == second);
    g_assert_true(third == second);
    g_assert_true(profile_book_equal(read->profiles, book));
}

static void
an_inventory_without_profiles_still_loads_and_a_bad_profile_is_named(void)
{
    static const struct {
        const char *sections;
        const char *expect; /* NULL: it loads */
    } cases[] = {
        {"", NULL},
        {",\"profiles\":[]", NULL},
        {",\"profiles\":[{\"id\":\"a\",\"settings\":[{\"key\":\"picture-black.raise_s\","
         "\"value\":\"x\"}]}]",
         "*picture-black.raise_s: the value must be a number*"},
        {",\"profiles\":[{\"id\":\"a\",\"settings\":[{\"key\":\"sound-silent.impact\","
         "\"value\":\"loud\"}]}]",
         "*off-air*"},
        {",\"profiles\":[{\"id\":\"a\",\"bse\":\"news\",\"settings\":[]}]", "*did you mean base*"},
        {",\"profiles\":[{\"id\":\"a\",\"base\":\"b\",\"settings\":[]}]", "*does not exist*"},
        {",\"group_profiles\":[{\"group\":\"Films\",\"profile\":\"gone\"}]", "*does not exist*"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text =
            g_strdup_printf("{\"format\":1,\"generation\":3,\"channels\":[],\"receivers\":[],"
                            "\"accounts\":[]%s}",
                            cases[i].sections);
        g_autoptr(GError) error = NULL;
        g_autoptr(Inventory) read = inventory_from_json(text, strlen(text), &error);

        g_test_message("%s", error != NULL ? error->message : "loads");
        g_assert_true((read != NULL) == (cases[i].expect == NULL));
        g_assert_true(cases[i].expect == NULL ||
                      g_pattern_match_simple(cases[i].expect, error->message));
    }
}

static void
a_new_channel_is_learned_unless_its_list_says_otherwise(void)
{
    g_autoptr(Inventory) first = inventory_of("id,address,commissioned\n"
                                              "a,udp://239.1.1.1:5000,yes\n"
                                              "b,udp://239.1.1.2:5000,\n");
    g_autoptr(ChannelList) silent = channels("id,address\n"
                                             "a,udp://239.1.1.1:5000\n"
                                             "b,udp://239.1.1.2:5000\n");
    g_autoptr(Inventory) same = inventory_with_channels(first, silent);

    g_assert_true(inventory_find_channel(first, "a")->commissioned);
    g_assert_false(inventory_find_channel(first, "b")->commissioned);
    g_assert_true(same == first);
    g_autoptr(Inventory) read = round_trip(first);

    g_assert_true(inventory_find_channel(read, "a")->commissioned);
    g_assert_false(inventory_find_channel(read, "b")->commissioned);
}

static void
a_channel_that_is_switched_off_is_received_no_more_and_its_input_keeps_its_name(void)
{
    g_autoptr(Inventory) on = inventory_of("id,address,service_id\n"
                                           "a,udp://239.1.1.1:5000,1\n"
                                           "b,udp://239.1.1.1:5000,2\n"
                                           "c,udp://239.1.1.2:5000,\n");
    g_autoptr(ChannelList) list = channels("id,address,service_id,enabled\n"
                                           "a,udp://239.1.1.1:5000,1,no\n"
                                           "b,udp://239.1.1.1:5000,2,\n"
                                           "c,udp://239.1.1.2:5000,,no\n");
    g_autoptr(Inventory) off = inventory_with_channels(on, list);
    g_autoptr(Inventory) read = round_trip(off);
    const InventoryInput *shared = inventory_find_input(read, on->inputs[0].id);
    g_auto(InventoryDiff) diff = {0};

    g_assert_false(on->channels[0].disabled);
    g_assert_true(inventory_find_channel(read, "a")->disabled);
    g_assert_false(inventory_find_channel(read, "b")->disabled);
    g_assert_cmpstr(inventory_find_channel(read, "a")->input_id, ==, shared->id);
    g_assert_cmpuint(shared->n_channels, ==, 1);
    g_assert_cmpuint(shared->channels[0], ==, 1);
    g_assert_cmpuint(inventory_find_input(read, "c")->n_channels, ==, 0);
    inventory_diff_inputs(on, read, &diff);
    g_assert_cmpuint(g_strv_length(diff.changed), ==, 2);
    g_assert_cmpuint(g_strv_length(diff.removed), ==, 0);
    g_autoptr(ChannelList) silent = channels("id,address,service_id\n"
                                             "a,udp://239.1.1.1:5000,1\n"
                                             "b,udp://239.1.1.1:5000,2\n"
                                             "c,udp://239.1.1.2:5000,\n");
    g_autoptr(Inventory) same = inventory_with_channels(off, silent);

    g_assert_true(same == off);
}

static void
a_learned_profile_stays_when_the_list_names_none(void)
{
    g_autoptr(Inventory) first = inventory_of("id,address\na,udp://239.1.1.1:5000\n");
    g_autoptr(Inventory) learned = inventory_with_channel_profile(first, "a", "learned-a");
    g_autoptr(ChannelList) silent = channels("id,address\na,udp://239.1.1.1:5000\n");
    g_autoptr(ChannelList) other = channels("id,address,profile\na,udp://239.1.1.1:5000,news\n");
    g_autoptr(Inventory) again = inventory_with_channels(learned, silent);
    g_autoptr(Inventory) changed = inventory_with_channels(learned, other);

    g_assert_cmpstr(learned->channels[0].profile, ==, "learned-a");
    g_assert_true(learned->channels[0].commissioned);
    g_assert_true(again == learned);
    g_assert_cmpstr(changed->channels[0].profile, ==, "news");
    g_assert_true(changed->channels[0].commissioned);
}

static void
a_channel_of_the_box_itself_is_watched_and_in_no_list(void)
{
    g_autoptr(Inventory) site = inventory_of(MULTIPLEX);
    g_autoptr(Inventory) with = inventory_with_own_channel(site, "own", "udp://127.0.0.1:9999");
    g_autoptr(ChannelList) list = channels(MULTIPLEX);
    g_autoptr(Inventory) same = inventory_with_channels(with, list);
    g_autoptr(Inventory) other = inventory_with_receivers(with, &(Receiver){.id = (char *)"r"}, 1);
    g_autofree char *text = inventory_to_json(with);
    g_autofree char *of_site = inventory_to_json(site);

    g_assert_cmpuint(with->n_channels, ==, 4);
    g_assert_cmpuint(with->n_own, ==, 1);
    g_assert_cmpuint(with->generation, ==, site->generation);
    g_assert_cmpuint(with->next_generation, ==, site->next_generation);
    g_assert_cmpstr(inventory_find_channel(with, "own")->input_id, ==, "own");
    g_assert_true(inventory_is_own(with, "channel/own"));
    g_assert_true(inventory_is_own(with, "input/own"));
    g_assert_false(inventory_is_own(with, "channel/a"));
    g_assert_false(inventory_is_own(with, "box"));
    g_assert_false(inventory_is_own(site, "channel/own"));
    g_assert_true(same == with);
    g_assert_cmpuint(other->n_channels, ==, 3);
    g_assert_cmpuint(other->n_own, ==, 0);
    g_assert_cmpstr(text, ==, of_site);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/inventory/" #name, name)
    TEST(a_channel_of_the_box_itself_is_watched_and_in_no_list);
    TEST(services_of_one_multiplex_share_one_input);
    TEST(a_shared_input_never_takes_the_id_of_a_channel);
    TEST(a_generation_is_made_only_when_something_changes);
    TEST(a_difference_names_what_came_went_and_changed);
    TEST(a_full_disk_takes_the_inventory_again_and_again);
    TEST(what_is_written_is_what_is_read);
    TEST(a_damaged_newest_generation_is_passed_over_and_never_overwritten);
    TEST(only_the_newest_hundred_generations_stay);
    TEST(what_no_site_could_have_written_is_refused);
    TEST(profiles_are_read_back_as_they_were_and_survive_other_changes);
    TEST(an_inventory_without_profiles_still_loads_and_a_bad_profile_is_named);
    TEST(a_new_channel_is_learned_unless_its_list_says_otherwise);
    TEST(a_channel_that_is_switched_off_is_received_no_more_and_its_input_keeps_its_name);
    TEST(a_learned_profile_stays_when_the_list_names_none);
#undef TEST
    return g_test_run();
}

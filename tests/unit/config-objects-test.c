/* What people change of the inventory: objects as JSON, changes of them, lists by hand, what
 * differs. */
#include <glib.h>
#include <string.h>

#include "appliance/config/channel-import.h"
#include "appliance/config/inventory-compare.h"
#include "appliance/config/inventory-object.h"
#include "appliance/config/inventory-store.h"
#include "appliance/config/json-text.h"
#include "appliance/config/probe-report.h"
#include "appliance/model/etag.h"
#include "pipelines/base/error.h"

static const ChannelRules rules = {.channels_file = "", .interface = "", .allow_loopback = true};

/* A change that must go well. @inventory: (transfer full) */
static Inventory *
change(Inventory *inventory, const char *collection, const char *id, const char *json, bool merge)
{
    const ObjectChange object = {.collection = collection, .id = id, .json = json, .merge = merge};
    g_autoptr(Inventory) before = inventory;
    g_autofree char *pointer = NULL;
    g_autoptr(GError) error = NULL;
    Inventory *next = inventory_object_change(before, &object, &rules, &pointer, &error);

    g_assert_no_error(error);
    return next;
}

static Inventory *
three_channels(void)
{
    Inventory *inventory = inventory_new();

    inventory = change(inventory, "channels", "a", "{\"address\":\"udp://239.1.1.1:5000\"}", false);
    inventory = change(inventory, "channels", "b", "{\"address\":\"udp://239.1.1.2:5000\"}", false);
    return change(inventory, "channels", "c", "{\"address\":\"udp://239.1.1.3:5000\"}", false);
}

static void
an_object_is_written_and_read_as_it_was(void)
{
    g_autoptr(Inventory) inventory = three_channels();
    g_autoptr(GError) error = NULL;

    inventory = change(inventory, "walls", "night",
                       "{\"groups\":[\"News\"],\"layout\":\"fixed\",\"columns\":4,\"rows\":2,"
                       "\"rotation_seconds\":30,\"sound\":true,\"size\":\"xl\"}",
                       false);
    inventory = inventory_made_by(inventory, "anna", "a wall", 17);
    g_autofree char *text = inventory_to_json(inventory);
    g_autoptr(Inventory) read = inventory_from_json(text, strlen(text), &error);

    g_assert_no_error(error);
    g_autofree char *again = inventory_to_json(read);
    g_autofree char *differs = inventory_compare_text(inventory, read);

    g_assert_cmpstr(again, ==, text);
    g_assert_cmpstr(differs, ==, "nothing");
    g_assert_cmpstr(read->origin.by, ==, "anna");
    g_assert_cmpint(read->origin.at_us, ==, 17);
    g_assert_cmpuint(wall_book_find(read->walls, "night")->columns, ==, 4);
    g_assert_false(read->channels[0].from_file);
}

static void
a_channel_of_an_older_version_came_from_a_list(void)
{
    const char *text = "{\"format\":1,\"generation\":3,\"channels\":[{\"id\":\"a\",\"name\":\"A\","
                       "\"short_name\":\"A\",\"group\":\"\",\"address\":\"udp://239.1.1.1:5000\","
                       "\"interface\":\"\",\"service_id\":0,\"profile\":\"\"}],\"receivers\":[],"
                       "\"accounts\":[]}";
    g_autoptr(GError) error = NULL;
    g_autoptr(Inventory) inventory = inventory_from_json(text, strlen(text), &error);
    const ChannelRules with_file = {.channels_file = "/etc/list.csv", .interface = ""};

    g_assert_no_error(error);
    g_assert_true(channel_is_managed(&inventory->channels[0], &with_file));
    g_assert_false(channel_is_managed(&inventory->channels[0], &rules));
    g_assert_cmpuint(inventory->walls->n_walls, ==, 0);
    g_assert_cmpstr(inventory->origin.by, ==, "");
}

static void
a_patch_changes_what_it_names_and_nothing_else(void)
{
    g_autoptr(Inventory) inventory = three_channels();
    g_autofree char *before = inventory_object_text(inventory, "channels", "a", &rules);
    g_autofree char *etag = etag_of(before);

    inventory = change(inventory, "channels", "a", "{\"group\":\"News\"}", true);
    g_autofree char *after = inventory_object_text(inventory, "channels", "a", &rules);
    g_autofree char *other = etag_of(after);

    g_assert_nonnull(strstr(after, "\"group\":\"News\""));
    g_assert_nonnull(strstr(after, "udp://239.1.1.1:5000"));
    g_assert_cmpstr(etag, !=, other);
    g_assert_false(inventory_object_check(inventory, "channels", "a", &rules, etag, NULL));
    g_assert_true(inventory_object_check(inventory, "channels", "a", &rules, other, NULL));
    g_assert_false(inventory_object_check(inventory, "channels", "a", &rules, NULL, NULL));
    g_assert_true(inventory_object_check(inventory, "channels", "new", &rules, NULL, NULL));
    g_assert_false(inventory_object_check(inventory, "channels", "gone", &rules, other, NULL));
}

static void
a_merge_patch_does_what_its_standard_says(void)
{
    /* RFC 7396, appendix A: target, patch, result. */
    static const char *const cases[][3] = {
        {"{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
        {"{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}"},
        {"{\"a\":\"b\"}", "{\"a\":null}", "{}"},
        {"{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}"},
        {"{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
        {"{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}"},
        {"{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}"},
        {"{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}"},
        {"{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(JsonNode) target = json_from_string(cases[i][0], NULL);
        g_autoptr(JsonNode) patch = json_from_string(cases[i][1], NULL);
        g_autoptr(JsonNode) wanted = json_from_string(cases[i][2], NULL);
        g_autoptr(JsonNode) merged = json_text_merge(target, patch);

        g_assert_true(json_node_equal(merged, wanted));
    }
}

static void
a_changed_address_gives_its_worker_news_and_no_other(void)
{
    g_autoptr(Inventory) before = three_channels();
    g_autoptr(Inventory) after = change(inventory_ref(before), "channels", "b",
                                        "{\"address\":\"udp://239.1.1.9:5000\"}", true);
    g_auto(InventoryDiff) diff = {0};

    inventory_diff_inputs(before, after, &diff);
    g_assert_cmpuint(g_strv_length(diff.changed), ==, 1);
    g_assert_cmpstr(diff.changed[0], ==, "b");
    g_assert_cmpuint(g_strv_length(diff.added) + g_strv_length(diff.removed), ==, 0);
    g_autofree char *text = inventory_compare_text(before, after);

    g_assert_cmpstr(text, ==,
                    "channels/b changed: address \"udp://239.1.1.2:5000\" to "
                    "\"udp://239.1.1.9:5000\"");
}

static void
another_order_is_a_difference_of_its_own(void)
{
    g_autoptr(Inventory) before = three_channels();
    g_autoptr(Inventory) after =
        change(inventory_ref(before), "channels", "c", "{\"position\":1}", true);
    g_autofree char *changes = inventory_compare(before, after);

    g_assert_cmpstr(after->channels[0].id, ==, "c");
    g_assert_nonnull(strstr(changes, "\"order\""));
    g_assert_nonnull(strstr(changes, "[\"c\",\"a\",\"b\"]"));
}

static void
going_back_leaves_accounts_and_channels_of_the_list(void)
{
    const Account anna = {.name = (char *)"anna", .role = ROLE_ADMIN, .password_hash = (char *)"x"};
    g_autoptr(Inventory) old = three_channels();
    g_autoptr(Inventory) now = change(inventory_ref(old), "channels", "b", NULL, false);
    g_autoptr(AccountBook) accounts = account_book_with(now->accounts, &anna);
    g_autoptr(Inventory) with = inventory_with_accounts(now, accounts);
    g_autoptr(Inventory) back = inventory_reverted(with, old, true);

    g_assert_cmpuint(with->n_channels, ==, 2);
    g_assert_cmpuint(back->n_channels, ==, 3);
    g_assert_nonnull(account_book_find(back->accounts, "anna"));
    g_assert_cmpuint(back->generation, ==, with->generation + 1);
}

static char *
import(Inventory *inventory, const char *text, Inventory **ret_next)
{
    const ImportOrder order = {.text = text, .size = strlen(text)};

    return channel_import_read(inventory, &order, &rules, ret_next);
}

static void
rows_of_a_list_are_judged_one_by_one(void)
{
    g_autoptr(Inventory) inventory = three_channels();
    g_autoptr(Inventory) next = NULL;
    g_autofree char *report = import(inventory,
                                     "id,name,address\n"
                                     "a,a,udp://239.1.1.1:5000\n"
                                     "b,Bee,udp://239.1.1.2:5000\n"
                                     "d,D,udp://239.1.1.4:5000\n"
                                     "e,E,udp://239.1.1.3:5000\n"
                                     "only,two\n",
                                     &next);

    g_assert_null(next);
    g_assert_nonnull(
        strstr(report, "\"new\":1,\"changed\":1,\"unchanged\":1,\"errors\":2,\"removed\":[]"));
    g_assert_nonnull(strstr(report, "already received by \\\"c\\\""));
    g_assert_nonnull(strstr(report, "2 fields, but the first row names 3 columns"));
}

static void
a_list_with_two_rows_for_one_channel_is_refused(void)
{
    g_autoptr(Inventory) inventory = three_channels();
    g_autoptr(Inventory) next = NULL;
    g_autofree char *report = import(inventory,
                                     "id,address\n"
                                     "x,udp://239.1.1.7:5000\n"
                                     "x,udp://239.1.1.8:5000\n",
                                     &next);

    g_assert_null(next);
    g_assert_nonnull(strstr(report, "\"errors\":1"));
}

static void
what_is_written_as_csv_is_read_as_the_same(void)
{
    g_autoptr(Inventory) inventory = three_channels();
    g_autoptr(Inventory) next = NULL;
    size_t n = 0;

    inventory = change(inventory, "channels", "a",
                       "{\"name\":\"=cmd|' /C calc'!A0\",\"group\":\"a;b,\\\"c\\\"\"}", true);
    g_autofree ChannelEntry *entries = inventory_entries(inventory, &n);
    g_autofree char *csv = channel_list_write_csv(entries, n);
    g_autofree char *report = import(inventory, csv, &next);

    g_assert_nonnull(strstr(csv, "\"'=cmd"));
    g_assert_nonnull(strstr(report, "\"unchanged\":3,\"errors\":0"));
    g_assert_true(next == inventory);
}

static void
a_playlist_with_a_document_type_is_refused(void)
{
    g_autoptr(GError) error = NULL;
    const char *evil = "<!DOCTYPE p [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
                       "<playlist><trackList><track><location>udp://239.1.1.1:5000</location>"
                       "<title>&x;</title></track></trackList></playlist>";
    const char *good = "<playlist version=\"1\"><trackList><track>"
                       "<location>udp://239.1.1.1:5000</location><title>A &amp; B</title>"
                       "</track></trackList></playlist>";

    g_assert_null(channel_list_parse("F", evil, strlen(evil), NULL, &error));
    g_assert_true(g_str_has_prefix(error->message, "F:1: a document type"));
    g_clear_error(&error);
    g_assert_null(channel_list_parse("F", good, strlen(good) - 20, NULL, &error));
    g_assert_true(g_str_has_prefix(error->message, "F:1: "));
    g_clear_error(&error);
    g_autoptr(ChannelList) list = channel_list_parse("F", good, strlen(good), NULL, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(list->channels[0].name, ==, "A & B");
}

static void
a_report_of_a_probe_is_cut_down_and_not_believed(void)
{
    const char *wild =
        "{\"bitrate_bps\":1e300,\"services\":[7,{\"service_id\":-1,\"name\":\"a\\u0000b"
        "\\u001b[31m\",\"components\":{}},{\"service_id\":5,\"name\":\"Five\",\"components\":"
        "[{\"pid\":99999,\"kind\":\"video\",\"codec\":\"H.264\",\"video\":{\"width\":1920,"
        "\"height\":1080,\"interlaced\":true,\"frame_rate\":25}}]}],\"pictures\":["
        "{\"service_id\":5,\"jpeg_base64\":\"<script>\"}]}";
    g_autofree char *reduced = probe_report_reduce(wild, strlen(wild), NULL);

    g_assert_nonnull(reduced);
    g_assert_nonnull(strstr(reduced, "1920x1080 interlaced, 25 frames/s"));
    g_assert_nonnull(strstr(reduced, "\"pid\":8191"));
    g_assert_null(strstr(reduced, "script"));
    g_assert_null(strstr(reduced, "\\u001b"));
    g_assert_null(probe_report_reduce("[]", 2, NULL));
    g_assert_null(probe_report_reduce("{", 1, NULL));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/config-objects/" #test, test)
    ADD(an_object_is_written_and_read_as_it_was);
    ADD(a_channel_of_an_older_version_came_from_a_list);
    ADD(a_patch_changes_what_it_names_and_nothing_else);
    ADD(a_merge_patch_does_what_its_standard_says);
    ADD(a_changed_address_gives_its_worker_news_and_no_other);
    ADD(another_order_is_a_difference_of_its_own);
    ADD(going_back_leaves_accounts_and_channels_of_the_list);
    ADD(rows_of_a_list_are_judged_one_by_one);
    ADD(a_list_with_two_rows_for_one_channel_is_refused);
    ADD(what_is_written_as_csv_is_read_as_the_same);
    ADD(a_playlist_with_a_document_type_is_refused);
    ADD(a_report_of_a_probe_is_cut_down_and_not_believed);
    return g_test_run();
}

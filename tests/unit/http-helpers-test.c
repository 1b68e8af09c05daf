/* What many routes share: problems, entity tags, retries, rates, cursors, shapes of lists. */
#include <json-glib/json-glib.h>
#include <string.h>

#include "appliance/events/command-port.h"
#include "appliance/http/cursor.h"
#include "appliance/http/idempotency.h"
#include "appliance/http/list-shape.h"
#include "appliance/http/problem.h"
#include "appliance/http/request-rate.h"
#include "appliance/http/router.h"
#include "appliance/model/etag.h"

static void
a_problem_says_where_and_leads_to_its_page(void)
{
    g_autoptr(GPtrArray) fields =
        g_ptr_array_new_with_free_func((GDestroyNotify)command_fault_free);
    const Problem problem = {.status = 422,
                             .type = "invalid-fields",
                             .detail = "no",
                             .instance = "/api/v1/x",
                             .request_id = "1-2",
                             .fields = fields};
    g_autoptr(GString) json = g_string_new(NULL);
    g_autoptr(GString) html = g_string_new(NULL);

    g_ptr_array_add(fields, command_fault_new("/a/0", "not \"this\""));
    problem_write(json, &problem);
    g_assert_cmpstr(json->str, ==,
                    "{\"type\":\"/problems/invalid-fields\",\"title\":\"Invalid fields\","
                    "\"status\":422,\"detail\":\"no\",\"instance\":\"/api/v1/x\","
                    "\"request_id\":\"1-2\",\"errors\":[{\"pointer\":\"/a/0\",\"detail\":\"not "
                    "\\\"this\\\"\"}]}");
    g_assert_true(problem_page(html, "invalid-fields"));
    g_assert_nonnull(strstr(html->str, "JSON pointer"));
    g_assert_false(problem_page(html, "<script>"));
}

static void
a_change_passes_with_the_tag_of_what_it_changes_alone(void)
{
    g_autofree char *tag = etag_of("{\"a\":1}");
    g_autofree char *same = etag_of("{\"a\":1}");
    g_autofree char *other = etag_of("{\"a\":2}");
    g_autofree char *list = g_strdup_printf("%s, %s", other, tag);
    g_autofree char *weak = g_strdup_printf("W/%s", tag);

    g_assert_cmpstr(tag, ==, same);
    g_assert_true(tag[0] == '"' && tag[strlen(tag) - 1] == '"');
    g_assert_true(etag_allows(tag, tag));
    g_assert_true(etag_allows(list, tag));
    g_assert_true(etag_allows("*", tag));
    g_assert_false(etag_allows("*", NULL));
    g_assert_false(etag_allows(other, tag));
    g_assert_false(etag_allows(weak, tag));
}

static GByteArray *
bytes(const char *text)
{
    GByteArray *array = g_byte_array_new();

    return g_byte_array_append(array, (const guint8 *)text, (guint)strlen(text));
}

static void
a_retry_gets_the_first_answer_and_another_body_does_not(void)
{
    Idempotency *kept = idempotency_new("k");
    g_autoptr(GByteArray) body = bytes("{}");
    g_autoptr(GByteArray) other = bytes("{\"a\":1}");
    g_autoptr(GBytes) said = g_bytes_new_static("ok", 2);
    const IdempotencyAnswer *answer = NULL;

    g_assert_cmpint(idempotency_begin(kept, "k", body, 0, &answer), ==, IDEMPOTENCY_NEW);
    g_assert_cmpint(idempotency_begin(kept, "k", body, 1, &answer), ==, IDEMPOTENCY_IN_FLIGHT);
    idempotency_finish(kept, "k", 201, "text/plain", said);
    g_assert_cmpint(idempotency_begin(kept, "k", body, 2, &answer), ==, IDEMPOTENCY_DONE);
    g_assert_cmpuint(answer->status, ==, 201);
    g_assert_cmpstr(answer->type, ==, "text/plain");
    g_assert_true(g_bytes_equal(answer->body, said));
    g_assert_cmpint(idempotency_begin(kept, "k", other, 3, &answer), ==, IDEMPOTENCY_OTHER);
    g_assert_cmpint(idempotency_begin(kept, "k2", other, 3, &answer), ==, IDEMPOTENCY_NEW);
    idempotency_finish(kept, "k2", 503, NULL, NULL);
    g_assert_cmpint(idempotency_begin(kept, "k2", other, 4, &answer), ==, IDEMPOTENCY_NEW);
    g_assert_cmpint(idempotency_begin(kept, "k", body, IDEMPOTENCY_KEEP_US + 5, &answer), ==,
                    IDEMPOTENCY_NEW);
    idempotency_free(kept);
}

static void
a_secret_is_not_kept_only_that_it_was_shown(void)
{
    Idempotency *kept = idempotency_new("k");
    g_autoptr(GByteArray) body = bytes("{}");
    g_autoptr(GByteArray) other = bytes("{\"a\":1}");
    const IdempotencyAnswer *answer = NULL;

    g_assert_cmpint(idempotency_begin(kept, "k", body, 0, &answer), ==, IDEMPOTENCY_NEW);
    idempotency_finish_secret(kept, "k", 201);
    g_assert_cmpint(idempotency_begin(kept, "k", body, 1, &answer), ==, IDEMPOTENCY_DONE);
    g_assert_true(answer->shown_once);
    g_assert_null(answer->body);
    g_assert_cmpint(idempotency_begin(kept, "k", other, 2, &answer), ==, IDEMPOTENCY_OTHER);
    idempotency_free(kept);
}

static void
answers_that_are_kept_have_a_bound(void)
{
    Idempotency *kept = idempotency_new("k");
    g_autoptr(GByteArray) body = bytes("{}");
    g_autofree char *large = g_strnfill(IDEMPOTENCY_ANSWER_MAX, 'x');
    g_autoptr(GBytes) said = g_bytes_new_static(large, IDEMPOTENCY_ANSWER_MAX);
    const IdempotencyAnswer *answer = NULL;
    unsigned still = 0;

    for (unsigned i = 0; i < 200; i++) {
        g_autofree char *key = g_strdup_printf("k%u", i);

        g_assert_cmpint(idempotency_begin(kept, key, body, i, &answer), ==, IDEMPOTENCY_NEW);
        idempotency_finish(kept, key, 200, "text/plain", said);
    }
    for (unsigned i = 0; i < 200; i++) {
        g_autofree char *key = g_strdup_printf("k%u", i);

        still += idempotency_begin(kept, key, body, 200, &answer) == IDEMPOTENCY_DONE;
    }
    g_assert_cmpuint(still, <=, IDEMPOTENCY_BYTES_MAX / IDEMPOTENCY_ANSWER_MAX + 1);
    g_assert_cmpuint(still, >=, 32);
    idempotency_free(kept);
}

static void
a_client_may_burst_and_then_goes_at_the_pace_of_the_bucket(void)
{
    RequestRate *rate = request_rate_new();
    unsigned passed = 0;

    for (unsigned i = 0; i < 2 * RATE_BURST; i++)
        passed += request_rate_take(rate, "a", 1).wait_s == 0;
    g_assert_cmpuint(passed, ==, RATE_BURST);
    g_assert_cmpuint(request_rate_take(rate, "b", 1).left, ==, RATE_BURST - 1);
    for (unsigned i = 0; i < 2 * RATE_BURST; i++)
        passed += request_rate_take(rate, "a", 1 + US_PER_SECOND).wait_s == 0;
    g_assert_cmpuint(passed, ==, RATE_BURST + RATE_A_SECOND);
    request_rate_free(rate);
}

static void
clients_without_end_take_no_memory_without_end(void)
{
    RequestRate *rate = request_rate_new();
    unsigned passed = 0;

    for (unsigned i = 0; i < RATE_CLIENTS_MAX + 2 * RATE_BURST; i++) {
        g_autofree char *client = g_strdup_printf("client-%u", i);

        passed += request_rate_take(rate, client, 1).wait_s == 0;
    }
    g_assert_cmpuint(passed, >=, RATE_CLIENTS_MAX);
    g_assert_cmpuint(passed, <=, RATE_CLIENTS_MAX + RATE_BURST);
    g_assert_cmpuint(request_rate_take(rate, "late", 60 * US_PER_SECOND).left, ==, RATE_BURST - 1);
    request_rate_free(rate);
}

static void
a_cursor_comes_back_as_it_was_given_and_nothing_else_does(void)
{
    static const char *const places[] = {
        "", "a", "ab", "abc", "2026-01-01T00:00:00Z|\xc3\xa4?/+", "alarm-1"};
    static const char *const wrong[] = {"",      "A",      "MQ",       "!!!!",
                                        "MTph=", "MTph\n", "Zm9vYmFy", "MTr_"};

    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autofree char *cursor = cursor_make(places[i]);
        g_autofree char *place = cursor_read(cursor);

        g_assert_cmpstr(place, ==, places[i]);
        g_assert_null(strpbrk(cursor, "+/="));
    }
    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++)
        g_assert_null(cursor_read(wrong[i]));
}

static char *
shaped(const char *json, const char *fields, const char *sort)
{
    g_autoptr(GBytes) whole = g_bytes_new_static(json, strlen(json));
    const char *wrong = NULL;
    g_autoptr(GBytes) part = list_shape(whole, fields, sort, &wrong);

    g_assert_true((part == NULL) == (wrong != NULL));
    return part == NULL
               ? NULL
               : g_strndup((const char *)g_bytes_get_data(part, NULL), g_bytes_get_size(part));
}

static void
a_list_is_cut_and_sorted_as_asked(void)
{
    static const char list[] =
        "{\"items\":[{\"id\":\"b\",\"n\":2,\"x\":null},{\"id\":\"a\",\"n\":10},"
        "{\"id\":\"c\",\"x\":1}],\"next_cursor\":null}";
    g_autofree char *by_number = shaped(list, "id", "-n");
    g_autofree char *by_name = shaped(list, "n,absent", "id");
    g_autofree char *paged = shaped("{\"items\":[],\"next_cursor\":\"x\"}", NULL, "id");
    g_autofree char *cut =
        shaped("{\"items\":[{\"a\":1,\"b\":2}],\"next_cursor\":\"x\"}", "b", NULL);
    g_autofree char *none = shaped("{\"a\":1}", "b", NULL);

    g_assert_cmpstr(by_number, ==,
                    "{\"items\":[{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"c\"}],"
                    "\"next_cursor\":null}");
    g_assert_cmpstr(by_name, ==, "{\"items\":[{\"n\":10},{\"n\":2},{}],\"next_cursor\":null}");
    g_assert_null(paged);
    g_assert_cmpstr(cut, ==, "{\"items\":[{\"b\":2}],\"next_cursor\":\"x\"}");
    g_assert_cmpstr(none, ==, "{\"a\":1}");
    g_assert_null(shaped(list, "ID", NULL));
    g_assert_null(shaped(list, NULL, "a,b,c,d,e"));
    g_assert_null(shaped(list, "", NULL));
}

static void
a_path_tells_its_methods(void)
{
    static const Route routes[] = {
        {"GET", "/a/{}", ROLE_NONE, TOKEN_READ, REACH_BOX, ROUTE_PLAIN, NULL},
        {"PUT", "/a/{}", ROLE_NONE, TOKEN_READ, REACH_BOX, ROUTE_PLAIN, NULL},
        {"POST", "/b", ROLE_NONE, TOKEN_READ, REACH_BOX, ROUTE_PLAIN, NULL},
        {0}};
    g_autofree char *methods = route_methods(routes, "/a/x");

    g_assert_cmpstr(methods, ==, "GET, HEAD, PUT");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/helpers/problem", a_problem_says_where_and_leads_to_its_page);
    g_test_add_func("/helpers/etag", a_change_passes_with_the_tag_of_what_it_changes_alone);
    g_test_add_func("/helpers/retry", a_retry_gets_the_first_answer_and_another_body_does_not);
    g_test_add_func("/helpers/retry-secret", a_secret_is_not_kept_only_that_it_was_shown);
    g_test_add_func("/helpers/retry-bound", answers_that_are_kept_have_a_bound);
    g_test_add_func("/helpers/rate", a_client_may_burst_and_then_goes_at_the_pace_of_the_bucket);
    g_test_add_func("/helpers/rate-bound", clients_without_end_take_no_memory_without_end);
    g_test_add_func("/helpers/cursor", a_cursor_comes_back_as_it_was_given_and_nothing_else_does);
    g_test_add_func("/helpers/shape", a_list_is_cut_and_sorted_as_asked);
    g_test_add_func("/helpers/methods", a_path_tells_its_methods);
    return g_test_run();
}

/* Heads of requests: what passes, what is refused and why, byte by byte as it may arrive. */
#include <glib.h>
#include <string.h>

#include "appliance/http/known-addresses.h"
#include "appliance/http/request-head.h"

static RequestHead
scan(const char *text)
{
    return request_head_scan(text, strlen(text));
}

static void
a_plain_request_passes_with_the_length_of_its_body(void)
{
    static const char get[] = "GET /a?b=c HTTP/1.1\r\nHost: box:8080\r\nX-Y: \xc3\xa4\t z \r\n\r\n";
    static const char post[] =
        "POST /a HTTP/1.1\r\nHost: x\r\ncontent-length: 12\r\nExpect: 100-continue\r\n\r\nbody";
    const RequestHead without = scan(get);
    const RequestHead with = scan(post);

    g_assert_cmpuint(without.status, ==, 0);
    g_assert_cmpuint(without.size, ==, strlen(get));
    g_assert_cmpuint(without.body, ==, 0);
    g_assert_cmpuint(with.size, ==, strlen(post) - 4);
    g_assert_cmpuint(with.body, ==, 12);
    g_assert_cmpuint(scan("GET / HTTP/1.0\r\n\r\n").status, ==, 0);
}

static void
a_head_is_never_whole_before_its_last_byte(void)
{
    static const char text[] = "PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n";

    for (size_t n = 0; n < strlen(text); n++) {
        const RequestHead head = request_head_scan(text, n);

        g_assert_cmpuint(head.status, ==, 0);
        g_assert_cmpuint(head.size, ==, 0);
    }
    g_assert_cmpuint(scan(text).size, ==, strlen(text));
}

static void
whatever_can_be_read_in_two_ways_is_refused(void)
{
    static const struct {
        const char *text;
        unsigned status;
    } heads[] = {
        {"GET / HTTP/1.1\nHost: x\n\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n Host: x\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\r\nA\x01: b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\r\nA: \x01\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\r\nA\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n\r\n", 400},
        {"GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET /\xc3\xa4 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET /?a=%f HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET /a%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET /?%ff HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET /%c0%ae%c0%ae/a HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET /a/../b HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET /a/%2e%2e%2Fb HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET /\r\n\r\n", 400},
        {"\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505},
        {"GET / http/1.1\r\nHost: x\r\n\r\n", 400},
        {"get / HTTP/1.1\r\nHost: x\r\n\r\n", 501},
        {"TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", 405},
        {"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", 405},
        {"BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 501},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x1\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000000\r\n\r\n", 413},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551617\r\n\r\n", 413},
        {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: x\r\ntransfer-encoding: \tidentity\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: x\r\nExpect: a miracle\r\n\r\n", 417},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(heads); i++) {
        const RequestHead head = scan(heads[i].text);

        g_assert_cmpuint(head.status, ==, heads[i].status);
        g_assert_nonnull(head.wrong);
        g_assert_cmpuint(head.size, ==, 0);
    }
}

static void
a_nul_is_refused_wherever_it_stands(void)
{
    static const char text[] = "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n\r\n";

    for (size_t i = 0; i < sizeof text - 1; i++) {
        g_autofree char *copy = g_memdup2(text, sizeof text - 1);

        copy[i] = '\0';
        g_assert_cmpuint(request_head_scan(copy, sizeof text - 1).status, >=, 400);
    }
}

static void
a_head_without_end_is_cut_at_its_bounds(void)
{
    g_autoptr(GString) target = g_string_new("GET /");
    g_autoptr(GString) fields = g_string_new("GET / HTTP/1.1\r\nHost: x\r\n");
    g_autoptr(GString) field = g_string_new("GET / HTTP/1.1\r\nHost: x\r\nA: ");
    g_autoptr(GString) large = g_string_new("GET / HTTP/1.1\r\nHost: x\r\n");

    while (target->len <= HEAD_LINE_MAX)
        g_string_append_c(target, 'a');
    for (unsigned i = 0; i < HEAD_FIELDS_MAX; i++)
        g_string_append(fields, "A: b\r\n");
    while (field->len <= HEAD_LINE_MAX + 30)
        g_string_append_c(field, 'a');
    while (large->len < HEAD_MAX)
        g_string_append_printf(large, "A: %01000u\r\n", 1);
    g_assert_cmpuint(scan(target->str).status, ==, 414);
    g_assert_cmpuint(scan(fields->str).status, ==, 431);
    g_assert_cmpuint(scan(field->str).status, ==, 431);
    g_assert_cmpuint(scan(large->str).status, ==, 431);
}

static void
addresses_are_known_for_a_day_and_the_oldest_make_room(void)
{
    KnownAddresses *known = known_addresses_new();

    known_addresses_saw(known, "first", 1);
    g_assert_true(known_addresses_has(known, "first", KNOWN_KEEP_US));
    g_assert_false(known_addresses_has(known, "first", KNOWN_KEEP_US + 2));
    for (unsigned i = 0; i < KNOWN_MAX; i++) {
        g_autofree char *address = g_strdup_printf("10.0.%u.%u", i / 256, i % 256);

        known_addresses_saw(known, address, 2 + i);
    }
    g_assert_false(known_addresses_has(known, "first", 2));
    g_assert_true(known_addresses_has(known, "10.0.0.0", 2));
    known_addresses_free(known);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/request-head/passes", a_plain_request_passes_with_the_length_of_its_body);
    g_test_add_func("/request-head/parts", a_head_is_never_whole_before_its_last_byte);
    g_test_add_func("/request-head/refused", whatever_can_be_read_in_two_ways_is_refused);
    g_test_add_func("/request-head/nul", a_nul_is_refused_wherever_it_stands);
    g_test_add_func("/request-head/bounds", a_head_without_end_is_cut_at_its_bounds);
    g_test_add_func("/known-addresses/day", addresses_are_known_for_a_day_and_the_oldest_make_room);
    return g_test_run();
}

/* Links in messages: what was signed opens, and nothing else does. */
#include "appliance/events/ack-link.h"

#include <glib.h>
#include <string.h>

#define ALARM "3f2a6c1e-0b5d-4c58-9c83-8d1f6f0a7b11"
#define NOW   (INT64_C(1790000000) * US_PER_SECOND)

static const uint8_t key[ACK_LINK_KEY_BYTES] = {1, 2, 3};
static const uint8_t other[ACK_LINK_KEY_BYTES] = {1, 2, 4};

static char *
token(void)
{
    return ack_link_make(key, ALARM, "on-call", NOW + ACK_LINK_TTL_US);
}

static void
a_link_opens_until_its_end(void)
{
    g_autofree char *made = token();
    g_auto(AckLink) link = {0};
    g_auto(AckLink) late = {0};

    g_assert_cmpint(ack_link_open(key, made, NOW, &link), ==, ACK_LINK_GOOD);
    g_assert_cmpstr(link.alarm_id, ==, ALARM);
    g_assert_cmpstr(link.receiver, ==, "on-call");
    g_assert_cmpint(link.expires_wall_us, ==, NOW + ACK_LINK_TTL_US);
    g_assert_cmpint(ack_link_open(key, made, NOW + ACK_LINK_TTL_US, &late), ==, ACK_LINK_ENDED);
}

static void
it_is_made_of_what_a_path_may_hold(void)
{
    g_autofree char *made = token();

    g_assert_cmpuint(
        strspn(made, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"), ==,
        strlen(made));
    g_assert_cmpuint(strlen(made), <, 200);
}

/* Every character changed to another one, every length but its own. */
static void
nothing_else_opens(void)
{
    g_autofree char *made = token();
    AckLink link = {0};
    const size_t n = strlen(made);

    for (size_t i = 0; i < n; i++) {
        g_autofree char *changed = g_strdup(made);

        changed[i] = changed[i] == 'A' ? 'Q' : 'A';
        g_assert_cmpint(ack_link_open(key, changed, NOW, &link), ==, ACK_LINK_WRONG);
        changed[i] = '\0';
        g_assert_cmpint(ack_link_open(key, changed, NOW, &link), ==, ACK_LINK_WRONG);
    }
    g_assert_cmpint(ack_link_open(other, made, NOW, &link), ==, ACK_LINK_WRONG);
    g_autofree char *longer = g_strconcat(made, "AAAA", NULL);

    g_assert_cmpint(ack_link_open(key, longer, NOW, &link), ==, ACK_LINK_WRONG);
    g_assert_null(link.alarm_id);
}

static void
what_is_no_token_at_all_is_wrong(void)
{
    g_autofree char *endless = g_strnfill(100000, 'A');
    const char *const tokens[] = {"",    "A",         "=",        "../../etc/passwd",
                                  "%00", "AAAA AAAA", "\xff\xfe", endless};
    AckLink link = {0};

    for (size_t i = 0; i < G_N_ELEMENTS(tokens); i++)
        g_assert_cmpint(ack_link_open(key, tokens[i], NOW, &link), ==, ACK_LINK_WRONG);
    g_assert_null(link.alarm_id);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ack-link/opens", a_link_opens_until_its_end);
    g_test_add_func("/ack-link/letters", it_is_made_of_what_a_path_may_hold);
    g_test_add_func("/ack-link/nothing-else", nothing_else_opens);
    g_test_add_func("/ack-link/garbage", what_is_no_token_at_all_is_wrong);
    return g_test_run();
}

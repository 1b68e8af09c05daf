/* Datagrams of a bare transport stream that come twice. */
#include "pipelines/ts/datagram-repeat.h"

#include <glib.h>
#include <string.h>

#define PACKETS 7
#define SIZE    ((size_t)PACKETS * 188)

/* Packets of one PID, counted on from @counter; @control: 1 with payload, 2 without. */
static void
fill(uint8_t *datagram, uint16_t pid, unsigned counter, unsigned control)
{
    memset(datagram, 0xff, SIZE);
    for (unsigned i = 0; i < PACKETS; i++) {
        uint8_t *packet = datagram + i * 188;

        packet[0] = 0x47;
        packet[1] = (uint8_t)(pid >> 8);
        packet[2] = (uint8_t)pid;
        packet[3] = (uint8_t)(control << 4 | ((counter + i) & 0x0f));
    }
}

static void
a_datagram_that_comes_again_is_told_and_the_next_is_not(void)
{
    DatagramRepeat repeat = {0};
    uint8_t first[SIZE], second[SIZE];

    fill(first, 0x101, 0, 1);
    fill(second, 0x101, PACKETS, 1);
    g_assert_false(datagram_repeat_push(&repeat, first, SIZE));
    g_assert_true(datagram_repeat_push(&repeat, first, SIZE));
    g_assert_false(datagram_repeat_push(&repeat, second, SIZE));
    g_assert_false(datagram_repeat_push(&repeat, first, SIZE));
    g_assert_cmpuint(repeat.count, ==, 1);
}

static void
what_may_come_again_in_a_right_stream_is_not_taken_for_a_repeat(void)
{
    static const struct {
        const char *what;
        uint16_t pid;
        unsigned control;
    } rows[] = {{"null packets", 0x1fff, 1}, {"packets without payload", 0x101, 2}};

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        DatagramRepeat repeat = {0};
        uint8_t datagram[SIZE];

        g_test_message("%s", rows[i].what);
        fill(datagram, rows[i].pid, 0, rows[i].control);
        g_assert_false(datagram_repeat_push(&repeat, datagram, SIZE));
        g_assert_false(datagram_repeat_push(&repeat, datagram, SIZE));
    }
}

static void
the_same_counters_with_other_bytes_are_another_datagram(void)
{
    DatagramRepeat repeat = {0};
    uint8_t first[SIZE], other[SIZE];

    fill(first, 0x101, 3, 1);
    fill(other, 0x101, 3, 1);
    other[3 * 188 + 187] = 0;
    g_assert_false(datagram_repeat_push(&repeat, first, SIZE));
    g_assert_false(datagram_repeat_push(&repeat, other, SIZE));
}

static void
sizes_that_are_no_packets_are_never_repeats(void)
{
    static const size_t sizes[] = {0, 1, 3, 4, 187, 189, SIZE - 1};

    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        DatagramRepeat repeat = {0};
        uint8_t datagram[SIZE];

        fill(datagram, 0x101, 0, 1);
        g_assert_false(datagram_repeat_push(&repeat, datagram, sizes[i]));
        g_assert_false(datagram_repeat_push(&repeat, datagram, sizes[i]));
    }
}

static void
packets_of_204_bytes_are_compared_too(void)
{
    DatagramRepeat repeat = {0};
    uint8_t datagram[2 * 204] = {0};

    for (unsigned i = 0; i < 2; i++)
        memcpy(datagram + i * 204, (const uint8_t[]){0x47, 0x01, 0x01, (uint8_t)(0x10 + i)}, 4);
    g_assert_false(datagram_repeat_push(&repeat, datagram, sizeof datagram));
    g_assert_true(datagram_repeat_push(&repeat, datagram, sizeof datagram));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/datagram-repeat/again",
                    a_datagram_that_comes_again_is_told_and_the_next_is_not);
    g_test_add_func("/datagram-repeat/right",
                    what_may_come_again_in_a_right_stream_is_not_taken_for_a_repeat);
    g_test_add_func("/datagram-repeat/other",
                    the_same_counters_with_other_bytes_are_another_datagram);
    g_test_add_func("/datagram-repeat/size", sizes_that_are_no_packets_are_never_repeats);
    g_test_add_func("/datagram-repeat/204", packets_of_204_bytes_are_compared_too);
    return g_test_run();
}

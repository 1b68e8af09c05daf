/* Packets found in bytes, whatever their length and however the bytes are cut. */
#include <glib.h>
#include <string.h>

#include "pipelines/ts/ts-analyser.h"
#include "pipelines/ts/ts-sync.h"
#include "tests/fixtures/ts-build.h"

static guint
count_packets(TsSync *sync, const guint8 *data, gsize size)
{
    guint packets = 0;

    while (ts_sync_next(sync, &data, &size))
        packets++;
    g_assert_cmpuint(size, ==, 0);
    return packets;
}

/* @count packets with @before bytes in front of each and @after behind. */
static GByteArray *
framed(guint count, guint before, guint after)
{
    g_autofree char *text = g_strdup_printf("%u x packet pid=100", count);
    g_autoptr(GByteArray) bare = ts_build(text);
    GByteArray *out = g_byte_array_new();
    static const guint8 around[16] = {0x47, 1, 2, 3};

    for (guint i = 0; i < count; i++) {
        g_byte_array_append(out, around, before);
        g_byte_array_append(out, bare->data + i * 188, 188);
        g_byte_array_append(out, around, after);
    }
    return out;
}

static void
the_packet_length_is_found(void)
{
    const struct {
        guint before, after, stride;
    } kinds[] = {{0, 0, 188}, {4, 0, 192}, {0, 16, 204}};

    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autoptr(GByteArray) bytes = framed(20, kinds[i].before, kinds[i].after);
        TsSync sync = {0};

        g_assert_cmpuint(count_packets(&sync, bytes->data, bytes->len), ==, 20);
        g_assert_cmpuint(sync.stride, ==, kinds[i].stride);
        g_assert_cmpuint(sync.losses, ==, 0);
    }
}

static void
pieces_of_any_size_give_the_same_packets(void)
{
    g_autoptr(GByteArray) bytes = framed(40, 4, 0);

    for (gsize piece = 1; piece < 1500; piece += 7) {
        TsSync sync = {0};
        guint packets = 0;

        for (gsize at = 0; at < bytes->len; at += piece)
            packets += count_packets(&sync, bytes->data + at, MIN(piece, bytes->len - at));
        g_assert_cmpuint(packets, ==, 40);
    }
}

static void
one_bad_sync_byte_is_an_error_and_two_lose_sync(void)
{
    g_autoptr(GByteArray) one = framed(30, 0, 0);
    g_autoptr(GByteArray) two = framed(30, 0, 0);
    TsSync first = {0}, second = {0};

    one->data[10 * 188] = 0x46;
    g_assert_cmpuint(count_packets(&first, one->data, one->len), ==, 29);
    g_assert_cmpuint(first.byte_errors, ==, 1);
    g_assert_cmpuint(first.losses, ==, 0);

    two->data[10 * 188] = two->data[11 * 188] = 0x46;
    g_assert_cmpuint(count_packets(&second, two->data, two->len), ==, 28);
    g_assert_cmpuint(second.losses, ==, 1);
    g_assert_true(second.synced);
}

static void
bytes_that_went_missing_are_stepped_over(void)
{
    g_autoptr(GByteArray) bytes = framed(30, 0, 0);
    TsSync sync = {0};

    g_byte_array_remove_range(bytes, 10 * 188 + 50, 33);
    g_assert_cmpuint(count_packets(&sync, bytes->data, bytes->len), >=, 27);
    g_assert_cmpuint(sync.losses, ==, 1);
}

static void
four_good_sync_bytes_are_not_enough(void)
{
    g_autoptr(GByteArray) bytes = framed(4, 0, 0);
    TsSync sync = {0};

    g_assert_cmpuint(count_packets(&sync, bytes->data, bytes->len), ==, 0);
    g_assert_false(sync.synced);
}

static void
a_short_stream_is_taken_at_its_end(void)
{
    g_autoptr(GByteArray) bytes = framed(3, 0, 0);
    g_autoptr(GByteArray) odd = framed(3, 0, 1);
    TsSync whole = {0}, other = {0};

    g_assert_cmpuint(count_packets(&whole, bytes->data, bytes->len), ==, 0);
    g_assert_true(ts_sync_finish(&whole));
    g_assert_cmpuint(count_packets(&whole, bytes->data, 0), ==, 3);
    count_packets(&other, odd->data, odd->len);
    g_assert_false(ts_sync_finish(&other));
}

static void
noise_never_syncs_and_is_counted(void)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(7);
    g_autofree guint8 *noise = g_malloc(1316);
    TsSync sync = {0};

    for (guint round = 0; round < 100; round++) {
        for (guint i = 0; i < 1316; i++)
            noise[i] = (guint8)g_rand_int(random);
        g_assert_cmpuint(count_packets(&sync, noise, 1316), ==, 0);
    }
    g_assert_cmpuint(sync.skipped, >, 100 * 1316 - TS_SYNC_HOLD);
}

static void
after_a_break_half_a_packet_is_not_joined(void)
{
    g_autoptr(GByteArray) bytes = framed(20, 0, 0);
    TsSync sync = {0};

    g_assert_cmpuint(count_packets(&sync, bytes->data, 10 * 188 + 100), ==, 10);
    ts_sync_break(&sync);
    g_assert_cmpuint(count_packets(&sync, bytes->data + 15 * 188, 5 * 188), ==, 5);
    g_assert_cmpuint(sync.byte_errors, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ts/sync/length", the_packet_length_is_found);
    g_test_add_func("/ts/sync/pieces", pieces_of_any_size_give_the_same_packets);
    g_test_add_func("/ts/sync/bad", one_bad_sync_byte_is_an_error_and_two_lose_sync);
    g_test_add_func("/ts/sync/missing", bytes_that_went_missing_are_stepped_over);
    g_test_add_func("/ts/sync/four", four_good_sync_bytes_are_not_enough);
    g_test_add_func("/ts/sync/short", a_short_stream_is_taken_at_its_end);
    g_test_add_func("/ts/sync/noise", noise_never_syncs_and_is_counted);
    g_test_add_func("/ts/sync/break", after_a_break_half_a_packet_is_not_joined);
    return g_test_run();
}

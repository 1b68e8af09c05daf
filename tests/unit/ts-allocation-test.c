/* The packet path takes no memory: this program counts every allocation that its process makes. */
#include <glib.h>

#include "pipelines/ts/ts-analyser.h"
#include "tests/fixtures/ts-build.h"

#if defined(__SANITIZE_ADDRESS__)
#define COUNTS 0 /* the sanitizer has an allocator of its own */
#else
#define COUNTS 1
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

static size_t allocations; /* lint: allow global, because malloc() has no argument for it */

void *
malloc(size_t size)
{
    allocations++;
    return __libc_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
    allocations++;
    return __libc_calloc(count, size);
}

void *
realloc(void *memory, size_t size)
{
    allocations++;
    return __libc_realloc(memory, size);
}
#endif

#define ROUND_US (40 * US_PER_MS)
#define WARM     500u /* rounds: 20 s, so that every table, window and indicator was there */
#define MEASURED 500u

/* Two services with picture, sound, subtitles and splice messages, their tables and an error of
 * each common kind: one round is 40 ms. */
#define STREAM                                                                                     \
    "pat tsid=1 1:256 2:512\n"                                                                     \
    "pmt pid=256 service=1 pcr=300 27:300 15:301:0a0464657500 6:302:590865756400010001 134:303\n"  \
    "pmt pid=512 service=2 pcr=310 2:310 3:311\n"                                                  \
    "sdt tsid=1 1:House:News 2:House:Sport\n"                                                      \
    "packet pid=300 start pcr=%" G_GUINT64_FORMAT                                                  \
    " data=000001e000008080052100010001000000010910\n"                                             \
    "20 x packet pid=300\n"                                                                        \
    "packet pid=301 start data=000001c0002080800521000100010000\n"                                 \
    "packet pid=302 start data=000001bd001080800521000100012000\n"                                 \
    "packet pid=310 start pcr=%" G_GUINT64_FORMAT " data=000001e000008080052100010001000001b3\n"   \
    "packet pid=311 start data=000001c0002080800521000100010000\n"                                 \
    "packet pid=300 skip=1\n"                                                                      \
    "2 x packet pid=311 cc=3\n"                                                                    \
    "packet pid=310 tei\n"                                                                         \
    "5 x null\n"

static void
build_round(TsBuilder *builder, guint64 round, GPtrArray *rounds)
{
    const guint64 pcr = round * (guint64)ROUND_US * PCR27_PER_US;
    g_autofree char *text = g_strdup_printf(STREAM, pcr, pcr);

    g_ptr_array_add(rounds, ts_builder_build(builder, text));
}

static void
packets_take_no_memory_once_everything_was_seen(void)
{
    g_autoptr(TsAnalyser) analyser = ts_analyser_new();
    g_autoptr(GPtrArray) rounds =
        g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);
    TsBuilder builder = {0};
    TsCounters counters;

    for (guint i = 0; i < WARM + MEASURED; i++)
        build_round(&builder, i, rounds);
    for (guint i = 0; i < WARM + MEASURED; i++) {
        const GByteArray *bytes = rounds->pdata[i];

#if COUNTS
        if (i == WARM)
            allocations = 0;
#endif
        for (guint at = 0; at < bytes->len; at += 7 * 188)
            ts_analyser_push(analyser, bytes->data + at, MIN(7 * 188, bytes->len - at),
                             1 + (MonoUs)i * ROUND_US + at);
    }
#if COUNTS
    g_assert_cmpuint(allocations, ==, 0);
#else
    g_test_skip("the sanitizer counts allocations by itself");
#endif
    ts_analyser_counters(analyser, &counters);
    g_assert_cmpuint(counters.packets, >, MEASURED * 30);
    g_assert_cmpuint(counters.cc_errors, >, MEASURED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ts-allocation/packets take no memory once everything was seen",
                    packets_take_no_memory_once_everything_was_seen);
    return g_test_run();
}

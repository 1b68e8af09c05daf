/* The analyser alone over a stream in memory: CPU time per packet, best of several passes.
 *
 *   ts-push FILE priority-1|all PASSES     prints one JSON object
 *   ts-push FILE all                       reads the file once, as a whole program beside its peers
 *
 * Pieces are datagrams of seven packets, copied to one buffer as the kernel would do it (the copy
 * is measured by itself and taken off); arrival times go on at the rate that the packet count and
 * MEDIA_BPS give. */
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "pipelines/ts/ts-analyser.h"

#define DATAGRAM  (7u * TS_PACKET_SIZE)
#define CHUNK     (50u * DATAGRAM) /* bytes of one read(2), as the peers read */
#define MEDIA_BPS 8900000.0

typedef struct {
    const guint8 *data;
    gsize size;
    guint8 datagram[DATAGRAM];
    MonoUs now_us;
    double step_us; /* time of one datagram */
} Run;

static double
cpu_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* One pass over the stream. @analyser: NULL copies only. Returns: nanoseconds per packet */
static double
pass(Run *run, TsAnalyser *analyser)
{
    const double begin_ns = cpu_ns();
    gsize n = 0;

    for (gsize at = 0; at + DATAGRAM <= run->size; at += DATAGRAM, n++) {
        memcpy(run->datagram, run->data + at, DATAGRAM);
        __asm__ volatile("" : : "r"(run->datagram) : "memory");
        if (analyser)
            ts_analyser_push(analyser, run->datagram, DATAGRAM,
                             run->now_us + (MonoUs)(run->step_us * (double)n));
    }
    run->now_us += (MonoUs)(run->step_us * (double)n);
    return (cpu_ns() - begin_ns) / (double)MAX(n * 7, 1);
}

static int
compare(const void *a, const void *b)
{
    const double one = *(const double *)a, two = *(const double *)b;

    return one < two ? -1 : one > two;
}

static TsAnalyser *
analyser_of(const char *level)
{
    TsAnalyser *analyser = ts_analyser_new();

    if (strcmp(level, "priority-1") == 0)
        ts_analyser_set_level(analyser, TS_LEVEL_PRIORITY_1);
    return analyser;
}

static int
read_once(const char *path, const char *level)
{
    g_autoptr(TsAnalyser) analyser = analyser_of(level);
    static guint8 chunk[CHUNK]; /* lint: allow global, because it is too large for the stack */
    TsCounters counters;
    double now_us = 1;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return 2;
    for (ssize_t size; (size = read(fd, chunk, sizeof chunk)) > 0;) {
        for (gsize at = 0; at < (gsize)size; at += DATAGRAM) {
            ts_analyser_push(analyser, chunk + at, MIN(DATAGRAM, (gsize)size - at), (MonoUs)now_us);
            now_us += DATAGRAM * 8 / MEDIA_BPS * 1e6;
        }
    }
    close(fd);
    ts_analyser_counters(analyser, &counters);
    printf("{\"packets\": %" G_GUINT64_FORMAT ", \"cc_errors\": %" G_GUINT64_FORMAT "}\n",
           counters.packets, counters.cc_errors);
    return 0;
}

static int
measure(const char *path, const char *level, guint64 passes)
{
    g_autofree char *data = NULL;
    gsize size = 0;

    if (!g_file_get_contents(path, &data, &size, NULL))
        return 2;
    Run run = {.data = (const guint8 *)data, .size = size, .now_us = 1};
    g_autoptr(TsAnalyser) analyser = analyser_of(level);
    g_autofree double *copies = g_new0(double, passes);
    g_autofree double *totals = g_new0(double, passes);
    TsCounters counters;

    run.step_us = DATAGRAM * 8 / MEDIA_BPS * 1e6;
    for (guint64 i = 0; i < passes; i++) {
        copies[i] = pass(&run, NULL);
        totals[i] = pass(&run, analyser);
    }
    qsort(copies, passes, sizeof *copies, compare);
    qsort(totals, passes, sizeof *totals, compare);
    ts_analyser_counters(analyser, &counters);
    printf("{\"ns_per_packet\": %.2f, \"median_ns\": %.2f, \"copy_ns\": %.2f, "
           "\"packets\": %" G_GUINT64_FORMAT ", \"cc_errors\": %" G_GUINT64_FORMAT "}\n",
           totals[0] - copies[0], totals[passes / 2] - copies[passes / 2], copies[0],
           counters.packets, counters.cc_errors);
    return 0;
}

int
main(int argc, char **argv)
{
    guint64 passes = 0;

    if (argc == 3)
        return read_once(argv[1], argv[2]);
    if (argc == 4 && g_ascii_string_to_unsigned(argv[3], 10, 1, 1000, &passes, NULL))
        return measure(argv[1], argv[2], passes);
    g_printerr("usage: ts-push FILE priority-1|all [PASSES]\n");
    return 2;
}

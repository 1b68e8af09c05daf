/* Anchors (packet, time) with straight lines between. */
#include "pipelines/probe/file-clock.h"

#include <stdlib.h>

#include "pipelines/ts/ts-pid.h"
#include "pipelines/ts/ts-sync.h"

#define PACKET_BITS   (TS_PACKET_SIZE * 8.0)
#define DEFAULT_RATE  (10e6 / PACKET_BITS) /* packets a second where no PCR tells */
#define STEP_MAX_US   (5 * US_PER_SECOND)  /* a longer one is a jump */
#define STEP_SMALL_US (TS_PCR_INTERVAL_US) /* never doubted */
#define STEP_TIMES    10.0 /* a step so much longer than the average rate says is a jump */

typedef struct {
    uint64_t packet;
    int64_t step_us; /* since the anchor before, by PCR; -1: not comparable, time as by rate */
    MonoUs at_us;
} Anchor;

struct FileClock {
    TsSync sync;
    GArray *anchors; /* of Anchor */
    uint64_t packets;
    uint32_t pid; /* that it follows; TS_PID_COUNT before the first PCR */
    Pcr27 pcr;
    double rate;  /* packets a second */
    bool known;   /* @rate was measured */
    guint cursor; /* anchor before the packet asked for last */
};

FileClock *
file_clock_new(void)
{
    FileClock *clock = g_new0(FileClock, 1);

    clock->anchors = g_array_new(FALSE, FALSE, sizeof(Anchor));
    clock->pid = TS_PID_COUNT;
    return clock;
}

void
file_clock_free(FileClock *clock)
{
    if (!clock)
        return;
    g_array_unref(clock->anchors);
    g_free(clock);
}

static void
take_pcr(FileClock *clock, const TsHeader *header)
{
    const Pcr27 pcr = ts_header_pcr(header);
    Anchor anchor = {.packet = clock->packets, .step_us = -1};

    if (clock->pid == TS_PID_COUNT)
        clock->pid = header->pid;
    if (header->pid != clock->pid || clock->anchors->len == FILE_CLOCK_STEPS_MAX)
        return;
    if (clock->anchors->len > 0 && !header->discontinuity)
        anchor.step_us = (int64_t)(pcr27_distance(clock->pcr, pcr) / PCR27_PER_US);
    if (anchor.step_us > STEP_MAX_US)
        anchor.step_us = -1;
    clock->pcr = pcr;
    g_array_append_val(clock->anchors, anchor);
}

void
file_clock_push(FileClock *clock, const uint8_t *data, size_t size)
{
    const uint8_t *packet;

    while ((packet = ts_sync_next(&clock->sync, &data, &size))) {
        TsHeader header;

        ts_header(packet, &header);
        if (header.has_pcr && (packet[1] & 0x80) == 0)
            take_pcr(clock, &header);
        clock->packets++;
    }
}

static Anchor *
anchor_at(const FileClock *clock, guint index)
{
    return &g_array_index(clock->anchors, Anchor, index);
}

static uint64_t
packets_of_step(const FileClock *clock, guint index)
{
    return anchor_at(clock, index)->packet - anchor_at(clock, index - 1)->packet;
}

static int
compare(const void *a, const void *b)
{
    const double one = *(const double *)a, two = *(const double *)b;

    return one < two ? -1 : one > two;
}

/* The middle one of all steps: jumps do not move it. 0: nothing to measure. */
static double
median_rate(const FileClock *clock)
{
    g_autofree double *rates = g_new(double, clock->anchors->len + 1);
    size_t n = 0;

    for (guint i = 1; i < clock->anchors->len; i++)
        if (anchor_at(clock, i)->step_us > 0)
            rates[n++] = (double)packets_of_step(clock, i) * (double)US_PER_SECOND /
                         (double)anchor_at(clock, i)->step_us;
    qsort(rates, n, sizeof *rates, compare);
    return n > 0 ? rates[n / 2] : 0;
}

/* Packets a second over all steps that can be compared. 0: nothing to measure. */
static double
mean_rate(const FileClock *clock)
{
    uint64_t packets = 0;
    int64_t time_us = 0;

    for (guint i = 1; i < clock->anchors->len; i++) {
        if (anchor_at(clock, i)->step_us < 0)
            continue;
        packets += packets_of_step(clock, i);
        time_us += anchor_at(clock, i)->step_us;
    }
    return time_us > 0 ? (double)packets * (double)US_PER_SECOND / (double)time_us : 0;
}

static int64_t
by_rate_us(const FileClock *clock, uint64_t packets)
{
    return (int64_t)((double)packets * (double)US_PER_SECOND / clock->rate);
}

/* Whether the time between two PCRs is borne out by the packets between them. A clock that goes on
 * too little is no jump: the rate peaked. */
static bool
fits(int64_t step_us, int64_t expected_us)
{
    return step_us <= STEP_SMALL_US || (double)step_us < (double)expected_us * STEP_TIMES;
}

void
file_clock_finish(FileClock *clock)
{
    const double median = median_rate(clock);

    clock->known = median > 0;
    clock->rate = clock->known ? median : DEFAULT_RATE;
    for (guint i = 0; i < clock->anchors->len; i++) {
        Anchor *anchor = anchor_at(clock, i);
        const Anchor *before = i > 0 ? anchor_at(clock, i - 1) : NULL;
        const int64_t expected_us =
            by_rate_us(clock, anchor->packet - (before ? before->packet : 0));

        if (before && anchor->step_us >= 0 && !fits(anchor->step_us, expected_us))
            anchor->step_us = -1;
        anchor->at_us =
            (before ? before->at_us : 1) + (anchor->step_us >= 0 ? anchor->step_us : expected_us);
    }
    const double mean = mean_rate(clock); /* without the jumps, now */

    clock->rate = mean > 0 ? mean : clock->rate;
}

double
file_clock_bitrate_bps(const FileClock *clock)
{
    return clock->known ? clock->rate * PACKET_BITS : 0;
}

MonoUs
file_clock_arrival_us(FileClock *clock, uint64_t index)
{
    while (clock->cursor + 1 < clock->anchors->len &&
           anchor_at(clock, clock->cursor + 1)->packet <= index)
        clock->cursor++;
    if (clock->anchors->len == 0)
        return 1 + by_rate_us(clock, index);
    const Anchor *before = anchor_at(clock, clock->cursor);

    /* Those by which sync is found come out together. */
    if (index < before->packet && before->packet < TS_SYNC_GOOD)
        return before->at_us;
    if (index < before->packet)
        return MAX(1, before->at_us - by_rate_us(clock, before->packet - index));
    if (clock->cursor + 1 == clock->anchors->len)
        return before->at_us + by_rate_us(clock, index - before->packet);
    const Anchor *after = anchor_at(clock, clock->cursor + 1);
    const double share =
        (double)(index - before->packet) / (double)(after->packet - before->packet);

    return before->at_us + (int64_t)((double)(after->at_us - before->at_us) * share);
}

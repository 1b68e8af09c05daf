/* A ring whose slots are taken once and used again; repeats are found by hash before anything is
 * parsed. */
#include "pipelines/ts/scte35-log.h"

#define FNV_BASIS UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

struct Scte35Log {
    Scte35Entry *slots[SCTE35_LOG_MAX]; /* owned; NULL until used for the first time */
    uint64_t begun;                     /* entries ever */
    Scte35Counters counters;
};

Scte35Log *
scte35_log_new(void)
{
    return g_new0(Scte35Log, 1);
}

void
scte35_log_free(Scte35Log *log)
{
    if (!log)
        return;
    for (size_t i = 0; i < SCTE35_LOG_MAX; i++)
        g_free(log->slots[i]);
    g_free(log);
}

static uint64_t
hash_of(const uint8_t *data, size_t size)
{
    uint64_t hash = FNV_BASIS;

    for (size_t i = 0; i < size; i++)
        hash = (hash ^ data[i]) * FNV_PRIME;
    return hash;
}

size_t
scte35_log_size(const Scte35Log *log)
{
    return (size_t)MIN(log->begun, SCTE35_LOG_MAX);
}

static Scte35Entry *
entry_at(const Scte35Log *log, size_t index)
{
    if (index >= scte35_log_size(log))
        return NULL;
    return log->slots[(log->begun - scte35_log_size(log) + index) % SCTE35_LOG_MAX];
}

const Scte35Entry *
scte35_log_at(const Scte35Log *log, size_t index)
{
    return entry_at(log, index);
}

/* Commands that ask for nothing; descriptors may ride on them, but no segmentation. */
static bool
is_heartbeat(Scte35Verdict verdict, const Scte35 *message)
{
    if (verdict != SCTE35_GOOD || message->encrypted ||
        (message->command != SCTE35_SPLICE_NULL &&
         message->command != SCTE35_BANDWIDTH_RESERVATION))
        return false;
    for (size_t i = 0; i < scte35_descriptors_kept(message); i++)
        if (scte35_segmentation_at(message, i))
            return false;
    return true;
}

static Scte35Entry *
find_equal(const Scte35Log *log, size_t size, uint64_t hash, const TsPlace *place)
{
    for (size_t i = scte35_log_size(log); i-- > 0;) {
        Scte35Entry *entry = entry_at(log, i);

        if (entry->hash != hash || entry->size != size)
            continue;
        return place->arrival_us - entry->last.arrival_us <= SCTE35_REPEAT_US ? entry : NULL;
    }
    return NULL;
}

static Scte35Entry *
find_heartbeat(const Scte35Log *log, uint8_t command)
{
    for (size_t i = scte35_log_size(log); i-- > 0;) {
        Scte35Entry *entry = entry_at(log, i);

        if (entry->message.command == command && is_heartbeat(entry->verdict, &entry->message))
            return entry;
    }
    return NULL;
}

static Scte35Entry *
next_slot(Scte35Log *log)
{
    Scte35Entry **slot = &log->slots[log->begun % SCTE35_LOG_MAX];

    if (*slot)
        log->counters.gave_way++;
    else
        *slot = g_new(Scte35Entry, 1);
    log->begun++;
    return *slot;
}

/* Marks what @canceller calls off. */
static void
cancel_earlier(const Scte35Log *log, const Scte35Entry *canceller)
{
    const Scte35 *message = &canceller->message;

    for (size_t i = 0; i < scte35_log_size(log); i++) {
        Scte35Entry *entry = entry_at(log, i);

        for (size_t k = 0; k < scte35_events_kept(message); k++)
            if (message->events[k].cancel)
                entry->cancelled |= scte35_announces(&entry->message, message->events[k].id);
        for (size_t k = 0; k < scte35_descriptors_kept(message); k++) {
            const Scte35Segmentation *segmentation = scte35_segmentation_at(message, k);

            if (segmentation && segmentation->cancel)
                entry->cancelled |= scte35_announces(&entry->message, segmentation->event_id);
        }
    }
}

static void
count(Scte35Log *log, Scte35Verdict verdict, const Scte35 *message)
{
    log->counters.crc_errors += verdict == SCTE35_CRC_BAD;
    log->counters.malformed += verdict == SCTE35_MALFORMED;
    log->counters.encrypted += message->encrypted;
    log->counters.nulls +=
        verdict == SCTE35_GOOD && !message->encrypted && message->command == SCTE35_SPLICE_NULL;
}

static void
count_repeat(Scte35Log *log, Scte35Entry *entry, const TsPlace *place)
{
    entry->repeats++;
    entry->last = *place;
    log->counters.repeats++;
}

const Scte35Entry *
scte35_log_push(Scte35Log *log, const uint8_t *section, size_t size, const TsPlace *place)
{
    log->counters.sections++;
    if (size == 0 || section[0] != SCTE35_TABLE_ID) {
        log->counters.other_table++;
        return NULL;
    }
    const uint64_t hash = hash_of(section, size);
    Scte35Entry *earlier = find_equal(log, size, hash, place);
    Scte35 message;

    if (earlier) {
        count(log, earlier->verdict, &earlier->message);
        count_repeat(log, earlier, place);
        return NULL;
    }
    const Scte35Verdict verdict = scte35_parse(section, size, &message);

    count(log, verdict, &message);
    earlier = is_heartbeat(verdict, &message) ? find_heartbeat(log, message.command) : NULL;
    if (earlier) {
        count_repeat(log, earlier, place);
        return NULL;
    }
    Scte35Entry *entry = next_slot(log);

    *entry = (Scte35Entry){.number = log->begun,
                           .first = *place,
                           .last = *place,
                           .verdict = verdict,
                           .size = size,
                           .hash = hash,
                           .message = message};
    cancel_earlier(log, entry);
    return entry;
}

void
scte35_log_counters(const Scte35Log *log, Scte35Counters *ret_counters)
{
    *ret_counters = log->counters;
}

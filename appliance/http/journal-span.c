/* Halving. */
#include "appliance/http/journal-span.h"

static bool
has_above(const JournalReader *reader, uint64_t seq)
{
    g_autoptr(GPtrArray) found = reader->read(reader->self, seq, 1);

    return found != NULL && found->len > 0;
}

uint64_t
journal_span_end(const JournalReader *reader)
{
    uint64_t low = 0; /* something is above, or nothing at all */
    uint64_t high = 1;

    while (high < (UINT64_C(1) << 62) && has_above(reader, high))
        high *= 2;
    while (low < high) {
        const uint64_t middle = low + (high - low) / 2;

        if (has_above(reader, middle))
            low = middle + 1;
        else
            high = middle;
    }
    return low + 1;
}

/* Whether the first event above @seq is older than @from_us. */
static bool
is_before(const JournalReader *reader, uint64_t seq, WallUs from_us)
{
    g_autoptr(GPtrArray) found = reader->read(reader->self, seq, 1);

    return found != NULL && found->len > 0 && ((const Event *)found->pdata[0])->wall_us < from_us;
}

uint64_t
journal_span_begin(const JournalReader *reader, WallUs from_us)
{
    uint64_t low = 0;
    uint64_t high = journal_span_end(reader);

    while (low < high) {
        const uint64_t middle = low + (high - low) / 2;

        if (is_before(reader, middle, from_us))
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? low - 1 : 0;
}

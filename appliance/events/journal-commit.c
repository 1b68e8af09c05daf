/* Gathering records, and the commit. */
#include "appliance/events/journal-commit.h"

/* @ret_first: sequence of the first record, if there is one */
static JournalCommit
gather(const SegmentWriter *writer, GPtrArray *batch, GByteArray *records, uint64_t *ret_first)
{
    JournalCommit gathered = {0};
    uint64_t room = 0;

    for (guint i = 0; i < batch->len; i++) {
        const Event *event = g_ptr_array_index(batch, i);

        if (writer->strained && event_gives_way(event)) {
            gathered.gave_way++;
            gathered.last = event->seq;
            continue;
        }
        g_autoptr(GBytes) bytes = event_encode(event);
        gsize size;
        const void *data = g_bytes_get_data(bytes, &size);

        if (records->len == 0) {
            room = segment_writer_room(writer, segment_record_bytes(size));
            *ret_first = event->seq;
        } else if (records->len + segment_record_bytes(size) > room) {
            break;
        }
        segment_record_append(records, event->seq, data, size);
        gathered.last = event->seq;
    }
    return gathered;
}

JournalCommit
journal_commit(SegmentWriter *writer, GPtrArray *batch)
{
    g_autoptr(GByteArray) records = g_byte_array_new();
    g_autoptr(GError) error = NULL;
    uint64_t first = 0;
    const JournalCommit gathered = gather(writer, batch, records, &first);

    if (records->len > 0 && !segment_writer_commit(writer, records, first, &error))
        return (JournalCommit){0};
    return gathered;
}

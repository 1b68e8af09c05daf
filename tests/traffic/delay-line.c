/* A ring of datagrams. */
#include "tests/traffic/delay-line.h"

#include <string.h>

void
delay_line_add(DelayLine *line, const uint8_t *data, size_t size, MonoUs leave_us)
{
    if (line->ring == NULL)
        line->ring = g_new(DelayedDatagram, DELAY_LINE_MAX);
    if (line->count == DELAY_LINE_MAX) {
        line->refused++;
        return;
    }
    DelayedDatagram *slot = &line->ring[(line->first + line->count++) % DELAY_LINE_MAX];

    line->last_us = MAX(leave_us, line->count > 1 ? line->last_us : 0);
    slot->leave_us = line->last_us;
    slot->size = (uint16_t)size;
    memcpy(slot->data, data, size);
}

void
delay_line_release(DelayLine *line, MonoUs now_us, OutboxPort port, Outbox *outbox)
{
    while (line->count > 0 && line->ring[line->first].leave_us <= now_us && outbox_room(outbox)) {
        const DelayedDatagram *slot = &line->ring[line->first];

        outbox_copy(outbox, port, slot->data, slot->size);
        line->first = (line->first + 1) % DELAY_LINE_MAX;
        line->count--;
    }
}

void
delay_line_clear(DelayLine *line)
{
    g_clear_pointer(&line->ring, g_free);
    line->first = line->count = 0;
}

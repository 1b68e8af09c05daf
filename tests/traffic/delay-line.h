/* Datagrams on their way: each leaves after a while of its own, in the order in which it came.
 * Pure; the memory is taken when a delay is first asked for. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"
#include "tests/traffic/outbox.h"

#define DELAY_LINE_MAX 4096 /* datagrams; when full, the newest is lost and counted */

typedef struct {
    MonoUs leave_us;
    uint16_t size; /* bytes */
    uint8_t data[DATAGRAM_MAX];
} DelayedDatagram;

typedef struct {
    DelayedDatagram *ring; /* owned (nullable) */
    unsigned first, count;
    MonoUs last_us;   /* when the youngest leaves */
    uint64_t refused; /* datagrams for which there was no room */
} DelayLine;

static inline bool
delay_line_is_empty(const DelayLine *line)
{
    return line->count == 0;
}

/* Takes a datagram that is to leave at @leave_us, or with the one before it if that is later. */
void delay_line_add(DelayLine *line, const uint8_t *data, size_t size, MonoUs leave_us);

/* Hands those that are due to @outbox as datagrams of @port, as far as there is room. */
void delay_line_release(DelayLine *line, MonoUs now_us, OutboxPort port, Outbox *outbox);

void delay_line_clear(DelayLine *line);

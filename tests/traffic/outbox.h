/* Datagrams that are to be sent now, in order, each to one of a channel's ports. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define DATAGRAM_MAX 1500 /* bytes */
#define OUTBOX_MAX   160  /* datagrams */
#define OUTBOX_SPARE                                                                               \
    16 /* room that one datagram of a channel may need with all that follows it                    \
        */

typedef enum {
    OUTBOX_MAIN,
    OUTBOX_LEG2,    /* the second leg (SMPTE 2022-7) */
    OUTBOX_COLUMNS, /* column FEC (SMPTE 2022-1) */
    OUTBOX_ROWS,    /* row FEC */
    OUTBOX_PORTS,
} OutboxPort;

typedef struct {
    unsigned count;
    uint16_t size[OUTBOX_MAX]; /* bytes */
    uint8_t port[OUTBOX_MAX];  /* OutboxPort */
    uint8_t data[OUTBOX_MAX][DATAGRAM_MAX];
} Outbox;

/* Whether there is room for another datagram and what follows it. */
static inline bool
outbox_room(const Outbox *outbox)
{
    return outbox->count + OUTBOX_SPARE <= OUTBOX_MAX;
}

/* Where the next datagram is to be written. It counts when outbox_add() is called. */
static inline uint8_t *
outbox_next(Outbox *outbox)
{
    return outbox->data[outbox->count];
}

static inline void
outbox_add(Outbox *outbox, OutboxPort port, size_t size)
{
    outbox->size[outbox->count] = (uint16_t)size;
    outbox->port[outbox->count] = (uint8_t)port;
    outbox->count++;
}

/* @data: not in the box, or in a slot that counts already. */
static inline void
outbox_copy(Outbox *outbox, OutboxPort port, const uint8_t *data, size_t size)
{
    memcpy(outbox_next(outbox), data, size);
    outbox_add(outbox, port, size);
}

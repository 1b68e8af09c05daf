/* A batch of datagrams in one buffer: where each lies, when and from whom it came, and what was
 * lost just before it.
 *
 * A buffer per datagram costs more than the analysis of the datagram, so one drain of the sockets
 * travels as one buffer. */
#pragma once

#include <gst/gst.h>
#include <stdbool.h>

#include "pipelines/base/units.h"
#include "pipelines/ts/ip-datagram.h"

#define DATAGRAM_BATCH_MAX 64
#define DATAGRAM_SLOT      2048 /* bytes; a longer datagram is cut, and no TS datagram is longer */

typedef struct {
    MonoUs arrived_us;       /* kernel's time stamp on the boot clock */
    uint32_t offset;         /* bytes from the start of the buffer */
    uint32_t dropped_before; /* datagrams that this box lost on the same socket since the one that
                                came there before: its buffer was full */
    uint16_t size;           /* bytes */
    uint8_t leg;             /* below IP_LEGS */
    uint8_t stream;          /* IpStream */
    uint8_t tos;             /* IPv4's type of service or IPv6's traffic class */
    uint8_t ttl;             /* time to live or hop limit; 0: not told */
    IpSource source;
} Datagram;

typedef struct {
    GstMeta meta;
    unsigned n_datagrams;
    Datagram datagrams[DATAGRAM_BATCH_MAX];
    MonoUs drained_us; /* what arrived until then is in this buffer or an earlier one; 0: more of it
                          follows */
    bool clock_jumped; /* intervals across this batch must not be judged */
} GantryDatagramMeta;

GType gantry_datagram_meta_api_get_type(void);

/* Adds an empty meta to @buffer, which must be writable. Returns: (transfer none) */
GantryDatagramMeta *gantry_datagram_meta_add(GstBuffer *buffer);

/* Returns: (transfer none) (nullable): the meta of @buffer */
GantryDatagramMeta *gantry_datagram_meta_get(GstBuffer *buffer);

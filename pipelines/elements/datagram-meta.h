/* A batch of datagrams in one buffer: where each one lies, and when it arrived.
 *
 * A buffer per datagram costs more than the analysis of the datagram, so one drain of the socket
 * travels as one buffer. The meter fills in where the transport packets of each datagram lie. */
#pragma once

#include <gst/gst.h>
#include <stdbool.h>

#include "pipelines/base/units.h"

#define DATAGRAM_BATCH_MAX 64
#define DATAGRAM_SLOT      2048 /* bytes; a longer datagram is cut, and no TS datagram is longer */

typedef struct {
    uint32_t offset;   /* bytes from the start of the buffer */
    uint16_t size;     /* bytes */
    uint16_t ts_start; /* bytes from @offset to the first transport packet; set by the meter */
    uint16_t ts_size;  /* bytes of whole transport packets of 188 bytes; 0: none; by the meter */
    MonoUs arrived_us; /* kernel's time stamp on the boot clock */
} Datagram;

typedef struct {
    GstMeta meta;
    unsigned n_datagrams;
    Datagram datagrams[DATAGRAM_BATCH_MAX];
    bool clock_jumped; /* intervals across this batch must not be judged */
} GantryDatagramMeta;

GType gantry_datagram_meta_api_get_type(void);

/* Adds an empty meta to @buffer, which must be writable. Returns: (transfer none) */
GantryDatagramMeta *gantry_datagram_meta_add(GstBuffer *buffer);

/* Returns: (transfer none) (nullable): the meta of @buffer */
GantryDatagramMeta *gantry_datagram_meta_get(GstBuffer *buffer);

/* Packets of a capture file, pcap or pcapng, from its bytes in any pieces. Pure.
 *
 * Read are: pcap of both byte orders with microseconds or nanoseconds; pcapng with any number of
 * sections, its interface descriptions, and packets of the enhanced, simple and old kind. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"

#define CAPTURE_MAGIC_SIZE     4u             /* bytes that tell a capture from other files */
#define CAPTURE_PACKET_MAX     (256u * 1024u) /* bytes of one packet: libpcap's longest */
#define CAPTURE_BLOCK_MAX      (1024u * 1024u) /* bytes of one pcapng block; longer ones are skipped */
#define CAPTURE_INTERFACES_MAX 256u            /* of one section; packets of others are skipped */

/* One packet. Valid during the call only. */
typedef struct {
    const uint8_t *bytes; /* no-ref; as captured, from the link header on */
    size_t size;          /* bytes captured */
    size_t whole;         /* bytes on the wire; more than @size: it was cut */
    WallUs time_us;       /* as the file has it; it may step back */
    bool has_time;        /* simple packets of pcapng have none */
    uint16_t link_type;   /* LINKTYPE_ of the file formats */
} CapturePacket;

typedef void (*CapturePacketVisitor)(const CapturePacket *packet, void *user_data);

typedef struct {
    uint64_t packets; /* visited */
    uint64_t skipped; /* blocks too long, damaged, or of an interface that was not described */
    bool broken;      /* a length or magic makes no sense: nothing more is read */
} CaptureCounters;

typedef struct CaptureReader CaptureReader;

/* Whether @data is the begin of a capture: at least CAPTURE_MAGIC_SIZE bytes are looked at. */
bool capture_looks_like(const uint8_t *data, size_t size);

/* Returns: (transfer full). @visitor is called within capture_reader_push(). */
CaptureReader *capture_reader_new(CapturePacketVisitor visitor, void *user_data);
void capture_reader_free(CaptureReader *reader); /* (nullable) */

/* Takes the next bytes of the file. */
void capture_reader_push(CaptureReader *reader, const uint8_t *data, size_t size);

CaptureCounters capture_reader_counters(const CaptureReader *reader);
/* Whether a record is not complete: at the end of the file, that it was cut off. */
bool capture_reader_is_cut(const CaptureReader *reader);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CaptureReader, capture_reader_free)

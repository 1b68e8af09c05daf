/* A channel's multiplexer: a source, sent for ever as a constant-rate transport stream.
 *
 * Time is counted in packets ("slots"), of which a source's rate puts a whole number into its 24 s;
 * so clock references are exact and a loop has no seam. Pure: no clock, no I/O. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pipelines/base/units.h"
#include "tests/traffic/packet.h"
#include "tests/traffic/source.h"

#define MUX_PMT_PID   0x100
#define MUX_VIDEO_PID 0x101 /* carries the clock reference too */
#define MUX_AUDIO_PID 0x102
#define MUX_SDT_PID   0x011
#define MUX_NAME_MAX  60 /* bytes of a service name */

/* What tells one channel from another that sends the same source. */
typedef struct {
    const char *name;    /* of the service */
    uint16_t service_id; /* programme number */
    Pcr27 clock;         /* the clock reference of slot 0; a multiple of 300 */
    uint32_t start_gop;  /* the group of pictures to begin with */
} MuxIdentity;

/* A stream being sent. */
typedef struct {
    const Stream *stream; /* no-ref */
    uint64_t unit;        /* the unit being sent, counted from the start */
    uint64_t first;       /* the place in the loop of unit 0 */
    uint32_t packet;      /* the next packet of that unit */
    uint64_t ahead_90k;   /* how long before its DTS a unit may begin to be sent */
    uint16_t pid;
    uint8_t counter; /* continuity counter of the next packet */
} MuxFeed;

/* A table being repeated. */
typedef struct {
    uint8_t section[SECTION_MAX]; /* sealed */
    size_t size;                  /* bytes */
    uint64_t next_slot;           /* when it is due */
    uint64_t every_slots;         /* its period */
    uint16_t pid;
    uint8_t counter;
} MuxTable;

typedef struct {
    const Source *source; /* no-ref */
    uint64_t slot;        /* packets made */
    uint64_t loop_slots;  /* packets in 24 s */
    uint64_t next_pcr_slot;
    uint64_t pcr_slots; /* from one clock reference to the next */
    Pcr27 clock;
    MuxTable table[3]; /* PAT, PMT, SDT */
    MuxFeed video, audio;
    uint64_t late_units; /* units that were complete only after their decoding time */

    /* Set by the owner at any time: */
    PictureForm wanted;   /* taken up at the next key frame */
    bool silent_wanted;   /* taken up at the next audio frame */
    int64_t shift_27m;    /* added to all clocks and stamps; a multiple of 300 */
    uint16_t missing_pid; /* its packets are sent as null packets; 0: none */

    /* Read by the owner: */
    PictureForm form;      /* what is being sent */
    bool silent;           /* likewise */
    uint64_t taken_out;    /* packets of the missing PID sent as null packets */
    uint64_t form_packets; /* packets of a black or frozen picture sent */
    uint64_t silent_packets;
} Mux;

/* @source must outlive @mux. */
void mux_init(Mux *mux, const Source *source, const MuxIdentity *identity);

/* Makes the next packet: 188 bytes at @out. */
void mux_next(Mux *mux, uint8_t *out);

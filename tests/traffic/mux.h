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
#include "tests/traffic/tables.h"

/* PIDs of the first service; those of the next are MUX_PID_STEP higher. */
#define MUX_PMT_PID   0x100
#define MUX_VIDEO_PID 0x101 /* carries the clock reference too */
#define MUX_AUDIO_PID 0x102
#define MUX_EXTRA_PID 0x10f /* of a component that comes and goes; nothing is sent on it */
#define MUX_PID_STEP  0x10
#define MUX_SDT_PID   0x011

/* What tells one channel from another that sends the same source. */
typedef struct {
    const char *name;    /* of the service */
    uint16_t service_id; /* programme number */
    Pcr27 clock;         /* the clock reference of slot 0; a multiple of 300 */
    uint32_t start_gop;  /* the group of pictures to begin with */
    unsigned services;   /* that send the source; 0: 1 */
} MuxIdentity;

/* A stream being sent. */
typedef struct {
    const Stream *stream; /* no-ref */
    uint64_t unit;        /* the unit being sent, counted from the start */
    uint64_t first;       /* the place in the loop of unit 0 */
    uint32_t packet;      /* the next packet of that unit */
    uint64_t ahead_90k;   /* how long before its DTS a unit may begin to be sent */
    int64_t shift_27m;    /* of its stamps: that of the last clock reference */
    uint64_t next_slot;   /* not before then */
    uint32_t gap_slots;   /* from one packet to the next, at least */
    uint16_t pid;
    uint8_t counter; /* continuity counter of the next packet */
} MuxFeed;

/* A table being repeated. */
typedef struct {
    Section section;
    uint64_t next_slot;   /* when it is due */
    uint64_t every_slots; /* its period */
    uint16_t pid;
    uint8_t counter;
} MuxTable;

/* One service of the multiplex. */
typedef struct {
    MuxFeed video, audio;
    uint64_t next_pcr_slot;
    int64_t shift_sent;  /* the shift of its last clock reference */
    TableService listed; /* what the tables say about it */
} MuxService;

/* What can be wrong with the tables, or change in them. All-zero: nothing. */
typedef struct {
    uint32_t left_out;       /* bit i: the PAT does not list service i */
    uint16_t moved_pid;      /* the first service's PMT is sent here; 0: where it belongs */
    uint16_t pmt_every_ms;   /* the first PMT's period; 0: the usual */
    uint16_t broken_crc_pid; /* the sections on it have a wrong CRC, if broken_crc */
    bool broken_crc;
    bool version_up;      /* the first PMT says another version of the same; it says so for good */
    bool extra_entry;     /* the first PMT has one component more */
    bool extra_versioned; /* and its version tells, when it comes and when it goes */
} MuxTableFaults;

typedef struct {
    const Source *source; /* no-ref */
    uint64_t slot;        /* packets made */
    uint64_t loop_slots;  /* packets in 24 s */
    uint64_t pcr_slots;   /* from one clock reference to the next */
    Pcr27 clock;
    MuxTable table[2 + TABLES_SERVICES_MAX]; /* PAT, SDT, PMTs */
    MuxService service[TABLES_SERVICES_MAX];
    unsigned n_services;
    uint8_t pat_version;
    uint8_t moved_counter; /* of the PID on which the first PMT is not sent at present */
    MuxTableFaults faults; /* as set last */
    uint64_t late_units;   /* units that were complete only after their decoding time */

    /* Set by the owner at any time: */
    PictureForm wanted;   /* taken up at the next key frame */
    bool silent_wanted;   /* taken up at the next audio frame */
    int64_t shift_27m;    /* added to all clocks and stamps; a multiple of 300 */
    bool shift_flagged;   /* a clock reference after a jump says so (discontinuity_indicator) */
    uint16_t missing_pid; /* its packets are sent as null packets, if is_missing */
    bool is_missing;

    /* Read by the owner: */
    PictureForm form;      /* what is being sent */
    bool silent;           /* likewise */
    uint64_t taken_out;    /* packets of the missing PID sent as null packets */
    uint64_t form_packets; /* packets of a black or frozen picture sent */
    uint64_t silent_packets;
    uint64_t broken_sections; /* sent with a wrong CRC */
} Mux;

/* @source must outlive @mux. */
void mux_init(Mux *mux, const Source *source, const MuxIdentity *identity);

/* Changes the tables; the same faults again change nothing. */
void mux_set_faults(Mux *mux, const MuxTableFaults *faults);

/* The clock of the next packet, without shift, not wrapped. 27 MHz */
uint64_t mux_clock(const Mux *mux);

/* Makes the next packet: 188 bytes at @out. */
void mux_next(Mux *mux, uint8_t *out);

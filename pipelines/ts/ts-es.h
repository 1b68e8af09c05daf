/* One elementary stream: what is kept of a component, and how its packets are read.
 *
 * Between the analyser and the modules that read: PES headers and time stamps, heads of video
 * units, frames of sound, whole units of subtitles, and the buffers of the T-STD. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pipelines/ts/es-frames.h"
#include "pipelines/ts/es-info.h"
#include "pipelines/ts/pes-header.h"
#include "pipelines/ts/ts-ancillary.h"
#include "pipelines/ts/ts-head.h"
#include "pipelines/ts/ts-pes-watch.h"
#include "pipelines/ts/ts-pid.h"
#include "pipelines/ts/ts-std.h"
#include "pipelines/ts/ts-unit.h"

struct TsEs {
    TsStdService *std;     /* no-ref; (nullable): no model of it */
    TsStdBuffer *buffer;   /* no-ref; in @std */
    unsigned slot;         /* of it */
    bool plain;            /* @open, and nobody reads the bytes: they only count */
    bool pes;              /* PES packets are expected */
    bool judged;           /* PTS are due: picture or sound */
    bool named;            /* by the tables as they are */
    bool heading;          /* bytes of a PES header are being collected */
    bool open;             /* payload of a PES packet flows */
    uint16_t service_id;   /* the first that names it */
    uint16_t pcr_pid;      /* of that service */
    TsComponent component; /* as the PMT has it */
    unsigned have;         /* bytes in @part */
    uint32_t header_left;  /* bytes of the PES header yet to pass over */
    uint8_t part[PES_HEADER_STAMPS];

    TsHead *head;           /* owned; (nullable): not video */
    EsFrames *frames;       /* owned; (nullable): not sound whose frames are known */
    TsUnit *unit;           /* owned; (nullable): not teletext or subtitles */
    TsAncillary *ancillary; /* owned; (nullable): nothing rides along */

    EsVideo video;
    EsPicture picture; /* the last one */
    EsAudio modelled;  /* what the T-STD has been told of the sound */
    uint64_t due_from; /* a PTS holds for the first frame that begins here or later; see EsFrames */
    double due;        /* decoding time of the next frame, ticks of the T-STD */
    double due_pts;    /* the same by a PTS that waits for its frame */
    bool due_known;
    bool due_waits;     /* @due_from and @due_pts hold */
    uint64_t due_model; /* restarts of the model when they were made */
    TsPesWatch watch;
};

/* @component: copied. Returns: (transfer full) */
TsEs *ts_es_new(const TsComponent *component);

/* Packets are missing, or cannot be read: what was begun is dropped. */
void ts_es_break(TsEs *es);

/* Where the packet at hand stands. */
typedef struct {
    TsClockTime moment;
    TsPlace place;
} TsEsTime;

/**
 * ts_es_take:
 * @payload: of a packet that is not scrambled, in order
 * @unit_start: payload_unit_start_indicator
 * @time: of this packet; @time->moment is read only at @unit_start and where @heading is set
 * @ret_late: whether a PTS came too late by 2.5
 *
 * Reads what there is to read.
 *
 * Returns: bytes of the payload that count in the T-STD
 */
unsigned
ts_es_take(TsEs *es, ByteReader payload, bool unit_start, const TsEsTime *time, bool *ret_late);

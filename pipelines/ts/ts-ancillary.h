/* What rides along with picture and sound: SCTE-35, teletext, DVB subtitles, captions, AFD, AIT.
 *
 * One object a component. Pure, bounded. Whoever takes the stream apart hands it sections, the
 * heads of video access units, or whole PES payloads. */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"
#include "pipelines/ts/ait.h"
#include "pipelines/ts/captions.h"
#include "pipelines/ts/dvb-subtitle.h"
#include "pipelines/ts/scte35-log.h"
#include "pipelines/ts/teletext.h"
#include "pipelines/ts/ts-place.h"
#include "pipelines/ts/ts-tables.h"

typedef enum {
    TS_ANCILLARY_SCTE35,
    TS_ANCILLARY_AIT,
    TS_ANCILLARY_CAPTIONS, /* and the active format, of a video component */
    TS_ANCILLARY_TELETEXT,
    TS_ANCILLARY_DVB_SUBTITLES,
} TsAncillaryKind;

/* One component in a few words; the rest is behind the functions below. */
typedef struct {
    TsAncillaryKind kind;
    uint16_t pid;
    uint64_t pieces;  /* sections, heads or units that were handed over */
    uint64_t damaged; /* CRC, parity, Hamming and length errors in them */
    uint64_t shown;   /* characters of captions and teletext subtitles; display sets that show a
                         DVB subtitle; cues and applications */
    TsMoment last;    /* the last of @shown; all-zero before it; the PTS is PTS90_MODULUS for cues
                         and applications */
} TsAncillarySummary;

typedef struct TsAncillary TsAncillary;

/* @component: copied. Returns: (transfer full) (nullable): NULL where nothing rides along with it
 */
TsAncillary *ts_ancillary_new(const TsComponent *component);
void ts_ancillary_free(TsAncillary *ancillary); /* (nullable) */

/* A section of the component's PID, of any table, CRC not yet checked (SCTE-35, AIT). */
void ts_ancillary_section(TsAncillary *ancillary,
                          const uint8_t *section,
                          size_t size,
                          const TsPlace *place);

/* The head of a video access unit: its bytes from the first start code on, up to TS_HEAD_MAX of
 * them or the first slice, PES header taken off. @pts: PTS90_MODULUS without one. */
void ts_ancillary_head(
    TsAncillary *ancillary, const uint8_t *head, size_t size, Pts90 pts, const TsPlace *place);

/* A whole PES payload of a subtitle or teletext component, header taken off. */
void ts_ancillary_unit(
    TsAncillary *ancillary, const uint8_t *payload, size_t size, Pts90 pts, const TsPlace *place);

/* The stream ended: what waits for earlier pictures, or for its end, is counted. */
void ts_ancillary_finish(TsAncillary *ancillary);

void ts_ancillary_summary(const TsAncillary *ancillary, TsAncillarySummary *ret_summary);

/* Returns: (transfer none) (nullable): valid as long as @ancillary; NULL for components of another
 * kind */
const Scte35Log *ts_ancillary_scte35(const TsAncillary *ancillary);
const Ait *ts_ancillary_ait(const TsAncillary *ancillary);
const Captions *ts_ancillary_captions(const TsAncillary *ancillary);
const Teletext *ts_ancillary_teletext(const TsAncillary *ancillary);
const DvbSubtitle *ts_ancillary_dvb_subtitle(const TsAncillary *ancillary);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TsAncillary, ts_ancillary_free)

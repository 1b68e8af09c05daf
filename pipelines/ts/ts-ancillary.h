/* What rides along with picture and sound: SCTE-35, teletext, DVB subtitles, captions, AFD, AIT.
 *
 * One object a component. Pure, bounded. Whoever takes the stream apart hands it sections, the
 * heads of video access units, or whole PES payloads. */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"
#include "pipelines/ts/ts-tables.h"

/* Where in the stream something stood. */
typedef struct {
    uint64_t packet; /* index of the packet, from 0 */
    MonoUs arrival_us;
} TsPlace;

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

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TsAncillary, ts_ancillary_free)

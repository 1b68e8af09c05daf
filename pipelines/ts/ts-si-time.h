/* Times of DVB and ATSC, and the tables that tell them: TDT, TOT, STT. Pure. */
#pragma once

#include "pipelines/base/byte-reader.h"
#include "pipelines/ts/ts-events.h"
#include "pipelines/ts/ts-section.h"
#include "pipelines/ts/ts-si-types.h"

#define TS_TIME_JUMP_US (5 * US_PER_SECOND) /* a told time may differ so much from the expected */

/* Reads a date (MJD) and a time (BCD), five bytes. Returns: false if they are undefined or no time
 */
bool ts_read_utc(ByteReader *reader, WallUs *ret_utc_us);
/* Reads a duration, three bytes of BCD. Returns: false if it is undefined or none */
bool ts_read_duration(ByteReader *reader, uint32_t *ret_seconds);

/* @epoch_us: a time told before it is not compared. A jump becomes an event. */
void ts_time_take(TsTime *time,
                  const TsSectionHead *head,
                  MonoUs epoch_us,
                  TsEvents *events,
                  TsSiRefused *refused);

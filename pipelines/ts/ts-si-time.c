/* EN 300 468 annex C and ATSC A/65 6.1: days since 17 November 1858, seconds since 6 January 1980.
 */
#include "pipelines/ts/ts-si-time.h"

#include <string.h>

#define TABLE_TOT      0x73u
#define TABLE_STT      0xcdu
#define LOCAL_OFFSET   0x58u
#define MJD_OF_UNIX    40587
#define GPS_OF_UNIX    INT64_C(315964800) /* seconds: 6 January 1980 */
#define SECONDS_A_DAY  INT64_C(86400)
#define UNDEFINED_TIME UINT64_C(0xffffffffff)
#define OFFSET_MAX_MIN (24 * 60)

/* Two digits. Returns: -1 if they are none */
static int
bcd(uint8_t byte)
{
    const int tens = byte >> 4, ones = byte & 15;

    return tens > 9 || ones > 9 ? -1 : tens * 10 + ones;
}

/* Three bytes of hours, minutes and seconds. Returns: seconds; -1 if they are none */
static int64_t
read_hms(ByteReader *reader, int max_hours)
{
    const int hours = bcd(byte_reader_u8(reader));
    const int minutes = bcd(byte_reader_u8(reader));
    const int seconds = bcd(byte_reader_u8(reader));

    if (reader->broken || hours < 0 || hours > max_hours || minutes < 0 || minutes > 59 ||
        seconds < 0 || seconds > 59)
        return -1;
    return (hours * 60 + minutes) * INT64_C(60) + seconds;
}

bool
ts_read_utc(ByteReader *reader, WallUs *ret_utc_us)
{
    ByteReader raw = *reader;
    const bool undefined = byte_reader_be(&raw, 5) == UNDEFINED_TIME;
    const int64_t days = (int64_t)byte_reader_u16(reader) - MJD_OF_UNIX;
    const int64_t seconds = read_hms(reader, 23);

    if (undefined || seconds < 0)
        return false;
    *ret_utc_us = (days * SECONDS_A_DAY + seconds) * US_PER_SECOND;
    return true;
}

bool
ts_read_duration(ByteReader *reader, uint32_t *ret_seconds)
{
    const int64_t seconds = read_hms(reader, 99);

    if (seconds < 0)
        return false;
    *ret_seconds = (uint32_t)seconds;
    return true;
}

/* Two bytes of hours and minutes. Returns: false if they are none */
static bool
read_offset(ByteReader *reader, bool negative, int16_t *ret_minutes)
{
    const int hours = bcd(byte_reader_u8(reader)), minutes = bcd(byte_reader_u8(reader));

    if (reader->broken || hours < 0 || minutes < 0 || minutes > 59)
        return false;
    const int total = hours * 60 + minutes;

    if (total > OFFSET_MAX_MIN)
        return false;
    *ret_minutes = (int16_t)(negative ? -total : total);
    return true;
}

static bool
read_local(ByteReader *reader, TsLocalOffset *ret_offset)
{
    const ByteReader country = byte_reader_slice(reader, 3);
    const uint8_t flags = byte_reader_u8(reader);
    const bool negative = (flags & 1) != 0;
    TsLocalOffset offset = {.region = flags >> 2};
    const bool known = read_offset(reader, negative, &offset.offset_min);

    offset.has_change = ts_read_utc(reader, &offset.change_us);
    offset.has_change = read_offset(reader, negative, &offset.next_min) && offset.has_change;
    if (reader->broken || country.broken || !known)
        return false;
    for (size_t i = 0; i < 3; i++)
        offset.country[i] =
            country.at[i] > 0x20 && country.at[i] < 0x7f ? (char)country.at[i] : '?';
    *ret_offset = offset;
    return true;
}

static void
read_offsets(TsTime *time, ByteReader body, TsSiRefused *refused)
{
    ByteReader loop = byte_reader_slice(&body, byte_reader_u16(&body) & 0x0fffu);
    TsLocalOffset offset;

    time->n_offsets = 0;
    while (loop.left >= 2) {
        const uint8_t tag = byte_reader_u8(&loop);
        ByteReader entry = byte_reader_slice(&loop, byte_reader_u8(&loop));

        while (tag == LOCAL_OFFSET && entry.left >= 13) {
            if (!read_local(&entry, &offset))
                continue;
            if (time->n_offsets < TS_LOCAL_OFFSETS_MAX)
                time->offsets[time->n_offsets++] = offset;
            else
                refused->offsets++;
        }
    }
}

static bool
read_stt(ByteReader *body, WallUs *ret_utc_us)
{
    byte_reader_skip(body, 1); /* protocol_version */
    const int64_t gps = byte_reader_u32(body);
    const int64_t offset = byte_reader_u8(body);

    if (body->broken)
        return false;
    *ret_utc_us = (gps + GPS_OF_UNIX - offset) * US_PER_SECOND;
    return true;
}

/* Tables tell whole seconds, each rounded in its own way; so only what differs by more is told. */
static void
compare(TsTime *time, WallUs utc_us, MonoUs epoch_us, TsEvents *events)
{
    const int64_t passed_us = events->arrival_us - time->arrival_us;
    const int64_t step_us = utc_us - time->utc_us;
    const int64_t jump_us = step_us - passed_us;

    if (time->told == 0 || time->arrival_us < epoch_us ||
        (jump_us >= -TS_TIME_JUMP_US && jump_us <= TS_TIME_JUMP_US))
        return;
    time->jumps++;
    ts_events_add(events, TS_EVENT_TIME_JUMP, 0, 0,
                  "Time told by the stream jumped by %+.0f s: it went on by %.0f s in %.0f s",
                  (double)jump_us / (double)US_PER_SECOND, (double)step_us / (double)US_PER_SECOND,
                  (double)passed_us / (double)US_PER_SECOND);
}

void
ts_time_take(TsTime *time,
             const TsSectionHead *head,
             MonoUs epoch_us,
             TsEvents *events,
             TsSiRefused *refused)
{
    ByteReader body = head->body;
    WallUs utc_us;
    const bool stt = head->table_id == TABLE_STT;

    if (!(stt ? read_stt(&body, &utc_us) : ts_read_utc(&body, &utc_us)))
        return;
    compare(time, utc_us, epoch_us, events);
    time->table_id = head->table_id;
    time->utc_us = utc_us;
    time->arrival_us = events->arrival_us;
    time->packet = events->packet;
    time->told++;
    if (head->table_id == TABLE_TOT)
        read_offsets(time, body, refused);
}

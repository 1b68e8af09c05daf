/* Names and lines of the segment index. */
#include "pipelines/base/segment-index.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define VERSION     1u
#define FIELDS      12u
#define NAME_DIGITS 17u                      /* YYYYMMDDhhmmss and milliseconds */
#define WALL_MAX    INT64_C(253402300799000) /* milliseconds to the end of 9999 */

void
segment_name(WallUs start_wall_us, char ret_name[SEGMENT_NAME_BYTES])
{
    const int64_t ms = start_wall_us / US_PER_MS;
    const int64_t bounded = ms < 0 ? 0 : ms > WALL_MAX ? WALL_MAX : ms;
    const time_t seconds = (time_t)(bounded / 1000);
    struct tm utc = {0};

    (void)gmtime_r(&seconds, &utc);
    (void)snprintf(ret_name, SEGMENT_NAME_BYTES, "%04u%02u%02uT%02u%02u%02u%03uZ.ts",
                   ((unsigned)utc.tm_year + 1900u) % 10000u, ((unsigned)utc.tm_mon + 1u) % 100u,
                   (unsigned)utc.tm_mday % 100u, (unsigned)utc.tm_hour % 100u,
                   (unsigned)utc.tm_min % 100u, (unsigned)utc.tm_sec % 100u,
                   (unsigned)(bounded % 1000));
}

/* @n digits; -1 if there is anything else. */
static int
digits(const char *text, size_t n)
{
    int value = 0;

    for (size_t i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

/* Whether @name has the shape of a name; the rest behind it is at @ret_rest. */
static bool
has_shape(const char *name, const char **ret_rest)
{
    static const char shape[] = "ddddddddTdddddddddZ.ts";

    for (size_t i = 0; i < sizeof shape - 1; i++) {
        const bool digit = name[i] >= '0' && name[i] <= '9';

        if (shape[i] == 'd' ? !digit : name[i] != shape[i])
            return false;
    }
    *ret_rest = name + sizeof shape - 1;
    return true;
}

bool
segment_name_parse(const char *name, WallUs *ret_start_wall_us, bool *ret_part)
{
    const char *rest = NULL;
    char again[SEGMENT_NAME_BYTES];

    if (!has_shape(name, &rest))
        return false;
    struct tm utc = {.tm_year = digits(name, 4) - 1900,
                     .tm_mon = digits(name + 4, 2) - 1,
                     .tm_mday = digits(name + 6, 2),
                     .tm_hour = digits(name + 9, 2),
                     .tm_min = digits(name + 11, 2),
                     .tm_sec = digits(name + 13, 2)};
    const WallUs start_us = (WallUs)timegm(&utc) * US_PER_SECOND + digits(name + 15, 3) * US_PER_MS;
    const bool part = strcmp(rest, SEGMENT_PART_SUFFIX) == 0;

    /* A 31st of February is no name either. */
    segment_name(start_us, again);
    if (memcmp(again, name, NAME_DIGITS + 1) != 0 || (*rest != '\0' && !part))
        return false;
    *ret_start_wall_us = start_us;
    *ret_part = part;
    return true;
}

size_t
segment_line(const SegmentEntry *entry, char ret_line[SEGMENT_LINE_BYTES])
{
    const long long times[] = {entry->start_wall_us, entry->end_wall_us, entry->start_us,
                               entry->end_us};
    const unsigned long long counts[] = {entry->first_pts, entry->last_pts, entry->packets,
                                         entry->lost_packets};
    const int size = snprintf(
        ret_line, SEGMENT_LINE_BYTES, "%u %lld %lld %lld %lld %llu %llu %llu %u %llu %d %d\n",
        VERSION, times[0], times[1], times[2], times[3], counts[0], counts[1], counts[2],
        (unsigned)entry->head_packets, counts[3], (int)entry->key, (int)entry->open);

    return size > 0 ? (size_t)size : 0;
}

/* A decimal number of at most 18 digits, followed by a blank or the end of the line. */
static bool
take_number(const char **at, const char *end, int64_t *ret_value)
{
    int64_t value = 0;
    size_t n = 0;

    for (; *at < end && **at >= '0' && **at <= '9' && n < 18; (*at)++, n++)
        value = value * 10 + (**at - '0');
    if (n == 0 || (*at < end && **at != ' '))
        return false;
    if (*at < end)
        (*at)++;
    *ret_value = value;
    return true;
}

static bool
parse_line(const char *line, const char *end, SegmentEntry *ret_entry)
{
    int64_t fields[FIELDS] = {0};

    for (size_t i = 0; i < FIELDS; i++)
        if (!take_number(&line, end, &fields[i]))
            return false;
    const bool open = fields[11] == 1;
    const bool sound = fields[0] == VERSION && fields[5] <= (int64_t)PTS90_MODULUS &&
                       fields[6] <= (int64_t)PTS90_MODULUS && (fields[8] <= fields[7] || open) &&
                       fields[8] <= UINT32_MAX && fields[10] <= 1 && fields[11] <= 1 &&
                       fields[1] / US_PER_MS <= WALL_MAX;

    if (line != end || !sound)
        return false;
    *ret_entry = (SegmentEntry){
        .start_wall_us = fields[1],
        .end_wall_us = fields[2],
        .start_us = fields[3],
        .end_us = fields[4],
        .first_pts = (uint64_t)fields[5],
        .last_pts = (uint64_t)fields[6],
        .packets = (uint64_t)fields[7],
        .head_packets = (uint32_t)fields[8],
        .lost_packets = (uint64_t)fields[9],
        .key = fields[10] != 0,
        .open = open,
    };
    return true;
}

/* Where the segment of the same name stands, looked for from the end; @n: nowhere. */
static size_t
find(const SegmentEntry *entries, size_t n, WallUs start_wall_us)
{
    for (size_t i = n; i-- > 0;)
        if (entries[i].start_wall_us / US_PER_MS == start_wall_us / US_PER_MS)
            return i;
    return n;
}

size_t
segment_index_read(const char *text, size_t size, SegmentEntry *ret_entries, size_t max)
{
    const char *at = text, *end = text + size;
    size_t n = 0;

    while (at < end && max > 0) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        SegmentEntry entry;

        if (newline == NULL)
            break; /* torn */
        if (parse_line(at, newline, &entry)) {
            size_t place = find(ret_entries, n, entry.start_wall_us);

            if (place == max) {
                memmove(ret_entries, ret_entries + 1, (max - 1) * sizeof *ret_entries);
                place = n = max - 1;
            }
            ret_entries[place] = entry;
            n += place == n;
        }
        at = newline + 1;
    }
    return n;
}

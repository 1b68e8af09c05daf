/* Segments as JSON, clips as headers. */
#include "appliance/http/view-segments.h"

#include "appliance/http/json-writer.h"

#define SECONDS(us) ((double)(us) / (double)US_PER_SECOND)

static void
pts(GString *out, const char *key, uint64_t value)
{
    if (value < PTS90_MODULUS)
        json_uint(out, key, value);
    else
        json_null(out, key);
}

static void
view_segment(GString *out, const SegmentEntry *entry, const SegmentEntry *before)
{
    const int64_t gap_us = before != NULL ? entry->start_wall_us - before->end_wall_us : 0;

    json_begin_object(out, NULL);
    json_time(out, "from", entry->start_wall_us);
    json_time(out, "to", entry->end_wall_us);
    json_number(out, "seconds", SECONDS(entry->end_us - entry->start_us), 3);
    json_number(out, "gap_before_seconds", SECONDS(MAX(gap_us, 0)), 3);
    json_uint(out, "bytes", entry->packets * SEGMENT_PACKET_SIZE);
    json_uint(out, "packets", entry->packets);
    json_uint(out, "lost_packets", entry->lost_packets);
    json_bool(out, "key", entry->key);
    json_bool(out, "open", entry->open);
    pts(out, "first_pts", entry->first_pts);
    pts(out, "last_pts", entry->last_pts);
    json_end_object(out);
}

void
view_segments(GString *out, const GArray *entries, WallUs now_us)
{
    uint64_t bytes = 0, lost = 0;
    int64_t recorded_us = 0;

    json_begin_object(out, NULL);
    json_begin_array(out, "items");
    for (guint i = 0; i < entries->len; i++) {
        const SegmentEntry *entry = &g_array_index(entries, SegmentEntry, i);

        view_segment(out, entry, i > 0 ? entry - 1 : NULL);
        bytes += entry->packets * SEGMENT_PACKET_SIZE;
        lost += entry->lost_packets;
        recorded_us += MAX(entry->end_us - entry->start_us, 0);
    }
    json_end_array(out);
    json_null(out, "next_cursor");
    json_number(out, "recorded_seconds", SECONDS(recorded_us), 3);
    json_uint(out, "bytes", bytes);
    json_uint(out, "lost_packets", lost);
    json_time(out, "at", now_us);
    json_end_object(out);
}

static void
time_header(SoupMessageHeaders *headers, const char *name, WallUs wall_us)
{
    g_autoptr(GString) text = g_string_new(NULL);

    json_time(text, NULL, wall_us);
    g_strdelimit(text->str, "\"", ' ');
    soup_message_headers_replace(headers, name, g_strstrip(text->str));
}

void
view_clip_headers(const SegmentClipInfo *info, SoupMessageHeaders *headers)
{
    g_autofree char *lost = g_strdup_printf("%" G_GUINT64_FORMAT, info->lost_packets);
    g_autofree char *gaps = g_strdup_printf("%u", info->gaps);

    time_header(headers, "X-Clip-From", info->from_us);
    time_header(headers, "X-Clip-To", info->to_us);
    soup_message_headers_replace(headers, "X-Clip-Lost-Packets", lost);
    soup_message_headers_replace(headers, "X-Clip-Gaps", gaps);
    soup_message_headers_replace(headers, "X-Clip-Key", info->key ? "true" : "false");
}

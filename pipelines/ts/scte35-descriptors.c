/* Descriptors of other identifiers are counted and kept by name; what they enclose is private. */
#include "pipelines/ts/scte35-descriptors.h"

#include <glib.h>
#include <string.h>

#include "pipelines/base/text.h"

#define CUEI          0x43554549u
#define UPID_MID      0x0du
#define MID_PARTS_MAX 16u /* of a multiple UPID; what follows is cut */

/* Types whose UPID is characters: ISCI, Ad-ID, TID, ADI, ADS, URI, SCR, and the old free form. */
static bool
upid_is_text(uint8_t type)
{
    return type == 0x01 || type == 0x02 || type == 0x03 || type == 0x07 || type == 0x09 ||
           type == 0x0e || type == 0x0f || type == 0x11;
}

static void
append_upid(GString *text, uint8_t type, ByteReader upid)
{
    if (upid_is_text(type)) {
        g_autofree char *copy = g_strndup((const char *)upid.at, upid.left);

        g_string_append(text, copy);
        return;
    }
    while (upid.left > 0)
        g_string_append_printf(text, "%02x", byte_reader_u8(&upid));
}

/* Several UPIDs in one: each with its own type. */
static void
append_parts(GString *text, ByteReader upid)
{
    for (unsigned i = 0; i < MID_PARTS_MAX && upid.left >= 2; i++) {
        const uint8_t type = byte_reader_u8(&upid);
        const uint8_t size = byte_reader_u8(&upid);
        const ByteReader part = byte_reader_slice(&upid, size);

        if (part.broken)
            return;
        g_string_append_printf(text, "%s%s:", i > 0 ? " " : "", scte35_upid_name(type));
        append_upid(text, type, part);
    }
}

static void
read_upid(ByteReader upid, Scte35Segmentation *segmentation)
{
    g_autoptr(GString) text = g_string_new(NULL);

    if (upid.left == 0)
        return;
    if (segmentation->upid_type == UPID_MID)
        append_parts(text, upid);
    else
        append_upid(text, segmentation->upid_type, upid);
    g_autofree char *clean = text_clean(text->str, SCTE35_UPID_MAX - 1);

    g_strlcpy(segmentation->upid, clean, SCTE35_UPID_MAX);
}

/* The types that may count sub-segments. */
static bool
has_sub_segments(uint8_t type_id)
{
    return type_id == 0x30 || type_id == 0x32 || type_id == 0x34 || type_id == 0x36 ||
           type_id == 0x38 || type_id == 0x3a || type_id == 0x44 || type_id == 0x46;
}

static bool
read_segmentation(ByteReader body, Scte35Segmentation *segmentation)
{
    segmentation->event_id = byte_reader_u32(&body);
    segmentation->cancel = (byte_reader_u8(&body) & 0x80) != 0;
    if (segmentation->cancel || body.broken)
        return !body.broken;
    const uint8_t flags = byte_reader_u8(&body);

    segmentation->program_segmentation = (flags & 0x80) != 0;
    segmentation->has_duration = (flags & 0x40) != 0;
    segmentation->restricted = (flags & 0x20) == 0;
    if (segmentation->restricted) {
        segmentation->web_delivery_allowed = (flags & 0x10) != 0;
        segmentation->no_regional_blackout = (flags & 0x08) != 0;
        segmentation->archive_allowed = (flags & 0x04) != 0;
        segmentation->device_restrictions = flags & 3;
    }
    if (!segmentation->program_segmentation) {
        segmentation->n_components = byte_reader_u8(&body);
        byte_reader_skip(&body, segmentation->n_components * (size_t)6);
    }
    if (segmentation->has_duration)
        segmentation->duration = byte_reader_be(&body, 5);
    segmentation->upid_type = byte_reader_u8(&body);
    segmentation->upid_size = byte_reader_u8(&body);
    const ByteReader upid = byte_reader_slice(&body, segmentation->upid_size);

    segmentation->type_id = byte_reader_u8(&body);
    segmentation->number = byte_reader_u8(&body);
    segmentation->expected = byte_reader_u8(&body);
    read_upid(upid, segmentation);
    if (has_sub_segments(segmentation->type_id) && body.left >= 2) {
        segmentation->has_sub_segment = true;
        segmentation->sub_number = byte_reader_u8(&body);
        segmentation->sub_expected = byte_reader_u8(&body);
    }
    return !body.broken;
}

static bool
read_dtmf(ByteReader body, Scte35Descriptor *descriptor)
{
    descriptor->dtmf.preroll = byte_reader_u8(&body);
    const unsigned count = byte_reader_u8(&body) >> 5;

    for (unsigned i = 0; i < count; i++) {
        const uint8_t digit = byte_reader_u8(&body);

        descriptor->dtmf.digits[i] = digit > 0x20 && digit < 0x7f ? (char)digit : '?';
    }
    return !body.broken;
}

static bool
read_audio(ByteReader body, Scte35Descriptor *descriptor)
{
    descriptor->audio.n_components = byte_reader_u8(&body) >> 4;
    if (descriptor->audio.n_components == 0 || body.broken)
        return !body.broken;
    descriptor->audio.component_tag = byte_reader_u8(&body);
    for (unsigned i = 0; i < 3; i++) {
        const uint8_t letter = byte_reader_u8(&body);

        descriptor->audio.language[i] = g_ascii_isalnum(letter) ? (char)letter : '?';
    }
    const uint8_t mode = byte_reader_u8(&body);

    descriptor->audio.bit_stream_mode = mode >> 5;
    descriptor->audio.channels = mode >> 1 & 15;
    descriptor->audio.full_service = (mode & 1) != 0;
    byte_reader_skip(&body, (descriptor->audio.n_components - 1u) * (size_t)5);
    return !body.broken;
}

static bool
read_body(ByteReader body, Scte35Descriptor *descriptor)
{
    switch (descriptor->tag) {
    case SCTE35_AVAIL:
        descriptor->avail_id = byte_reader_u32(&body);
        return !body.broken;
    case SCTE35_DTMF:
        return read_dtmf(body, descriptor);
    case SCTE35_SEGMENTATION:
        return read_segmentation(body, &descriptor->segmentation);
    case SCTE35_TIME:
        descriptor->time.tai_seconds = byte_reader_be(&body, 6);
        descriptor->time.tai_ns = byte_reader_u32(&body);
        descriptor->time.utc_offset = byte_reader_u16(&body);
        return !body.broken;
    case SCTE35_AUDIO:
        return read_audio(body, descriptor);
    default:
        return true;
    }
}

bool
scte35_read_descriptors(ByteReader loop, Scte35 *message)
{
    while (loop.left > 0) {
        Scte35Descriptor descriptor = {0};

        descriptor.tag = byte_reader_u8(&loop);
        const uint8_t size = byte_reader_u8(&loop);
        ByteReader body = byte_reader_slice(&loop, size);

        descriptor.identifier = byte_reader_u32(&body);
        if (body.broken || (descriptor.identifier == CUEI && !read_body(body, &descriptor)))
            return false;
        if (message->n_descriptors < SCTE35_DESCRIPTORS_MAX)
            message->descriptors[message->n_descriptors] = descriptor;
        message->n_descriptors++;
    }
    return !loop.broken;
}

size_t
scte35_descriptors_kept(const Scte35 *message)
{
    return MIN(message->n_descriptors, SCTE35_DESCRIPTORS_MAX);
}

const Scte35Segmentation *
scte35_segmentation_at(const Scte35 *message, size_t index)
{
    if (index >= scte35_descriptors_kept(message))
        return NULL;
    const Scte35Descriptor *descriptor = &message->descriptors[index];
    const bool is = descriptor->tag == SCTE35_SEGMENTATION && descriptor->identifier == CUEI;

    return is ? &descriptor->segmentation : NULL;
}

void
scte35_describe_event(const Scte35Event *event, char *ret_text, size_t max)
{
    char duration[48] = "";

    if (event->cancel) {
        g_snprintf(ret_text, (gulong)max, "event %u cancelled", event->id);
        return;
    }
    if (event->has_duration)
        g_snprintf(duration, sizeof duration, ", %.3f s%s", (double)event->duration / 90000.0,
                   event->auto_return ? ", returns by itself" : "");
    g_snprintf(ret_text, (gulong)max, "event %u %s%s%s", event->id, event->out ? "out" : "in",
               event->immediate ? " at once" : "", duration);
}

void
scte35_describe(const Scte35Segmentation *segmentation, char *ret_text, size_t max)
{
    g_autoptr(GString) text = g_string_new(NULL);
    const char *name = scte35_segmentation_name(segmentation->type_id);
    const char *upid_name = scte35_upid_name(segmentation->upid_type);

    if (segmentation->cancel) {
        g_string_printf(text, "event %u cancelled", segmentation->event_id);
    } else {
        g_string_printf(text, "%s (0x%02x), event %u", *name ? name : "reserved",
                        segmentation->type_id, segmentation->event_id);
        if (segmentation->has_duration)
            g_string_append_printf(text, ", %.1f s", (double)segmentation->duration / 90000.0);
        if (segmentation->upid_size > 0)
            g_string_append_printf(text, ", %s %s", *upid_name ? upid_name : "UPID",
                                   segmentation->upid);
        g_string_append_printf(text, ", segment %u/%u", segmentation->number,
                               segmentation->expected);
    }
    g_strlcpy(ret_text, text->str, max);
}

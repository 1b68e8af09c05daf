/* The section of a message: header, one command, the descriptors. */
#include "pipelines/ts/scte35.h"

#include <glib.h>

#include "pipelines/base/byte-reader.h"
#include "pipelines/ts/scte35-descriptors.h"
#include "pipelines/ts/ts-section.h"

#define HEAD_SIZE      3u
#define CRC_SIZE       4u
#define PTS_MASK       (PTS90_MODULUS - 1)
#define LENGTH_UNKNOWN 0xfffu /* of old encoders: the command ends where its syntax ends */

/* splice_time(), adjusted. Returns: whether a time is named */
static bool
read_time(ByteReader *reader, const Scte35 *message, Pts90 *ret_pts)
{
    const uint8_t head = byte_reader_u8(reader);

    if ((head & 0x80) == 0)
        return false;
    const uint64_t raw = (uint64_t)(head & 1) << 32 | byte_reader_u32(reader);

    if (reader->broken)
        return false;
    *ret_pts = (raw + message->pts_adjustment) & PTS_MASK;
    return true;
}

static void
read_break_duration(ByteReader *reader, Scte35Event *event)
{
    const uint64_t word = byte_reader_be(reader, 5);

    event->has_duration = !reader->broken;
    event->auto_return = (word >> 39 & 1) != 0;
    event->duration = word & PTS_MASK;
}

static void
read_avail(ByteReader *reader, Scte35Event *event)
{
    event->unique_program_id = byte_reader_u16(reader);
    event->avail = byte_reader_u8(reader);
    event->avails_expected = byte_reader_u8(reader);
}

static void
name_time(Scte35 *message, bool has_pts, Pts90 pts)
{
    if (!has_pts || message->has_pts)
        return;
    message->has_pts = true;
    message->pts = pts;
}

static void
read_insert_components(ByteReader *reader, Scte35 *message, Scte35Event *event)
{
    event->n_components = byte_reader_u8(reader);
    for (unsigned i = 0; i < event->n_components && !reader->broken; i++) {
        Scte35Component component = {.tag = byte_reader_u8(reader)};

        if (!event->immediate)
            component.has_pts = read_time(reader, message, &component.pts);
        name_time(message, component.has_pts, component.pts);
        if (i < SCTE35_COMPONENTS_MAX)
            message->components[i] = component;
    }
}

static void
read_insert(ByteReader *reader, Scte35 *message)
{
    Scte35Event *event = &message->events[0];

    event->id = byte_reader_u32(reader);
    event->cancel = (byte_reader_u8(reader) & 0x80) != 0;
    message->n_events = !reader->broken;
    if (event->cancel)
        return;
    const uint8_t flags = byte_reader_u8(reader);

    event->out = (flags & 0x80) != 0;
    event->program_splice = (flags & 0x40) != 0;
    event->immediate = (flags & 0x10) != 0;
    if (event->program_splice && !event->immediate)
        event->has_pts = read_time(reader, message, &event->pts);
    name_time(message, event->has_pts, event->pts);
    if (!event->program_splice)
        read_insert_components(reader, message, event);
    if ((flags & 0x20) != 0)
        read_break_duration(reader, event);
    read_avail(reader, event);
}

static void
read_scheduled(ByteReader *reader, Scte35Event *event)
{
    event->id = byte_reader_u32(reader);
    event->cancel = (byte_reader_u8(reader) & 0x80) != 0;
    if (event->cancel)
        return;
    const uint8_t flags = byte_reader_u8(reader);

    event->out = (flags & 0x80) != 0;
    event->program_splice = (flags & 0x40) != 0;
    if (event->program_splice) {
        event->utc = byte_reader_u32(reader);
    } else {
        event->n_components = byte_reader_u8(reader);
        for (unsigned i = 0; i < event->n_components && !reader->broken; i++) {
            byte_reader_skip(reader, 1);
            const uint32_t utc = byte_reader_u32(reader);

            event->utc = i == 0 ? utc : event->utc;
        }
    }
    if ((flags & 0x20) != 0)
        read_break_duration(reader, event);
    read_avail(reader, event);
}

static void
read_schedule(ByteReader *reader, Scte35 *message)
{
    const unsigned count = byte_reader_u8(reader);

    for (unsigned i = 0; i < count; i++) {
        Scte35Event event = {0};

        read_scheduled(reader, &event);
        if (reader->broken)
            return;
        if (i < SCTE35_EVENTS_MAX)
            message->events[i] = event;
        message->n_events++;
    }
}

static void
read_private(ByteReader *reader, Scte35 *message)
{
    message->private_identifier = byte_reader_u32(reader);
    message->private_size = (uint16_t)reader->left;
    byte_reader_skip(reader, reader->left);
}

/* Reads the command. Returns: false if it leaves its bounds */
static bool
read_command(ByteReader *reader, Scte35 *message)
{
    switch (message->command) {
    case SCTE35_SPLICE_SCHEDULE:
        read_schedule(reader, message);
        break;
    case SCTE35_SPLICE_INSERT:
        read_insert(reader, message);
        break;
    case SCTE35_TIME_SIGNAL:
        message->has_pts = read_time(reader, message, &message->pts);
        break;
    case SCTE35_PRIVATE_COMMAND:
        read_private(reader, message);
        break;
    default: /* empty ones, and what the standard does not define */
        break;
    }
    return !reader->broken;
}

/* The command and the descriptors; false if a length leaves its bounds. */
static bool
read_splice(ByteReader *reader, size_t command_size, Scte35 *message)
{
    message->command = byte_reader_u8(reader);
    if (command_size == LENGTH_UNKNOWN) {
        if (!read_command(reader, message))
            return false;
    } else {
        ByteReader command = byte_reader_slice(reader, command_size);

        if (!read_command(&command, message))
            return false;
    }
    if (command_size == LENGTH_UNKNOWN && message->command == SCTE35_PRIVATE_COMMAND)
        return true; /* no telling where its bytes end */
    const uint16_t loop_size = byte_reader_u16(reader);

    return scte35_read_descriptors(byte_reader_slice(reader, loop_size), message) &&
           !reader->broken;
}

Scte35Verdict
scte35_parse(const uint8_t *section, size_t size, Scte35 *ret_message)
{
    *ret_message = (Scte35){0};
    if (size < HEAD_SIZE || section[0] != SCTE35_TABLE_ID)
        return SCTE35_OTHER_TABLE;
    if (size < HEAD_SIZE + CRC_SIZE || ts_crc32(section, size) != 0)
        return SCTE35_CRC_BAD;
    ByteReader reader = byte_reader(section + HEAD_SIZE, size - HEAD_SIZE - CRC_SIZE);

    ret_message->protocol_version = byte_reader_u8(&reader);
    const uint64_t adjustment = byte_reader_be(&reader, 5);

    ret_message->encrypted = (adjustment >> 39 & 1) != 0;
    ret_message->encryption_algorithm = adjustment >> 33 & 63;
    ret_message->pts_adjustment = adjustment & PTS_MASK;
    ret_message->cw_index = byte_reader_u8(&reader);
    const uint32_t lengths = (uint32_t)byte_reader_be(&reader, 3);

    ret_message->tier = (uint16_t)(lengths >> 12);
    if (reader.broken)
        return SCTE35_MALFORMED;
    if (ret_message->encrypted)
        return SCTE35_GOOD;
    return read_splice(&reader, lengths & 0xfff, ret_message) ? SCTE35_GOOD : SCTE35_MALFORMED;
}

size_t
scte35_events_kept(const Scte35 *message)
{
    return MIN(message->n_events, SCTE35_EVENTS_MAX);
}

size_t
scte35_components_kept(const Scte35 *message)
{
    const bool insert = message->command == SCTE35_SPLICE_INSERT;

    return insert ? MIN(message->events[0].n_components, SCTE35_COMPONENTS_MAX) : 0;
}

bool
scte35_event_id(const Scte35 *message, uint32_t *ret_id)
{
    if (message->n_events > 0) {
        *ret_id = message->events[0].id;
        return true;
    }
    for (size_t i = 0; i < scte35_descriptors_kept(message); i++) {
        const Scte35Segmentation *segmentation = scte35_segmentation_at(message, i);

        if (segmentation) {
            *ret_id = segmentation->event_id;
            return true;
        }
    }
    return false;
}

/* Whether the message speaks of @id, calling it off or not. */
static bool
speaks_of(const Scte35 *message, uint32_t id, bool cancel)
{
    for (size_t i = 0; i < scte35_events_kept(message); i++)
        if (message->events[i].id == id && message->events[i].cancel == cancel)
            return true;
    for (size_t i = 0; i < scte35_descriptors_kept(message); i++) {
        const Scte35Segmentation *segmentation = scte35_segmentation_at(message, i);

        if (segmentation && segmentation->event_id == id && segmentation->cancel == cancel)
            return true;
    }
    return false;
}

bool
scte35_cancels(const Scte35 *message, uint32_t id)
{
    return speaks_of(message, id, true);
}

bool
scte35_announces(const Scte35 *message, uint32_t id)
{
    return speaks_of(message, id, false);
}

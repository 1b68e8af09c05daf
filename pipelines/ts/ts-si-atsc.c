/* Names: the long one of a descriptor where it is plain text, or else seven characters. */
#include "pipelines/ts/ts-si-atsc.h"

#include <glib.h>

#include "pipelines/ts/dvb-text.h"
#include "pipelines/ts/ts-descriptors.h"

#define TABLE_MGT     0xc7u
#define TABLE_CVCT    0xc9u
#define EXTENDED_NAME 0xa0u
#define NAME_SIZE     14u
#define EIT_FIRST     0x0100u /* table types of an MGT */
#define EIT_LAST      0x017fu
#define ETT_FIRST     0x0200u
#define ETT_LAST      0x027fu
#define MODE_UTF16    0x3fu
#define MODE_PAGES    0x33u /* modes up to here: the upper byte of each character */
#define PLAIN_MAX     63u   /* characters of a long name */

static void
take_master(TsAtsc *atsc, const TsSectionHead *head, TsSiRefused *refused)
{
    ByteReader body = head->body;

    byte_reader_skip(&body, 1);
    size_t left = byte_reader_u16(&body);

    atsc->seen = true;
    atsc->version = head->version;
    atsc->n_entries = 0;
    atsc->n_eit = 0;
    atsc->n_ett = 0;
    for (; left > 0 && body.left >= 11; left--) {
        TsMasterEntry entry = {.type = byte_reader_u16(&body)};

        entry.pid = byte_reader_u16(&body) & 0x1fff;
        entry.version = byte_reader_u8(&body) & 31;
        entry.size = byte_reader_u32(&body);
        byte_reader_skip(&body, byte_reader_u16(&body) & 0x0fffu);
        atsc->n_eit += entry.type >= EIT_FIRST && entry.type <= EIT_LAST;
        atsc->n_ett += entry.type >= ETT_FIRST && entry.type <= ETT_LAST;
        if (atsc->n_entries < TS_MASTER_MAX)
            atsc->entries[atsc->n_entries++] = entry;
        else
            refused->channels++;
    }
}

/* One segment of a multiple string. Returns: false where it is compressed or in another mode */
static bool
read_segment(ByteReader *body, char *ret_name, size_t max)
{
    const uint8_t compression = byte_reader_u8(body);
    const uint8_t mode = byte_reader_u8(body);
    const ByteReader bytes = byte_reader_slice(body, byte_reader_u8(body));
    uint8_t wide[2 * PLAIN_MAX];
    size_t size = 0;

    if (compression != 0 || bytes.broken || bytes.left == 0)
        return false;
    if (mode == MODE_UTF16) {
        dvb_text_utf16(bytes.at, bytes.left, ret_name, max);
        return true;
    }
    if (mode > MODE_PAGES)
        return false;
    for (size_t i = 0; i < bytes.left && i < PLAIN_MAX; i++) {
        wide[size++] = mode;
        wide[size++] = bytes.at[i];
    }
    dvb_text_utf16(wide, size, ret_name, max);
    return true;
}

/* The first segment of the first language is the name. */
static void
read_long_name(TsChannel *channel, ByteReader body)
{
    char name[TS_TEXT_MAX];

    if (byte_reader_u8(&body) == 0)
        return;
    byte_reader_skip(&body, 3);
    if (byte_reader_u8(&body) == 0)
        return;
    if (read_segment(&body, name, sizeof name) && name[0] != '\0')
        g_strlcpy(channel->name, name, sizeof channel->name);
}

static bool
read_channel(ByteReader *body, TsChannel *channel)
{
    TsDescriptor descriptor;
    const ByteReader name = byte_reader_slice(body, NAME_SIZE);
    const uint32_t numbers = byte_reader_u32(body);

    byte_reader_skip(body, 4); /* carrier_frequency */
    channel->stream_id = byte_reader_u16(body);
    channel->service_id = byte_reader_u16(body);
    const uint16_t flags = byte_reader_u16(body);

    channel->source_id = byte_reader_u16(body);
    ByteReader loop = byte_reader_slice(body, byte_reader_u16(body) & 0x03ffu);

    if (loop.broken)
        return false;
    channel->major = numbers >> 18 & 0x03ff;
    channel->minor = numbers >> 8 & 0x03ff;
    channel->scrambled = (flags & 0x2000) != 0;
    channel->hidden = (flags & 0x1000) != 0;
    channel->service_type = flags & 63;
    dvb_text_utf16(name.at, name.left, channel->name, sizeof channel->name);
    while (ts_descriptor_next(&loop, &descriptor))
        if (descriptor.tag == EXTENDED_NAME)
            read_long_name(channel, descriptor.body);
    return true;
}

static void
drop_channels(TsAtsc *atsc, const TsSectionHead *head)
{
    const bool cable = head->table_id == TABLE_CVCT;
    size_t kept = 0;

    for (size_t i = 0; i < atsc->n_channels; i++) {
        const TsChannel *channel = &atsc->channels[i];

        if (channel->cable == cable &&
            (channel->section == head->number || channel->section > head->last))
            continue;
        if (kept != i)
            atsc->channels[kept] = atsc->channels[i];
        kept++;
    }
    atsc->n_channels = kept;
}

static void
take_channels(TsAtsc *atsc, const TsSectionHead *head, TsSiRefused *refused)
{
    ByteReader body = head->body;

    byte_reader_skip(&body, 1);
    const unsigned count = byte_reader_u8(&body);

    drop_channels(atsc, head);
    for (unsigned i = 0; i < count; i++) {
        TsChannel channel = {.section = head->number, .cable = head->table_id == TABLE_CVCT};

        if (!read_channel(&body, &channel))
            return;
        if (atsc->n_channels < TS_CHANNELS_MAX)
            atsc->channels[atsc->n_channels++] = channel;
        else
            refused->channels++;
    }
}

void
ts_atsc_take(TsAtsc *atsc, const TsSectionHead *head, TsSiRefused *refused)
{
    if (head->table_id == TABLE_MGT)
        take_master(atsc, head, refused);
    else
        take_channels(atsc, head, refused);
}

const TsChannel *
ts_atsc_channel(const TsAtsc *atsc, uint16_t stream_id, uint16_t service_id)
{
    for (size_t i = 0; i < atsc->n_channels; i++)
        if (atsc->channels[i].service_id == service_id && atsc->channels[i].stream_id == stream_id)
            return &atsc->channels[i];
    return NULL;
}

/* Sections that say what they said before cost their CRC; the others are read in full. */
#include "pipelines/ts/ait.h"

#include <glib.h>
#include <string.h>

#include "pipelines/base/byte-reader.h"
#include "pipelines/base/text.h"
#include "pipelines/ts/dvb-text.h"
#include "pipelines/ts/ts-section.h"

#define HEAD_SIZE 8u
#define CRC_SIZE  4u
#define LOOP_MASK 0xfffu
#define HTTP      3u /* protocol_id */

enum {
    DESCRIPTOR_NAME = 0x01,
    DESCRIPTOR_TRANSPORT = 0x02,
    DESCRIPTOR_LOCATION = 0x15,
};

/* What the descriptors say of where an application is. */
typedef struct {
    ByteReader base; /* of the first HTTP transport; empty without one */
    ByteReader path; /* initial_path_bytes; empty without one */
} Location;

static void
read_transport(ByteReader body, Location *location)
{
    const uint16_t protocol = byte_reader_u16(&body);

    byte_reader_skip(&body, 1); /* label */
    if (protocol != HTTP || location->base.left > 0)
        return;
    const uint8_t size = byte_reader_u8(&body);

    location->base = byte_reader_slice(&body, size);
}

static void
read_name(ByteReader body, AitApplication *application)
{
    if (application->name[0] != '\0' || body.left < 4)
        return;
    for (size_t i = 0; i < 3; i++) {
        const uint8_t letter = byte_reader_u8(&body);

        application->language[i] = g_ascii_isalnum(letter) ? (char)letter : '\0';
    }
    const uint8_t size = byte_reader_u8(&body);
    const ByteReader name = byte_reader_slice(&body, size);

    if (!name.broken)
        dvb_text(name.at, name.left, application->name, AIT_NAME_MAX);
}

/* @application: (nullable): NULL for the common loop. Returns: false if a length leaves it */
static bool
read_descriptors(ByteReader loop, AitApplication *application, Location *location)
{
    while (loop.left > 0) {
        const uint8_t tag = byte_reader_u8(&loop);
        const uint8_t size = byte_reader_u8(&loop);
        const ByteReader body = byte_reader_slice(&loop, size);

        if (body.broken)
            return false;
        if (tag == DESCRIPTOR_NAME && application)
            read_name(body, application);
        else if (tag == DESCRIPTOR_TRANSPORT)
            read_transport(body, location);
        else if (tag == DESCRIPTOR_LOCATION)
            location->path = body;
    }
    return !loop.broken;
}

static void
write_url(const Location *location, AitApplication *application)
{
    g_autoptr(GString) url = g_string_new(NULL);

    if (location->base.left == 0)
        return;
    g_string_append_len(url, (const char *)location->base.at, (gssize)location->base.left);
    if (location->path.left > 0)
        g_string_append_len(url, (const char *)location->path.at, (gssize)location->path.left);
    g_autofree char *clean = text_clean(url->str, AIT_URL_MAX - 1);

    g_strlcpy(application->url, clean, AIT_URL_MAX);
}

/* Returns: false if a length leaves its bounds */
static bool
read_applications(Ait *ait, ByteReader body, AitApplication template)
{
    Location common = {.base = {.left = 0}};
    const uint16_t common_size = byte_reader_u16(&body) & LOOP_MASK;

    if (!read_descriptors(byte_reader_slice(&body, common_size), NULL, &common))
        return false;
    const uint16_t loop_size = byte_reader_u16(&body) & LOOP_MASK;
    ByteReader loop = byte_reader_slice(&body, loop_size);

    while (loop.left > 0) {
        AitApplication application = template;
        Location location = {.path = common.path};

        application.organisation = byte_reader_u32(&loop);
        application.application = byte_reader_u16(&loop);
        application.control = byte_reader_u8(&loop);
        const uint16_t size = byte_reader_u16(&loop) & LOOP_MASK;
        const ByteReader descriptors = byte_reader_slice(&loop, size);

        if (descriptors.broken || !read_descriptors(descriptors, &application, &location))
            return false;
        if (location.base.left == 0)
            location.base = common.base;
        write_url(&location, &application);
        if (ait->n_applications < AIT_APPLICATIONS_MAX)
            ait->applications[ait->n_applications++] = application;
        else
            ait->refused++;
    }
    return !loop.broken;
}

/* Drops what an earlier version of the section, or of its whole table, said. */
static void
forget(Ait *ait, const AitSection *section)
{
    size_t kept = 0;

    for (size_t i = 0; i < ait->n_applications; i++) {
        const AitApplication *old = &ait->applications[i];
        const uint16_t type = (uint16_t)(old->type | (old->test ? 0x8000 : 0));
        const bool stale = type == section->type &&
                           (old->section == section->number || old->version != section->version);

        if (!stale)
            ait->applications[kept++] = *old;
    }
    ait->n_applications = kept;
}

static AitSection *
seen_before(Ait *ait, const AitSection *section)
{
    for (size_t i = 0; i < ait->n_seen; i++)
        if (ait->seen[i].type == section->type && ait->seen[i].number == section->number)
            return &ait->seen[i];
    return NULL;
}

/* Returns: whether the section says something new and is to be read */
static bool
remember(Ait *ait, const AitSection *section, const TsPlace *place)
{
    AitSection *seen = seen_before(ait, section);

    if (seen && seen->crc == section->crc)
        return false;
    if (!seen && ait->n_seen == AIT_SECTIONS_MAX) {
        ait->refused++;
        return false;
    }
    ait->changes += seen != NULL;
    ait->changed = *place;
    if (!seen)
        seen = &ait->seen[ait->n_seen++];
    *seen = *section;
    return true;
}

void
ait_push(Ait *ait, const uint8_t *section, size_t size, const TsPlace *place)
{
    if (size == 0 || section[0] != AIT_TABLE_ID) {
        ait->other_table++;
        return;
    }
    if (size < HEAD_SIZE + CRC_SIZE || ts_crc32(section, size) != 0) {
        ait->crc_errors++;
        return;
    }
    ByteReader reader = byte_reader(section, size);

    byte_reader_skip(&reader, 3);
    const uint16_t type = byte_reader_u16(&reader);
    const uint8_t version = byte_reader_u8(&reader);
    const uint8_t number = byte_reader_u8(&reader);

    byte_reader_skip(&reader, 1);
    const ByteReader body = byte_reader_slice(&reader, size - HEAD_SIZE - CRC_SIZE);
    const AitSection key = {type, number, version >> 1 & 31, byte_reader_u32(&reader)};

    ait->sections++;
    ait->last = *place;
    if ((version & 1) == 0 || !remember(ait, &key, place))
        return; /* not yet valid, or known */
    forget(ait, &key);
    const AitApplication template = {.type = type & 0x7fff,
                                     .test = (type & 0x8000) != 0,
                                     .version = key.version,
                                     .section = number};

    ait->malformed += !read_applications(ait, body, template);
}

const char *
ait_control_name(uint8_t control)
{
    static const char *const names[] = {
        [1] = "AUTOSTART", [2] = "PRESENT", [3] = "DESTROY",  [4] = "KILL",
        [5] = "PREFETCH",  [6] = "REMOTE",  [7] = "DISABLED", [8] = "PLAYBACK_AUTOSTART",
    };

    return control < G_N_ELEMENTS(names) && names[control] ? names[control] : "";
}

const char *
ait_type_name(uint16_t type)
{
    switch (type) {
    case 0x0001:
        return "DVB-J";
    case 0x0002:
        return "DVB-HTML";
    case 0x0010:
        return "HbbTV";
    default:
        return "";
    }
}

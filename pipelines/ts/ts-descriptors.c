/* One small reader a descriptor; those that are not listed are passed over. */
#include "pipelines/ts/ts-descriptors.h"

#include <string.h>

#include "pipelines/ts/dvb-text.h"
#include "pipelines/ts/ts-stream-types.h"

#define FORMAT_BY_NUMBER 0xffu   /* metadata_format: an identifier of 32 bits follows */
#define APP_BY_NUMBER    0xffffu /* metadata_application_format: the same */
#define EXTENSION        0x7fu   /* extension_descriptor of EN 300 468 */

/* Three bits of the component_type of AC-3 and E-AC-3, EN 300 468 annex D. */
static const TsLayout ac3_layouts[8] = {
    TS_LAYOUT_MONO,  TS_LAYOUT_DUAL_MONO, TS_LAYOUT_STEREO,  TS_LAYOUT_MATRIXED,
    TS_LAYOUT_MULTI, TS_LAYOUT_BEYOND,    TS_LAYOUT_UNKNOWN, TS_LAYOUT_UNKNOWN,
};
/* num_channels of the AC-3 descriptor of ATSC A/52, by its four bits. */
static const TsLayout atsc_layouts[16] = {
    TS_LAYOUT_DUAL_MONO, TS_LAYOUT_MONO,   TS_LAYOUT_STEREO,  TS_LAYOUT_MULTI,
    TS_LAYOUT_MULTI,     TS_LAYOUT_MULTI,  TS_LAYOUT_MULTI,   TS_LAYOUT_MULTI,
    TS_LAYOUT_MONO,      TS_LAYOUT_STEREO, TS_LAYOUT_UNKNOWN, TS_LAYOUT_UNKNOWN,
    TS_LAYOUT_UNKNOWN,   TS_LAYOUT_MULTI,  TS_LAYOUT_UNKNOWN, TS_LAYOUT_UNKNOWN,
};

/* What is gathered while the descriptors of a component are read. */
typedef struct {
    TsComponent component;
    TsTypeHints hints;
    unsigned refused;
} Reading;

bool
ts_descriptor_next(ByteReader *loop, TsDescriptor *ret_descriptor)
{
    if (loop->left < 2)
        return false;
    const uint8_t tag = byte_reader_u8(loop);
    const ByteReader body = byte_reader_slice(loop, byte_reader_u8(loop));

    if (body.broken)
        return false;
    *ret_descriptor = (TsDescriptor){tag, body};
    return true;
}

unsigned
ts_ca_add(ByteReader body, TsCa *list, size_t *count)
{
    const uint16_t system_id = byte_reader_u16(&body);
    const uint16_t pid = byte_reader_u16(&body) & 0x1fff;

    if (body.broken)
        return 0;
    if (*count == TS_CA_MAX)
        return 1;
    list[(*count)++] = (TsCa){system_id, pid};
    return 0;
}

unsigned
ts_program_info(ByteReader descriptors, TsProgramInfo *ret_info)
{
    TsProgramInfo info = {0};
    TsDescriptor descriptor;
    unsigned refused = 0;

    while (ts_descriptor_next(&descriptors, &descriptor)) {
        if (descriptor.tag == 0x05 && descriptor.body.left >= 4)
            info.registration = byte_reader_u32(&descriptor.body);
        else if (descriptor.tag == 0x09)
            refused += ts_ca_add(descriptor.body, info.cas, &info.n_cas);
    }
    *ret_info = info;
    return refused;
}

bool
ts_service_label(ByteReader body, TsServiceLabel *ret_label)
{
    const uint8_t type = byte_reader_u8(&body);
    const ByteReader provider = byte_reader_slice(&body, byte_reader_u8(&body));
    const ByteReader name = byte_reader_slice(&body, byte_reader_u8(&body));

    if (provider.broken || name.broken)
        return false;
    ret_label->type = type;
    dvb_text(provider.at, provider.left, ret_label->provider, sizeof ret_label->provider);
    dvb_text(name.at, name.left, ret_label->name, sizeof ret_label->name);
    return true;
}

static bool
read_code(ByteReader *body, char code[4])
{
    const ByteReader bytes = byte_reader_slice(body, 3);

    if (bytes.broken)
        return false;
    for (size_t i = 0; i < 3; i++)
        if (bytes.at[i] < 0x20 || bytes.at[i] > 0x7e)
            return false;
    memcpy(code, bytes.at, 3);
    code[3] = '\0';
    return true;
}

static void
name_language(TsComponent *component, const char code[4])
{
    if (!component->language[0])
        memcpy(component->language, code, 4);
}

static void
read_languages(Reading *reading, ByteReader body)
{
    TsComponent *component = &reading->component;

    while (body.left >= 4) {
        TsLanguage language;
        const bool good = read_code(&body, language.code);

        language.audio_type = byte_reader_u8(&body);
        if (!good)
            continue;
        name_language(component, language.code);
        if (component->n_languages < TS_LANGUAGES_MAX)
            component->languages[component->n_languages++] = language;
        else
            reading->refused++;
    }
}

static void
add_page(Reading *reading, const TsPage *page)
{
    TsComponent *component = &reading->component;

    name_language(component, page->language);
    if (component->n_pages < TS_PAGES_MAX)
        component->pages[component->n_pages++] = *page;
    else
        reading->refused++;
}

/* Magazine 8 is sent as 0; the number is in BCD, hexadecimal digits are not for viewers. */
static uint16_t
teletext_page(uint8_t magazine, uint8_t number)
{
    return (uint16_t)((magazine == 0 ? 8 : magazine) * 100 + (number >> 4) * 10 + (number & 15));
}

static void
read_teletext(Reading *reading, ByteReader body)
{
    while (body.left >= 5) {
        TsPage page = {{0}};
        const bool good = read_code(&body, page.language);
        const uint8_t first = byte_reader_u8(&body);

        page.type = first >> 3;
        page.page = teletext_page(first & 7, byte_reader_u8(&body));
        if (good)
            add_page(reading, &page);
    }
}

static void
read_subtitling(Reading *reading, ByteReader body)
{
    while (body.left >= 8) {
        TsPage page = {{0}};
        const bool good = read_code(&body, page.language);

        page.type = byte_reader_u8(&body);
        page.page = byte_reader_u16(&body);
        page.ancillary = byte_reader_u16(&body);
        if (good)
            add_page(reading, &page);
    }
}

static void
read_mpeg2_video(TsComponent *component, ByteReader body)
{
    const uint8_t flags = byte_reader_u8(&body);

    component->still = (flags & 1) != 0;
    if ((flags & 4) == 0)
        component->profile = byte_reader_u8(&body);
}

static void
read_avc(TsComponent *component, ByteReader body)
{
    component->profile = byte_reader_u8(&body);
    byte_reader_skip(&body, 1);
    component->level = byte_reader_u8(&body);
    component->still = component->still || (byte_reader_u8(&body) & 0x80) != 0;
}

static void
read_hevc(TsComponent *component, ByteReader body)
{
    component->profile = byte_reader_u8(&body) & 31;
    byte_reader_skip(&body, 10); /* compatibility, source flags, copied constraints */
    component->level = byte_reader_u8(&body);
}

static void
read_vvc(TsComponent *component, ByteReader body)
{
    component->profile = byte_reader_u8(&body) >> 1;
    const size_t n_sub_profiles = byte_reader_u8(&body);

    byte_reader_skip(&body, n_sub_profiles * 4 + 1);
    component->level = byte_reader_u8(&body);
}

static void
read_ac3(TsComponent *component, ByteReader body)
{
    const bool has_type = (byte_reader_u8(&body) & 0x80) != 0;
    const uint8_t type = byte_reader_u8(&body);

    if (has_type && !body.broken)
        component->layout = ac3_layouts[type & 7];
}

static void
read_atsc_ac3(TsComponent *component, ByteReader body)
{
    byte_reader_skip(&body, 2);
    const uint8_t channels = byte_reader_u8(&body);

    if (!body.broken)
        component->layout = atsc_layouts[channels >> 1 & 15];
}

/* AAC_type is the component_type of stream_content 6: odd numbers from mono on. */
static void
read_aac(TsComponent *component, ByteReader body)
{
    byte_reader_skip(&body, 1);
    const bool has_type = (byte_reader_u8(&body) & 0x80) != 0;
    const uint8_t type = byte_reader_u8(&body);

    if (!has_type || body.broken)
        return;
    if (type == 0x01)
        component->layout = TS_LAYOUT_MONO;
    else if (type == 0x03 || type == 0x43)
        component->layout = TS_LAYOUT_STEREO;
    else if (type == 0x05)
        component->layout = TS_LAYOUT_MULTI;
}

/* channel_config_code of Opus: the number of channels, 0 for dual mono, 128 on for others. */
static void
read_opus(TsComponent *component, ByteReader body)
{
    const uint8_t channels = byte_reader_u8(&body);

    if (body.broken || channels > 8)
        return;
    component->opus_config = (uint8_t)(channels + 1);
    component->layout = channels == 0   ? TS_LAYOUT_DUAL_MONO
                        : channels == 1 ? TS_LAYOUT_MONO
                        : channels == 2 ? TS_LAYOUT_STEREO
                        : channels <= 6 ? TS_LAYOUT_MULTI
                                        : TS_LAYOUT_BEYOND;
}

static void
read_extension(Reading *reading, ByteReader body)
{
    const uint8_t tag = byte_reader_u8(&body);
    const TsCodec named = ts_codec_by_extension(tag);
    char code[4];

    if (named != TS_CODEC_UNKNOWN)
        reading->hints.by_tag = named;
    if (tag == 0x80)
        read_opus(&reading->component, body);
    if (tag != 0x06) /* supplementary_audio: its language, where it has one */
        return;
    const bool has_language = (byte_reader_u8(&body) & 1) != 0;

    if (has_language && read_code(&body, code))
        name_language(&reading->component, code);
}

/* metadata_descriptor: which format the data is in. */
static void
read_metadata(Reading *reading, ByteReader body)
{
    if (byte_reader_u16(&body) == APP_BY_NUMBER)
        byte_reader_skip(&body, 4);
    if (byte_reader_u8(&body) == FORMAT_BY_NUMBER && body.left >= 4)
        reading->hints.by_metadata = ts_codec_by_registration(byte_reader_u32(&body));
}

/* data_component_descriptor of ARIB: captions, of the full and of the mobile service. */
static void
read_arib(Reading *reading, ByteReader body)
{
    const uint16_t id = byte_reader_u16(&body);

    if (id == 0x0008 || id == 0x0012)
        reading->hints.by_tag = TS_CODEC_ARIB_CAPTIONS;
}

static void
read_audio(TsComponent *component, const TsDescriptor *descriptor)
{
    if (descriptor->tag == 0x6a || descriptor->tag == 0x7a)
        read_ac3(component, descriptor->body);
    else if (descriptor->tag == 0x7c)
        read_aac(component, descriptor->body);
    else if (descriptor->tag == 0x81)
        read_atsc_ac3(component, descriptor->body);
}

static void
read_video(TsComponent *component, const TsDescriptor *descriptor)
{
    if (descriptor->tag == 0x02)
        read_mpeg2_video(component, descriptor->body);
    else if (descriptor->tag == 0x28)
        read_avc(component, descriptor->body);
    else if (descriptor->tag == 0x38)
        read_hevc(component, descriptor->body);
    else if (descriptor->tag == 0x39)
        read_vvc(component, descriptor->body);
}

static void
read_descriptor(Reading *reading, TsDescriptor descriptor)
{
    TsComponent *component = &reading->component;
    const TsCodec named = ts_codec_by_descriptor(descriptor.tag);
    size_t n_ca = component->n_ca;

    /* Teletext may be described as a kind of VBI data as well. */
    if (named != TS_CODEC_UNKNOWN &&
        !(named == TS_CODEC_VBI && reading->hints.by_tag == TS_CODEC_TELETEXT))
        reading->hints.by_tag = named;
    switch (descriptor.tag) {
    case 0x05:
        component->registration = byte_reader_u32(&descriptor.body);
        break;
    case 0x09:
        component->scrambled = true;
        reading->refused += ts_ca_add(descriptor.body, component->ca, &n_ca);
        component->n_ca = (uint8_t)n_ca;
        break;
    case 0x0a:
        read_languages(reading, descriptor.body);
        break;
    case 0x26:
        read_metadata(reading, descriptor.body);
        break;
    case 0x46:
    case 0x56:
        read_teletext(reading, descriptor.body);
        break;
    case 0x52:
        component->has_tag = descriptor.body.left > 0;
        component->tag = byte_reader_u8(&descriptor.body);
        break;
    case 0x59:
        read_subtitling(reading, descriptor.body);
        break;
    case 0x6f:
        if (component->stream_type == 0x05)
            reading->hints.by_tag = TS_CODEC_AIT;
        break;
    case EXTENSION:
        read_extension(reading, descriptor.body);
        break;
    case 0xfd:
        read_arib(reading, descriptor.body);
        break;
    default:
        read_video(component, &descriptor);
        read_audio(component, &descriptor);
        break;
    }
}

unsigned
ts_component(uint8_t stream_type,
             uint16_t pid,
             ByteReader descriptors,
             uint32_t service_registration,
             TsComponent *ret_component)
{
    Reading reading = {.component = {.pid = pid, .stream_type = stream_type}};
    TsDescriptor descriptor;

    while (ts_descriptor_next(&descriptors, &descriptor))
        read_descriptor(&reading, descriptor);
    reading.hints.stream_type = stream_type;
    reading.hints.registration = reading.component.registration;
    reading.hints.service_registration = service_registration;
    reading.component.codec = ts_codec_of(&reading.hints);
    reading.component.kind = ts_codec_kind(reading.component.codec);
    *ret_component = reading.component;
    return reading.refused;
}

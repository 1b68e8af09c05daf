/* The first byte selects a table; each kind of table has its own way through the rest. */
#include "pipelines/ts/dvb-text.h"

#include <glib.h>
#include <string.h>

#include "pipelines/base/text.h"
#include "pipelines/ts/dvb-charsets.h"

#define CONTROL_FIRST 0x80u /* in tables of two bytes: 0xe080 to 0xe09f */
#define CONTROL_LAST  0x9fu
#define CONTROL_LEAD  0xe0u
#define LINE_BREAK    0x8au
#define PRIVATE_FIRST 0xe080u /* the control codes as Unicode has them */
#define PRIVATE_LAST  0xe09fu
#define PRIVATE_BREAK 0xe08au

/* The upper half of the default table, ISO 6937, without the accents (0xc0 to 0xcf). */
static const uint16_t latin_upper[96] = {
    0x00a0, 0x00a1, 0x00a2, 0x00a3, 0x20ac, 0x00a5, 0xfffd, 0x00a7, 0x00a4, 0x2018, 0x201c, 0x00ab,
    0x2190, 0x2191, 0x2192, 0x2193, 0x00b0, 0x00b1, 0x00b2, 0x00b3, 0x00d7, 0x00b5, 0x00b6, 0x00b7,
    0x00f7, 0x2019, 0x201d, 0x00bb, 0x00bc, 0x00bd, 0x00be, 0x00bf, 0,      0,      0,      0,
    0,      0,      0,      0,      0,      0,      0,      0,      0,      0,      0,      0,
    0x2014, 0x00b9, 0x00ae, 0x00a9, 0x2122, 0x266a, 0x00ac, 0x00a6, 0xfffd, 0xfffd, 0xfffd, 0xfffd,
    0x215b, 0x215c, 0x215d, 0x215e, 0x2126, 0x00c6, 0x0110, 0x00aa, 0x0126, 0xfffd, 0x0132, 0x013f,
    0x0141, 0x00d8, 0x0152, 0x00ba, 0x00de, 0x0166, 0x014a, 0x0149, 0x0138, 0x00e6, 0x0111, 0x00f0,
    0x0127, 0x0131, 0x0133, 0x0140, 0x0142, 0x00f8, 0x0153, 0x00df, 0x00fe, 0x0167, 0x014b, 0x00ad,
};

/* Accents stand before their letter; Unicode's stand behind it. Alone: before a space. */
typedef struct {
    uint16_t combining;
    uint16_t alone;
} Accent;

static const Accent accents[16] = {
    {0, 0},           {0x0300, 0x0060}, {0x0301, 0x00b4}, {0x0302, 0x005e},
    {0x0303, 0x007e}, {0x0304, 0x00af}, {0x0306, 0x02d8}, {0x0307, 0x02d9},
    {0x0308, 0x00a8}, {0x0308, 0x00a8}, {0x030a, 0x02da}, {0x0327, 0x00b8},
    {0x0332, 0x005f}, {0x030b, 0x02dd}, {0x0328, 0x02db}, {0x030c, 0x02c7},
};

static void
append_control(GString *text, uint8_t code)
{
    if (code == LINE_BREAK)
        g_string_append_c(text, ' ');
}

static bool
is_control(uint8_t byte)
{
    return byte == 0x7f || (byte >= CONTROL_FIRST && byte <= CONTROL_LAST);
}

/* A text of ISDB (ARIB STD-B24) switches its tables by codes that DVB does not have. */
static bool
is_arib(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (data[i] == 0x0e || data[i] == 0x0f || data[i] == 0x1b)
            return true;
    return false;
}

static void
append_default(GString *text, const uint8_t *data, size_t size)
{
    const Accent *accent = &accents[0];

    for (size_t i = 0; i < size; i++) {
        const uint8_t byte = data[i];

        if (byte >= 0xc0 && byte <= 0xcf) {
            accent = &accents[byte - 0xc0];
            continue;
        }
        if (is_control(byte)) {
            append_control(text, byte);
            continue;
        }
        if (byte == ' ' && accent->alone != 0) {
            g_string_append_unichar(text, accent->alone);
        } else {
            g_string_append_unichar(text, byte < 0x7f ? byte : latin_upper[byte - 0xa0]);
            if (accent->combining != 0)
                g_string_append_unichar(text, accent->combining);
        }
        accent = &accents[0];
    }
}

/* @part: of ISO 8859, 1 to 16; anything else is not known: ASCII is taken all the same. */
static void
append_8859(GString *text, const uint8_t *data, size_t size, unsigned part)
{
    const uint16_t *upper = part >= 1 && part <= 16 ? dvb_8859[part - 1] : NULL;

    for (size_t i = 0; i < size; i++) {
        const uint8_t byte = data[i];

        if (is_control(byte))
            append_control(text, byte);
        else if (byte < 0x7f)
            g_string_append_unichar(text, byte);
        else
            g_string_append_unichar(text, upper ? upper[byte - 0xa0] : DVB_UNKNOWN);
    }
}

static void
append_double(GString *text, const uint8_t *data, size_t size, const DvbCharset *charset)
{
    for (size_t i = 0; i < size; i++) {
        const uint8_t lead = data[i];

        if (lead < CONTROL_FIRST) {
            g_string_append_unichar(text, lead);
            continue;
        }
        const uint8_t trail = i + 1 < size ? data[i + 1] : 0;

        if (lead == CONTROL_LEAD && is_control(trail))
            append_control(text, trail);
        else
            g_string_append_unichar(text, dvb_charset_look_up(charset, lead, trail));
        i += trail >= 0x40; /* a byte that cannot be a second one stands for itself */
    }
}

static void
append_unichar(GString *text, gunichar c)
{
    if (c >= PRIVATE_FIRST && c <= PRIVATE_LAST) {
        if (c == PRIVATE_BREAK)
            g_string_append_c(text, ' ');
        return;
    }
    g_string_append_unichar(text, g_unichar_validate(c) ? c : DVB_UNKNOWN);
}

static void
append_utf16(GString *text, const uint8_t *data, size_t size)
{
    gunichar high = 0;

    for (size_t i = 0; i + 1 < size; i += 2) {
        const gunichar c = (gunichar)data[i] << 8 | data[i + 1];
        const bool is_low = c >= 0xdc00 && c <= 0xdfff;

        if (high != 0)
            append_unichar(text,
                           is_low ? 0x10000 + ((high & 0x3ff) << 10 | (c & 0x3ff)) : DVB_UNKNOWN);
        if (c >= 0xd800 && c <= 0xdbff) {
            high = c;
            continue;
        }
        if (high == 0 || !is_low)
            append_unichar(text, c);
        high = 0;
    }
}

static void
append_utf8(GString *text, const uint8_t *data, size_t size)
{
    g_autofree char *valid = g_utf8_make_valid((const char *)data, (gssize)size);

    for (const char *at = valid; *at; at = g_utf8_next_char(at)) {
        const gunichar c = g_utf8_get_char(at);

        if (c >= CONTROL_FIRST && c <= CONTROL_LAST)
            append_control(text, (uint8_t)c);
        else
            append_unichar(text, c);
    }
}

static void
append_selected(GString *text, uint8_t selector, const uint8_t *data, size_t size)
{
    switch (selector) {
    case 0x10:
        if (size >= 2)
            append_8859(text, data + 2, size - 2, data[0] == 0 ? data[1] : 0u);
        break;
    case 0x11:
        append_utf16(text, data, size);
        break;
    case 0x12:
        append_double(text, data, size, &dvb_ksx1001);
        break;
    case 0x13:
        append_double(text, data, size, &dvb_gb2312);
        break;
    case 0x14:
        append_double(text, data, size, &dvb_big5);
        break;
    case 0x15:
        append_utf8(text, data, size);
        break;
    case 0x0e:
    case 0x0f:
    case 0x1b:
    case 0x1f:
        g_string_append_unichar(text, DVB_UNKNOWN);
        break;
    default:
        append_8859(text, data, size, selector <= 0x0b ? selector + 4u : 0);
        break;
    }
}

static void
append_text(GString *text, const uint8_t *data, size_t size)
{
    if (size == 0)
        return;
    if (data[0] != 0 && data[0] < 0x20)
        append_selected(text, data[0], data + 1, size - 1);
    else if (is_arib(data, size))
        g_string_append_unichar(text, DVB_UNKNOWN);
    else
        append_default(text, data, size);
}

static void
finish(const GString *text, char *ret_text, size_t max)
{
    g_autofree char *composed = g_utf8_normalize(text->str, (gssize)text->len, G_NORMALIZE_NFC);
    g_autofree char *clean = text_clean(composed ? composed : text->str, max - 1);

    g_strlcpy(ret_text, clean, max);
}

void
dvb_text(const uint8_t *data, size_t size, char *ret_text, size_t max)
{
    g_autoptr(GString) text = g_string_new(NULL);

    append_text(text, data, size);
    finish(text, ret_text, max);
}

void
dvb_text_utf16(const uint8_t *data, size_t size, char *ret_text, size_t max)
{
    g_autoptr(GString) text = g_string_new(NULL);
    size_t end = 0;

    while (end + 1 < size && (data[end] != 0 || data[end + 1] != 0))
        end += 2;
    append_utf16(text, data, end);
    finish(text, ret_text, max);
}

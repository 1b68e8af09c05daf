/* Character tables by arithmetic, where the standard's tables follow Unicode's order. */
#include "pipelines/ts/dvb-text.h"

#include <glib.h>
#include <string.h>

#include "pipelines/base/text.h"

#define UNKNOWN 0xfffdu

typedef gunichar (*Table)(uint8_t byte);

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

/* Accents stand before their letter; Unicode's stand behind it. */
static const uint16_t accents[16] = {
    0,      0x0300, 0x0301, 0x0302, 0x0303, 0x0304, 0x0306, 0x0307,
    0x0308, 0,      0x030a, 0x0327, 0,      0x030b, 0x0328, 0x030c,
};

static gunichar
latin1(uint8_t byte)
{
    return byte;
}

static gunichar
latin5(uint8_t byte)
{
    switch (byte) {
    case 0xd0:
        return 0x011e;
    case 0xdd:
        return 0x0130;
    case 0xde:
        return 0x015e;
    case 0xf0:
        return 0x011f;
    case 0xfd:
        return 0x0131;
    case 0xfe:
        return 0x015f;
    default:
        return byte;
    }
}

static gunichar
latin9(uint8_t byte)
{
    return byte == 0xa4 ? 0x20ac : byte;
}

static gunichar
cyrillic(uint8_t byte)
{
    if (byte == 0xa0 || byte == 0xad)
        return byte;
    if (byte == 0xf0)
        return 0x2116;
    if (byte == 0xfd)
        return 0x00a7;
    return 0x0401u + (byte - 0xa1u);
}

static gunichar
greek(uint8_t byte)
{
    if (byte == 0xa1 || byte == 0xa2)
        return byte == 0xa1 ? 0x2018 : 0x2019;
    if (byte <= 0xb3 || byte == 0xb7 || byte == 0xbb || byte == 0xbd)
        return byte;
    return 0x0384u + (byte - 0xb4u);
}

static Table
table_of(unsigned part)
{
    switch (part) {
    case 1:
        return latin1;
    case 5:
        return cyrillic;
    case 7:
        return greek;
    case 9:
        return latin5;
    case 15:
        return latin9;
    default:
        return NULL;
    }
}

static void
append_default(GString *text, const uint8_t *data, size_t size)
{
    gunichar accent = 0;

    for (size_t i = 0; i < size; i++) {
        const uint8_t byte = data[i];

        if (byte >= 0xc0 && byte <= 0xcf) {
            accent = accents[byte - 0xc0];
            continue;
        }
        if (byte < 0xa0 && byte >= 0x7f)
            continue;
        g_string_append_unichar(text, byte < 0x7f ? byte : latin_upper[byte - 0xa0]);
        if (accent != 0)
            g_string_append_unichar(text, accent);
        accent = 0;
    }
}

static void
append_table(GString *text, const uint8_t *data, size_t size, Table table)
{
    for (size_t i = 0; i < size; i++) {
        if (data[i] >= 0x7f && data[i] < 0xa0)
            continue;
        if (data[i] < 0x7f)
            g_string_append_unichar(text, data[i]);
        else
            g_string_append_unichar(text, table ? table(data[i]) : UNKNOWN);
    }
}

static void
append_text(GString *text, const uint8_t *data, size_t size)
{
    const uint8_t selector = size > 0 ? data[0] : 0;

    if (selector == 0 || selector >= 0x20)
        append_default(text, data, size);
    else if (selector == 0x15)
        g_string_append_len(text, (const char *)data + 1, (gssize)size - 1);
    else if (selector == 0x10 && size >= 3)
        append_table(text, data + 3, size - 3, table_of(data[2]));
    else if (selector <= 0x0b)
        append_table(text, data + 1, size - 1, table_of(selector + 4u));
    else
        append_table(text, data + 1, size - 1, NULL);
}

void
dvb_text(const uint8_t *data, size_t size, char *ret_text, size_t max)
{
    g_autoptr(GString) text = g_string_new(NULL);

    append_text(text, data, size);
    g_autofree char *composed = g_utf8_normalize(text->str, (gssize)text->len, G_NORMALIZE_NFC);
    g_autofree char *clean = text_clean(composed ? composed : text->str, max - 1);

    g_strlcpy(ret_text, clean, max);
}

/* DVB text: any bytes become valid UTF-8 without control codes, within their room. */
#include <glib.h>
#include <string.h>

#include "pipelines/ts/dvb-text.h"

#define LONGEST 300u /* a descriptor has no room for more */

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void
check(const char *text, gsize room)
{
    const gsize length = strlen(text);

    g_assert_cmpuint(length, <, room);
    g_assert_true(g_utf8_validate(text, -1, NULL));
    for (const char *at = text; *at; at = g_utf8_next_char(at))
        g_assert_false(g_unichar_iscntrl(g_utf8_get_char(at)));
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    char wide[128], narrow[5];

    dvb_text(data, MIN(size, LONGEST), wide, sizeof wide);
    check(wide, sizeof wide);
    dvb_text(data, MIN(size, LONGEST), narrow, sizeof narrow);
    check(narrow, sizeof narrow);
    dvb_text_utf16(data, MIN(size, LONGEST), wide, sizeof wide);
    check(wide, sizeof wide);
    return 0;
}

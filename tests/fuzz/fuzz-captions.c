/* Heads of access units, each behind two bytes: its length and how its PTS steps. The first byte
 * of all chooses the codec. */
#include <glib.h>

#include "pipelines/ts/captions.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void
check(const Captions *captions)
{
    const Cea608 *cea608 = captions_cea608(captions);
    const Cea708 *cea708 = captions_cea708(captions);
    CharacterCount total;

    captions_total(captions, &total);
    g_assert_cmpuint(cea608->parity_errors, <=, cea608->pairs);
    g_assert_cmpuint(cea708->cut, <=, cea708->packets);
    g_assert_cmpuint(cea708->sequence_breaks, <=, cea708->packets);
    g_assert_cmpuint(cea708->services[0].characters, ==, 0);
    g_assert_cmpuint(captions_afd(captions)->value, <, 16);
    g_assert_true(total.characters == 0 || captions_pictures(captions) > 0);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static const TsCodec codecs[] = {TS_CODEC_H264, TS_CODEC_HEVC, TS_CODEC_MPEG2_VIDEO};

    if (size == 0)
        return 0;
    g_autoptr(Captions) captions = captions_new(codecs[data[0] % G_N_ELEMENTS(codecs)]);
    TsMoment moment = {{0, 0}, 0};
    Pts90 clock = 0;

    data++, size--;
    while (size >= 2) {
        const gsize length = MIN((gsize)data[0], size - 2);

        clock = (clock + (Pts90)((gint8)data[1] * 1800)) & (PTS90_MODULUS - 1);
        moment.pts = data[1] == 0 ? PTS90_MODULUS : clock;
        moment.place.packet++;
        captions_push(captions, data + 2, length, &moment);
        data += 2 + length;
        size -= 2 + length;
    }
    captions_flush(captions);
    check(captions);
    return 0;
}

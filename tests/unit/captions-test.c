/* Captions and active format from the heads of access units. */
#include <glib.h>
#include <string.h>

#include "pipelines/ts/captions.h"
#include "tests/fixtures/hex.h"

#define FRAME 3600u /* 90 kHz ticks */

/* SEI messages: GA94 with one pair, DTG1 with an active format. */
#define H264_CC(pair)      "00000001 0930 00000001 06 04 0e b5 0031 47413934 03 41ff fc" pair "ff 80"
#define H264_AFD(code)     "000001 06 04 09 b5 0031 44544731 41 f" code "80 000001 65"
#define HEVC_CC(pair)      "000001 4e01 04 0e b5 0031 47413934 03 41ff fc" pair "ff 80"
#define MPEG_PICTURE(type) "000001 00 00" type "fff8"
#define MPEG_CC(pair)      "000001b2 47413934 03 41ff fc" pair "ff"
#define MPEG_AFD(code)     "000001b2 44544731 41 f" code

#define RESUME "9420" /* RCL, with parity */
#define AB     "c1c2" /* "AB" */

static void
push(Captions *captions, const char *hex, Pts90 pts)
{
    g_autoptr(GByteArray) head = hex_bytes(hex);
    const TsMoment moment = {{pts / FRAME, (MonoUs)pts}, pts};

    captions_push(captions, head->data, head->len, &moment);
}

static void
captions_are_found_in_every_codec(void)
{
    static const struct {
        TsCodec codec;
        const char *first, *second;
    } rows[] = {
        {TS_CODEC_H264, H264_CC(RESUME), H264_CC(AB)},
        {TS_CODEC_HEVC, HEVC_CC(RESUME), HEVC_CC(AB)},
        {TS_CODEC_MPEG2_VIDEO, MPEG_PICTURE("0f") MPEG_CC(RESUME), MPEG_PICTURE("0f") MPEG_CC(AB)},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Captions) captions = captions_new(rows[i].codec);
        CharacterCount total;

        push(captions, rows[i].first, FRAME);
        push(captions, rows[i].second, 2 * FRAME);
        captions_flush(captions);
        captions_total(captions, &total);
        g_assert_cmpuint(captions_cea608(captions)->captions[0].characters, ==, 2);
        g_assert_cmpuint(captions_pictures(captions), ==, 2);
        g_assert_cmpuint(total.characters, ==, 2);
        g_assert_cmpuint(total.last.pts, ==, 2 * FRAME);
    }
    g_assert_null(captions_new(TS_CODEC_AC3));
}

static void
pictures_are_read_in_the_order_in_which_they_are_shown(void)
{
    static const struct {
        guint shown;
        const char *pair;
    } steps[] = {{1, "9420"}, {5, "4545"}, {3, "4343"}, {2, "1ca7"}, {4, "c4c4"}, {6, "4646"}};
    g_autoptr(Captions) captions = captions_new(TS_CODEC_H264);

    /* Shown: RCL on CC1, RU4 on CC2 (0x1c 0x27), then C C, D D, E E, F F: all on CC2. */
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
        g_autofree char *hex =
            g_strdup_printf("000001 06 04 0e b5 0031 47413934 03 41ff fc %s ff 80", steps[i].pair);

        push(captions, hex, (PTS90_MODULUS - 3 * FRAME + steps[i].shown * FRAME) % PTS90_MODULUS);
    }
    captions_flush(captions);
    g_assert_cmpuint(captions_cea608(captions)->captions[0].characters, ==, 0);
    g_assert_cmpuint(captions_cea608(captions)->captions[1].characters, ==, 8);
    g_assert_cmpuint(captions_cea608(captions)->parity_errors, ==, 0);
}

static void
without_times_a_b_picture_comes_before_what_was_sent_before_it(void)
{
    g_autoptr(Captions) captions = captions_new(TS_CODEC_MPEG2_VIDEO);

    push(captions, MPEG_PICTURE("0f") MPEG_CC(RESUME), FRAME);
    push(captions, MPEG_PICTURE("17") MPEG_CC(AB), 4 * FRAME);
    push(captions, MPEG_PICTURE("1f") MPEG_CC("1c25"), PTS90_MODULUS); /* RU2 on CC2 */
    captions_flush(captions);
    g_assert_cmpuint(captions_cea608(captions)->captions[1].characters, ==, 2);
}

static void
pairs_that_are_not_valid_are_none(void)
{
    g_autoptr(Captions) captions = captions_new(TS_CODEC_H264);

    push(captions, "000001 06 04 0e b5 0031 47413934 03 41ff f8 c1c2 ff 80", FRAME);
    push(captions, "000001 06 04 0e b5 0031 47413934 03 01ff fc c1c2 ff 80", 2 * FRAME);
    push(captions, "000001 06 04 0e b5 003a 47413934 03 41ff fc c1c2 ff 80", 3 * FRAME);
    g_assert_cmpuint(captions_pictures(captions), ==, 0);
}

static void
emulation_prevention_is_taken_off(void)
{
    g_autoptr(Captions) captions = captions_new(TS_CODEC_H264);
    /* A message of four zeros, one byte between them, stands before the captions. */
    const char *hex = "000001 06 05 04 000003 0000 04 0e b5 0031 47413934 03 41ff fc9420 ff 80";

    push(captions, hex, FRAME);
    g_assert_cmpuint(captions_pictures(captions), ==, 1);
}

static void
the_active_format_is_kept_with_its_changes(void)
{
    g_autoptr(Captions) captions = captions_new(TS_CODEC_H264);
    const CaptionsAfd *afd = captions_afd(captions);

    g_assert_false(afd->known);
    push(captions, H264_AFD("8"), 1 * FRAME);
    push(captions, H264_AFD("a"), 3 * FRAME); /* shown third, sent second */
    push(captions, H264_AFD("8"), 2 * FRAME);
    push(captions, H264_CC(AB), 4 * FRAME); /* without: says nothing */
    captions_flush(captions);
    g_assert_true(afd->known);
    g_assert_cmpuint(afd->value, ==, 10);
    g_assert_cmpuint(afd->changes, ==, 1);
    g_assert_cmpuint(afd->since.pts, ==, 3 * FRAME);
}

static void
the_active_format_of_mpeg_2_is_read_too(void)
{
    g_autoptr(Captions) captions = captions_new(TS_CODEC_MPEG2_VIDEO);

    push(captions, MPEG_PICTURE("0f") MPEG_AFD("9"), FRAME);
    push(captions, MPEG_PICTURE("0f") "000001b2 44544731 01", 2 * FRAME); /* flag off */
    captions_flush(captions);
    g_assert_true(captions_afd(captions)->known);
    g_assert_cmpuint(captions_afd(captions)->value, ==, 9);
    g_assert_cmpuint(captions_afd(captions)->last.pts, ==, FRAME);
}

static void
a_jump_of_the_clock_holds_nothing_back(void)
{
    g_autoptr(Captions) captions = captions_new(TS_CODEC_H264);

    push(captions, H264_CC(RESUME), 1000 * FRAME);
    push(captions, H264_CC(AB), 1 * FRAME);
    push(captions, H264_CC(AB), 2 * FRAME);
    push(captions, H264_CC(AB), 3 * FRAME);
    g_assert_cmpuint(captions_cea608(captions)->captions[0].characters, ==, 4);
}

static void
no_more_pictures_wait_than_may(void)
{
    g_autoptr(Captions) captions = captions_new(TS_CODEC_H264);

    push(captions, H264_CC(RESUME), 1 * FRAME);
    for (guint i = 0; i < 2 * CAPTIONS_WAITING_MAX; i++)
        push(captions, H264_CC(AB), 200 * FRAME - i); /* ever earlier: no end of the order */
    g_assert_cmpuint(captions_cea608(captions)->captions[0].characters, ==,
                     2 * CAPTIONS_WAITING_MAX);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/captions/captions are found in every codec",
                    captions_are_found_in_every_codec);
    g_test_add_func("/captions/pictures are read in the order in which they are shown",
                    pictures_are_read_in_the_order_in_which_they_are_shown);
    g_test_add_func("/captions/without times a B picture comes before what was sent before it",
                    without_times_a_b_picture_comes_before_what_was_sent_before_it);
    g_test_add_func("/captions/pairs that are not valid are none",
                    pairs_that_are_not_valid_are_none);
    g_test_add_func("/captions/emulation prevention is taken off",
                    emulation_prevention_is_taken_off);
    g_test_add_func("/captions/the active format is kept with its changes",
                    the_active_format_is_kept_with_its_changes);
    g_test_add_func("/captions/the active format of MPEG-2 is read, too",
                    the_active_format_of_mpeg_2_is_read_too);
    g_test_add_func("/captions/a jump of the clock holds nothing back",
                    a_jump_of_the_clock_holds_nothing_back);
    g_test_add_func("/captions/no more pictures wait than may", no_more_pictures_wait_than_may);
    return g_test_run();
}

/* One comparison an attribute; each writes its part of the sentence. */
#include "pipelines/worker/format-watch.h"

#include <glib.h>
#include <math.h>

#define UNSPECIFIED 2u /* of primaries and transfer (ITU-T H.273) */

typedef struct {
    char *text; /* FORMAT_TEXT_MAX bytes */
    bool changed;
} Sentence;

/* Adds "NOW (was BEFORE)". */
static void
add(Sentence *sentence, const char *now, const char *before)
{
    g_autofree char *part =
        g_strdup_printf("%s%s (was %s)", sentence->changed ? ", " : "picture: ", now, before);

    (void)g_strlcat(sentence->text, part, FORMAT_TEXT_MAX);
    sentence->changed = true;
}

static const char *
transfer_name(unsigned transfer)
{
    switch (transfer) {
    case 1:
    case 6:
    case 14:
    case 15:
        return "SDR";
    case 16:
        return "HDR (PQ)";
    case 18:
        return "HDR (HLG)";
    default:
        return "another transfer";
    }
}

static const char *
primaries_name(unsigned primaries)
{
    switch (primaries) {
    case 1:
        return "BT.709";
    case 5:
        return "BT.601 (625)";
    case 6:
        return "BT.601 (525)";
    case 9:
        return "BT.2020";
    default:
        return "other primaries";
    }
}

static double
rate_of(const EsVideo *coded)
{
    return coded->rate_num > 0 && coded->rate_den > 0 ? (double)coded->rate_num / coded->rate_den
                                                      : 0;
}

static void
compare_size(Sentence *sentence, const EsVideo *now, const EsVideo *before)
{
    g_autofree char *size = g_strdup_printf("%ux%u", now->width, now->height);
    g_autofree char *size_before = g_strdup_printf("%ux%u", before->width, before->height);

    if (!g_str_equal(size, size_before))
        add(sentence, size, size_before);
    if (now->interlaced != before->interlaced)
        add(sentence, now->interlaced ? "interlaced" : "progressive",
            before->interlaced ? "interlaced" : "progressive");
}

static void
compare_coding(Sentence *sentence, const VideoFormat *now, const VideoFormat *before)
{
    const double rate = rate_of(&now->coded), rate_before = rate_of(&before->coded);
    g_autofree char *rate_text = g_strdup_printf("%.4g pictures a second", rate);
    g_autofree char *rate_text_before = g_strdup_printf("%.4g", rate_before);
    g_autofree char *profile = g_strdup_printf("profile %u", now->coded.profile);
    g_autofree char *profile_before = g_strdup_printf("%u", before->coded.profile);
    g_autofree char *depth = g_strdup_printf("%u bits", now->coded.bit_depth);
    g_autofree char *depth_before = g_strdup_printf("%u", before->coded.bit_depth);

    if (rate > 0 && rate_before > 0 && fabs(rate - rate_before) > 0.001)
        add(sentence, rate_text, rate_text_before);
    if (now->codec == before->codec && now->coded.profile != before->coded.profile)
        add(sentence, profile, profile_before);
    if (now->coded.bit_depth > 0 && before->coded.bit_depth > 0 &&
        now->coded.bit_depth != before->coded.bit_depth)
        add(sentence, depth, depth_before);
}

static void
compare_colour(Sentence *sentence, const PictureFormat *now, const PictureFormat *before)
{
    if (now->transfer != UNSPECIFIED && before->transfer != UNSPECIFIED &&
        now->transfer != before->transfer)
        add(sentence, transfer_name(now->transfer), transfer_name(before->transfer));
    if (now->primaries != UNSPECIFIED && before->primaries != UNSPECIFIED &&
        now->primaries != before->primaries)
        add(sentence, primaries_name(now->primaries), primaries_name(before->primaries));
}

static void
compare_aspect(Sentence *sentence, const VideoFormat *now, const VideoFormat *before)
{
    const PictureFormat *shape = &now->decoded, *shape_before = &before->decoded;
    g_autofree char *sample =
        g_strdup_printf("samples %u:%u", shape->sample_width, shape->sample_height);
    g_autofree char *sample_before =
        g_strdup_printf("%u:%u", shape_before->sample_width, shape_before->sample_height);
    g_autofree char *afd = now->afd < 0 ? g_strdup("no AFD") : g_strdup_printf("AFD %d", now->afd);
    g_autofree char *afd_before =
        before->afd < 0 ? g_strdup("none") : g_strdup_printf("%d", before->afd);

    if (shape->sample_width > 0 && shape_before->sample_width > 0 &&
        (uint64_t)shape->sample_width * shape_before->sample_height !=
            (uint64_t)shape_before->sample_width * shape->sample_height)
        add(sentence, sample, sample_before);
    if (now->afd != before->afd)
        add(sentence, afd, afd_before);
}

bool
format_watch_step(FormatWatch *watch, const VideoFormat *now, char ret_text[FORMAT_TEXT_MAX])
{
    const VideoFormat *before = &watch->last;
    Sentence sentence = {ret_text, false};
    VideoFormat next = *now;

    ret_text[0] = '\0';
    if (watch->known) {
        if (now->coded.known && before->coded.known)
            compare_size(&sentence, &now->coded, &before->coded);
        if (now->coded.known && before->coded.known)
            compare_coding(&sentence, now, before);
        if (now->decoded.width > 0 && before->decoded.width > 0)
            compare_colour(&sentence, &now->decoded, &before->decoded);
        compare_aspect(&sentence, now, before);
        if (!now->coded.known) /* not read yet since the tables changed */
            next.coded = before->coded;
    }
    watch->known = true;
    watch->last = next;
    return sentence.changed;
}

/* What pictures and sound showed, as two tables and a list of spans. */
#include <math.h>

#include "pipelines/probe/report-parts.h"

#define SPANS_SHOWN 100u /* of each kind and component; JSON has all */

static void
add_pid(GString *text, uint16_t pid, TsCodec codec)
{
    if (pid > 0)
        g_string_append_printf(text, "%6u  %-12s", pid, ts_codec_name(codec));
    else
        g_string_append_printf(text, "%6s  %-12s", "-", "PCM");
}

static void
add_videos(GString *text, const Media *media, const ReportScope *scope)
{
    bool any = false;

    for (guint i = 0; i < media->videos->len; i++) {
        const MediaVideo *video = &g_array_index(media->videos, MediaVideo, i);

        if (video->pid == 0 || !report_has_media(scope, video->pid))
            continue;
        if (!any)
            g_string_append(text,
                            "\n   PID  pictures     size         looked at  damaged  refused\n");
        any = true;
        add_pid(text, video->pid, video->codec);
        g_string_append_printf(text, " %ux%u%s", video->width, video->height,
                               video->interlaced ? "i" : "p");
        g_string_append_printf(text, "%12" G_GUINT64_FORMAT "%9" G_GUINT64_FORMAT, video->pictures,
                               video->damaged);
        g_string_append_printf(text, "%9" G_GUINT64_FORMAT "\n", video->errors);
    }
}

static void
add_figure(GString *text, double value)
{
    if (isfinite(value))
        g_string_append_printf(text, "%9.1f", value);
    else
        g_string_append(text, "        -");
}

static void
add_audio(GString *text, const MediaAudio *audio)
{
    const MediaLoudness *loudness = &audio->loudness;

    add_pid(text, audio->pid, audio->codec);
    g_string_append_printf(text, " %-4s%3u", audio->language, audio->n_channels);
    add_figure(text, loudness->integrated_lufs);
    add_figure(text, loudness->range_lu);
    add_figure(text, loudness->true_peak_dbtp);
    add_figure(text, loudness->max_momentary_lufs);
    add_figure(text, loudness->max_short_term_lufs);
    g_string_append_c(text, '\n');
}

static void
add_audios(GString *text, const Media *media, const ReportScope *scope)
{
    bool any = false;

    for (guint i = 0; i < media->audios->len; i++) {
        const MediaAudio *audio = &g_array_index(media->audios, MediaAudio, i);

        if (audio->rate_hz + audio->pid == 0 || !report_has_media(scope, audio->pid))
            continue;
        if (!any)
            g_string_append(text, "\n   PID  sound        lang ch     LUFS       LU     dBTP"
                                  "    max M    max S\n");
        any = true;
        add_audio(text, audio);
    }
}

static void
add_spans(GString *text, const Media *media, const MediaSpans *spans, const char *what)
{
    guint shown = 0;

    for (guint i = 0; i < spans->spans->len; i++) {
        const MediaSpan *span = &g_array_index(spans->spans, MediaSpan, i);

        if (!media_is_shown(media, span))
            continue;
        if (shown++ == SPANS_SHOWN) {
            g_string_append_printf(text, "%-8s    and more of them\n", what);
            return;
        }
        g_string_append_printf(text, "%-8s%12.3f s to%12.3f s%10.3f s\n", what,
                               media_seconds(media, span->start_us),
                               media_seconds(media, span->end_us),
                               (double)(span->end_us - span->start_us) / (double)US_PER_SECOND);
    }
}

static void
add_all_spans(GString *text, const Media *media, const ReportScope *scope)
{
    for (guint i = 0; i < media->videos->len; i++) {
        const MediaVideo *video = &g_array_index(media->videos, MediaVideo, i);

        if (!report_has_media(scope, video->pid))
            continue;
        add_spans(text, media, &video->black, "black");
        add_spans(text, media, &video->freeze, "freeze");
        add_spans(text, media, &video->uniform, "colour");
        add_spans(text, media, &video->bars, "bars");
    }
    for (guint i = 0; i < media->audios->len; i++) {
        const MediaAudio *audio = &g_array_index(media->audios, MediaAudio, i);

        if (report_has_media(scope, audio->pid))
            add_spans(text, media, &audio->silence, "silence");
    }
}

void
report_text_media(GString *text, const Media *media, const ReportScope *scope)
{
    g_autoptr(GString) spans = g_string_new(NULL);

    if (!media)
        return;
    add_videos(text, media, scope);
    add_audios(text, media, scope);
    add_all_spans(spans, media, scope);
    if (spans->len > 0)
        g_string_append_printf(text, "\n%s", spans->str);
}

char *
report_media_text(const char *input, const Media *media, bool cut)
{
    const ReportScope all = {.pid = -1, .service = -1};
    g_autofree char *shown = g_utf8_make_valid(input, -1);
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "Input       %s\n", shown);
    if (cut)
        g_string_append(text, "Warning     " REPORT_CUT "\n");
    report_text_media(text, media, &all);
    return g_string_free(text, FALSE);
}

/* What pictures and sound showed: a record a component, and spans in seconds from the first PTS. */
#include <math.h>

#include "pipelines/measure/picture-judge.h"
#include "pipelines/probe/json-put.h"
#include "pipelines/probe/report-parts.h"

static void
put_figure(JsonBuilder *json, const char *name, double value)
{
    json_put_known_double(json, name, isfinite(value), round(value * 100) / 100);
}

static void
put_component(JsonBuilder *json, uint16_t service_id, uint16_t pid, TsCodec codec)
{
    json_put_known_int(json, "service_id", service_id > 0, service_id);
    json_put_known_int(json, "pid", pid > 0, pid);
    json_put_string(json, "codec", pid > 0 ? ts_codec_name(codec) : "PCM");
}

static void
put_video(JsonBuilder *json, const MediaVideo *video)
{
    json_builder_begin_object(json);
    put_component(json, video->service_id, video->pid, video->codec);
    json_put_known_int(json, "width", video->width > 0, video->width);
    json_put_known_int(json, "height", video->height > 0, video->height);
    json_put_bool(json, "interlaced", video->interlaced);
    json_put_count(json, "pictures", video->pictures);
    json_put_count(json, "damaged", video->damaged);
    json_put_count(json, "errors", video->errors);
    json_put_known_double(json, "resolution_s", video->step_us > 0,
                          (double)video->step_us / (double)US_PER_SECOND);
    json_builder_end_object(json);
}

static void
put_audio(JsonBuilder *json, const MediaAudio *audio)
{
    json_builder_begin_object(json);
    put_component(json, audio->service_id, audio->pid, audio->codec);
    json_put_string(json, "language", audio->language);
    json_put_known_int(json, "channels", audio->n_channels > 0, audio->n_channels);
    json_put_known_int(json, "rate_hz", audio->rate_hz > 0, audio->rate_hz);
    json_put_count(json, "errors", audio->errors);
    put_figure(json, "integrated_lufs", audio->loudness.integrated_lufs);
    put_figure(json, "range_lu", audio->loudness.range_lu);
    put_figure(json, "true_peak_dbtp", audio->loudness.true_peak_dbtp);
    put_figure(json, "max_momentary_lufs", audio->loudness.max_momentary_lufs);
    put_figure(json, "max_short_term_lufs", audio->loudness.max_short_term_lufs);
    json_builder_end_object(json);
}

/* What a span belongs to, and what it is called. */
typedef struct {
    const Media *media; /* no-ref */
    uint16_t service_id;
    uint16_t pid;
    bool freeze; /* its kind is a FreezeKind */
} SpanOwner;

static void
put_spans(JsonBuilder *json, const SpanOwner *owner, const MediaSpans *spans)
{
    for (guint i = 0; i < spans->spans->len; i++) {
        const MediaSpan *span = &g_array_index(spans->spans, MediaSpan, i);

        if (!media_is_shown(owner->media, span))
            continue;
        json_builder_begin_object(json);
        json_put_double(json, "start_s", media_seconds(owner->media, span->start_us));
        json_put_double(json, "end_s", media_seconds(owner->media, span->end_us));
        if (owner->freeze)
            json_put_string(json, "kind", freeze_kind_name((FreezeKind)span->kind));
        json_put_known_int(json, "pid", owner->pid > 0, owner->pid);
        json_put_known_int(json, "service_id", owner->service_id > 0, owner->service_id);
        json_builder_end_object(json);
    }
}

/* What of a video is put: a member of @media and where it lies in the record. */
static const struct {
    const char *name;
    size_t offset; /* of the MediaSpans in a MediaVideo */
    bool freeze;
} video_spans[] = {
    {"black", offsetof(MediaVideo, black), false},
    {"freeze", offsetof(MediaVideo, freeze), true},
    {"single_colour", offsetof(MediaVideo, uniform), false},
    {"colour_bars", offsetof(MediaVideo, bars), false},
};

static void
put_video_spans(JsonBuilder *json, const Media *media, const ReportScope *scope)
{
    for (size_t k = 0; k < G_N_ELEMENTS(video_spans); k++) {
        json_begin_member_array(json, video_spans[k].name);
        for (guint i = 0; i < media->videos->len; i++) {
            const MediaVideo *video = &g_array_index(media->videos, MediaVideo, i);
            const SpanOwner owner = {media, video->service_id, video->pid, video_spans[k].freeze};

            if (report_has_media(scope, video->pid))
                put_spans(json, &owner, G_STRUCT_MEMBER_P((gpointer)video, video_spans[k].offset));
        }
        json_builder_end_array(json);
    }
}

static void
put_audio_spans(JsonBuilder *json, const Media *media, const ReportScope *scope)
{
    for (guint i = 0; i < media->audios->len; i++) {
        const MediaAudio *audio = &g_array_index(media->audios, MediaAudio, i);
        const SpanOwner owner = {media, audio->service_id, audio->pid, false};

        if (report_has_media(scope, audio->pid))
            put_spans(json, &owner, &audio->silence);
    }
}

static void
put_components(JsonBuilder *json, const Media *media, const ReportScope *scope)
{
    json_begin_member_array(json, "video");
    for (guint i = 0; i < media->videos->len; i++) {
        const MediaVideo *video = &g_array_index(media->videos, MediaVideo, i);

        if (video->pid > 0 && report_has_media(scope, video->pid))
            put_video(json, video);
    }
    json_builder_end_array(json);
    json_begin_member_array(json, "audio");
    for (guint i = 0; i < media->audios->len; i++) {
        const MediaAudio *audio = &g_array_index(media->audios, MediaAudio, i);

        if (audio->rate_hz + audio->pid > 0 && report_has_media(scope, audio->pid))
            put_audio(json, audio);
    }
    json_builder_end_array(json);
}

void
report_json_media(JsonBuilder *json, const Media *media, const ReportScope *scope)
{
    if (!media)
        return;
    json_begin_member_object(json, "media");
    json_put_string(json, "depth", media_depth_name(media->depth));
    put_components(json, media, scope);
    put_video_spans(json, media, scope);
    json_begin_member_array(json, "silence");
    put_audio_spans(json, media, scope);
    json_builder_end_array(json);
    json_builder_end_object(json);
}

char *
report_media_json(const char *input, const Media *media, bool cut)
{
    const ReportScope all = {.pid = -1, .service = -1};
    g_autoptr(JsonBuilder) json = json_builder_new();

    json_builder_begin_object(json);
    json_put_string(json, "input", input);
    report_json_media(json, media, &all);
    json_begin_member_array(json, "warnings");
    if (cut)
        json_builder_add_string_value(json, REPORT_CUT);
    json_builder_end_array(json);
    json_builder_end_object(json);

    g_autoptr(JsonNode) root = json_builder_get_root(json);
    g_autofree char *text = json_to_string(root, TRUE);

    return g_strconcat(text, "\n", NULL);
}

/* Records of components, owned in one place. */
#include "pipelines/probe/media.h"

#include <math.h>

static const char *const depth_names[MEDIA_DEPTH_COUNT] = {"bitstream", "key-4s", "every-key",
                                                           "full"};

static void
clear_video(gpointer data)
{
    MediaVideo *video = data;

    media_spans_clear(&video->black);
    media_spans_clear(&video->freeze);
    media_spans_clear(&video->uniform);
    media_spans_clear(&video->bars);
    g_clear_pointer(&video->jpeg, g_bytes_unref);
}

static void
clear_audio(gpointer data)
{
    media_spans_clear(&((MediaAudio *)data)->silence);
}

Media *
media_new(MediaDepth depth, int64_t shortest_us)
{
    Media *media = g_new0(Media, 1);

    media->depth = depth;
    media->shortest_us = shortest_us;
    media->videos = g_array_new(FALSE, TRUE, sizeof(MediaVideo));
    media->audios = g_array_new(FALSE, TRUE, sizeof(MediaAudio));
    g_array_set_clear_func(media->videos, clear_video);
    g_array_set_clear_func(media->audios, clear_audio);
    return media;
}

void
media_free(Media *media)
{
    if (!media)
        return;
    g_array_unref(media->videos);
    g_array_unref(media->audios);
    g_free(media);
}

MediaVideo *
media_add_video(Media *media)
{
    MediaVideo video = {0};

    media_spans_init(&video.black);
    media_spans_init(&video.freeze);
    media_spans_init(&video.uniform);
    media_spans_init(&video.bars);
    g_array_append_val(media->videos, video);
    return &g_array_index(media->videos, MediaVideo, media->videos->len - 1);
}

MediaAudio *
media_add_audio(Media *media)
{
    MediaAudio audio = {.loudness = {NAN, NAN, NAN, NAN, NAN}};

    media_spans_init(&audio.silence);
    g_array_append_val(media->audios, audio);
    return &g_array_index(media->audios, MediaAudio, media->audios->len - 1);
}

void
media_note_time(Media *media, MonoUs at_us)
{
    if (!media->begun || at_us < media->origin_us)
        media->origin_us = at_us;
    media->begun = true;
}

double
media_seconds(const Media *media, MonoUs at_us)
{
    return (double)MAX(at_us - media->origin_us, 0) / (double)US_PER_SECOND;
}

bool
media_is_shown(const Media *media, const MediaSpan *span)
{
    return span->end_us - span->start_us >= media->shortest_us;
}

const char *
media_depth_name(MediaDepth depth)
{
    return depth_names[depth];
}

bool
media_depth_parse(const char *name, MediaDepth *ret_depth)
{
    for (unsigned i = 0; i < MEDIA_DEPTH_COUNT; i++) {
        if (!g_str_equal(name, depth_names[i]))
            continue;
        *ret_depth = (MediaDepth)i;
        return true;
    }
    return false;
}

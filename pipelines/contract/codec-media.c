/* The report's streams of sound, and its checks, to variants and back. */
#include <string.h>

#include "pipelines/base/error.h"
#include "pipelines/contract/codec-part.h"

#define LANGUAGE_MAX 8u /* bytes of a language code */

gboolean
codec_media_check(const ChannelReport *channel, GError **error)
{
    for (size_t i = 0; i < channel->n_audios; i++) {
        if (!codec_check_count(channel->audios[i].n_faults, "faults", error) ||
            !codec_check_count(channel->audios[i].n_metrics, "metrics", error))
            return FALSE;
    }
    if (channel->n_audios <= AUDIO_STREAMS_MAX)
        return codec_check_count(channel->n_checks, "checks", error);
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                "report: %zu streams of sound, at most %u", channel->n_audios, AUDIO_STREAMS_MAX);
    return FALSE;
}

GVariant *
codec_audios_to_variant(const ChannelReport *channel)
{
    GVariantBuilder audios;

    g_variant_builder_init(&audios, G_VARIANT_TYPE("a" CODEC_AUDIO_TYPE));
    for (size_t i = 0; i < channel->n_audios; i++) {
        const AudioReport *audio = &channel->audios[i];
        g_autofree char *language = codec_text(audio->language);
        g_autofree char *format = codec_text(audio->format);

        g_variant_builder_add(&audios, "(qss@a(qbxd)@a(qd))", audio->pid, language, format,
                              codec_faults_to_variant(audio->faults, audio->n_faults),
                              codec_metrics_to_variant(audio->metrics, audio->n_metrics));
    }
    return g_variant_builder_end(&audios);
}

static gboolean
audio_from_variant(GVariant *variant, AudioReport *audio, GError **error)
{
    g_autoptr(GVariant) faults = NULL;
    g_autoptr(GVariant) metrics = NULL;

    g_variant_get(variant, "(qss@a(qbxd)@a(qd))", &audio->pid, &audio->language, &audio->format,
                  &faults, &metrics);
    if (audio->pid > 0x1fff || strlen(audio->language) > LANGUAGE_MAX) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "report: sound on PID %u with a language of %zu bytes; expected a PID below "
                    "8192, at most %u bytes",
                    audio->pid, strlen(audio->language), LANGUAGE_MAX);
        return FALSE;
    }
    return codec_check_text(audio->format, "sound format", error) &&
           codec_faults_from_variant(faults, &audio->faults, &audio->n_faults, error) &&
           codec_metrics_from_variant(metrics, &audio->metrics, &audio->n_metrics, error);
}

gboolean
codec_audios_from_variant(GVariant *variant, ChannelReport *channel, GError **error)
{
    const gsize count = g_variant_n_children(variant);

    if (count > AUDIO_STREAMS_MAX) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "report: %" G_GSIZE_FORMAT " streams of sound, at most %u", count,
                    AUDIO_STREAMS_MAX);
        return FALSE;
    }
    channel->audios = g_new0(AudioReport, count);
    channel->n_audios = count;
    for (gsize i = 0; i < count; i++) {
        g_autoptr(GVariant) child = g_variant_get_child_value(variant, i);

        if (!audio_from_variant(child, &channel->audios[i], error))
            return FALSE;
    }
    return TRUE;
}

gboolean
codec_checks_from_variant(GVariant *variant, ChannelReport *channel, GError **error)
{
    const gsize count = g_variant_n_children(variant);

    if (!codec_check_count(count, "checks", error))
        return FALSE;
    channel->checks = g_new0(CheckReport, count);
    channel->n_checks = count;
    for (gsize i = 0; i < count; i++) {
        CheckReport *check = &channel->checks[i];

        g_variant_get_child(variant, i, "(yxx)", &check->check, &check->resolution_us,
                            &check->looked_us);
        if (check->resolution_us < 0 || check->looked_us < 0 ||
            (i > 0 && check->check <= channel->checks[i - 1].check)) {
            g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                        "report: check %u, expected ascending ones with times from 0",
                        check->check);
            return FALSE;
        }
    }
    return TRUE;
}

void
codec_media_clear(ChannelReport *channel)
{
    for (size_t i = 0; i < channel->n_audios; i++) {
        g_free(channel->audios[i].language);
        g_free(channel->audios[i].format);
        g_free(channel->audios[i].faults);
        g_free(channel->audios[i].metrics);
    }
    g_free(channel->audios);
    g_free(channel->checks);
}

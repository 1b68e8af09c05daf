/* Each stream remembers what was told of it. */
#include "pipelines/worker/audio-notes.h"

#include <string.h>

/* @text: (transfer full) */
static void
add(ServiceReading *service, const StreamNote *note, int64_t to_wall_us, char *text)
{
    StreamNote *added = &service->notes[service->n_notes++];

    *added = *note;
    added->number = ++service->told.number;
    added->kind = NOTE_FORMAT;
    added->wall_us = note->at_us + to_wall_us;
    added->text = text;
}

static void
note_format(ServiceReading *service, AudioReading *audio, int64_t to_wall_us)
{
    const SoundFormat *format = &audio->sound.format;
    const StreamNote note = {.at_us = format->since_us, .pid = audio->es.pid, .pts = format->pts};

    if (format->words[0] == '\0' || strcmp(audio->told_format, format->words) == 0)
        return;
    if (audio->told_format[0] != '\0') {
        if (service->n_notes == MESSAGE_MAX_NOTES)
            return;
        add(service, &note, to_wall_us,
            g_strdup_printf("sound is %s, was %s", format->words, audio->told_format));
    }
    g_strlcpy(audio->told_format, format->words, sizeof audio->told_format);
}

static void
note_language(ServiceReading *service, AudioReading *audio, MonoUs now_us, int64_t to_wall_us)
{
    const StreamNote note = {.at_us = now_us, .pid = audio->es.pid, .pts = PTS90_MODULUS};
    const char *language = audio->es.language[0] != '\0' ? audio->es.language : "none";

    if (strcmp(audio->told_language, language) == 0)
        return;
    if (audio->told_language[0] != '\0') {
        if (service->n_notes == MESSAGE_MAX_NOTES)
            return;
        add(service, &note, to_wall_us,
            g_strdup_printf("language of sound is %s, was %s", language, audio->told_language));
    }
    g_strlcpy(audio->told_language, language, sizeof audio->told_language);
}

void
audio_notes_read(ServiceReading *service, MonoUs now_us, int64_t to_wall_us)
{
    for (unsigned slot = 0; slot < ES_AUDIO_MAX; slot++) {
        AudioReading *audio = &service->audios[slot];

        if (audio->told_pid != audio->es.pid) { /* another stream: the tables' change was told */
            audio->told_pid = audio->es.pid;
            audio->told_format[0] = '\0';
            audio->told_language[0] = '\0';
        }
        if (audio->es.pid == 0)
            continue;
        note_format(service, audio, to_wall_us);
        note_language(service, audio, now_us, to_wall_us);
    }
}

/* Reading recorded worker streams. */
#include "appliance/workers/worker-recording.h"

#include <errno.h>
#include <stdio.h>

#include "pipelines/base/error.h"

#define HEADER_BYTES 12u

struct WorkerRecording {
    FILE *file;
    char *path;
    uint64_t at; /* byte of the next record */
};

WorkerRecording *
worker_recording_open(const char *path, GError **error)
{
    FILE *file = fopen(path, "rbe");

    if (file == NULL) {
        g_set_error(error, GANTRY_ERROR,
                    errno == ENOENT ? GANTRY_ERROR_NOT_FOUND : GANTRY_ERROR_UNAVAILABLE, "%s: %s",
                    path, g_strerror(errno));
        return NULL;
    }
    WorkerRecording *recording = g_new0(WorkerRecording, 1);

    recording->file = file;
    recording->path = g_strdup(path);
    return recording;
}

/* Little-endian, as the file has it. */
static uint64_t
little(const uint8_t *bytes, size_t count)
{
    uint64_t value = 0;

    for (size_t i = count; i > 0; i--)
        value = value << 8 | bytes[i - 1];
    return value;
}

bool
worker_recording_next(WorkerRecording *recording, WorkerRecord *ret_record, GError **error)
{
    uint8_t header[HEADER_BYTES];

    if (fread(header, 1, sizeof header, recording->file) != sizeof header)
        return false;
    const uint64_t length = little(header, 4);
    const uint64_t at_us = little(header + 4, 8);

    if (length == 0 || length > MESSAGE_MAX_BYTES || at_us > (uint64_t)INT64_MAX) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "%s: no record at byte %" G_GUINT64_FORMAT, recording->path,
                    (guint64)recording->at);
        return false;
    }
    g_autofree uint8_t *bytes = g_malloc(length);

    if (fread(bytes, 1, length, recording->file) != length)
        return false;
    recording->at += HEADER_BYTES + length;
    *ret_record = (WorkerRecord){
        .at_us = (MonoUs)at_us,
        .datagram = g_bytes_new_take(g_steal_pointer(&bytes), length),
    };
    return true;
}

void
worker_record_clear(WorkerRecord *record)
{
    g_clear_pointer(&record->datagram, g_bytes_unref);
}

void
worker_recording_free(WorkerRecording *recording)
{
    if (recording == NULL)
        return;
    fclose(recording->file);
    g_free(recording->path);
    g_free(recording);
}

static void
shift_media(ChannelReport *channel, int64_t by_us)
{
    for (size_t i = 0; i < channel->n_audios; i++) {
        AudioReport *audio = &channel->audios[i];

        for (size_t k = 0; k < audio->n_faults; k++)
            audio->faults[k].since_us = MAX(audio->faults[k].since_us + by_us, 0);
    }
    for (size_t i = 0; i < channel->n_checks; i++)
        if (channel->checks[i].looked_us != 0)
            channel->checks[i].looked_us = MAX(channel->checks[i].looked_us + by_us, 1);
}

void
message_shift_times(Message *message, int64_t by_us)
{
    switch ((MessageKind)message->kind) {
    case MESSAGE_HELLO:
        message->hello.started_us = MAX(message->hello.started_us + by_us, 0);
        return;
    case MESSAGE_EDGE:
        message->edge.state.since_us = MAX(message->edge.state.since_us + by_us, 0);
        return;
    case MESSAGE_THUMBNAIL:
        message->thumbnail.captured_us = MAX(message->thumbnail.captured_us + by_us, 0);
        return;
    case MESSAGE_LEVELS:
        message->levels.at_us = MAX(message->levels.at_us + by_us, 0);
        return;
    case MESSAGE_EVIDENCE:
        message->evidence.from_us = MAX(message->evidence.from_us + by_us, 0);
        message->evidence.until_us = MAX(message->evidence.until_us + by_us, 0);
        return;
    case MESSAGE_REPORT:
        message->report.at_us = MAX(message->report.at_us + by_us, 0);
        for (size_t i = 0; i < message->report.n_channels; i++) {
            ChannelReport *channel = &message->report.channels[i];

            for (size_t k = 0; k < channel->n_faults; k++)
                channel->faults[k].since_us = MAX(channel->faults[k].since_us + by_us, 0);
            for (size_t k = 0; k < channel->n_indicators; k++)
                if (channel->indicators[k].last_us != 0)
                    channel->indicators[k].last_us = MAX(channel->indicators[k].last_us + by_us, 1);
            shift_media(channel, by_us);
        }
        return;
    case MESSAGE_NOTES:
        for (size_t i = 0; i < message->notes.n_notes; i++)
            message->notes.notes[i].at_us = MAX(message->notes.notes[i].at_us + by_us, 0);
        return;
    case MESSAGE_STRUCTURE:
        message->structure.at_us = MAX(message->structure.at_us + by_us, 0);
        message->structure.since_us = MAX(message->structure.since_us + by_us, 0);
        for (size_t i = 0; i < message->structure.n_tables; i++)
            message->structure.tables[i].last_us =
                MAX(message->structure.tables[i].last_us + by_us, 0);
        return;
    case MESSAGE_CONFIG:
    case MESSAGE_BYE:
    case MESSAGE_FINDING:
    case MESSAGE_DEPTH:
    case MESSAGE_SHOT:
        return;
    }
}

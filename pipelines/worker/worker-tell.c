/* What a worker says, message by message. Main thread. */
#include <string.h>

#include "pipelines/base/clock.h"
#include "pipelines/contract/codec.h"
#include "pipelines/worker/worker-private.h"

void
worker_tell_edges(Worker *worker, size_t index, const FaultState *edges, size_t n_edges)
{
    for (size_t i = 0; i < n_edges; i++) {
        const Message message = {
            .kind = MESSAGE_EDGE,
            .edge = {.channel_id = (char *)worker_channel(worker, index), .state = edges[i]},
        };

        worker_link_send_edge(worker->link, &message);
    }
}

/* @stream: place of the sound among the channel's. */
static void
send_levels_of(Worker *worker, size_t index, AudioReading *audio, unsigned stream)
{
    const SoundLevels *levels = &audio->sound.last;
    g_autofree char *slot = g_strdup_printf("levels-%u-%u", (unsigned)index, stream);
    Message message = {
        .kind = MESSAGE_LEVELS,
        .levels = {.channel_id = (char *)worker_channel(worker, index),
                   .pid = audio->es.pid,
                   .stream = (uint8_t)stream,
                   .at_us = levels->at_us,
                   .n_channels = (uint8_t)levels->n_channels},
    };

    G_STATIC_ASSERT(sizeof message.levels.peak_dbfs == sizeof levels->peak_dbfs);
    if (levels->at_us == 0 || levels->at_us == audio->levels_us)
        return;
    audio->levels_us = levels->at_us;
    memcpy(message.levels.peak_dbfs, levels->peak_dbfs, sizeof levels->peak_dbfs);
    memcpy(message.levels.rms_dbfs, levels->rms_dbfs, sizeof levels->rms_dbfs);
    worker_link_send_latest(worker->link, slot, &message);
}

void
worker_tell_levels(Worker *worker, size_t index)
{
    ServiceReading *service = &worker->reading.services[index];
    unsigned stream = 0;

    for (unsigned slot = 0; slot < ES_AUDIO_MAX; slot++)
        if (service->audios[slot].es.pid != 0)
            send_levels_of(worker, index, &service->audios[slot], stream++);
}

void
worker_tell_thumbnail(Worker *worker, size_t index)
{
    PictureThumbnail thumbnail;
    const MonoUs now_us = boot_now_us();

    if (!gantry_picture_meter_take_thumbnail(worker->graph->services[index].picture, &thumbnail))
        return;
    for (size_t i = 0; i < PICTURE_METER_SIZES; i++) {
        const PictureJpeg *jpeg = &thumbnail.sizes[i];

        if (jpeg->jpeg == NULL)
            continue;
        g_autofree char *slot = g_strdup_printf("thumbnail-%u-%u", (unsigned)index, jpeg->width);
        gsize size = 0;
        const void *data = g_bytes_get_data(jpeg->jpeg, &size);
        const Message message = {
            .kind = MESSAGE_THUMBNAIL,
            .thumbnail = {.channel_id = (char *)worker_channel(worker, index),
                          .captured_us = thumbnail.captured_us,
                          .wall_us = wall_now_us() - (now_us - thumbnail.captured_us),
                          .pts = thumbnail.pts,
                          .width = (uint16_t)jpeg->width,
                          .height = (uint16_t)jpeg->height,
                          .jpeg = (uint8_t *)data,
                          .jpeg_size = size},
        };

        worker_link_send_latest(worker->link, slot, &message);
    }
    picture_thumbnail_clear(&thumbnail);
}

void
worker_tell_finding(Worker *worker)
{
    const Message message = {
        .kind = MESSAGE_FINDING,
        .finding = {.finding = (uint8_t)wire_watch_finding(worker->wire),
                    .text = (char *)wire_watch_text(worker->wire)},
    };

    worker_link_send_latest(worker->link, "finding", &message);
}

void
worker_tell_report(Worker *worker)
{
    for (unsigned part = 0; part < report_parts(&worker->reading); part++) {
        g_autoptr(Message) message = report_message(&worker->reading, worker_config(worker),
                                                    worker->states, worker->measuring_us, part);
        g_autofree char *slot = g_strdup_printf("report-%u", part);

        worker_link_send_latest(worker->link, slot, message);
    }
}

void
worker_tell_notes(Worker *worker, size_t index)
{
    ServiceReading *service = &worker->reading.services[index];
    const Message message = {
        .kind = MESSAGE_NOTES,
        .notes = {.channel_id = (char *)worker_channel(worker, index),
                  .notes = service->notes,
                  .n_notes = service->n_notes},
    };

    if (service->n_notes > 0)
        worker_link_send_edge(worker->link, &message);
    for (size_t i = 0; i < service->n_notes; i++)
        g_clear_pointer(&service->notes[i].text, g_free);
    service->n_notes = 0;
}

void
worker_tell_structure(Worker *worker, size_t index)
{
    g_autofree char *slot = g_strdup_printf("structure-%u", (unsigned)index);
    Message message = {.kind = MESSAGE_STRUCTURE,
                       .structure = worker->reading.services[index].structure};

    message.structure.channel_id = (char *)worker_channel(worker, index);
    message.structure.since_us = worker->measuring_us;
    worker_link_send_latest(worker->link, slot, &message);
}

void
worker_tell_evidence(Worker *worker, size_t index, MessageEvidence evidence)
{
    Message message = {.kind = MESSAGE_EVIDENCE, .evidence = evidence};

    message.evidence.channel_id = (char *)worker_channel(worker, index);
    worker_link_send_edge(worker->link, &message);
}

void
worker_tell_senders(Worker *worker)
{
    char text[SECOND_SOURCE_TEXT_BYTES];

    second_source_text(&worker->reading.ip, text);
    if (g_str_equal(text, worker->senders))
        return;
    g_strlcpy(worker->senders, text, sizeof worker->senders);
    for (size_t i = 0; i < worker->reading.n_services && text[0] != '\0'; i++)
        worker_tell_evidence(worker, i,
                             (MessageEvidence){.fault = FAULT_SECOND_SOURCE,
                                               .cause = CAUSE_NETWORK,
                                               .from_us = worker->reading.now_us,
                                               .until_us = worker->reading.now_us,
                                               .text = text});
}

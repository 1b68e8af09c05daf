/* From payload to units: header off, then to whoever reads this kind of component. */
#include "pipelines/ts/ts-es.h"

#include <string.h>

#define STREAM_TYPE_PRIVATE_PES  0x06
#define STREAM_TYPE_METADATA_PES 0x15
#define TICKS_PER_S              27e6

static bool
carries_pes(const TsComponent *component)
{
    return component->kind != TS_KIND_DATA || component->stream_type == STREAM_TYPE_PRIVATE_PES ||
           component->stream_type == STREAM_TYPE_METADATA_PES;
}

TsEs *
ts_es_new(const TsComponent *component)
{
    TsEs *es = g_new0(TsEs, 1);

    es->component = *component;
    es->pes = carries_pes(component);
    es->judged = component->kind == TS_KIND_VIDEO || component->kind == TS_KIND_AUDIO;
    es->ancillary = ts_ancillary_new(component);
    if (ts_head_readable(component->codec))
        es->head = g_new0(TsHead, 1);
    if (es_audio_readable(component->codec))
        es->frames = g_new0(EsFrames, 1);
    if (es->ancillary && component->kind == TS_KIND_SUBTITLES)
        es->unit = g_new0(TsUnit, 1);
    return es;
}

void
ts_es_free(TsEs *es)
{
    if (!es)
        return;
    if (es->unit)
        ts_unit_clear(es->unit);
    g_free(es->unit);
    g_free(es->head);
    g_free(es->frames);
    ts_ancillary_free(es->ancillary);
    g_free(es);
}

void
ts_es_break(TsEs *es)
{
    es->plain = false;
    es->heading = false;
    es->open = false;
    es->due_known = false;
    es->due_waits = false;
    ts_pes_watch_break(&es->watch);
    if (es->head)
        es->head->open = false;
    if (es->frames)
        es_frames_break(es->frames);
    if (es->unit)
        es->unit->open = false;
}

/* (nullable): no model, or its sizes are not known yet */
static TsStdBuffer *
buffer_of(TsEs *es)
{
    return es->buffer && es->buffer->known ? es->buffer : NULL;
}

static void
set_model(TsEs *es, bool known, const TsStdModel *model)
{
    if (es->buffer && known)
        ts_std_buffer_set(es->buffer, model);
}

/* The head of a video unit is complete. */
static void
take_head(TsEs *es, const TsEsTime *time)
{
    const EsVideo before = es->video;
    const EsPicture then = es->picture;
    const TsHead *head = es->head;
    TsStdModel model;

    es_video_read(es->component.codec, head->data, head->size, &es->video, &es->picture);
    if (es->ancillary)
        ts_ancillary_head(es->ancillary, head->data, ts_head_before_slice(head), head->pts,
                          &time->place);
    if (es->buffer && (!es->buffer->known || then.vbv_delay != es->picture.vbv_delay ||
                       memcmp(&before, &es->video, sizeof before) != 0))
        set_model(es, ts_std_video_model(es->component.codec, &es->video, &es->picture, &model),
                  &model);
}

static void
take_unit(TsEs *es, const TsEsTime *time)
{
    ts_ancillary_unit(es->ancillary, es->unit->data, es->unit->size, es->unit->pts, &time->place);
}

static void
end_unit(TsEs *es, const TsEsTime *time)
{
    if (es->head && ts_head_end(es->head))
        take_head(es, time);
    if (es->unit && ts_unit_end(es->unit))
        take_unit(es, time);
}

/* Bytes of the unit by the PES packet's own length; 0 where it does not say. */
static size_t
unit_bytes(const PesHeader *header)
{
    const size_t behind = header->size - 6u;

    return header->length > behind ? header->length - behind : 0;
}

/* Tells the T-STD when a video unit is due. */
static void
announce_picture(TsEs *es, const PesHeader *header)
{
    TsStdBuffer *buffer = buffer_of(es);
    double due;

    if (!buffer)
        return;
    if (!ts_std_due(es->std, header->dts, &due))
        ts_std_buffer_no_time(buffer);
    else if (!ts_std_buffer_unit(buffer, buffer->announced, (double)unit_bytes(header), due))
        es->std->broken = true;
}

/* A PTS holds for the first frame that begins in its PES packet. */
static void
note_due(TsEs *es, const PesHeader *header)
{
    TsStdBuffer *buffer = buffer_of(es);

    es->due_waits = buffer && ts_std_due(es->std, header->pts, &es->due_pts);
    if (!es->due_waits)
        return;
    if (es->due_model != buffer->figures.restarts)
        es->due_known = false;
    es->due_model = buffer->figures.restarts;
    es->due_from = es->frames->position;
}

/* Returns: whether the PTS came too late */
static bool
begin_unit(TsEs *es, const PesHeader *header, const TsEsTime *time)
{
    const bool readable = !header->scrambled;

    es->open = readable;
    if (es->head && readable)
        ts_head_begin(es->head, header->pts);
    if (es->unit && readable)
        ts_unit_begin(es->unit, header->pts, unit_bytes(header));
    if (es->component.kind == TS_KIND_VIDEO)
        announce_picture(es, header);
    else if (es->frames && readable)
        note_due(es, header);
    return ts_pes_watch_unit(&es->watch, header, &time->moment, es->judged);
}

/* Collects and reads the PES header. Returns: whether the PTS came too late */
static bool
take_header(TsEs *es, ByteReader *payload, const TsEsTime *time)
{
    const size_t missing = PES_HEADER_STAMPS - es->have;
    const size_t size = missing < payload->left ? missing : payload->left;
    const unsigned before = es->have;
    PesHeader header;

    memcpy(es->part + es->have, payload->at, size);
    es->have += (unsigned)size;
    const PesHeaderAnswer answer = pes_header_read(es->part, es->have, &header);

    if (answer == PES_HEADER_SHORT && es->have < PES_HEADER_STAMPS) {
        byte_reader_skip(payload, size);
        return false;
    }
    es->heading = false;
    if (answer != PES_HEADER_GOOD) {
        es->watch.figures.malformed += es->component.kind != TS_KIND_DATA;
        return false;
    }
    es->header_left = header.size > before ? header.size - before : 0;
    return begin_unit(es, &header, time);
}

static void
follow_sound(TsEs *es)
{
    const EsAudio *audio = &es->frames->audio;
    TsStdModel model;

    if (!es->buffer || audio->sample_rate_hz == 0 ||
        (audio->channels == es->modelled.channels &&
         audio->sample_rate_hz == es->modelled.sample_rate_hz && es->buffer->known))
        return;
    es->modelled = *audio;
    set_model(es, ts_std_audio_model(&es->component, audio, &model), &model);
}

/* A frame begins @ahead bytes behind what the model was given so far; before it, if negative. */
static void
announce_frame(TsEs *es, TsStdBuffer *buffer, const EsFrame *frame, int64_t ahead)
{
    const double lasts = frame->samples * TICKS_PER_S / frame->sample_rate_hz;

    if (es->due_waits && frame->at >= es->due_from && frame->samples > 0) {
        es->due = es->due_pts;
        es->due_known = true;
        es->due_waits = false;
    }
    if (!es->due_known || es->due_model != buffer->figures.restarts)
        return;
    if (buffer->aligned || (ahead >= 0 && frame->samples > 0))
        es->std->broken |=
            !ts_std_buffer_unit(buffer, buffer->announced + (double)ahead, frame->bytes,
                                frame->samples > 0 ? es->due : buffer->last_due);
    es->due += lasts;
}

/* Bytes count from the first frame that the model knows on.
 * Returns: bytes of the payload that count in the T-STD */
static size_t
take_sound(TsEs *es, ByteReader payload)
{
    TsStdBuffer *buffer = buffer_of(es);
    const uint64_t before = es->frames->position;
    const size_t size = payload.left;
    int64_t from = 0;
    EsFrame frame;

    while (es_frames_next(es->frames, es->component.codec, &payload, &frame)) {
        const int64_t ahead = (int64_t)(frame.at - before);

        if (!buffer)
            continue;
        if (!buffer->aligned)
            from = ahead;
        announce_frame(es, buffer, &frame, ahead - (from > 0 ? from : 0));
    }
    follow_sound(es);
    if (!buffer || !buffer->aligned)
        return 0;
    return from > 0 ? size - (size_t)from : size;
}

/* Returns: bytes of the payload that count in the T-STD */
static size_t
take_payload(TsEs *es, ByteReader payload, const TsEsTime *time)
{
    TsStdBuffer *buffer;

    if (payload.left == 0)
        return 0;
    if (es->frames)
        return take_sound(es, payload);
    if (es->head && es->head->open &&
        ts_head_add(es->head, es->component.codec, payload.at, payload.left))
        take_head(es, time);
    if (es->unit && ts_unit_add(es->unit, payload.at, payload.left))
        take_unit(es, time);
    buffer = buffer_of(es);
    return buffer && buffer->aligned ? payload.left : 0;
}

unsigned
ts_es_take(TsEs *es, ByteReader payload, bool unit_start, const TsEsTime *time, bool *ret_late)
{
    bool late = false;

    if (unit_start) {
        end_unit(es, time);
        es->heading = true;
        es->open = false;
        es->plain = false;
        es->have = 0;
    }
    if (es->heading)
        late = take_header(es, &payload, time);
    *ret_late = late;
    if (es->heading || !es->open)
        return 0;
    if (es->header_left > 0) {
        const size_t passed = es->header_left < payload.left ? es->header_left : payload.left;

        byte_reader_skip(&payload, passed);
        es->header_left -= (uint32_t)passed;
    }
    const size_t counted = take_payload(es, payload, time);

    es->plain = es->header_left == 0 && !es->frames && !(es->head && es->head->open) &&
                !(es->unit && es->unit->open);
    return (unsigned)counted;
}

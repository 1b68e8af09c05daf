/* Batches into the meter, the elements' conditions out after each. One thread: this one. */
#include "pipelines/probe/media-graph.h"

#include <string.h>

#include "pipelines/base/error.h"
#include "pipelines/elements/datagram-meta.h"
#include "pipelines/elements/elements.h"
#include "pipelines/elements/es-components.h"
#include "pipelines/graph/build.h"
#include "pipelines/probe/file-source.h"
#include "pipelines/probe/input-file.h"
#include "pipelines/probe/media-tap.h"
#include "pipelines/ts/ts-pid.h"
#include "pipelines/ts/ts-sync.h"

#define DATAGRAM_PACKETS 7u
#define DATAGRAM_BYTES   (DATAGRAM_PACKETS * TS_PACKET_SIZE)
#define FIRST_US         ((MonoUs)1)      /* nothing arrives earlier */
#define BATCH_US         (20 * US_PER_MS) /* as a worker's source drains */
#define PICTURE_MS       1000             /* between two pictures that are kept */

typedef struct {
    Media *media;          /* no-ref */
    ProbeSession *session; /* no-ref */
    Graph *graph;          /* owned */
    GstPad *feed;          /* owned; linked to the meter */
    guint n_services;
    uint16_t ids[ES_SERVICES_MAX];
    MediaClock clocks[ES_SERVICES_MAX];
    GPtrArray *taps;                                 /* element-type MediaTap, owned */
    GPtrArray *recorded;                             /* element-type Recorded, owned */
    MediaTap *pictures[ES_SERVICES_MAX];             /* no-ref */
    MediaTap *sounds[ES_SERVICES_MAX][ES_AUDIO_MAX]; /* no-ref; NULL until the pad comes */
    GstBuffer *batch;                                /* owned; NULL: empty */
    size_t fill;                                     /* bytes in it */
    MonoUs batch_us;                                 /* arrival of its first packet */
    MonoUs last_us;                                  /* of its last */
    FileClock *clock;                                /* owned */
    TsSync sync;
    uint64_t packets;            /* read */
    guint maps[ES_SERVICES_MAX]; /* of each service, that began before the reading proper */
} Run;

static MediaTap *
tap_pad(Run *run, GstPad *pad, guint service, bool decoded)
{
    MediaTap *tap = media_tap_new(pad, &run->clocks[service], run->media, decoded);

    g_ptr_array_add(run->taps, tap);
    return tap;
}

static bool
number_in(char **words, guint index, guint64 limit, guint64 *ret_number)
{
    return index < g_strv_length(words) &&
           g_ascii_string_to_unsigned(words[index], 10, 0, limit - 1, ret_number, NULL);
}

/* One sound that may be the one to be recorded: a slot may change its PID. */
typedef struct {
    Run *run;
    guint service;
    guint slot;
} Recorded;

static void
hear(const SoundFrame *frame, void *user_data)
{
    const Recorded *recorded = user_data;
    const Media *media = recorded->run->media;
    EsFigures es;

    gantry_es_cutter_get_audio(recorded->run->graph->cutter, recorded->service, recorded->slot,
                               &es);
    if (es.pid == media->recorded_pid)
        sound_recorder_take(media->recorder, frame);
}

static void
record_slot(Run *run, guint service, guint slot)
{
    GantrySoundMeter *meter = graph_sound(run->graph, service, slot);
    Recorded *recorded;

    if (run->media->recorder == NULL || meter == NULL)
        return;
    recorded = g_new(Recorded, 1);
    *recorded = (Recorded){run, service, slot};
    g_ptr_array_add(run->recorded, recorded);
    gantry_sound_meter_set_listener(meter, hear, recorded);
}

/* @pad: "video_3", "audio_3_0": 3 is the index of the service, 0 the slot of the sound. */
static void
pad_added(GstElement *cutter, GstPad *pad, gpointer user_data)
{
    Run *run = user_data;
    g_auto(GStrv) words = g_strsplit(GST_PAD_NAME(pad), "_", -1);
    guint64 service = 0, slot = 0;

    if (!number_in(words, 1, run->n_services, &service))
        return;
    MediaTap *tap = tap_pad(run, pad, (guint)service, false);

    if (!number_in(words, 2, ES_AUDIO_MAX, &slot))
        return;
    run->sounds[service][slot] = tap;
    record_slot(run, (guint)service, (guint)slot);
}

static Sampling
sampling_of(MediaDepth depth)
{
    switch (depth) {
    case MEDIA_DEPTH_BITSTREAM:
        return SAMPLING_NONE;
    case MEDIA_DEPTH_KEY_4S:
        return SAMPLING_KEY_INTERVAL;
    case MEDIA_DEPTH_EVERY_KEY:
        return SAMPLING_EVERY_KEY;
    case MEDIA_DEPTH_FULL:
    case MEDIA_DEPTH_COUNT:
        break;
    }
    return SAMPLING_ALL;
}

/* The services of which there is a map, as many as the elements take. */
static void
choose_services(Run *run, int wanted)
{
    const TsAnalyser *analyser = run->session->analyser;

    for (size_t i = 0; i < ts_analyser_n_services(analyser); i++) {
        const TsService *service = ts_analyser_service_at(analyser, i);

        if (!service->pmt_seen || (wanted >= 0 && service->service_id != wanted))
            continue;
        if (run->n_services == ES_SERVICES_MAX) {
            probe_session_warn(run->session,
                               "pictures and sound are measured of the first %u services only",
                               ES_SERVICES_MAX);
            return;
        }
        run->ids[run->n_services++] = service->service_id;
    }
}

static Plan *
plan_of(const Run *run, GError **error)
{
    char channels[ES_SERVICES_MAX][8];
    ServiceConfig services[ES_SERVICES_MAX] = {{0}};
    const MessageConfig config = {
        .thumbnail_period_ms = run->media->wants_pictures ? PICTURE_MS : G_MAXINT,
        .services = services,
        .n_services = run->n_services,
    };

    for (guint i = 0; i < run->n_services; i++) {
        g_snprintf(channels[i], sizeof channels[i], "%u", run->ids[i]);
        services[i].channel_id = channels[i];
        services[i].service_id = run->ids[i];
    }
    return plan_new(&config, error);
}

static bool
link_feed(Run *run)
{
    g_autoptr(GstPad) sink = gst_element_get_static_pad(GST_ELEMENT(run->graph->meter), "sink");
    g_autoptr(GstCaps) caps = gst_caps_new_empty_simple("application/x-gantry-datagrams");
    GstSegment segment;

    run->feed = gst_object_ref_sink(gst_pad_new("feed", GST_PAD_SRC));
    gst_pad_set_active(run->feed, TRUE);
    if (gst_pad_link_full(run->feed, sink, GST_PAD_LINK_CHECK_NOTHING) != GST_PAD_LINK_OK)
        return false;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_pad_push_event(run->feed, gst_event_new_stream_start("file"));
    gst_pad_push_event(run->feed, gst_event_new_caps(caps));
    return gst_pad_push_event(run->feed, gst_event_new_segment(&segment));
}

static bool
build(Run *run, GError **error)
{
    Plan *plan = gantry_elements_init(error) ? plan_of(run, error) : NULL;

    if (!plan || !(run->graph = graph_new(plan, error)))
        return false;
    g_signal_connect(run->graph->cutter, "pad-added", G_CALLBACK(pad_added), run);
    for (guint i = 0; i < run->n_services; i++) {
        g_autoptr(GstPad) src =
            gst_element_get_static_pad(GST_ELEMENT(run->graph->services[i].decoder), "src");

        run->pictures[i] = tap_pad(run, src, i, true);
        gantry_es_cutter_set_sampling(run->graph->cutter, i, sampling_of(run->media->depth));
        media_add_video(run->media)->service_id = run->ids[i];
        for (guint slot = 0; slot < ES_AUDIO_MAX; slot++)
            media_add_audio(run->media)->service_id = run->ids[i];
    }
    if (graph_start(run->graph, error) && link_feed(run))
        return true;
    if (error && !*error)
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INTERNAL,
                            "the elements do not go together");
    return false;
}

static MediaAudio *
audio_at(const Run *run, guint service, guint slot)
{
    return &g_array_index(run->media->audios, MediaAudio, service * ES_AUDIO_MAX + slot);
}

/* Late in the input the picture is whole; a first one may still be grey. */
static void
keep_picture(MediaVideo *video, GantryPictureMeter *meter)
{
    PictureThumbnail thumbnail = {0};

    if (!gantry_picture_meter_take_thumbnail(meter, &thumbnail))
        return;
    if (thumbnail.sizes[0].jpeg != NULL) {
        g_clear_pointer(&video->jpeg, g_bytes_unref);
        video->jpeg = g_bytes_ref(thumbnail.sizes[0].jpeg);
    }
    picture_thumbnail_clear(&thumbnail);
}

static void
follow_video(Run *run, guint i)
{
    MediaVideo *video = &g_array_index(run->media->videos, MediaVideo, i);
    const GraphService *service = &run->graph->services[i];
    PictureFigures picture;
    KeyDecoderFigures decoder;
    SlatePrint print;
    EsFigures es;

    gantry_es_cutter_get_video(run->graph->cutter, i, &es);
    gantry_key_decoder_get_figures(service->decoder, &decoder);
    gantry_picture_meter_get_figures(service->picture, &picture);
    video->pid = es.pid;
    video->codec = es.codec;
    video->width = picture.width;
    video->height = picture.height;
    video->interlaced = picture.interlaced;
    video->pictures = picture.pictures;
    video->damaged = picture.damaged;
    video->errors = decoder.errors;
    media_spans_follow(&video->black, &picture.black, 0);
    media_spans_follow(&video->freeze, &picture.still, picture.freeze);
    media_spans_follow(&video->uniform, &picture.uniform, 0);
    media_spans_follow(&video->bars, &picture.bars, 0);
    if (gantry_picture_meter_get_print(service->picture, &print))
        steady_picture_see(&video->steady, &print, picture.looked_us);
    if (run->media->wants_pictures)
        keep_picture(video, service->picture);
}

static MediaLoudness
loudness_of(const SoundFigures *sound)
{
    return (MediaLoudness){
        .integrated_lufs = sound->loudness.integrated_lufs,
        .range_lu = sound->loudness.range_lu,
        .true_peak_dbtp = sound->true_peak_max_dbtp,
        .max_momentary_lufs = sound->loudness.max_momentary_lufs,
        .max_short_term_lufs = sound->loudness.max_short_term_lufs,
    };
}

static void
follow_audio(Run *run, guint i, guint slot)
{
    GantrySoundMeter *meter = graph_sound(run->graph, i, slot);
    MediaAudio *audio = audio_at(run, i, slot);
    SoundFigures sound;
    EsFigures es;

    if (!meter)
        return;
    gantry_es_cutter_get_audio(run->graph->cutter, i, slot, &es);
    gantry_sound_meter_get_figures(meter, &sound);
    audio->pid = es.pid;
    audio->codec = es.codec;
    memcpy(audio->language, es.language, sizeof audio->language);
    audio->n_channels = sound.n_channels;
    audio->rate_hz = sound.rate_hz;
    audio->errors = sound.errors;
    if (sound.windows > 0)
        audio->loudness = loudness_of(&sound);
    media_spans_follow(&audio->silence, &sound.silent, 0);
}

static void
follow(Run *run)
{
    for (guint i = 0; i < run->n_services; i++) {
        follow_video(run, i);
        for (guint slot = 0; slot < ES_AUDIO_MAX; slot++)
            follow_audio(run, i, slot);
    }
}

static void
push_batch(Run *run)
{
    GstBuffer *batch = g_steal_pointer(&run->batch);

    if (!batch)
        return;
    gst_buffer_set_size(batch, (gssize)run->fill);
    gantry_datagram_meta_get(batch)->drained_us = run->last_us;
    (void)gst_pad_push(run->feed, batch);
    follow(run);
}

static void
begin_batch(Run *run, MonoUs arrived_us)
{
    run->batch = gst_buffer_new_allocate(NULL, DATAGRAM_BATCH_MAX * DATAGRAM_BYTES, NULL);
    gantry_datagram_meta_add(run->batch);
    run->fill = 0;
    run->batch_us = arrived_us;
}

/* Packets go into datagrams of seven; each arrives with its first packet. */
static void
add_packet(Run *run, const uint8_t *packet, MonoUs arrived_us)
{
    if (run->batch && (run->fill == DATAGRAM_BATCH_MAX * DATAGRAM_BYTES ||
                       arrived_us - run->batch_us >= BATCH_US))
        push_batch(run);
    if (!run->batch)
        begin_batch(run, arrived_us);
    GantryDatagramMeta *meta = gantry_datagram_meta_get(run->batch);

    if (run->fill % DATAGRAM_BYTES == 0)
        meta->datagrams[meta->n_datagrams++] = (Datagram){
            .arrived_us = arrived_us,
            .offset = (uint32_t)run->fill,
        };
    Datagram *datagram = &meta->datagrams[meta->n_datagrams - 1];

    datagram->size = (uint16_t)(datagram->size + TS_PACKET_SIZE);
    gst_buffer_fill(run->batch, run->fill, packet, TS_PACKET_SIZE);
    run->fill += TS_PACKET_SIZE;
    run->last_us = arrived_us;
}

/* Returns: false when no more is wanted */
static bool
take_chunk(Run *run, const uint8_t *chunk, size_t size)
{
    const uint8_t *packet;

    while ((packet = ts_sync_next(&run->sync, &chunk, &size))) {
        const MonoUs clock_us = file_clock_arrival_us(run->clock, run->packets);
        const MonoUs arrived_us = MAX(clock_us, run->last_us);

        run->packets++;
        if (arrived_us > run->session->last_us)
            return false;
        add_packet(run, packet, arrived_us);
    }
    return true;
}

/* Which service's map @packet belongs to. Returns: their number for a PAT, more for neither */
static guint
table_of(const Run *run, const uint8_t *packet)
{
    TsHeader header;

    ts_header(packet, &header);
    if (header.pid == 0)
        return run->n_services;
    for (guint i = 0; i < run->n_services; i++)
        if (ts_analyser_service(run->session->analyser, run->ids[i])->pmt_pid == header.pid)
            return i;
    return G_MAXUINT;
}

/* Takes the tables out of @chunk. Returns: false when every service has its map */
static bool
take_tables(Run *run, const uint8_t *chunk, size_t size, guint *left)
{
    const uint8_t *packet;

    while (*left > 0 && (packet = ts_sync_next(&run->sync, &chunk, &size))) {
        const guint table = table_of(run, packet);

        if (table > run->n_services)
            continue;
        add_packet(run, packet, FIRST_US);
        push_batch(run);
        /* A map that began anew was complete before. */
        if (table < run->n_services && (packet[1] & 0x40) != 0)
            *left -= ++run->maps[table] == 2;
    }
    return *left > 0;
}

/* The elements look at packets when so many have come in a row. */
static void
add_null_packets(Run *run)
{
    const uint8_t packet[TS_PACKET_SIZE] = {0x47, 0x1f, 0xff, 0x10};

    for (unsigned i = 0; i < TS_SYNC_GOOD; i++)
        add_packet(run, packet, FIRST_US);
    push_batch(run);
}

/* Tells the elements what is in the file before its first picture comes, as the file itself may be
 * cut anywhere: there need be no other picture to begin with. */
static bool
read_tables(Run *run, GError **error)
{
    g_autoptr(GInputStream) stream = input_file_open(run->session->input, error);
    g_autofree uint8_t *chunk = g_malloc(INPUT_FILE_CHUNK);
    guint left = run->n_services;
    gssize size;

    if (!stream)
        return false;
    while ((size = input_file_read(stream, chunk, error)) > 0)
        if (!take_tables(run, chunk, (size_t)size, &left))
            break;
    add_null_packets(run);
    run->sync = (TsSync){0};
    return size >= 0;
}

static void
finish(Run *run)
{
    push_batch(run);
    gst_pad_push_event(run->feed, gst_event_new_eos());
    follow(run);
    for (guint i = 0; i < run->n_services; i++) {
        MediaVideo *video = &g_array_index(run->media->videos, MediaVideo, i);
        const MonoUs seen_us = media_tap_end(run->pictures[i], run->media->depth);

        video->step_us = run->pictures[i]->step_max_us;
        media_spans_finish(&video->black, seen_us);
        media_spans_finish(&video->freeze, seen_us);
        media_spans_finish(&video->uniform, seen_us);
        media_spans_finish(&video->bars, seen_us);
        for (guint slot = 0; slot < ES_AUDIO_MAX; slot++)
            media_spans_finish(&audio_at(run, i, slot)->silence,
                               media_tap_end(run->sounds[i][slot], MEDIA_DEPTH_FULL));
    }
}

static bool
read_all(Run *run, GError **error)
{
    g_autoptr(GInputStream) stream = input_file_open(run->session->input, error);
    g_autofree uint8_t *chunk = g_malloc(INPUT_FILE_CHUNK);
    gssize size;

    if (!stream)
        return false;
    while ((size = input_file_read(stream, chunk, error)) > 0)
        if (!take_chunk(run, chunk, (size_t)size))
            break;
    return size >= 0;
}

static void
run_free(Run *run)
{
    gst_clear_buffer(&run->batch);
    graph_free(run->graph);
    if (run->feed)
        gst_object_unref(run->feed);
    g_ptr_array_unref(run->taps);
    g_ptr_array_unref(run->recorded);
    file_clock_free(run->clock);
    g_free(run);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Run, run_free)

bool
media_graph_run(Media *media, ProbeSession *session, int service, GError **error)
{
    g_autoptr(Run) run = g_new0(Run, 1);

    run->media = media;
    run->session = session;
    run->taps = g_ptr_array_new_with_free_func(g_free);
    run->recorded = g_ptr_array_new_with_free_func(g_free);
    choose_services(run, service);
    if (run->n_services == 0 || (media->depth == MEDIA_DEPTH_BITSTREAM && media->recorder == NULL))
        return true;
    run->clock = file_source_clock(session->input, error);
    if (!run->clock || !build(run, error) || !read_tables(run, error) || !read_all(run, error))
        return false;
    finish(run);
    return true;
}

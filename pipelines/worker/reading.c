/* Taking the figures from the elements. */
#include <string.h>

#include "pipelines/base/clock.h"
#include "pipelines/contract/codec.h"
#include "pipelines/ts/ts-analyser-si.h"
#include "pipelines/worker/audio-notes.h"
#include "pipelines/worker/report.h"

typedef struct {
    Reading *reading;
    const MessageConfig *config;
    ReadingDepth depth;
    int64_t to_wall_us; /* wall time of an instant minus its MonoUs */
} Look;

static size_t
pids_of_service(const TsAnalyser *analyser, const TsService *service, TsPidInfo *ret_pids)
{
    size_t n = 0;

    if (service == NULL)
        return 0;
    n += ts_analyser_pid(analyser, service->pmt_pid, &ret_pids[n]);
    for (size_t i = 0; i < service->n_components && n < REPORT_PIDS_MAX; i++)
        n += ts_analyser_pid(analyser, service->components[i].pid, &ret_pids[n]);
    return n;
}

static int
compare_pids(const void *a, const void *b)
{
    return (int)((const TsPidInfo *)a)->pid - (int)((const TsPidInfo *)b)->pid;
}

/* What headers and pictures say of the video; before the figures of the cutter are read anew. */
static void
look_at_format(const TsAnalyser *analyser, ServiceReading *service)
{
    const uint16_t pid = service->video.pid;
    const TsAncillary *ancillary = pid != 0 ? ts_analyser_ancillary(analyser, pid) : NULL;
    const Captions *captions = ancillary ? ts_ancillary_captions(ancillary) : NULL;
    const CaptionsAfd *afd = captions ? captions_afd(captions) : NULL;

    service->format = (VideoFormat){
        .coded = service->format.coded,
        .codec = service->video.codec,
        .decoded = service->picture.format,
        .afd = afd != NULL && afd->known ? afd->value : -1,
    };
}

/* Tells of a change of the format, if there is room for one more note. */
static void
note_format(ServiceReading *service, const Look *look)
{
    const MonoUs now_us = look->reading->now_us;
    char text[FORMAT_TEXT_MAX];

    if (service->video.pid == 0 || service->n_notes == MESSAGE_MAX_NOTES ||
        !format_watch_step(&service->formats, &service->format, text))
        return;
    service->format_us = now_us;
    service->notes[service->n_notes++] = (StreamNote){
        .number = ++service->told.number,
        .kind = NOTE_FORMAT,
        .at_us = now_us,
        .wall_us = now_us + look->to_wall_us,
        .pid = service->video.pid,
        .pts = PTS90_MODULUS,
        .text = g_strdup(text),
    };
}

/* PTS to clock of the first component of @kind that has it; INT64_MIN: none has. */
static int64_t
ahead_of_clock(const TsAnalyser *analyser, const TsService *service, TsKind kind)
{
    TsStampFigures stamps;

    for (size_t i = 0; service != NULL && i < service->n_components; i++)
        if (service->components[i].kind == kind &&
            ts_analyser_stamps(analyser, service->components[i].pid, &stamps) && stamps.ahead_known)
            return stamps.ahead_us;
    return INT64_MIN;
}

static void
look_at_clocks(const TsAnalyser *analyser, ServiceReading *service, const TsService *found)
{
    if (found == NULL || !ts_analyser_clock(analyser, found->pcr_pid, &service->clock))
        service->clock = (TsClockFigures){0};
    service->video_ahead_us = ahead_of_clock(analyser, found, TS_KIND_VIDEO);
    service->audio_ahead_us = ahead_of_clock(analyser, found, TS_KIND_AUDIO);
    if (found == NULL || !ts_analyser_skew_us(analyser, found->service_id, &service->skew_us))
        service->skew_us = INT64_MIN;
}

/* What was counted of a service stays when it leaves the PAT. */
static void
look_at_figures(const TsAnalyser *analyser, ServiceReading *service, uint16_t id)
{
    TsServiceFigures figures;

    ts_analyser_service_figures(analyser, id, &figures);
    if (figures.service_id != 0)
        service->ts = figures;
    service->ts.service_id = figures.service_id;
    service->ts.bitrate_bps = figures.bitrate_bps;
    service->ts.pcr_interval_max_us = figures.pcr_interval_max_us;
}

/* PTS to clock of each stream of sound, less that of the picture. */
static void
look_at_skews(const TsAnalyser *analyser, ServiceReading *service)
{
    TsStampFigures video, audio;
    const bool known =
        ts_analyser_stamps(analyser, service->video.pid, &video) && video.ahead_known;

    for (unsigned slot = 0; slot < ES_AUDIO_MAX; slot++) {
        AudioReading *reading = &service->audios[slot];
        const bool both =
            known && ts_analyser_stamps(analyser, reading->es.pid, &audio) && audio.ahead_known;

        reading->skew_us = both ? audio.ahead_us - video.ahead_us : INT64_MIN;
    }
}

/* What is signalled is read as often as what is measured: an old one against a new one is no fault.
 */
static void
look_at_coding(const TsAnalyser *analyser, ServiceReading *service)
{
    const uint16_t pid = service->video.pid;

    if (pid == 0 || !ts_analyser_video(analyser, pid, &service->format.coded))
        service->format.coded = (EsVideo){0};
}

/* Captions and subtitles of any component, and cues. */
static void
look_at_ancillary(const TsAnalyser *analyser, ServiceReading *service, const TsService *found)
{
    AncillaryFacts facts = {0};

    for (size_t i = 0; found != NULL && i < found->n_components; i++) {
        const TsAncillary *ancillary = ts_analyser_ancillary(analyser, found->components[i].pid);
        TsAncillarySummary summary;

        if (ancillary == NULL)
            continue;
        ts_ancillary_summary(ancillary, &summary);
        const MonoUs last_us = summary.last.place.arrival_us;

        if (summary.kind == TS_ANCILLARY_SCTE35) {
            facts.cues += summary.shown;
            facts.cue_us = MAX(facts.cue_us, last_us);
        } else if (summary.kind != TS_ANCILLARY_AIT) {
            facts.captions += summary.shown;
            facts.captions_us = MAX(facts.captions_us, last_us);
        }
    }
    service->ancillary = facts;
}

static int32_t
programme_now(const TsAnalyser *analyser, uint16_t id)
{
    const TsNowNext *told = ts_analyser_now_next(analyser, id);

    return told != NULL && told->now.present ? told->now.event_id : -1;
}

static void
look_at_service(const TsAnalyser *analyser, ServiceReading *service, uint16_t id, const Look *look)
{
    const TsService *found = ts_analyser_service(analyser, id);

    (void)ts_analyser_judge(analyser, id, look->reading->seen_us, &service->state);
    look_at_coding(analyser, service);
    if (look->depth == READING_STATES)
        return;
    look_at_figures(analyser, service, id);
    ts_analyser_indicators(analyser, id, service->indicators);
    look_at_clocks(analyser, service, found);
    look_at_skews(analyser, service);
    look_at_ancillary(analyser, service, found);
    service->n_notes = stream_notes_read(&service->told, analyser, &look->reading->ip, id,
                                         look->to_wall_us, service->notes);
    look_at_format(analyser, service);
    note_format(service, look);
    audio_notes_read(service, look->reading->now_us, look->to_wall_us);
    g_strlcpy(service->name, found != NULL ? found->name : "", sizeof service->name);
    service->programme = programme_now(analyser, id);
    if (look->config->n_services == 1)
        service->n_pids = MIN(ts_analyser_pids(analyser, service->pids, REPORT_PIDS_MAX),
                              (size_t)REPORT_PIDS_MAX);
    else
        service->n_pids = pids_of_service(analyser, found, service->pids);
    qsort(service->pids, service->n_pids, sizeof service->pids[0], compare_pids);
    if (look->depth != READING_STRUCTURE)
        return;
    message_structure_clear(&service->structure);
    stream_structure_read(analyser, &look->reading->ip, id, look->reading->now_us,
                          &service->structure);
}

static void
look(const TsAnalyser *analyser, const IpFlow *flow, void *user_data)
{
    const Look *look = user_data;
    Reading *reading = look->reading;

    ts_analyser_counters(analyser, &reading->ts);
    reading->synced = ts_analyser_synced(analyser);
    reading->bitrate_bps = ts_analyser_bitrate_bps(analyser);
    if (!ts_analyser_clock_rate(analyser, &reading->clock_bps, &reading->rate_kind)) {
        reading->clock_bps = 0;
        reading->rate_kind = TS_RATE_UNKNOWN;
    }
    ip_flow_figures(flow, reading->seen_us, &reading->ip);
    /* What waits for its turn is not missing either. */
    reading->seen_us = ip_flow_frontier_us(flow, reading->seen_us);
    for (size_t i = 0; i < reading->n_services; i++)
        look_at_service(analyser, &reading->services[i], look->config->services[i].service_id,
                        look);
}

static void
look_at_sound(AudioReading *audio, Graph *graph, unsigned index, unsigned slot)
{
    GantrySoundMeter *meter = graph_sound(graph, index, slot);

    gantry_es_cutter_get_audio(graph->cutter, index, slot, &audio->es);
    if (meter != NULL)
        gantry_sound_meter_get_figures(meter, &audio->sound);
}

const AudioReading *
reading_main_audio(const ServiceReading *service)
{
    for (unsigned slot = 0; slot < ES_AUDIO_MAX; slot++)
        if (service->audios[slot].es.pid != 0)
            return &service->audios[slot];
    return NULL;
}

void
reading_take(
    Reading *reading, Graph *graph, const MessageConfig *config, MonoUs now_us, ReadingDepth depth)
{
    Look request = {reading, config, depth, wall_now_us() - boot_now_us()};

    reading->now_us = now_us;
    if (depth != READING_STATES)
        gantry_udp_source_take_figures(graph->source, &reading->source);
    else
        gantry_udp_source_get_figures(graph->source, &reading->source);
    /* A datagram may have come since the caller read the clock. */
    reading->now_us = MAX(reading->now_us, reading->source.last_us);
    reading->seen_us = MAX(reading->source.turned_us, reading->source.last_us);
    gantry_ts_meter_read(graph->meter, reading->seen_us, look, &request);
    for (unsigned i = 0; i < reading->n_services; i++) {
        ServiceReading *service = &reading->services[i];
        const GraphService *elements = &graph->services[i];

        gantry_es_cutter_get_video(graph->cutter, i, &service->video);
        gantry_key_decoder_get_figures(elements->decoder, &service->decoder);
        gantry_picture_meter_get_figures(elements->picture, &service->picture);
        for (unsigned slot = 0; slot < ES_AUDIO_MAX; slot++)
            look_at_sound(&service->audios[slot], graph, i, slot);
        service->has_segments = graph->segments != NULL &&
                                gantry_segments_get_figures(graph->segments, i, &service->segments);
    }
}

/* Reading the analyser: clocks and elementary streams. */
#include "pipelines/ts/ts-analyser-es.h"
#include "pipelines/ts/ts-analyser-private.h"
#include "pipelines/ts/ts-es.h"

static const TsPid *
pid_of(const TsAnalyser *analyser, uint16_t pid)
{
    return pid < TS_PID_COUNT ? analyser->pids[pid] : NULL;
}

bool
ts_analyser_clock(const TsAnalyser *analyser, uint16_t pid, TsClockFigures *ret_clock)
{
    const TsPid *known = pid_of(analyser, pid);

    if (!known || !known->clock)
        return false;
    ts_clock_figures(known->clock, ret_clock);
    return true;
}

bool
ts_analyser_clock_rate(const TsAnalyser *analyser, double *ret_bps, TsRateKind *ret_kind)
{
    TsClockFigures best = {0}, figures;

    for (size_t i = 0; i < analyser->n_pids; i++) {
        if (!ts_analyser_clock(analyser, analyser->order[i], &figures))
            continue;
        if (figures.rate_bps > 0 && figures.count > best.count)
            best = figures;
    }
    if (best.count == 0)
        return false;
    *ret_bps = best.rate_bps;
    *ret_kind = best.kind;
    return true;
}

static const TsEs *
es_of(const TsAnalyser *analyser, uint16_t pid)
{
    const TsPid *known = pid_of(analyser, pid);

    return known ? known->es : NULL;
}

bool
ts_analyser_stamps(const TsAnalyser *analyser, uint16_t pid, TsStampFigures *ret_stamps)
{
    const TsEs *es = es_of(analyser, pid);

    if (!es)
        return false;
    *ret_stamps = es->watch.figures;
    return true;
}

/* Of the first component of @kind that has a distance to the clock. */
static bool
ahead_of(const TsAnalyser *analyser, const TsService *service, TsKind kind, int64_t *ret_ahead_us)
{
    for (size_t i = 0; i < service->n_components; i++) {
        const TsEs *es = es_of(analyser, service->components[i].pid);

        if (service->components[i].kind != kind || !es || !es->watch.figures.ahead_known)
            continue;
        *ret_ahead_us = es->watch.figures.ahead_us;
        return true;
    }
    return false;
}

bool
ts_analyser_skew_us(const TsAnalyser *analyser, uint16_t service_id, int64_t *ret_skew_us)
{
    const TsService *service = ts_analyser_service(analyser, service_id);
    int64_t video_us, audio_us;

    if (!service || !ahead_of(analyser, service, TS_KIND_VIDEO, &video_us) ||
        !ahead_of(analyser, service, TS_KIND_AUDIO, &audio_us))
        return false;
    *ret_skew_us = audio_us - video_us;
    return true;
}

bool
ts_analyser_video(const TsAnalyser *analyser, uint16_t pid, EsVideo *ret_video)
{
    const TsEs *es = es_of(analyser, pid);

    if (!es || !es->video.known)
        return false;
    *ret_video = es->video;
    return true;
}

bool
ts_analyser_audio(const TsAnalyser *analyser, uint16_t pid, EsAudio *ret_audio)
{
    const TsEs *es = es_of(analyser, pid);

    if (!es || !es->frames || es->frames->frames == 0)
        return false;
    *ret_audio = es->frames->audio;
    return true;
}

bool
ts_analyser_buffers(const TsAnalyser *analyser, uint16_t pid, TsBufferFigures *ret_buffers)
{
    const TsEs *es = es_of(analyser, pid);

    if (es && es->std) {
        ts_std_buffer_figures(&es->std->buffers[es->slot], ret_buffers);
        return true;
    }
    for (size_t i = 0; i < analyser->std.n; i++) {
        if (analyser->std.services[i]->pmt_pid != pid)
            continue;
        ts_std_buffer_figures(&analyser->std.services[i]->buffers[TS_STD_SYSTEM], ret_buffers);
        return true;
    }
    return false;
}

const TsAncillary *
ts_analyser_ancillary(const TsAnalyser *analyser, uint16_t pid)
{
    const TsEs *es = es_of(analyser, pid);

    return es ? es->ancillary : NULL;
}

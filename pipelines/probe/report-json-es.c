/* Picture and sound of a component: parameters, time stamps, buffers. */
#include "pipelines/probe/json-put.h"
#include "pipelines/probe/report-parts.h"
#include "pipelines/ts/ts-analyser-es.h"

static void
put_video(JsonBuilder *json, const ProbeSession *session, uint16_t pid)
{
    EsVideo video;

    if (!ts_analyser_video(session->analyser, pid, &video) || !video.known)
        return;
    json_begin_member_object(json, "video");
    json_put_count(json, "width", video.width);
    json_put_count(json, "height", video.height);
    json_put_bool(json, "interlaced", video.interlaced);
    json_put_known_double(json, "frame_rate", video.rate_num > 0 && video.rate_den > 0,
                          (double)video.rate_num / (double)MAX(video.rate_den, 1));
    json_put_count(json, "profile", video.profile);
    json_put_count(json, "level", video.level);
    json_put_known_int(json, "bit_depth", video.bit_depth > 0, video.bit_depth);
    json_builder_end_object(json);
}

static void
put_audio(JsonBuilder *json, const ProbeSession *session, uint16_t pid)
{
    EsAudio audio;

    if (!ts_analyser_audio(session->analyser, pid, &audio))
        return;
    json_begin_member_object(json, "audio");
    json_put_known_int(json, "sample_rate_hz", audio.sample_rate_hz > 0, audio.sample_rate_hz);
    json_put_known_int(json, "channels", audio.channels > 0, audio.channels);
    json_put_known_int(json, "bitrate_bps", audio.bitrate_bps > 0, audio.bitrate_bps);
    json_builder_end_object(json);
}

static void
put_stamps(JsonBuilder *json, const ProbeSession *session, uint16_t pid)
{
    TsStampFigures stamps;

    if (!ts_analyser_stamps(session->analyser, pid, &stamps))
        return;
    /* Both ends 0: no interval was measured, as after each jump of the clock. */
    const bool pts_known = stamps.pts_min_us != 0 || stamps.pts_max_us != 0;
    const bool dts_known = stamps.dts_min_us != 0 || stamps.dts_max_us != 0;

    json_begin_member_object(json, "time_stamps");
    json_put_count(json, "pes", stamps.starts);
    json_put_count(json, "pes_malformed", stamps.malformed);
    json_put_count(json, "pes_scrambled", stamps.scrambled);
    json_put_count(json, "pts", stamps.pts_count);
    json_put_count(json, "dts", stamps.dts_count);
    json_put_known_ms(json, "pts_interval_min_ms", pts_known, stamps.pts_min_us);
    json_put_known_ms(json, "pts_interval_max_ms", pts_known, stamps.pts_max_us);
    json_put_known_ms(json, "dts_interval_min_ms", dts_known, stamps.dts_min_us);
    json_put_known_ms(json, "dts_interval_max_ms", dts_known, stamps.dts_max_us);
    json_put_count(json, "repetition_errors", stamps.repetition_errors);
    json_put_count(json, "jumps", stamps.jumps);
    json_put_known_ms(json, "pts_pcr_ms", stamps.ahead_known, stamps.ahead_us);
    json_put_known_ms(json, "pts_pcr_min_ms", stamps.ahead_known, stamps.ahead_min_us);
    json_put_known_ms(json, "pts_pcr_max_ms", stamps.ahead_known, stamps.ahead_max_us);
    json_put_known_int(json, "late", stamps.ahead_known, (gint64)stamps.late);
    json_builder_end_object(json);
}

void
report_json_buffers(JsonBuilder *json, const ProbeSession *session, uint16_t pid)
{
    TsBufferFigures buffers;

    if (!ts_analyser_buffers(session->analyser, pid, &buffers) || !buffers.applicable)
        return;
    json_begin_member_object(json, "t_std");
    json_put_count(json, "tb_bytes", buffers.transport_size);
    json_put_count(json, "tb_max_bytes", buffers.transport_max);
    json_put_known_int(json, "mb_bytes", buffers.multiplex_size > 0, buffers.multiplex_size);
    json_put_known_int(json, "mb_max_bytes", buffers.multiplex_size > 0, buffers.multiplex_max);
    json_put_count(json, "buffer_bytes", buffers.size);
    json_put_count(json, "buffer_max_bytes", buffers.fill_max);
    json_put_known_ms(json, "delay_max_ms", buffers.units > 0, buffers.delay_max_us);
    json_put_count(json, "units", buffers.units);
    json_put_count(json, "tb_overflows", buffers.transport_overflows);
    json_put_count(json, "overflows", buffers.overflows);
    json_put_count(json, "underflows", buffers.underflows);
    json_put_count(json, "never_empty", buffers.never_empty);
    json_put_count(json, "delays", buffers.delays);
    json_put_count(json, "restarts", buffers.restarts);
    json_builder_end_object(json);
}

void
report_json_es(JsonBuilder *json, const ProbeSession *session, uint16_t pid)
{
    put_video(json, session, pid);
    put_audio(json, session, pid);
    put_stamps(json, session, pid);
    report_json_buffers(json, session, pid);
}

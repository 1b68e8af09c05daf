/* One reader a component, chosen by its codec. */
#include "pipelines/ts/ts-ancillary.h"

struct TsAncillary {
    TsComponent component;
    TsAncillaryKind kind;
    uint64_t pieces;
    Scte35Log *scte35;     /* owned; of these, the one that @kind names is not NULL */
    Ait *ait;              /* owned */
    Captions *captions;    /* owned */
    Teletext *teletext;    /* owned */
    DvbSubtitle *subtitle; /* owned */
};

/* Returns: false if nothing rides along with @codec */
static bool
kind_of(TsCodec codec, TsAncillaryKind *ret_kind)
{
    static const struct {
        TsCodec codec;
        TsAncillaryKind kind;
    } kinds[] = {
        {TS_CODEC_SCTE35, TS_ANCILLARY_SCTE35},
        {TS_CODEC_AIT, TS_ANCILLARY_AIT},
        {TS_CODEC_MPEG2_VIDEO, TS_ANCILLARY_CAPTIONS},
        {TS_CODEC_H264, TS_ANCILLARY_CAPTIONS},
        {TS_CODEC_HEVC, TS_ANCILLARY_CAPTIONS},
        {TS_CODEC_TELETEXT, TS_ANCILLARY_TELETEXT},
        {TS_CODEC_DVB_SUBTITLES, TS_ANCILLARY_DVB_SUBTITLES},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (kinds[i].codec == codec) {
            *ret_kind = kinds[i].kind;
            return true;
        }
    }
    return false;
}

TsAncillary *
ts_ancillary_new(const TsComponent *component)
{
    TsAncillaryKind kind;

    if (!kind_of(component->codec, &kind))
        return NULL;
    TsAncillary *ancillary = g_new0(TsAncillary, 1);

    ancillary->component = *component;
    ancillary->kind = kind;
    switch (kind) {
    case TS_ANCILLARY_SCTE35:
        ancillary->scte35 = scte35_log_new();
        break;
    case TS_ANCILLARY_AIT:
        ancillary->ait = g_new0(Ait, 1);
        break;
    case TS_ANCILLARY_CAPTIONS:
        ancillary->captions = captions_new(component->codec);
        break;
    case TS_ANCILLARY_TELETEXT:
        ancillary->teletext = g_new0(Teletext, 1);
        break;
    case TS_ANCILLARY_DVB_SUBTITLES:
        ancillary->subtitle = g_new0(DvbSubtitle, 1);
        break;
    }
    return ancillary;
}

void
ts_ancillary_free(TsAncillary *ancillary)
{
    if (!ancillary)
        return;
    scte35_log_free(ancillary->scte35);
    captions_free(ancillary->captions);
    g_free(ancillary->ait);
    g_free(ancillary->teletext);
    g_free(ancillary->subtitle);
    g_free(ancillary);
}

void
ts_ancillary_section(TsAncillary *ancillary,
                     const uint8_t *section,
                     size_t size,
                     const TsPlace *place)
{
    ancillary->pieces++;
    if (ancillary->scte35)
        scte35_log_push(ancillary->scte35, section, size, place);
    if (ancillary->ait)
        ait_push(ancillary->ait, section, size, place);
}

void
ts_ancillary_head(
    TsAncillary *ancillary, const uint8_t *head, size_t size, Pts90 pts, const TsPlace *place)
{
    const TsMoment moment = {*place, pts};

    ancillary->pieces++;
    if (ancillary->captions)
        captions_push(ancillary->captions, head, size, &moment);
}

void
ts_ancillary_unit(
    TsAncillary *ancillary, const uint8_t *payload, size_t size, Pts90 pts, const TsPlace *place)
{
    const TsMoment moment = {*place, pts};

    ancillary->pieces++;
    if (ancillary->teletext)
        teletext_push(ancillary->teletext, payload, size, &moment);
    if (ancillary->subtitle)
        dvb_subtitle_push(ancillary->subtitle, payload, size, &moment);
}

void
ts_ancillary_finish(TsAncillary *ancillary)
{
    if (ancillary->captions)
        captions_flush(ancillary->captions);
    if (ancillary->subtitle)
        dvb_subtitle_flush(ancillary->subtitle);
}

static void
sum_scte35(const Scte35Log *log, TsAncillarySummary *summary)
{
    Scte35Counters counters;
    const size_t size = scte35_log_size(log);

    scte35_log_counters(log, &counters);
    summary->damaged = counters.crc_errors + counters.malformed;
    summary->shown = size + counters.gave_way;
    if (size > 0)
        summary->last = (TsMoment){scte35_log_at(log, size - 1)->first, PTS90_MODULUS};
}

static void
sum_ait(const Ait *ait, TsAncillarySummary *summary)
{
    summary->damaged = ait->crc_errors + ait->malformed;
    summary->shown = ait->n_applications;
    if (ait->n_applications > 0)
        summary->last = (TsMoment){ait->last, PTS90_MODULUS};
}

static void
sum_captions(const Captions *captions, TsAncillarySummary *summary)
{
    CharacterCount total;

    captions_total(captions, &total);
    summary->damaged =
        captions_cea608(captions)->parity_errors + captions_cea708(captions)->malformed;
    summary->shown = total.characters;
    summary->last = total.last;
}

static void
sum_teletext(const Teletext *teletext, TsAncillarySummary *summary)
{
    summary->damaged = teletext->hamming_errors + teletext->parity_errors + teletext->malformed;
    summary->shown = teletext->subtitles.characters;
    summary->last = teletext->subtitles.last;
}

static void
sum_subtitle(const DvbSubtitle *subtitle, TsAncillarySummary *summary)
{
    summary->damaged = subtitle->malformed;
    for (size_t i = 0; i < subtitle->n_pages; i++) {
        const DvbSubtitlePage *page = &subtitle->pages[i];

        summary->shown += page->shown;
        if (page->shown > 0 && page->last_shown.place.packet >= summary->last.place.packet)
            summary->last = page->last_shown;
    }
}

void
ts_ancillary_summary(const TsAncillary *ancillary, TsAncillarySummary *ret_summary)
{
    *ret_summary = (TsAncillarySummary){
        .kind = ancillary->kind, .pid = ancillary->component.pid, .pieces = ancillary->pieces};
    switch (ancillary->kind) {
    case TS_ANCILLARY_SCTE35:
        sum_scte35(ancillary->scte35, ret_summary);
        break;
    case TS_ANCILLARY_AIT:
        sum_ait(ancillary->ait, ret_summary);
        break;
    case TS_ANCILLARY_CAPTIONS:
        sum_captions(ancillary->captions, ret_summary);
        break;
    case TS_ANCILLARY_TELETEXT:
        sum_teletext(ancillary->teletext, ret_summary);
        break;
    case TS_ANCILLARY_DVB_SUBTITLES:
        sum_subtitle(ancillary->subtitle, ret_summary);
        break;
    }
}

const Scte35Log *
ts_ancillary_scte35(const TsAncillary *ancillary)
{
    return ancillary->scte35;
}

const Ait *
ts_ancillary_ait(const TsAncillary *ancillary)
{
    return ancillary->ait;
}

const Captions *
ts_ancillary_captions(const TsAncillary *ancillary)
{
    return ancillary->captions;
}

const Teletext *
ts_ancillary_teletext(const TsAncillary *ancillary)
{
    return ancillary->teletext;
}

const DvbSubtitle *
ts_ancillary_dvb_subtitle(const TsAncillary *ancillary)
{
    return ancillary->subtitle;
}

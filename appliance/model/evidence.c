/* What evidence is kept of, and the life of a record. */
#include "appliance/model/evidence.h"

static const FaultId kept[] = {
    FAULT_VIDEO_MISSING,       FAULT_AUDIO_MISSING,
    FAULT_PICTURE_BLACK,       FAULT_PICTURE_FROZEN,
    FAULT_SOUND_SILENT,        FAULT_PICTURE_UNDECODABLE,
    FAULT_COLOUR_BARS,         FAULT_PICTURE_UNIFORM,
    FAULT_SLATE_SHOWN,         FAULT_BLOCKINESS,
    FAULT_SOUND_STREAM_SILENT, FAULT_SOUND_PHASE,
    FAULT_SOUND_CLIPPING,      FAULT_OFF_AIR,
};

static const MetricId metrics[] = {
    METRIC_LUMA_MEAN, METRIC_DIFFERENCE,         METRIC_AUDIO_PEAK,     METRIC_AUDIO_RMS,
    METRIC_BITRATE,   METRIC_LOUDNESS_MOMENTARY, METRIC_LOUDNESS_SHORT, METRIC_CC_ERRORS,
};

G_STATIC_ASSERT(G_N_ELEMENTS(metrics) <= EVIDENCE_SERIES_MAX);

static const char *const places[] = {"before", "at", "after"};
static const char *const clips[] = {"pending", "ready", "partly", "none"};

bool
evidence_is_kept_of(FaultId fault)
{
    for (size_t i = 0; i < G_N_ELEMENTS(kept); i++) {
        if (kept[i] == fault)
            return true;
    }
    return false;
}

const MetricId *
evidence_metrics(size_t *ret_n)
{
    *ret_n = G_N_ELEMENTS(metrics);
    return metrics;
}

EvidenceRecord *
evidence_record_new(const char *alarm_id)
{
    EvidenceRecord *record = g_new0(EvidenceRecord, 1);

    record->alarm_id = g_strdup(alarm_id);
    record->channel_id = g_strdup("");
    record->input_id = g_strdup("");
    record->text = g_strdup("");
    record->clip.text = g_strdup("");
    for (size_t i = 0; i < EVIDENCE_PLACES; i++)
        record->pictures[i].reason = g_strdup("");
    return record;
}

void
evidence_record_free(EvidenceRecord *record)
{
    if (record == NULL)
        return;
    for (size_t i = 0; i < EVIDENCE_PLACES; i++) {
        g_clear_pointer(&record->pictures[i].jpeg, g_bytes_unref);
        g_free(record->pictures[i].reason);
    }
    g_free(record->series);
    g_free(record->clip.text);
    g_free(record->alarm_id);
    g_free(record->channel_id);
    g_free(record->input_id);
    g_free(record->text);
    g_free(record);
}

void
evidence_set(char **field, const char *text)
{
    char *copy = g_strdup(text != NULL ? text : "");

    g_free(*field);
    *field = copy;
}

const char *
evidence_place_name(EvidencePlace place)
{
    return places[place];
}

const char *
evidence_clip_name(EvidenceClipState state)
{
    return clips[state];
}

static bool
find_word(const char *const *words, size_t n_words, const char *name, unsigned *ret_index)
{
    for (size_t i = 0; i < n_words; i++) {
        if (g_strcmp0(words[i], name) == 0) {
            *ret_index = (unsigned)i;
            return true;
        }
    }
    return false;
}

bool
evidence_place_from_name(const char *name, EvidencePlace *ret_place)
{
    unsigned index = 0;
    const bool found = find_word(places, G_N_ELEMENTS(places), name, &index);

    if (found)
        *ret_place = (EvidencePlace)index;
    return found;
}

bool
evidence_clip_from_name(const char *name, EvidenceClipState *ret_state)
{
    unsigned index = 0;
    const bool found = find_word(clips, G_N_ELEMENTS(clips), name, &index);

    if (found)
        *ret_state = (EvidenceClipState)index;
    return found;
}

/* From transitions to cases, from cases to records. */
#include "appliance/supervisor/evidence-desk.h"

#include <math.h>
#include <string.h>

#include "appliance/model/evidence-case.h"
#include "appliance/model/picture-age.h"

#define CHANNEL_PREFIX "channel/"
#define PICTURE_WIDTH  320u /* of the sizes that workers send, the one that is kept */

struct EvidenceDesk {
    Records *records;     /* no-ref */
    EvidenceStore *store; /* no-ref */
    GPtrArray *cases;     /* (element-type EvidenceCase) */
};

EvidenceDesk *
evidence_desk_new(Records *records, EvidenceStore *store)
{
    EvidenceDesk *desk = g_new0(EvidenceDesk, 1);

    desk->records = records;
    desk->store = store;
    desk->cases = g_ptr_array_new_with_free_func((GDestroyNotify)evidence_case_free);
    return desk;
}

void
evidence_desk_free(EvidenceDesk *desk)
{
    if (desk == NULL)
        return;
    g_ptr_array_unref(desk->cases);
    g_free(desk);
}

void
evidence_desk_take_picture(ChannelRecord *channel,
                           const MessageThumbnail *thumbnail,
                           GBytes *jpeg,
                           MonoUs now_us)
{
    const EvidenceFrame frame = {.captured_us = thumbnail->captured_us,
                                 .wall_us = thumbnail->wall_us,
                                 .pts = thumbnail->pts,
                                 .width = thumbnail->width,
                                 .height = thumbnail->height,
                                 .jpeg = jpeg};

    if (thumbnail->width != PICTURE_WIDTH)
        return;
    if (channel->frames == NULL)
        channel->frames = evidence_frames_new();
    (void)evidence_frames_add(channel->frames, &frame, now_us);
}

/* ---- Records ---- */

static void
take_values(EvidenceRecord *record, const Samples *samples, MetricId metric, MonoUs from_us)
{
    EvidenceSeries *series = &record->series[record->n_series];
    const MonoUs to_us = from_us + (MonoUs)record->n_seconds * US_PER_SECOND;
    SampleSeries found;

    if (!samples_has(metric))
        return;
    series->metric = metric;
    for (size_t i = 0; i < record->n_seconds; i++)
        series->values[i] = NAN;
    samples_query(samples, metric, from_us, to_us, 0, &found);
    for (size_t i = 0; i < found.n; i++) {
        const int64_t second = (found.at_us[i] - from_us) / US_PER_SECOND;

        if (second >= 0 && second < (int64_t)record->n_seconds)
            series->values[second] = (float)found.mean[i];
    }
    sample_series_clear(&found);
    record->n_series++;
}

static void
take_series(EvidenceRecord *record, const EvidenceCase *item, const Samples *samples, MonoUs now_us)
{
    const MonoUs begin_us = MAX(item->since_us - EVIDENCE_LEAD_US, 0);
    const MonoUs from_us = begin_us - begin_us % US_PER_SECOND;
    const MonoUs to_us = MIN(item->end_us, now_us) + US_PER_SECOND - 1;
    size_t n_metrics = 0;
    const MetricId *metrics = evidence_metrics(&n_metrics);

    record->first_offset_us = from_us - item->since_us;
    record->n_seconds =
        (size_t)CLAMP((to_us - from_us) / US_PER_SECOND, 0, (int64_t)EVIDENCE_SECONDS_MAX);
    record->series = g_new0(EvidenceSeries, n_metrics);
    for (size_t i = 0; i < n_metrics; i++)
        take_values(record, samples, metrics[i], from_us);
}

static void
hand_over(EvidenceDesk *desk, const EvidenceCase *item, MonoUs now_us)
{
    const ChannelRecord *channel = records_find_channel(desk->records, item->channel_id);
    EvidenceRecord *record = evidence_case_record(item, now_us);

    if (channel != NULL)
        take_series(record, item, channel->samples, now_us);
    (void)evidence_store_put(desk->store, record);
}

/* ---- Cases ---- */

static int64_t
stale_after_us(const ChannelRecord *channel)
{
    return picture_stale_after_us(channel_record_metric(channel, METRIC_KEY_INTERVAL, 0),
                                  channel_record_metric(channel, METRIC_SAMPLING_INTERVAL, 0));
}

static void
open_case(EvidenceDesk *desk, const AlarmTransition *transition, AlarmNow now)
{
    const ChannelRecord *channel =
        records_find_channel(desk->records, transition->resource + strlen(CHANNEL_PREFIX));

    if (channel == NULL)
        return;
    if (desk->cases->len >= EVIDENCE_DESK_MAX) {
        evidence_store_count_lost(desk->store);
        return;
    }
    const ChannelReport *report = channel_record_report(channel, NULL);
    const EvidenceOpening opening = {
        .alarm_id = transition->alarm_id,
        .channel_id = channel->channel->id,
        .input_id = channel->input->input->id,
        .text = transition->text,
        .fault = transition->fault,
        .since_us = transition->since_us,
        .since_wall_us = now.wall_us - (now.us - transition->since_us),
        .raised_us = transition->at_us,
        .raised_wall_us = transition->raised_wall_us,
        .now_us = now.us,
        .stale_after_us = stale_after_us(channel),
        .decodes = report == NULL || report->depth != DEPTH_BITSTREAM,
    };
    EvidenceCase *item = evidence_case_new(&opening, channel->frames);

    (void)evidence_case_step(item, channel->frames, now.us);
    g_ptr_array_add(desk->cases, item);
    hand_over(desk, item, now.us);
}

static EvidenceCase *
find_case(const EvidenceDesk *desk, const char *alarm_id)
{
    for (guint i = 0; i < desk->cases->len; i++) {
        EvidenceCase *item = desk->cases->pdata[i];

        if (strcmp(item->alarm_id, alarm_id) == 0)
            return item;
    }
    return NULL;
}

void
evidence_desk_take(EvidenceDesk *desk, const AlarmTransition *transition, AlarmNow now)
{
    EvidenceCase *item = NULL;

    if (!evidence_is_kept_of(transition->fault) ||
        !g_str_has_prefix(transition->resource, CHANNEL_PREFIX))
        return;
    if (transition->change == ALARM_CHANGE_RAISED) {
        open_case(desk, transition, now);
        return;
    }
    if (transition->change != ALARM_CHANGE_CLEARED ||
        (item = find_case(desk, transition->alarm_id)) == NULL)
        return;
    evidence_case_clear(item, transition->since_us, transition->at_us, transition->wall_us);
}

void
evidence_desk_step(EvidenceDesk *desk, MonoUs now_us)
{
    for (guint i = desk->cases->len; i-- > 0;) {
        EvidenceCase *item = desk->cases->pdata[i];
        const ChannelRecord *channel = records_find_channel(desk->records, item->channel_id);
        const bool due = evidence_case_is_due(item, now_us);

        if (evidence_case_step(item, channel != NULL ? channel->frames : NULL, now_us) || due)
            hand_over(desk, item, now_us);
        if (due)
            g_ptr_array_remove_index(desk->cases, i);
    }
}

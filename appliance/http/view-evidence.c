/* Pictures with their distance from the beginning of the fault, figures in columns, the clip. */
#include "appliance/http/view-evidence.h"

#include <math.h>

#include "appliance/http/json-writer.h"

#define PATH "/api/v1/alarms/"

static double
seconds(int64_t us)
{
    return (double)us / (double)US_PER_SECOND;
}

static void
frame(GString *out, const EvidenceRecord *record, EvidencePlace place)
{
    const EvidencePicture *picture = &record->pictures[place];
    const char *name = evidence_place_name(place);
    g_autofree char *url =
        picture->there ? g_strdup_printf(PATH "%s/evidence/%s.jpg", record->alarm_id, name) : NULL;

    json_begin_object(out, name);
    json_string(out, "url", url);
    json_string(out, "reason", picture->reason);
    json_time(out, "captured_at", picture->there ? picture->captured_wall_us : 0);
    json_number(out, "offset_seconds", picture->there ? seconds(picture->offset_us) : NAN, 3);
    json_bool(out, "stale", picture->stale);
    if (picture->there && picture->pts < PTS90_MODULUS)
        json_uint(out, "pts", picture->pts);
    else
        json_null(out, "pts");
    json_uint(out, "width", picture->width);
    json_uint(out, "height", picture->height);
    json_end_object(out);
}

static void
figures(GString *out, const EvidenceRecord *record)
{
    json_begin_object(out, "series");
    json_time(out, "from", record->since_us + record->first_offset_us);
    json_number(out, "first_offset_seconds", seconds(record->first_offset_us), 3);
    json_uint(out, "step_seconds", 1);
    json_begin_array(out, "metrics");
    for (size_t i = 0; i < record->n_series; i++) {
        const MetricInfo *info = metric_info(record->series[i].metric);

        json_begin_object(out, NULL);
        json_string(out, "metric", info->name);
        json_string(out, "unit", info->unit);
        json_begin_array(out, "values");
        for (size_t s = 0; s < record->n_seconds; s++)
            json_number(out, NULL, (double)record->series[i].values[s], 4);
        json_end_array(out);
        json_end_object(out);
    }
    json_end_array(out);
    json_end_object(out);
}

static void
clip(GString *out, const EvidenceRecord *record)
{
    const EvidenceClip *of = &record->clip;
    const bool there = of->state == EVIDENCE_CLIP_READY || of->state == EVIDENCE_CLIP_PARTLY;
    g_autofree char *url = there ? g_strdup_printf(PATH "%s/clip.ts", record->alarm_id) : NULL;

    json_begin_object(out, "clip");
    json_string(out, "state", evidence_clip_name(of->state));
    json_string(out, "text", of->text);
    json_string(out, "url", url);
    json_time(out, "from", of->from_us);
    json_time(out, "to", of->to_us);
    json_uint(out, "bytes", of->bytes);
    json_end_object(out);
}

void
view_evidence(GString *out, const EvidenceRecord *record)
{
    json_begin_object(out, NULL);
    json_string(out, "alarm_id", record->alarm_id);
    json_string(out, "channel_id", record->channel_id);
    json_string(out, "type", fault_info(record->fault)->name);
    json_string(out, "text", record->text);
    json_time(out, "since", record->since_us);
    json_time(out, "raised_at", record->raised_us);
    json_time(out, "cleared_at", record->cleared_us);
    json_bool(out, "complete", record->complete);
    json_begin_object(out, "frames");
    for (unsigned place = 0; place < EVIDENCE_PLACES; place++)
        frame(out, record, (EvidencePlace)place);
    json_end_object(out);
    figures(out, record);
    clip(out, record);
    json_end_object(out);
}

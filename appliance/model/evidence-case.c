/* Choosing of pictures. */
#include "appliance/model/evidence-case.h"

static void
choose(EvidenceCase *item, EvidencePlace place, const EvidenceFrame *frame, MonoUs wanted_us)
{
    EvidencePicture *picture = &item->pictures[place];

    picture->there = true;
    picture->captured_wall_us = frame->wall_us;
    picture->offset_us = frame->captured_us - item->since_us;
    picture->pts = frame->pts;
    picture->width = frame->width;
    picture->height = frame->height;
    picture->jpeg = g_bytes_ref(frame->jpeg);
    picture->stale = ABS(frame->captured_us - wanted_us) > item->stale_after_us;
    evidence_set(&picture->reason, "");
    item->settled[place] = true;
}

static void
give_up(EvidenceCase *item, EvidencePlace place, const char *reason)
{
    evidence_set(&item->pictures[place].reason,
                 item->decodes ? reason : "No pictures are decoded at the channel's present depth");
    item->settled[place] = true;
}

static void
choose_before(EvidenceCase *item, const EvidenceFrames *frames)
{
    const EvidenceFrame *frame =
        frames != NULL ? evidence_frames_last(frames, item->since_us) : NULL;

    if (frame != NULL)
        choose(item, EVIDENCE_BEFORE, frame, item->since_us);
    else if (frames == NULL || evidence_frames_count(frames, NULL) == 0)
        give_up(item, EVIDENCE_BEFORE, "No picture had come yet");
    else
        give_up(item, EVIDENCE_BEFORE, "No picture is kept from before it began");
}

EvidenceCase *
evidence_case_new(const EvidenceOpening *opening, const EvidenceFrames *frames)
{
    EvidenceCase *item = g_new0(EvidenceCase, 1);

    item->alarm_id = g_strdup(opening->alarm_id);
    item->channel_id = g_strdup(opening->channel_id);
    item->input_id = g_strdup(opening->input_id);
    item->text = g_strdup(opening->text);
    item->fault = opening->fault;
    item->since_us = opening->since_us;
    item->since_wall_us = opening->since_wall_us;
    item->raised_wall_us = opening->raised_wall_us;
    item->stale_after_us = opening->stale_after_us;
    item->decodes = opening->decodes;
    item->end_us = MAX(opening->since_us, opening->raised_us) + EVIDENCE_CLIP_US;
    item->end_wall_us = MAX(opening->since_wall_us, opening->raised_wall_us) + EVIDENCE_CLIP_US;
    item->due_us = MAX(item->end_us + EVIDENCE_SLACK_US, opening->now_us);
    for (size_t i = 0; i < EVIDENCE_PLACES; i++)
        item->pictures[i].reason = g_strdup("Not yet: no such picture has come");
    choose_before(item, frames);
    return item;
}

void
evidence_case_free(EvidenceCase *item)
{
    if (item == NULL)
        return;
    for (size_t i = 0; i < EVIDENCE_PLACES; i++) {
        g_clear_pointer(&item->pictures[i].jpeg, g_bytes_unref);
        g_free(item->pictures[i].reason);
    }
    g_free(item->alarm_id);
    g_free(item->channel_id);
    g_free(item->input_id);
    g_free(item->text);
    g_free(item);
}

void
evidence_case_clear(EvidenceCase *item, MonoUs over_us, MonoUs cleared_us, WallUs cleared_wall_us)
{
    item->over_us = MAX(over_us, item->since_us + 1);
    item->cleared_us = cleared_us;
    item->cleared_wall_us = cleared_wall_us;
}

/* The first picture while the fault lasted. */
static bool
step_at(EvidenceCase *item, const EvidenceFrames *frames, MonoUs now_us)
{
    const MonoUs before_us = item->over_us != 0 ? MIN(item->over_us, item->end_us) : item->end_us;
    const EvidenceFrame *frame =
        frames != NULL ? evidence_frames_first(frames, item->since_us, before_us) : NULL;

    if (frame != NULL)
        choose(item, EVIDENCE_AT, frame, item->since_us);
    else if (item->over_us != 0)
        give_up(item, EVIDENCE_AT, "No picture was taken while it lasted");
    else if (now_us >= item->due_us)
        give_up(item, EVIDENCE_AT, "No picture was taken until 30 s after the alarm");
    return item->settled[EVIDENCE_AT];
}

/* The first picture some time later; the newest if the alarm is cleared, or time is up, before one
 * comes. It is another one than that at the beginning. */
static bool
step_after(EvidenceCase *item, const EvidenceFrames *frames, MonoUs now_us)
{
    const MonoUs wanted_us = item->since_us + EVIDENCE_AFTER_US;
    const MonoUs at_us =
        item->since_us +
        (item->pictures[EVIDENCE_AT].there ? item->pictures[EVIDENCE_AT].offset_us : -1);
    const bool last_call = item->cleared_us != 0 || now_us >= item->due_us;
    const EvidenceFrame *frame = NULL;

    if (frames != NULL)
        frame = evidence_frames_first(frames, MAX(wanted_us, at_us + 1), item->end_us);
    if (frame == NULL && frames != NULL && last_call)
        frame = evidence_frames_last(frames, item->end_us);
    if (frame != NULL && frame->captured_us > at_us)
        choose(item, EVIDENCE_AFTER, frame, wanted_us);
    else if (last_call)
        give_up(item, EVIDENCE_AFTER, "No later picture was taken");
    return item->settled[EVIDENCE_AFTER];
}

bool
evidence_case_step(EvidenceCase *item, const EvidenceFrames *frames, MonoUs now_us)
{
    bool chosen = false;

    if (!item->settled[EVIDENCE_AT])
        chosen |= step_at(item, frames, now_us);
    if (item->settled[EVIDENCE_AT] && !item->settled[EVIDENCE_AFTER])
        chosen |= step_after(item, frames, now_us);
    return chosen;
}

bool
evidence_case_is_due(const EvidenceCase *item, MonoUs now_us)
{
    return now_us >= item->due_us;
}

EvidenceRecord *
evidence_case_record(const EvidenceCase *item, MonoUs now_us)
{
    EvidenceRecord *record = evidence_record_new(item->alarm_id);

    evidence_set(&record->channel_id, item->channel_id);
    evidence_set(&record->input_id, item->input_id);
    evidence_set(&record->text, item->text);
    record->fault = item->fault;
    record->since_us = item->since_wall_us;
    record->raised_us = item->raised_wall_us;
    record->cleared_us = item->cleared_wall_us;
    record->complete = evidence_case_is_due(item, now_us);
    record->clip.from_us = item->since_wall_us - EVIDENCE_CLIP_US;
    record->clip.to_us = item->end_wall_us;
    for (size_t i = 0; i < EVIDENCE_PLACES; i++) {
        EvidencePicture *picture = &record->pictures[i];

        g_free(picture->reason);
        *picture = item->pictures[i];
        picture->reason = g_strdup(item->pictures[i].reason);
        picture->jpeg = picture->jpeg != NULL ? g_bytes_ref(picture->jpeg) : NULL;
    }
    return record;
}

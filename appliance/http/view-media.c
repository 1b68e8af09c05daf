/* A check that cannot be claimed has no resolution: null, not a number that nobody measured. */
#include "appliance/http/view-media.h"

#include <math.h>

#include "appliance/http/json-writer.h"

static void
hints(GString *out, const ChannelView *channel)
{
    json_begin_array(out, "hints");
    for (unsigned bit = 0; bit < DEPTH_HINTS; bit++) {
        if ((channel->hints & 1u << bit) != 0)
            json_string(out, NULL, depth_hint_name(bit));
    }
    json_end_array(out);
}

static void
checks(GString *out, const ChannelView *channel, const ViewTime *now)
{
    json_begin_array(out, "checks");
    for (size_t i = 0; i < channel->n_checks; i++) {
        const CheckReport *check = &channel->checks[i];
        const CheckInfo *info = check_info(check->check);
        const bool claimed = check->resolution_us > 0;

        if (info == NULL)
            continue;
        json_begin_object(out, NULL);
        json_string(out, "name", info->name);
        json_number(out, "resolution_seconds",
                    claimed ? (double)check->resolution_us / (double)US_PER_SECOND : (double)NAN,
                    3);
        json_time(out, "looked_at", view_wall_of(now, check->looked_us));
        json_number(out, "age_seconds", view_age_of(now, check->looked_us), 3);
        json_end_object(out);
    }
    json_end_array(out);
}

static void
states(GString *out, const AudioReport *audio, const ViewTime *now)
{
    json_begin_array(out, "faults");
    for (size_t i = 0; i < audio->n_faults; i++) {
        const FaultState *state = &audio->faults[i];

        if (fault_info(state->fault)->number == FAULT_NONE)
            continue;
        json_begin_object(out, NULL);
        json_string(out, "name", fault_info(state->fault)->name);
        json_bool(out, "active", state->active);
        json_time(out, "since", view_wall_of(now, state->since_us));
        json_number(out, "value", state->value, 3);
        json_end_object(out);
    }
    json_end_array(out);
}

static void
audios(GString *out, const ChannelView *channel, const ViewTime *now)
{
    json_begin_array(out, "audios");
    for (size_t i = 0; i < channel->n_audios; i++) {
        const AudioReport *audio = &channel->audios[i];

        json_begin_object(out, NULL);
        json_uint(out, "pid", audio->pid);
        json_string(out, "language", audio->language);
        json_string(out, "format", audio->format);
        states(out, audio, now);
        json_begin_object(out, "metrics");
        for (size_t m = 0; m < audio->n_metrics; m++) {
            const MetricInfo *info = metric_info(audio->metrics[m].metric);

            if (info->number != METRIC_NONE)
                json_number(out, info->name, audio->metrics[m].value, 6);
        }
        json_end_object(out);
        json_end_object(out);
    }
    json_end_array(out);
}

/* What rides along: null where none ever came, and so is not missed. */
static void
rider(GString *out, const char *key, const ChannelView *channel, FaultId fault, const ViewTime *now)
{
    const FaultState *found = NULL;

    for (size_t i = 0; i < channel->n_faults && found == NULL; i++)
        found = channel->faults[i].fault == (unsigned)fault ? &channel->faults[i] : NULL;
    if (found == NULL) {
        json_null(out, key);
        return;
    }
    json_begin_object(out, key);
    json_bool(out, "coming", !found->active);
    json_time(out, "since", view_wall_of(now, found->since_us));
    json_number(out, "value", found->value, 3);
    json_end_object(out);
}

void
view_channel_media(GString *out, const ChannelView *channel, const ViewTime *now)
{
    json_string(out, "depth_reason", channel->depth_reason != NULL ? channel->depth_reason : "");
    hints(out, channel);
    checks(out, channel, now);
    audios(out, channel, now);
    json_begin_object(out, "ancillary");
    rider(out, "captions", channel, FAULT_CAPTIONS_ABSENT, now);
    rider(out, "cues", channel, FAULT_CUES_MISSING, now);
    json_end_object(out);
}

void
view_depth(GString *out, const DepthSummary *summary)
{
    const bool known = summary->n_present > 0;

    json_begin_object(out, "depth");
    json_number(out, "budget_cores", summary->budget_cores, 3);
    json_number(out, "spent_cores", known ? summary->spent_cores : (double)NAN, 3);
    json_number(out, "planned_cores", known ? summary->planned_cores : (double)NAN, 3);
    json_number(out, "others_cores", known ? summary->others_cores : (double)NAN, 3);
    json_number(out, "strain", summary->strain, 2);
    json_string(out, "strain_cause", strain_cause_name(summary->cause));
    json_bool(out, "reduced", summary->reduced);
    json_begin_object(out, "channels");
    for (unsigned depth = 0; depth < DEPTH_COUNT; depth++)
        json_uint(out, depth_name(depth), summary->n_at[depth]);
    json_end_object(out);
    json_end_object(out);
}

void
view_past_pictures(GString *out, const GArray *list, const char *next, const ViewTime *now)
{
    json_begin_object(out, NULL);
    json_begin_array(out, "items");
    for (guint i = 0; i < list->len; i++) {
        const PastPicture *picture = &g_array_index(list, PastPicture, i);

        json_begin_object(out, NULL);
        json_time(out, "captured_at", picture->captured_us);
        if (picture->pts < PTS90_MODULUS)
            json_uint(out, "pts", picture->pts);
        else
            json_null(out, "pts");
        json_uint(out, "bytes", picture->bytes);
        json_end_object(out);
    }
    json_end_array(out);
    json_string(out, "next_cursor", next);
    json_time(out, "at", now->wall_us);
    json_end_object(out);
}

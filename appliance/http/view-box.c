/* What is not known is null. */
#include "appliance/http/view-box.h"

#include <math.h>

#include "appliance/http/json-writer.h"
#include "appliance/model/trust.h"

#define WORKERS_MAX 10u

static void
trust(GString *out, const Snapshot *snapshot, const ViewTime *now)
{
    g_autoptr(GArray) reasons = trust_reasons(snapshot, now->mono_us);

    json_begin_object(out, "trust");
    json_bool(out, "trusted", trust_holds(reasons));
    json_begin_array(out, "reasons");
    for (guint i = 0; i < reasons->len; i++) {
        const TrustReason *reason = &g_array_index(reasons, TrustReason, i);

        json_begin_object(out, NULL);
        json_string(out, "kind", trust_kind_name(reason->kind));
        json_bool(out, "doubt", reason->doubt);
        json_string(out, "text", reason->text);
        json_begin_array(out, "channels");
        for (guint k = 0; k < reason->channels->len; k++)
            json_string(out, NULL, (const char *)reason->channels->pdata[k]);
        json_end_array(out);
        json_end_object(out);
    }
    json_end_array(out);
    json_end_object(out);
}

/* The channels of one input share its worker: the first stands for it. */
static bool
is_first_of_input(const Snapshot *snapshot, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (g_strcmp0(snapshot->channels[i].input_id, snapshot->channels[index].input_id) == 0)
            return false;
    return true;
}

static int
compare_cores(const void *a, const void *b)
{
    const double one = (*(const ChannelView *const *)a)->worker_cores;
    const double two = (*(const ChannelView *const *)b)->worker_cores;

    return (one < two) - (one > two);
}

static void
workers(GString *out, const Snapshot *snapshot)
{
    g_autofree const ChannelView **known = g_new0(const ChannelView *, snapshot->n_channels + 1);
    size_t n = 0;

    for (size_t i = 0; i < snapshot->n_channels; i++)
        if (snapshot->channels[i].worker_pid != 0 && isfinite(snapshot->channels[i].worker_cores) &&
            is_first_of_input(snapshot, i))
            known[n++] = &snapshot->channels[i];
    qsort(known, n, sizeof *known, compare_cores);
    json_begin_array(out, "workers");
    for (size_t i = 0; i < MIN(n, WORKERS_MAX); i++) {
        json_begin_object(out, NULL);
        json_string(out, "input_id", known[i]->input_id);
        json_string(out, "channel_id", known[i]->id);
        json_string(out, "name", known[i]->name);
        json_uint(out, "pid", known[i]->worker_pid);
        json_number(out, "cores", known[i]->worker_cores, 4);
        json_string(out, "depth", depth_name(known[i]->depth));
        json_end_object(out);
    }
    json_end_array(out);
}

static void
headroom(GString *out, const Snapshot *snapshot)
{
    json_begin_array(out, "headroom");
    for (unsigned depth = 0; depth < DEPTH_COUNT; depth++) {
        const DepthHeadroom *room = &snapshot->headroom[depth];

        json_begin_object(out, NULL);
        json_string(out, "depth", depth_name(depth));
        json_number(out, "channel_cores", room->known ? room->channel_cores : (double)NAN, 4);
        json_number(out, "channels", room->known ? (double)room->channels : (double)NAN, 0);
        json_end_object(out);
    }
    json_end_array(out);
}

void
view_box(GString *out, const Snapshot *snapshot, const ViewTime *now)
{
    trust(out, snapshot, now);
    if (snapshot->whole == NULL) {
        workers(out, snapshot);
    } else { /* a worker may carry channels besides */
        json_begin_array(out, "workers");
        json_end_array(out);
    }
    headroom(out, snapshot);
}

void
view_trends(GString *out, const Snapshot *snapshot, const ViewTime *now)
{
    const SensorTrend *trend = snapshot->trend;

    json_begin_object(out, NULL);
    json_time(out, "to", trend != NULL ? view_wall_of(now, sensor_trend_at_us(trend)) : 0);
    json_uint(out, "step_seconds", SENSOR_TREND_STEP_US / US_PER_SECOND);
    json_begin_array(out, "sensors");
    for (size_t i = 0; i < sensor_trend_count(trend); i++) {
        const float *values = sensor_trend_values(trend, i);

        json_begin_object(out, NULL);
        json_string(out, "kind", sensor_trend_kind(trend, i));
        json_string(out, "name", sensor_trend_name(trend, i));
        json_begin_array(out, "values");
        for (size_t point = 0; point < SENSOR_TREND_POINTS; point++)
            json_number(out, NULL, (double)values[point], 4);
        json_end_array(out);
        json_end_object(out);
    }
    json_end_array(out);
    json_end_object(out);
}

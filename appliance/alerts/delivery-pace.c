/* Arithmetic over times. */
#include "appliance/alerts/delivery-pace.h"

#include <math.h>

#define MAX_TOLD 4096u /* incidents that are remembered for a minute; beyond, all are forgotten */
#define MAX_SEEN 32u   /* beginnings that are remembered: more than a flood needs */

typedef struct {
    MonoUs at_us;
    Severity severity;
} Told;

struct DeliveryPace {
    double burst;
    double per_us; /* tokens a microsecond */
    double tokens; /* below 0: borrowed */
    MonoUs filled_us;
    GHashTable *told;      /* (element-type utf8 Told): by incident */
    MonoUs seen[MAX_SEEN]; /* when the last alarms began; a ring */
    unsigned n_seen;
    bool flood;
};

DeliveryPace *
delivery_pace_new(unsigned burst, unsigned per_minute)
{
    DeliveryPace *pace = g_new0(DeliveryPace, 1);

    pace->burst = MAX(burst, 1);
    pace->tokens = pace->burst;
    pace->per_us = MAX(per_minute, 1) / (60.0 * US_PER_SECOND);
    pace->told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return pace;
}

void
delivery_pace_free(DeliveryPace *pace)
{
    if (pace == NULL)
        return;
    g_hash_table_unref(pace->told);
    g_free(pace);
}

static void
fill(DeliveryPace *pace, MonoUs now_us)
{
    const double grown = (double)MAX(now_us - pace->filled_us, 0) * pace->per_us;

    pace->tokens = fmin(pace->burst, pace->tokens + grown);
    pace->filled_us = now_us;
}

MonoUs
delivery_pace_ready_us(DeliveryPace *pace, MonoUs now_us)
{
    fill(pace, now_us);
    if (pace->tokens >= 1.0)
        return now_us;
    return now_us + (MonoUs)ceil((1.0 - pace->tokens) / pace->per_us) + 1;
}

void
delivery_pace_take(DeliveryPace *pace, MonoUs now_us)
{
    fill(pace, now_us);
    pace->tokens -= 1.0;
}

void
delivery_pace_told(DeliveryPace *pace, const Event *event, MonoUs now_us)
{
    const Told told = {.at_us = now_us, .severity = event->severity};

    if (!event_is_state(event))
        return;
    if (g_hash_table_size(pace->told) >= MAX_TOLD)
        g_hash_table_remove_all(pace->told);
    g_hash_table_insert(pace->told, g_strdup(event->incident_id), g_memdup2(&told, sizeof told));
}

MonoUs
delivery_pace_due_us(DeliveryPace *pace, const Event *event, bool announced, MonoUs now_us)
{
    const Told *told = g_hash_table_lookup(pace->told, event->incident_id);
    const MonoUs limit = now_us + PACE_ANNOUNCE_US;

    if (event->kind != EVENT_ALARM_RAISED && event->kind != EVENT_ALARM_UPDATED)
        return now_us;
    if (!announced)
        return CLAMP(event->at_us + PACE_ANNOUNCE_US, now_us, limit);
    if (event->kind == EVENT_ALARM_RAISED || told == NULL ||
        (event->severity > told->severity && event->members == 0))
        return now_us;
    return MAX(now_us, told->at_us + PACE_UPDATE_US);
}

/* Alarms that began within the window. */
static unsigned
seen_lately(const DeliveryPace *pace, MonoUs now_us)
{
    unsigned n = 0;

    for (unsigned i = 0; i < MIN(pace->n_seen, MAX_SEEN); i++)
        n += now_us - pace->seen[i] < PACE_FLOOD_US;
    return n;
}

bool
delivery_pace_is_flood(DeliveryPace *pace, MonoUs now_us)
{
    const unsigned n = seen_lately(pace, now_us);

    if (n > PACE_FLOOD_ABOVE)
        pace->flood = true;
    else if (n < PACE_FLOOD_BELOW)
        pace->flood = false;
    return pace->flood;
}

bool
delivery_pace_count(DeliveryPace *pace, MonoUs now_us)
{
    pace->seen[pace->n_seen % MAX_SEEN] = now_us;
    pace->n_seen = pace->n_seen + 1 < 2 * MAX_SEEN ? pace->n_seen + 1 : pace->n_seen + 1 - MAX_SEEN;
    return delivery_pace_is_flood(pace, now_us);
}

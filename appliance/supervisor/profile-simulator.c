/* A job owns copies of all it needs; its answer is one JSON object. */
#include "appliance/supervisor/profile-simulator.h"

#include <string.h>

#include "appliance/http/json-writer.h"
#include "appliance/model/profile-simulate.h"
#include "pipelines/base/clock.h"
#include "pipelines/base/error.h"

#define GROUP_PREFIX "group/"
/* What was kept over a reboot is older than the clock: times are moved, so that all count from 0.
 */
#define AHEAD_US       (2 * HISTORY_SPAN_US)
#define SHOWN_CHANNELS 200u /* channels with alarms that are listed */

/* One channel to be tried. */
typedef struct {
    char *id;
    FaultHistory *history; /* owned */
    AlarmProfile *tried;   /* owned */
    AlarmProfile *present; /* owned; (nullable): the default */
} Trial;

typedef struct {
    CommandCall *call;
    char *profile;
    int64_t span_us;
    MonoUs now_us;
    GPtrArray *trials; /* (element-type Trial) owned */
} Job;

typedef struct {
    unsigned alarms;
    unsigned present;
    unsigned by_severity[SEVERITY_CRITICAL + 1];
    int64_t least_us; /* that is covered of a channel */
    bool otherwise;   /* limits differ that only measuring could try */
    unsigned shown;
} Totals;

static void
trial_free(gpointer data)
{
    Trial *trial = data;

    g_free(trial->id);
    g_free(trial->history);
    alarm_profile_unref(trial->tried);
    alarm_profile_unref(trial->present);
    g_free(trial);
}

static void
write_channel(GString *json, const Trial *trial, const Simulation *result)
{
    json_begin_object(json, NULL);
    json_string(json, "channel", trial->id);
    json_uint(json, "alarms", result->alarms);
    json_uint(json, "standing", result->standing);
    json_number(json, "covers_s", (double)result->covers_us / US_PER_SECOND, 1);
    json_begin_array(json, "faults");
    for (size_t i = 0; i < result->n_faults; i++) {
        const SimulatedFault *fault = &result->faults[i];

        json_begin_object(json, NULL);
        json_string(json, "fault", fault_info(fault->fault)->name);
        json_uint(json, "alarms", fault->count);
        json_string(json, "worst", severity_name(fault->worst));
        json_number(json, "raised_s", (double)fault->raised_us / US_PER_SECOND, 1);
        json_number(json, "last_before_s", (double)fault->last_before_us / US_PER_SECOND, 1);
        json_end_object(json);
    }
    json_end_array(json);
    json_end_object(json);
}

static void
try_channel(const Job *job, const Trial *trial, Totals *totals, GString *json)
{
    g_autofree Simulation *result = g_new0(Simulation, 1);
    const AlarmProfile *present = trial->present != NULL ? trial->present : alarm_profile_default();

    *result = profile_simulate(trial->history, present, job->span_us, job->now_us);
    totals->present += result->alarms;
    *result = profile_simulate(trial->history, trial->tried, job->span_us, job->now_us);
    totals->alarms += result->alarms;
    for (unsigned i = 0; i <= SEVERITY_CRITICAL; i++)
        totals->by_severity[i] += result->by_severity[i];
    totals->least_us = MIN(totals->least_us, result->covers_us);
    totals->otherwise = totals->otherwise || profile_measures_otherwise(present, trial->tried);
    if (result->alarms > 0 && totals->shown++ < SHOWN_CHANNELS)
        write_channel(json, trial, result);
}

static void
write_totals(GString *json, const Job *job, const Totals *totals)
{
    const double hours = (double)job->span_us / (3600.0 * (double)US_PER_SECOND);
    g_autofree char *text = g_strdup_printf(
        "Over the last %g h profile \"%s\" would have raised %u alarms on %u channels; the present "
        "profiles would have raised %u",
        hours, job->profile, totals->alarms, job->trials->len, totals->present);

    json_string(json, "text", text);
    json_string(json, "profile", job->profile);
    json_number(json, "span_s", (double)job->span_us / US_PER_SECOND, 0);
    json_number(json, "covers_s",
                job->trials->len > 0 ? (double)totals->least_us / US_PER_SECOND : 0, 1);
    json_uint(json, "channels", job->trials->len);
    json_uint(json, "alarms", totals->alarms);
    json_uint(json, "present_alarms", totals->present);
    json_begin_object(json, "by_severity");
    for (unsigned i = SEVERITY_WARNING; i <= SEVERITY_CRITICAL; i++)
        json_uint(json, severity_name((Severity)i), totals->by_severity[i]);
    json_end_object(json);
    json_bool(json, "measures_otherwise", totals->otherwise);
}

static void
run_job(gpointer data, gpointer user_data)
{
    Job *job = data;
    Totals totals = {.least_us = job->span_us};
    g_autoptr(GString) json = g_string_new(NULL);
    CommandResult result = {0};

    json_begin_object(json, NULL);
    json_begin_array(json, "items");
    for (guint i = 0; i < job->trials->len; i++)
        try_channel(job, g_ptr_array_index(job->trials, i), &totals, json);
    json_end_array(json);
    write_totals(json, job, &totals);
    json_end_object(json);
    result.text = g_strdup(json->str);
    command_call_answer(job->call, &result);
    g_ptr_array_unref(job->trials);
    g_free(job->profile);
    g_free(job);
}

GThreadPool *
profile_simulator_new(void)
{
    return g_thread_pool_new(run_job, NULL, 1, FALSE, NULL);
}

static bool
is_asked_for(const InventoryChannel *channel, const char *scope)
{
    if (g_str_has_prefix(scope, GROUP_PREFIX))
        return g_strcmp0(channel->group, scope + strlen(GROUP_PREFIX)) == 0;
    return *scope == '\0' || g_str_equal(channel->id, scope);
}

static GPtrArray *
collect_trials(const Records *records, const ProfileBook *book, const char *id, const char *scope)
{
    GPtrArray *trials = g_ptr_array_new_with_free_func(trial_free);

    for (size_t i = 0; i < records->inventory->n_channels; i++) {
        const ChannelRecord *channel = records->channels[i];
        Trial *trial = NULL;

        /* The box's own channel is broken on purpose: no profile is to be judged by it. */
        if (channel->history == NULL || !is_asked_for(channel->channel, scope) ||
            inventory_is_own(records->inventory, channel->resource))
            continue;
        trial = g_new0(Trial, 1);
        trial->id = g_strdup(channel->channel->id);
        trial->history = g_memdup2(channel->history, sizeof *channel->history);
        fault_history_shift(trial->history, AHEAD_US);
        trial->tried = profile_desk_resolve(book, channel->channel, id);
        trial->present = channel->profile != NULL ? alarm_profile_ref(channel->profile) : NULL;
        g_ptr_array_add(trials, trial);
    }
    return trials;
}

void
profile_simulator_ask(ProfileDesk *desk,
                      CommandCall *call,
                      const ProfileBook *book,
                      const char *id,
                      const Command *command)
{
    GThreadPool *pool = profile_desk_simulator(desk);
    Job *job = NULL;

    if (g_thread_pool_unprocessed(pool) >= SIMULATIONS_MAX) {
        command_call_refuse(call, g_error_new(GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE,
                                              "%u simulations wait already; try again in a second",
                                              SIMULATIONS_MAX));
        return;
    }
    job = g_new0(Job, 1);
    *job = (Job){.call = call,
                 .profile = g_strdup(id),
                 .span_us = command->from_us,
                 .now_us = boot_now_us() + AHEAD_US,
                 .trials =
                     collect_trials(profile_desk_ports(desk)->records, book, id, command->channel)};
    g_thread_pool_push(pool, job, NULL);
}

/* The crew: one worker per input, started, adopted, configured, found silent, killed, restarted.
 * Decides nothing about channels: it says who is silent, and hands messages on. Used on the loop.
 */
#pragma once

#include "appliance/config/hw-profile.h"
#include "appliance/config/settings.h"
#include "appliance/supervisor/records.h"

typedef struct Crew Crew;

typedef struct {
    /* A message of @input's worker other than Hello, Config and Bye. @message: (transfer none) */
    void (*message)(InputRecord *input, const Message *message, gpointer user_data);
    /* Something that belongs into the journal and the log. */
    void (*note)(const char *input_id, const char *text, gpointer user_data);
    gpointer user_data;
} CrewPorts;

/**
 * crew_new:
 * @settings, @profile, @records: (transfer none): outlive the crew
 * @ports: copied
 *
 * Listens on STATE/run/workers.sock and adopts workers that still run.
 *
 * Returns: (transfer full): or %NULL with the error
 */
Crew *crew_new(const Settings *settings,
               const HwProfile *profile,
               Records *records,
               const CrewPorts *ports,
               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Follows the inventory of the records: stops workers of inputs that are gone, starts those of new
 * ones, sends a new configuration where it changed. @adopt: at the start, wait for old workers. */
void crew_set_inputs(Crew *crew, bool adopt, MonoUs now_us);

/* Does what the restart policies ask for. To be called at crew_deadline_us(), and at least every
 * 200 ms. */
void crew_step(Crew *crew, MonoUs now_us);

/* When a worker is next to be started or killed; US_NEVER for never. */
MonoUs crew_deadline_us(Crew *crew);

/* Whether the worker of @input is silent, and since when. */
bool crew_is_silent(Crew *crew, const InputRecord *input, MonoUs now_us, MonoUs *ret_since_us);

/* Tells the worker of an input how deep one of its channels is looked at, or asks it for a picture
 * of SHOT_WIDTH. @crew: a Crew. Returns: false if no worker of it is connected, or it does not read
 */
bool crew_send_depth(const char *input_id, const char *channel_id, Depth depth, gpointer crew);
bool crew_send_shot(const char *input_id, const char *channel_id, gpointer crew);

/* Asks every worker to end and starts none any more. */
void crew_stop_workers(Crew *crew);

/* How many workers are known to run. */
unsigned crew_count_running(Crew *crew);

/* Closes every connection and frees; workers go on. (nullable) */
void crew_free(Crew *crew);

/* Simulations on a thread of their own: what a profile would have made of the last hours of every
 * channel, beside what the channels' own profiles would have. */
#pragma once

#include "appliance/supervisor/command-desk.h"
#include "appliance/supervisor/profile-desk.h"

#define SIMULATIONS_MAX 4u /* that wait; more are refused */

/* Returns: (transfer full): one thread, for profile_simulate_job() */
GThreadPool *profile_simulator_new(void);

/**
 * profile_simulator_ask:
 * @book: with the profile to try; @id: of that profile
 * @command: its channel ("" for all, "group/NAME" for a group) and its from_us, the span
 *
 * Copies what was seen of the channels and answers @call from the thread.
 */
void profile_simulator_ask(ProfileDesk *desk,
                           CommandCall *call,
                           const ProfileBook *book,
                           const char *id,
                           const Command *command);

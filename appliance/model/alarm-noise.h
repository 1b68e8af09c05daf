/* Noise of alarms, by the figures of ISA-18.2: what chatters, and floods.
 *
 * - Chatter: a fault that is raised for the third time within a minute, and that no incident tells
 *   of, is folded into one alarm UNSTABLE of its resource. While that stands, what it folds is
 *   raised and cleared with QUIET_UNSTABLE. It ends when nothing has changed for 5 minutes; a fault
 *   that still stands then is an alarm of its own again.
 * - Flood: more than 10 alarms in 10 minutes that people would be told of, of all resources, raise
 *   ALARM_FLOOD on "box"; fewer than 5 clear it. Receivers gather their messages into a digest
 *   between its raise and its clear, which they read in the journal like everything else.
 *
 * A raise counts 340 ms later, when incidents have taken what is theirs.
 * A pure plain struct for one thread. Belongs to the incident book. */
#pragma once

#include "appliance/model/alarm-incident.h"

#define ALARM_NOISE_SETTLE_US    (340 * US_PER_MS)
#define ALARM_CHATTER_RAISES     3u
#define ALARM_CHATTER_WITHIN_US  (60 * US_PER_SECOND)
#define ALARM_CHATTER_CALM_US    (300 * US_PER_SECOND)
#define ALARM_FLOOD_ABOVE        10u
#define ALARM_FLOOD_BELOW        5u
#define ALARM_FLOOD_WITHIN_US    (600 * US_PER_SECOND)
#define ALARM_NOISE_MAX_SETTLING 8192u /* raises on their way; one more is not counted */
#define ALARM_NOISE_MAX_RESTLESS 8192u /* faults whose raises are remembered; the same */

typedef struct AlarmNoise AlarmNoise;

/* @alarms: (transfer none): outlives it */
AlarmNoise *alarm_noise_new(AlarmBook *alarms);
void alarm_noise_free(AlarmNoise *noise); /* (nullable) */

/* Takes one transition, after the incident book has. */
void alarm_noise_hear(AlarmNoise *noise,
                      const AlarmTransition *transition,
                      AlarmNow now,
                      GPtrArray *transitions);

/* Looks at what is due. */
void alarm_noise_step(AlarmNoise *noise, AlarmNow now, GPtrArray *transitions);
MonoUs alarm_noise_deadline_us(const AlarmNoise *noise);

/* After a restart: what was unstable and what flooded does so still. */
void alarm_noise_restore(AlarmNoise *noise, const AlarmView *views, size_t n_views, AlarmNow now);

bool alarm_noise_is_flood(const AlarmNoise *noise);

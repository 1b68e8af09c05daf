/* Which rules each channel is judged by, and measured with: made of the inventory's profiles once,
 * for every channel; and what is learned of new channels (commissioning). Used on the loop only;
 * what takes long (disk, simulation) is done on threads of its own. */
#pragma once

#include "appliance/supervisor/command-desk.h"
#include "appliance/supervisor/ingest.h"
#include "appliance/supervisor/records.h"

typedef struct ProfileDesk ProfileDesk;

typedef struct {
    Records *records; /* no-ref; this and the following */
    AlarmBook *book;
    Ingest *ingest;
    const char *state_folder;
    /* Takes a new generation of the inventory (transfer full): writes it behind and follows it. */
    void (*adopt)(Inventory *inventory, gpointer user_data);
    gpointer user_data;
} ProfilePorts;

/* Reads what was learned before; blocks on disk. @ports: copied. Returns: (transfer full) */
ProfileDesk *profile_desk_new(const ProfilePorts *ports);

/* Writes what was learned, and waits for it. (nullable) */
void profile_desk_free(ProfileDesk *desk);

/* After the records took another inventory: resolves the profile of every channel, gives it to the
 * channel and to the book, and says which channels are still being learned. A profile that a
 * channel names and nobody has is told once in the journal. */
void profile_desk_follow(ProfileDesk *desk, AlarmNow now);

/* Called about once a second: ends the commissioning of channels whose day is over, and writes
 * behind what was learned, once a minute. */
void profile_desk_step(ProfileDesk *desk, AlarmNow now);

/* Answers @call, one of the kinds COMMAND_PROFILES to COMMAND_PROPOSAL_ACCEPT. */
void profile_desk_handle(ProfileDesk *desk, CommandCall *call, const Command *command);

/* ---- For the files of the desk only ---- */

ProfilePorts *profile_desk_ports(ProfileDesk *desk);

/* The thread that simulates. (transfer none) */
GThreadPool *profile_desk_simulator(ProfileDesk *desk);

/* What @channel would be judged by with @profile (nullable: its own) of @book. Returns: (transfer
 * full) */
AlarmProfile *
profile_desk_resolve(const ProfileBook *book, const InventoryChannel *channel, const char *profile);

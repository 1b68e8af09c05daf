/* What people ask of the supervision loop, and the answers. Used on the loop only. */
#pragma once

#include "appliance/model/alarm-book.h"
#include "appliance/supervisor/command-desk.h"
#include "appliance/supervisor/depth-desk.h"
#include "appliance/supervisor/ingest.h"
#include "appliance/supervisor/outlets.h"
#include "appliance/supervisor/probe-desk.h"
#include "appliance/supervisor/profile-desk.h"
#include "appliance/supervisor/shot-desk.h"

typedef struct {
    Records *records; /* no-ref; this and the following */
    AlarmBook *book;
    Ingest *ingest;
    Outlets *outlets;
    DepthDesk *depths;
    ShotDesk *shots;
    ProfileDesk *profiles;
    ProbeDesk *probes;
    size_t n_slates;       /* that are configured */
    const char *interface; /* for lists that name none */
    const char *state_folder;
    const char *channels_file; /* of the settings; "" if they name none */
    bool allow_loopback;       /* channels that people add may be on this box itself */
    /* Takes a new generation of the inventory (transfer full): writes it behind and follows it. */
    void (*adopt)(Inventory *inventory, gpointer user_data);
    gpointer user_data;
} RequestPorts;

typedef struct Requests Requests;

/* @ports: copied. Returns: (transfer full) */
Requests *requests_new(const RequestPorts *ports);
void requests_free(Requests *requests); /* (nullable) */

/* Handler for command_desk_new(); @user_data: a Requests. */
void requests_handle(CommandCall *call, const Command *command, gpointer user_data);

/* Inputs that somebody wants to look at before they become channels: gantry-probe joins them in a
 * process of its own, locked in as a worker is, with a deadline, and its report is kept for a
 * while. Used on the loop only. */
#pragma once

#include <glib.h>

#include "pipelines/base/units.h"

#define PROBES_AT_ONCE   2u
#define PROBES_KEPT      16u                   /* with those that run; the oldest go */
#define PROBE_LISTEN_S   5u                    /* how long the input is listened to */
#define PROBE_DEADLINE_S 15u                   /* for all of it; then the process is ended */
#define PROBE_KEPT_US    (600 * US_PER_SECOND) /* a report, after its end */

typedef struct ProbeDesk ProbeDesk;

/* @program: of gantry-probe. @folder: its processes may write below. Returns: (transfer full) */
ProbeDesk *probe_desk_new(const char *program, const char *folder);
void probe_desk_free(ProbeDesk *desk); /* (nullable): ends what runs */

/**
 * probe_desk_start:
 * @address: one that was parsed
 * @interface: "" for the kernel's choice
 *
 * Returns: (transfer full): the operation's id, a UUID; %NULL with %GANTRY_ERROR_UNAVAILABLE when
 *   as many run as may, or the program does not start
 */
char *probe_desk_start(ProbeDesk *desk,
                       const char *address,
                       const char *interface,
                       WallUs wall_us,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* {"id":..., "kind":"probe", "state":"running|done|failed", "address":..., "started_at":...,
 *  "result": {...} or null, "problem": "..." or null}. Returns: (transfer full): or %NULL with
 * %GANTRY_ERROR_NOT_FOUND */
char *probe_desk_show(ProbeDesk *desk, const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProbeDesk, probe_desk_free)

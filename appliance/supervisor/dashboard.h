/* The HTTP server and what flows to it: snapshots, pictures, levels, and the journal's events. */
#pragma once

#include "appliance/config/settings.h"
#include "appliance/events/event-log.h"
#include "appliance/http/http-server.h"
#include "appliance/model/snapshot.h"
#include "appliance/supervisor/link-key.h"
#include "appliance/supervisor/outlets.h"

typedef struct Dashboard Dashboard;

/* Starts the server. @settings, @log, @outlets, @commands outlive it. @keys: copied.
 * Returns: (transfer full): or %NULL with the error */
Dashboard *dashboard_new(const Settings *settings,
                         GantryEventLog *log,
                         Outlets *outlets,
                         const CommandPort *commands,
                         const BoxKeys *keys,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer none): for publishing */
GantryHttpServer *dashboard_get_server(Dashboard *dashboard);

/* On a box without accounts: makes a one-time code, lets it log in, writes it to
 * STATE/run/setup-code (0600). With accounts: removes that file. */
void dashboard_offer_setup(Dashboard *dashboard, const Settings *settings, bool has_accounts);

/* Whether people reach it by TLS of its own. */
bool dashboard_has_certificate(const Dashboard *dashboard);

/* How long the certificate still holds: "behind" in its last CERTIFICATE_SOON_DAYS and while its
 * files cannot be read, "failing" once it has ended. (transfer full) */
#define CERTIFICATE_SOON_DAYS 21
ServiceView dashboard_view_certificate(const Dashboard *dashboard, WallUs wall_us);

void dashboard_free(Dashboard *dashboard); /* (nullable) */

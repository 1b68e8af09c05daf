/* What gantryd answers about a site's decisions and its receivers, and the alarm figures that it
 * shows, for the fixture of the HTTP tests. */
#pragma once

#include "appliance/events/command-port.h"
#include "appliance/model/alarm-figures.h"

/* Fills @result with an answer to @command: COMMAND_SITE_SHOW, or a list of nothing. */
void http_site_answer(const Command *command, CommandResult *result);

/* Figures of nothing, counted at @wall_us. Returns: (transfer full) */
FiguresView *http_site_figures(WallUs wall_us);

/* The alarm figures as JSON and CSV, with the targets they are held against. Pure. */
#pragma once

#include <glib.h>

#include "appliance/model/alarm-figures.h"

void view_alarm_figures(GString *out, const FiguresView *figures);

/* One line an hour, the oldest first, with a heading. */
void view_alarm_figures_csv(GString *out, const FiguresView *figures);

/* Alarm figures of some channels alone: counted from the journal's last 30 days, as if there were
 * no others, on a thread of its own; kept for a minute. Belongs to the HTTP thread. */
#pragma once

#include "appliance/http/http-server.h"
#include "appliance/model/alarm-figures.h"

#define SCOPED_FIGURES_KEEP_US (60 * US_PER_SECOND)
#define SCOPED_FIGURES_MAX     32u /* scopes that are kept */
#define SCOPED_FIGURES_AT_ONCE 2u  /* that are counted at once */

typedef struct ScopedFigures ScopedFigures;

ScopedFigures *scoped_figures_new(void);
void scoped_figures_free(ScopedFigures *self); /* (nullable): nothing is being counted */

/* Called once. @view: (nullable) (transfer none): NULL: too many are being counted */
typedef void (*ScopedFiguresDone)(FiguresView *view, gpointer user_data);

/* Borrowed during the call. */
typedef struct {
    const JournalReader *reader;
    const char *scope_key;  /* see scope_key() */
    const Snapshot *narrow; /* what the scope shows now */
    unsigned positions;     /* of the site's policy */
} ScopedQuestion;

/* Calls @done now or later, on the calling thread's default context. */
void scoped_figures_ask(ScopedFigures *self,
                        const ScopedQuestion *question,
                        ScopedFiguresDone done,
                        gpointer user_data);

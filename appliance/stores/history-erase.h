/* Taking names of people who were erased out of the history: every table that names who acted is
 * gone through once, a piece at a time, so that no statement is long and events never wait. */
#pragma once

#include "appliance/model/erased-names.h"
#include "appliance/stores/mysql-link.h"

#define HISTORY_ERASE_ROWS 20000u /* sequence numbers of one piece */

/* Where it stands. All zeroes: nobody is to be erased. A plain struct of one thread. */
typedef struct {
    ErasedNames *names;  /* (nullable): owned reference */
    unsigned part;       /* of the list of columns; all of them: done */
    GPtrArray *journals; /* (nullable) (element-type utf8): of the part's table */
    guint journal;
    uint64_t after; /* sequence; what is above is still to be looked at */
    uint64_t until; /* highest sequence; 0: not known yet */
} HistoryErase;

/* Begins anew with @names (a reference is taken). */
void history_erase_begin(HistoryErase *erase, ErasedNames *names);
void history_erase_clear(HistoryErase *erase);

bool history_erase_is_done(const HistoryErase *erase);

/* One piece. False on an error: to be tried again. */
bool
history_erase_step(HistoryErase *erase, MysqlLink *link, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* An event as rows of incident_event and audit, and back. */
#pragma once

#include "appliance/events/event.h"
#include "appliance/stores/mysql-batch.h"

/* Keys first; a NULL at the end. */
extern const char *const history_event_columns[];
extern const char *const history_audit_columns[];
#define HISTORY_EVENT_KEYS 2u /* journal_id, seq */

void history_event_add(MysqlBatch *batch, const char *journal_id, const Event *event);
void history_audit_add(MysqlBatch *batch, const char *journal_id, const Event *event);

/* The columns that history_event_from_row() takes, as the text between SELECT and FROM. */
char *history_event_select(void);

/* Returns: (transfer full) (nullable): %NULL for a row of another shape */
Event *history_event_from_row(const char *const *row, unsigned n);

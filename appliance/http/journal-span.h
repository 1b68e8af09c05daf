/* Finding places in the journal by its reader alone: blocks on disk, for worker threads. Pure but
 * for the reader. */
#pragma once

#include "appliance/http/http-server.h"

/* The sequence after the journal's last one. */
uint64_t journal_span_end(const JournalReader *reader);

/* A sequence at or below all events of @from_us and later, as far as wall time never ran back. */
uint64_t journal_span_begin(const JournalReader *reader, WallUs from_us);

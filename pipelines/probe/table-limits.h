/* How often the standards want each table. */
#pragma once

#include <stdint.h>

/* Longest time between two of the same section, ms: TR 101 290 for DVB, A/65 for ATSC; 0 where
 * there is none. Of an EIT schedule that of the days beyond the eighth. */
unsigned table_limit_ms(uint8_t table_id);

/* SDT other: names of the services of other transport streams. Pure, bounded. */
#pragma once

#include "pipelines/ts/ts-section.h"
#include "pipelines/ts/ts-si-types.h"

typedef struct {
    TsOtherService *items; /* owned; @count entries, grows */
    size_t count;
    size_t room;
} TsOtherServices; /* all-zero is the initial state */

void ts_other_services_clear(TsOtherServices *services); /* frees what it owns */

/* Takes a section of an SDT other (0x46): it replaces what this section said before. */
void
ts_other_services_take(TsOtherServices *services, const TsSectionHead *head, TsSiRefused *refused);

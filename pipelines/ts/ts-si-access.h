/* The CAT: CA systems and the PIDs of their entitlement messages. Pure, bounded. */
#pragma once

#include "pipelines/ts/ts-section.h"
#include "pipelines/ts/ts-si-types.h"

/* Takes a section of a CAT: it replaces what this section said before. */
void ts_cat_take(TsCat *cat, const TsSectionHead *head, TsSiRefused *refused);

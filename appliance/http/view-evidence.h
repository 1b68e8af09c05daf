/* Evidence of an alarm as the API shows it. Pure. */
#pragma once

#include "appliance/model/evidence.h"

/* Appends the Evidence object. */
void view_evidence(GString *out, const EvidenceRecord *record);

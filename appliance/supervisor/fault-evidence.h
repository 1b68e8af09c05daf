/* What a worker last said about one fault of one channel: whose doing it is, and what shows it. */
#pragma once

#include "pipelines/base/units.h"
#include "pipelines/contract/catalogue.h"
#include "pipelines/contract/message.h"

#define FAULT_EVIDENCE_FRESH_US (60 * US_PER_SECOND) /* of a fault that is counted, not held */

typedef struct {
    CauseScope cause;
    MonoUs at_us;
    char *text; /* one sentence without a full stop */
} FaultEvidence;

void fault_evidence_free(FaultEvidence *evidence); /* (nullable) */

/* Keeps what @message, heard at @at_us, says in @evidence (inout, nullable at first). */
void fault_evidence_take(FaultEvidence **evidence, const MessageEvidence *message, MonoUs at_us);

/* Words for an alarm of @fault. Returns: (transfer full) (nullable): NULL without @evidence */
char *fault_evidence_text(const FaultEvidence *evidence, unsigned fault);

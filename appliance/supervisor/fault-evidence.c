/* Keeping of evidence. */
#include "appliance/supervisor/fault-evidence.h"

#include <glib.h>

void
fault_evidence_free(FaultEvidence *evidence)
{
    if (evidence == NULL)
        return;
    g_free(evidence->text);
    g_free(evidence);
}

void
fault_evidence_take(FaultEvidence **evidence, const MessageEvidence *message, MonoUs at_us)
{
    if (*evidence == NULL)
        *evidence = g_new0(FaultEvidence, 1);
    g_free((*evidence)->text);
    **evidence = (FaultEvidence){
        .cause = (CauseScope)message->cause,
        .at_us = at_us,
        .text = g_strdup(message->text),
    };
}

char *
fault_evidence_text(const FaultEvidence *evidence, unsigned fault)
{
    if (evidence == NULL || evidence->text[0] == '\0')
        return NULL;
    return g_strdup_printf("%s: %s", fault_info(fault)->sentence, evidence->text);
}

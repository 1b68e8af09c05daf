/* What shows a fault of the picture, in one sentence. Pure. */
#pragma once

#include <glib.h>

#include "pipelines/contract/message.h"
#include "pipelines/elements/gantry-es-cutter.h"
#include "pipelines/elements/gantry-picture-meter.h"

/* @state: of the fault that begins; @slates: those configured, by the meter's index.
 * Returns: (transfer full) (nullable): NULL if it is no fault of the picture */
char *picture_evidence_text(const FaultState *state,
                            const PictureFigures *picture,
                            const EsFigures *video,
                            const MessageConfig *slates);

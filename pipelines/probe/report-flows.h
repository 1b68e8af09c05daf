/* The flows of a capture as text and as JSON. */
#pragma once

#include "pipelines/probe/capture-source.h"

/* Returns: (transfer full) */
char *report_flows_text(const CaptureContents *contents);
/* Returns: (transfer full): one object, ends with a newline */
char *report_flows_json(const CaptureContents *contents);

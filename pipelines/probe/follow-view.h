/* What --follow shows, as one picture of the terminal. */
#pragma once

#include "pipelines/probe/frame.h"
#include "pipelines/probe/report.h"

#define FOLLOW_COLUMNS_MIN 40u
#define FOLLOW_ROWS_MIN    10u

/* @now_us: of the stream's own time. @frame: empty. Returns: (transfer none): what to write */
const char *
follow_view(const ProbeSession *session, const ReportScope *scope, MonoUs now_us, Frame *frame);

/* The same in one line without its end, for a log. Returns: (transfer full) */
char *follow_line(const ProbeSession *session, const ReportScope *scope, MonoUs now_us);

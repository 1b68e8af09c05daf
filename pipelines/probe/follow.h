/* The live view: waits for the stream's time, and shows what is known once a second. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/probe/console.h"
#include "pipelines/probe/report.h"

typedef struct Follow Follow;

/* @console: (transfer none). @scope: copied. @to_stderr: lines go to standard error, where there is
 * no screen. Both outlive the result. Returns: (transfer full) */
Follow *
follow_new(ProbeSession *session, const ReportScope *scope, Console *console, bool to_stderr);
void follow_free(Follow *follow); /* (nullable) */

/* A ProbeWait: waits until @now_us of the stream has come. Returns: false when the user ended it */
bool follow_wait(MonoUs now_us, void *follow);

/* For a live input: shows what is known at @now_us, if it is time. Returns: when to call again */
MonoUs follow_tick(Follow *follow, MonoUs now_us);
/* Shows it now, as after a change of the terminal's size. */
void follow_draw(Follow *follow, MonoUs now_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Follow, follow_free)

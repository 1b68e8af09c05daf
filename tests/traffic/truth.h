/* The truth log: what was really done to which channel, and when. JSON lines, flushed one by one.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/base/units.h"
#include "tests/traffic/impair.h"

typedef struct Truth Truth;

/* Appends to @path; NULL writes nowhere. Returns: (transfer full): NULL with an error. */
Truth *truth_open(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* One line. @now_us: CLOCK_BOOTTIME, when it took effect; @packets: transport packets lost, added
 * or changed so far. A line that cannot be written is counted and said once on standard error. */
void truth_write(Truth *truth,
                 MonoUs now_us,
                 const char *channel,
                 const Impairment *impairment,
                 bool start,
                 guint64 packets);

/* One line of kind "totals". @json: the inside of an object, without braces. */
void truth_write_totals(Truth *truth, MonoUs now_us, const char *channel, const char *json);

/* @truth: (nullable) */
void truth_close(Truth *truth);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Truth, truth_close)

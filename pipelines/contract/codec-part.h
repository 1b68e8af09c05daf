/* What the halves of the codec share: bounded text, slugs, and the report's own half. */
#pragma once

#include <glib.h>

#include "pipelines/contract/message.h"

#define CODEC_CHANNEL_TYPE "(sqysssa(qbxd)a(qd)a(qyttu)a(ybtx))"
#define CODEC_NOTES_TYPE   "(sa(tyxxqts))"
#define CODEC_REPORT_TYPE  "(yxxa(qd)a" CODEC_CHANNEL_TYPE ")"

/* @text (nullable) as the wire carries it: valid UTF-8, at most MESSAGE_MAX_TEXT bytes.
 * Returns: (transfer full) */
char *codec_text(const char *text);

/* Whether a string from the wire is short enough; sets @error, naming @field. */
gboolean codec_check_text(const char *text, const char *field, GError **error);

/* Whether a string from the wire is a slug; sets @error, naming @field. */
gboolean codec_check_slug(const char *text, const char *field, GError **error);

/* Whether one data state from the wire makes sense; sets @error. */
gboolean codec_check_state(const FaultState *state, GError **error);

/* Returns: (transfer full): floating variant of CODEC_REPORT_TYPE; NULL with @error if too large */
GVariant *codec_report_to_variant(const MessageReport *report, GError **error);

/* Fills @ret_report from a normal-form variant of CODEC_REPORT_TYPE; on failure what was filled
 * is still to be freed with codec_report_clear(). */
gboolean codec_report_from_variant(GVariant *variant, MessageReport *ret_report, GError **error);

/* The same for CODEC_NOTES_TYPE. */
GVariant *codec_notes_to_variant(const MessageNotes *notes, GError **error);
gboolean codec_notes_from_variant(GVariant *variant, MessageNotes *ret_notes, GError **error);
void codec_notes_clear(MessageNotes *notes);

void codec_report_clear(MessageReport *report);

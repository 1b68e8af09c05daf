/* What the halves of the codec share: bounded text, slugs, and the report's own half. */
#pragma once

#include <glib.h>

#include "pipelines/contract/message.h"

#define CODEC_AUDIO_TYPE     "(qssa(qbxd)a(qd))"
#define CODEC_CHANNEL_TYPE   "(sqyqsssa(qbxd)a(qd)a(qyttu)a(ybtx)a" CODEC_AUDIO_TYPE "a(yxx))"
#define CODEC_CONFIG_TYPE    "(sssuussuta(say)a(sqya(qd)))"
#define CODEC_CONFIG3_TYPE   "(sssuussuta(say)a(sqy))" /* of version 3: without limits */
#define CODEC_NOTES_TYPE     "(sa(tyxxqts))"
#define CODEC_STRUCTURE_TYPE "(sxxqqqa(qqs)a(qyybtsss)a(qyqqttxxxx)a(yadat))"
#define CODEC_REPORT_TYPE    "(yxxa(qd)a" CODEC_CHANNEL_TYPE ")"

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

/* The same for CODEC_STRUCTURE_TYPE. */
GVariant *codec_structure_to_variant(const MessageStructure *structure, GError **error);
gboolean
codec_structure_from_variant(GVariant *variant, MessageStructure *ret_structure, GError **error);

void codec_report_clear(MessageReport *report);

/* The same for CODEC_CONFIG_TYPE; what is read may be of CODEC_CONFIG3_TYPE. */
GVariant *codec_config_to_variant(const MessageConfig *config, GError **error);
gboolean codec_config_from_variant(GVariant *variant, MessageConfig *ret_config, GError **error);
void codec_config_clear(MessageConfig *config);

/* Parts of a report, of types a(qd), a(qbxd), a(qyttu), a(ybtx), a CODEC_AUDIO_TYPE and a(yxx).
 * Lists made by ..._from_variant() are to be freed, also after a failure. */
gboolean codec_check_count(gsize count, const char *what, GError **error);
GVariant *codec_metrics_to_variant(const MetricValue *metrics, size_t n_metrics);
gboolean codec_metrics_from_variant(GVariant *variant,
                                    MetricValue **ret_metrics,
                                    size_t *ret_n,
                                    GError **error);
GVariant *codec_faults_to_variant(const FaultState *faults, size_t n_faults);
GVariant *codec_pids_to_variant(const PidReport *pids, size_t n_pids);
GVariant *codec_indicators_to_variant(const IndicatorReport *indicators, size_t n_indicators);
gboolean codec_faults_from_variant(GVariant *variant,
                                   FaultState **ret_faults,
                                   size_t *ret_n,
                                   GError **error);
gboolean codec_media_check(const ChannelReport *channel, GError **error);
GVariant *codec_audios_to_variant(const ChannelReport *channel);
gboolean codec_audios_from_variant(GVariant *variant, ChannelReport *channel, GError **error);
GVariant *codec_checks_to_variant(const ChannelReport *channel);
gboolean codec_checks_from_variant(GVariant *variant, ChannelReport *channel, GError **error);
void codec_media_clear(ChannelReport *channel);

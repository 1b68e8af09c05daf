/* What the files of the report share; for nobody else. */
#pragma once

#include <json-glib/json-glib.h>

#include "pipelines/probe/report.h"
#include "pipelines/ts/ts-analyser-si.h"
#include "pipelines/ts/ts-ancillary.h"

#define REPORT_TIME_MAX 32u /* bytes of a time as text, with the terminator */
#define REPORT_NAME_MAX 64u /* bytes of what a PID is, with the terminator */

/* A time of the stream: of day (UTC) where it is known, else since the start; "-" where no clock
 * tells. @ret_text: of REPORT_TIME_MAX bytes */
void report_time(const ProbeSession *session, MonoUs time_us, char *ret_text);

/* What @pid is: "PAT", "PMT 3401", "H.264", ...; "" where nobody says. @ret_text: of
 * REPORT_NAME_MAX bytes */
void report_pid_name(const ProbeSession *session, uint16_t pid, char *ret_text);

/* Returns: (transfer full): PIDs that were seen, ascending; @ret_count of them */
TsPidInfo *report_pids(const ProbeSession *session, size_t *ret_count);

/* Returns: (transfer full): tables in scope, by PID, table_id, extension; @ret_count of them */
TsTableInfo *
report_tables(const ProbeSession *session, const ReportScope *scope, size_t *ret_count);
/* Returns: (transfer full): changes in scope that are kept, ascending; @ret_count of them */
TsEvent *report_events(const ProbeSession *session, const ReportScope *scope, size_t *ret_count);

/* What the network did. Returns: (transfer full) */
IpFigures *report_network(const ProbeSession *session);
/* "A" to "D" and "beyond C", as SMPTE 2022-7 has them. Returns: (nullable): NULL while unknown */
const char *report_skew_class(IpSkewClass skew_class);

/* "2026-11-25T20:15:00Z". Returns: (transfer full) */
char *report_utc(WallUs time_us);

/* Calls @visit for what rides along with each component in scope, each PID once. */
typedef void (*ReportAncillaryVisitor)(const TsComponent *component,
                                       const TsAncillary *ancillary,
                                       void *user_data);
void report_ancillary_each(const ProbeSession *session,
                           const ReportScope *scope,
                           ReportAncillaryVisitor visit,
                           void *user_data);

/* Whether what pictures and sound of @pid showed is in scope; services were chosen before. */
bool report_has_media(const ReportScope *scope, uint16_t pid);

/* JSON: each puts members into the object that is open. */
void report_json_services(JsonBuilder *json, const ProbeSession *session, const ReportScope *scope);
/* Of one component: picture or sound, time stamps, buffers. */
void report_json_es(JsonBuilder *json, const ProbeSession *session, uint16_t pid);
/* The buffers of the T-STD alone. */
void report_json_buffers(JsonBuilder *json, const ProbeSession *session, uint16_t pid);
void report_json_pids(JsonBuilder *json, const ProbeSession *session, const ReportScope *scope);
void report_json_clocks(JsonBuilder *json, const ProbeSession *session, const ReportScope *scope);
void
report_json_indicators(JsonBuilder *json, const ProbeSession *session, const ReportScope *scope);
void report_json_tables(JsonBuilder *json, const ProbeSession *session, const ReportScope *scope);
void report_json_events(JsonBuilder *json, const ProbeSession *session, const ReportScope *scope);
void report_json_information(JsonBuilder *json, const ProbeSession *session);
void report_json_cues(JsonBuilder *json, const ProbeSession *session, const ReportScope *scope);
void
report_json_ancillary(JsonBuilder *json, const ProbeSession *session, const ReportScope *scope);
void report_json_media(JsonBuilder *json, const Media *media, const ReportScope *scope);
void report_json_network(JsonBuilder *json, const ProbeSession *session);

/* Adds "  1920x1080i 25/s" or "  48 kHz 2 ch" where the stream itself says so. */
void report_text_format(GString *text, const ProbeSession *session, uint16_t pid);

/* Text: each adds a block with an empty line before it, or nothing. */
void report_text_verdict(GString *text, const ProbeSession *session, const ReportScope *scope);
void report_text_services(GString *text, const ProbeSession *session, const ReportScope *scope);
void report_text_stamps(GString *text, const ProbeSession *session, const ReportScope *scope);
void report_text_pids(GString *text, const ProbeSession *session, const ReportScope *scope);
void report_text_clocks(GString *text, const ProbeSession *session, const ReportScope *scope);
void report_text_tables(GString *text, const ProbeSession *session, const ReportScope *scope);
void report_text_events(GString *text, const ProbeSession *session, const ReportScope *scope);
void report_text_cues(GString *text, const ProbeSession *session, const ReportScope *scope);
void report_text_ancillary(GString *text, const ProbeSession *session, const ReportScope *scope);
void report_text_media(GString *text, const Media *media, const ReportScope *scope);
void report_text_network(GString *text, const ProbeSession *session);

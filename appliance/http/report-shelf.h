/* Reports that are being made or were made lately, by what was asked. HTTP thread only.
 *
 * Whoever asks waits a few seconds; a report that takes longer is said to be under way, and who
 * asks again gets it when it is there. Reports are kept for a minute. */
#pragma once

#include "appliance/http/request.h"
#include "appliance/http/view-report.h"

typedef struct ReportShelf ReportShelf;

ReportShelf *report_shelf_new(void);
void report_shelf_free(ReportShelf *shelf); /* (nullable) */

/**
 * report_shelf_ask:
 * @query: of @request, whose strings it borrows
 * @csv: which of both forms
 *
 * Answers @request now or later: 200 with the report, 202 while it is being made, 503 or 504 where
 * it cannot be.
 */
void report_shelf_ask(ReportShelf *shelf, HttpRequest *request, const ReportQuery *query, bool csv);

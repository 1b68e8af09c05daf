/* A record of evidence as a file: JSON that this program writes and reads again. Pure. */
#pragma once

#include "appliance/model/evidence.h"

#define EVIDENCE_FILE     "evidence.json"
#define EVIDENCE_FILE_MAX (256u << 10) /* bytes that a reader takes of it */

/* Returns: (transfer full): the text of the file */
char *evidence_file_text(const EvidenceRecord *record);

/* Reads such a text. Pictures are there without their JPEG. Returns: (transfer full): or %NULL with
 * %GANTRY_ERROR_INVALID */
EvidenceRecord *evidence_file_parse(const char *text, size_t size, GError **error);

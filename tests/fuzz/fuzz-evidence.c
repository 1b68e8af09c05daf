/* Records of evidence from a damaged disk: refused, or sound enough to be written again as they
 * are. */
#include <glib.h>
#include <string.h>

#include "appliance/stores/evidence-file.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(EvidenceRecord) record = evidence_file_parse((const char *)data, size, &error);

    g_assert_true((record == NULL) == (error != NULL));
    if (record == NULL)
        return 0;
    g_autofree char *first = evidence_file_text(record);
    g_autoptr(EvidenceRecord) again = evidence_file_parse(first, strlen(first), &error);

    g_assert_no_error(error);
    g_autofree char *second = evidence_file_text(again);

    g_assert_cmpstr(first, ==, second);
    return 0;
}

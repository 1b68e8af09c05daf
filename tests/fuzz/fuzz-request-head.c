/* Heads of requests as anybody may send them: a verdict never changes with what comes later, and
 * what passes holds nothing that two programs could read in two ways. */
#include <glib.h>
#include <string.h>

#include "appliance/http/request-head.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree char *bytes = g_memdup2(data, MAX(size, 1));
    const RequestHead whole = request_head_scan(bytes, size);

    g_assert_true(whole.size == 0 || whole.status == 0);
    g_assert_true((whole.status == 0) == (whole.wrong == NULL));
    g_assert_cmpuint(whole.size, <=, MIN(size, HEAD_MAX));
    g_assert_cmpuint(whole.body, <=, HEAD_BODY_MAX);
    if (whole.size == 0)
        return 0;
    g_assert_cmpuint(request_head_scan(bytes, whole.size).size, ==, whole.size);
    g_assert_cmpuint(request_head_scan(bytes, whole.size - 1).size, ==, 0);
    g_assert_true(memcmp(bytes + whole.size - 4, "\r\n\r\n", 4) == 0);
    g_assert_null(memchr(bytes, '\0', whole.size));
    g_assert_null(g_strstr_len(bytes, (gssize)whole.size - 4, "\r\n\r\n"));
    return 0;
}

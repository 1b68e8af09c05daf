/* Appending datagrams to a file. */
#include "pipelines/worker/record.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "pipelines/base/error.h"

struct Record {
    FILE *file; /* NULL once it failed */
};

Record *
record_new(const char *path, GError **error)
{
    FILE *file = fopen(path, "wbe");
    Record *record = NULL;

    if (file == NULL) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "recording to \"%s\": %s", path,
                    g_strerror(errno));
        return NULL;
    }
    record = g_new0(Record, 1);
    record->file = file;
    return record;
}

void
record_free(Record *record)
{
    if (record == NULL)
        return;
    if (record->file != NULL)
        (void)fclose(record->file);
    g_free(record);
}

bool
record_add(Record *record, GBytes *datagram, MonoUs at_us)
{
    gsize size = 0;
    const void *data = g_bytes_get_data(datagram, &size);
    const uint32_t length = GUINT32_TO_LE((uint32_t)size);
    const int64_t at = GINT64_TO_LE(at_us);

    if (record->file == NULL)
        return true;
    if (fwrite(&length, sizeof length, 1, record->file) == 1 &&
        fwrite(&at, sizeof at, 1, record->file) == 1 &&
        fwrite(data, 1, size, record->file) == size && fflush(record->file) == 0)
        return true;
    (void)fclose(record->file);
    record->file = NULL;
    return false;
}

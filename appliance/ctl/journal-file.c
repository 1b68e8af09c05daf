/* Segments of a folder in order, their records, and a line for each. */
#include "appliance/ctl/journal-file.h"

#include <string.h>

#include "appliance/ctl/table.h"
#include "appliance/events/segment.h"

#define SUFFIX            ".segment"
#define MAX_SEGMENT_BYTES (256u * 1024 * 1024) /* a larger file is no segment of ours */

static int
by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* @path itself, or the segments in it. Returns: (element-type utf8): empty if there is none */
static GPtrArray *
list_segments(const char *path)
{
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    if (dir == NULL && g_file_test(path, G_FILE_TEST_IS_REGULAR))
        g_ptr_array_add(paths, g_strdup(path));
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        if (g_str_has_suffix(name, SUFFIX))
            g_ptr_array_add(paths, g_build_filename(path, name, NULL));
    }
    g_ptr_array_sort(paths, by_name);
    return paths;
}

static void
print_event(const Event *event, bool json)
{
    static const char *const columns[] = {"SEQ",  "AT",   "KIND",  "SEVERITY", "RESOURCE",
                                          "TYPE", "TEXT", "ACTOR", NULL};
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(event->wall_us / US_PER_SECOND);
    g_autofree char *line = NULL;

    if (json) {
        line = event_to_json(event);
        g_print("%s\n", line);
        return;
    }
    g_autofree char *at =
        time != NULL ? g_date_time_format(time, "%Y-%m-%dT%H:%M:%S") : g_strdup("");
    g_autofree char *whole =
        g_strdup_printf("%s.%03dZ", at, (int)(event->wall_us % US_PER_SECOND / US_PER_MS));
    g_autofree char *seq = g_strdup_printf("%" G_GUINT64_FORMAT, event->seq);
    g_autoptr(Table) table = table_new(columns);
    const bool alarm = event_is_alarm(event);

    table_add(table,
              (const char *const[]){seq, whole, event_kind_name(event->kind),
                                    alarm ? severity_name(event->severity) : "", event->resource,
                                    alarm ? fault_info((unsigned)event->fault)->name : "",
                                    event->text, event->actor});
    line = table_render(table, false, false);
    g_print("%s", line);
}

/* @after moves on. Returns: whether all of the file was sound */
static bool
print_segment(const char *path, guint64 *after, bool json)
{
    g_autofree char *data = NULL;
    g_autoptr(GError) error = NULL;
    gsize size = 0;
    SegmentHeader header;
    SegmentRecord record;
    unsigned foreign = 0;

    if (!g_file_get_contents(path, &data, &size, &error)) {
        g_printerr("gantryctl: %s\n", error->message);
        return false;
    }
    if (size > MAX_SEGMENT_BYTES || !segment_header_read(data, size, &header)) {
        g_printerr("gantryctl: %s is no segment of a journal.\n", path);
        return false;
    }
    SegmentWalk walk = {.data = (const uint8_t *)data,
                        .size = size,
                        .offset = SEGMENT_HEADER_BYTES,
                        .after_seq = *after};

    while (segment_walk_next(&walk, &record)) {
        g_autoptr(Event) event = event_decode(record.payload, record.size, NULL);

        *after = record.seq;
        if (event == NULL) {
            foreign++;
            continue;
        }
        event->seq = record.seq;
        print_event(event, json);
    }
    if (walk.skipped > 0)
        g_printerr("gantryctl: %s: %zu damaged bytes were passed over.\n", path, walk.skipped);
    if (foreign > 0)
        g_printerr("gantryctl: %s: %u records are no events.\n", path, foreign);
    return walk.skipped == 0 && foreign == 0;
}

CtlStatus
journal_file_print(const char *path, guint64 after, bool json)
{
    g_autoptr(GPtrArray) paths = list_segments(path);
    bool sound = true;

    if (paths->len == 0) {
        g_printerr("gantryctl: no segment of a journal in %s; it is the folder \"journal\" below "
                   "the state folder.\n",
                   path);
        return CTL_NOT_FOUND;
    }
    for (guint i = 0; i < paths->len; i++)
        sound &= print_segment(g_ptr_array_index(paths, i), &after, json);
    return sound ? CTL_OK : CTL_FAILURE;
}

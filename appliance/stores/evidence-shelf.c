/* A list of folders, kept in order of time. */
#include "appliance/stores/evidence-shelf.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "appliance/events/evidence-reader.h"
#include "appliance/stores/evidence-file.h"
#include "pipelines/base/slug.h"

#define BLOCK_BYTES 512u /* of stat() */

typedef struct {
    char *alarm_id;
    WallUs since_us;
    uint64_t bytes;
} Item;

struct EvidenceShelf {
    char *folder;
    GSequence *items; /* (element-type Item), oldest first */
    uint64_t bytes;
};

static void
item_free(gpointer data)
{
    Item *item = data;

    g_free(item->alarm_id);
    g_free(item);
}

static int
by_time(gconstpointer a, gconstpointer b, gpointer user_data)
{
    const Item *first = a, *second = b;

    if (first->since_us != second->since_us)
        return first->since_us < second->since_us ? -1 : 1;
    return strcmp(first->alarm_id, second->alarm_id);
}

/* Calls @each for every file in @path, a folder that this program made: not what links lead to. */
static void
each_file(const char *path, void (*each)(const char *file, gpointer data), gpointer data)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name = NULL;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *file = g_build_filename(path, name, NULL);

        each(file, data);
    }
}

static void
add_size(const char *file, gpointer data)
{
    uint64_t *bytes = data;
    struct stat about;

    if (lstat(file, &about) == 0)
        *bytes += (uint64_t)about.st_blocks * BLOCK_BYTES;
}

static void
delete_file(const char *file, gpointer data)
{
    (void)g_unlink(file);
}

/* Both of an alarm's folders. */
static void
each_of_alarm(const char *path, void (*each)(const char *file, gpointer data), gpointer data)
{
    g_autofree char *clip = g_build_filename(path, EVIDENCE_CLIP_FOLDER, NULL);

    each_file(clip, each, data);
    each_file(path, each, data);
}

static void
delete_folder(const char *path)
{
    g_autofree char *clip = g_build_filename(path, EVIDENCE_CLIP_FOLDER, NULL);

    each_of_alarm(path, delete_file, NULL);
    (void)g_rmdir(clip);
    (void)g_rmdir(path);
}

static EvidenceRecord *
read_record(const char *path)
{
    g_autofree char *file = g_build_filename(path, EVIDENCE_FILE, NULL);
    g_autofree char *text = NULL;
    gsize size = 0;

    if (!g_file_get_contents(file, &text, &size, NULL))
        return NULL;
    return evidence_file_parse(text, size, NULL);
}

EvidenceShelf *
evidence_shelf_read(const char *folder, EvidenceFound found, gpointer user_data)
{
    EvidenceShelf *shelf = g_new0(EvidenceShelf, 1);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name = NULL;

    shelf->folder = g_strdup(folder);
    shelf->items = g_sequence_new(item_free);
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_autoptr(EvidenceRecord) record = slug_is_valid(name) ? read_record(path) : NULL;

        if (record != NULL && strcmp(record->alarm_id, name) == 0) {
            evidence_shelf_weigh(shelf, name, record->since_us);
            found(name, record->since_us, record->clip.state == EVIDENCE_CLIP_PENDING, user_data);
        } else if (slug_is_valid(name)) {
            delete_folder(path);
        }
    }
    return shelf;
}

void
evidence_shelf_free(EvidenceShelf *shelf)
{
    if (shelf == NULL)
        return;
    g_sequence_free(shelf->items);
    g_free(shelf->folder);
    g_free(shelf);
}

uint64_t
evidence_shelf_bytes(const EvidenceShelf *shelf)
{
    return shelf->bytes;
}

size_t
evidence_shelf_count(const EvidenceShelf *shelf)
{
    return (size_t)g_sequence_get_length(shelf->items);
}

static void
take_off(EvidenceShelf *shelf, GSequenceIter *place)
{
    shelf->bytes -= ((Item *)g_sequence_get(place))->bytes;
    g_sequence_remove(place);
}

void
evidence_shelf_weigh(EvidenceShelf *shelf, const char *alarm_id, WallUs since_us)
{
    g_autofree char *path = g_build_filename(shelf->folder, alarm_id, NULL);
    Item *item = g_new0(Item, 1);

    item->alarm_id = g_strdup(alarm_id);
    item->since_us = since_us;
    each_of_alarm(path, add_size, &item->bytes);
    GSequenceIter *before = g_sequence_lookup(shelf->items, item, by_time, NULL);

    if (before != NULL)
        take_off(shelf, before);
    shelf->bytes += item->bytes;
    g_sequence_insert_sorted(shelf->items, item, by_time, NULL);
}

char *
evidence_shelf_drop_oldest(EvidenceShelf *shelf, const char *keep)
{
    for (GSequenceIter *place = g_sequence_get_begin_iter(shelf->items);
         !g_sequence_iter_is_end(place); place = g_sequence_iter_next(place)) {
        const Item *item = g_sequence_get(place);

        if (strcmp(item->alarm_id, keep) == 0)
            continue;
        g_autofree char *path = g_build_filename(shelf->folder, item->alarm_id, NULL);
        char *alarm_id = g_strdup(item->alarm_id);

        delete_folder(path);
        take_off(shelf, place);
        return alarm_id;
    }
    return NULL;
}

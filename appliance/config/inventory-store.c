/* Generations on disk: whole files, synced before they count. */
#include "appliance/config/inventory-store.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipelines/base/error.h"

#define SUFFIX        ".json"
#define TEMPORARY     ".new"
#define RESERVE       "reserve" /* file with its blocks taken, for a save on a full disk */
#define RESERVE_BYTES ((size_t)1 << 20)
#define KEEP_AT_LEAST 10u /* generations that are never deleted to make room */

static bool
fail(GError **error, const char *doing, const char *path)
{
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "%s %s: %s", doing, path,
                g_strerror(errno));
    return false;
}

/* The generation that a file of this name holds, or 0. */
static uint64_t
generation_of(const char *name)
{
    g_autofree char *number = NULL;
    guint64 generation = 0;

    if (!g_str_has_suffix(name, SUFFIX))
        return 0;
    number = g_strndup(name, strlen(name) - strlen(SUFFIX));
    if (!g_ascii_string_to_unsigned(number, 10, 1, G_MAXINT64 - 1, &generation, NULL))
        return 0;
    return generation;
}

static int
newest_first(gconstpointer a, gconstpointer b)
{
    const uint64_t *left = a;
    const uint64_t *right = b;

    return *left > *right ? -1 : *left < *right ? 1 : 0;
}

GArray *
inventory_generations(const char *folder, GError **error)
{
    g_autoptr(GArray) generations = g_array_new(false, false, sizeof(uint64_t));
    g_autoptr(GError) problem = NULL;
    g_autoptr(GDir) dir = g_dir_open(folder, 0, &problem);
    const char *name;

    if (dir == NULL && !g_error_matches(problem, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "%s", problem->message);
        return NULL;
    }
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        const uint64_t generation = generation_of(name);

        if (generation != 0)
            g_array_append_val(generations, generation);
    }
    g_array_sort(generations, newest_first);
    return g_steal_pointer(&generations);
}

static char *
path_of(const char *folder, uint64_t generation, const char *more)
{
    return g_strdup_printf("%s/%" G_GUINT64_FORMAT SUFFIX "%s", folder, generation, more);
}

static Inventory *
load_one(const char *folder, uint64_t generation, GError **error)
{
    g_autofree char *path = path_of(folder, generation, "");
    g_autofree char *text = NULL;
    g_autoptr(GError) problem = NULL;
    gsize size = 0;
    GStatBuf status;

    if (g_stat(path, &status) == 0 && status.st_size > (off_t)INVENTORY_MAX_BYTES) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "%s: larger than %u bytes", path,
                    INVENTORY_MAX_BYTES);
        return NULL;
    }
    if (!g_file_get_contents(path, &text, &size, &problem)) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "%s", problem->message);
        return NULL;
    }
    g_autoptr(Inventory) inventory = inventory_from_json(text, size, error);

    if (inventory == NULL) {
        g_prefix_error(error, "%s: ", path);
        return NULL;
    }
    if (inventory->generation != generation) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "%s: holds generation %" G_GUINT64_FORMAT, path, inventory->generation);
        return NULL;
    }
    return g_steal_pointer(&inventory);
}

Inventory *
inventory_load_generation(const char *folder, uint64_t generation, GError **error)
{
    g_autofree char *path = path_of(folder, generation, "");

    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND,
                    "there is no generation %" G_GUINT64_FORMAT "; the last %u are kept",
                    generation, INVENTORY_KEEP);
        return NULL;
    }
    return load_one(folder, generation, error);
}

Inventory *
inventory_load(const char *folder, char **ret_skipped, GError **error)
{
    g_autoptr(GArray) generations = inventory_generations(folder, error);
    g_autoptr(GString) skipped = g_string_new(NULL);

    if (generations == NULL)
        return NULL;
    if (generations->len == 0) {
        if (ret_skipped != NULL)
            *ret_skipped = NULL;
        return inventory_new();
    }
    for (guint i = 0; i < generations->len; i++) {
        g_autoptr(GError) problem = NULL;
        Inventory *inventory = load_one(folder, g_array_index(generations, uint64_t, i), &problem);

        if (inventory == NULL) {
            g_string_append_printf(skipped, "%s%s", i > 0 ? "; " : "", problem->message);
            continue;
        }
        inventory->next_generation = g_array_index(generations, uint64_t, 0) + 1;
        if (ret_skipped != NULL)
            *ret_skipped = skipped->len > 0 ? g_strdup(skipped->str) : NULL;
        return inventory;
    }
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "no generation is valid: %s",
                skipped->str);
    return NULL;
}

static bool
write_all(int fd, const char *text, size_t size)
{
    while (size > 0) {
        const ssize_t written = write(fd, text, size);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        text += written;
        size -= (size_t)written;
    }
    return true;
}

/* @mode: O_CREAT | O_TRUNC for a new file; 0 for one whose blocks are to be used again.
 * Returns: 0, or the errno of what failed */
static int
write_synced(const char *path, const char *text, int mode)
{
    const size_t size = strlen(text);
    const int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | mode, 0600);

    if (fd < 0)
        return errno;
    const bool good =
        write_all(fd, text, size) && ftruncate(fd, (off_t)size) == 0 && fsync(fd) == 0;
    const int why = good ? 0 : errno;

    if (close(fd) != 0 && good)
        return errno;
    return why;
}

static bool
sync_folder(const char *folder, GError **error)
{
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool good = fd >= 0 && fsync(fd) == 0;
    const int why = errno;

    if (fd >= 0)
        close(fd);
    errno = why;
    return good ? true : fail(error, "syncing", folder);
}

/* What cannot be deleted is deleted next time. */
static void
delete_beyond(const char *folder, guint keep)
{
    g_autoptr(GArray) generations = inventory_generations(folder, NULL);

    for (guint i = keep; generations != NULL && i < generations->len; i++) {
        g_autofree char *path = path_of(folder, g_array_index(generations, uint64_t, i), "");

        (void)g_unlink(path);
    }
}

/* Makes the reserve, large enough for an inventory twice this size. */
static void
keep_reserve(const char *folder, size_t size)
{
    g_autofree char *path = g_build_filename(folder, RESERVE, NULL);
    const size_t wanted = MAX(RESERVE_BYTES, 2 * size);
    GStatBuf status;

    if (g_stat(path, &status) == 0 && status.st_size >= (off_t)wanted)
        return;
    const int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0)
        return;
    if (posix_fallocate(fd, 0, (off_t)wanted) != 0)
        (void)g_unlink(path);
    close(fd);
}

static bool
is_full(int why)
{
    return why == ENOSPC || why == EDQUOT;
}

/* Writes @text to a new file at @path. On a full disk the reserve becomes that file; without one,
 * old generations go. */
static bool
write_somehow(const char *folder, const char *path, const char *text, GError **error)
{
    g_autofree char *reserve = g_build_filename(folder, RESERVE, NULL);
    int why = write_synced(path, text, O_CREAT | O_TRUNC);

    if (is_full(why) && g_rename(reserve, path) == 0)
        why = write_synced(path, text, 0);
    if (is_full(why)) {
        (void)g_unlink(path);
        delete_beyond(folder, KEEP_AT_LEAST);
        why = write_synced(path, text, O_CREAT | O_TRUNC);
    }
    if (why == 0)
        return true;
    (void)g_unlink(path);
    errno = why;
    return fail(error, "writing", path);
}

/* Writes @text whole to @path, by way of a temporary file. */
static bool
replace_file(const char *folder, uint64_t generation, const char *text, GError **error)
{
    g_autofree char *path = path_of(folder, generation, "");
    g_autofree char *temporary = path_of(folder, generation, TEMPORARY);

    if (!write_somehow(folder, temporary, text, error))
        return false;
    if (g_rename(temporary, path) == 0)
        return true;
    fail(error, "renaming", temporary);
    (void)g_unlink(temporary);
    return false;
}

bool
inventory_save(const char *folder, const Inventory *inventory, GError **error)
{
    g_autofree char *path = path_of(folder, inventory->generation, "");
    g_autofree char *text = inventory_to_json(inventory);

    g_return_val_if_fail(inventory->generation > 0, false);

    if (g_mkdir_with_parents(folder, 0700) != 0)
        return fail(error, "making", folder);
    if (!replace_file(folder, inventory->generation, text, error))
        return false;
    if (!sync_folder(folder, error)) {
        (void)g_unlink(path);
        return false;
    }
    delete_beyond(folder, INVENTORY_KEEP);
    keep_reserve(folder, strlen(text));
    return true;
}

/* A damaged generation is none that anybody could read a name in by the API; it is left alone. */
static bool
forget_in(const char *folder, uint64_t generation, ErasedNames *erased, GError **error)
{
    g_autoptr(Inventory) old = load_one(folder, generation, NULL);
    g_autoptr(Inventory) without = old != NULL ? inventory_without_people(old, erased) : NULL;

    if (without == old)
        return true;
    g_autofree char *text = inventory_to_json(without);

    return replace_file(folder, generation, text, error);
}

bool
inventory_forget(const char *folder, ErasedNames *erased, uint64_t below, GError **error)
{
    g_autoptr(GArray) generations = inventory_generations(folder, error);

    if (generations == NULL)
        return false;
    for (guint i = 0; i < generations->len; i++) {
        const uint64_t generation = g_array_index(generations, uint64_t, i);

        if (generation < below && !forget_in(folder, generation, erased, error))
            return false;
    }
    return sync_folder(folder, error);
}

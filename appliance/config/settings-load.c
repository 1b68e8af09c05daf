/* Settings from files and folders of drop-ins, in the order in which they count. */
#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "appliance/config/settings-parts.h"
#include "pipelines/base/error.h"

#define SUFFIX       ".conf"
#define MAX_DROP_INS 256u

Settings *
settings_parse(const char *file, const char *text, size_t size, GError **error)
{
    g_autoptr(KeyFile) key_file = key_file_new();

    g_return_val_if_fail(file != NULL && (text != NULL || size == 0), NULL);

    if (!key_file_add(key_file, file, text != NULL ? text : "", size, error))
        return NULL;
    return settings_from_key_file(key_file, error);
}

static bool
add_file(KeyFile *key_file, const char *path, GError **error)
{
    g_autoptr(GError) problem = NULL;
    g_autofree char *text = NULL;
    gsize size = 0;
    GStatBuf status;

    if (g_stat(path, &status) == 0 && status.st_size > (off_t)SETTINGS_MAX_BYTES) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "%s:1: larger than %u bytes", path,
                    SETTINGS_MAX_BYTES);
        return false;
    }
    if (!g_file_get_contents(path, &text, &size, &problem)) {
        g_set_error(error, GANTRY_ERROR,
                    g_error_matches(problem, G_FILE_ERROR, G_FILE_ERROR_NOENT)
                        ? GANTRY_ERROR_NOT_FOUND
                        : GANTRY_ERROR_INVALID,
                    "%s", problem->message);
        return false;
    }
    return key_file_add(key_file, path, text, size, error);
}

/* Notes the drop-ins of @folder in @paths, name to path; those of earlier folders are replaced. */
static bool
list_folder(const char *folder, GHashTable *paths, GError **error)
{
    g_autoptr(GError) problem = NULL;
    g_autoptr(GDir) dir = g_dir_open(folder, 0, &problem);
    const char *name;

    if (g_error_matches(problem, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return true;
    if (dir == NULL) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "%s", problem->message);
        return false;
    }
    while ((name = g_dir_read_name(dir)) != NULL) {
        if (name[0] != '.' && g_str_has_suffix(name, SUFFIX))
            g_hash_table_replace(paths, g_strdup(name), g_build_filename(folder, name, NULL));
    }
    if (g_hash_table_size(paths) > MAX_DROP_INS) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "%s: more than %u files", folder,
                    MAX_DROP_INS);
        return false;
    }
    return true;
}

Settings *
settings_load(const char *const *files, const char *const *folders, GError **error)
{
    g_autoptr(KeyFile) key_file = key_file_new();
    g_autoptr(GHashTable) drop_ins = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

    for (; files != NULL && *files != NULL; files++) {
        if (!add_file(key_file, *files, error))
            return NULL;
    }
    for (; folders != NULL && *folders != NULL; folders++) {
        if (!list_folder(*folders, drop_ins, error))
            return NULL;
    }
    g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(drop_ins), (GCompareFunc)strcmp);

    for (GList *at = names; at != NULL; at = at->next) {
        if (!add_file(key_file, g_hash_table_lookup(drop_ins, at->data), error))
            return NULL;
    }
    return settings_from_key_file(key_file, error);
}

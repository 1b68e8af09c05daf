/* Reading key files line by line. */
#include "appliance/config/key-file.h"

#include <string.h>

#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

#define ERROR_MAX_BYTES 400

static void
key_entry_free(KeyEntry *entry)
{
    g_free(entry->group);
    g_free(entry->key);
    g_free(entry->value);
    g_free(entry);
}

KeyFile *
key_file_new(void)
{
    KeyFile *key_file = g_new0(KeyFile, 1);

    key_file->files = g_ptr_array_new_with_free_func(g_free);
    key_file->entries = g_ptr_array_new_with_free_func((GDestroyNotify)key_entry_free);
    return key_file;
}

void
key_file_free(KeyFile *key_file)
{
    if (key_file == NULL)
        return;
    g_ptr_array_unref(key_file->entries);
    g_ptr_array_unref(key_file->files);
    g_free(key_file);
}

bool
key_entry_refuse(const KeyEntry *entry, GError **error, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *clean = text_clean(what, ERROR_MAX_BYTES);

    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "%s:%u: %s", entry->file, entry->line,
                clean);
    return false;
}

static KeyEntry *
find(KeyFile *key_file, const char *group, const char *key)
{
    for (guint i = 0; i < key_file->entries->len; i++) {
        KeyEntry *entry = key_file->entries->pdata[i];

        if (g_strcmp0(entry->key, key) == 0 && g_str_equal(entry->group, group))
            return entry;
    }
    return NULL;
}

const KeyEntry *
key_file_take(KeyFile *key_file, const char *group, const char *key)
{
    KeyEntry *entry = find(key_file, group, key);

    if (entry != NULL)
        entry->taken = true;
    return entry;
}

static bool
add_entry(KeyFile *key_file, KeyEntry *entry, GError **error)
{
    KeyEntry *old = find(key_file, entry->group, entry->key);

    if (old != NULL && old->key != NULL && old->file == entry->file) {
        key_entry_refuse(entry, error, "key %s of [%s] stands in line %u already", entry->key,
                         entry->group, old->line);
        key_entry_free(entry);
        return false;
    }
    if (key_file->entries->len >= KEY_FILE_MAX_ENTRIES) {
        key_entry_refuse(entry, error, "more than %u keys", KEY_FILE_MAX_ENTRIES);
        key_entry_free(entry);
        return false;
    }
    if (old != NULL)
        g_ptr_array_remove(key_file->entries, old);
    g_ptr_array_add(key_file->entries, entry);
    return true;
}

static KeyEntry *
entry_new(const KeyEntry *at, const char *group, const char *key, const char *value)
{
    KeyEntry *entry = g_new0(KeyEntry, 1);

    entry->file = at->file;
    entry->line = at->line;
    entry->group = g_strdup(group);
    entry->key = g_strdup(key);
    entry->value = g_strdup(value);
    return entry;
}

/* Takes one line, already stripped; @group is the one that it stands in, and may change. */
static bool
add_line(KeyFile *key_file, const KeyEntry *at, char *line, char **group, GError **error)
{
    char *equals = strchr(line, '=');
    const size_t length = strlen(line);

    if (line[0] == '\0' || line[0] == '#' || line[0] == ';')
        return true;
    if (line[0] == '[' && line[length - 1] == ']') {
        line[length - 1] = '\0';
        g_free(*group);
        *group = g_strdup(g_strstrip(line + 1));
        return add_entry(key_file, entry_new(at, *group, NULL, NULL), error);
    }
    if (equals == NULL)
        return key_entry_refuse(at, error, "\"%s\" is neither [group] nor key=value nor # comment",
                                line);
    if (*group == NULL)
        return key_entry_refuse(at, error, "\"%s\" stands before the first [group]", line);
    *equals = '\0';
    g_strstrip(line);
    g_strstrip(equals + 1);
    if (strlen(equals + 1) > KEY_FILE_MAX_VALUE)
        return key_entry_refuse(at, error, "the value of %s is longer than %u bytes", line,
                                KEY_FILE_MAX_VALUE);
    return add_entry(key_file, entry_new(at, *group, line, equals + 1), error);
}

bool
key_file_add(KeyFile *key_file, const char *file, const char *text, size_t size, GError **error)
{
    char *name = g_strdup(file);
    g_autofree char *group = NULL;
    KeyEntry at = {.file = name, .line = 1};

    g_ptr_array_add(key_file->files, name);
    if (!g_utf8_validate_len(text, size, NULL))
        return key_entry_refuse(&at, error, "not UTF-8 text");
    g_autofree char *whole = g_strndup(text, size);
    g_auto(GStrv) lines = g_strsplit(whole, "\n", -1);

    for (; lines[at.line - 1] != NULL; at.line++) {
        if (!add_line(key_file, &at, g_strstrip(lines[at.line - 1]), &group, error))
            return false;
    }
    return true;
}

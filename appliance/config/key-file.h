/* Key files (`[group]`, `key=value`, `#` comments) of which every entry remembers its file and
 * line, so that whoever refuses one can say where it stands. Pure. For the files of settings only.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define KEY_FILE_MAX_ENTRIES 2000u
#define KEY_FILE_MAX_VALUE   4096u /* bytes */

typedef struct {
    const char *file; /* no-ref: of the KeyFile */
    unsigned line;
    char *group;
    char *key; /* %NULL: the header of @group itself */
    char *value;
    bool taken; /* somebody knew what to do with it */
} KeyEntry;

typedef struct {
    GPtrArray *files;   /* (element-type utf8): names that entries point to */
    GPtrArray *entries; /* (element-type KeyEntry): what counts; later files replace earlier ones */
} KeyFile;

KeyFile *key_file_new(void);
void key_file_free(KeyFile *key_file); /* (nullable) */

/* Adds the @size bytes of @text as file @file. A key twice in one file is refused; one of an
 * earlier file is replaced. Returns: false with `FILE:LINE: ...` */
bool key_file_add(KeyFile *key_file,
                  const char *file,
                  const char *text,
                  size_t size,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The entry of @group and @key, now taken; or %NULL. Returns: (transfer none) */
const KeyEntry *key_file_take(KeyFile *key_file, const char *group, const char *key);

/* Sets @error to `FILE:LINE: ...`; always returns false. */
bool key_entry_refuse(const KeyEntry *entry, GError **error, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(KeyFile, key_file_free)

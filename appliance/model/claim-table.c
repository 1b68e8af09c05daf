/* Entries are few and read at logins alone: they are split each time. */
#include "appliance/model/claim-table.h"

#include <string.h>

typedef struct {
    char *theirs;
    char *ours;
} Entry;

static void
entry_clear(Entry *entry)
{
    g_clear_pointer(&entry->theirs, g_free);
    g_clear_pointer(&entry->ours, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Entry, entry_clear)

static bool
entry_read(const char *text, Entry *ret_entry)
{
    const char *sign = strrchr(text, '=');

    if (sign == NULL)
        return false;
    *ret_entry =
        (Entry){g_strstrip(g_strndup(text, (gsize)(sign - text))), g_strstrip(g_strdup(sign + 1))};
    return *ret_entry->theirs != '\0' && *ret_entry->ours != '\0';
}

static bool
is_among(const char *word, char *const *words)
{
    return words != NULL && g_strv_contains((const char *const *)words, word);
}

bool
claim_table_check(const char *table, bool roles, char **ret_wrong)
{
    g_auto(GStrv) entries = g_strsplit(table, ",", 0);

    for (size_t i = 0; *table != '\0' && entries[i] != NULL; i++) {
        g_auto(Entry) entry = {0};

        if (entry_read(entries[i], &entry) && (!roles || role_from_name(entry.ours) != ROLE_NONE))
            continue;
        *ret_wrong = g_strstrip(g_strdup(entries[i]));
        return false;
    }
    return true;
}

Role
claim_table_role(const char *table, char *const *words)
{
    g_auto(GStrv) entries = g_strsplit(table, ",", 0);
    Role role = ROLE_NONE;

    for (size_t i = 0; entries[i] != NULL; i++) {
        g_auto(Entry) entry = {0};

        if (entry_read(entries[i], &entry) && is_among(entry.theirs, words))
            role = MAX(role, role_from_name(entry.ours));
    }
    return role;
}

bool
claim_table_scope(const char *table, char *const *words, Scope *ret_scope)
{
    g_auto(GStrv) entries = g_strsplit(table, ",", 0);
    g_autoptr(GStrvBuilder) groups = g_strv_builder_new();
    size_t n = 0;

    if (*table == '\0') {
        *ret_scope = (Scope){0};
        return true;
    }
    for (size_t i = 0; entries[i] != NULL; i++) {
        g_auto(Entry) entry = {0};

        if (!entry_read(entries[i], &entry) || !is_among(entry.theirs, words))
            continue;
        if (g_str_equal(entry.ours, CLAIM_EVERYTHING)) {
            *ret_scope = (Scope){0};
            return true;
        }
        g_strv_builder_add(groups, entry.ours);
        n++;
    }
    if (n == 0 || n > SCOPE_NAMES_MAX)
        return false;
    *ret_scope = (Scope){.limited = true, .groups = g_strv_builder_end(groups)};
    return true;
}

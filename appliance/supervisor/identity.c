/* Ids read from the state folder and from the kernel. */
#include "appliance/supervisor/identity.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "pipelines/base/error.h"

#define BOOT_ID_FILE "/proc/sys/kernel/random/boot_id"

static char *
read_uuid(const char *path)
{
    g_autofree char *text = NULL;

    if (!g_file_get_contents(path, &text, NULL, NULL))
        return NULL;
    g_strstrip(text);
    return g_uuid_string_is_valid(text) ? g_steal_pointer(&text) : NULL;
}

gboolean
identity_load(const char *state_folder, Identity *ret_identity, GError **error)
{
    g_autofree char *folder = g_build_filename(state_folder, "journal", NULL);
    g_autofree char *path = g_build_filename(folder, "id", NULL);
    g_autofree char *journal_id = NULL;
    g_autoptr(GError) reason = NULL;

    if (g_mkdir_with_parents(folder, 0700) != 0) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "making the folder %s: %s",
                    folder, g_strerror(errno));
        return FALSE;
    }
    journal_id = read_uuid(path);
    if (journal_id == NULL) {
        journal_id = g_uuid_string_random();
        if (!g_file_set_contents_full(path, journal_id, -1,
                                      G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                      0600, &reason)) {
            g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "writing %s: %s", path,
                        reason->message);
            return FALSE;
        }
    }
    char *boot_id = read_uuid(BOOT_ID_FILE);

    *ret_identity = (Identity){.journal_id = g_steal_pointer(&journal_id),
                               .boot_id = boot_id != NULL ? boot_id : g_uuid_string_random(),
                               .monitor_id = g_strdup(g_get_host_name())};
    return TRUE;
}

void
identity_clear(Identity *identity)
{
    g_free(identity->journal_id);
    g_free(identity->boot_id);
    g_free(identity->monitor_id);
    *identity = (Identity){0};
}

/* Ids read from the kernel. */
#include "appliance/supervisor/identity.h"

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

void
identity_load(Identity *ret_identity)
{
    char *boot_id = read_uuid(BOOT_ID_FILE);

    *ret_identity = (Identity){.boot_id = boot_id != NULL ? boot_id : g_uuid_string_random(),
                               .monitor_id = g_strdup(g_get_host_name())};
}

void
identity_clear(Identity *identity)
{
    g_free(identity->boot_id);
    g_free(identity->monitor_id);
    *identity = (Identity){0};
}

char *
identity_make_uuid(gpointer unused)
{
    return g_uuid_string_random();
}

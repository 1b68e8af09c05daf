/* Capabilities, limits, and the order of all. */
#include "pipelines/worker/sandbox.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pipelines/base/error.h"
#include "pipelines/worker/sandbox-parts.h"

#define OPEN_FILES_MAX 160 /* a segment is open for each channel of a multiplex */
#define DATA_FIELD     5   /* of /proc/self/statm, from 0: pages of data and stacks */

bool
sandbox_fail(const char *what, int number, GError **error)
{
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "sandbox: %s: %s", what,
                g_strerror(number));
    return false;
}

/* Capabilities and Landlock hold for one thread only. */
static bool
is_alone(GError **error)
{
    g_autoptr(GDir) threads = g_dir_open("/proc/self/task", 0, error);
    unsigned n = 0;

    if (threads == NULL) {
        g_prefix_error(error, "sandbox: ");
        return false;
    }
    while (g_dir_read_name(threads) != NULL)
        n++;
    return n == 1 || sandbox_fail("another thread runs already", EBUSY, error);
}

/* Those of a root that starts workers itself, too: from its bounding set, so that nothing brings
 * them back. Who may not take them out of the set has none to lose. */
static bool
drop_capabilities(GError **error)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};
    struct __user_cap_data_struct held[_LINUX_CAPABILITY_U32S_3] = {0};

    (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    for (unsigned long each = 0; prctl(PR_CAPBSET_READ, each, 0, 0, 0) >= 0; each++)
        (void)prctl(PR_CAPBSET_DROP, each, 0, 0, 0);
    /* systemd forbids the call to those to whom it left nothing to give up. */
    if (syscall(SYS_capget, &header, held) == 0 && memcmp(held, none, sizeof held) == 0)
        return true;
    return syscall(SYS_capset, &header, none) == 0 ||
           sandbox_fail("giving up capabilities", errno, error);
}

/* Bytes of data and stacks at present, which the limit speaks of, too. */
static uint64_t
data_in_use(void)
{
    g_autofree char *text = NULL;
    guint64 pages = 0;

    if (!g_file_get_contents("/proc/self/statm", &text, NULL, NULL))
        return 0;
    g_auto(GStrv) fields = g_strsplit(g_strchomp(text), " ", -1);

    if (g_strv_length(fields) > DATA_FIELD)
        (void)g_ascii_string_to_unsigned(fields[DATA_FIELD], 10, 0, G_MAXUINT64, &pages, NULL);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void
limit_resources(void)
{
    const struct rlimit files = {OPEN_FILES_MAX, OPEN_FILES_MAX};
    const struct rlimit nothing = {0, 0};
    const uint64_t used = data_in_use();
    const struct rlimit memory = {used + SANDBOX_MEMORY_BYTES,
                                  used + SANDBOX_MEMORY_BYTES +
                                      SANDBOX_MEMORY_SERVICES_MAX * SANDBOX_MEMORY_SERVICE_BYTES};

    (void)setrlimit(RLIMIT_NOFILE, &files);
    (void)setrlimit(RLIMIT_CORE, &nothing);
    (void)setrlimit(RLIMIT_DATA, &memory);
}

bool
sandbox_enter(const SandboxFolders *folders, GError **error)
{
    if (!is_alone(error))
        return false;
    limit_resources();
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return sandbox_fail("giving up new privileges", errno, error);
    return drop_capabilities(error) && sandbox_confine_files(folders, error) &&
           sandbox_confine_calls(error);
}

void
sandbox_set_services(size_t n_services)
{
    const size_t more = MIN(n_services > 0 ? n_services - 1 : 0, SANDBOX_MEMORY_SERVICES_MAX);
    struct rlimit memory;

    if (getrlimit(RLIMIT_DATA, &memory) != 0 || memory.rlim_max == RLIM_INFINITY)
        return;
    memory.rlim_cur =
        memory.rlim_max - (SANDBOX_MEMORY_SERVICES_MAX - more) * SANDBOX_MEMORY_SERVICE_BYTES;
    (void)setrlimit(RLIMIT_DATA, &memory);
}

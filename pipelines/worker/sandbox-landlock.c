/* Landlock, as much of it as the kernel has. What this library's headers do not know yet is written
 * down here as the kernel's documentation has it. */
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pipelines/worker/sandbox-parts.h"

#define RIGHT_TRUNCATE (UINT64_C(1) << 14) /* from version 3 on */
#define NET_TCP_BOTH   (UINT64_C(3))       /* bind and connect; from version 4 on */
#define SCOPE_BOTH     (UINT64_C(3))       /* abstract sockets and signals; from version 6 on */

#define READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define WRITE                                                                                      \
    (READ | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |                          \
     LANDLOCK_ACCESS_FS_REMOVE_FILE | RIGHT_TRUNCATE)
#define WRITE_BELOW (WRITE | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR)
#define FILE_READ   LANDLOCK_ACCESS_FS_READ_FILE
#define FILE_WRITE  (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE)

/* What a kernel of a version can forbid. */
typedef struct {
    long version;
    unsigned rights; /* over files: all bits below this */
    size_t size;     /* of Handled that it knows */
} Version;

/* struct landlock_ruleset_attr of version 6 */
typedef struct {
    uint64_t files;
    uint64_t network;
    uint64_t scoped;
} Handled;

static const Version versions[] = {
    {6, 16, sizeof(Handled)},  {5, 16, 2 * sizeof(uint64_t)}, {4, 15, 2 * sizeof(uint64_t)},
    {3, 15, sizeof(uint64_t)}, {2, 14, sizeof(uint64_t)},     {1, 13, sizeof(uint64_t)},
};

typedef struct {
    const char *path;
    uint64_t rights;
} PathRule;

/* What measuring needs to see. The libraries are loaded already; tables of character sets and time
 * zones may still be. */
static const PathRule path_rules[] = {
    {"/usr/lib", READ},        {"/usr/share/zoneinfo", READ}, {"/etc/localtime", FILE_READ},
    {"/proc/self", READ},      {"/proc/sys/net", READ},       {"/sys/devices/system/cpu", READ},
    {"/dev/null", FILE_WRITE}, {"/dev/urandom", FILE_READ},
};

static bool
allow_path(int ruleset, const char *path, uint64_t rights)
{
    struct landlock_path_beneath_attr rule = {.allowed_access = rights};
    bool added = false;

    rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
    if (rule.parent_fd < 0)
        return errno == ENOENT;
    added = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
    close(rule.parent_fd);
    return added;
}

/* Makes the rules of @version in force. */
static bool
confine(const Version *version, const SandboxFolders *folders, GError **error)
{
    const Handled handled = {.files = (UINT64_C(1) << version->rights) - 1,
                             .network = NET_TCP_BOTH,
                             .scoped = SCOPE_BOTH};
    const int ruleset = (int)syscall(SYS_landlock_create_ruleset, &handled, version->size, 0);

    if (ruleset < 0)
        return sandbox_fail("making Landlock rules", errno, error);
    bool good = folders->own == NULL || allow_path(ruleset, folders->own, WRITE & handled.files);

    if (folders->segments != NULL)
        good = good && allow_path(ruleset, folders->segments, WRITE_BELOW & handled.files);
    for (size_t i = 0; i < G_N_ELEMENTS(path_rules); i++)
        good = good && allow_path(ruleset, path_rules[i].path, path_rules[i].rights);
    good = good && syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
    const int number = errno;

    close(ruleset);
    return good || sandbox_fail("confining files by Landlock", number, error);
}

bool
sandbox_confine_files(const SandboxFolders *folders, GError **error)
{
    const long version =
        syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

    for (size_t i = 0; i < G_N_ELEMENTS(versions); i++) {
        if (version >= versions[i].version)
            return confine(&versions[i], folders, error);
    }
    return true;
}

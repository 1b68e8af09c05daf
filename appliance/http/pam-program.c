/* gantry-pam SERVICE USER [FOLDER]: asks PAM whether the password on standard input, up to its end,
 * is USER's, and whether USER may log in. Says so by its exit status (pam-program.h) alone. FOLDER:
 * of the service's file, in place of /etc/pam.d. */
#include <limits.h>
#include <security/pam_appl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "appliance/http/pam-program.h"
#include "pipelines/base/clock.h"

#define PASSWORD_MAX 512
#define REPLIES_MAX  16

/* The password to whoever asks for something unseen, nothing to any other question. */
static int
answer(int n, const struct pam_message **messages, struct pam_response **ret_replies, void *data)
{
    struct pam_response *replies = NULL;

    if (n <= 0 || n > REPLIES_MAX)
        return PAM_CONV_ERR;
    replies = calloc((size_t)n, sizeof *replies);
    if (replies == NULL)
        return PAM_BUF_ERR;
    for (int i = 0; i < n; i++) {
        if (messages[i]->msg_style == PAM_PROMPT_ECHO_OFF)
            replies[i].resp = strdup((const char *)data);
    }
    *ret_replies = replies;
    return PAM_SUCCESS;
}

/* An answer is not to tell by its delay; whoever started this limits attempts. */
static void
no_delay(int status, unsigned delay_us, void *data)
{
}

static size_t
read_password(char *password)
{
    size_t size = 0;
    ssize_t n = 1;

    while (n > 0 && size < PASSWORD_MAX - 1) {
        n = read(STDIN_FILENO, password + size, PASSWORD_MAX - 1 - size);
        size += n > 0 ? (size_t)n : 0;
    }
    return size;
}

static int
judge(int status)
{
    switch (status) {
    case PAM_SUCCESS:
        return PAM_PROGRAM_RIGHT;
    case PAM_AUTH_ERR:
    case PAM_USER_UNKNOWN:
    case PAM_MAXTRIES:
    case PAM_ACCT_EXPIRED:
    case PAM_NEW_AUTHTOK_REQD:
    case PAM_PERM_DENIED:
    case PAM_CRED_INSUFFICIENT:
        return PAM_PROGRAM_WRONG;
    default:
        return PAM_PROGRAM_AWAY;
    }
}

/* Without its file PAM would take the service "other", which may let in whoever has a Unix
 * password. */
static bool
is_there(const char *folder, const char *service)
{
    static const char *const usual[] = {"/etc/pam.d", "/usr/lib/pam.d"};
    char path[PATH_MAX];

    if (folder != NULL)
        return snprintf(path, sizeof path, "%s/%s", folder, service) < (int)sizeof path &&
               access(path, R_OK) == 0;
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        if (is_there(usual[i], service))
            return true;
    }
    return false;
}

/* The child's part. */
static int
ask(const char *service, const char *user, const char *folder)
{
    char password[PASSWORD_MAX] = "";
    const struct pam_conv talk = {answer, password};
    union {
        void (*function)(int, unsigned, void *);
        const void *item;
    } delay = {no_delay};
    pam_handle_t *handle = NULL;
    int status = PAM_SYSTEM_ERR;

    if (!is_there(folder, service))
        return PAM_PROGRAM_AWAY;
    if (read_password(password) == 0) /* LDAP takes a name without a password for nobody, gladly */
        return PAM_PROGRAM_WRONG;
    if (pam_start_confdir(service, user, &talk, folder, &handle) != PAM_SUCCESS)
        return PAM_PROGRAM_AWAY;
    (void)pam_set_item(handle, PAM_FAIL_DELAY, delay.item);
    status = pam_authenticate(handle, PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK);
    if (status == PAM_SUCCESS)
        status = pam_acct_mgmt(handle, PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK);
    (void)pam_end(handle, status);
    explicit_bzero(password, sizeof password);
    return judge(status);
}

/* Until @child ends, PAM_PROGRAM_S are over, or somebody asks to end. @signals are blocked. Orphans
 * that end meanwhile are let go. Returns: its status */
static int
await(pid_t child, const sigset_t *signals)
{
    const MonoUs end_us = boot_now_us() + PAM_PROGRAM_S * US_PER_SECOND;
    int64_t left_us = 0;
    int how = 0;
    pid_t got = 0;

    while (got >= 0) {
        got = waitpid(-1, &how, WNOHANG);
        left_us = end_us - boot_now_us();
        if (got == child)
            return WIFEXITED(how) ? WEXITSTATUS(how) : PAM_PROGRAM_AWAY;
        if (got == 0) {
            const struct timespec left = {.tv_sec = left_us / US_PER_SECOND,
                                          .tv_nsec = left_us % US_PER_SECOND * 1000};

            if (left_us <= 0 || sigtimedwait(signals, NULL, &left) == SIGTERM)
                return PAM_PROGRAM_AWAY;
        }
    }
    return PAM_PROGRAM_AWAY;
}

/* Kills every child. Returns: whether there was one. */
static bool
kill_children(void)
{
    char path[64];
    FILE *list = NULL;
    int pid = 0;
    bool any = false;

    (void)snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    list = fopen(path, "re");
    if (list == NULL)
        return false;
    while (fscanf(list, "%d", &pid) == 1) {
        any = true;
        (void)kill(pid, SIGKILL);
    }
    (void)fclose(list);
    return any;
}

int
main(int argc, char **argv)
{
    sigset_t signals;
    pid_t child = 0;
    int status = PAM_PROGRAM_AWAY;

    if (argc < 3 || argc > 4 || prctl(PR_SET_CHILD_SUBREAPER, 1) != 0 ||
        sigemptyset(&signals) != 0 || sigaddset(&signals, SIGCHLD) != 0 ||
        sigaddset(&signals, SIGTERM) != 0 || sigprocmask(SIG_BLOCK, &signals, NULL) != 0)
        return PAM_PROGRAM_AWAY;
    child = fork();
    if (child == 0) {
        (void)sigprocmask(SIG_UNBLOCK, &signals, NULL);
        _exit(ask(argv[1], argv[2], argc == 4 ? argv[3] : NULL));
    }
    if (child > 0)
        status = await(child, &signals);
    while (kill_children()) /* ends of parents make new children here */
        (void)waitpid(-1, NULL, 0);
    return status;
}

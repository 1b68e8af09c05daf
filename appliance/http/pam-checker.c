/* One child an attempt. */
#include "appliance/http/pam-checker.h"

#include <gio/gio.h>
#include <signal.h>
#include <string.h>

#include "appliance/http/pam-program.h"

struct PamChecker {
    const AccessOptions *options; /* no-ref */
    GPtrArray *asks;              /* (element-type Ask): on their way */
};

typedef struct {
    PamChecker *checker; /* no-ref */
    GSubprocess *child;
    GSource *deadline;
    PamAsked done;
    gpointer user_data;
} Ask;

PamChecker *
pam_checker_new(const AccessOptions *options)
{
    PamChecker *checker = NULL;

    if (options->pam_service == NULL || *options->pam_service == '\0')
        return NULL;
    checker = g_new0(PamChecker, 1);
    checker->options = options;
    checker->asks = g_ptr_array_new();
    return checker;
}

void
pam_checker_free(PamChecker *checker)
{
    GMainContext *context = g_main_context_get_thread_default();

    if (checker == NULL)
        return;
    for (guint i = 0; i < checker->asks->len; i++) {
        const Ask *ask = (const Ask *)checker->asks->pdata[i];

        if (ask->child != NULL)
            g_subprocess_send_signal(ask->child, SIGTERM);
    }
    while (checker->asks->len > 0) /* each ends what it has started, and itself, at once */
        g_main_context_iteration(context, TRUE); /* lint: allow, the loop itself has ended */
    g_ptr_array_unref(checker->asks);
    g_free(checker);
}

static PamAnswer
answer_of(const Ask *ask)
{
    if (!g_subprocess_get_if_exited(ask->child))
        return PAM_ANSWER_AWAY;
    switch (g_subprocess_get_exit_status(ask->child)) {
    case PAM_PROGRAM_RIGHT:
        return PAM_ANSWER_RIGHT;
    case PAM_PROGRAM_WRONG:
        return PAM_ANSWER_WRONG;
    default:
        return PAM_ANSWER_AWAY;
    }
}

static void
on_ended(GObject *source, GAsyncResult *result, gpointer data)
{
    Ask *ask = (Ask *)data;
    PamAnswer answer = PAM_ANSWER_AWAY;

    (void)g_subprocess_communicate_finish(ask->child, result, NULL, NULL, NULL);
    /* A child that ends without having read its input makes that fail; its status still counts. */
    answer = answer_of(ask);
    g_ptr_array_remove_fast(ask->checker->asks, ask);
    if (answer == PAM_ANSWER_AWAY)
        g_warning("PAM service %s does not answer", ask->checker->options->pam_service);
    ask->done(answer, ask->user_data);
    g_source_destroy(ask->deadline);
    g_source_unref(ask->deadline);
    g_object_unref(ask->child);
    g_free(ask);
}

/* gantry-pam gives up earlier by itself; this one does not even do that. */
static gboolean
on_deadline(gpointer data)
{
    g_subprocess_force_exit(((Ask *)data)->child);
    return G_SOURCE_REMOVE;
}

static void
wipe(gpointer data)
{
    explicit_bzero(data, strlen((const char *)data));
    g_free(data);
}

/* Returns: (transfer full) (nullable) */
static GSubprocess *
start(const AccessOptions *options, const char *user)
{
    g_autoptr(GError) error = NULL;
    GSubprocess *child =
        g_subprocess_new(G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                             G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                         &error, options->pam_program, options->pam_service, user,
                         *options->pam_folder != '\0' ? options->pam_folder : NULL, NULL);

    if (child == NULL)
        g_warning("PAM: %s", error->message);
    return child;
}

/* A program that cannot be started is told of later, as the others. */
static gboolean
on_not_begun(gpointer data)
{
    Ask *ask = (Ask *)data;

    g_ptr_array_remove_fast(ask->checker->asks, ask);
    ask->done(PAM_ANSWER_AWAY, ask->user_data);
    g_source_unref(ask->deadline);
    g_free(ask);
    return G_SOURCE_REMOVE;
}

bool
pam_check(
    PamChecker *checker, const char *user, const char *password, PamAsked done, gpointer user_data)
{
    Ask *ask = NULL;
    g_autoptr(GBytes) input = NULL;

    if (checker->asks->len >= PAM_ASK_MAX)
        return false;
    ask = g_new0(Ask, 1);
    *ask = (Ask){.checker = checker,
                 .child = start(checker->options, user),
                 .done = done,
                 .user_data = user_data};
    ask->deadline =
        ask->child != NULL ? g_timeout_source_new_seconds(PAM_PROGRAM_S + 2) : g_idle_source_new();
    g_source_set_callback(ask->deadline, ask->child != NULL ? on_deadline : on_not_begun, ask,
                          NULL);
    g_source_attach(ask->deadline, g_main_context_get_thread_default());
    g_ptr_array_add(checker->asks, ask);
    if (ask->child == NULL)
        return true;
    char *secret = g_strdup(password);

    input = g_bytes_new_with_free_func(secret, strlen(secret), wipe, secret);
    g_subprocess_communicate_async(ask->child, input, NULL, on_ended, ask);
    return true;
}

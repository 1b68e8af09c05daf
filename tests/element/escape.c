/* Children that are locked in and then try. */
#include "tests/element/escape.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pipelines/worker/sandbox.h"

#define INPUT "one"

static void
put_file(const char *state, const char *name)
{
    g_autofree char *path = g_build_filename(state, name, NULL);
    g_autofree char *folder = g_path_get_dirname(path);

    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    g_assert_true(g_file_set_contents(path, "secret", -1, NULL));
}

static pid_t
start_neighbour(void)
{
    const pid_t child = fork();

    g_assert_cmpint(child, >=, 0);
    if (child > 0)
        return child;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;)
        (void)pause();
}

EscapeWorld
escape_world_new(void)
{
    char *state = g_dir_make_tmp("gantry-escape-XXXXXX", NULL);
    EscapeWorld world = {
        .state = state,
        .own = g_build_filename(state, "run", "workers", INPUT, NULL),
        .segments = g_build_filename(state, "segments", INPUT, NULL),
    };

    put_file(state, "inventory/00000001.json");
    put_file(state, "events/0000000000000001.log");
    put_file(state, "secrets/mysql");
    put_file(state, "run/workers/two/config");
    put_file(state, "run/workers/two.pid");
    put_file(state, "run/workers/one/config");
    put_file(state, "segments/two/channel/1.ts");
    g_assert_cmpint(g_mkdir_with_parents(world.segments, 0700), ==, 0);
    world.neighbour = start_neighbour();
    return world;
}

void
escape_world_clear(EscapeWorld *world)
{
    const char *const argv[] = {"rm", "-rf", "--", world->state, NULL};

    /* Whatever was tried, it is still there and was not stopped. */
    g_assert_cmpint(waitpid(world->neighbour, NULL, WNOHANG | WUNTRACED), ==, 0);
    (void)kill(world->neighbour, SIGKILL);
    (void)waitpid(world->neighbour, NULL, 0);
    g_assert_true(g_spawn_sync(NULL, (char **)(void *)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
                               NULL, NULL, NULL, NULL));
    g_free(world->state);
    g_free(world->own);
    g_free(world->segments);
}

int
escape_outcome(const EscapeWorld *world, const EscapeAttempt *attempt)
{
    const SandboxFolders folders = {world->own, world->segments};
    const pid_t child = fork();
    int status = 0;

    if (child == 0) {
        if (!sandbox_enter(&folders, NULL))
            _exit(ESCAPE_NO_CAGE);
        _exit(attempt->attempt(world) ? ESCAPE_ALLOWED : ESCAPE_REFUSED);
    }
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

void
escape_all_denied(const EscapeWorld *world, const EscapeAttempt *attempts)
{
    unsigned out = 0;

    for (const EscapeAttempt *at = attempts; at->name != NULL; at++) {
        const int outcome = escape_outcome(world, at);
        const bool denied = outcome == ESCAPE_REFUSED || outcome == -SIGSYS;

        out += !denied;
        g_test_message("%s: %s (%d)", at->name,
                       outcome == ESCAPE_REFUSED ? "refused"
                       : outcome == -SIGSYS      ? "ended for it"
                                                 : "NOT DENIED",
                       outcome);
    }
    g_assert_cmpuint(out, ==, 0);
}

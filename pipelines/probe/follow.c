/* A file plays as its packets would have come: the first of them sets the clock. */
#include "pipelines/probe/follow.h"

#include <stdio.h>
#include <stdlib.h>

#include "pipelines/base/clock.h"
#include "pipelines/probe/follow-view.h"

#define DRAW_US  US_PER_SECOND
#define EARLY_US (5 * US_PER_MS) /* packets are not waited for one by one */

struct Follow {
    ProbeSession *session;
    ReportScope scope;
    Console *console;
    bool to_stderr;
    bool coloured;
    MonoUs origin_us; /* console time less stream time */
    bool started;
    MonoUs draw_us; /* stream time of the next picture */
};

Follow *
follow_new(ProbeSession *session, const ReportScope *scope, Console *console, bool to_stderr)
{
    Follow *follow = g_new0(Follow, 1);

    follow->session = session;
    follow->scope = *scope;
    follow->console = console;
    follow->to_stderr = to_stderr;
    follow->coloured = g_strcmp0(g_getenv("TERM"), "dumb") != 0 && !g_getenv("NO_COLOR");
    return follow;
}

void
follow_free(Follow *follow)
{
    g_free(follow);
}

void
follow_draw(Follow *follow, MonoUs now_us)
{
    unsigned columns, rows;

    if (!console_has_screen(follow->console)) {
        g_autofree char *line = follow_line(follow->session, &follow->scope, now_us);
        FILE *out = follow->to_stderr ? stderr : stdout;

        fprintf(out, "%s\n", line);
        fflush(out);
        return;
    }
    console_size(follow->console, &columns, &rows);
    g_autoptr(Frame) frame = frame_new(columns, rows, follow->coloured);

    console_draw(follow->console, follow_view(follow->session, &follow->scope, now_us, frame));
}

/* Returns: whether it was time */
static bool
draw_in_time(Follow *follow, MonoUs now_us)
{
    if (!follow->started) {
        follow->started = true;
        follow->draw_us = console_has_screen(follow->console) ? now_us : now_us + DRAW_US;
    }
    if (now_us < follow->draw_us)
        return false;
    follow_draw(follow, now_us);
    follow->draw_us += (now_us - follow->draw_us) / DRAW_US * DRAW_US + DRAW_US;
    return true;
}

MonoUs
follow_tick(Follow *follow, MonoUs now_us)
{
    draw_in_time(follow, now_us);
    return follow->draw_us;
}

/* Returns: false when the user ended it */
static bool
wait_until(Follow *follow, MonoUs present_us, MonoUs until_us)
{
    switch (console_wait(follow->console, -1, until_us)) {
    case CONSOLE_QUIT:
        return false;
    case CONSOLE_RESIZE:
        follow_draw(follow, present_us);
        return true;
    case CONSOLE_TIME:
    case CONSOLE_INPUT:
        return true;
    }
    return true;
}

bool
follow_wait(MonoUs now_us, void *user_data)
{
    Follow *follow = user_data;

    if (!follow->started)
        follow->origin_us = boot_now_us() - now_us;
    for (;;) {
        const MonoUs present_us = MIN(boot_now_us() - follow->origin_us, now_us);
        const bool drawn = draw_in_time(follow, present_us);
        const bool due = present_us + EARLY_US >= now_us;

        /* Keys are looked at with each picture, even by a probe that cannot keep up. */
        if (due && !drawn)
            return true;
        if (!wait_until(follow, present_us,
                        due ? 0 : follow->origin_us + MIN(now_us, follow->draw_us)))
            return false;
    }
}

/* Signals arrive on a file descriptor beside the keys, so nothing happens in a handler. */
#include "pipelines/probe/console.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "pipelines/base/clock.h"

#define SCREEN_ON   "\033[?1049h\033[?25l\033[2J" /* a screen of its own, no cursor */
#define SCREEN_OFF  "\033[?25h\033[?1049l"
#define WAIT_MAX_MS 60000

struct Console {
    int signals; /* file descriptor, -1: none */
    sigset_t before;
    bool screen;
    bool keys; /* @terminal is to be restored */
    struct termios terminal;
};

static void
write_all(const char *text)
{
    gsize left = strlen(text);

    while (left > 0) {
        const ssize_t n = write(STDOUT_FILENO, text, left);

        if (n <= 0)
            return; /* nobody looks any more */
        text += n;
        left -= (gsize)n;
    }
}

/* No echo and no waiting for a whole line; Ctrl-C stays a signal, Ctrl-Z is off: it would leave the
 * screen as it is. */
static void
take_keys(Console *console)
{
    struct termios raw;

    if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &console->terminal) != 0)
        return;
    raw = console->terminal;
    raw.c_lflag &= (tcflag_t) ~(ICANON | ECHO);
    raw.c_cc[VMIN] = 0;
    raw.c_cc[VTIME] = 0;
    raw.c_cc[VSUSP] = _POSIX_VDISABLE;
    console->keys = tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
}

Console *
console_new(bool screen)
{
    Console *console = g_new0(Console, 1);
    sigset_t taken;

    sigemptyset(&taken);
    sigaddset(&taken, SIGINT);
    sigaddset(&taken, SIGTERM);
    sigaddset(&taken, SIGHUP);
    sigaddset(&taken, SIGWINCH);
    pthread_sigmask(SIG_BLOCK, &taken, &console->before);
    console->signals = signalfd(-1, &taken, SFD_NONBLOCK | SFD_CLOEXEC);
    console->screen = screen && isatty(STDOUT_FILENO);
    if (!console->screen)
        return console;
    take_keys(console);
    write_all(SCREEN_ON);
    return console;
}

void
console_free(Console *console)
{
    if (!console)
        return;
    if (console->screen)
        write_all(SCREEN_OFF);
    if (console->keys)
        tcsetattr(STDIN_FILENO, TCSANOW, &console->terminal);
    if (console->signals >= 0)
        close(console->signals);
    pthread_sigmask(SIG_SETMASK, &console->before, NULL);
    g_free(console);
}

bool
console_has_screen(const Console *console)
{
    return console->screen;
}

void
console_size(const Console *console, unsigned *ret_columns, unsigned *ret_rows)
{
    struct winsize size = {0};
    const bool told = console->screen && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;

    *ret_columns = told && size.ws_col > 0 ? size.ws_col : 80;
    *ret_rows = told && size.ws_row > 0 ? size.ws_row : 24;
}

void
console_draw(Console *console, const char *text)
{
    if (console->screen)
        write_all(text);
}

static bool
quits_by_signal(const Console *console, bool *ret_resized)
{
    struct signalfd_siginfo info;
    bool quit = false;

    while (read(console->signals, &info, sizeof info) == sizeof info) {
        if (info.ssi_signo == SIGWINCH)
            *ret_resized = true;
        else
            quit = true;
    }
    return quit;
}

static bool
quits_by_key(Console *console)
{
    char keys[16];
    const ssize_t n = read(STDIN_FILENO, keys, sizeof keys);

    for (ssize_t i = 0; i < n; i++)
        if (keys[i] == 'q' || keys[i] == 'Q')
            return true;
    return false;
}

ConsoleEvent
console_wait(Console *console, int fd, MonoUs until_us)
{
    struct pollfd fds[] = {
        {.fd = console->signals, .events = POLLIN},
        {.fd = console->keys ? STDIN_FILENO : -1, .events = POLLIN},
        {.fd = fd, .events = POLLIN},
    };
    const int64_t left_us = until_us - boot_now_us();
    const int wait_ms = (int)CLAMP((left_us + 999) / US_PER_MS, 0, WAIT_MAX_MS);
    bool resized = false;

    poll(fds, G_N_ELEMENTS(fds), wait_ms);
    if (fds[0].revents && quits_by_signal(console, &resized))
        return CONSOLE_QUIT;
    if (fds[1].revents && quits_by_key(console))
        return CONSOLE_QUIT;
    if (resized)
        return CONSOLE_RESIZE;
    return fds[2].revents ? CONSOLE_INPUT : CONSOLE_TIME;
}

/* Who sits in front of the probe: keys, signals, the size of the terminal. The one place that
 * waits. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/base/units.h"

typedef struct Console Console;

typedef enum {
    CONSOLE_TIME,   /* the time has come */
    CONSOLE_INPUT,  /* the file descriptor has something to read */
    CONSOLE_RESIZE, /* the terminal has another size */
    CONSOLE_QUIT,   /* q, Ctrl-C, or a signal to end */
} ConsoleEvent;

/* Takes SIGINT, SIGTERM, SIGHUP and SIGWINCH until console_free(). @screen: takes the whole
 * terminal, where standard output is one, and keys, where standard input is one.
 * Returns: (transfer full) */
Console *console_new(bool screen);
void console_free(Console *console); /* (nullable); gives the terminal back as it was */

/* Whether the whole terminal was taken. */
bool console_has_screen(const Console *console);
/* Columns and lines of the screen, at least 1 each; 80 and 24 where it does not tell. */
void console_size(const Console *console, unsigned *ret_columns, unsigned *ret_rows);
void console_draw(Console *console, const char *text);

/* @fd: -1 for none. @until_us: of boot_now_us(). A time that has come is told after all else. */
ConsoleEvent console_wait(Console *console, int fd, MonoUs until_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Console, console_free)

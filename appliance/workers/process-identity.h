/* Which process a pid means: pids are used again, a pid with its start time is not. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    GPid pid;                 /* 0: none */
    uint64_t starttime_ticks; /* field 22 of /proc/PID/stat */
} ProcessIdentity;

/* The process that runs as @pid now; false if there is none, or only its remains. */
bool process_identity_read(GPid pid, ProcessIdentity *ret_identity);

/* The text of a pid file, "pid starttime\n", and back; pure. */
char *process_identity_to_text(const ProcessIdentity *identity);
bool process_identity_from_text(const char *text, ProcessIdentity *ret_identity);

/* Opens a handle to exactly that process, readable once it ended; -1 if it does not run. */
int process_identity_open(const ProcessIdentity *identity);

/* Sends @number to the process behind @handle; false with errno, ESRCH if it ended. */
bool process_handle_signal(int handle, int number);

/* The process's log, folded and limited (log-fold.h), on its way to where it went before. */
#pragma once

/* To be called once, before the first line and the first thread. */
void log_guard_install(void);

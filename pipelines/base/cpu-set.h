/* Lists of processors such as "2-5,8". */
#pragma once

#include <sched.h>
#include <stdbool.h>

/* Returns: false, with @ret_set untouched, for "" and for what is no such list */
bool cpu_set_parse(const char *text, cpu_set_t *ret_set);

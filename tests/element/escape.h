/* Attempts at getting out of the worker's sandbox, each made by a child of its own. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

/* What an attempt may know. */
typedef struct {
    char *state;       /* state folder with what gantryd keeps there; owned */
    char *own;         /* folder of the input; owned */
    char *segments;    /* folder of the input's segments; owned */
    pid_t neighbour;   /* a process of the same user, such as gantryd; 0: none */
    const char *mysql; /* sockets of the stores; (nullable) */
    const char *redis; /* (nullable) */
} EscapeWorld;

typedef struct {
    const char *name;
    bool (*attempt)(const EscapeWorld *world); /* whether it came about */
} EscapeAttempt;

/* Ends of an attempt. */
#define ESCAPE_REFUSED 10 /* it failed, and the process lives */
#define ESCAPE_ALLOWED 11
#define ESCAPE_NO_CAGE 12 /* the sandbox was not entered */

/* Makes the folders, with files of others in them, and the neighbour. */
EscapeWorld escape_world_new(void);
void escape_world_clear(EscapeWorld *world);

/* Runs @attempt locked in. Returns: an end of those above, or minus the signal that ended it */
int escape_outcome(const EscapeWorld *world, const EscapeAttempt *attempt);

/* The test fails if any of @attempts, which ends with a NULL name, comes about; prints each. */
void escape_all_denied(const EscapeWorld *world, const EscapeAttempt *attempts);

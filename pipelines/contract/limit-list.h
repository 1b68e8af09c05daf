/* Typed view of limits.def: what measuring and judging compare with. */
#pragma once

#include <stdbool.h>

typedef enum {
    LIMIT_NONE = 0,
#define LIMIT(number, id, name, unit, shipped, smallest, largest, sentence) LIMIT_##id = number,
#include "pipelines/contract/limits.def"
#undef LIMIT
} LimitId;

#define LIMIT_NUMBER_MAX 63 /* limits are numbered up to this */

typedef struct {
    LimitId number;
    const char *name; /* slug, stable, in API and inventory */
    const char *unit;
    double shipped; /* of the profile "default" */
    double smallest;
    double largest;
    const char *sentence;
} LimitInfo;

/* NULL for a number that stands for no limit. */
const LimitInfo *limit_info(unsigned number);

/* The number of the limit named @name, or LIMIT_NONE. @name: (nullable). */
LimitId limit_by_name(const char *name);

/* The limits of one channel, by LimitId; entries that stand for no limit are 0. */
typedef struct {
    double values[LIMIT_NUMBER_MAX + 1];
} Limits;

/* What limits.def ships. */
Limits limits_shipped(void);

/* Sets one of @limits. Returns: false, and leaves it, for an unknown number or a value out of its
 * range */
bool limits_set(Limits *limits, unsigned number, double value);

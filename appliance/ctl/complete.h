/* Words that a shell may complete a command with. */
#pragma once

#include "appliance/ctl/verbs.h"

/**
 * complete:
 * @words: the command so far, without the program's name; the last one, perhaps "", is to be
 *   completed
 *
 * Prints one candidate a line; ids of channels, alarms and the like are asked of gantryd. Never
 * complains: who completes does not want to read.
 */
void complete(const VerbContext *context, char *const *words);

/* Short words for the indicators, where the names of the standard are too long. */
#pragma once

#include "pipelines/ts/ts-indicators.h"

/* @short_word has 5 letters at most, @word 15; both name what is missing or wrong. */
typedef struct {
    const char *short_word;
    const char *word;
} IndicatorWords;

/* Returns: (transfer none): never NULL */
const IndicatorWords *indicator_words(TsIndicator indicator);

/* 1 to 3, as the standard ranks it. */
unsigned indicator_priority(TsIndicator indicator);

/* Whether a newer indicator, with a letter behind the number, says the same in parts: "1.3" gives
 * way to "1.3.a". Such ones are told to programs, but not to people. */
bool indicator_is_superseded(TsIndicator indicator);

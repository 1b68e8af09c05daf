/* The table of the words. */
#include "pipelines/probe/indicator-words.h"

#include <glib.h>
#include <string.h>

static const IndicatorWords words[TS_INDICATOR_COUNT] = {
    [TS_INDICATOR_SYNC_LOSS] = {"sync", "TS sync loss"},
    [TS_INDICATOR_SYNC_BYTE] = {"byte", "Sync byte"},
    [TS_INDICATOR_PAT] = {"PAT", "PAT"},
    [TS_INDICATOR_PAT_2] = {"PAT", "PAT"},
    [TS_INDICATOR_CONTINUITY] = {"CC", "Continuity"},
    [TS_INDICATOR_PMT] = {"PMT", "PMT"},
    [TS_INDICATOR_PMT_2] = {"PMT", "PMT"},
    [TS_INDICATOR_PID_MISSING] = {"PID", "PID missing"},
    [TS_INDICATOR_TRANSPORT] = {"TEI", "Transport error"},
    [TS_INDICATOR_CRC] = {"CRC", "CRC"},
    [TS_INDICATOR_PCR] = {"PCR", "PCR"},
    [TS_INDICATOR_PCR_REPETITION] = {"PCR", "PCR repetition"},
    [TS_INDICATOR_PCR_DISCONTINUITY] = {"jump", "PCR jump"},
    [TS_INDICATOR_PCR_ACCURACY] = {"accur", "PCR accuracy"},
    [TS_INDICATOR_PTS] = {"PTS", "PTS repetition"},
    [TS_INDICATOR_CAT] = {"CAT", "CAT"},
    [TS_INDICATOR_NIT] = {"NIT", "NIT"},
    [TS_INDICATOR_NIT_ACTUAL] = {"NIT", "NIT actual"},
    [TS_INDICATOR_NIT_OTHER] = {"NIT o", "NIT other"},
    [TS_INDICATOR_SI_REPETITION] = {"SI", "SI repetition"},
    [TS_INDICATOR_BUFFER] = {"buff", "Buffer"},
    [TS_INDICATOR_UNREFERENCED] = {"unref", "Unreferenced"},
    [TS_INDICATOR_UNREFERENCED_2] = {"unref", "Unreferenced"},
    [TS_INDICATOR_SDT] = {"SDT", "SDT"},
    [TS_INDICATOR_SDT_ACTUAL] = {"SDT", "SDT actual"},
    [TS_INDICATOR_SDT_OTHER] = {"SDT o", "SDT other"},
    [TS_INDICATOR_EIT] = {"EIT", "EIT"},
    [TS_INDICATOR_EIT_ACTUAL] = {"EIT", "EIT actual"},
    [TS_INDICATOR_EIT_OTHER] = {"EIT o", "EIT other"},
    [TS_INDICATOR_EIT_PF] = {"EITpf", "EIT p/f pair"},
    [TS_INDICATOR_RST] = {"RST", "RST"},
    [TS_INDICATOR_TDT] = {"TDT", "TDT"},
    [TS_INDICATOR_EMPTY_BUFFER] = {"empty", "Empty buffer"},
    [TS_INDICATOR_DATA_DELAY] = {"delay", "Data delay"},
};

const IndicatorWords *
indicator_words(TsIndicator indicator)
{
    return &words[indicator < TS_INDICATOR_COUNT ? indicator : 0];
}

unsigned
indicator_priority(TsIndicator indicator)
{
    return (unsigned)g_ascii_digit_value(ts_indicator_info(indicator)->number[0]);
}

bool
indicator_is_superseded(TsIndicator indicator)
{
    const char *number = ts_indicator_info(indicator)->number;

    for (TsIndicator other = 0; other < TS_INDICATOR_COUNT; other++) {
        const char *newer = ts_indicator_info(other)->number;

        if (g_str_has_prefix(newer, number) && newer[strlen(number)] == '.')
            return true;
    }
    return false;
}

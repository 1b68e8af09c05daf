/* What is read of the elementary streams: those that a PMT names. */
#include "pipelines/ts/ts-analyser-private.h"

struct TsEs {
    TsComponent component; /* as the PMT has it */
};

void
ts_es_free(TsEs *es)
{
    g_free(es);
}

void
ts_es_follow(TsAnalyser *analyser)
{
}

void
ts_es_packet(TsAnalyser *analyser, TsPid *pid, const TsHeader *header)
{
}

void
ts_es_section(TsAnalyser *analyser, TsPid *pid, const uint8_t *section, size_t size)
{
}

/* Where sections are expected, and what becomes of each. */
#include "pipelines/ts/ts-analyser-private.h"

/* PIDs whose sections are put together whatever the tables say: PAT, CAT, NIT, SDT/BAT, EIT, TOT.
 */
static const uint16_t table_pids[] = {0x00, 0x01, 0x10, 0x11, 0x12, 0x14};

static void
expect_tables(TsAnalyser *analyser, uint16_t pid)
{
    if (pid < TS_PID_NULL && !analyser->sections[pid])
        analyser->sections[pid] = g_new0(TsSections, 1);
}

void
ts_sections_begin(TsAnalyser *analyser)
{
    for (size_t i = 0; i < G_N_ELEMENTS(table_pids); i++)
        expect_tables(analyser, table_pids[i]);
}

void
ts_sections_end(TsAnalyser *analyser)
{
    for (size_t i = 0; i < TS_PID_COUNT; i++)
        if (analyser->sections[i])
            g_free(analyser->sections[i]);
}

/* After a change of the tables: stream types by PID, and where to expect PMTs. */
static void
follow_tables(TsAnalyser *analyser)
{
    bool needed[TS_PID_COUNT] = {false};

    for (size_t i = 0; i < G_N_ELEMENTS(table_pids); i++)
        needed[table_pids[i]] = true;
    for (size_t i = 0; i < analyser->tables.n_services; i++) {
        const TsService *service = &analyser->tables.services[i]->service;

        expect_tables(analyser, service->pmt_pid);
        needed[service->pmt_pid] = true;
    }
    /* The sections being visited belong to one that is needed, or to a PMT PID that the PAT just
     * dropped: that one is kept until the next change. */
    for (size_t i = 0; i < TS_PID_COUNT; i++)
        if (analyser->sections[i] && !needed[i] && !analyser->sections[i]->visiting)
            g_clear_pointer(&analyser->sections[i], g_free);
    ts_es_follow(analyser);
    ts_pids_follow(analyser);
}

typedef struct {
    TsAnalyser *analyser;
    TsPid *pid;
} SectionOf;

static bool
has_crc(const uint8_t *section)
{
    return (section[1] & 0x80) != 0 || section[0] == 0x73;
}

static void
take_section(const uint8_t *section, size_t size, void *user_data)
{
    const SectionOf *of = user_data;

    if (!has_crc(section))
        return;
    if (size < 7 || ts_crc32(section, size) != 0) {
        of->pid->info.crc_errors++;
        return;
    }
    const bool expected = (of->pid->info.pid == 0) == (section[0] == 0);

    if (expected && ts_tables_take(&of->analyser->tables, section, size, of->analyser->now_us))
        follow_tables(of->analyser);
}

void
ts_sections_packet(TsAnalyser *analyser, TsPid *pid, const TsHeader *header)
{
    SectionOf of = {analyser, pid};
    TsSections *sections = analyser->sections[header->pid];

    if (pid->lost || header->discontinuity)
        ts_sections_break(sections);
    sections->visiting = true;
    ts_sections_push(sections, header->bytes + header->payload_at,
                     TS_PACKET_SIZE - header->payload_at, header->unit_start != 0, take_section,
                     &of);
    sections->visiting = false;
}

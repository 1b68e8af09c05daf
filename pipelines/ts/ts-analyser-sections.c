/* Where sections are expected, and what becomes of each. */
#include "pipelines/ts/ts-analyser-private.h"

#define PID_FIRST_FREE 0x20u /* below, PIDs are those of tables */

/* PIDs whose sections are put together whatever the tables say: PAT, CAT, NIT, SDT/BAT, EIT, RST,
 * TDT/TOT, and PSIP of ATSC. */
static const uint16_t table_pids[] = {0x00, 0x01, 0x10, 0x11, 0x12, 0x13, 0x14, 0x1ffb};

static bool
is_fixed(uint16_t pid)
{
    for (size_t i = 0; i < G_N_ELEMENTS(table_pids); i++)
        if (table_pids[i] == pid)
            return true;
    return false;
}

static TsSections *
expect_sections(TsAnalyser *analyser, uint16_t pid)
{
    TsSections *sections = ts_sections_of(analyser, pid);

    if (sections || pid >= TS_PID_NULL)
        return sections;
    sections = g_new0(TsSections, 1);
    sections->pid = pid;
    sections->next = analyser->first_sections;
    analyser->first_sections = sections;
    ts_pid_of(analyser, pid)->sections = sections;
    return sections;
}

void
ts_sections_begin(TsAnalyser *analyser)
{
    for (size_t i = 0; i < G_N_ELEMENTS(table_pids); i++)
        expect_sections(analyser, table_pids[i]);
}

void
ts_sections_end(TsAnalyser *analyser)
{
    for (TsSections *sections = analyser->first_sections; sections;) {
        TsSections *next = sections->next;

        g_free(sections);
        sections = next;
    }
    ts_si_clear(&analyser->si);
}

/* What is wanted of the sections of one PID, of those that follow_tables() has marked so far. */
static void
want(TsAnalyser *analyser, uint16_t pid, bool map, bool es)
{
    TsSections *sections = expect_sections(analyser, pid);

    if (!sections)
        return;
    sections->wanted = true;
    sections->wanted_map |= map;
    sections->wanted_es |= es;
}

static void
want_service(TsAnalyser *analyser, const TsService *service)
{
    want(analyser, service->pmt_pid, true, false);
    for (size_t i = 0; i < service->n_components; i++) {
        const TsComponent *component = &service->components[i];

        if (component->pid >= PID_FIRST_FREE && ts_component_has_sections(component))
            want(analyser, component->pid, false, true);
    }
}

/* Takes over what was wanted. The sections being visited belong to a PID that is wanted, or to one
 * that a table just dropped: that one is kept until the next change.
 * Returns: whether the sections stay */
static bool
settle(TsAnalyser *analyser, TsSections *sections)
{
    if (sections->wanted_map && !sections->is_map)
        sections->map_due = (TsDue){.last_us = analyser->now_us};
    sections->is_map = sections->wanted_map;
    sections->is_es = sections->wanted_es && !sections->wanted_map && !is_fixed(sections->pid);
    return sections->wanted || sections->visiting;
}

/* After a change of the tables. */
static void
follow_tables(TsAnalyser *analyser)
{
    for (TsSections *sections = analyser->first_sections; sections; sections = sections->next)
        sections->wanted = sections->wanted_map = sections->wanted_es = false;
    for (size_t i = 0; i < G_N_ELEMENTS(table_pids); i++)
        want(analyser, table_pids[i], false, false);
    for (size_t i = 0; i < analyser->tables.n_services; i++)
        want_service(analyser, &analyser->tables.services[i]->service);
    for (TsSections **at = &analyser->first_sections; *at;) {
        TsSections *sections = *at;

        if (settle(analyser, sections)) {
            at = &sections->next;
            continue;
        }
        *at = sections->next;
        analyser->pids[sections->pid]->sections = NULL;
        g_free(sections);
    }
    ts_services_follow(analyser);
    ts_es_follow(analyser);
    ts_pids_follow(analyser);
}

static void
take_table(TsAnalyser *analyser, TsPid *pid, const TsSectionHead *head)
{
    const uint16_t number = pid->info.pid;
    const MonoUs epoch_us = ts_epoch_us(analyser);
    TsEvents *events = &analyser->si.events;
    const uint64_t events_before = events->number;
    TsSeen seen;

    ts_rules_place(analyser, number, head->table_id);
    if (!head->current || head->table_id == TS_TABLE_STUFFING)
        return;
    ts_events_at(events, ts_packet_index(analyser), analyser->now_us);
    ts_si_watch(&analyser->si, number, head, epoch_us, &seen);
    ts_rules_section(analyser, number, head->table_id, &seen);
    const bool changed = ts_tables_take(&analyser->tables, number, head, events);

    if (seen.changed && ts_si_take(&analyser->si, number, head, epoch_us, &seen))
        analyser->rules.label_due = true;
    ts_si_tell(&analyser->si, head, number, &seen, events->number != events_before);
    if (!changed)
        return;
    analyser->rules.label_due = true;
    follow_tables(analyser);
}

typedef struct {
    TsAnalyser *analyser;
    TsPid *pid;
} SectionOf;

static void
take_section(const uint8_t *section, size_t size, void *user_data)
{
    const SectionOf *of = user_data;
    const bool has_crc = ts_section_has_crc(section);
    TsSectionHead head;

    if (of->pid->sections->is_es) {
        ts_es_section(of->analyser, of->pid, section, size);
        return;
    }
    if (has_crc && (size < 7 || ts_crc32(section, size) != 0)) {
        of->pid->info.crc_errors++;
        ts_hit(of->analyser, of->pid, TS_INDICATOR_CRC);
        return;
    }
    of->analyser->indicators[TS_INDICATOR_CRC].judged |= has_crc;
    if (ts_section_head(section, size, &head))
        take_table(of->analyser, of->pid, &head);
}

void
ts_sections_packet(TsAnalyser *analyser, TsPid *pid, const TsHeader *header)
{
    SectionOf of = {analyser, pid};
    TsSections *sections = pid->sections;

    ts_rules_packet(analyser, pid, header->scrambled != 0);
    if (pid->lost || header->discontinuity || header->scrambled)
        ts_sections_break(sections);
    if (header->scrambled)
        return;
    sections->visiting = true;
    ts_sections_push(sections, header->bytes + header->payload_at,
                     TS_PACKET_SIZE - header->payload_at, header->unit_start != 0, take_section,
                     &of);
    sections->visiting = false;
}

void
ts_sections_settle(TsAnalyser *analyser)
{
    if (!analyser->rules.label_due)
        return;
    analyser->rules.label_due = false;
    ts_events_at(&analyser->si.events, ts_packet_index(analyser), analyser->now_us);
    analyser->tables.version += ts_si_label(&analyser->si, &analyser->tables);
}

void
ts_sections_tick(TsAnalyser *analyser, MonoUs now_us)
{
    if (now_us - analyser->rules.looked_us < TS_LOOK_US)
        return;
    analyser->rules.looked_us = now_us;
    ts_sections_settle(analyser);
    ts_rules_look(analyser);
}

static bool
names_pid(const TsCa *list, size_t count, uint16_t pid)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].pid == pid)
            return true;
    return false;
}

static bool
service_names_pid(const TsService *service, uint16_t pid)
{
    if (names_pid(service->cas, service->n_cas, pid))
        return true;
    for (size_t i = 0; i < service->n_components; i++)
        if (names_pid(service->components[i].ca, service->components[i].n_ca, pid))
            return true;
    return false;
}

bool
ts_sections_name_pid(const TsAnalyser *analyser, uint16_t pid)
{
    const TsCat *cat = analyser->si.cat;
    const TsAtsc *atsc = analyser->si.atsc;

    if (cat && names_pid(cat->systems, cat->n_systems, pid))
        return true;
    for (size_t i = 0; i < analyser->tables.n_services; i++)
        if (service_names_pid(&analyser->tables.services[i]->service, pid))
            return true;
    for (size_t i = 0; atsc && i < atsc->n_entries; i++)
        if (atsc->entries[i].pid == pid)
            return true;
    return false;
}

/* Which table has to come where and how often is one array; the rest follows from it. Ages are
 * taken at the last packet: what cannot be seen for lack of packets is not claimed. */
#include "pipelines/ts/ts-analyser-rules.h"

#include "pipelines/ts/ts-analyser-private.h"

#define PID_PAT 0x00u
#define PID_CAT 0x01u
#define NONE    TS_INDICATOR_COUNT

#define TABLE_PAT       0x00u
#define TABLE_CAT       0x01u
#define TABLE_PMT       0x02u
#define TABLE_PF_ACTUAL 0x4eu
#define TABLE_PF_OTHER  0x4fu

typedef struct {
    uint16_t pid;
    uint8_t first; /* table_ids, from */
    uint8_t last;  /* to, inclusive */
    TsIndicator indicator;
    TsIndicator legacy; /* counted as well; NONE */
    uint32_t limit_ms;  /* between two of the same section; 0: none */
} TableRule;

static const TableRule table_rules[] = {
    {0x10, 0x40, 0x40, TS_INDICATOR_NIT_ACTUAL, TS_INDICATOR_NIT, 10000},
    {0x10, 0x41, 0x41, TS_INDICATOR_NIT_OTHER, TS_INDICATOR_NIT, 10000},
    {0x11, 0x42, 0x42, TS_INDICATOR_SDT_ACTUAL, TS_INDICATOR_SDT, 2000},
    {0x11, 0x46, 0x46, TS_INDICATOR_SDT_OTHER, TS_INDICATOR_SDT, 10000},
    {0x11, 0x4a, 0x4a, NONE, NONE, 10000},
    {0x12, 0x4e, 0x4e, TS_INDICATOR_EIT_ACTUAL, TS_INDICATOR_EIT, 2000},
    {0x12, 0x4f, 0x4f, TS_INDICATOR_EIT_OTHER, TS_INDICATOR_EIT, 10000},
    {0x12, 0x50, 0x51, NONE, NONE, 10000}, /* the first eight days */
    {0x12, 0x52, 0x5f, NONE, NONE, 30000},
    {0x12, 0x60, 0x61, NONE, NONE, 10000},
    {0x12, 0x62, 0x6f, NONE, NONE, 30000},
    {0x13, 0x71, 0x71, TS_INDICATOR_RST, NONE, 0},
    {0x14, 0x70, 0x70, TS_INDICATOR_TDT, NONE, 30000},
    {0x14, 0x73, 0x73, NONE, NONE, 30000},
};

/* Where only some tables may be: what an intruder counts as. */
typedef struct {
    uint16_t pid;
    TsIndicator indicator;
    TsIndicator legacy;
} PlaceRule;

static const PlaceRule place_rules[] = {
    {0x10, TS_INDICATOR_NIT_ACTUAL, TS_INDICATOR_NIT},
    {0x11, TS_INDICATOR_SDT_ACTUAL, TS_INDICATOR_SDT},
    {0x12, TS_INDICATOR_EIT_ACTUAL, TS_INDICATOR_EIT},
    {0x13, TS_INDICATOR_RST, NONE},
    {0x14, TS_INDICATOR_TDT, NONE},
};

static const TableRule *
rule_of(uint16_t pid, uint8_t table_id)
{
    for (size_t i = 0; i < G_N_ELEMENTS(table_rules); i++)
        if (table_rules[i].pid == pid && table_id >= table_rules[i].first &&
            table_id <= table_rules[i].last)
            return &table_rules[i];
    return NULL;
}

static void
hit(TsAnalyser *analyser, TsPid *pid, TsIndicator indicator)
{
    if (indicator != NONE)
        ts_hit(analyser, pid, indicator);
}

/* It is still missing: the state stays, the count does too. */
static void
keep_fresh(TsAnalyser *analyser, TsPid *pid, TsIndicator indicator)
{
    if (indicator == NONE)
        return;
    analyser->indicators[indicator].last_us = analyser->packet_us;
    if (pid && pid->errors)
        pid->errors[indicator].last_us = analyser->packet_us;
}

static void
judge(TsAnalyser *analyser, TsIndicator indicator)
{
    if (indicator != NONE)
        analyser->indicators[indicator].judged = true;
}

/* What one missing thing counts as. */
typedef struct {
    TsPid *pid; /* (nullable) */
    TsIndicator indicators[3];
} Blame;

static void
hit_all(TsAnalyser *analyser, const Blame *blame)
{
    for (size_t i = 0; i < G_N_ELEMENTS(blame->indicators); i++)
        hit(analyser, blame->pid, blame->indicators[i]);
}

static bool
is_overdue(const TsAnalyser *analyser, MonoUs last_us, MonoUs at_us, int64_t limit_us)
{
    const MonoUs epoch_us = ts_epoch_us(analyser);

    return at_us - (last_us > epoch_us ? last_us : epoch_us) > limit_us;
}

/* It came: late, if nobody said so yet. */
static void
came(TsAnalyser *analyser, TsDue *due, int64_t limit_us, const Blame *blame)
{
    if (!due->absent && is_overdue(analyser, due->last_us, analyser->now_us, limit_us))
        hit_all(analyser, blame);
    due->absent = false;
    due->last_us = analyser->now_us;
}

/* Looks whether it is missing. */
static void
look(TsAnalyser *analyser, TsDue *due, int64_t limit_us, const Blame *blame)
{
    if (!is_overdue(analyser, due->last_us, analyser->packet_us, limit_us))
        return;
    if (!due->absent)
        hit_all(analyser, blame);
    else
        for (size_t i = 0; i < G_N_ELEMENTS(blame->indicators); i++)
            keep_fresh(analyser, blame->pid, blame->indicators[i]);
    due->absent = true;
}

static const Blame pat_pid_blame = {NULL, {TS_INDICATOR_PAT, NONE, NONE}};
static const Blame pat_blame = {NULL, {TS_INDICATOR_PAT_2, NONE, NONE}};
static const Blame cat_blame = {NULL, {TS_INDICATOR_CAT, NONE, NONE}};

static Blame
map_blame(TsAnalyser *analyser, uint16_t pid)
{
    return (Blame){ts_pid_of(analyser, pid), {TS_INDICATOR_PMT, TS_INDICATOR_PMT_2, NONE}};
}

static Blame
blame_of(const TableRule *rule)
{
    return (Blame){NULL, {rule->indicator, rule->legacy, TS_INDICATOR_SI_REPETITION}};
}

void
ts_rules_packet(TsAnalyser *analyser, TsPid *pid, bool scrambled)
{
    const uint16_t number = pid->info.pid;

    if (number == PID_PAT)
        came(analyser, &analyser->rules.pat_pid, TS_TABLE_LIMIT_US, &pat_pid_blame);
    if (!scrambled)
        return;
    if (number == PID_PAT) {
        hit(analyser, NULL, TS_INDICATOR_PAT);
        hit(analyser, NULL, TS_INDICATOR_PAT_2);
    } else if (ts_sections_of(analyser, number)->is_map) {
        hit(analyser, pid, TS_INDICATOR_PMT);
        hit(analyser, pid, TS_INDICATOR_PMT_2);
    }
}

void
ts_rules_place(TsAnalyser *analyser, uint16_t pid, uint8_t table_id)
{
    if (pid == PID_PAT && table_id != TABLE_PAT) {
        hit(analyser, NULL, TS_INDICATOR_PAT);
        hit(analyser, NULL, TS_INDICATOR_PAT_2);
    } else if (pid == PID_CAT && table_id != TABLE_CAT) {
        hit(analyser, NULL, TS_INDICATOR_CAT);
    }
    if (table_id == TS_TABLE_STUFFING || rule_of(pid, table_id) ||
        ts_sections_of(analyser, pid)->is_map)
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(place_rules); i++) {
        const PlaceRule *rule = &place_rules[i];

        if (rule->pid != pid || !analyser->indicators[rule->indicator].judged)
            continue;
        hit(analyser, NULL, rule->indicator);
        hit(analyser, NULL, rule->legacy);
    }
}

static void
take_repetition(TsAnalyser *analyser, const TableRule *rule, const TsSeen *seen)
{
    const Blame blame = blame_of(rule);

    for (size_t i = 0; i < G_N_ELEMENTS(blame.indicators); i++)
        judge(analyser, blame.indicators[i]);
    if (rule->indicator == TS_INDICATOR_EIT_ACTUAL || rule->indicator == TS_INDICATOR_EIT_OTHER)
        judge(analyser, TS_INDICATOR_EIT_PF);
    if (!seen->section)
        return;
    const bool late = rule->limit_ms > 0 && seen->since_us > rule->limit_ms * US_PER_MS;

    if ((late && !seen->section->due.absent) ||
        (seen->since_us >= 0 && seen->since_us < TS_SECTION_GAP_US))
        hit_all(analyser, &blame);
    seen->section->due.absent = false;
}

void
ts_rules_section(TsAnalyser *analyser, uint16_t pid, uint8_t table_id, const TsSeen *seen)
{
    TsSections *sections = ts_sections_of(analyser, pid);
    const TableRule *rule = rule_of(pid, table_id);

    if (pid == PID_PAT && table_id == TABLE_PAT)
        came(analyser, &analyser->rules.pat, TS_TABLE_LIMIT_US, &pat_blame);
    if (pid == PID_CAT && table_id == TABLE_CAT) {
        judge(analyser, TS_INDICATOR_CAT);
        if (analyser->rules.scrambled_from_us != 0)
            came(analyser, &analyser->rules.cat, TS_TABLE_LIMIT_US, &cat_blame);
        else
            analyser->rules.cat = (TsDue){.last_us = analyser->now_us};
    }
    if (sections->is_map && table_id == TABLE_PMT) {
        const Blame blame = map_blame(analyser, pid);

        came(analyser, &sections->map_due, TS_TABLE_LIMIT_US, &blame);
    }
    if (rule && !sections->is_map)
        take_repetition(analyser, rule, seen);
}

static void
look_for_maps(TsAnalyser *analyser)
{
    const TsTables *tables = &analyser->tables;

    for (size_t i = 0; i < tables->n_services; i++) {
        const uint16_t pid = tables->services[i]->service.pmt_pid;
        const Blame blame = map_blame(analyser, pid);

        ts_judged(analyser, blame.pid, TS_INDICATOR_PMT);
        ts_judged(analyser, blame.pid, TS_INDICATOR_PMT_2);
        TsSections *sections = ts_sections_of(analyser, pid);

        if (sections)
            look(analyser, &sections->map_due, TS_TABLE_LIMIT_US, &blame);
    }
}

static void
look_for_cat(TsAnalyser *analyser)
{
    TsRules *rules = &analyser->rules;
    TsDue due = rules->cat;

    if (rules->scrambled_from_us == 0) {
        rules->cat.absent = false;
        return;
    }
    if (due.last_us < rules->scrambled_from_us)
        due.last_us = rules->scrambled_from_us;
    look(analyser, &due, TS_TABLE_LIMIT_US, &cat_blame);
    rules->cat.absent = due.absent;
}

static void
count_scrambled(TsAnalyser *analyser)
{
    TsRules *rules = &analyser->rules;
    uint64_t sum = 0;

    for (size_t i = 0; i < analyser->n_pids; i++)
        sum += analyser->pids[analyser->order[i]]->info.scrambled;
    if (sum == rules->scrambled)
        rules->scrambled_from_us = 0;
    else if (rules->scrambled_from_us == 0)
        rules->scrambled_from_us = analyser->packet_us;
    rules->scrambled = sum;
    if (sum > 0)
        judge(analyser, TS_INDICATOR_CAT);
}

/* EIT present/following: where one of the two sections is present, both must be. */
static void
look_for_pair(TsAnalyser *analyser, TsWatchedTable *table, const TableRule *rule)
{
    static const Blame blame = {NULL, {TS_INDICATOR_EIT_PF, TS_INDICATOR_EIT, NONE}};
    const int64_t limit_us = rule->limit_ms * US_PER_MS;
    bool here[2];
    MonoUs last_us = table->first_us;

    for (uint8_t i = 0; i < 2; i++) {
        const TsWatchedSection *section = ts_table_watch_section(&analyser->si.watch, table, i);

        here[i] =
            section && !is_overdue(analyser, section->due.last_us, analyser->packet_us, limit_us);
        if (section && !here[i])
            last_us = section->due.last_us;
    }
    table->pair.last_us = last_us;
    if (here[0] != here[1])
        look(analyser, &table->pair, limit_us, &blame);
    else
        table->pair.absent = false;
}

static void
scan_table(TsAnalyser *analyser, TsWatchedTable *table)
{
    const TsTableWatch *watch = &analyser->si.watch;
    const TableRule *rule = rule_of(table->key.pid, table->key.table_id);

    if (!rule || rule->limit_ms == 0 || ts_sections_of(analyser, table->key.pid)->is_map)
        return;
    const Blame blame = blame_of(rule);
    const bool pair =
        table->key.table_id == TABLE_PF_ACTUAL || table->key.table_id == TABLE_PF_OTHER;

    for (size_t at = table->first; at != 0; at = watch->sections[at - 1].next) {
        TsWatchedSection *section = &watch->sections[at - 1];

        if (section->version == table->version && (!pair || section->number <= 1))
            look(analyser, &section->due, rule->limit_ms * US_PER_MS, &blame);
    }
    if (pair)
        look_for_pair(analyser, table, rule);
}

/* Tables that stay wanted however long they are missing. */
static bool
is_always_wanted(const TsTableKey *key)
{
    return key->table_id == 0x40 || key->table_id == 0x42 || key->table_id == 0x70;
}

static void
scan(TsAnalyser *analyser)
{
    TsTableWatch *watch = &analyser->si.watch;
    bool stale = false;

    count_scrambled(analyser);
    for (size_t i = 0; i < watch->n_tables; i++) {
        scan_table(analyser, &watch->tables[i]);
        stale |= analyser->packet_us - watch->tables[i].last_us >= TS_WATCH_FORGET_US &&
                 !is_always_wanted(&watch->tables[i].key);
    }
    if (!stale)
        return;
    ts_table_watch_sweep(watch, analyser->packet_us, is_always_wanted);
    analyser->rules.label_due |= ts_si_forget(&analyser->si);
}

void
ts_rules_look(TsAnalyser *analyser)
{
    TsRules *rules = &analyser->rules;

    if (analyser->counters.packets == 0)
        return;
    judge(analyser, TS_INDICATOR_PAT);
    judge(analyser, TS_INDICATOR_PAT_2);
    look(analyser, &rules->pat_pid, TS_TABLE_LIMIT_US, &pat_pid_blame);
    look(analyser, &rules->pat, TS_TABLE_LIMIT_US, &pat_blame);
    look_for_maps(analyser);
    look_for_cat(analyser);
    if (analyser->packet_us - rules->scanned_us < TS_SCAN_US)
        return;
    rules->scanned_us = analyser->packet_us;
    scan(analyser);
}

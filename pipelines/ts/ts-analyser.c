/* Packets go by framing, then header, then what their PID needs: the straight way is short. */
#include "pipelines/ts/ts-analyser.h"

#include <string.h>

#include "pipelines/ts/ts-analyser-private.h"

TsAnalyser *
ts_analyser_new(void)
{
    TsAnalyser *analyser = g_new0(TsAnalyser, 1);

    ts_tables_init(&analyser->tables);
    ts_sections_begin(analyser);
    return analyser;
}

void
ts_analyser_free(TsAnalyser *analyser)
{
    if (!analyser)
        return;
    for (size_t i = 0; i < analyser->n_pids; i++) {
        TsPid *pid = analyser->pids[analyser->order[i]];

        ts_es_free(pid->es);
        g_free(pid->clock);
        g_free(pid->errors);
        g_free(pid);
    }
    ts_es_end(analyser);
    ts_sections_end(analyser);
    ts_tables_clear(&analyser->tables);
    g_free(analyser);
}

void
ts_analyser_set_visitor(TsAnalyser *analyser, TsVisitor visitor, void *user_data)
{
    analyser->visitor = visitor;
    analyser->user_data = user_data;
}

void
ts_analyser_set_tap(TsAnalyser *analyser, TsTap tap, void *user_data)
{
    analyser->tap = tap;
    analyser->tap_data = user_data;
}

void
ts_analyser_set_level(TsAnalyser *analyser, TsLevel level)
{
    analyser->level = level;
}

void
ts_analyser_want_pid(TsAnalyser *analyser, uint16_t pid, bool wanted)
{
    g_return_if_fail(pid < TS_PID_COUNT);
    const uint8_t bit = (uint8_t)(1u << pid % 8);

    if (wanted)
        analyser->wanted[pid / 8] |= bit;
    else
        analyser->wanted[pid / 8] &= (uint8_t)~bit;
    if (analyser->pids[pid])
        analyser->pids[pid]->wanted = wanted;
}

TsPid *
ts_pid_of(TsAnalyser *analyser, uint16_t number)
{
    if (analyser->pids[number])
        return analyser->pids[number];
    TsPid *pid = g_new0(TsPid, 1);

    pid->info.pid = number;
    pid->wanted = (analyser->wanted[number / 8] & 1u << number % 8) != 0;
    analyser->pids[number] = pid;
    analyser->order[analyser->n_pids++] = number;
    ts_es_meet(analyser, pid);
    return pid;
}

static void
show(TsAnalyser *analyser, const TsPid *pid, const TsHeader *header)
{
    const TsPacket packet = {
        .bytes = header->bytes,
        .payload = header->bytes + header->payload_at,
        .payload_size = TS_PACKET_SIZE - header->payload_at,
        .arrival_us = analyser->now_us,
        .pid = (uint16_t)header->pid,
        .unit_start = header->unit_start != 0,
        .random_access = header->random_access != 0,
        .scrambled = header->scrambled != 0,
        .lost_before = pid->lost,
        .discontinuity = header->discontinuity != 0,
    };

    analyser->visitor(&packet, analyser->user_data);
}

static bool
is_deep(const TsAnalyser *analyser)
{
    return analyser->level == TS_LEVEL_ALL;
}

/* PAT and PMTs. */
static bool
is_of_priority_1(const TsPid *pid)
{
    return pid->info.pid == 0 || pid->sections->is_map;
}

static void
take_payload(TsAnalyser *analyser, TsPid *pid, const TsHeader *header)
{
    if (pid->sections && (is_deep(analyser) || is_of_priority_1(pid)))
        ts_sections_packet(analyser, pid, header);
    if (pid->wanted && analyser->visitor)
        show(analyser, pid, header);
    if (pid->es && is_deep(analyser))
        ts_es_packet(analyser, pid, header);
    pid->lost = false;
}

static void
take_packet(TsAnalyser *analyser, const uint8_t *bytes)
{
    TsHeader header;

    ts_header(bytes, &header);
    TsPid *pid = analyser->pids[header.pid];

    if (analyser->tap && header.pid != TS_PID_NULL)
        analyser->tap(bytes, analyser->tap_data);
    if (!pid)
        pid = ts_pid_of(analyser, (uint16_t)header.pid);
    pid->info.packets++;
    pid->info.last_us = analyser->now_us;
    if (bytes[1] & 0x80) {
        ts_pid_damage(pid);
        ts_hit(analyser, pid, TS_INDICATOR_TRANSPORT);
        return;
    }
    if (header.pid == TS_PID_NULL)
        return;
    pid->info.scrambled += header.scrambled != 0;
    pid->info.unit_starts += header.unit_start != 0;
    pid->info.discontinuities += header.discontinuity != 0;
    const TsContinuity continuity = ts_pid_continuity(pid, &header);

    if (continuity != TS_PACKET_GOOD) {
        if (continuity != TS_PACKET_DUPLICATE)
            ts_hit(analyser, pid, TS_INDICATOR_CONTINUITY);
        if (continuity != TS_PACKET_GAP) {
            if (pid->es && is_deep(analyser))
                ts_es_filler(analyser, pid);
            return;
        }
    }
    analyser->gaps += pid->lost;
    if (header.has_pcr)
        ts_es_clock(analyser, pid, &header);
    if (pid->system && is_deep(analyser))
        ts_es_system(analyser, pid, &header);
    if (header.has_payload)
        take_payload(analyser, pid, &header);
    else if (pid->es && is_deep(analyser))
        ts_es_filler(analyser, pid);
}

/* Tells what the framing found since it had @losses and @byte_errors. */
static void
hit_sync(TsAnalyser *analyser, uint64_t losses, uint64_t byte_errors)
{
    for (; losses < analyser->sync.losses; losses++)
        ts_hit(analyser, NULL, TS_INDICATOR_SYNC_LOSS);
    for (; byte_errors < analyser->sync.byte_errors; byte_errors++)
        ts_hit(analyser, NULL, TS_INDICATOR_SYNC_BYTE);
}

static void
sync_changed(TsAnalyser *analyser)
{
    static const TsIndicator of_framing[] = {TS_INDICATOR_SYNC_LOSS, TS_INDICATOR_SYNC_BYTE,
                                             TS_INDICATOR_CONTINUITY, TS_INDICATOR_TRANSPORT};

    analyser->gaps++;
    if (!analyser->sync.synced) {
        analyser->unsync_us = analyser->now_us;
        return;
    }
    analyser->sync_us = analyser->now_us;
    for (size_t i = 0; i < G_N_ELEMENTS(of_framing); i++)
        ts_judged(analyser, NULL, of_framing[i]);
}

static void
begin_piece(TsAnalyser *analyser, MonoUs arrival_us)
{
    if (!analyser->started) {
        analyser->started = true;
        analyser->flow_us = arrival_us;
        analyser->second_us = arrival_us;
    } else if (arrival_us - analyser->now_us >= TS_NO_PACKETS_US) {
        analyser->flow_us = arrival_us;
    }
    ts_analyser_tick(analyser, arrival_us);
    analyser->now_us = arrival_us;
    if (arrival_us >= analyser->look_us)
        ts_pids_look(analyser);
}

static void
take_packets(TsAnalyser *analyser, const uint8_t *data, size_t size)
{
    TsSync *sync = &analyser->sync;
    bool synced = sync->synced;
    const uint64_t losses_then = sync->losses, byte_errors_then = sync->byte_errors;
    uint64_t losses = losses_then;
    const uint8_t *packet;

    while ((packet = ts_sync_next(sync, &data, &size))) {
        if (!synced || losses != sync->losses) {
            sync_changed(analyser);
            synced = true;
            losses = sync->losses;
        }
        /* Bytes came, but were no packets: what is due is due from now on. */
        if (analyser->counters.packets > 0 &&
            analyser->now_us - analyser->packet_us >= TS_NO_PACKETS_US)
            analyser->flow_us = analyser->now_us;
        analyser->counters.packets++;
        analyser->packet_us = analyser->now_us;
        take_packet(analyser, packet);
    }
    if (synced != sync->synced)
        sync_changed(analyser);
    if (byte_errors_then != sync->byte_errors)
        hit_sync(analyser, losses_then, byte_errors_then);
}

void
ts_analyser_push(TsAnalyser *analyser, const uint8_t *data, size_t size, MonoUs arrival_us)
{
    if (size == 0)
        return;
    begin_piece(analyser, arrival_us);
    analyser->counters.bytes += size;
    take_packets(analyser, data, size);
}

void
ts_analyser_finish(TsAnalyser *analyser)
{
    static const uint8_t nothing[1];

    if (ts_sync_finish(&analyser->sync))
        take_packets(analyser, nothing, 0);
    ts_es_finish(analyser);
    ts_sections_settle(analyser);
}

void
ts_analyser_break(TsAnalyser *analyser)
{
    analyser->gaps++;
    ts_sync_break(&analyser->sync);
}

void
ts_analyser_own_loss(TsAnalyser *analyser)
{
    for (size_t i = 0; i < analyser->n_pids; i++)
        ts_pid_own_loss(analyser->pids[analyser->order[i]]);
}

void
ts_analyser_tick(TsAnalyser *analyser, MonoUs now_us)
{
    const int64_t elapsed_us = now_us - analyser->second_us;

    ts_sections_tick(analyser, now_us);
    if (!analyser->started || elapsed_us < US_PER_SECOND)
        return;
    for (size_t i = 0; i < analyser->n_pids; i++)
        ts_pid_roll(analyser->pids[analyser->order[i]], elapsed_us);
    ts_es_tick(analyser);
    analyser->bitrate_bps = (double)(analyser->counters.packets - analyser->then) * TS_PACKET_SIZE *
                            8 * (double)US_PER_SECOND / (double)elapsed_us;
    analyser->then = analyser->counters.packets;
    analyser->second_us = now_us;
}

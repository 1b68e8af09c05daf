/* Rules of ISO 13818-1 2.4.3.3. */
#include "pipelines/ts/ts-pid.h"

#include <string.h>

#define PCR_AT  6u /* first byte of a PCR in its packet */
#define PCR_END 12u
#define AF_MAX  183u
#define AF_PCR  7u /* length of an adaptation field that can hold a PCR */

void
ts_header_adaptation(TsHeader *header)
{
    const uint8_t *bytes = header->bytes;
    const unsigned length = bytes[4];

    if (length > AF_MAX) {
        header->has_payload = 0;
        return;
    }
    header->payload_at = 5 + length;
    if (header->payload_at >= TS_PACKET_SIZE)
        header->has_payload = 0;
    if (length == 0)
        return;
    header->discontinuity = bytes[5] & 0x80u;
    header->random_access = bytes[5] & 0x40u;
    header->has_pcr = length >= AF_PCR ? bytes[5] & 0x10u : 0;
}

static bool
same_but_pcr(const uint8_t *one, const TsHeader *two)
{
    if (!two->has_pcr)
        return memcmp(one, two->bytes, TS_PACKET_SIZE) == 0;
    return memcmp(one, two->bytes, PCR_AT) == 0 &&
           memcmp(one + PCR_END, two->bytes + PCR_END, TS_PACKET_SIZE - PCR_END) == 0;
}

/* Packets that were damaged may have been of this PID, and then are not missing. */
static TsContinuity
count_gap(TsPid *pid, const TsHeader *header)
{
    const unsigned missing = (header->counter - pid->counter - 1u) & 15u;

    pid->lost = true;
    pid->pcr_broken = true;
    if (missing <= pid->damaged)
        return TS_PACKET_GOOD;
    if (pid->own_at == pid->info.packets) {
        pid->info.own_gaps++;
        pid->info.own_missing += missing - pid->damaged;
        return TS_PACKET_GOOD;
    }
    pid->info.cc_errors++;
    pid->info.cc_missing += missing - pid->damaged;
    return TS_PACKET_GAP;
}

/* A packet that does not step the counter cannot show a gap: the next one is to. */
static void
put_off_own_gap(TsPid *pid)
{
    if (pid->own_at == pid->info.packets)
        pid->own_at++;
}

TsContinuity
ts_pid_continuity_any(TsPid *pid, const TsHeader *header)
{
    TsContinuity verdict = TS_PACKET_GOOD;

    if (!header->has_payload) {
        if (pid->counter_known && !header->discontinuity && header->counter != pid->counter)
            pid->info.cc_af_only++;
        if (header->discontinuity)
            pid->counter = header->counter;
        put_off_own_gap(pid);
        return TS_PACKET_GOOD;
    }
    if (pid->counter_known && header->counter == pid->counter && same_but_pcr(pid->last, header)) {
        const bool again = pid->repeated;

        pid->info.duplicates++;
        pid->info.cc_repeats += again;
        pid->repeated = true;
        put_off_own_gap(pid);
        return again ? TS_PACKET_REPEAT : TS_PACKET_DUPLICATE;
    }
    if (pid->counter_known && !header->discontinuity &&
        header->counter != ((pid->counter + 1u) & 15u))
        verdict = count_gap(pid, header);
    ts_pid_keep(pid, header);
    return verdict;
}

Pcr27
ts_header_pcr(const TsHeader *header)
{
    const uint8_t *field = header->bytes + PCR_AT;
    const uint64_t base = (uint64_t)field[0] << 25 | (uint64_t)field[1] << 17 |
                          (uint64_t)field[2] << 9 | (uint64_t)field[3] << 1 | field[4] >> 7;
    const uint64_t extension = (uint64_t)(field[4] & 1) << 8 | field[5];

    return (base * 300 + extension) % PCR27_MODULUS;
}

void
ts_pid_damage(TsPid *pid)
{
    pid->info.transport_errors++;
    pid->damaged++;
    pid->pcr_broken = true;
    pid->lost = true;
    put_off_own_gap(pid);
}

void
ts_pid_own_loss(TsPid *pid)
{
    pid->own_at = pid->info.packets + 1;
    pid->pcr_broken = true;
}

void
ts_pid_roll(TsPid *pid, int64_t elapsed_us)
{
    const uint64_t packets = pid->info.packets - pid->packets_then;

    pid->info.bitrate_bps =
        (double)packets * TS_PACKET_SIZE * 8 * (double)US_PER_SECOND / (double)elapsed_us;
    pid->packets_then = pid->info.packets;
    if (pid->clock)
        ts_clock_roll(pid->clock);
}

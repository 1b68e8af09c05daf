/* Continuity as ISO/IEC 13818-1, 2.4.3.3 has it. */
#include "tests/traffic/witness.h"

#include <string.h>

#include "tests/traffic/packet.h"

static WitnessPid *
find(Witness *witness, const uint8_t *packet)
{
    const uint16_t pid = packet_pid(packet);

    if (witness->slot[pid] == 0) {
        if (witness->n_pids >= WITNESS_PIDS) {
            witness->others++;
            return NULL;
        }
        witness->pid[witness->n_pids].pid = pid;
        witness->slot[pid] = (uint8_t)(1 + witness->n_pids++);
    }
    return &witness->pid[witness->slot[pid] - 1];
}

void
witness_arrived(Witness *witness, const uint8_t *packet, uint64_t serial)
{
    WitnessPid *pid = find(witness, packet);
    const uint8_t counter = packet[3] & 0x0f;

    if (pid == NULL)
        return;
    pid->packets++;
    if (!(packet[3] & 0x10) || pid->pid == PACKET_NULL_PID)
        return;
    if (pid->known && serial == pid->serial) {
        pid->cc_events += pid->is_repeated;
        pid->is_repeated = true;
        return;
    }
    const uint8_t missing = (counter - pid->counter - 1) & 0x0f;

    if (pid->known && missing > 0) {
        pid->cc_events++;
        pid->cc_missing += missing;
    }
    pid->known = true;
    pid->is_repeated = false;
    pid->counter = counter;
    pid->serial = serial;
}

void
witness_lost(Witness *witness, const uint8_t *packet)
{
    WitnessPid *pid = find(witness, packet);

    if (pid != NULL)
        pid->lost++;
}

void
witness_sums(const Witness *witness, WitnessSums *ret_sums)
{
    WitnessSums sums = {0};

    for (unsigned i = 0; i < witness->n_pids; i++) {
        const WitnessPid *pid = &witness->pid[i];

        if (pid->pid == PACKET_NULL_PID)
            continue;
        sums.packets += pid->packets;
        sums.lost += pid->lost;
        sums.cc_events += pid->cc_events;
        sums.cc_missing += pid->cc_missing;
    }
    *ret_sums = sums;
}

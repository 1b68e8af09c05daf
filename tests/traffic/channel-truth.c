/* The truth about a channel, written down. */
#include "tests/traffic/channel.h"

static void
append_witness(const Witness *witness, const char *name, GString *json)
{
    const char *comma = "";
    WitnessSums sums;

    witness_sums(witness, &sums);
    g_string_append_printf(json,
                           ",\"%s\":{\"packets\":%" G_GUINT64_FORMAT ",\"lost\":%" G_GUINT64_FORMAT
                           ",\"cc_events\":%" G_GUINT64_FORMAT ",\"cc_missing\":%" G_GUINT64_FORMAT
                           ",\"pids\":{",
                           name, sums.packets, sums.lost, sums.cc_events, sums.cc_missing);
    for (unsigned i = 0; i < witness->n_pids; i++) {
        const WitnessPid *pid = &witness->pid[i];

        g_string_append_printf(
            json,
            "%s\"%u\":{\"packets\":%" G_GUINT64_FORMAT ",\"lost\":%" G_GUINT64_FORMAT
            ",\"cc_events\":%" G_GUINT64_FORMAT ",\"cc_missing\":%" G_GUINT64_FORMAT "}",
            comma, pid->pid, pid->packets, pid->lost, pid->cc_events, pid->cc_missing);
        comma = ",";
    }
    g_string_append(json, "}}");
}

static void
append_fec(const FecTruth *truth, GString *json)
{
    g_string_append_printf(json,
                           ",\"fec\":{\"columns_sent\":%" G_GUINT64_FORMAT
                           ",\"rows_sent\":%" G_GUINT64_FORMAT ",\"lost\":%" G_GUINT64_FORMAT
                           ",\"recovered\":%" G_GUINT64_FORMAT "}",
                           truth->columns_sent, truth->rows_sent, truth->lost, truth->recovered);
}

void
channel_append_truth(const Channel *channel, GString *json)
{
    const DatagramTruth *truth = &channel->datagrams;

    g_string_append_printf(
        json,
        "\"made\":%" G_GUINT64_FORMAT ",\"sent\":%" G_GUINT64_FORMAT ",\"lost\":%" G_GUINT64_FORMAT
        ",\"bursts\":%" G_GUINT64_FORMAT ",\"duplicated\":%" G_GUINT64_FORMAT
        ",\"reordered\":%" G_GUINT64_FORMAT ",\"leg2_lost\":%" G_GUINT64_FORMAT
        ",\"both_lost\":%" G_GUINT64_FORMAT ",\"refused_by_delay\":%" G_GUINT64_FORMAT
        ",\"packets_per_datagram\":%u",
        channel->made, channel->sent, truth->lost, truth->bursts, truth->duplicated,
        truth->reordered, truth->leg2_lost, truth->both_lost,
        channel->delayed.refused + channel->leg2_delayed.refused, channel_packets(channel));
    append_witness(&channel->ideal, "ideal", json);
    append_witness(channel->wire_apart ? &channel->wire : &channel->ideal, "wire", json);
    if (channel->fec != NULL)
        append_fec(&channel->fec->truth, json);
}

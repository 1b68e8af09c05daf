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

    const struct {
        const char *name;
        uint64_t count;
    } counts[] = {
        {"made", channel->made},
        {"sent", channel->sent},
        {"lost", truth->lost},
        {"bursts", truth->bursts},
        {"duplicated", truth->duplicated},
        {"duplicated_full", truth->duplicated_full},
        {"reordered", truth->reordered},
        {"leg2_lost", truth->leg2_lost},
        {"both_lost", truth->both_lost},
        {"refused_by_delay", channel->delayed.refused + channel->leg2_delayed.refused},
        {"packets_per_datagram", channel_packets(channel)},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(counts); i++)
        g_string_append_printf(json, "%s\"%s\":%" G_GUINT64_FORMAT, i > 0 ? "," : "",
                               counts[i].name, counts[i].count);
    append_witness(&channel->ideal, "ideal", json);
    append_witness(channel->wire_apart ? &channel->wire : &channel->ideal, "wire", json);
    if (channel->fec != NULL)
        append_fec(&channel->fec->truth, json);
}

/* How the generator's channels go out: formats, losses counted as a receiver counts them, FEC, a
 * second leg, delays; and the invented source. */
#include <string.h>

#include "tests/traffic/arrivals.h"
#include "tests/traffic/channel.h"
#include "tests/traffic/synthetic.h"

#define MEDIA_SIZE ((size_t)1316) /* bytes of a usual datagram behind its RTP header */

/* A channel, its source and its outbox. */
typedef struct {
    PlanChannel plan;
    Source *source;
    Channel channel;
    Outbox outbox;
} Fixture;

static Fixture *
fixture_new(const char *keys)
{
    Fixture *fixture = g_new0(Fixture, 1);
    g_autofree char *text = g_strconcat("[x]\n", keys, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) plan = plan_parse("t", text, &error);

    g_assert_no_error(error);
    fixture->plan = g_array_index(plan, PlanChannel, 0);
    fixture->source = synthetic_source_new(4000000, MAX(1, fixture->plan.transport.services));
    channel_init(&fixture->channel, &fixture->plan, fixture->source, 0, 1);
    return fixture;
}

static void
fixture_free(Fixture *fixture)
{
    channel_clear(&fixture->channel);
    source_free(fixture->source);
    g_free(fixture);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fixture, fixture_free)

static void
ignore(const Channel *channel, const Broken *broken, bool start, void *user_data)
{
}

static void
begin(Fixture *fixture, const char *kind, const char *figures)
{
    g_auto(GStrv) pairs = g_strsplit(figures, " ", -1);
    g_autoptr(GError) error = NULL;
    Impairment what;

    g_assert_true(impair_parse(kind, (const char *const *)pairs, &what, &error));
    channel_break(&fixture->channel, &what, 0, US_NEVER);
    channel_step(&fixture->channel, 0, ignore, NULL);
}

static void
end(Fixture *fixture)
{
    channel_mend(&fixture->channel, 1);
    channel_step(&fixture->channel, 1, ignore, NULL);
    channel_step(&fixture->channel, 1, ignore, NULL);
}

/* Makes the next datagram into an empty outbox. Returns how many are to be sent. */
static unsigned
next(Fixture *fixture, MonoUs now_us)
{
    fixture->outbox.count = 0;
    channel_release(&fixture->channel, now_us, &fixture->outbox);
    channel_next(&fixture->channel, now_us, &fixture->outbox);
    return fixture->outbox.count;
}

static void
packets_stand_where_the_format_says(void)
{
    static const struct {
        const char *keys;
        size_t size, first, stride;
        unsigned packets;
    } rows[] = {
        {"address=udp://127.0.0.1:9000\n", 1316, 0, 188, 7},
        {"address=rtp://127.0.0.1:9000\n", 1328, 12, 188, 7},
        {"address=udp://127.0.0.1:9000\npackets=1\n", 188, 0, 188, 1},
        {"address=udp://127.0.0.1:9000\npackets=3\n", 564, 0, 188, 3},
        {"address=rtp://127.0.0.1:9000\npacket_size=204\n", 1440, 12, 204, 7},
        {"address=udp://127.0.0.1:9000\npacket_size=192\n", 1344, 4, 192, 7},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Fixture) fixture = fixture_new(rows[i].keys);

        g_assert_cmpuint(next(fixture, 0), ==, 1);
        g_assert_cmpuint(fixture->outbox.size[0], ==, rows[i].size);
        for (unsigned packet = 0; packet < rows[i].packets; packet++)
            g_assert_cmpuint(fixture->outbox.data[0][rows[i].first + packet * rows[i].stride], ==,
                             0x47);
    }
}

static void
datagrams_of_any_size_come_at_the_rate_of_the_stream(void)
{
    g_autoptr(Fixture) seven = fixture_new("address=udp://127.0.0.1:9000\n");
    g_autoptr(Fixture) one = fixture_new("address=udp://127.0.0.1:9000\npackets=1\n");
    const MonoUs hour_us = 3600 * US_PER_SECOND;
    const uint64_t packets = seven->source->rate_bps * UINT64_C(3600) / (188 * 8);

    g_assert_cmpuint(channel_due(&one->channel, hour_us), ==, packets);
    g_assert_cmpuint(channel_due(&seven->channel, hour_us), ==, packets / 7);
    g_assert_cmpint(channel_due_us(&one->channel, packets), <=, hour_us);
    g_assert_cmpint(channel_due_us(&one->channel, packets + 2), >, hour_us);
}

static void
a_gap_is_seen_modulo_16_and_only_when_a_packet_follows(void)
{
    static const struct {
        unsigned lost;
        uint64_t events, missing;
    } rows[] = {{0, 0, 0}, {1, 1, 1}, {5, 1, 5}, {15, 1, 15}, {16, 0, 0}, {20, 1, 4}, {32, 0, 0}};
    uint8_t packet[PACKET_SIZE] = {0x47, 0x01, 0x00, 0x10};

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree Witness *witness = g_new0(Witness, 1);
        WitnessSums sums;

        witness_arrived(witness, packet, 1);
        for (unsigned lost = 0; lost < rows[i].lost; lost++)
            witness_lost(witness, packet);
        witness_sums(witness, &sums);
        g_assert_cmpuint(sums.cc_events, ==, 0);
        packet[3] = (uint8_t)(0x10 | ((1 + rows[i].lost) & 0x0f));
        witness_arrived(witness, packet, 2 + rows[i].lost);
        packet[3] = 0x10;
        witness_sums(witness, &sums);
        g_assert_cmpuint(sums.lost, ==, rows[i].lost);
        g_assert_cmpuint(sums.cc_events, ==, rows[i].events);
        g_assert_cmpuint(sums.cc_missing, ==, rows[i].missing);
    }
}

static void
a_packet_may_come_twice_but_not_three_times(void)
{
    g_autofree Witness *witness = g_new0(Witness, 1);
    const uint8_t packet[PACKET_SIZE] = {0x47, 0x01, 0x00, 0x10};
    WitnessSums sums;

    witness_arrived(witness, packet, 1);
    witness_arrived(witness, packet, 1);
    witness_sums(witness, &sums);
    g_assert_cmpuint(sums.cc_events, ==, 0);
    witness_arrived(witness, packet, 1);
    witness_sums(witness, &sums);
    g_assert_cmpuint(sums.cc_events, ==, 1);
}

static void
losses_keep_the_rate_and_come_in_bursts(void)
{
    g_autoptr(Fixture) fixture = fixture_new("address=rtp://127.0.0.1:9000\n");
    const DatagramTruth *truth = &fixture->channel.datagrams;
    unsigned sent = 0;

    begin(fixture, "loss", "rate=0.1 burst=5");
    for (unsigned i = 0; i < 20000; i++)
        sent += next(fixture, 0);
    g_assert_cmpuint(truth->lost, ==, 20000 - sent);
    g_assert_cmpuint(truth->lost, >, 1700);
    g_assert_cmpuint(truth->lost, <, 2300);
    g_assert_cmpuint(truth->lost / truth->bursts, ==, 5);
    g_assert_cmpuint(fixture->channel.broken[IMPAIR_LOSS].packets, ==, 7 * truth->lost);
}

static void
a_swap_is_gaps_for_who_takes_packets_as_they_come(void)
{
    g_autoptr(Fixture) fixture = fixture_new("address=udp://127.0.0.1:9000\nservices=2\n");
    WitnessSums ideal, wire;

    begin(fixture, "loss", "rate=0.02 burst=3");
    for (unsigned i = 0; i < 5000; i++)
        next(fixture, 0);
    g_assert_false(fixture->channel.wire_apart);
    end(fixture);
    begin(fixture, "reorder", "rate=0.02");
    for (unsigned i = 0; i < 5000; i++)
        next(fixture, 0);
    end(fixture);
    next(fixture, 0);
    witness_sums(&fixture->channel.ideal, &ideal);
    witness_sums(&fixture->channel.wire, &wire);
    g_assert_cmpuint(ideal.cc_events, >, 0);
    g_assert_cmpuint(ideal.cc_missing, <=, ideal.lost);
    g_assert_cmpuint(wire.cc_events, >, ideal.cc_events + fixture->channel.datagrams.reordered);
    g_assert_cmpuint(wire.packets, ==, ideal.packets);
}

static void
a_held_datagram_follows_those_that_overtake_it(void)
{
    g_autoptr(Fixture) fixture = fixture_new("address=rtp://127.0.0.1:9000\n");
    uint16_t order[4];

    begin(fixture, "reorder", "rate=1 by=2");
    g_assert_cmpuint(next(fixture, 0), ==, 0);
    g_assert_cmpuint(next(fixture, 0), ==, 1);
    order[0] = fixture->outbox.data[0][3];
    g_assert_cmpuint(next(fixture, 0), ==, 2);
    order[1] = fixture->outbox.data[0][3];
    order[2] = fixture->outbox.data[1][3];
    g_assert_cmpuint((order[1] - order[0]) & 0xff, ==, 1);
    g_assert_cmpuint((order[0] - order[2]) & 0xff, ==, 1);
    g_assert_cmpuint(fixture->channel.datagrams.reordered, ==, 1);
}

static void
delayed_datagrams_leave_in_order_within_their_bounds(void)
{
    g_autoptr(Fixture) fixture = fixture_new("address=rtp://127.0.0.1:9000\n");
    uint16_t expected = fixture->channel.rtp_sequence;
    unsigned sent = 0;

    begin(fixture, "delay", "ms=50 jitter_ms=40");
    for (MonoUs now_us = 0; now_us < US_PER_SECOND; now_us += 2500) {
        const unsigned count = next(fixture, now_us);

        for (unsigned i = 0; i < count; i++) {
            const uint8_t *rtp = fixture->outbox.data[i];

            g_assert_cmpuint(rtp[2] << 8 | rtp[3], ==, expected++);
        }
        sent += count;
        if (now_us < 10 * US_PER_MS)
            g_assert_cmpuint(sent, ==, 0);
        if (now_us >= 90 * US_PER_MS)
            g_assert_cmpuint(sent + 1, >=, (unsigned)((now_us - 90 * US_PER_MS) / 2500));
    }
    g_assert_cmpuint(fixture->channel.delayed.refused, ==, 0);
}

static void
the_second_leg_repeats_the_first_with_losses_of_its_own(void)
{
    g_autoptr(Fixture) fixture = fixture_new("address=rtp://127.0.0.1:9000\nleg2=127.0.0.1:9100\n");
    const DatagramTruth *truth = &fixture->channel.datagrams;
    unsigned sent[OUTBOX_PORTS] = {0};
    WitnessSums ideal;

    g_assert_cmpuint(next(fixture, 0), ==, 2);
    g_assert_cmpuint(fixture->outbox.port[1], ==, OUTBOX_LEG2);
    g_assert_true(memcmp(fixture->outbox.data[0], fixture->outbox.data[1], 12 + MEDIA_SIZE) == 0);
    begin(fixture, "loss", "rate=0.1");
    begin(fixture, "leg2-loss", "rate=0.2");
    for (unsigned i = 0; i < 10000; i++) {
        for (unsigned at = next(fixture, 0); at > 0; at--)
            sent[fixture->outbox.port[at - 1]]++;
    }
    g_assert_cmpuint(sent[OUTBOX_MAIN] + truth->lost, ==, 10000);
    g_assert_cmpuint(sent[OUTBOX_LEG2] + truth->leg2_lost, ==, 10000);
    g_assert_cmpuint(truth->both_lost, >, 100);
    g_assert_cmpuint(truth->both_lost, <, 300);
    witness_sums(&fixture->channel.ideal, &ideal);
    g_assert_cmpuint(ideal.lost, <, 7 * truth->both_lost);
    g_assert_cmpuint(ideal.lost, >, 3 * truth->both_lost);
}

/* The sum of the media datagrams of one column, and the column's parity datagram. */
static void
a_columns_parity_gives_back_any_one_of_its_datagrams(void)
{
    g_autoptr(Fixture) fixture =
        fixture_new("address=rtp://127.0.0.1:9000\nfec=5x4\nfec_with_rows=1\n");
    uint8_t sum[MEDIA_SIZE] = {0};
    uint32_t stamps = 0;
    const uint16_t base = fixture->channel.rtp_sequence;
    unsigned columns = 0, rows = 0;

    for (unsigned i = 0; i < 40; i++) {
        const unsigned count = next(fixture, 0);
        const uint8_t *rtp = fixture->outbox.data[0];

        for (unsigned at = 0; at < sizeof sum && i < 20 && i % 5 == 0; at++)
            sum[at] ^= rtp[12 + at];
        if (i < 20 && i % 5 == 0)
            stamps ^=
                (uint32_t)rtp[4] << 24 | (uint32_t)rtp[5] << 16 | (uint32_t)rtp[6] << 8 | rtp[7];
        for (unsigned at = 1; at < count; at++) {
            const uint8_t *fec = fixture->outbox.data[at] + 12;

            rows += fixture->outbox.port[at] == OUTBOX_ROWS;
            if (fixture->outbox.port[at] != OUTBOX_COLUMNS || columns++ > 0)
                continue;
            g_assert_cmpuint(fec[0] << 8 | fec[1], ==, base);
            g_assert_cmpuint(fec[4], ==, 0x80);
            g_assert_cmpuint((uint32_t)fec[8] << 24 | (uint32_t)fec[9] << 16 |
                                 (uint32_t)fec[10] << 8 | fec[11],
                             ==, stamps);
            g_assert_cmpuint(fec[13], ==, 5);
            g_assert_cmpuint(fec[14], ==, 4);
            g_assert_true(memcmp(fec + 16, sum, MEDIA_SIZE) == 0);
        }
    }
    g_assert_cmpuint(columns, ==, 5);
    g_assert_cmpuint(rows, ==, 8);
}

static void
columns_give_back_a_burst_as_long_as_a_row_and_no_longer_one(void)
{
    static const struct {
        unsigned burst;
        uint64_t recovered;
    } rows[] = {{1, 1}, {5, 5}, {6, 4}};

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Fixture) fixture = fixture_new("address=rtp://127.0.0.1:9000\nfec=5x4\n");
        const FecTruth *truth = &fixture->channel.fec->truth;

        next(fixture, 0);
        begin(fixture, "loss", "rate=1");
        for (unsigned lost = 0; lost < rows[i].burst; lost++)
            next(fixture, 0);
        end(fixture);
        for (unsigned more = 0; more < 40; more++)
            next(fixture, 0);
        g_assert_cmpuint(truth->lost, ==, rows[i].burst);
        g_assert_cmpuint(truth->recovered, ==, rows[i].recovered);
    }
}

static void
rtp_numbers_and_stamps_wrap_when_the_plan_says(void)
{
    g_autoptr(Fixture) fixture = fixture_new("address=rtp://127.0.0.1:9000\nrtp_wrap_in_s=3\n");
    const uint64_t wrap = channel_due(&fixture->channel, 3 * US_PER_SECOND);
    uint32_t before = 0;

    for (uint64_t i = 0; i < wrap + 10; i++) {
        next(fixture, 0);
        const uint8_t *rtp = fixture->outbox.data[0];
        const uint32_t stamp =
            (uint32_t)rtp[4] << 24 | (uint32_t)rtp[5] << 16 | (uint32_t)rtp[6] << 8 | rtp[7];

        if (i == wrap)
            g_assert_cmpuint(rtp[2] << 8 | rtp[3], ==, 0);
        if (stamp < before)
            g_assert_cmpint(ABS((int64_t)i - (int64_t)wrap), <=, 2);
        before = stamp;
    }
    g_assert_cmpuint(before, <, 9000);
}

static void
a_plan_with_a_mistake_is_refused_with_its_place(void)
{
    static const struct {
        const char *text, *said;
    } rows[] = {
        {"[a]\nadress = udp://1.2.3.4:5\n",
         "p: [a]: unknown key 'adress'; did you mean 'address'?"},
        {"[a]\npackets = 3\n", "p: [a]: address is missing"},
        {"[a]\naddress = udp://1.2.3.4\n", "p: [a]: address = 'udp://1.2.3.4'"},
        {"[a]\naddress = udp://1.2.3.4:5\npackets = 9\n",
         "packets = '9' is not a number from 1 to 7"},
        {"[a]\naddress = udp://1.2.3.4:5\npacket_size = 200\n", "packet_size is 188, 192 or 204"},
        {"[a]\naddress = udp://1.2.3.4:5\nfec = 5x5\n", "fec and leg2 need RTP"},
        {"[a]\naddress = rtp://1.2.3.4:5\nfec = 20x20\n", "fec = '20x20'"},
        {"# none\n", "p: names no channel"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GArray) plan = plan_parse("p", rows[i].text, &error);

        g_assert_null(plan);
        g_assert_nonnull(error);
        g_assert_nonnull(strstr(error->message, rows[i].said));
    }
}

static void
the_invented_source_is_never_late_at_any_rate(void)
{
    static const struct {
        uint32_t rate_bps;
        unsigned services;
    } rows[] = {{1000000, 1}, {4000000, 1}, {8000000, 4}, {60000000, 1}};
    uint8_t packet[PACKET_SIZE];

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Source) source = synthetic_source_new(rows[i].rate_bps, rows[i].services);
        const MuxIdentity identity = {.name = "x", .service_id = 1, .services = rows[i].services};
        Mux mux;

        mux_init(&mux, source, &identity);
        for (uint64_t slot = 0; slot < mux.loop_slots / 4; slot++)
            mux_next(&mux, packet);
        g_assert_cmpuint(mux.late_units, ==, 0);
        for (unsigned service = 0; service < rows[i].services; service++)
            g_assert_cmpuint(mux.service[service].video.unit, >=, 149);
    }
}

static void
packets_with_the_same_counter_are_never_the_same(void)
{
    g_autoptr(Source) source = synthetic_source_new(4000000, 1);
    const MuxIdentity identity = {.name = "x", .service_id = 1};
    uint8_t last[16][PACKET_SIZE] = {{0}};
    Mux mux;

    mux_init(&mux, source, &identity);
    for (unsigned i = 0; i < 20000; i++) {
        uint8_t packet[PACKET_SIZE];

        mux_next(&mux, packet);
        if (packet_pid(packet) != MUX_VIDEO_PID || packet[3] >> 4 != 1)
            continue;
        g_assert_true(memcmp(last[packet[3] & 0x0f], packet, PACKET_SIZE) != 0);
        memcpy(last[packet[3] & 0x0f], packet, PACKET_SIZE);
    }
}

static void
a_percentile_is_the_bin_that_holds_it(void)
{
    g_autofree Arrivals *arrivals = g_new0(Arrivals, 1);
    MonoUs now_us = 1;

    arrivals_add(arrivals, now_us, 1);
    for (unsigned i = 0; i < 98; i++)
        arrivals_add(arrivals, now_us += 2500, 1);
    arrivals_add(arrivals, now_us += 40100, 1);
    arrivals_add(arrivals, now_us += 70000, 1);
    g_assert_cmpuint(arrivals_percentile(arrivals, 0.5), ==, 2);
    g_assert_cmpuint(arrivals_percentile(arrivals, 0.99), ==, 40);
    g_assert_cmpint(arrivals->longest_us, ==, 70000);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/traffic/format", packets_stand_where_the_format_says);
    g_test_add_func("/traffic/pace", datagrams_of_any_size_come_at_the_rate_of_the_stream);
    g_test_add_func("/traffic/witness/gap", a_gap_is_seen_modulo_16_and_only_when_a_packet_follows);
    g_test_add_func("/traffic/witness/twice", a_packet_may_come_twice_but_not_three_times);
    g_test_add_func("/traffic/witness/agree", a_swap_is_gaps_for_who_takes_packets_as_they_come);
    g_test_add_func("/traffic/loss", losses_keep_the_rate_and_come_in_bursts);
    g_test_add_func("/traffic/reorder", a_held_datagram_follows_those_that_overtake_it);
    g_test_add_func("/traffic/delay", delayed_datagrams_leave_in_order_within_their_bounds);
    g_test_add_func("/traffic/leg2", the_second_leg_repeats_the_first_with_losses_of_its_own);
    g_test_add_func("/traffic/fec/parity", a_columns_parity_gives_back_any_one_of_its_datagrams);
    g_test_add_func("/traffic/fec/truth",
                    columns_give_back_a_burst_as_long_as_a_row_and_no_longer_one);
    g_test_add_func("/traffic/rtp/wrap", rtp_numbers_and_stamps_wrap_when_the_plan_says);
    g_test_add_func("/traffic/plan/refused", a_plan_with_a_mistake_is_refused_with_its_place);
    g_test_add_func("/traffic/synthetic", the_invented_source_is_never_late_at_any_rate);
    g_test_add_func("/traffic/numbered", packets_with_the_same_counter_are_never_the_same);
    g_test_add_func("/traffic/arrivals", a_percentile_is_the_bin_that_holds_it);
    return g_test_run();
}

/* One leg: what the network did to a flow is counted exactly, and what can be put right is. */
#include "tests/unit/ip-rig.h"

#define NUMBERS 20000u

/* What the network does to the numbers, and what must be found. */
typedef struct {
    GArray *order; /* of guint: numbers in the order of arrival */
    guint lost;
    guint reordered;
    guint duplicates;
    guint gaps; /* runs of lost numbers */
} Truth;

typedef struct {
    const char *name;
    double loss;      /* probability that a burst of loss begins */
    guint burst;      /* its length */
    double duplicate; /* probability of one more */
    double reorder;   /* probability of being delayed by 1 to 8 datagrams */
} Network;

static void
count_truth(Truth *truth)
{
    g_autofree guint8 *came = g_new0(guint8, NUMBERS);
    guint newest = 0;

    for (guint i = 0; i < truth->order->len; i++) {
        const guint number = g_array_index(truth->order, guint, i);

        truth->duplicates += came[number];
        truth->reordered += !came[number] && number < newest;
        came[number] = 1;
        newest = MAX(newest, number);
    }
    for (guint i = 0; i < NUMBERS; i++) {
        truth->lost += !came[i];
        truth->gaps += !came[i] && came[i - 1];
    }
}

static gint
by_due(gconstpointer a, gconstpointer b)
{
    const guint64 left = *(const guint64 *)a, right = *(const guint64 *)b;

    return left < right ? -1 : left > right;
}

/* The first and the last 100 numbers always come, so that all that is missing is between. */
static Truth
impair(const Network *network, guint32 seed)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
    g_autoptr(GArray) due = g_array_new(FALSE, FALSE, sizeof(guint64)); /* place << 32 | number */
    Truth truth = {.order = g_array_new(FALSE, FALSE, sizeof(guint))};
    guint losing = 0;

    for (guint64 i = 0; i < NUMBERS; i++) {
        const gboolean safe = i < 100 || i >= NUMBERS - 100;
        guint64 place = i * 2;

        if (losing == 0 && g_rand_double(rand) < network->loss)
            losing = network->burst;
        if (losing > 0 && losing-- > 0 && !safe)
            continue;
        if (g_rand_double(rand) < network->reorder && !safe)
            place += 1 + 2 * (guint)g_rand_int_range(rand, 1, 9);
        place = place << 32 | i;
        g_array_append_val(due, place);
        if (g_rand_double(rand) < network->duplicate)
            g_array_append_val(due, place);
    }
    g_array_sort(due, by_due);
    for (guint i = 0; i < due->len; i++) {
        const guint number = (guint)g_array_index(due, guint64, i);

        g_array_append_val(truth.order, number);
    }
    count_truth(&truth);
    return truth;
}

static void
check(const Rig *rig, const Truth *truth)
{
    const IpFigures figures = rig_figures(rig);
    const IpLegFigures *leg = &figures.legs[0];

    g_assert_cmpuint(leg->lost, ==, truth->lost);
    g_assert_cmpuint(leg->reordered, ==, truth->reordered);
    g_assert_cmpuint(leg->duplicates, ==, truth->duplicates);
    g_assert_cmpuint(leg->received, ==, truth->order->len);
    g_assert_cmpuint(leg->restarts, ==, 0);
    g_assert_cmpuint(leg->strays + leg->foreign + leg->malformed + leg->late, ==, 0);
    g_assert_cmpuint(leg->pending, ==, 0);
    g_assert_cmpuint(figures.lost, ==, truth->lost);
    g_assert_cmpuint(figures.late + figures.restarts + figures.held, ==, 0);
    g_assert_cmpuint(figures.handed_on, ==, NUMBERS - truth->lost);
    g_assert_cmpuint(rig->seen->len, ==, NUMBERS - truth->lost);
    g_assert_cmpuint(rig->gaps, ==, truth->gaps);
    g_assert_cmpuint(rig->plain, ==, 0);
}

static void
what_the_network_did_is_counted_exactly(gconstpointer data)
{
    const Network *network = data;

    for (guint32 seed = 1; seed <= 3; seed++) {
        g_autoptr(Rig) rig = rig_new();
        Truth truth = impair(network, seed);
        guint64 lost = 0;

        for (guint i = 0; i < truth.order->len; i++, rig->now_us += RIG_STEP_US) {
            rig_push(rig, 60000u + g_array_index(truth.order, guint, i), 0);
            if (i % 16 != 0)
                continue;
            const guint64 before = lost;

            lost = rig_figures(rig).legs[0].lost;
            g_assert_cmpuint(lost, >=, before); /* it never has to be taken back */
        }
        rig_finish(rig);
        rig_check_order(rig);
        check(rig, &truth);
        g_array_unref(truth.order);
    }
}

static void
a_gap_is_given_up_by_a_tick_alone(void)
{
    g_autoptr(Rig) rig = rig_new();

    rig_run(rig, 0, 10);
    rig_run(rig, 11, 5);
    g_assert_cmpuint(rig->seen->len, ==, 10);
    g_assert_cmpint(ip_flow_frontier_us(rig->flow, rig->now_us), ==,
                    RIG_START_US + 10 * RIG_STEP_US);
    rig->now_us = RIG_START_US + 10 * RIG_STEP_US + RTP_WINDOW_US;
    rig_tick(rig);
    g_assert_cmpuint(rig->seen->len, ==, 15);
    g_assert_cmpuint(rig->gaps, ==, 1);
    g_assert_cmpint(ip_flow_frontier_us(rig->flow, rig->now_us), ==, rig->now_us);
    g_assert_cmpuint(rig_figures(rig).lost, ==, 1);
    rig_push(rig, 10, 0);
    g_assert_cmpuint(rig_figures(rig).late, ==, 1);
    g_assert_cmpuint(rig_figures(rig).legs[0].reordered, ==, 1);
}

static void
bursts_of_any_length_are_counted_and_are_no_restart(void)
{
    static const guint bursts[] = {1,    2,    63,    64,    65,    999,   1000,  1024,  2998,
                                   2999, 3500, 20000, 40000, 65535, 65536, 65537, 140000};
    for (guint i = 0; i < G_N_ELEMENTS(bursts); i++) {
        g_autoptr(Rig) rig = rig_new();

        rig_run(rig, 5, 1000); /* 2 s: the clock is known */
        rig->now_us += bursts[i] * RIG_STEP_US;
        rig_run(rig, 1005 + bursts[i], 600);
        rig_finish(rig);
        const IpFigures figures = rig_figures(rig);

        g_assert_cmpuint(figures.legs[0].lost, ==, bursts[i]);
        g_assert_cmpuint(figures.legs[0].burst_max, ==, bursts[i]);
        g_assert_cmpuint(figures.legs[0].restarts, ==, 0);
        g_assert_cmpuint(figures.lost, ==, bursts[i]);
        g_assert_cmpuint(figures.restarts, ==, 0);
        g_assert_cmpuint(rig->seen->len, ==, 1600);
        g_assert_cmpuint(rig->gaps, ==, 1);
    }
}

static void
a_restart_is_no_loss(void)
{
    static const gint64 jumps[] = {-20000, -900, -100, 100, 900, 2000, 5000, 30000};

    for (guint i = 0; i < G_N_ELEMENTS(jumps); i++) {
        g_autoptr(Rig) rig = rig_new();
        RtpBuilt built;

        rig_run(rig, 30000, 1000);
        for (guint16 j = 0; j < 1000; j++, rig->now_us += RIG_STEP_US) { /* another clock, too */
            rtp_build(&built, (guint16)(30999 + jumps[i] + j), 77777777u + j * RIG_TICKS, rig->ssrc,
                      RIG_PAYLOAD);
            rig_push_bytes(rig, built.bytes, built.size, IP_STREAM_MEDIA, 0);
        }
        rig_finish(rig);
        const IpFigures figures = rig_figures(rig);

        g_assert_cmpuint(figures.legs[0].lost, ==, 0);
        g_assert_cmpuint(figures.legs[0].restarts, ==, 1);
        g_assert_cmpuint(figures.restarts, ==, 1);
        g_assert_cmpuint(figures.lost, ==, 0);
        g_assert_cmpuint(rig->seen->len, ==, 2000);
        g_assert_cmpuint(rig->gaps, ==, 1);
        g_assert_cmpfloat(figures.legs[0].jitter_max_us, <, 1);
    }
}

static void
a_stray_changes_nothing(void)
{
    g_autoptr(Rig) rig = rig_new();

    rig_run(rig, 0, 1000);
    rig_push(rig, 40000, 0);
    rig_run(rig, 1000, 1000);
    rig_finish(rig);
    const IpFigures figures = rig_figures(rig);

    g_assert_cmpuint(figures.legs[0].strays, ==, 1);
    g_assert_cmpuint(figures.legs[0].lost + figures.legs[0].restarts, ==, 0);
    g_assert_cmpuint(rig->seen->len, ==, 2000);
    g_assert_cmpuint(rig->gaps, ==, 0);
}

static void
another_ssrc_is_one_change(void)
{
    g_autoptr(Rig) rig = rig_new();

    rig_run(rig, 0, 1000);
    rig->ssrc = 0x5678;
    rig_run(rig, 50000, 1000);
    const IpFigures figures = rig_figures(rig);

    g_assert_cmpuint(figures.legs[0].ssrc.count, ==, 1);
    g_assert_cmphex(figures.legs[0].ssrc.from, ==, 0x1234);
    g_assert_cmphex(figures.legs[0].ssrc.to, ==, 0x5678);
    g_assert_cmpint(figures.legs[0].ssrc.at_us, ==, RIG_START_US + 1000 * RIG_STEP_US);
    g_assert_cmpuint(figures.legs[0].restarts, ==, 1);
    g_assert_cmpuint(figures.legs[0].lost, ==, 0);
    g_assert_cmpuint(rig->seen->len, ==, 2000);
}

static void
two_streams_in_turn_are_one_change_and_one_of_them_is_foreign(void)
{
    g_autoptr(Rig) rig = rig_new();

    rig_run(rig, 0, 10);
    for (guint i = 0; i < 5000; i++, rig->now_us += RIG_STEP_US) {
        rig->ssrc = 1;
        rig_push(rig, 10 + i, 0);
        rig->ssrc = 2;
        rig_push(rig, 40000 + i, 0);
    }
    const IpFigures figures = rig_figures(rig);

    g_assert_cmpuint(figures.legs[0].ssrc.count, <=, 2);
    g_assert_cmpuint(figures.legs[0].lost, ==, 0);
    g_assert_cmpuint(figures.legs[0].foreign, >=, 4700);
    g_assert_cmpuint(figures.legs[0].foreign, <=, 5300);
}

static void
push_from(Rig *rig, guint8 host, guint64 number)
{
    rig->source[0].address[3] = host;
    rig_push(rig, number, 0);
}

static void
a_second_source_is_named_and_does_not_disturb(void)
{
    g_autoptr(Rig) rig = rig_new();
    char text[IP_SOURCE_TEXT_MAX];

    for (guint i = 0; i < 2000; i++, rig->now_us += RIG_STEP_US) {
        push_from(rig, 1, i);
        if (i >= 500 && i < 1500)
            push_from(rig, 2, 30000 + 3 * i);
        if (i == 1000) {
            const IpFigures figures = rig_figures(rig);
            const IpLegFigures *leg = &figures.legs[0];

            g_assert_cmpuint(leg->n_senders, ==, 2);
            g_assert_cmpuint(leg->followed, ==, 0);
            g_assert_cmpuint(leg->second, ==, 1);
            ip_source_text(&leg->senders[leg->second].address, text, sizeof text);
            g_assert_cmpstr(text, ==, "10.0.0.2:5000");
        }
    }
    const IpFigures figures = rig_figures(rig);

    g_assert_cmpuint(figures.legs[0].foreign, ==, 1000);
    g_assert_cmpuint(figures.legs[0].lost + figures.legs[0].restarts, ==, 0);
    g_assert_cmpuint(figures.legs[0].source.count, ==, 0);
    g_assert_cmpuint(figures.legs[0].senders[1].datagrams, ==, 1000);
    g_assert_cmpuint(rig->seen->len, ==, 2000);
    rig->now_us += IP_BOTH_US;
    g_assert_cmpuint(rig_figures(rig).legs[0].second, ==, IP_SENDERS_MAX);
}

static void
another_source_after_the_first_is_a_change_and_no_second_one(void)
{
    g_autoptr(Rig) rig = rig_new();

    for (guint i = 0; i < 500; i++, rig->now_us += RIG_STEP_US)
        push_from(rig, 1, i);
    const MonoUs stopped_us = rig->now_us;

    for (guint i = 0; i < 500; i++, rig->now_us += RIG_STEP_US) {
        push_from(rig, 2, 20000 + i);
        g_assert_cmpuint(rig_figures(rig).legs[0].second, ==, IP_SENDERS_MAX);
    }
    const IpFigures figures = rig_figures(rig);

    g_assert_cmpuint(figures.legs[0].source.count, ==, 1);
    g_assert_cmpuint(figures.legs[0].source.from, ==, 0);
    g_assert_cmpuint(figures.legs[0].source.to, ==, 1);
    g_assert_cmpint(figures.legs[0].source.at_us, >=, stopped_us + IP_FOLLOW_US - 2 * RIG_STEP_US);
    g_assert_cmpint(figures.legs[0].source.at_us, <=, stopped_us + IP_FOLLOW_US + RIG_STEP_US);
    g_assert_cmpuint(figures.legs[0].restarts, ==, 1);
    g_assert_cmpuint(figures.legs[0].lost, ==, 0);
}

static void
a_bare_transport_stream_passes_as_it_is(void)
{
    g_autoptr(Rig) rig = rig_new();
    guint8 bytes[RIG_PAYLOAD] = {0x47, 0, 100};

    for (guint i = 0; i < 100; i++, rig->now_us += RIG_STEP_US) {
        rig->source[0].address[3] = (guint8)(i % 2); /* both go through */
        rig_push_bytes(rig, bytes, sizeof bytes, IP_STREAM_MEDIA, 0);
    }
    const IpFigures figures = rig_figures(rig);

    g_assert_true(figures.known);
    g_assert_false(figures.is_rtp);
    g_assert_cmpuint(figures.handed_on, ==, 100);
    g_assert_cmpuint(rig->plain, ==, 100);
    g_assert_cmpuint(figures.legs[0].second, ==, 1);
    g_assert_cmpuint(figures.legs[0].source.count, ==, 0);
    g_assert_cmpuint(figures.legs[0].arrival.intervals, ==, 99);
}

static void
a_bare_datagram_that_comes_twice_is_handed_on_once(void)
{
    g_autoptr(Rig) rig = rig_new();
    guint8 bytes[188] = {0x47, 0, 100, 0x10};

    for (guint i = 0; i < 20; i++, rig->now_us += RIG_STEP_US) {
        bytes[3] = (guint8)(0x10 | (i / 2 & 0x0f));
        rig_push_bytes(rig, bytes, sizeof bytes, IP_STREAM_MEDIA, 0);
    }
    const IpFigures figures = rig_figures(rig);

    g_assert_cmpuint(figures.handed_on, ==, 10);
    g_assert_cmpuint(figures.legs[0].duplicates, ==, 10);
    g_assert_cmpuint(figures.legs[0].datagrams, ==, 20);
}

static void
the_kind_of_a_flow_changes_after_a_silence_only(void)
{
    g_autoptr(Rig) rig = rig_new();
    guint8 bytes[RIG_PAYLOAD] = {0x47, 0, 100};

    rig_run(rig, 0, 100);
    rig_push_bytes(rig, bytes, sizeof bytes, IP_STREAM_MEDIA, 0);
    g_assert_true(ip_flow_is_rtp(rig->flow));
    g_assert_cmpuint(rig_figures(rig).legs[0].malformed, ==, 1);
    rig->now_us += IP_FOLLOW_US;
    rig_push_bytes(rig, bytes, sizeof bytes, IP_STREAM_MEDIA, 0);
    g_assert_false(ip_flow_is_rtp(rig->flow));
    g_assert_cmpuint(rig->plain, ==, 1);
    rig->now_us += IP_FOLLOW_US;
    rig_run(rig, 100, 100);
    g_assert_true(ip_flow_is_rtp(rig->flow));
    g_assert_cmpuint(rig->seen->len, ==, 200);
    g_assert_cmpuint(rig->gaps, ==, 2);
}

static void
push_marked(Rig *rig, guint64 number, guint8 tos, guint8 ttl)
{
    const IpPayloadSink sink = {rig_visit, rig};
    RtpBuilt built;

    rtp_build(&built, (guint16)number, (guint32)number * RIG_TICKS, rig->ssrc, RIG_PAYLOAD);
    const IpDatagram datagram = {.data = built.bytes,
                                 .size = built.size,
                                 .arrival_us = rig->now_us,
                                 .tos = tos,
                                 .ttl = ttl,
                                 .header_known = true};

    ip_flow_push(rig->flow, &datagram, &sink);
    rig->now_us += RIG_STEP_US;
}

static void
dscp_and_ttl_changes_are_told_and_their_first_values_are_none(void)
{
    g_autoptr(Rig) rig = rig_new();

    push_marked(rig, 0, 34 << 2, 16);
    g_assert_cmpuint(rig_figures(rig).legs[0].dscp.count, ==, 0);
    g_assert_cmpuint(rig_figures(rig).legs[0].dscp.to, ==, 34);
    push_marked(rig, 1, 34 << 2 | 3, 16); /* congestion bits are no DSCP */
    push_marked(rig, 2, 0, 14);
    push_marked(rig, 3, 0, 14);
    const IpFigures figures = rig_figures(rig);

    g_assert_cmpuint(figures.legs[0].dscp.count, ==, 1);
    g_assert_cmpuint(figures.legs[0].dscp.from, ==, 34);
    g_assert_cmpuint(figures.legs[0].dscp.to, ==, 0);
    g_assert_cmpint(figures.legs[0].dscp.at_us, ==, RIG_START_US + 2 * RIG_STEP_US);
    g_assert_cmpuint(figures.legs[0].ttl.count, ==, 1);
    g_assert_cmpuint(figures.legs[0].ttl.to, ==, 14);
}

static void
a_clock_that_jumped_is_no_interval(void)
{
    g_autoptr(Rig) rig = rig_new();

    rig_run(rig, 0, 1000);
    rig->now_us += 700 * US_PER_MS;
    ip_flow_clock_jumped(rig->flow);
    rig_run(rig, 1000, 1000);
    const IpFigures figures = rig_figures(rig);

    g_assert_cmpint(figures.legs[0].arrival.max_us, ==, RIG_STEP_US);
    g_assert_cmpuint(figures.legs[0].arrival.intervals, ==, 1998);
    g_assert_cmpfloat(figures.legs[0].jitter_max_us, <, 1);
    g_assert_cmpfloat(figures.legs[0].mdi.df_max_ms, <, 5);
    g_assert_cmpuint(figures.legs[0].lost, ==, 0);
}

static void
a_leg_without_datagrams_is_absent(void)
{
    g_autoptr(Rig) rig = rig_new();

    g_assert_true(rig_figures(rig).legs[0].absent);
    rig_run(rig, 0, 10);
    g_assert_false(rig_figures(rig).legs[0].absent);
    g_assert_false(rig_figures(rig).legs[1].expected);
    rig->now_us += IP_ABSENT_US;
    g_assert_true(rig_figures(rig).legs[0].absent);
}

int
main(int argc, char **argv)
{
    static const Network networks[] = {
        {"clean", 0, 1, 0, 0},
        {"loss-0.01", 0.0001, 1, 0, 0},
        {"loss-0.1", 0.001, 1, 0, 0},
        {"loss-1", 0.01, 1, 0, 0},
        {"loss-10", 0.1, 1, 0, 0},
        {"burst-5", 0.002, 5, 0, 0},
        {"burst-200", 0.0002, 200, 0, 0},
        {"duplicates", 0, 1, 0.01, 0},
        {"reorder", 0, 1, 0, 0.01},
        {"all", 0.01, 3, 0.01, 0.01},
    };

    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(networks); i++) {
        g_autofree char *path = g_strdup_printf("/ip/flow/exact/%s", networks[i].name);

        g_test_add_data_func(path, &networks[i], what_the_network_did_is_counted_exactly);
    }
    g_test_add_func("/ip/flow/tick", a_gap_is_given_up_by_a_tick_alone);
    g_test_add_func("/ip/flow/bursts", bursts_of_any_length_are_counted_and_are_no_restart);
    g_test_add_func("/ip/flow/restart", a_restart_is_no_loss);
    g_test_add_func("/ip/flow/stray", a_stray_changes_nothing);
    g_test_add_func("/ip/flow/ssrc", another_ssrc_is_one_change);
    g_test_add_func("/ip/flow/in-turn",
                    two_streams_in_turn_are_one_change_and_one_of_them_is_foreign);
    g_test_add_func("/ip/flow/second", a_second_source_is_named_and_does_not_disturb);
    g_test_add_func("/ip/flow/source-change",
                    another_source_after_the_first_is_a_change_and_no_second_one);
    g_test_add_func("/ip/flow/plain", a_bare_transport_stream_passes_as_it_is);
    g_test_add_func("/ip/flow/twice", a_bare_datagram_that_comes_twice_is_handed_on_once);
    g_test_add_func("/ip/flow/kind", the_kind_of_a_flow_changes_after_a_silence_only);
    g_test_add_func("/ip/flow/header",
                    dscp_and_ttl_changes_are_told_and_their_first_values_are_none);
    g_test_add_func("/ip/flow/clock", a_clock_that_jumped_is_no_interval);
    g_test_add_func("/ip/flow/absent", a_leg_without_datagrams_is_absent);
    return g_test_run();
}

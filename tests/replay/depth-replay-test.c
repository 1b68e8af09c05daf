/* Reports of a worker fed into the governor at work: what the worker is told to do, and when. */
#include <string.h>

#include "appliance/supervisor/depth-desk.h"
#include "pipelines/contract/codec.h"
#include "tests/replay/desk.h"

typedef struct {
    Desk desk;
    HwProfile profile;
    DepthDesk *depths;
    MonoUs now_us;
    unsigned told; /* times that the worker was told something */
    Depth last;    /* what it was told last */
    MonoUs told_us;
    int64_t least_us; /* shortest time between two tellings of the same */
    double cpu_s;     /* of the worker */
    double drops;     /* datagrams that this box lost */
} Fixture;

static bool
send_depth(const char *input_id, const char *channel_id, Depth depth, gpointer user_data)
{
    Fixture *fixture = user_data;

    g_assert_cmpstr(input_id, ==, "one");
    g_assert_cmpstr(channel_id, ==, "one");
    if (fixture->told > 0 && fixture->last == depth)
        fixture->least_us = MIN(fixture->least_us, fixture->now_us - fixture->told_us);
    fixture->told++;
    fixture->last = depth;
    fixture->told_us = fixture->now_us;
    return true;
}

static void
set_up(Fixture *fixture, gconstpointer unused)
{
    desk_init(&fixture->desk);
    fixture->profile = (HwProfile){.worker_cpus = (char *)"", .depth_budget = 0.6};
    const DepthDeskPorts ports = {.records = fixture->desk.records,
                                  .ingest = fixture->desk.ingest,
                                  .profile = &fixture->profile,
                                  .send = send_depth,
                                  .user_data = fixture};

    fixture->depths = depth_desk_new(&ports);
    fixture->now_us = 1000 * S;
    fixture->least_us = INT64_MAX;
}

static void
tear_down(Fixture *fixture, gconstpointer unused)
{
    depth_desk_free(fixture->depths);
    desk_clear(&fixture->desk);
}

static AlarmNow
now_of(const Fixture *fixture)
{
    return (AlarmNow){.us = fixture->now_us, .wall_us = fixture->now_us};
}

/* A second passes, in which the worker looks at @depth and then reports @hints. */
static void
report(Fixture *fixture, Depth depth, uint16_t hints)
{
    fixture->now_us += S;
    fixture->cpu_s += 0.02;
    MetricValue input[] = {{METRIC_PACKETS, 5000.0 * (double)(fixture->now_us / S)},
                           {METRIC_OWN_DROPS, fixture->drops},
                           {METRIC_WORKER_CPU, fixture->cpu_s}};
    ChannelReport channel = {.channel_id = (char *)"one", .depth = (uint8_t)depth, .hints = hints};
    const Message message = {.kind = MESSAGE_REPORT,
                             .sequence = 1,
                             .report = {.at_us = fixture->now_us,
                                        .metrics = input,
                                        .n_metrics = G_N_ELEMENTS(input),
                                        .channels = &channel,
                                        .n_channels = 1}};
    g_autoptr(GBytes) bytes = message_encode(&message, NULL);
    gsize size = 0;
    const void *data = g_bytes_get_data(bytes, &size);
    InputRecord *record = records_find_input(fixture->desk.records, "one");

    ingest_report(fixture->desk.ingest, record, message_decode(data, size, NULL), now_of(fixture));
    depth_desk_report(fixture->depths, record, 0, now_of(fixture));
    fixture->now_us++;
    depth_desk_step(fixture->depths, now_of(fixture));
    ingest_step(fixture->desk.ingest, now_of(fixture));
}

static void
a_hint_is_answered_with_whole_decoding_by_the_report_that_brings_it(Fixture *fixture,
                                                                    gconstpointer unused)
{
    report(fixture, DEPTH_KEY_EVERY_4_S, 0);
    report(fixture, DEPTH_EVERY_KEY, HINT_BLACK);
    g_assert_cmpint(fixture->last, ==, DEPTH_FULL);
    const ChannelRecord *channel = records_find_channel(fixture->desk.records, "one");

    g_assert_cmpint(channel->depth.reason, ==, DEPTH_REASON_SUSPECT);
    g_assert_cmpuint(depth_desk_summary(fixture->depths)->n_at[DEPTH_EVERY_KEY], ==, 1);
}

static void
a_channel_that_is_looked_at_by_people_is_deepened_without_waiting(Fixture *fixture,
                                                                  gconstpointer unused)
{
    report(fixture, DEPTH_KEY_EVERY_4_S, 0);
    fixture->now_us += S / 10;
    depth_desk_watch(fixture->depths, records_find_channel(fixture->desk.records, "one"),
                     now_of(fixture));
    g_assert_cmpint(fixture->last, ==, DEPTH_FULL);
}

static void
a_worker_that_shows_another_depth_is_told_again_but_not_at_once(Fixture *fixture,
                                                                gconstpointer unused)
{
    report(fixture, DEPTH_KEY_EVERY_4_S, 0);
    for (unsigned i = 0; i < 12; i++)
        report(fixture, DEPTH_EVERY_KEY, HINT_BLACK);
    g_assert_cmpint(fixture->last, ==, DEPTH_FULL);
    g_assert_cmpuint(fixture->told, >=, 3);
    g_assert_cmpint(fixture->least_us, >=, 3 * S);
    const unsigned told = fixture->told;

    for (unsigned i = 0; i < 5; i++)
        report(fixture, DEPTH_FULL, HINT_BLACK);
    g_assert_cmpuint(fixture->told, ==, told);
}

static void
packets_lost_by_this_box_bring_the_floor_and_say_so_if_it_lasts(Fixture *fixture,
                                                                gconstpointer unused)
{
    for (unsigned i = 0; i < 3; i++)
        report(fixture, DEPTH_FULL, HINT_BLACK);
    g_assert_cmpint(fixture->last, ==, DEPTH_FULL);
    fixture->drops = 100;
    report(fixture, DEPTH_FULL, HINT_BLACK);
    g_assert_cmpint(fixture->last, ==, DEPTH_KEY_EVERY_4_S);
    for (unsigned i = 0; i < 70; i++) {
        fixture->drops += 10;
        report(fixture, fixture->last, HINT_BLACK);
    }
    g_assert_cmpint(fixture->last, ==, DEPTH_BITSTREAM);
    g_autofree char *told = story(&fixture->desk);

    g_assert_nonnull(strstr(told, "alarm-raised own-loss\n"));
    g_assert_nonnull(strstr(told, "alarm-raised depth-reduced\n"));
}

static void
a_loss_that_ends_at_once_is_no_second_alarm(Fixture *fixture, gconstpointer unused)
{
    report(fixture, DEPTH_FULL, 0);
    fixture->drops = 100;
    for (unsigned i = 0; i < 120; i++)
        report(fixture, fixture->last, 0);
    g_autofree char *told = story(&fixture->desk);

    g_assert_cmpstr(told, ==, "alarm-raised own-loss\nalarm-cleared own-loss\n");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    /* A raised alarm is logged as a warning: here that is what shall happen. */
    g_log_set_always_fatal(G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
#define ADD(function)                                                                              \
    g_test_add("/depth-replay/" #function, Fixture, NULL, set_up, function, tear_down)
    ADD(a_hint_is_answered_with_whole_decoding_by_the_report_that_brings_it);
    ADD(a_channel_that_is_looked_at_by_people_is_deepened_without_waiting);
    ADD(a_worker_that_shows_another_depth_is_told_again_but_not_at_once);
    ADD(packets_lost_by_this_box_bring_the_floor_and_say_so_if_it_lasts);
    ADD(a_loss_that_ends_at_once_is_no_second_alarm);
    return g_test_run();
}

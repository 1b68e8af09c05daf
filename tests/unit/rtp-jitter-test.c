/* Jitter as RFC 3550 has it, worked out by hand; and whether a clock goes on. */
#include <glib.h>

#include "pipelines/ts/rtp-jitter.h"

#define START_US (500 * US_PER_SECOND)

static void
push(RtpJitter *jitter, guint16 sequence, guint32 timestamp, MonoUs arrival_us)
{
    const RtpHeader header = {.sequence = sequence, .timestamp = timestamp};

    rtp_jitter_push(jitter, &header, START_US + arrival_us);
}

/* 100 numbers a second, 900 ticks apart, for @count numbers from @first on. */
static void
run(RtpJitter *jitter, guint first, guint count)
{
    for (guint i = first; i < first + count; i++)
        push(jitter, (guint16)i, i * 900u, (MonoUs)i * 10 * US_PER_MS);
}

static void
the_series_of_the_hand_is_met(void)
{
    /* |D| in ms, with J after it: 0 -> 0; 16 -> 1; 0 -> 15/16; 32 -> 15/16 + (32 - 15/16) / 16 */
    static const struct {
        guint32 timestamp;
        MonoUs arrival_us;
        double jitter_us;
    } steps[] = {
        {4294966396u, 0, 0}, /* the timestamp wraps at the next one */
        {0, 10000, 0},       {900, 36000, 1000}, {1800, 46000, 937.5}, {5400, 54000, 2878.90625},
    };
    RtpJitter jitter = {0};

    for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
        push(&jitter, (guint16)i, steps[i].timestamp, steps[i].arrival_us);
        g_assert_cmpfloat_with_epsilon(jitter.jitter_us, steps[i].jitter_us, 1e-6);
    }
    g_assert_cmpfloat_with_epsilon(jitter.max_us, 2878.90625, 1e-6);
}

static void
a_jump_of_the_clock_is_no_jitter(void)
{
    RtpJitter jitter = {0};

    push(&jitter, 0, 0, 0);
    push(&jitter, 1, 900, 10000);
    push(&jitter, 2, 90000900, 20000);
    push(&jitter, 3, 90001800, 30000);
    g_assert_cmpfloat(jitter.max_us, ==, 0);
}

static RtpHint
hint(const RtpJitter *jitter, guint32 timestamp, MonoUs arrival_us)
{
    const RtpHeader header = {.timestamp = timestamp};

    return rtp_jitter_hint(jitter, &header, START_US + arrival_us);
}

static void
a_clock_is_known_once_it_was_right_for_a_second(void)
{
    RtpJitter jitter = {0};

    run(&jitter, 0, 100);
    g_assert_cmpint(hint(&jitter, 90000, US_PER_SECOND).clock, ==, RTP_CLOCK_UNKNOWN);
    run(&jitter, 100, 1);
    g_assert_cmpint(hint(&jitter, 90900, 1010 * US_PER_MS).clock, ==, RTP_CLOCK_GOES_ON);
    g_assert_cmpint(hint(&jitter, 90900, 1010 * US_PER_MS).ahead, ==, 1);
    g_assert_cmpint(hint(&jitter, 90000 + 70000 * 900, 701 * US_PER_SECOND).ahead, ==, 70000);
    g_assert_cmpint(hint(&jitter, 90900 + 180000, 1010 * US_PER_MS).clock, ==, RTP_CLOCK_JUMPED);
    rtp_jitter_break(&jitter);
    g_assert_cmpint(hint(&jitter, 90900, 1010 * US_PER_MS).clock, ==, RTP_CLOCK_UNKNOWN);
}

static void
timestamps_that_stand_still_are_no_clock(void)
{
    RtpJitter jitter = {0};

    for (guint i = 0; i < 500; i++)
        push(&jitter, (guint16)i, 7, (MonoUs)i * 10 * US_PER_MS);
    g_assert_false(jitter.steady);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rtp/jitter/series", the_series_of_the_hand_is_met);
    g_test_add_func("/rtp/jitter/jump", a_jump_of_the_clock_is_no_jitter);
    g_test_add_func("/rtp/jitter/known", a_clock_is_known_once_it_was_right_for_a_second);
    g_test_add_func("/rtp/jitter/still", timestamps_that_stand_still_are_no_clock);
    return g_test_run();
}

/* The buffers of the T-STD: packets and units at their times, and what is found. */
#include <glib.h>
#include <math.h>

#include "pipelines/ts/ts-std-buffer.h"

#define MS 27000.0 /* ticks */

/* Sound of 48 kHz: B of 3584 bytes, TB emptied with 2 Mb/s; 188 bytes take 0.752 ms. */
static TsStdBuffer
sound(void)
{
    const TsComponent component = {.codec = TS_CODEC_MPEG_AUDIO, .kind = TS_KIND_AUDIO};
    const EsAudio audio = {.sample_rate_hz = 48000, .channels = 2};
    TsStdBuffer buffer;
    TsStdModel model;

    ts_std_buffer_init(&buffer);
    g_assert_true(ts_std_audio_model(&component, &audio, &model));
    ts_std_buffer_set(&buffer, &model);
    return buffer;
}

/* MPEG-2, main profile at main level, with the largest VBV. */
static TsStdBuffer
picture(void)
{
    const EsVideo video = {.known = true, .profile = 4, .level = 8, .buffer_bits = 1835008};
    const EsPicture none = {0};
    TsStdBuffer buffer;
    TsStdModel model;

    ts_std_buffer_init(&buffer);
    g_assert_true(ts_std_video_model(TS_CODEC_MPEG2_VIDEO, &video, &none, &model));
    ts_std_buffer_set(&buffer, &model);
    return buffer;
}

static TsBufferFigures
figures_of(TsStdBuffer *buffer)
{
    TsBufferFigures figures;

    ts_std_buffer_figures(buffer, &figures);
    ts_std_buffer_clear(buffer);
    return figures;
}

/* @n packets of @bytes each, one every @every ticks from @from on. Returns: what was found */
static unsigned
packets(TsStdBuffer *buffer, unsigned n, unsigned bytes, double from, double every)
{
    unsigned found = 0;

    for (unsigned i = 0; i < n; i++)
        found |= ts_std_buffer_packet(buffer, from + i * every, bytes);
    return found;
}

static void
tb_holds_two_packets_in_a_burst_and_not_four(void)
{
    TsStdBuffer buffer = sound();

    g_assert_cmpuint(packets(&buffer, 2, 0, 0, 1000), ==, 0);
    g_assert_cmpuint(packets(&buffer, 4, 0, 10 * MS, 1000), ==, TS_STD_OVERFLOW);
    g_assert_cmpuint(packets(&buffer, 4, 0, 20 * MS, 1000), ==, TS_STD_OVERFLOW);
    const TsBufferFigures figures = figures_of(&buffer);

    g_assert_cmpuint(figures.transport_overflows, ==, 2);
    g_assert_cmpuint(figures.transport_max, >, 512);
}

static void
tb_that_packets_leave_as_they_come_never_runs_over(void)
{
    TsStdBuffer buffer = sound();

    g_assert_cmpuint(packets(&buffer, 1000, 0, 0, 0.76 * MS), ==, 0);
    g_assert_cmpuint(figures_of(&buffer).transport_max, ==, 188);
}

static void
tb_that_is_not_empty_for_a_second_is_found_each_second(void)
{
    TsStdBuffer buffer = sound();

    /* First two at once, then as fast as it leaks: it never runs dry, nor over. */
    packets(&buffer, 2, 0, 0, 1);
    g_assert_cmpuint(packets(&buffer, 1300, 0, 0.752 * MS, 0.752 * MS), ==, 0);
    g_assert_cmpuint(packets(&buffer, 100, 0, 1301 * 0.752 * MS, 0.752 * MS), ==,
                     TS_STD_NEVER_EMPTY);
    g_assert_cmpuint(figures_of(&buffer).never_empty, ==, 1);
}

static void
b_is_emptied_by_units_at_their_times(void)
{
    TsStdBuffer buffer = sound();

    for (unsigned i = 0; i < 500; i++) {
        g_assert_true(ts_std_buffer_unit(&buffer, i * 576.0, 576, (100 + 24 * i) * MS));
        g_assert_cmpuint(packets(&buffer, 4, 144, 24 * i * MS, 6 * MS), ==, 0);
    }
    const TsBufferFigures figures = figures_of(&buffer);

    g_assert_cmpuint(figures.units, ==, 496);
    g_assert_cmpuint(figures.fill_max, ==, 17 * 144); /* 100 ms of 24 B a ms, and what is begun */
    g_assert_cmpint(figures.delay_max_us, ==, 100 * US_PER_MS - 752);
}

static void
b_that_runs_over_is_found_once(void)
{
    TsStdBuffer buffer = sound();

    ts_std_buffer_unit(&buffer, 0, 4000, 900 * MS);
    g_assert_cmpuint(packets(&buffer, 19, 184, 0, MS), ==, 0);
    g_assert_cmpuint(packets(&buffer, 1, 184, 20 * MS, MS), ==, TS_STD_OVERFLOW);
    g_assert_cmpuint(packets(&buffer, 3, 184, 21 * MS, MS), ==, 0);
    g_assert_cmpuint(figures_of(&buffer).overflows, ==, 1);
}

static void
a_unit_that_is_not_whole_when_due_is_an_underflow(void)
{
    TsStdBuffer buffer = sound();

    ts_std_buffer_unit(&buffer, 0, 576, 30 * MS);
    ts_std_buffer_unit(&buffer, 576, 576, 54 * MS);
    g_assert_cmpuint(packets(&buffer, 3, 184, 0, MS), ==, 0);
    g_assert_cmpuint(packets(&buffer, 1, 184, 31 * MS, MS), ==, 0);
    g_assert_cmpuint(packets(&buffer, 3, 184, 32 * MS, MS), ==, TS_STD_UNDERFLOW);
    packets(&buffer, 1, 184, 60 * MS, MS);
    const TsBufferFigures figures = figures_of(&buffer);

    g_assert_cmpuint(figures.underflows, ==, 1);
    g_assert_cmpuint(figures.units, ==, 2);
}

static void
a_picture_whose_end_is_seen_after_its_time_is_no_underflow(void)
{
    TsStdBuffer buffer = picture();

    ts_std_buffer_unit(&buffer, 0, 0, 30 * MS);
    packets(&buffer, 10, 184, 0, MS);
    g_assert_cmpuint(packets(&buffer, 1, 0, 40 * MS, MS), ==, 0);
    ts_std_buffer_unit(&buffer, 1840, 0, 70 * MS);
    g_assert_cmpuint(packets(&buffer, 10, 184, 41 * MS, MS), ==, 0);
    ts_std_buffer_unit(&buffer, 3680, 0, 110 * MS);
    g_assert_cmpuint(packets(&buffer, 1, 184, 80 * MS, MS), ==, 0);
    g_assert_cmpuint(figures_of(&buffer).units, ==, 2);
}

static void
a_pes_packet_of_several_pictures_is_not_judged(void)
{
    TsStdBuffer buffer = picture();
    unsigned found = 0;

    /* One picture each, then one PES packet with three, sent as these are due. */
    for (unsigned i = 0; i < 3; i++) {
        ts_std_buffer_unit(&buffer, i * 184.0, 0, (50 + 40 * i) * MS);
        found |= packets(&buffer, 1, 184, 40 * i * MS, MS);
    }
    ts_std_buffer_unit(&buffer, 3 * 184.0, 0, 170 * MS);
    found |= packets(&buffer, 3, 184, 120 * MS, 40 * MS);
    ts_std_buffer_unit(&buffer, 6 * 184.0, 0, 290 * MS);
    found |= packets(&buffer, 2, 184, 260 * MS, 40 * MS);
    g_assert_cmpuint(found, ==, 0);
    g_assert_cmpuint(figures_of(&buffer).underflows, ==, 0);
}

static void
pictures_without_times_are_not_judged_but_tb_is(void)
{
    TsStdBuffer buffer = picture();

    ts_std_buffer_unit(&buffer, 0, 0, 30 * MS);
    ts_std_buffer_no_time(&buffer);
    g_assert_cmpuint(packets(&buffer, 2000, 184, 0, 0.2 * MS), ==, 0);
    ts_std_buffer_unit(&buffer, 2000 * 184, 0, 500 * MS);
    g_assert_cmpuint(packets(&buffer, 10, 184, 600 * MS, 1), ==, TS_STD_OVERFLOW);
    const TsBufferFigures figures = figures_of(&buffer);

    g_assert_cmpuint(figures.transport_overflows, ==, 1);
    g_assert_cmpuint(figures.overflows + figures.underflows + figures.units, ==, 0);
}

static void
mb_runs_over_when_eb_is_full(void)
{
    TsStdBuffer buffer = picture();
    const double eb = 1835008 / 8, mb = 10000;
    const unsigned n = (unsigned)((eb + mb) / 184);

    ts_std_buffer_unit(&buffer, 0, 0, 900 * MS);
    g_assert_cmpuint(packets(&buffer, n, 184, 0, 0.2 * MS), ==, 0);
    g_assert_cmpuint(packets(&buffer, 2, 184, n * 0.2 * MS, 0.2 * MS), ==, TS_STD_OVERFLOW);
    const TsBufferFigures figures = figures_of(&buffer);

    g_assert_cmpuint(figures.overflows, ==, 1);
    g_assert_cmpuint(figures.fill_max, ==, (guint)eb);
    g_assert_cmpuint(figures.multiplex_size, ==, (guint)mb);
}

static void
mb_runs_over_when_data_comes_faster_than_it_leaks(void)
{
    const EsVideo video = {.known = true, .profile = 66, .level = 20};
    const EsPicture none = {0};
    TsStdBuffer buffer;
    TsStdModel model;

    ts_std_buffer_init(&buffer);
    g_assert_true(ts_std_video_model(TS_CODEC_H264, &video, &none, &model));
    ts_std_buffer_set(&buffer, &model);
    ts_std_buffer_unit(&buffer, 0, 0, 900 * MS);
    /* 2.8 Mb/s of packets, 2.74 Mb/s into MB, 2.4 Mb/s out of it: 1600 bytes last for 37 ms. */
    const double every = 188 * 8 / 2.8e6 * 27e6;

    g_assert_cmpuint(packets(&buffer, 65, 184, 0, every), ==, 0);
    g_assert_cmpuint(packets(&buffer, 10, 184, 65 * every, every), ==, TS_STD_OVERFLOW);
    g_assert_cmpuint(buffer.figures.overflows, ==, 1);
    ts_std_buffer_clear(&buffer);
}

static void
a_unit_larger_than_eb_never_is_whole_and_holds_nothing_up(void)
{
    const EsVideo video = {.known = true, .profile = 4, .level = 8, .buffer_bits = 16384};
    const EsPicture none = {.vbv_delay = true};
    TsStdBuffer buffer = picture();
    TsStdModel model;
    unsigned found = 0;

    g_assert_true(ts_std_video_model(TS_CODEC_MPEG2_VIDEO, &video, &none, &model));
    ts_std_buffer_set(&buffer, &model); /* EB of 2048 bytes */
    for (unsigned i = 0; i < 10; i++) {
        ts_std_buffer_unit(&buffer, i * 20 * 184.0, 0, (50 + 40 * i) * MS);
        found |= packets(&buffer, 20, 184, 40 * i * MS, MS);
    }
    g_assert_cmpuint(found, ==, TS_STD_UNDERFLOW);
    g_assert_cmpuint(figures_of(&buffer).underflows, >=, 8);
}

static void
data_that_stays_for_more_than_a_second_is_found_a_unit(void)
{
    TsStdBuffer buffer = picture();

    ts_std_buffer_unit(&buffer, 0, 0, 1000 * MS);
    g_assert_cmpuint(packets(&buffer, 2, 184, 0, MS), ==, 0);
    ts_std_buffer_unit(&buffer, 368, 0, 1040 * MS);
    g_assert_cmpuint(packets(&buffer, 2, 184, 39 * MS, MS), ==, TS_STD_DELAY);
    g_assert_cmpuint(figures_of(&buffer).delays, ==, 1);
}

static void
after_a_restart_nothing_is_known_and_nothing_found(void)
{
    TsStdBuffer buffer = sound();

    ts_std_buffer_unit(&buffer, 0, 576, 30 * MS);
    packets(&buffer, 3, 184, 0, MS);
    ts_std_buffer_restart(&buffer);
    g_assert_false(buffer.aligned);
    g_assert_cmpuint(packets(&buffer, 3, 0, 31 * MS, 10 * MS), ==, 0);
    ts_std_buffer_unit(&buffer, 0, 576, 100 * MS);
    g_assert_cmpuint(packets(&buffer, 4, 184, 60 * MS, MS), ==, 0);
    g_assert_cmpuint(packets(&buffer, 1, 184, 120 * MS, MS), ==, 0);
    const TsBufferFigures figures = figures_of(&buffer);

    g_assert_cmpuint(figures.restarts, ==, 1);
    g_assert_cmpuint(figures.units, ==, 1);
}

static void
more_units_than_there_is_room_for_are_refused(void)
{
    TsStdBuffer buffer = sound();

    for (unsigned i = 0; i < TS_STD_UNITS_MAX; i++)
        g_assert_true(ts_std_buffer_unit(&buffer, i, 1, i * MS));
    g_assert_false(ts_std_buffer_unit(&buffer, TS_STD_UNITS_MAX, 1, 5000 * MS));
    ts_std_buffer_clear(&buffer);
}

typedef struct {
    TsCodec codec;
    EsVideo video;
    double rx_bps, mb_bytes, rbx_bps, eb_bytes; /* of the standard */
} Sizes;

static void
sizes_follow_profile_level_and_hrd(void)
{
    static const Sizes sizes[] = {
        {TS_CODEC_MPEG2_VIDEO,
         {.known = true, .profile = 4, .level = 8, .buffer_bits = 1835008},
         18e6,
         10000,
         15e6,
         229376},
        {TS_CODEC_MPEG2_VIDEO,
         {.known = true, .profile = 4, .level = 4, .buffer_bits = 9781248},
         96e6,
         53333,
         80e6,
         1222656},
        {TS_CODEC_H264, {.known = true, .profile = 100, .level = 40}, 36e6, 16000, 24e6, 3750000},
        {TS_CODEC_H264,
         {.known = true,
          .profile = 100,
          .level = 40,
          .buffer_bits = 8000000,
          .buffer_bps = 8000000},
         9.6e6,
         2766000,
         24e6,
         1000000},
        {TS_CODEC_HEVC, {.known = true, .profile = 2, .level = 153}, 52.8e6, 29333, 44e6, 5500000},
    };
    const EsPicture none = {0};

    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        TsStdModel model;

        g_assert_true(ts_std_video_model(sizes[i].codec, &sizes[i].video, &none, &model));
        g_assert_cmpfloat_with_epsilon(model.transport_rate * 8 * 27e6, sizes[i].rx_bps, 1);
        g_assert_cmpfloat_with_epsilon(model.transport_rate * model.transport_ticks, 1, 1e-9);
        g_assert_cmpfloat_with_epsilon(model.multiplex_size, sizes[i].mb_bytes, 1);
        g_assert_cmpfloat_with_epsilon(model.multiplex_rate * 8 * 27e6, sizes[i].rbx_bps, 1);
        g_assert_cmpfloat_with_epsilon(model.size, sizes[i].eb_bytes, 1);
    }
}

static void
what_has_no_model_is_not_applicable(void)
{
    const EsVideo odd = {.known = true, .profile = 4, .level = 3}, unknown = {0};
    const TsComponent opus = {.codec = TS_CODEC_OPUS, .kind = TS_KIND_AUDIO};
    const EsAudio audio = {.sample_rate_hz = 48000};
    const EsPicture none = {0};
    TsStdModel model;

    g_assert_false(ts_std_video_model(TS_CODEC_MPEG2_VIDEO, &odd, &none, &model));
    g_assert_false(ts_std_video_model(TS_CODEC_H264, &odd, &none, &model));
    g_assert_false(ts_std_video_model(TS_CODEC_H264, &unknown, &none, &model));
    g_assert_false(ts_std_audio_model(&opus, &audio, &model));
}

#define TEST(function) g_test_add_func("/ts-std/" #function, function)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST(tb_holds_two_packets_in_a_burst_and_not_four);
    TEST(tb_that_packets_leave_as_they_come_never_runs_over);
    TEST(tb_that_is_not_empty_for_a_second_is_found_each_second);
    TEST(b_is_emptied_by_units_at_their_times);
    TEST(b_that_runs_over_is_found_once);
    TEST(a_unit_that_is_not_whole_when_due_is_an_underflow);
    TEST(a_picture_whose_end_is_seen_after_its_time_is_no_underflow);
    TEST(a_pes_packet_of_several_pictures_is_not_judged);
    TEST(pictures_without_times_are_not_judged_but_tb_is);
    TEST(mb_runs_over_when_eb_is_full);
    TEST(mb_runs_over_when_data_comes_faster_than_it_leaks);
    TEST(a_unit_larger_than_eb_never_is_whole_and_holds_nothing_up);
    TEST(data_that_stays_for_more_than_a_second_is_found_a_unit);
    TEST(after_a_restart_nothing_is_known_and_nothing_found);
    TEST(more_units_than_there_is_room_for_are_refused);
    TEST(sizes_follow_profile_level_and_hrd);
    TEST(what_has_no_model_is_not_applicable);
    return g_test_run();
}

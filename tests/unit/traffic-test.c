/* The traffic generator's streams: loops without a seam, forms at key frames, dice by seed. */
#include <string.h>

#include "tests/traffic/channel.h"

#define FPS        25
#define GOP        25
#define RATE_UNITS 760 /* 1.0 Mb/s */

typedef struct {
    unsigned units, packets_per_unit; /* of the stream to make */
    uint8_t stream_id, type;
    bool video;
    uint8_t fill; /* payload bytes, to tell streams apart */
} Recipe;

static void
append(GByteArray *ts, const uint8_t *packet)
{
    g_byte_array_append(ts, packet, PACKET_SIZE);
}

static void
append_tables(GByteArray *ts, const Recipe *recipe)
{
    uint8_t pat[16] = {0x00, 0xb0, 13, 0, 1, 0xc1, 0, 0, 0, 1, 0xe1, 0x00};
    uint8_t pmt[21] = {0x02, 0xb0, 18,           0,    1,    0xc1, 0,   0, 0xe1, 0x23,
                       0xf0, 0x00, recipe->type, 0xe1, 0x23, 0xf0, 0x00};
    uint8_t packet[PACKET_SIZE];

    section_seal(pat, sizeof pat);
    packet_write_section(packet, 0, 0, pat, sizeof pat);
    append(ts, packet);
    section_seal(pmt, sizeof pmt);
    packet_write_section(packet, 0x100, 0, pmt, sizeof pmt);
    append(ts, packet);
}

/* A transport stream with one PES packet a unit, on PID 0x123. */
static GBytes *
make_ts(const Recipe *recipe)
{
    g_autoptr(GByteArray) ts = g_byte_array_new();

    append_tables(ts, recipe);
    for (unsigned unit = 0; unit < recipe->units; unit++) {
        for (unsigned i = 0; i < recipe->packets_per_unit; i++) {
            const bool key = recipe->video && i == 0 && unit % GOP == 0;
            uint8_t packet[PACKET_SIZE] = {0x47, i == 0 ? 0x41 : 0x01, 0x23, key ? 0x30 : 0x10, 1,
                                           0x40};
            uint8_t *payload = packet + (key ? 6 : 4);
            const uint8_t pes[9] = {0,
                                    0,
                                    1,
                                    recipe->stream_id,
                                    0,
                                    0,
                                    0x80,
                                    recipe->video ? 0xc0 : 0x80,
                                    recipe->video ? 10 : 5};

            memset(payload, recipe->fill, (size_t)(packet + PACKET_SIZE - payload));
            if (i == 0) {
                memcpy(payload, pes, sizeof pes);
                memset(payload + 9, 0x21, 10);
                packet_restamp(payload + 9, unit * 3600 + (recipe->video ? 7200 : 0));
                if (recipe->video)
                    packet_restamp(payload + 14, unit * 3600);
            }
            append(ts, packet);
        }
    }
    return g_byte_array_free_to_bytes(g_steal_pointer(&ts));
}

static Stream *
make_stream(const Recipe *recipe, size_t skip, uint32_t unit_90k)
{
    g_autoptr(GBytes) ts = make_ts(recipe);
    g_autoptr(GError) error = NULL;
    Stream *stream = stream_from_ts(ts, recipe->video ? STREAM_VIDEO : STREAM_AUDIO, skip,
                                    recipe->units - skip, &error);

    g_assert_no_error(error);
    stream->unit_90k = unit_90k;
    return stream;
}

static Source *
make_source(void)
{
    Source *source = g_new0(Source, 1);

    source->rate_bps = RATE_UNITS * SOURCE_RATE_UNIT_BPS;
    source->gop_units = GOP;
    source->picture[PICTURE_NORMAL] =
        make_stream(&(Recipe){24 * FPS, 15, 0xe0, 0x1b, true, 0x11}, 0, 3600);
    source->picture[PICTURE_BLACK] =
        make_stream(&(Recipe){GOP, 3, 0xe0, 0x1b, true, 0x22}, 0, 3600);
    source->picture[PICTURE_FREEZE] =
        make_stream(&(Recipe){GOP, 2, 0xe0, 0x1b, true, 0x33}, 0, 3600);
    source->sound = make_stream(&(Recipe){1125 + 8, 2, 0xc0, 0x0f, false, 0x44}, 8, 1920);
    source->silence = make_stream(&(Recipe){20, 1, 0xc0, 0x0f, false, 0x55}, 8, 1920);
    return source;
}

static const PlanChannel plan = {
    .id = "ch-01", .name = "North One HD", .service_id = 1001, .rtp = true};

static void
stream_units_keep_their_bytes_and_stamps(void)
{
    g_autoptr(Stream) stream = make_stream(&(Recipe){GOP, 3, 0xe0, 0x1b, true, 0x11}, 0, 3600);
    const StreamUnit *first = stream_unit(stream, 0), *second = stream_unit(stream, 1);

    g_assert_cmpuint(stream->units->len, ==, GOP);
    g_assert_cmpuint(stream->type, ==, 0x1b);
    g_assert_true(first->key);
    g_assert_false(second->key);
    g_assert_cmpuint(first->packets, ==, 3);
    g_assert_cmpint(first->presented_after, ==, 7200);
    g_assert_cmpuint(
        packet_stamp(stream->packets->data + second->first_packet * PACKET_SIZE + second->dts_at),
        ==, 3600);
}

static void
too_short_a_stream_is_refused(void)
{
    g_autoptr(GBytes) ts = make_ts(&(Recipe){GOP, 3, 0xe0, 0x1b, true, 0x11});
    g_autoptr(GError) error = NULL;

    g_assert_null(stream_from_ts(ts, STREAM_VIDEO, 0, GOP + 1, &error));
    g_assert_nonnull(error);
    g_clear_error(&error);
    g_assert_null(stream_from_ts(ts, STREAM_AUDIO, 0, 0, &error));
    g_assert_nonnull(error);
}

/* What a receiver would keep while it checks a stream. */
typedef struct {
    int counter[8192]; /* -1: not seen */
    uint64_t pcr, pcr_slot, dts, pts_audio;
    bool pcr_seen, dts_seen, audio_seen;
} Receiver;

static void
check_counter(Receiver *receiver, const uint8_t *packet)
{
    int *last = &receiver->counter[packet_pid(packet)];
    const int counter = packet[3] & 0x0f;

    if (packet_pid(packet) == PACKET_NULL_PID)
        return;
    if (*last >= 0)
        g_assert_cmpint(counter, ==, packet[3] & 0x10 ? (*last + 1) & 0x0f : *last);
    *last = counter;
}

static void
check_pcr(Receiver *receiver, const Mux *mux, const uint8_t *packet, uint64_t slot)
{
    if (!(packet[3] & 0x20) || packet[4] < 7 || !(packet[5] & 0x10))
        return;
    const uint64_t base = (uint64_t)packet[6] << 25 | (uint64_t)packet[7] << 17 |
                          (uint64_t)packet[8] << 9 | (uint64_t)packet[9] << 1 | packet[10] >> 7;
    const uint64_t pcr = base * 300 + ((packet[10] & 1U) << 8 | packet[11]);
    const uint64_t exact = (mux->clock + slot * SOURCE_LOOP_27M / mux->loop_slots) % PCR27_MODULUS;

    g_assert_cmpuint(pcr, ==, exact);
    if (receiver->pcr_seen)
        g_assert_cmpuint(pcr27_distance(receiver->pcr, pcr), <=, 35 * 27000);
    receiver->pcr = pcr;
    receiver->pcr_seen = true;
}

static void
check_stamps(Receiver *receiver, const uint8_t *packet)
{
    const bool video = packet_pid(packet) == MUX_VIDEO_PID;
    const uint8_t *pes = packet + 4 + (packet[3] & 0x20 ? packet[4] + 1 : 0);

    if (!(packet[1] & 0x40) || !(packet[3] & 0x10) ||
        (!video && packet_pid(packet) != MUX_AUDIO_PID))
        return;
    const uint64_t stamp = packet_stamp(pes + (video ? 14 : 9));
    uint64_t *last = video ? &receiver->dts : &receiver->pts_audio;
    bool *seen = video ? &receiver->dts_seen : &receiver->audio_seen;

    if (*seen)
        g_assert_cmpint(pts90_distance(*last, stamp), ==, video ? 3600 : 1920);
    if (video)
        g_assert_cmpint(pts90_distance(stamp, packet_stamp(pes + 9)), ==, 7200);
    *last = stamp;
    *seen = true;
}

static void
two_loops_run_on_without_a_seam_and_across_the_clock_wrap(void)
{
    g_autoptr(Source) source = make_source();
    g_autofree Receiver *receiver = g_new0(Receiver, 1);
    const MuxIdentity identity = {.name = "North One HD",
                                  .service_id = 1001,
                                  .clock = PCR27_MODULUS - 300 * 90000 * 10,
                                  .start_gop = 7};
    uint8_t packet[PACKET_SIZE];
    Mux mux;

    memset(receiver->counter, 0xff, sizeof receiver->counter);
    mux_init(&mux, source, &identity);
    g_assert_cmpuint(mux.loop_slots % DATAGRAM_PACKETS, ==, 0);
    for (uint64_t slot = 0; slot < 2 * mux.loop_slots + mux.loop_slots / 5; slot++) {
        mux_next(&mux, packet);
        g_assert_cmpuint(packet[0], ==, 0x47);
        check_counter(receiver, packet);
        check_pcr(receiver, &mux, packet, slot);
        check_stamps(receiver, packet);
    }
    g_assert_true(receiver->dts_seen && receiver->audio_seen && receiver->pcr_seen);
    g_assert_cmpuint(mux.service[0].video.unit, >, 2 * 24 * FPS);
    g_assert_cmpuint(mux.late_units, ==, 0);
}

static void
a_black_picture_comes_and_goes_at_key_frames(void)
{
    g_autoptr(Source) source = make_source();
    const MuxIdentity identity = {.name = "x", .service_id = 1};
    uint8_t packet[PACKET_SIZE];
    unsigned changes = 0;
    Mux mux;

    mux_init(&mux, source, &identity);
    for (uint64_t slot = 0; slot < mux.loop_slots; slot++) {
        const PictureForm before = mux.form;

        mux.wanted = slot > 1000 && slot < 5000 ? PICTURE_BLACK : PICTURE_NORMAL;
        mux_next(&mux, packet);
        if (mux.form == before)
            continue;
        changes++;
        g_assert_cmpuint(mux.service[0].video.unit % GOP, ==, 0);
    }
    g_assert_cmpuint(changes, ==, 2);
    g_assert_cmpuint(mux.form_packets % (GOP * 3), ==, 0);
    g_assert_cmpuint(mux.form_packets, >, 0);
}

static void
ignore(const Channel *channel, const Broken *broken, bool start, void *user_data)
{
    (*(unsigned *)user_data)++;
}

/* Makes the next datagram. Returns how many are sent for it. */
static unsigned
next_count(Channel *channel, Outbox *outbox)
{
    outbox->count = 0;
    channel_next(channel, 0, outbox);
    return outbox->count;
}

/* Which of the first 4000 datagrams are lost, as text of 0 and 1. */
static char *
losses(const Source *source, uint32_t index, uint64_t seed)
{
    g_autofree Channel *channel = g_new0(Channel, 1);
    const Impairment loss = {.kind = IMPAIR_LOSS, .figure = {0.05}};
    g_autoptr(GString) lost = g_string_new(NULL);
    g_autofree Outbox *outbox = g_new0(Outbox, 1);
    unsigned notices = 0;

    channel_init(channel, &plan, source, index, seed);
    channel_break(channel, &loss, 0, US_NEVER);
    channel_step(channel, 0, ignore, &notices);
    g_assert_cmpuint(notices, ==, 1);
    for (unsigned i = 0; i < 4000; i++)
        g_string_append_c(lost, next_count(channel, outbox) == 0 ? '1' : '0');
    return g_strdup(lost->str);
}

static void
the_seed_fixes_which_datagrams_are_lost(void)
{
    g_autoptr(Source) source = make_source();
    g_autofree char *one = losses(source, 0, 1);
    g_autofree char *again = losses(source, 0, 1);
    g_autofree char *other_seed = losses(source, 0, 2);
    g_autofree char *other_channel = losses(source, 1, 1);
    unsigned lost = 0;

    for (const char *at = one; *at != '\0'; at++)
        lost += *at == '1';
    g_assert_cmpstr(one, ==, again);
    g_assert_cmpstr(one, !=, other_seed);
    g_assert_cmpstr(one, !=, other_channel);
    g_assert_cmpuint(lost, >, 140);
    g_assert_cmpuint(lost, <, 260);
}

static void
a_burst_is_one_run_of_datagrams_and_ends_by_itself(void)
{
    g_autoptr(Source) source = make_source();
    g_autofree Channel *channel = g_new0(Channel, 1);
    const Impairment burst = {.kind = IMPAIR_BURST, .figure = {20, 1000}};
    g_autofree Outbox *outbox = g_new0(Outbox, 1);
    unsigned notices = 0, lost = 0, runs = 0;
    bool before = false;

    channel_init(channel, &plan, source, 0, 1);
    channel_break(channel, &burst, 0, US_NEVER);
    for (unsigned i = 0; i < 200; i++) {
        channel_step(channel, i * 5000, ignore, &notices);
        const bool is_lost = next_count(channel, outbox) == 0;

        lost += is_lost;
        runs += is_lost && !before;
        before = is_lost;
    }
    g_assert_cmpuint(lost, ==, 20);
    g_assert_cmpuint(runs, ==, 1);
    g_assert_cmpuint(notices, ==, 2);
    g_assert_cmpuint(channel->broken[IMPAIR_BURST].state, ==, BROKEN_OFF);
}

static void
a_stop_ends_when_its_time_is_over_and_counts_what_was_lost(void)
{
    g_autoptr(Source) source = make_source();
    g_autofree Channel *channel = g_new0(Channel, 1);
    const Impairment stop = {.kind = IMPAIR_STOP};
    g_autofree Outbox *outbox = g_new0(Outbox, 1);
    unsigned notices = 0, sent = 0;

    channel_init(channel, &plan, source, 0, 1);
    channel_break(channel, &stop, 0, 100 * US_PER_MS);
    for (unsigned i = 0; i < 100; i++) {
        channel_step(channel, i * 5000, ignore, &notices);
        sent += next_count(channel, outbox);
    }
    g_assert_cmpuint(sent, ==, 80);
    g_assert_cmpuint(channel->broken[IMPAIR_STOP].packets, ==, 20 * DATAGRAM_PACKETS);
    g_assert_cmpuint(notices, ==, 2);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/traffic/stream/units", stream_units_keep_their_bytes_and_stamps);
    g_test_add_func("/traffic/stream/short", too_short_a_stream_is_refused);
    g_test_add_func("/traffic/mux/seam", two_loops_run_on_without_a_seam_and_across_the_clock_wrap);
    g_test_add_func("/traffic/mux/black", a_black_picture_comes_and_goes_at_key_frames);
    g_test_add_func("/traffic/channel/seed", the_seed_fixes_which_datagrams_are_lost);
    g_test_add_func("/traffic/channel/burst", a_burst_is_one_run_of_datagrams_and_ends_by_itself);
    g_test_add_func("/traffic/channel/stop",
                    a_stop_ends_when_its_time_is_over_and_counts_what_was_lost);
    return g_test_run();
}

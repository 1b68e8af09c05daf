/* Tables, clock references, sound, picture, else a null packet: in this order, slot by slot. */
#include "tests/traffic/mux.h"

#include <string.h>

#define PCR_PERIOD_MS   30
#define VIDEO_AHEAD_90K 108000 /* 1.2 s: the peak-rate buffer of the encoder and some more */
#define AUDIO_AHEAD_90K 36000
#define PROVIDER        "Gantry"

static uint64_t
slots_in_ms(const Mux *mux, uint64_t ms)
{
    return mux->loop_slots * ms / 24000;
}

/* The eight bytes that begin a long section; its length counts what follows the third byte. */
static void
begin_section(uint8_t *at, uint8_t table_id, size_t size, uint16_t id)
{
    at[0] = table_id;
    at[1] = (uint8_t)((table_id == 0x42 ? 0xf0 : 0xb0) | (size - 3) >> 8);
    at[2] = (uint8_t)(size - 3);
    at[3] = (uint8_t)(id >> 8);
    at[4] = (uint8_t)id;
    at[5] = 0xc1;
    at[6] = 0;
    at[7] = 0;
}

static void
write_pat(MuxTable *table, const MuxIdentity *identity)
{
    uint8_t *at = table->section;

    table->size = 16;
    begin_section(at, 0x00, table->size, identity->service_id);
    at[8] = (uint8_t)(identity->service_id >> 8);
    at[9] = (uint8_t)identity->service_id;
    at[10] = 0xe0 | MUX_PMT_PID >> 8;
    at[11] = (uint8_t)(MUX_PMT_PID & 0xff);
    section_seal(at, table->size);
}

static uint8_t *
write_pmt_entry(uint8_t *at, const Stream *stream, uint16_t pid)
{
    at[0] = stream->type;
    at[1] = (uint8_t)(0xe0 | pid >> 8);
    at[2] = (uint8_t)pid;
    at[3] = 0xf0;
    at[4] = stream->descriptors_size;
    memcpy(at + 5, stream->descriptors, stream->descriptors_size);
    return at + 5 + stream->descriptors_size;
}

static void
write_pmt(MuxTable *table, const Source *source, const MuxIdentity *identity)
{
    uint8_t *at = table->section;
    uint8_t *end = write_pmt_entry(at + 12, source->picture[PICTURE_NORMAL], MUX_VIDEO_PID);

    end = write_pmt_entry(end, source->sound, MUX_AUDIO_PID);
    table->size = (size_t)(end - at) + 4;
    begin_section(at, 0x02, table->size, identity->service_id);
    at[8] = 0xe0 | MUX_VIDEO_PID >> 8;
    at[9] = MUX_VIDEO_PID & 0xff;
    at[10] = 0xf0;
    at[11] = 0;
    section_seal(at, table->size);
}

static void
write_sdt(MuxTable *table, const MuxIdentity *identity)
{
    const size_t name = MIN(strlen(identity->name), MUX_NAME_MAX), provider = sizeof PROVIDER - 1;
    const size_t descriptor = 3 + provider + 1 + name;
    uint8_t *at = table->section;

    table->size = 16 + 2 + descriptor + 4;
    begin_section(at, 0x42, table->size, identity->service_id);
    at[8] = 0xff; /* original network: private */
    at[9] = 0x01;
    at[10] = 0xff;
    at[11] = (uint8_t)(identity->service_id >> 8);
    at[12] = (uint8_t)identity->service_id;
    at[13] = 0xfc;
    at[14] = 0x80; /* running, in the clear */
    at[15] = (uint8_t)(descriptor + 2);
    at[16] = 0x48;
    at[17] = (uint8_t)descriptor;
    at[18] = 0x01; /* digital television */
    at[19] = (uint8_t)provider;
    memcpy(at + 20, PROVIDER, provider);
    at[20 + provider] = (uint8_t)name;
    memcpy(at + 21 + provider, identity->name, name);
    section_seal(at, table->size);
}

void
mux_init(Mux *mux, const Source *source, const MuxIdentity *identity)
{
    const Stream *picture = source->picture[PICTURE_NORMAL];
    const uint64_t groups = picture->units->len / source->gop_units;
    const uint64_t first = identity->start_gop % groups * source->gop_units;

    *mux = (Mux){.source = source, .clock = identity->clock};
    mux->loop_slots =
        (uint64_t)source->rate_bps / SOURCE_RATE_UNIT_BPS * SOURCE_PACKETS_PER_RATE_UNIT;
    mux->pcr_slots = slots_in_ms(mux, PCR_PERIOD_MS);
    mux->video = (MuxFeed){
        .stream = picture, .first = first, .pid = MUX_VIDEO_PID, .ahead_90k = VIDEO_AHEAD_90K};
    mux->audio = (MuxFeed){.stream = source->sound,
                           .pid = MUX_AUDIO_PID,
                           .ahead_90k = AUDIO_AHEAD_90K,
                           .first = first * picture->unit_90k / source->sound->unit_90k};
    mux->table[0] = (MuxTable){.pid = 0, .every_slots = slots_in_ms(mux, 100)};
    mux->table[1] = (MuxTable){.pid = MUX_PMT_PID, .every_slots = slots_in_ms(mux, 100)};
    mux->table[2] = (MuxTable){.pid = MUX_SDT_PID, .every_slots = slots_in_ms(mux, 1000)};
    write_pat(&mux->table[0], identity);
    write_pmt(&mux->table[1], source, identity);
    write_sdt(&mux->table[2], identity);
}

/* When unit @unit of @feed is decoded, 90 kHz from slot 0; the first picture is due after its wait.
 * Sound keeps time with the picture. */
static uint64_t
decoded_at(const MuxFeed *feed, uint64_t unit)
{
    return VIDEO_AHEAD_90K + unit * feed->stream->unit_90k;
}

static bool
is_due(const MuxFeed *feed, uint64_t now_90k)
{
    return feed->packet > 0 || now_90k + feed->ahead_90k >= decoded_at(feed, feed->unit);
}

static void
stamp(const Mux *mux, const StreamUnit *unit, uint64_t decoded, uint8_t *out)
{
    const uint64_t clock = mux->clock / 300 + (uint64_t)(mux->shift_27m / 300) + decoded;

    if (unit->pts_at != 0)
        packet_restamp(out + unit->pts_at,
                       (clock + (uint64_t)(int64_t)unit->presented_after) & (PTS90_MODULUS - 1));
    if (unit->dts_at != 0)
        packet_restamp(out + unit->dts_at, clock & (PTS90_MODULUS - 1));
}

/* Sends the next packet of @feed. */
static void
send_feed(Mux *mux, MuxFeed *feed, uint64_t now_90k, uint8_t *out)
{
    const StreamUnit *unit = stream_unit(feed->stream, feed->first + feed->unit);
    const uint64_t decoded = decoded_at(feed, feed->unit);

    memcpy(out,
           feed->stream->packets->data + (size_t)(unit->first_packet + feed->packet) * PACKET_SIZE,
           PACKET_SIZE);
    out[1] |= (uint8_t)(feed->pid >> 8);
    out[2] = (uint8_t)feed->pid;
    out[3] |= feed->counter;
    feed->counter = (feed->counter + 1) & 0x0f;
    if (feed->packet == 0)
        stamp(mux, unit, decoded, out);
    if (++feed->packet < unit->packets)
        return;
    feed->packet = 0;
    feed->unit++;
    if (now_90k > decoded)
        mux->late_units++;
}

/* Takes up what is wanted where the stream allows it: pictures before a key frame, sound before any
 * frame. */
static void
change_forms(Mux *mux)
{
    const Source *source = mux->source;

    if (mux->form != mux->wanted && mux->video.packet == 0 &&
        mux->video.unit % source->gop_units == 0) {
        mux->form = mux->wanted;
        mux->video.stream = source->picture[mux->form];
    }
    if (mux->silent != mux->silent_wanted && mux->audio.packet == 0) {
        mux->silent = mux->silent_wanted;
        mux->audio.stream = mux->silent ? source->silence : source->sound;
    }
}

static MuxTable *
table_due(Mux *mux)
{
    for (size_t i = 0; i < G_N_ELEMENTS(mux->table); i++) {
        if (mux->slot >= mux->table[i].next_slot)
            return &mux->table[i];
    }
    return NULL;
}

/* What comes next when no clock reference is due. */
static void
write_next(Mux *mux, uint64_t now_90k, uint8_t *out)
{
    MuxTable *table = table_due(mux);

    if (table != NULL) {
        packet_write_section(out, table->pid, table->counter, table->section, table->size);
        table->counter = (table->counter + 1) & 0x0f;
        table->next_slot += table->every_slots;
    } else if (is_due(&mux->audio, now_90k)) {
        send_feed(mux, &mux->audio, now_90k, out);
        mux->silent_packets += mux->silent;
    } else if (is_due(&mux->video, now_90k)) {
        send_feed(mux, &mux->video, now_90k, out);
        mux->form_packets += mux->form != PICTURE_NORMAL;
    } else {
        packet_write_null(out);
    }
}

void
mux_next(Mux *mux, uint8_t *out)
{
    const uint64_t now_27m = mux->slot * SOURCE_LOOP_27M / mux->loop_slots;

    change_forms(mux);
    if (mux->slot >= mux->next_pcr_slot) {
        const uint64_t pcr =
            (mux->clock + now_27m + PCR27_MODULUS + (uint64_t)mux->shift_27m) % PCR27_MODULUS;

        packet_write_pcr(out, mux->video.pid, (mux->video.counter - 1) & 0x0f, pcr);
        mux->next_pcr_slot += mux->pcr_slots;
    } else {
        write_next(mux, now_27m / 300, out);
    }
    mux->slot++;
    if (mux->missing_pid != 0 && packet_pid(out) == mux->missing_pid) {
        packet_write_null(out);
        mux->taken_out++;
    }
}

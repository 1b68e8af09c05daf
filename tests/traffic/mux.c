/* Tables, clock references, sound, picture, else a null packet: in this order, slot by slot. */
#include "tests/traffic/mux.h"

#include <string.h>

#define PCR_PERIOD_MS       30
#define VIDEO_AHEAD_90K     108000 /* 1.2 s: the peak-rate buffer of the encoder and some more */
#define AUDIO_AHEAD_90K     36000
#define TABLE_PERIOD_MS     100
#define SDT_PERIOD_MS       1000
#define TABLE_APART_MS      8    /* so that a decoder's buffer for tables never holds all of them */
#define SERVICE_ID_STEP     1000 /* from one service to the next of the same multiplex */
#define STREAM_TYPE_PRIVATE 0x06
#define VERSION_MAX         0x1f

static uint64_t
slots_in_ms(const Mux *mux, uint64_t ms)
{
    return mux->loop_slots * ms / 24000;
}

static TableEntry
entry_of(const MuxFeed *feed)
{
    return (TableEntry){.pid = feed->pid,
                        .type = feed->stream->type,
                        .descriptors = feed->stream->descriptors,
                        .descriptors_size = feed->stream->descriptors_size};
}

static void
init_service(Mux *mux, unsigned index, const MuxIdentity *identity)
{
    static const char *const names[TABLES_SERVICES_MAX] = {"", "Service 2", "Service 3",
                                                           "Service 4"};
    const Source *source = mux->source;
    const Stream *picture = source->picture[PICTURE_NORMAL];
    const uint64_t groups = picture->units->len / source->gop_units;
    const uint64_t first = identity->start_gop % groups * source->gop_units;
    const uint16_t step = (uint16_t)(index * MUX_PID_STEP);
    MuxService *service = &mux->service[index];

    service->next_pcr_slot = index * mux->pcr_slots / mux->n_services;
    service->video = (MuxFeed){
        .stream = picture,
        .first = first,
        .pid = (uint16_t)(MUX_VIDEO_PID + step),
        .ahead_90k = source->video_ahead_90k != 0 ? source->video_ahead_90k : VIDEO_AHEAD_90K,
        .gap_slots = source->video_gap_slots,
    };
    service->audio = (MuxFeed){
        .stream = source->sound,
        .first = first * picture->unit_90k / source->sound->unit_90k,
        .pid = (uint16_t)(MUX_AUDIO_PID + step),
        .ahead_90k = source->audio_ahead_90k != 0 ? source->audio_ahead_90k : AUDIO_AHEAD_90K,
        .gap_slots = source->audio_gap_slots,
    };
    service->listed = (TableService){
        .name = index == 0 ? identity->name : names[index],
        .service_id = (uint16_t)(identity->service_id + index * SERVICE_ID_STEP),
        .pmt_pid = (uint16_t)(MUX_PMT_PID + step),
        .pcr_pid = service->video.pid,
        .n_entries = 2,
        .entry = {entry_of(&service->video), entry_of(&service->audio)},
    };
}

/* Writes PAT and PMTs as they are now. */
static void
write_tables(Mux *mux)
{
    TableService listed[TABLES_SERVICES_MAX];

    for (unsigned i = 0; i < mux->n_services; i++) {
        listed[i] = mux->service[i].listed;
        mux->table[2 + i].pid = listed[i].pmt_pid;
        section_write_pmt(&mux->table[2 + i].section, &listed[i]);
    }
    section_write_pat(&mux->table[0].section, listed, mux->n_services, mux->faults.left_out,
                      mux->pat_version);
}

void
mux_init(Mux *mux, const Source *source, const MuxIdentity *identity)
{
    TableService listed[TABLES_SERVICES_MAX];

    *mux = (Mux){.source = source, .clock = identity->clock};
    mux->n_services = CLAMP(identity->services, 1, TABLES_SERVICES_MAX);
    mux->loop_slots =
        (uint64_t)source->rate_bps / SOURCE_RATE_UNIT_BPS * SOURCE_PACKETS_PER_RATE_UNIT;
    mux->pcr_slots = slots_in_ms(mux, PCR_PERIOD_MS);
    mux->table[0] = (MuxTable){.pid = 0, .every_slots = slots_in_ms(mux, TABLE_PERIOD_MS)};
    mux->table[1] = (MuxTable){.pid = MUX_SDT_PID, .every_slots = slots_in_ms(mux, SDT_PERIOD_MS)};
    for (unsigned i = 0; i < mux->n_services; i++) {
        init_service(mux, i, identity);
        listed[i] = mux->service[i].listed;
        mux->table[2 + i].every_slots = slots_in_ms(mux, TABLE_PERIOD_MS);
    }
    for (unsigned i = 1; i < 2 + mux->n_services; i++)
        mux->table[i].next_slot = i * slots_in_ms(mux, TABLE_APART_MS);
    write_tables(mux);
    section_write_sdt(&mux->table[1].section, listed, mux->n_services);
}

/* Takes the extra component into the first PMT, or out of it. */
static void
set_extra(TableService *listed, bool extra)
{
    listed->n_entries = extra ? 3 : 2;
    listed->entry[2] = (TableEntry){.pid = MUX_EXTRA_PID, .type = STREAM_TYPE_PRIVATE};
}

void
mux_set_faults(Mux *mux, const MuxTableFaults *faults)
{
    const MuxTableFaults before = mux->faults;
    TableService *first = &mux->service[0].listed;

    if (memcmp(&before, faults, sizeof before) == 0)
        return;
    mux->faults = *faults;
    if (faults->left_out != before.left_out || faults->moved_pid != before.moved_pid)
        mux->pat_version = (mux->pat_version + 1) & VERSION_MAX;
    if ((faults->version_up && !before.version_up) ||
        (faults->extra_entry != before.extra_entry &&
         (faults->extra_versioned || before.extra_versioned)))
        first->pmt_version = (first->pmt_version + 1) & VERSION_MAX;
    if ((faults->moved_pid != 0) != (before.moved_pid != 0)) {
        /* Each PID goes on with its own counter. */
        const uint8_t counter = mux->table[2].counter;

        mux->table[2].counter = mux->moved_counter;
        mux->moved_counter = counter;
    }
    first->pmt_pid = faults->moved_pid != 0 ? faults->moved_pid : MUX_PMT_PID;
    set_extra(first, faults->extra_entry);
    mux->table[2].every_slots =
        slots_in_ms(mux, faults->pmt_every_ms != 0 ? faults->pmt_every_ms : TABLE_PERIOD_MS);
    mux->table[2].next_slot = MIN(mux->table[2].next_slot, mux->slot + mux->table[2].every_slots);
    write_tables(mux);
}

/* When the next unit of @feed is decoded, 90 kHz from slot 0; the first picture is due after its
 * wait. Sound keeps time with the picture. */
static uint64_t
decoded_at(const Mux *mux, const MuxFeed *feed)
{
    return mux->service[0].video.ahead_90k + feed->unit * feed->stream->unit_90k;
}

static bool
is_due(const Mux *mux, const MuxFeed *feed, uint64_t now_90k)
{
    return mux->slot >= feed->next_slot &&
           (feed->packet > 0 || now_90k + feed->ahead_90k >= decoded_at(mux, feed));
}

/* A jump of the clock reaches the stamps behind the clock reference that shows it. */
static void
stamp(const Mux *mux, const MuxFeed *feed, const StreamUnit *unit, uint8_t *out)
{
    const uint64_t clock =
        mux->clock / 300 + (uint64_t)(feed->shift_27m / 300) + decoded_at(mux, feed);

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
    const uint64_t decoded = decoded_at(mux, feed);

    memcpy(out,
           feed->stream->packets->data + (size_t)(unit->first_packet + feed->packet) * PACKET_SIZE,
           PACKET_SIZE);
    out[1] |= (uint8_t)(feed->pid >> 8);
    out[2] = (uint8_t)feed->pid;
    out[3] |= feed->counter;
    feed->counter = (feed->counter + 1) & 0x0f;
    feed->next_slot = mux->slot + feed->gap_slots;
    if (feed->packet == 0)
        stamp(mux, feed, unit, out);
    if (feed->stream->numbered && !(out[3] & 0x20))
        packet_write_number(out, mux->slot);
    if (++feed->packet < unit->packets)
        return;
    feed->packet = 0;
    feed->unit++;
    if (now_90k > decoded)
        mux->late_units++;
}

/* Takes up what is wanted where the stream allows it: pictures before a key frame, sound before any
 * frame. All of it in the first service. */
static void
change_forms(Mux *mux)
{
    const Source *source = mux->source;
    MuxFeed *video = &mux->service[0].video, *audio = &mux->service[0].audio;

    if (mux->form != mux->wanted && video->packet == 0 && video->unit % source->gop_units == 0) {
        mux->form = mux->wanted;
        video->stream = source->picture[mux->form];
    }
    if (mux->silent != mux->silent_wanted && audio->packet == 0) {
        mux->silent = mux->silent_wanted;
        audio->stream = mux->silent ? source->silence : source->sound;
    }
}

/* A table that is missing was never sent: its counter does not go on. */
static void
send_table(Mux *mux, MuxTable *table, uint8_t *out)
{
    if (mux->is_missing && mux->missing_pid == table->pid) {
        packet_write_null(out);
        table->next_slot += table->every_slots;
        mux->taken_out++;
        return;
    }
    packet_write_section(out, table->pid, table->counter, table->section.bytes,
                         table->section.size);
    table->counter = (table->counter + 1) & 0x0f;
    table->next_slot += table->every_slots;
    if (!mux->faults.broken_crc || mux->faults.broken_crc_pid != table->pid)
        return;
    out[4 + table->section.size] ^= 0xff; /* the CRC's last byte, behind header and pointer */
    mux->broken_sections++;
}

static MuxTable *
table_due(Mux *mux)
{
    for (size_t i = 0; i < 2 + mux->n_services; i++) {
        if (mux->slot >= mux->table[i].next_slot)
            return &mux->table[i];
    }
    return NULL;
}

/* Sends for service @index if anything of it is due. */
static bool
send_service(Mux *mux, unsigned index, uint64_t now_90k, uint8_t *out)
{
    MuxService *service = &mux->service[index];

    if (is_due(mux, &service->audio, now_90k)) {
        send_feed(mux, &service->audio, now_90k, out);
        mux->silent_packets += index == 0 && mux->silent;
        return true;
    }
    if (!is_due(mux, &service->video, now_90k))
        return false;
    send_feed(mux, &service->video, now_90k, out);
    mux->form_packets += index == 0 && mux->form != PICTURE_NORMAL;
    return true;
}

/* What comes next when no clock reference is due; the services take turns. */
static void
write_next(Mux *mux, uint64_t now_90k, uint8_t *out)
{
    MuxTable *table = table_due(mux);

    if (table != NULL) {
        send_table(mux, table, out);
        return;
    }
    for (unsigned i = 0; i < mux->n_services; i++) {
        if (send_service(mux, (unsigned)((mux->slot + i) % mux->n_services), now_90k, out))
            return;
    }
    packet_write_null(out);
}

static void
send_pcr(Mux *mux, MuxService *service, uint8_t *out)
{
    const uint64_t pcr =
        (mux_clock(mux) + PCR27_MODULUS + (uint64_t)mux->shift_27m) % PCR27_MODULUS;

    packet_write_pcr(out, service->video.pid, (service->video.counter - 1) & 0x0f, pcr);
    if (mux->shift_flagged && service->video.shift_27m != mux->shift_27m)
        out[5] |= 0x80;
    service->video.shift_27m = service->audio.shift_27m = mux->shift_27m;
    service->next_pcr_slot += mux->pcr_slots;
}

static MuxService *
clock_due(Mux *mux)
{
    for (unsigned i = 0; i < mux->n_services; i++) {
        if (mux->slot >= mux->service[i].next_pcr_slot)
            return &mux->service[i];
    }
    return NULL;
}

uint64_t
mux_clock(const Mux *mux)
{
    return mux->clock + mux->slot * SOURCE_LOOP_27M / mux->loop_slots;
}

void
mux_next(Mux *mux, uint8_t *out)
{
    MuxService *clock = clock_due(mux);

    change_forms(mux);
    if (clock != NULL)
        send_pcr(mux, clock, out);
    else
        write_next(mux, (mux_clock(mux) - mux->clock) / 300, out);
    mux->slot++;
    if (mux->is_missing && packet_pid(out) == mux->missing_pid) {
        packet_write_null(out);
        mux->taken_out++;
    }
}

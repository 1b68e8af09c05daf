/* From the analyser's rings to notes. */
#include "pipelines/worker/stream-notes.h"

#include <glib.h>

#include "pipelines/ts/ts-analyser-es.h"
#include "pipelines/ts/ts-analyser-si.h"

typedef struct {
    StreamNotes *notes;
    const TsAnalyser *analyser;
    int64_t to_wall_us;
    StreamNote *found; /* MESSAGE_MAX_NOTES entries; @n_found are filled */
    size_t n_found;
} Reader;

static bool
is_full(const Reader *reader)
{
    return reader->n_found == MESSAGE_MAX_NOTES;
}

/* @text: (transfer full) */
static void
add(Reader *reader, NoteKind kind, MonoUs at_us, uint16_t pid, char *text)
{
    reader->found[reader->n_found++] = (StreamNote){
        .number = ++reader->notes->number,
        .kind = (uint8_t)kind,
        .at_us = at_us,
        .wall_us = at_us + reader->to_wall_us,
        .pid = pid,
        .pts = PTS90_MODULUS,
        .text = text,
    };
}

/* Events of other services are their channels' news. */
static void
read_events(Reader *reader, uint16_t service_id)
{
    StreamNotes *notes = reader->notes;
    TsEvent event;

    while (!is_full(reader) &&
           ts_analyser_events(reader->analyser, notes->events, &event, 1) == 1) {
        notes->events = event.number;
        if (event.service_id == 0 || event.service_id == service_id)
            add(reader, NOTE_TABLES, event.arrival_us, event.pid, g_strdup(event.text));
    }
}

/* "splice_insert event 1001 out, 30.000 s; Program Start (0x10), ..." Returns: (transfer full) */
static char *
describe_cue(const Scte35Entry *entry)
{
    const Scte35 *message = &entry->message;
    g_autoptr(GString) text = g_string_new(NULL);
    char line[SCTE35_DESCRIPTION_MAX];

    if (entry->verdict == SCTE35_CRC_BAD)
        return g_strdup("a message with a wrong checksum");
    if (entry->verdict == SCTE35_MALFORMED)
        return g_strdup("a message whose lengths do not fit");
    if (message->encrypted)
        return g_strdup("an encrypted message");
    g_string_append(text, scte35_command_name(message->command));
    for (size_t i = 0; i < scte35_events_kept(message); i++) {
        scte35_describe_event(&message->events[i], line, sizeof line);
        g_string_append_printf(text, " %s", line);
    }
    for (size_t i = 0; i < scte35_descriptors_kept(message); i++) {
        const Scte35Segmentation *segmentation = scte35_segmentation_at(message, i);
        if (!segmentation)
            continue;
        scte35_describe(segmentation, line, sizeof line);
        g_string_append_printf(text, "; %s", line);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* Where the log of @pid was read up to; NULL: there is no room for one more. */
static uint64_t *
read_up_to(StreamNotes *notes, uint16_t pid)
{
    for (size_t i = 0; i < STREAM_NOTES_CUES; i++) {
        if (notes->cues[i].pid != pid && notes->cues[i].pid != 0)
            continue;
        notes->cues[i].pid = pid;
        return &notes->cues[i].entry;
    }
    return NULL;
}

static void
read_cues(Reader *reader, uint16_t pid)
{
    const TsAncillary *ancillary = ts_analyser_ancillary(reader->analyser, pid);
    const Scte35Log *log = ancillary ? ts_ancillary_scte35(ancillary) : NULL;
    uint64_t *entry_read = log ? read_up_to(reader->notes, pid) : NULL;

    for (size_t i = 0; entry_read && !is_full(reader) && i < scte35_log_size(log); i++) {
        const Scte35Entry *entry = scte35_log_at(log, i);

        if (entry->number <= *entry_read)
            continue;
        *entry_read = entry->number;
        add(reader, NOTE_SPLICE, entry->first.arrival_us, pid, describe_cue(entry));
        if (entry->message.has_pts)
            reader->found[reader->n_found - 1].pts = entry->message.pts;
    }
}

/* One kind of change of a sender: where it stands, and its words. */
typedef struct {
    const char *what;
    const IpChange *change;
    bool hexadecimal;
} SenderChange;

/* "leg 1: DSCP changed from 34 to 0" Returns: (transfer full) */
static char *
describe_change(const SenderChange *sender, const IpLegFigures *leg, unsigned number)
{
    const IpChange *change = sender->change;
    char from[IP_SOURCE_TEXT_MAX], to[IP_SOURCE_TEXT_MAX];

    if (change == &leg->source) {
        ip_source_text(&leg->senders[MIN(change->from, IP_SENDERS_MAX - 1)].address, from,
                       sizeof from);
        ip_source_text(&leg->senders[MIN(change->to, IP_SENDERS_MAX - 1)].address, to, sizeof to);
        return g_strdup_printf("leg %u: another sender: %s before, %s now", number, from, to);
    }
    return g_strdup_printf(sender->hexadecimal ? "leg %u: %s changed from 0x%08x to 0x%08x"
                                               : "leg %u: %s changed from %u to %u",
                           number, sender->what, change->from, change->to);
}

static void
read_sender(Reader *reader, const IpLegFigures *leg, unsigned index)
{
    const SenderChange changes[STREAM_NOTES_CHANGES] = {
        {"SSRC", &leg->ssrc, true},
        {"RTP payload type", &leg->payload_type, false},
        {"DSCP", &leg->dscp, false},
        {"TTL", &leg->ttl, false},
        {"sender", &leg->source, false}};

    for (size_t i = 0; i < STREAM_NOTES_CHANGES && !is_full(reader); i++) {
        uint64_t *told = &reader->notes->changes[index][i];

        if (changes[i].change->count == *told)
            continue;
        *told = changes[i].change->count;
        add(reader, NOTE_SENDER, changes[i].change->at_us, TS_PID_NULL,
            describe_change(&changes[i], leg, index + 1));
    }
}

size_t
stream_notes_read(StreamNotes *notes,
                  const TsAnalyser *analyser,
                  const IpFigures *flow,
                  uint16_t service_id,
                  int64_t to_wall_us,
                  StreamNote *ret_notes)
{
    Reader reader = {notes, analyser, to_wall_us, ret_notes, 0};
    const TsService *service = ts_analyser_service(analyser, service_id);

    read_events(&reader, service ? service->service_id : service_id);
    for (size_t i = 0; service && i < service->n_components; i++)
        if (service->components[i].codec == TS_CODEC_SCTE35)
            read_cues(&reader, service->components[i].pid);
    for (unsigned leg = 0; leg < IP_LEGS; leg++)
        read_sender(&reader, &flow->legs[leg], leg);
    return reader.n_found;
}

/* The file is read twice rather than kept. */
#include "pipelines/probe/capture-source.h"

#include <inttypes.h>
#include <string.h>

#include "pipelines/base/error.h"
#include "pipelines/base/stream-address.h"
#include "pipelines/probe/capture-link.h"
#include "pipelines/probe/capture-reader.h"
#include "pipelines/probe/input-file.h"

#define FEC_PORT_STEP STREAM_FEC_COLUMN_OFFSET /* column FEC, and row FEC as far again */

typedef struct {
    const CaptureDatagram *datagram;
    WallUs time_us; /* 0: not known */
    int vlan;
} Arrived;

/* Returns: whether to go on */
typedef bool (*ArrivedVisitor)(const Arrived *arrived, void *user_data);

/* The flows that are played. */
typedef struct {
    ProbeSession *session;
    const CaptureFlow *legs[CAPTURE_FLOWS_CHOSEN_MAX]; /* no-ref; @n_legs entries */
    unsigned n_legs;
    WallUs start_us; /* what is time 1 of the session */
    MonoUs now_us;   /* of the last datagram */
    uint64_t back;   /* times that the capture's clock stepped back */
} Playing;

/* One pass over the file. */
typedef struct {
    CaptureIp *ip; /* owned */
    ArrivedVisitor visitor;
    void *user_data;
    WallUs start_us; /* first time in the file; 0 before */
    bool ended;      /* the visitor has enough */
} Pass;

static void
take_packet(const CapturePacket *packet, void *user_data)
{
    Pass *pass = user_data;
    CaptureDatagram datagram;
    ByteReader ip;
    Arrived arrived = {.datagram = &datagram, .time_us = packet->time_us};

    if (pass->ended)
        return;
    if (pass->start_us == 0)
        pass->start_us = packet->time_us;
    if (capture_link_ip(packet->link_type, byte_reader(packet->bytes, packet->size), &ip,
                        &arrived.vlan) &&
        capture_ip_take(pass->ip, ip, packet->time_us, &datagram))
        pass->ended = !pass->visitor(&arrived, pass->user_data);
}

/* Returns: (transfer full) (nullable): the reader at the end of the file, or of the pass */
static CaptureReader *
read_all(const char *path, Pass *pass, GError **error)
{
    g_autoptr(GInputStream) stream = input_file_open(path, error);
    g_autoptr(CaptureReader) reader = capture_reader_new(take_packet, pass);
    g_autofree uint8_t *chunk = g_malloc(INPUT_FILE_CHUNK);
    gssize size = 0;

    if (!stream)
        return NULL;
    while (!pass->ended && (size = input_file_read(stream, chunk, error)) > 0)
        capture_reader_push(reader, chunk, (size_t)size);
    return size < 0 ? NULL : g_steal_pointer(&reader);
}

static bool
note_flow(const Arrived *arrived, void *user_data)
{
    capture_flows_take(user_data, arrived->datagram, arrived->time_us, arrived->vlan);
    return true;
}

bool
capture_contents_read(const char *path, CaptureContents *ret_contents, GError **error)
{
    g_autoptr(CaptureFlows) flows = capture_flows_new();
    Pass pass = {.ip = capture_ip_new(), .visitor = note_flow, .user_data = flows};
    g_autoptr(CaptureReader) reader = read_all(path, &pass, error);

    if (reader) {
        const CaptureCounters counters = capture_reader_counters(reader);

        *ret_contents = (CaptureContents){
            .flows = g_steal_pointer(&flows),
            .counters = *capture_ip_counters(pass.ip),
            .packets = counters.packets,
            .skipped = counters.skipped,
            .start_us = pass.start_us,
            .cut = capture_reader_is_cut(reader),
            .broken = counters.broken,
        };
    }
    capture_ip_free(pass.ip);
    return reader != NULL;
}

void
capture_contents_clear(CaptureContents *contents)
{
    g_clear_pointer(&contents->flows, capture_flows_free);
}

/* Returns: (transfer none) (nullable): the flow named @text, or NULL with a sentence */
static const CaptureFlow *
find(const CaptureContents *contents, const char *text, GError **error)
{
    CaptureFlowKey key;
    const CaptureFlow *flow =
        capture_flow_key_parse(text, &key) ? capture_flows_find(contents->flows, &key) : NULL;

    if (!flow)
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "no UDP datagram to \"%s\" is in this capture; --list-flows shows what is",
                    text);
    return flow;
}

/* Fills in the flows to play. */
static bool
choose(const CaptureContents *contents, const char *const *texts, Playing *playing, GError **error)
{
    if (!texts || !texts[0])
        playing->legs[playing->n_legs++] = capture_flows_best(contents->flows);
    if (!playing->legs[0] && playing->n_legs > 0) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "no transport stream: none begins in any UDP datagram of this capture (%" PRIu64
                    " packets, %zu UDP flows)",
                    contents->packets, capture_flows_count(contents->flows));
        return false;
    }
    for (size_t i = 0; texts && texts[i] && i < CAPTURE_FLOWS_CHOSEN_MAX; i++) {
        const CaptureFlow *flow = find(contents, texts[i], error);

        if (!flow)
            return false;
        playing->legs[playing->n_legs++] = flow;
    }
    return true;
}

static void
warn_of_file(ProbeSession *session, const CaptureContents *contents)
{
    if (contents->cut)
        probe_session_warn(session, "the capture is truncated: it ends within a packet");
    if (contents->broken)
        probe_session_warn(session, "the capture is damaged: a length in it makes no sense, and "
                                    "what follows was not read");
    if (contents->skipped > 0)
        probe_session_warn(session,
                           "%" PRIu64 " blocks of the capture are damaged or too long and were "
                           "left out",
                           contents->skipped);
    if (contents->start_us == 0)
        probe_session_warn(session, "the packets of this capture have no times: rates and times "
                                    "are not known");
}

static void
warn_of_flow(ProbeSession *session, const CaptureContents *contents, const CaptureFlow *flow)
{
    const uint64_t refused = capture_flows_refused(contents->flows);

    if (contents->counters.unassembled > 0)
        probe_session_warn(session,
                           "%" PRIu64 " datagrams could not be put together: fragments are missing "
                           "in the capture",
                           contents->counters.unassembled);
    if (flow->cut > 0)
        probe_session_warn(session,
                           "%" PRIu64 " of %" PRIu64 " datagrams were cut when they were captured "
                           "(snapshot length): what is missing counts as lost",
                           flow->cut, flow->datagrams);
    if (refused > 0)
        probe_session_warn(session,
                           "there are more than %u flows: %" PRIu64 " datagrams were not looked at",
                           CAPTURE_FLOWS_MAX, refused);
}

/* Which leg and stream @key is of. Returns: false if none */
static bool
place_of(const Playing *playing, const CaptureFlowKey *key, IpDatagram *datagram)
{
    for (unsigned leg = 0; leg < playing->n_legs; leg++) {
        CaptureFlowKey media = playing->legs[leg]->key;

        for (unsigned stream = IP_STREAM_MEDIA; stream < IP_STREAM_COUNT; stream++) {
            const bool wanted = stream == IP_STREAM_MEDIA || playing->legs[leg]->rtp_datagrams > 0;

            if (wanted && capture_flow_key_equal(key, &media)) {
                datagram->leg = (uint8_t)leg;
                datagram->stream = (uint8_t)stream;
                return true;
            }
            media.port = (uint16_t)(media.port + FEC_PORT_STEP);
        }
    }
    return false;
}

static IpSource
source_of(const CaptureDatagram *datagram)
{
    IpSource source = {
        .family = datagram->source.version == 6 ? IP_FAMILY_6 : IP_FAMILY_4,
        .port = datagram->source_port,
    };

    memcpy(source.address, datagram->source.bytes, sizeof source.address);
    return source;
}

/* Time that never steps back. */
static MonoUs
arrival_of(Playing *playing, const Arrived *arrived)
{
    const MonoUs now_us = MAX(1 + arrived->time_us - playing->start_us, 1);

    playing->back += now_us < playing->now_us;
    playing->now_us = MAX(now_us, playing->now_us);
    return playing->now_us;
}

static bool
play(const Arrived *arrived, void *user_data)
{
    Playing *playing = user_data;
    const CaptureDatagram *captured = arrived->datagram;
    const CaptureFlowKey key = {captured->destination, captured->destination_port};
    IpDatagram datagram = {
        .data = captured->payload,
        .size = captured->payload_size,
        .tos = captured->tos,
        .ttl = captured->ttl,
        .header_known = true,
        .source = source_of(captured),
    };

    if (!place_of(playing, &key, &datagram))
        return true;
    datagram.arrival_us = arrival_of(playing, arrived);
    if (!probe_session_goes_on(playing->session, datagram.arrival_us))
        return false;
    probe_session_datagram(playing->session, &datagram);
    return true;
}

static bool
play_flows(const char *path, Playing *playing, GError **error)
{
    Pass pass = {.ip = capture_ip_new(), .visitor = play, .user_data = playing};
    g_autoptr(CaptureReader) reader = read_all(path, &pass, error);

    capture_ip_free(pass.ip);
    if (playing->back > 0)
        probe_session_warn(playing->session,
                           "the clock of the capture stepped back %" PRIu64 " times: those "
                           "datagrams count as coming with the one before",
                           playing->back);
    return reader != NULL;
}

bool
capture_source_run(ProbeSession *session,
                   const char *path,
                   const char *const *flows,
                   GError **error)
{
    g_auto(CaptureContents) contents = {0};
    Playing playing = {.session = session};

    if (!capture_contents_read(path, &contents, error) ||
        !choose(&contents, flows, &playing, error))
        return false;
    playing.start_us = playing.legs[0]->first_us;
    session->flow = *playing.legs[0];
    session->is_capture = true;
    session->clock_known = contents.start_us > 0;
    session->wall_offset_us = session->clock_known ? playing.start_us - 1 : 0;
    if (playing.n_legs > 1)
        probe_session_expect_leg(session);
    if (!play_flows(path, &playing, error))
        return false;
    probe_session_finish(session);
    warn_of_file(session, &contents);
    warn_of_flow(session, &contents, playing.legs[0]);
    return probe_session_check(session, error);
}

/* The file is read twice rather than kept. */
#include "pipelines/probe/capture-source.h"

#include <inttypes.h>

#include "pipelines/base/error.h"
#include "pipelines/probe/capture-link.h"
#include "pipelines/probe/capture-reader.h"
#include "pipelines/probe/input-file.h"

typedef struct {
    const CaptureDatagram *datagram;
    WallUs time_us; /* 0: not known */
    int vlan;
} Arrived;

/* Returns: whether to go on */
typedef bool (*ArrivedVisitor)(const Arrived *arrived, void *user_data);

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

/* Returns: (transfer none) (nullable): NULL with a sentence */
static const CaptureFlow *
choose(const CaptureContents *contents, const char *text, GError **error)
{
    const CaptureFlow *flow = NULL;
    CaptureFlowKey key;

    if (!text)
        flow = capture_flows_best(contents->flows);
    else if (capture_flow_key_parse(text, &key))
        flow = capture_flows_find(contents->flows, &key);
    if (!flow && text)
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "no UDP datagram to \"%s\" is in this capture; --list-flows shows what is",
                    text);
    else if (!flow)
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "no transport stream: none begins in any UDP datagram of this capture (%" PRIu64
                    " packets, %zu UDP flows)",
                    contents->packets, capture_flows_count(contents->flows));
    return flow;
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

typedef struct {
    ProbeSession *session;
    const CaptureFlow *flow;
    uint64_t back; /* times that the capture's clock stepped back */
} Playing;

static bool
play(const Arrived *arrived, void *user_data)
{
    Playing *playing = user_data;
    const CaptureDatagram *datagram = arrived->datagram;
    const CaptureFlowKey key = {datagram->destination, datagram->destination_port};
    MonoUs now_us = 1 + arrived->time_us - playing->flow->first_us;

    if (!capture_flow_key_equal(&key, &playing->flow->key))
        return true;
    if (now_us < playing->session->last_us) {
        playing->back++;
        now_us = playing->session->last_us;
    }
    now_us = MAX(now_us, 1);
    if (!probe_session_goes_on(playing->session, now_us))
        return false;
    probe_session_datagram(playing->session, datagram->payload, datagram->payload_size, now_us);
    return true;
}

static bool
play_flow(ProbeSession *session, const char *path, const CaptureFlow *flow, GError **error)
{
    Playing playing = {.session = session, .flow = flow};
    Pass pass = {.ip = capture_ip_new(), .visitor = play, .user_data = &playing};
    g_autoptr(CaptureReader) reader = read_all(path, &pass, error);

    capture_ip_free(pass.ip);
    if (playing.back > 0)
        probe_session_warn(session,
                           "the clock of the capture stepped back %" PRIu64 " times: those "
                           "datagrams count as coming with the one before",
                           playing.back);
    return reader != NULL;
}

bool
capture_source_run(ProbeSession *session, const char *path, const char *flow_text, GError **error)
{
    g_auto(CaptureContents) contents = {0};

    if (!capture_contents_read(path, &contents, error))
        return false;
    const CaptureFlow *flow = choose(&contents, flow_text, error);

    if (!flow)
        return false;
    session->flow = *flow;
    session->is_capture = true;
    session->clock_known = contents.start_us > 0;
    session->wall_offset_us = session->clock_known ? flow->first_us - 1 : 0;
    if (!play_flow(session, path, flow, error))
        return false;
    probe_session_finish(session);
    warn_of_file(session, &contents);
    warn_of_flow(session, &contents, flow);
    return probe_session_check(session, error);
}

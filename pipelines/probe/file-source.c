/* The file is read twice rather than kept. */
#include "pipelines/probe/file-source.h"

#include "pipelines/probe/input-file.h"

FileClock *
file_source_clock(const char *path, GError **error)
{
    g_autoptr(FileClock) clock = file_clock_new();
    g_autoptr(GInputStream) stream = input_file_open(path, error);
    g_autofree uint8_t *chunk = g_malloc(INPUT_FILE_CHUNK);
    gssize size;

    if (!stream)
        return NULL;
    while ((size = input_file_read(stream, chunk, error)) > 0)
        file_clock_push(clock, chunk, (gsize)size);
    file_clock_finish(clock);
    return size == 0 ? g_steal_pointer(&clock) : NULL;
}

/* Pushes packet by packet, each with its own time. Returns: false when no more is wanted */
static bool
push_chunk(ProbeSession *session, FileClock *clock, const uint8_t *chunk, size_t size)
{
    for (size_t at = 0; at < size; at += TS_PACKET_SIZE) {
        const uint64_t index = ts_analyser_packets(session->analyser);
        const MonoUs now_us = MAX(file_clock_arrival_us(clock, index), session->last_us);

        if (!probe_session_goes_on(session, now_us))
            return false;
        probe_session_push(session, chunk + at, MIN(TS_PACKET_SIZE, size - at), now_us);
    }
    return true;
}

static void
warn_of_the_end(ProbeSession *session, bool whole)
{
    const unsigned left = ts_analyser_begun(session->analyser);

    if (whole && left > 0)
        probe_session_warn(session, "the file is truncated: its last packet has %u of %u bytes",
                           left, TS_PACKET_SIZE);
    if (!session->clock_known)
        probe_session_warn(session, "no two PCRs: rates and times are not known");
}

bool
file_source_run(ProbeSession *session, const char *path, GError **error)
{
    g_autoptr(FileClock) clock = file_source_clock(path, error);
    g_autofree uint8_t *chunk = g_malloc(INPUT_FILE_CHUNK);
    gssize size;

    if (!clock)
        return false;
    g_autoptr(GInputStream) stream = input_file_open(path, error);

    if (!stream)
        return false;
    session->bitrate_bps = file_clock_bitrate_bps(clock);
    session->clock_known = session->bitrate_bps > 0;
    while ((size = input_file_read(stream, chunk, error)) > 0)
        if (!push_chunk(session, clock, chunk, (size_t)size))
            break;
    probe_session_finish(session);
    if (size < 0 || !probe_session_check(session, error))
        return false;
    warn_of_the_end(session, size == 0);
    return true;
}

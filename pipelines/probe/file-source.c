/* The file is read twice rather than kept. */
#include "pipelines/probe/file-source.h"

#include <gio/gio.h>

#include "pipelines/base/error.h"
#include "pipelines/probe/file-clock.h"

#define CHUNK (188u * 1024u)

static GFileInputStream *
open_file(const char *path, GError **error)
{
    g_autoptr(GFile) file = g_file_new_for_path(path);
    g_autoptr(GError) cause = NULL;
    GFileInputStream *stream = g_file_read(file, NULL, &cause);

    if (!stream)
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND, "%s", cause->message);
    return stream;
}

/* Returns: bytes read, 0 at the end, -1 on failure */
static gssize
read_chunk(GFileInputStream *stream, guint8 *chunk, GError **error)
{
    g_autoptr(GError) cause = NULL;
    gsize size = 0;

    if (g_input_stream_read_all(G_INPUT_STREAM(stream), chunk, CHUNK, &size, NULL, &cause))
        return (gssize)size;
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND, "%s", cause->message);
    return -1;
}

static bool
read_clock(const char *path, FileClock *clock, GError **error)
{
    g_autoptr(GFileInputStream) stream = open_file(path, error);
    g_autofree guint8 *chunk = g_malloc(CHUNK);
    gssize size;

    if (!stream)
        return false;
    while ((size = read_chunk(stream, chunk, error)) > 0)
        file_clock_push(clock, chunk, (gsize)size);
    file_clock_finish(clock);
    return size == 0;
}

/* Pushes piece by piece, each with the time of its first packet. Returns: false at @end_us. */
static bool
push_chunk(ProbeSession *session, FileClock *clock, const guint8 *chunk, gsize size, MonoUs end_us)
{
    for (gsize at = 0; at < size; at += TS_PACKET_SIZE) {
        TsCounters counters;

        ts_analyser_counters(session->analyser, &counters);
        const MonoUs now_us = file_clock_arrival_us(clock, counters.packets);

        if (now_us > end_us)
            return false;
        probe_session_push(session, chunk + at, MIN(TS_PACKET_SIZE, size - at),
                           MAX(now_us, session->last_us));
    }
    return true;
}

static void
warn_of_the_end(ProbeSession *session, bool whole)
{
    const unsigned left = ts_analyser_begun(session->analyser);

    if (whole && left > 0)
        probe_session_warn(session, g_strdup_printf("the file is truncated: its last packet has "
                                                    "%u of %u bytes",
                                                    left, TS_PACKET_SIZE));
    if (!session->clock_known)
        probe_session_warn(session, g_strdup("no two PCRs: rates and times are not known"));
}

bool
file_source_run(ProbeSession *session, const char *path, double seconds, GError **error)
{
    g_autoptr(FileClock) clock = file_clock_new();
    g_autofree guint8 *chunk = g_malloc(CHUNK);
    const MonoUs end_us = seconds > 0 ? (MonoUs)(seconds * (double)US_PER_SECOND) : US_NEVER;
    gssize size;

    if (!read_clock(path, clock, error))
        return false;
    g_autoptr(GFileInputStream) stream = open_file(path, error);

    if (!stream)
        return false;
    session->bitrate_bps = file_clock_bitrate_bps(clock);
    session->clock_known = session->bitrate_bps > 0;
    while ((size = read_chunk(stream, chunk, error)) > 0)
        if (!push_chunk(session, clock, chunk, (gsize)size, end_us))
            break;
    ts_analyser_finish(session->analyser);
    if (size < 0 || !probe_session_check(session, error))
        return false;
    warn_of_the_end(session, size == 0);
    return true;
}

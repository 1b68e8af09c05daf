/* The file through the graph without its pictures, the sound of one PID out of it. */
#include "pipelines/probe/sound-export.h"

#include <errno.h>
#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pipelines/base/error.h"
#include "pipelines/probe/file-source.h"
#include "pipelines/probe/media-graph.h"
#include "pipelines/probe/sound-recorder.h"

#define CHUNK 65536u

/* @fd: what standard input is copied to. */
static bool
copy_input(int fd, GError **error)
{
    g_autoptr(GInputStream) input = g_unix_input_stream_new(STDIN_FILENO, FALSE);
    g_autoptr(GOutputStream) kept = g_unix_output_stream_new(fd, FALSE);
    g_autoptr(GError) cause = NULL;
    char chunk[CHUNK];
    gsize total = 0;
    gssize size = 0;

    while ((size = g_input_stream_read(input, chunk, sizeof chunk, NULL, &cause)) > 0) {
        total += (gsize)size;
        if (total > SOUND_EXPORT_INPUT_MAX) {
            g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                        "standard input has more than %u MiB, give it as a file",
                        SOUND_EXPORT_INPUT_MAX >> 20);
            return false;
        }
        if (!g_output_stream_write_all(kept, chunk, (gsize)size, NULL, NULL, &cause))
            break;
    }
    if (cause != NULL)
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE,
                    "keeping standard input in memory: %s", cause->message);
    return cause == NULL;
}

char *
sound_export_keep_input(GError **error)
{
    const int fd = memfd_create("input", MFD_CLOEXEC);

    if (fd < 0) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE,
                    "keeping standard input in memory: %s", g_strerror(errno));
        return NULL;
    }
    if (!copy_input(fd, error)) {
        (void)close(fd);
        return NULL;
    }
    return g_strdup_printf("/proc/self/fd/%d", fd); /* open until the process ends */
}

GBytes *
sound_export_run(const char *path, uint16_t pid, Pts90 after, GError **error)
{
    g_autoptr(ProbeSession) session = probe_session_new(path);
    g_autoptr(SoundRecorder) recorder = sound_recorder_new(after);
    g_autoptr(Media) media = media_new(MEDIA_DEPTH_BITSTREAM, US_PER_SECOND);
    GBytes *wav = NULL;

    media->recorder = recorder;
    media->recorded_pid = pid;
    if (!file_source_run(session, path, error) || !media_graph_run(media, session, -1, error))
        return NULL;
    wav = sound_recorder_wav(recorder);
    if (wav == NULL)
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND,
                    "no sound of PID %u that can be decoded%s", pid,
                    after < PTS90_MODULUS ? " after this PTS" : "");
    return wav;
}

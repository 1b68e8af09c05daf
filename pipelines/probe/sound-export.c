/* The file through the graph without its pictures, the sound of one PID out of it. */
#include "pipelines/probe/sound-export.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pipelines/base/error.h"
#include "pipelines/probe/file-source.h"
#include "pipelines/probe/media-graph.h"
#include "pipelines/probe/sound-recorder.h"

#define CHUNK 65536u

static bool
fail(const char *what, GError **error)
{
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "%s: %s", what, g_strerror(errno));
    return false;
}

static bool
write_all(int fd, const char *chunk, size_t size)
{
    ssize_t written = 0;

    for (size_t done = 0; done < size; done += (size_t)written) {
        written = write(fd, chunk + done, size - done);
        if (written < 0)
            return false;
    }
    return true;
}

static bool
copy_input(int fd, GError **error)
{
    char chunk[CHUNK];
    size_t total = 0;
    ssize_t size = 0;

    while ((size = read(STDIN_FILENO, chunk, sizeof chunk)) != 0) {
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0)
            return fail("reading standard input", error);
        total += (size_t)size;
        if (total > SOUND_EXPORT_INPUT_MAX) {
            g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                        "standard input has more than %u MiB, give it as a file",
                        SOUND_EXPORT_INPUT_MAX >> 20);
            return false;
        }
        if (!write_all(fd, chunk, (size_t)size))
            return fail("keeping standard input in memory", error);
    }
    return true;
}

char *
sound_export_keep_input(GError **error)
{
    const int fd = memfd_create("input", MFD_CLOEXEC);

    if (fd < 0) {
        (void)fail("keeping standard input in memory", error);
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

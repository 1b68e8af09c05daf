/* The stream into a file, the file through the graph, the last thumbnails out. */
#include "pipelines/probe/live-picture.h"

#include <glib/gstdio.h>

#include "pipelines/base/error.h"
#include "pipelines/probe/file-source.h"
#include "pipelines/probe/media-graph.h"

static void
picture_free(gpointer data)
{
    ProbePicture *picture = data;

    g_bytes_unref(picture->jpeg);
    g_free(picture);
}

void
live_picture_expect(ProbeSession *session)
{
    session->kept = g_byte_array_new();
    session->keep_max = LIVE_PICTURE_KEEP;
    session->pictures = g_ptr_array_new_with_free_func(picture_free);
}

static void
collect(ProbeSession *session, const Media *media)
{
    for (guint i = 0; i < media->videos->len && i < LIVE_PICTURE_COUNT; i++) {
        const MediaVideo *video = &g_array_index(media->videos, MediaVideo, i);
        ProbePicture *picture = NULL;

        if (video->jpeg == NULL)
            continue;
        picture = g_new0(ProbePicture, 1);
        picture->service_id = video->service_id;
        picture->jpeg = g_bytes_ref(video->jpeg);
        g_ptr_array_add(session->pictures, picture);
    }
}

static bool
look_at_file(ProbeSession *session, const char *path, GError **error)
{
    g_autoptr(ProbeSession) file = probe_session_new(path);
    g_autoptr(Media) media = media_new(MEDIA_DEPTH_EVERY_KEY, US_PER_SECOND);

    media->wants_pictures = true;
    if (!file_source_run(file, path, error) || !media_graph_run(media, file, -1, error))
        return false;
    collect(session, media);
    return true;
}

bool
live_picture_take(ProbeSession *session, const char *folder, GError **error)
{
    g_autofree char *path = g_build_filename(folder, LIVE_PICTURE_FILE, NULL);
    g_autoptr(GError) cause = NULL;

    if (!g_file_set_contents_full(path, (const char *)session->kept->data,
                                  (gssize)session->kept->len, G_FILE_SET_CONTENTS_NONE, 0600,
                                  &cause)) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "keeping the stream: %s",
                    cause->message);
        return false;
    }
    const bool looked = look_at_file(session, path, error);

    (void)g_unlink(path);
    return looked;
}

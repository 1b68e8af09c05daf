/* Read by the disk pool, then written to a process and read from it side by side. */
#include "appliance/http/sound-maker.h"

#include <gio/gio.h>
#include <gio/gunixoutputstream.h>
#include <glib-unix.h>

#include "appliance/http/app.h"
#include "appliance/http/view-segments.h"
#include "pipelines/base/error.h"

#define CHUNK        (256u << 10)
#define STATUS_WRONG 2 /* of gantry-probe: no such sound */

struct SoundMaker {
    char *program;
    GPtrArray *jobs; /* (element-type Job): on their way */
};

typedef struct {
    SoundMaker *maker;    /* no-ref */
    HttpRequest *request; /* owned */
    SegmentReader reader;
    char *input_id;
    char *channel_id;
    SoundWanted wanted; /* of the two above */
    SegmentClip *clip;  /* owned; (nullable) */
    SegmentClipInfo info;
    GError *error;      /* of opening; (nullable) */
    uint8_t *chunk;     /* owned; CHUNK bytes on their way from the disk to the process */
    gssize read;        /* bytes in @chunk */
    bool on_disk;       /* the disk pool has the job */
    GSubprocess *child; /* (nullable) */
    GSource *deadline;  /* (nullable) */
    GByteArray *wav;
    bool feeding;  /* it has not had all of its input */
    bool draining; /* it has not ended */
    bool ended;    /* by us: too much, too late, or nobody wants it */
} Job;

static void
job_free(gpointer data)
{
    Job *job = (Job *)data;

    if (job->deadline != NULL) {
        g_source_destroy(job->deadline);
        g_source_unref(job->deadline);
    }
    g_clear_object(&job->child);
    g_clear_error(&job->error);
    job->reader.close(job->clip);
    g_free(job->chunk);
    g_byte_array_unref(job->wav);
    http_request_unref(job->request);
    g_free(job->input_id);
    g_free(job->channel_id);
    g_free(job);
}

SoundMaker *
sound_maker_new(const char *program)
{
    SoundMaker *maker = g_new0(SoundMaker, 1);

    maker->program = g_strdup(program);
    maker->jobs = g_ptr_array_new_with_free_func(job_free);
    return maker;
}

static void
end_child(Job *job)
{
    job->ended = true;
    if (job->child != NULL)
        g_subprocess_force_exit(job->child);
}

/* What a disk holds that hangs stays with the disk pool. */
static bool
is_ending(const Job *job)
{
    return job->draining || (job->feeding && !job->on_disk);
}

void
sound_maker_free(SoundMaker *maker)
{
    GMainContext *context = g_main_context_get_thread_default();
    bool ending = true;

    if (maker == NULL)
        return;
    while (ending) {
        ending = false;
        for (guint i = 0; i < maker->jobs->len; i++) {
            Job *job = (Job *)maker->jobs->pdata[i];

            ending = ending || is_ending(job);
            end_child(job);
        }
        if (ending)
            g_main_context_iteration(context, TRUE); /* lint: allow, the loop itself has ended */
    }
    g_ptr_array_set_free_func(maker->jobs, NULL);
    g_ptr_array_unref(maker->jobs);
    g_free(maker->program);
    g_free(maker);
}

static void
busy(HttpRequest *request, const char *what)
{
    http_request_set_header(request, "Retry-After", "2");
    http_request_problem(request, 503, "busy", what);
}

static void
answer(const Job *job)
{
    HttpRequest *request = job->request;
    const bool exited = g_subprocess_get_if_exited(job->child);
    const int status = exited ? g_subprocess_get_exit_status(job->child) : -1;

    if (request->gone)
        return;
    if (!job->ended && status == STATUS_WRONG) {
        http_request_problem(request, 404, "not-found",
                             "This part of the recording has no sound of this PID that can be "
                             "decoded.");
        return;
    }
    if (job->ended || status != 0 || job->wav->len == 0) {
        http_request_problem(request, 503, "unavailable",
                             "The sound could not be decoded: the process that does it ended.");
        return;
    }
    g_autoptr(GBytes) body = g_bytes_new(job->wav->data, job->wav->len);

    view_clip_headers(&job->info, soup_server_message_get_response_headers(request->message));
    http_request_set_header(request, "Cache-Control", "no-store");
    http_request_reply(request, 200, "audio/wav", body);
}

static void
finish_if_done(Job *job)
{
    if (job->feeding || job->draining)
        return;
    answer(job);
    g_ptr_array_remove_fast(job->maker->jobs, job);
}

/* There is no more input, or nobody who reads it. */
static void
stop_feeding(Job *job)
{
    (void)g_output_stream_close(g_subprocess_get_stdin_pipe(job->child), NULL, NULL);
    job->feeding = false;
    finish_if_done(job);
}

static void feed(Job *job);

static void
on_written(GObject *source, GAsyncResult *result, gpointer data)
{
    Job *job = (Job *)data;

    /* A process that ends without having read its input makes that fail; its status counts. */
    if (g_output_stream_write_all_finish(G_OUTPUT_STREAM(source), result, NULL, NULL))
        feed(job);
    else
        stop_feeding(job);
}

static void
work_read(gpointer data)
{
    Job *job = (Job *)data;

    job->read = job->reader.read(job->clip, job->chunk, CHUNK);
}

static void
done_read(gpointer data)
{
    Job *job = (Job *)data;

    job->on_disk = false;
    if (job->read < 0)
        end_child(job);
    if (job->read <= 0 || job->ended) {
        stop_feeding(job);
        return;
    }
    g_output_stream_write_all_async(g_subprocess_get_stdin_pipe(job->child), job->chunk,
                                    (gsize)job->read, G_PRIORITY_DEFAULT, NULL, on_written, job);
}

static void
feed(Job *job)
{
    job->on_disk = disk_pool_push(job->request->app->disk, work_read, done_read, job);
    if (job->on_disk)
        return;
    end_child(job);
    stop_feeding(job);
}

static void
on_ended(GObject *source, GAsyncResult *result, gpointer data)
{
    Job *job = (Job *)data;

    (void)g_subprocess_wait_finish(G_SUBPROCESS(source), result, NULL);
    job->draining = false;
    finish_if_done(job);
}

static void read_on(Job *job);

static void
on_read(GObject *source, GAsyncResult *result, gpointer data)
{
    Job *job = (Job *)data;
    g_autoptr(GBytes) chunk =
        g_input_stream_read_bytes_finish(G_INPUT_STREAM(source), result, NULL);
    const gsize size = chunk != NULL ? g_bytes_get_size(chunk) : 0;

    if (size > 0 && job->wav->len + size <= SOUND_WAV_MAX) {
        g_byte_array_append(job->wav, g_bytes_get_data(chunk, NULL), (guint)size);
        read_on(job);
        return;
    }
    if (size > 0)
        end_child(job);
    g_subprocess_wait_async(job->child, NULL, on_ended, job);
}

static void
read_on(Job *job)
{
    g_input_stream_read_bytes_async(g_subprocess_get_stdout_pipe(job->child), CHUNK,
                                    G_PRIORITY_DEFAULT, NULL, on_read, job);
}

static gboolean
on_deadline(gpointer data)
{
    Job *job = (Job *)data;

    g_warning("sound of %s: gantry-probe has not decoded it in %u s and is ended", job->channel_id,
              SOUND_DEADLINE_S);
    end_child(job);
    return G_SOURCE_REMOVE;
}

/* A process that does not read what it is given shall not hold this thread: GLib leaves the pipe
 * blocking, and then writes more to it than there is room for. */
static bool
make_patient(GSubprocess *child, GError **error)
{
    GOutputStream *input = g_subprocess_get_stdin_pipe(child);

    return g_unix_set_fd_nonblocking(g_unix_output_stream_get_fd(G_UNIX_OUTPUT_STREAM(input)), TRUE,
                                     error);
}

/* Returns: (transfer full) (nullable) */
static GSubprocess *
spawn(const Job *job, GError **error)
{
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                  G_SUBPROCESS_FLAGS_STDERR_SILENCE);
    g_autofree char *pid = g_strdup_printf("%u", job->wanted.pid);
    g_autofree char *after = g_strdup_printf("%" G_GUINT64_FORMAT, job->wanted.after);
    const bool whole = job->wanted.after >= PTS90_MODULUS;
    const char *words[] = {job->maker->program,      "--sound", pid, "-",
                           whole ? NULL : "--after", after,     NULL};
    char *nothing[] = {NULL};

    g_subprocess_launcher_set_environ(launcher, nothing);
    g_autoptr(GSubprocess) child = g_subprocess_launcher_spawnv(launcher, words, error);

    if (child == NULL || make_patient(child, error))
        return g_steal_pointer(&child);
    g_subprocess_force_exit(child);
    return NULL;
}

static void
decode(Job *job)
{
    g_autoptr(GError) error = NULL;

    job->child = spawn(job, &error);
    if (job->child == NULL) {
        g_warning("sound of %s: %s", job->channel_id, error->message);
        http_request_problem(job->request, 503, "unavailable",
                             "The program that decodes sound does not start.");
        g_ptr_array_remove_fast(job->maker->jobs, job);
        return;
    }
    job->deadline = g_timeout_source_new_seconds(SOUND_DEADLINE_S);
    g_source_set_callback(job->deadline, on_deadline, job, NULL);
    g_source_attach(job->deadline, g_main_context_get_thread_default());
    job->feeding = job->draining = true;
    read_on(job);
    feed(job);
}

static void
work_open(gpointer data)
{
    Job *job = (Job *)data;

    job->clip = job->reader.open(job->reader.self, &job->wanted.query, &job->info, &job->error);
    if (job->clip != NULL && job->info.bytes > SOUND_CLIP_MAX)
        job->error = g_error_new(GANTRY_ERROR, GANTRY_ERROR_INVALID,
                                 "this part of the recording has %" G_GUINT64_FORMAT
                                 " MiB, and sound is made of %u MiB at most; ask for less time",
                                 job->info.bytes >> 20, SOUND_CLIP_MAX >> 20);
}

static void
done_open(gpointer data)
{
    Job *job = (Job *)data;

    job->on_disk = false;
    if (job->error == NULL && !job->request->gone && !job->ended) {
        decode(job);
        return;
    }
    if (job->error != NULL && !job->request->gone)
        http_request_problem_of(job->request, job->error);
    g_ptr_array_remove_fast(job->maker->jobs, job);
}

void
sound_maker_answer(SoundMaker *maker, HttpRequest *request, const SoundWanted *wanted)
{
    Job *job = NULL;

    if (maker->jobs->len >= SOUNDS_AT_ONCE) {
        busy(request, "Many listen at the moment; ask again soon.");
        return;
    }
    job = g_new0(Job, 1);
    job->maker = maker;
    job->request = http_request_ref(request);
    job->reader = *request->app->ports.segments;
    job->input_id = g_strdup(wanted->query.input_id);
    job->channel_id = g_strdup(wanted->query.channel_id);
    job->wanted = *wanted;
    job->wanted.query.input_id = job->input_id;
    job->wanted.query.channel_id = job->channel_id;
    job->chunk = g_malloc(CHUNK);
    job->wav = g_byte_array_new();
    job->on_disk = disk_pool_push(request->app->disk, work_open, done_open, job);
    if (!job->on_disk) {
        busy(request, "The disk is busy; ask again soon.");
        job_free(job);
        return;
    }
    g_ptr_array_add(maker->jobs, job);
    http_request_defer(request);
}

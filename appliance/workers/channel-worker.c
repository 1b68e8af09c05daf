/* Reading and writing the socket of one worker. */
#include "appliance/workers/channel-worker.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pipelines/base/clock.h"
#include "pipelines/base/error.h"
#include "pipelines/contract/codec.h"

#define MAX_PER_TURN   64u             /* messages read before others have their turn */
#define PAUSE_MS       50u             /* reading rests that long when the rate is exceeded */
#define FUTURE_SLACK   (US_PER_SECOND) /* a time may be ahead of ours by that much */
#define TOKENS_PER_US  ((double)CHANNEL_WORKER_MAX_PER_SECOND / (double)US_PER_SECOND)
#define BYE_MAX_REASON 200u

struct _GantryChannelWorker {
    GObject parent;

    int fd; /* -1 when lost */
    GMainContext *context;
    ChannelWorkerClock clock;
    GSource *reader; /* (nullable): %NULL while paused or lost */
    GSource *writer; /* (nullable): while something waits in @queue */
    GSource *pause;  /* (nullable): until reading goes on */

    char *input_id; /* (nullable): before the Hello */
    char *build;
    uint32_t pid;
    MonoUs heard_us; /* of the last message, or of the connection */

    double tokens; /* messages that may be read now */
    MonoUs tokens_us;
    uint64_t last_sequence; /* received */
    uint64_t skipped;       /* messages skipped since that one */
    uint64_t sent_sequence;
    GQueue *queue; /* (element-type GBytes): what the socket did not take yet */
    ChannelWorkerCounts counts;
};

G_DEFINE_TYPE(GantryChannelWorker, gantry_channel_worker, G_TYPE_OBJECT)

enum { SIGNAL_HELLO, SIGNAL_MESSAGE, SIGNAL_LOST, N_SIGNALS };

static guint signals[N_SIGNALS];

static gboolean on_readable(int fd, GIOCondition condition, gpointer user_data);

static void
drop_source(GSource **source)
{
    if (*source != NULL)
        g_source_destroy(*source);
    g_clear_pointer(source, g_source_unref);
}

static void
disconnect(GantryChannelWorker *self)
{
    drop_source(&self->reader);
    drop_source(&self->writer);
    drop_source(&self->pause);
    if (self->fd >= 0)
        close(self->fd);
    self->fd = -1;
}

/* Ends the connection and says why; nothing follows. */
static void G_GNUC_PRINTF(3, 4) lose(GantryChannelWorker *self, int code, const char *format, ...)
{
    va_list arguments;

    if (self->fd < 0)
        return;
    disconnect(self);
    va_start(arguments, format);
    g_autoptr(GError) error = g_error_new_valist(GANTRY_ERROR, code, format, arguments);
    va_end(arguments);
    g_signal_emit(self, signals[SIGNAL_LOST], 0, error);
}

static GSource *
watch(GantryChannelWorker *self, GIOCondition condition, GUnixFDSourceFunc function)
{
    GSource *source = g_unix_fd_source_new(self->fd, condition);

    g_source_set_callback(source, G_SOURCE_FUNC(function), self, NULL);
    g_source_attach(source, self->context);
    return source;
}

static gboolean
on_pause_over(gpointer user_data)
{
    GantryChannelWorker *self = user_data;

    drop_source(&self->pause);
    self->reader = watch(self, G_IO_IN, on_readable);
    return G_SOURCE_REMOVE;
}

/* Whether one more message may be read; if not, reading pauses and the rest waits in the socket, so
 * that a worker that floods us fills its own queue. */
static bool
may_read(GantryChannelWorker *self)
{
    const MonoUs now_us = self->clock();
    const double earned = (double)(now_us - self->tokens_us) * TOKENS_PER_US;

    self->tokens = MIN(self->tokens + MAX(earned, 0), (double)CHANNEL_WORKER_BURST);
    self->tokens_us = now_us;
    if (self->tokens >= 1)
        return true;
    self->counts.pauses++;
    drop_source(&self->reader);
    self->pause = g_timeout_source_new(PAUSE_MS);
    g_source_set_callback(self->pause, on_pause_over, self, NULL);
    g_source_attach(self->pause, self->context);
    return false;
}

static MonoUs
latest_of_media(const ChannelReport *channel)
{
    MonoUs latest = 0;

    for (size_t i = 0; i < channel->n_checks; i++)
        latest = MAX(latest, channel->checks[i].looked_us);
    for (size_t i = 0; i < channel->n_audios; i++) {
        for (size_t k = 0; k < channel->audios[i].n_faults; k++)
            latest = MAX(latest, channel->audios[i].faults[k].since_us);
    }
    return latest;
}

/* The latest time that @message claims. */
static MonoUs
latest_time(const Message *message)
{
    MonoUs latest = 0;

    switch ((MessageKind)message->kind) {
    case MESSAGE_EDGE:
        return message->edge.state.since_us;
    case MESSAGE_THUMBNAIL:
        return message->thumbnail.captured_us;
    case MESSAGE_LEVELS:
        return message->levels.at_us;
    case MESSAGE_EVIDENCE:
        return message->evidence.until_us;
    case MESSAGE_REPORT:
        latest = message->report.at_us;
        for (size_t i = 0; i < message->report.n_channels; i++) {
            const ChannelReport *channel = &message->report.channels[i];

            for (size_t k = 0; k < channel->n_faults; k++)
                latest = MAX(latest, channel->faults[k].since_us);
            for (size_t k = 0; k < channel->n_indicators; k++)
                latest = MAX(latest, channel->indicators[k].last_us);
            latest = MAX(latest, latest_of_media(channel));
        }
        return latest;
    case MESSAGE_NOTES:
        for (size_t i = 0; i < message->notes.n_notes; i++)
            latest = MAX(latest, message->notes.notes[i].at_us);
        return latest;
    case MESSAGE_STRUCTURE:
        latest = message->structure.at_us;
        for (size_t i = 0; i < message->structure.n_tables; i++)
            latest = MAX(latest, message->structure.tables[i].last_us);
        return MAX(latest, message->structure.since_us);
    case MESSAGE_HELLO:
    case MESSAGE_CONFIG:
    case MESSAGE_BYE:
    case MESSAGE_FINDING:
    case MESSAGE_DEPTH:
    case MESSAGE_SHOT:
        return 0;
    }
    return 0;
}

static void
take_hello(GantryChannelWorker *self, const Message *message)
{
    if (message->kind != MESSAGE_HELLO) {
        lose(self, GANTRY_ERROR_INVALID, "the first message is no Hello but of kind %u",
             message->kind);
    } else if (message->hello.version != CONTRACT_VERSION) {
        lose(self, GANTRY_ERROR_INVALID, "worker speaks version %u of the protocol, we speak %u",
             message->hello.version, CONTRACT_VERSION);
    } else {
        self->input_id = g_strdup(message->hello.input_id);
        g_free(self->build);
        self->build = g_strdup(message->hello.build);
        g_signal_emit(self, signals[SIGNAL_HELLO], 0);
    }
}

static void
take_message(GantryChannelWorker *self, const Message *message)
{
    if (message->sequence <= self->last_sequence) {
        lose(self, GANTRY_ERROR_INVALID, "sequence number went back from %" G_GUINT64_FORMAT,
             self->last_sequence);
        return;
    }
    const uint64_t gap = message->sequence - self->last_sequence - 1;

    if (self->last_sequence != 0 && gap > self->skipped)
        self->counts.missed += gap - self->skipped;
    self->last_sequence = message->sequence;
    self->skipped = 0;
    self->counts.messages++;
    if (self->input_id == NULL)
        take_hello(self, message);
    else if (message->kind == MESSAGE_HELLO || message->kind == MESSAGE_CONFIG)
        lose(self, GANTRY_ERROR_INVALID, "a message of kind %u in the midst of others",
             message->kind);
    else if (latest_time(message) > self->clock() + FUTURE_SLACK)
        lose(self, GANTRY_ERROR_INVALID, "a message of kind %u from the future", message->kind);
    else
        g_signal_emit(self, signals[SIGNAL_MESSAGE], 0, message);
}

/* Reads one datagram; false when there is none now, or the connection ended. */
static bool
read_one(GantryChannelWorker *self)
{
    uint8_t bytes[MESSAGE_MAX_BYTES];
    struct iovec vector = {.iov_base = bytes, .iov_len = sizeof bytes};
    struct msghdr header = {.msg_iov = &vector, .msg_iovlen = 1};
    const ssize_t size = recvmsg(self->fd, &header, MSG_DONTWAIT);
    g_autoptr(GError) error = NULL;

    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (size < 0)
        lose(self, GANTRY_ERROR_UNAVAILABLE, "reading from worker: %s", g_strerror(errno));
    else if (size == 0)
        lose(self, GANTRY_ERROR_UNAVAILABLE, "worker closed its connection");
    else if (header.msg_flags & MSG_TRUNC)
        lose(self, GANTRY_ERROR_INVALID, "a message larger than %u bytes", MESSAGE_MAX_BYTES);
    if (self->fd < 0)
        return false;
    g_autoptr(Message) message = message_decode(bytes, (size_t)size, &error);

    self->heard_us = self->clock();
    self->tokens -= 1;
    if (message != NULL) {
        take_message(self, message);
    } else if (g_error_matches(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND)) {
        self->counts.skipped++;
        self->skipped++;
    } else {
        lose(self, GANTRY_ERROR_INVALID, "not a message: %s", error->message);
    }
    return self->fd >= 0;
}

static gboolean
on_readable(int fd, GIOCondition condition, gpointer user_data)
{
    g_autoptr(GantryChannelWorker) self = g_object_ref(user_data);

    for (unsigned i = 0; i < MAX_PER_TURN && self->fd >= 0; i++) {
        if (!may_read(self) || !read_one(self))
            break;
    }
    return self->reader != NULL ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* Sends @bytes; 0, or an errno. */
static int
send_now(GantryChannelWorker *self, GBytes *bytes)
{
    gsize size = 0;
    const void *data = g_bytes_get_data(bytes, &size);

    return send(self->fd, data, size, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ? errno : 0;
}

static gboolean
on_writable(int fd, GIOCondition condition, gpointer user_data)
{
    GantryChannelWorker *self = user_data;

    while (!g_queue_is_empty(self->queue)) {
        if (send_now(self, g_queue_peek_head(self->queue)) == EAGAIN)
            return G_SOURCE_CONTINUE;
        g_bytes_unref(g_queue_pop_head(self->queue));
    }
    drop_source(&self->writer);
    return G_SOURCE_REMOVE;
}

/* Numbers and sends @message, or queues it. */
static bool
send_message(GantryChannelWorker *self, Message *message, GError **error)
{
    message->sequence = self->sent_sequence + 1;
    g_autoptr(GBytes) bytes = message_encode(message, error);

    if (bytes == NULL)
        return false;
    if (self->fd < 0 || g_queue_get_length(self->queue) >= CHANNEL_WORKER_MAX_QUEUE) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "%s",
                    self->fd < 0 ? "worker is lost" : "worker does not read what it is sent");
        return false;
    }
    const int failed = g_queue_is_empty(self->queue) ? send_now(self, bytes) : EAGAIN;

    if (failed != 0 && failed != EAGAIN) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "sending to worker: %s",
                    g_strerror(failed));
        return false;
    }
    self->sent_sequence++;
    if (failed == EAGAIN)
        g_queue_push_tail(self->queue, g_steal_pointer(&bytes));
    if (failed == EAGAIN && self->writer == NULL)
        self->writer = watch(self, G_IO_OUT, on_writable);
    return true;
}

bool
gantry_channel_worker_send_config(GantryChannelWorker *self,
                                  const MessageConfig *config,
                                  GError **error)
{
    g_return_val_if_fail(GANTRY_IS_CHANNEL_WORKER(self) && config != NULL, false);

    Message message = {.kind = MESSAGE_CONFIG, .config = *config};

    return send_message(self, &message, error);
}

bool
gantry_channel_worker_send_depth(GantryChannelWorker *self,
                                 const MessageDepth *depth,
                                 GError **error)
{
    g_return_val_if_fail(GANTRY_IS_CHANNEL_WORKER(self) && depth != NULL, false);

    Message message = {.kind = MESSAGE_DEPTH, .depth = *depth};

    return send_message(self, &message, error);
}

bool
gantry_channel_worker_send_shot(GantryChannelWorker *self, const MessageShot *shot, GError **error)
{
    g_return_val_if_fail(GANTRY_IS_CHANNEL_WORKER(self) && shot != NULL, false);

    Message message = {.kind = MESSAGE_SHOT, .shot = *shot};

    return send_message(self, &message, error);
}

void
gantry_channel_worker_close(GantryChannelWorker *self, const char *reason)
{
    g_return_if_fail(GANTRY_IS_CHANNEL_WORKER(self) && reason != NULL);

    g_autofree char *text = g_strndup(reason, BYE_MAX_REASON);
    const Message bye = {
        .kind = MESSAGE_BYE, .sequence = self->sent_sequence + 1, .bye = {.reason = text}};
    g_autoptr(GBytes) bytes = message_encode(&bye, NULL);

    if (self->fd >= 0 && bytes != NULL)
        (void)send_now(self, bytes);
    lose(self, GANTRY_ERROR_UNAVAILABLE, "closed: %s", reason);
}

const char *
gantry_channel_worker_get_input_id(GantryChannelWorker *self)
{
    return self->input_id;
}

uint32_t
gantry_channel_worker_get_pid(GantryChannelWorker *self)
{
    return self->pid;
}

const char *
gantry_channel_worker_get_build(GantryChannelWorker *self)
{
    return self->build;
}

int64_t
gantry_channel_worker_get_silence_us(GantryChannelWorker *self, MonoUs now_us)
{
    return MAX(now_us - self->heard_us, 0);
}

void
gantry_channel_worker_get_counts(GantryChannelWorker *self, ChannelWorkerCounts *ret_counts)
{
    *ret_counts = self->counts;
}

bool
gantry_channel_worker_is_connected(GantryChannelWorker *self)
{
    return self->fd >= 0;
}

GantryChannelWorker *
gantry_channel_worker_new(int fd, ChannelWorkerClock clock)
{
    GantryChannelWorker *self = g_object_new(GANTRY_TYPE_CHANNEL_WORKER, NULL);
    struct ucred peer = {0};
    socklen_t size = sizeof peer;

    self->fd = fd;
    self->clock = clock != NULL ? clock : boot_now_us;
    self->heard_us = self->clock();
    self->tokens_us = self->heard_us;
    self->tokens = CHANNEL_WORKER_BURST;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0)
        self->pid = (uint32_t)peer.pid;
    self->reader = watch(self, G_IO_IN, on_readable);
    return self;
}

static void
gantry_channel_worker_dispose(GObject *object)
{
    disconnect(GANTRY_CHANNEL_WORKER(object));
    G_OBJECT_CLASS(gantry_channel_worker_parent_class)->dispose(object);
}

static void
gantry_channel_worker_finalize(GObject *object)
{
    GantryChannelWorker *self = GANTRY_CHANNEL_WORKER(object);

    g_queue_free_full(self->queue, (GDestroyNotify)g_bytes_unref);
    g_main_context_unref(self->context);
    g_free(self->input_id);
    g_free(self->build);
    G_OBJECT_CLASS(gantry_channel_worker_parent_class)->finalize(object);
}

static void
gantry_channel_worker_init(GantryChannelWorker *self)
{
    self->fd = -1;
    self->context = g_main_context_ref_thread_default();
    self->build = g_strdup("");
    self->queue = g_queue_new();
}

static void
gantry_channel_worker_class_init(GantryChannelWorkerClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS(klass);

    object_class->dispose = gantry_channel_worker_dispose;
    object_class->finalize = gantry_channel_worker_finalize;
    signals[SIGNAL_HELLO] = g_signal_new("hello", GANTRY_TYPE_CHANNEL_WORKER, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);
    signals[SIGNAL_MESSAGE] = g_signal_new("message", GANTRY_TYPE_CHANNEL_WORKER, G_SIGNAL_RUN_LAST,
                                           0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
    signals[SIGNAL_LOST] = g_signal_new("lost", GANTRY_TYPE_CHANNEL_WORKER, G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

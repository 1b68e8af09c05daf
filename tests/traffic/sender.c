/* Sockets, pacing and the script. */
#include "tests/traffic/sender.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pipelines/base/error.h"
#include "pipelines/base/text.h"
#include "tests/traffic/channel.h"

#define BATCH         64 /* datagrams handed to the kernel at once, at most */
#define SOCKET_BUFFER (4 << 20)
#define BEHIND_MAX_US                                                                              \
    (500 * US_PER_MS) /* further behind, time is skipped instead of made up for                    \
                       */

typedef struct {
    Channel channel;
    int fd;          /* owned; connected */
    guint64 refused; /* datagrams that the kernel did not take */
} Line;

struct Sender {
    SenderConfig config;
    Line *lines;      /* owned; one for each channel of the plan */
    MonoUs began_us;  /* moves on when time is skipped */
    MonoUs script_us; /* when the script began; never moves */
    guint next_event; /* of the script */
    guint64 skips;    /* times that time was skipped */
    struct mmsghdr message[2 * BATCH];
    struct iovec vector[2 * BATCH];
    guint8 data[2 * BATCH * DATAGRAM_MAX];
};

static int
open_socket(const PlanChannel *channel)
{
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const struct sockaddr_in to = {.sin_family = AF_INET,
                                   .sin_port = htons(channel->port),
                                   .sin_addr.s_addr = htonl(channel->address)};
    const struct ip_mreqn out = {.imr_address.s_addr = htonl(INADDR_LOOPBACK),
                                 .imr_ifindex = (int)if_nametoindex("lo")};
    const int size = SOCKET_BUFFER, ttl = 1, loop = 1;

    if (fd < 0)
        return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    if (plan_is_multicast(channel) &&
        (setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &out, sizeof out) < 0 ||
         setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &ttl, sizeof ttl) < 0 ||
         setsockopt(fd, IPPROTO_IP, IP_MULTICAST_LOOP, &loop, sizeof loop) < 0)) {
        close(fd);
        return -1;
    }
    if (connect(fd, (const struct sockaddr *)&to, sizeof to) < 0) {
        close(fd);
        return -1;
    }
    return fd;
}

Sender *
sender_new(const SenderConfig *config, MonoUs now_us, GError **error)
{
    g_autoptr(Sender) sender = g_new0(Sender, 1);

    sender->config = *config;
    sender->began_us = sender->script_us = now_us;
    sender->lines = g_new0(Line, config->plan->len);
    for (guint i = 0; i < config->plan->len; i++)
        sender->lines[i].fd = -1;
    for (guint i = 0; i < config->plan->len; i++) {
        const PlanChannel *plan = &g_array_index(config->plan, PlanChannel, i);

        channel_init(&sender->lines[i].channel, plan,
                     g_ptr_array_index(config->library, i % config->library->len), i, config->seed);
        sender->lines[i].fd = open_socket(plan);
        if (sender->lines[i].fd < 0) {
            g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "%s: %s", plan->id,
                        g_strerror(errno));
            return NULL;
        }
    }
    return g_steal_pointer(&sender);
}

static void
flush(Sender *sender, Line *line, unsigned count)
{
    const size_t size = channel_datagram_size(&line->channel);
    unsigned done = 0;

    for (unsigned i = 0; i < count; i++) {
        sender->vector[i] = (struct iovec){.iov_base = sender->data + i * size, .iov_len = size};
        sender->message[i].msg_hdr =
            (struct msghdr){.msg_iov = &sender->vector[i], .msg_iovlen = 1};
    }
    /* A unicast port where nobody listens answers with an error that belongs to an earlier
     * datagram: the one in hand was not sent and is tried once more. */
    for (unsigned tries = 0; done < count && tries < 4; tries++) {
        const int sent = sendmmsg(line->fd, sender->message + done, count - done, 0);

        done += sent > 0 ? (unsigned)sent : 0;
    }
    line->channel.sent += done;
    line->refused += count - done;
}

static void
note(const Channel *channel, const Broken *broken, bool start, void *user_data)
{
    Truth *truth = user_data;
    struct timespec now;

    clock_gettime(CLOCK_BOOTTIME, &now);
    truth_write(truth, now.tv_sec * US_PER_SECOND + now.tv_nsec / 1000, channel->plan->id,
                &broken->what, start, broken->packets);
}

static void
serve(Sender *sender, Line *line, MonoUs now_us)
{
    Channel *channel = &line->channel;
    const uint64_t due = channel_due(channel, now_us - sender->began_us);
    const size_t size = channel_datagram_size(channel);

    channel_step(channel, now_us, note, sender->config.truth);
    while (channel->made < due) {
        unsigned count = 0;

        for (unsigned i = 0; i < BATCH && channel->made < due; i++)
            count += channel_next(channel, sender->data + count * size);
        flush(sender, line, count);
    }
    channel_step(channel, now_us, note, sender->config.truth);
}

static void
run_script(Sender *sender, MonoUs now_us)
{
    const GArray *script = sender->config.script;

    while (script != NULL && sender->next_event < script->len) {
        const ScriptEvent *event = &g_array_index(script, ScriptEvent, sender->next_event);
        g_autoptr(GError) error = NULL;

        if (event->at_us > now_us - sender->script_us)
            return;
        sender->next_event++;
        if (!sender_break(sender, &event->what, now_us, &error))
            g_printerr("gantry-traffic: script: %s\n", error->message);
    }
}

void
sender_tick(Sender *sender, MonoUs now_us)
{
    const Line *first = &sender->lines[0];
    const MonoUs behind = now_us - sender->began_us -
                          (MonoUs)(first->channel.made * 8 * US_PER_SECOND * SOURCE_RATE_UNIT_BPS /
                                   first->channel.mux.source->rate_bps);

    if (behind > BEHIND_MAX_US) {
        sender->began_us += behind;
        sender->skips++;
    }
    run_script(sender, now_us);
    for (guint i = 0; i < sender->config.plan->len; i++)
        serve(sender, &sender->lines[i], now_us);
}

/* The range of channels that @id means. */
static bool
find(const Sender *sender, const char *id, guint *ret_from, guint *ret_to, GError **error)
{
    const GArray *plan = sender->config.plan;
    g_autofree const char **known = g_new0(const char *, plan->len + 2);

    if (g_str_equal(id, "all")) {
        *ret_from = 0;
        *ret_to = plan->len;
        return true;
    }
    for (guint i = 0; i < plan->len; i++) {
        known[i] = g_array_index(plan, PlanChannel, i).id;
        if (g_str_equal(id, known[i])) {
            *ret_from = i;
            *ret_to = i + 1;
            return true;
        }
    }
    known[plan->len] = "all";
    const char *near = text_nearest(id, known);

    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                "unknown channel '%.40s'%s%s%s (known: %s to %s, all)", id,
                near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
                near != NULL ? "'?" : "", known[0], known[plan->len - 1]);
    return false;
}

bool
sender_break(Sender *sender, const ScriptBreak *what, MonoUs now_us, GError **error)
{
    guint from = 0, to = 0;

    if (!find(sender, what->channel, &from, &to, error))
        return false;
    for (guint i = from; i < to; i++)
        channel_break(&sender->lines[i].channel, &what->impairment, now_us, what->duration_us);
    return true;
}

bool
sender_mend(Sender *sender, const char *channel, MonoUs now_us, unsigned *ret_count, GError **error)
{
    guint from = 0, to = 0;

    if (!find(sender, channel, &from, &to, error))
        return false;
    *ret_count = 0;
    for (guint i = from; i < to; i++)
        *ret_count += channel_mend(&sender->lines[i].channel, now_us);
    return true;
}

static void
describe_line(const Line *line, bool full, GString *json)
{
    const Channel *channel = &line->channel;
    const char *comma = "";

    g_string_append_printf(json, "{\"id\":\"%s\",\"name\":\"%s\",\"broken\":[", channel->plan->id,
                           channel->plan->name);
    for (size_t kind = 0; kind < IMPAIR_KINDS; kind++) {
        if (channel->broken[kind].state == BROKEN_OFF)
            continue;
        g_string_append_printf(json, "%s\"%s\"", comma, impair_word((ImpairKind)kind));
        comma = ",";
    }
    g_string_append_c(json, ']');
    if (full)
        g_string_append_printf(
            json,
            ",\"source\":\"%s\",\"rate_bps\":%u,\"datagrams_due\":%" G_GUINT64_FORMAT
            ",\"datagrams_sent\":%" G_GUINT64_FORMAT ",\"refused\":%" G_GUINT64_FORMAT
            ",\"late_units\":%" G_GUINT64_FORMAT,
            channel->mux.source->name, channel->mux.source->rate_bps, channel->made, channel->sent,
            line->refused, channel->mux.late_units);
    g_string_append_c(json, '}');
}

char *
sender_describe(const Sender *sender, MonoUs now_us, bool full)
{
    g_autoptr(GString) json = g_string_new(NULL);

    g_string_append_printf(
        json, "{\"ok\":true,\"seconds\":%.3f,\"skips\":%" G_GUINT64_FORMAT ",\"channels\":[",
        (double)(now_us - sender->script_us) / (double)US_PER_SECOND, sender->skips);
    for (guint i = 0; i < sender->config.plan->len; i++) {
        if (i > 0)
            g_string_append_c(json, ',');
        describe_line(&sender->lines[i], full, json);
    }
    g_string_append(json, "]}");
    return g_strdup(json->str);
}

void
sender_finish(Sender *sender, MonoUs now_us)
{
    for (guint i = 0; i < sender->config.plan->len; i++) {
        Channel *channel = &sender->lines[i].channel;

        (void)channel_mend(channel, now_us);
        for (size_t kind = 0; kind < IMPAIR_KINDS; kind++) {
            if (channel->broken[kind].state == BROKEN_ON ||
                channel->broken[kind].state == BROKEN_ENDING)
                note(channel, &channel->broken[kind], false, sender->config.truth);
        }
    }
}

void
sender_free(Sender *sender)
{
    if (sender == NULL)
        return;
    for (guint i = 0; sender->lines != NULL && i < sender->config.plan->len; i++) {
        if (sender->lines[i].fd >= 0)
            close(sender->lines[i].fd);
    }
    g_free(sender->lines);
    g_free(sender);
}

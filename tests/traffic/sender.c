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
#include "tests/traffic/arrivals.h"
#include "tests/traffic/channel.h"

#define SOCKET_BUFFER (4 << 20)
#define BEHIND_MAX_US                                                                              \
    (500 * US_PER_MS) /* further behind, time is skipped instead of made up for                    \
                       */

typedef struct {
    Channel channel;
    int fd[OUTBOX_PORTS]; /* owned; connected, or -1 */
    int ttl, tos;         /* as set last */
    guint64 refused;      /* datagrams that the kernel did not take */
    Arrivals arrivals;    /* of leg 1, as they leave */
} Line;

struct Sender {
    SenderConfig config;
    Line *lines;      /* owned; one for each channel of the plan */
    MonoUs began_us;  /* moves on when time is skipped */
    MonoUs script_us; /* when the script began; never moves */
    guint next_event; /* of the script */
    guint64 skips;    /* times that time was skipped */
    struct mmsghdr message[OUTBOX_MAX];
    struct iovec vector[OUTBOX_MAX];
    Outbox outbox;
};

static MonoUs
boot_now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_BOOTTIME, &now);
    return now.tv_sec * US_PER_SECOND + now.tv_nsec / 1000;
}

/* Makes a datagram socket that sends to @to from the plan's address, groups on that address's
 * interface, or on the loopback interface. Returns: -1 with errno. */
static int
open_socket(const PlanTransport *transport, uint32_t to_address, uint32_t to_port)
{
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const struct sockaddr_in to = {.sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)to_port),
                                   .sin_addr.s_addr = htonl(to_address)};
    const struct sockaddr_in from = {.sin_family = AF_INET,
                                     .sin_addr.s_addr = htonl(transport->source)};
    const bool loopback = transport->source == 0 || transport->source >> 24 == IN_LOOPBACKNET;
    const struct ip_mreqn out = {.imr_address.s_addr =
                                     htonl(loopback ? INADDR_LOOPBACK : transport->source),
                                 .imr_ifindex = loopback ? (int)if_nametoindex("lo") : 0};
    const int size = SOCKET_BUFFER, loop = 1;

    if (fd < 0)
        return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    if (setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &out, sizeof out) < 0 ||
        setsockopt(fd, IPPROTO_IP, IP_MULTICAST_LOOP, &loop, sizeof loop) < 0 ||
        (transport->source != 0 && bind(fd, (const struct sockaddr *)&from, sizeof from) < 0) ||
        connect(fd, (const struct sockaddr *)&to, sizeof to) < 0) {
        const int reason = errno;

        close(fd);
        errno = reason;
        return -1;
    }
    return fd;
}

static bool
open_line(Line *line, const PlanChannel *plan)
{
    const PlanTransport *transport = &plan->transport;
    const struct {
        uint32_t address, port;
        bool wanted;
    } to[OUTBOX_PORTS] = {
        [OUTBOX_MAIN] = {plan->address, plan->port, true},
        [OUTBOX_LEG2] = {transport->leg2_address, transport->leg2_port, transport->leg2_port != 0},
        [OUTBOX_COLUMNS] = {plan->address, plan->port + 2u, transport->fec_columns != 0},
        [OUTBOX_ROWS] = {plan->address, plan->port + 4u, transport->fec_with_rows != 0},
    };

    for (size_t port = 0; port < OUTBOX_PORTS; port++) {
        if (to[port].wanted &&
            (line->fd[port] = open_socket(transport, to[port].address, to[port].port)) < 0)
            return false;
    }
    return true;
}

Sender *
sender_new(const SenderConfig *config, MonoUs now_us, GError **error)
{
    g_autoptr(Sender) sender = g_new0(Sender, 1);

    sender->config = *config;
    sender->began_us = sender->script_us = now_us;
    sender->lines = g_new0(Line, config->plan->len);
    for (guint i = 0; i < config->plan->len; i++)
        memset(sender->lines[i].fd, 0xff, sizeof sender->lines[i].fd);
    for (guint i = 0; i < config->plan->len; i++) {
        const PlanChannel *plan = &g_array_index(config->plan, PlanChannel, i);

        channel_init(&sender->lines[i].channel, plan,
                     g_ptr_array_index(config->programmes, i % config->programmes->len), i,
                     config->seed);
        if (!open_line(&sender->lines[i], plan)) {
            g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "%s: %s", plan->id,
                        g_strerror(errno));
            return NULL;
        }
    }
    return g_steal_pointer(&sender);
}

/* Sets what the headers of the next datagrams shall say. */
static void
set_headers(Line *line)
{
    const int ttl = channel_ttl(&line->channel), tos = channel_tos(&line->channel);

    for (size_t port = 0; port < OUTBOX_PORTS; port++) {
        if (line->fd[port] < 0)
            continue;
        if (ttl != line->ttl) {
            (void)setsockopt(line->fd[port], IPPROTO_IP, IP_MULTICAST_TTL, &ttl, sizeof ttl);
            (void)setsockopt(line->fd[port], IPPROTO_IP, IP_TTL, &ttl, sizeof ttl);
        }
        if (tos != line->tos)
            (void)setsockopt(line->fd[port], IPPROTO_IP, IP_TOS, &tos, sizeof tos);
    }
    line->ttl = ttl;
    line->tos = tos;
}

/* Sends the outbox's datagrams of one port. Returns how many there were. */
static unsigned
flush_port(Sender *sender, Line *line, OutboxPort port)
{
    Outbox *outbox = &sender->outbox;
    unsigned count = 0, done = 0;

    for (unsigned i = 0; i < outbox->count; i++) {
        if (outbox->port[i] != port)
            continue;
        sender->vector[count] =
            (struct iovec){.iov_base = outbox->data[i], .iov_len = outbox->size[i]};
        sender->message[count].msg_hdr =
            (struct msghdr){.msg_iov = &sender->vector[count], .msg_iovlen = 1};
        count++;
    }
    /* A unicast port where nobody listens answers with an error that belongs to an earlier
     * datagram: the one in hand was not sent and is tried once more. */
    for (unsigned tries = 0; done < count && tries < 4; tries++) {
        const int sent = sendmmsg(line->fd[port], sender->message + done, count - done, 0);

        done += sent > 0 ? (unsigned)sent : 0;
    }
    if (port == OUTBOX_MAIN && done > 0) {
        line->channel.sent += done;
        arrivals_add(&line->arrivals, boot_now_us(), done);
    }
    line->refused += count - done;
    return count;
}

static void
flush(Sender *sender, Line *line)
{
    unsigned left = sender->outbox.count;

    for (size_t port = 0; port < OUTBOX_PORTS && left > 0; port++)
        left -= flush_port(sender, line, (OutboxPort)port);
    sender->outbox.count = 0;
}

static void
note(const Channel *channel, const Broken *broken, bool start, void *user_data)
{
    Truth *truth = user_data;

    truth_write(truth, boot_now_us(), channel->plan->id, &broken->what, start, broken->packets);
}

static void
serve(Sender *sender, Line *line, MonoUs now_us)
{
    Channel *channel = &line->channel;
    const uint64_t due = channel_due(channel, now_us - sender->began_us);

    channel_step(channel, now_us, note, sender->config.truth);
    set_headers(line);
    do {
        channel_release(channel, now_us, &sender->outbox);
        while (channel->made < due && outbox_room(&sender->outbox))
            channel_next(channel, now_us, &sender->outbox);
        flush(sender, line);
    } while (channel->made < due);
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
    const Channel *first = &sender->lines[0].channel;
    const MonoUs behind = now_us - sender->began_us - channel_due_us(first, first->made);

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
append_truth(const Line *line, GString *json)
{
    channel_append_truth(&line->channel, json);
    g_string_append_printf(json, ",\"refused\":%" G_GUINT64_FORMAT, line->refused);
    arrivals_append(&line->arrivals, json);
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
    if (full) {
        g_string_append_printf(
            json,
            ",\"source\":\"%s\",\"rate_bps\":%u,\"datagrams_due\":%" G_GUINT64_FORMAT
            ",\"datagrams_sent\":%" G_GUINT64_FORMAT ",\"refused\":%" G_GUINT64_FORMAT
            ",\"late_units\":%" G_GUINT64_FORMAT,
            channel->mux.source->name, channel->mux.source->rate_bps, channel->made, channel->sent,
            line->refused, channel->mux.late_units);
        g_string_append(json, ",\"truth\":{");
        append_truth(line, json);
        g_string_append_c(json, '}');
    }
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
        g_autoptr(GString) totals = g_string_new(NULL);

        append_truth(&sender->lines[i], totals);
        truth_write_totals(sender->config.truth, now_us, channel->plan->id, totals->str);
    }
}

void
sender_free(Sender *sender)
{
    if (sender == NULL)
        return;
    for (guint i = 0; sender->lines != NULL && i < sender->config.plan->len; i++) {
        for (size_t port = 0; port < OUTBOX_PORTS; port++) {
            if (sender->lines[i].fd[port] >= 0)
                close(sender->lines[i].fd[port]);
        }
        channel_clear(&sender->lines[i].channel);
    }
    g_free(sender->lines);
    g_free(sender);
}

/* Two GObjects, as GIO wants them: the stream and its reading side. */
#include "appliance/http/gate.h"

#include <libsoup/soup.h>
#include <string.h>

#include "appliance/http/problem.h"

#define DISCARD_MAX (64u << 10) /* bytes taken from a refused peer, so that it reads the answer */

struct _GantryGateInput {
    GInputStream parent;
    GPollableInputStream *base; /* owned */
    GPollableOutputStream *out; /* owned */
    GByteArray *held;           /* read from @base, not yet given on */
    size_t ready;               /* of @held: bytes of a head that has passed */
    uint64_t body_left;
    bool starved; /* @held is part of a head: the rest is to come from @base */
    bool ended;   /* by the peer or by a refusal: nothing more comes */
    bool refused;
    bool told;          /* libsoup has had its byte, see end() */
    GateEnded on_ended; /* (nullable) */
    gpointer user_data; /* no-ref */
};

struct _GantryGate {
    GIOStream parent;
    GIOStream *base;                /* owned */
    struct _GantryGateInput *input; /* owned */
};

static void pollable_init(GPollableInputStreamInterface *iface);

#define GANTRY_TYPE_GATE_INPUT (gantry_gate_input_get_type())
G_DECLARE_FINAL_TYPE(GantryGateInput, gantry_gate_input, GANTRY, GATE_INPUT, GInputStream)
G_DEFINE_FINAL_TYPE_WITH_CODE(GantryGateInput,
                              gantry_gate_input,
                              G_TYPE_INPUT_STREAM,
                              G_IMPLEMENT_INTERFACE(G_TYPE_POLLABLE_INPUT_STREAM, pollable_init))

#define GANTRY_TYPE_GATE (gantry_gate_get_type())
G_DECLARE_FINAL_TYPE(GantryGate, gantry_gate, GANTRY, GATE, GIOStream)
G_DEFINE_FINAL_TYPE(GantryGate, gantry_gate, G_TYPE_IO_STREAM)

char *
gate_refusal(unsigned status, const char *wrong)
{
    const bool method = status == 405;
    const Problem problem = {.status = status,
                             .type = method          ? "method"
                                     : status == 413 ? "too-large"
                                                     : "bad-request",
                             .detail = wrong};
    g_autoptr(GString) body = g_string_new(NULL);

    problem_write(body, &problem);
    return g_strdup_printf("HTTP/1.1 %u %s\r\n%sContent-Type: application/problem+json\r\n"
                           "Content-Length: %" G_GSIZE_FORMAT "\r\nCache-Control: no-store\r\n"
                           "X-Content-Type-Options: nosniff\r\n"
                           "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
                           "Connection: close\r\n\r\n%s",
                           status, soup_status_get_phrase(status),
                           method ? "Allow: GET, HEAD, POST, PUT, PATCH, DELETE\r\n" : "",
                           body->len, body->str);
}

/* What the peer had already sent is taken away: unread, it would make the kernel reset the
 * connection, and the answer could be lost. */
static void
answer(GantryGateInput *self, const char *text)
{
    char rubbish[4096];
    gssize n = 1;

    self->ended = true;
    self->refused = true;
    self->ready = 0;
    g_byte_array_set_size(self->held, 0);
    (void)g_pollable_output_stream_write_nonblocking(self->out, text, strlen(text), NULL, NULL);
    for (size_t taken = 0; n > 0 && taken < DISCARD_MAX; taken += (size_t)n)
        n = g_pollable_input_stream_read_nonblocking(self->base, rubbish, sizeof rubbish, NULL,
                                                     NULL);
}

static void
refuse(GantryGateInput *self, const RequestHead *head)
{
    g_autofree char *text = gate_refusal(head->status, head->wrong);

    answer(self, text);
}

/* libsoup 3.2 forgets a connection that ends or breaks between two requests, socket and all; one
 * that ends within a request it closes. So the end comes with one byte before it. */
static gssize
end(GantryGateInput *self, guint8 *buffer)
{
    if (self->told)
        return 0;
    self->told = true;
    if (self->on_ended != NULL)
        self->on_ended(self->refused, self->user_data);
    buffer[0] = 'X';
    return 1;
}

/* Reads more into @held. Returns: as g_pollable_input_stream_read_nonblocking(). */
static gssize
hold_more(GantryGateInput *self, GError **error)
{
    const guint before = self->held->len;
    gssize n = 0;

    g_byte_array_set_size(self->held, HEAD_MAX);
    n = g_pollable_input_stream_read_nonblocking(self->base, self->held->data + before,
                                                 HEAD_MAX - before, NULL, error);
    g_byte_array_set_size(self->held, before + (guint)MAX(n, 0));
    return n;
}

/* Gives @n bytes of @held on. */
static gssize
give(GantryGateInput *self, guint8 *buffer, size_t n)
{
    memcpy(buffer, self->held->data, n);
    g_byte_array_remove_range(self->held, 0, (guint)n);
    return (gssize)n;
}

static gssize
read_body(GantryGateInput *self, guint8 *buffer, size_t count, GError **error)
{
    const size_t most = (size_t)MIN((uint64_t)count, self->body_left);
    const gssize n =
        self->held->len > 0
            ? give(self, buffer, MIN(most, self->held->len))
            : g_pollable_input_stream_read_nonblocking(self->base, buffer, most, NULL, error);

    self->body_left -= (uint64_t)MAX(n, 0);
    self->ended = self->ended || n == 0;
    return n;
}

/* Whether a head has passed, or nothing more comes. False with @error: not yet. */
static bool
wait_for_head(GantryGateInput *self, GError **error)
{
    while (!self->ended && self->ready == 0) {
        const RequestHead head = request_head_scan((const char *)self->held->data, self->held->len);

        if (head.status != 0) {
            refuse(self, &head);
        } else if (head.size > 0) {
            self->ready = head.size;
            self->body_left = head.body;
        } else {
            g_autoptr(GError) problem = NULL;
            const gssize n = hold_more(self, &problem);

            self->starved = g_error_matches(problem, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
            if (self->starved) {
                g_propagate_error(error, g_steal_pointer(&problem));
                return false;
            }
            self->ended = n <= 0; /* a reset is an end like any other */
        }
    }
    return true;
}

static gssize
read_nonblocking(GPollableInputStream *pollable, void *buffer, gsize count, GError **error)
{
    GantryGateInput *self = GANTRY_GATE_INPUT(pollable);

    if (count == 0)
        return 0;
    if (self->ready == 0 && self->body_left > 0 && !self->ended)
        return read_body(self, (guint8 *)buffer, count, error);
    if (!wait_for_head(self, error))
        return -1;
    if (self->ended)
        return end(self, (guint8 *)buffer);

    const size_t n = MIN(count, self->ready);

    self->ready -= n;
    return give(self, (guint8 *)buffer, n);
}

/* Whether a read would give something without asking @base. */
static bool
has_own(const GantryGateInput *self)
{
    return self->ended || self->ready > 0 || (self->held->len > 0 && !self->starved);
}

static gboolean
is_readable(GPollableInputStream *pollable)
{
    const GantryGateInput *self = GANTRY_GATE_INPUT(pollable);

    return has_own(self) || g_pollable_input_stream_is_readable(self->base);
}

static GSource *
create_source(GPollableInputStream *pollable, GCancellable *cancellable)
{
    const GantryGateInput *self = GANTRY_GATE_INPUT(pollable);
    g_autoptr(GSource) base = has_own(self)
                                  ? g_timeout_source_new(0)
                                  : g_pollable_input_stream_create_source(self->base, NULL);

    return g_pollable_source_new_full(pollable, base, cancellable);
}

static gboolean
can_poll(GPollableInputStream *pollable)
{
    return TRUE;
}

static void
pollable_init(GPollableInputStreamInterface *iface)
{
    iface->can_poll = can_poll;
    iface->is_readable = is_readable;
    iface->create_source = create_source;
    iface->read_nonblocking = read_nonblocking;
}

/* libsoup's server reads without blocking alone. */
static gssize
read_fn(GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
    return read_nonblocking(G_POLLABLE_INPUT_STREAM(stream), buffer, count, error);
}

static void
input_finalize(GObject *object)
{
    GantryGateInput *self = GANTRY_GATE_INPUT(object);

    g_clear_object(&self->base);
    g_clear_object(&self->out);
    g_byte_array_unref(self->held);
    G_OBJECT_CLASS(gantry_gate_input_parent_class)->finalize(object);
}

static void
gantry_gate_input_class_init(GantryGateInputClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = input_finalize;
    G_INPUT_STREAM_CLASS(klass)->read_fn = read_fn;
}

static void
gantry_gate_input_init(GantryGateInput *self)
{
    self->held = g_byte_array_new();
}

static GInputStream *
get_input_stream(GIOStream *stream)
{
    return G_INPUT_STREAM(GANTRY_GATE(stream)->input);
}

static GOutputStream *
get_output_stream(GIOStream *stream)
{
    return g_io_stream_get_output_stream(GANTRY_GATE(stream)->base);
}

static gboolean
close_fn(GIOStream *stream, GCancellable *cancellable, GError **error)
{
    return g_io_stream_close(GANTRY_GATE(stream)->base, cancellable, error);
}

static void
gate_finalize(GObject *object)
{
    GantryGate *self = GANTRY_GATE(object);

    g_clear_object(&self->input);
    g_clear_object(&self->base);
    G_OBJECT_CLASS(gantry_gate_parent_class)->finalize(object);
}

static void
gantry_gate_class_init(GantryGateClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = gate_finalize;
    G_IO_STREAM_CLASS(klass)->get_input_stream = get_input_stream;
    G_IO_STREAM_CLASS(klass)->get_output_stream = get_output_stream;
    G_IO_STREAM_CLASS(klass)->close_fn = close_fn;
}

static void
gantry_gate_init(GantryGate *self)
{
}

GIOStream *
gate_new(GIOStream *base)
{
    GantryGate *self = g_object_new(GANTRY_TYPE_GATE, NULL);

    self->base = g_object_ref(base);
    self->input = g_object_new(GANTRY_TYPE_GATE_INPUT, NULL);
    self->input->base = G_POLLABLE_INPUT_STREAM(g_object_ref(g_io_stream_get_input_stream(base)));
    self->input->out = G_POLLABLE_OUTPUT_STREAM(g_object_ref(g_io_stream_get_output_stream(base)));
    return G_IO_STREAM(self);
}

void
gate_set_ended(GIOStream *gate, GateEnded ended, gpointer user_data)
{
    GantryGateInput *input = GANTRY_GATE(gate)->input;

    input->on_ended = ended;
    input->user_data = user_data;
}

void
gate_answer_and_end(GIOStream *gate, const char *text)
{
    answer(GANTRY_GATE(gate)->input, text);
}

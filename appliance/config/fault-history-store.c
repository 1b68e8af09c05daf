/* Bytes of a fault history and back: everything is checked before it is believed. */
#include "appliance/config/fault-history-store.h"

#include <math.h>
#include <string.h>

#include "pipelines/base/error.h"

#define VERSION   1u
#define EDGE_TYPE G_VARIANT_TYPE("a(xqqbd)")
/* version, boot, time, wall time, begin, end, edges, first states, last states, cell, cells */
#define FILE_TYPE    G_VARIANT_TYPE("(usxxxxa(xqqbd)a(xqqbd)a(xqqbd)xay)")
#define DIGEST_BYTES 32u
#define TOLERANCE_US (5 * US_PER_SECOND) /* of wall clocks that were set meanwhile */

/* ---- Writing ---- */

static void
add_edge(GVariantBuilder *builder, const FaultEdge *edge)
{
    g_variant_builder_add(builder, "(xqqbd)", edge->at_us, edge->fault, edge->seconds, edge->active,
                          (double)edge->value);
}

static GVariant *
edges_of(const FaultHistory *history)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, EDGE_TYPE);
    for (size_t i = 0; i < history->n; i++)
        add_edge(&builder, fault_history_edge(history, i));
    return g_variant_builder_end(&builder);
}

static GVariant *
states_of(const FaultEdge states[FAULT_NUMBER_MAX + 1])
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, EDGE_TYPE);
    for (size_t i = 0; i <= FAULT_NUMBER_MAX; i++) {
        if (states[i].fault != FAULT_NONE)
            add_edge(&builder, &states[i]);
    }
    return g_variant_builder_end(&builder);
}

static void
digest(const void *data, gsize size, uint8_t ret_digest[DIGEST_BYTES])
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    gsize length = DIGEST_BYTES;

    g_checksum_update(checksum, data, (gssize)size);
    g_checksum_get_digest(checksum, ret_digest, &length);
}

GBytes *
fault_history_encode(const FaultHistory *history, const HistoryMoment *now)
{
    g_autoptr(GVariant) file = g_variant_ref_sink(g_variant_new(
        "(usxxxx@a(xqqbd)@a(xqqbd)@a(xqqbd)x@ay)", VERSION, now->boot_id, now->us, now->wall_us,
        history->begin_us, history->end_us, edges_of(history), states_of(history->states),
        states_of(history->latest), history->cell,
        g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, history->cells, sizeof history->cells, 1)));
    g_autoptr(GVariant) ordered =
        G_BYTE_ORDER == G_BIG_ENDIAN ? g_variant_byteswap(file) : g_variant_ref(file);
    const gsize size = g_variant_get_size(ordered);
    uint8_t *bytes = g_malloc(DIGEST_BYTES + size);

    memcpy(bytes + DIGEST_BYTES, g_variant_get_data(ordered), size);
    digest(bytes + DIGEST_BYTES, size, bytes);
    return g_bytes_new_take(bytes, DIGEST_BYTES + size);
}

/* ---- Reading ---- */

static void
refuse(GError **error, const char *why)
{
    g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, why);
}

/* Returns: (transfer full) (nullable) */
static GVariant *
unpack(GBytes *bytes, GError **error)
{
    gsize size = 0;
    const uint8_t *data = g_bytes_get_data(bytes, &size);
    uint8_t found[DIGEST_BYTES];

    if (size <= DIGEST_BYTES || size > FAULT_HISTORY_MAX_BYTES) {
        refuse(error, "it has not the size of one");
        return NULL;
    }
    digest(data + DIGEST_BYTES, size - DIGEST_BYTES, found);
    if (memcmp(found, data, DIGEST_BYTES) != 0) {
        refuse(error, "its checksum is wrong");
        return NULL;
    }
    g_autoptr(GBytes) body = g_bytes_new_from_bytes(bytes, DIGEST_BYTES, size - DIGEST_BYTES);
    g_autoptr(GVariant) file = g_variant_ref_sink(g_variant_new_from_bytes(FILE_TYPE, body, FALSE));

    if (!g_variant_is_normal_form(file)) {
        refuse(error, "it is none");
        return NULL;
    }
    return G_BYTE_ORDER == G_BIG_ENDIAN ? g_variant_byteswap(file) : g_steal_pointer(&file);
}

static bool
read_edge(GVariant *edges, gsize index, FaultEdge *ret_edge)
{
    gint64 at_us = 0;
    guint16 fault = 0, seconds = 0;
    gboolean active = FALSE;
    double value = 0;

    g_variant_get_child(edges, index, "(xqqbd)", &at_us, &fault, &seconds, &active, &value);
    if (fault > FAULT_NUMBER_MAX || !isfinite(value) || (fault == FAULT_NONE && seconds == 0))
        return false;
    *ret_edge = (FaultEdge){.at_us = at_us,
                            .fault = fault,
                            .seconds = seconds,
                            .active = active != FALSE,
                            .value = (float)value};
    return true;
}

static bool
read_edges(GVariant *edges, FaultHistory *history)
{
    history->n = g_variant_n_children(edges);
    if (history->n > HISTORY_EDGES)
        return false;
    for (gsize i = 0; i < history->n; i++) {
        if (!read_edge(edges, i, &history->edges[i]))
            return false;
    }
    return true;
}

static bool
read_states(GVariant *states, FaultEdge ret_states[FAULT_NUMBER_MAX + 1])
{
    for (gsize i = 0; i < g_variant_n_children(states); i++) {
        FaultEdge edge;

        if (!read_edge(states, i, &edge) || edge.fault == FAULT_NONE)
            return false;
        ret_states[edge.fault] = edge;
    }
    return true;
}

/* Everything but the clocks. */
static bool
read_history(GVariant *file, FaultHistory *history)
{
    g_autoptr(GVariant) edges = g_variant_get_child_value(file, 6);
    g_autoptr(GVariant) states = g_variant_get_child_value(file, 7);
    g_autoptr(GVariant) latest = g_variant_get_child_value(file, 8);
    g_autoptr(GVariant) cells = g_variant_get_child_value(file, 10);
    gsize size = 0;
    const void *data = g_variant_get_fixed_array(cells, &size, 1);

    g_variant_get_child(file, 4, "x", &history->begin_us);
    g_variant_get_child(file, 5, "x", &history->end_us);
    g_variant_get_child(file, 9, "x", &history->cell);
    if (size != sizeof history->cells || history->begin_us > history->end_us)
        return false;
    memcpy(history->cells, data, sizeof history->cells);
    return read_edges(edges, history) && read_states(states, history->states) &&
           read_states(latest, history->latest);
}

/* By how much the clock of @file is to be moved to be that of @now. */
static int64_t
shift_of(GVariant *file, const HistoryMoment *now)
{
    g_autofree char *boot_id = NULL;
    gint64 us = 0, wall_us = 0;

    g_variant_get_child(file, 1, "s", &boot_id);
    g_variant_get_child(file, 2, "x", &us);
    g_variant_get_child(file, 3, "x", &wall_us);
    return g_str_equal(boot_id, now->boot_id) ? 0 : (now->us - us) - (now->wall_us - wall_us);
}

FaultHistory *
fault_history_decode(GBytes *bytes, const HistoryMoment *now, GError **error)
{
    g_autoptr(GVariant) file = unpack(bytes, error);
    guint32 version = 0;

    if (file == NULL)
        return NULL;
    g_autofree FaultHistory *history = g_new0(FaultHistory, 1);

    g_variant_get_child(file, 0, "u", &version);
    if (version != VERSION || !read_history(file, history)) {
        refuse(error, "it holds what cannot be");
        return NULL;
    }
    fault_history_shift(history, shift_of(file, now));
    if (history->end_us > now->us + TOLERANCE_US) {
        refuse(error, "by the clock it is of the future");
        return NULL;
    }
    fault_history_resume(history, now->us);
    return g_steal_pointer(&history);
}

/* Plans read from text. Each key is taken; what is left over is a mistake. */
#include <stddef.h>
#include <string.h>

#include "pipelines/base/error.h"
#include "pipelines/base/text.h"
#include "tests/traffic/fec-maker.h"
#include "tests/traffic/plan.h"

#define FIRST_SERVICE_ID 1001
#define FEC_ROWS_MIN     4

static bool
refuse(GError **error, const char *key, const char *value, const char *wanted)
{
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "%s = '%.40s': wanted %s", key, value,
                wanted);
    return false;
}

static bool
parse_ipv4(const char *text, uint32_t *ret_address)
{
    g_auto(GStrv) parts = g_strsplit(text, ".", 5);
    uint32_t address = 0;

    if (g_strv_length(parts) != 4)
        return false;
    for (unsigned i = 0; i < 4; i++) {
        guint64 part = 0;

        if (!g_ascii_string_to_unsigned(parts[i], 10, 0, 255, &part, NULL))
            return false;
        address = address << 8 | (uint32_t)part;
    }
    *ret_address = address;
    return true;
}

/* Reads `A.B.C.D:PORT`. */
static bool
parse_endpoint(const char *text, uint32_t *ret_address, uint32_t *ret_port)
{
    g_auto(GStrv) halves = g_strsplit(text, ":", 2);
    guint64 port = 0;

    if (g_strv_length(halves) != 2 || !parse_ipv4(halves[0], ret_address) ||
        !g_ascii_string_to_unsigned(halves[1], 10, 1, 65535, &port, NULL))
        return false;
    *ret_port = (uint32_t)port;
    return true;
}

static bool
set_address(PlanChannel *channel, const char *value, GError **error)
{
    uint32_t port = 0;

    channel->rtp = g_str_has_prefix(value, "rtp://");
    if ((channel->rtp || g_str_has_prefix(value, "udp://")) &&
        parse_endpoint(value + 6, &channel->address, &port)) {
        channel->port = (uint16_t)port;
        return true;
    }
    return refuse(error, "address", value, "udp://A.B.C.D:PORT or rtp://A.B.C.D:PORT");
}

static bool
set_leg2(PlanTransport *transport, const char *value, GError **error)
{
    if (parse_endpoint(value, &transport->leg2_address, &transport->leg2_port))
        return true;
    return refuse(error, "leg2", value, "A.B.C.D:PORT");
}

static bool
set_source(PlanTransport *transport, const char *value, GError **error)
{
    if (parse_ipv4(value, &transport->source))
        return true;
    return refuse(error, "source", value, "A.B.C.D");
}

static bool
set_fec(PlanTransport *transport, const char *value, GError **error)
{
    g_auto(GStrv) halves = g_strsplit(value, "x", 2);
    guint64 columns = 0, rows = 0;

    if (halves[0] == NULL || halves[1] == NULL ||
        !g_ascii_string_to_unsigned(halves[0], 10, 1, FEC_COLUMNS_MAX, &columns, NULL) ||
        !g_ascii_string_to_unsigned(halves[1], 10, FEC_ROWS_MIN, FEC_ROWS_MAX, &rows, NULL) ||
        columns * rows > FEC_MATRIX_MAX)
        return refuse(error, "fec", value, "LxD, 1x4 to 20x20, at most 100 in all");
    transport->fec_columns = (uint32_t)columns;
    transport->fec_rows = (uint32_t)rows;
    return true;
}

/* What a number may be, and where it goes. */
typedef struct {
    const char *key;
    unsigned low, high;
    size_t offset; /* of the field in PlanTransport, a uint32_t */
} NumberKey;

static const NumberKey numbers[] = {
    {"rate_kbps", 1000, 100000, offsetof(PlanTransport, rate_kbps)},
    {"packet_size", 188, 204, offsetof(PlanTransport, packet_size)},
    {"packets", 1, 7, offsetof(PlanTransport, packets)},
    {"services", 1, 4, offsetof(PlanTransport, services)},
    {"fec_with_rows", 0, 1, offsetof(PlanTransport, fec_with_rows)},
    {"ttl", 1, 255, offsetof(PlanTransport, ttl)},
    {"tos", 0, 255, offsetof(PlanTransport, tos)},
    {"wrap_in_s", 1, 86400, offsetof(PlanTransport, wrap_in_s)},
    {"rtp_wrap_in_s", 1, 3600, offsetof(PlanTransport, rtp_wrap_in_s)},
};

static bool
set_number(PlanTransport *transport, const NumberKey *number, const char *value, GError **error)
{
    guint64 parsed = 0;

    if (!g_ascii_string_to_unsigned(value, 10, number->low, number->high, &parsed, NULL)) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "%s = '%.40s' is not a number from %u to %u", number->key, value, number->low,
                    number->high);
        return false;
    }
    *(uint32_t *)((char *)transport + number->offset) = (uint32_t)parsed;
    return true;
}

static bool
unknown_key(const char *key, GError **error)
{
    const char *known[G_N_ELEMENTS(numbers) + 5] = {"address", "leg2", "source", "fec"};

    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
        known[4 + i] = numbers[i].key;
    const char *near = text_nearest(key, known);

    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "unknown key '%.40s'%s%s%s", key,
                near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
                near != NULL ? "'?" : "");
    return false;
}

static bool
set_key(PlanChannel *channel, const char *key, const char *value, GError **error)
{
    if (g_str_equal(key, "address"))
        return set_address(channel, value, error);
    if (g_str_equal(key, "leg2"))
        return set_leg2(&channel->transport, value, error);
    if (g_str_equal(key, "source"))
        return set_source(&channel->transport, value, error);
    if (g_str_equal(key, "fec"))
        return set_fec(&channel->transport, value, error);
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        if (g_str_equal(key, numbers[i].key))
            return set_number(&channel->transport, &numbers[i], value, error);
    }
    return unknown_key(key, error);
}

/* What holds between the keys of a group. */
static bool
check_channel(const PlanChannel *channel, GError **error)
{
    const PlanTransport *transport = &channel->transport;
    const char *wrong = NULL;

    if (channel->port == 0)
        wrong = "address is missing";
    else if (!channel->rtp && (transport->fec_columns > 0 || transport->leg2_port > 0))
        wrong = "fec and leg2 need RTP";
    else if (transport->packet_size != 0 && transport->packet_size != 188 &&
             transport->packet_size != 192 && transport->packet_size != 204)
        wrong = "packet_size is 188, 192 or 204";
    if (wrong != NULL)
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, wrong);
    return wrong == NULL;
}

static bool
read_group(GKeyFile *file, const char *group, PlanChannel *channel, GError **error)
{
    g_auto(GStrv) keys = g_key_file_get_keys(file, group, NULL, NULL);

    g_strlcpy(channel->id, group, sizeof channel->id);
    g_strlcpy(channel->name, group, sizeof channel->name);
    g_strlcpy(channel->short_name, group, 8 + 1);
    channel->group = "Transport";
    for (size_t i = 0; keys != NULL && keys[i] != NULL; i++) {
        g_autofree char *value = g_key_file_get_string(file, group, keys[i], error);

        if (value == NULL || !set_key(channel, keys[i], value, error))
            return false;
    }
    return check_channel(channel, error);
}

GArray *
plan_parse(const char *file, const char *text, GError **error)
{
    g_autoptr(GArray) plan = g_array_new(FALSE, TRUE, sizeof(PlanChannel));
    g_autoptr(GKeyFile) keys = g_key_file_new();

    if (!g_key_file_load_from_data(keys, text, strlen(text), G_KEY_FILE_NONE, error)) {
        g_prefix_error(error, "%s: ", file);
        return NULL;
    }
    g_auto(GStrv) groups = g_key_file_get_groups(keys, NULL);

    for (guint i = 0; groups[i] != NULL; i++) {
        PlanChannel channel = {.service_id = (uint16_t)(FIRST_SERVICE_ID + i)};

        if (i >= PLAN_MAX || strlen(groups[i]) >= sizeof channel.id) {
            g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                        "%s: [%.40s]: at most %d channels, with names of at most %zu bytes", file,
                        groups[i], PLAN_MAX, sizeof channel.id - 1);
            return NULL;
        }
        if (!read_group(keys, groups[i], &channel, error)) {
            g_prefix_error(error, "%s: [%s]: ", file, groups[i]);
            return NULL;
        }
        g_array_append_val(plan, channel);
    }
    if (plan->len > 0)
        return g_steal_pointer(&plan);
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "%s: names no channel", file);
    return NULL;
}

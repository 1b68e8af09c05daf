/* The envelope and every kind but those with a file of their own. Each kind has three small
 * functions: to a variant, from a variant with every check, and what it owns. */
#include "pipelines/contract/codec.h"

#include <math.h>
#include <string.h>

#include "pipelines/base/error.h"
#include "pipelines/base/slug.h"
#include "pipelines/base/text.h"
#include "pipelines/contract/catalogue.h"
#include "pipelines/contract/codec-part.h"

#define HEADER_BYTES 16u
#define WIRE_CONFIG  13u  /* kind of a configuration with limits; MESSAGE_CONFIG is one without */
#define LEVEL_MAX_DB 60.0 /* a float codec may exceed full scale, but not without end */

static const char *const payload_types[] = {
    [MESSAGE_HELLO] = "(ususx)",        [MESSAGE_CONFIG] = CODEC_CONFIG3_TYPE,
    [MESSAGE_EDGE] = "(s(qbxd))",       [MESSAGE_REPORT] = CODEC_REPORT_TYPE,
    [MESSAGE_THUMBNAIL] = "(sxxtqqay)", [MESSAGE_BYE] = "(s)",
    [MESSAGE_LEVELS] = "(sqyxa(dd))",   [MESSAGE_FINDING] = "(ys)",
    [MESSAGE_NOTES] = CODEC_NOTES_TYPE, [MESSAGE_EVIDENCE] = "(sqyxxs)",
    [MESSAGE_DEPTH] = "(sy)",           [MESSAGE_SHOT] = "(sq)",
    [WIRE_CONFIG] = CODEC_CONFIG_TYPE,  [MESSAGE_STRUCTURE] = CODEC_STRUCTURE_TYPE,
};

char *
codec_text(const char *text)
{
    return text_clean(text, MESSAGE_MAX_TEXT);
}

gboolean
codec_check_text(const char *text, const char *field, GError **error)
{
    if (strlen(text) <= MESSAGE_MAX_TEXT)
        return TRUE;
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "%s: %zu bytes of text, at most %u",
                field, strlen(text), MESSAGE_MAX_TEXT);
    return FALSE;
}

gboolean
codec_check_slug(const char *text, const char *field, GError **error)
{
    if (slug_is_valid(text))
        return TRUE;
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                "%s: not an id ([a-z0-9][a-z0-9-]{0,62})", field);
    return FALSE;
}

gboolean
codec_check_state(const FaultState *state, GError **error)
{
    if (state->since_us >= 0 && isfinite(state->value))
        return TRUE;
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                "state of fault %u: negative time or a value that is not finite", state->fault);
    return FALSE;
}

static GVariant *
thumbnail_to_variant(const MessageThumbnail *thumbnail, GError **error)
{
    if (thumbnail->jpeg_size == 0 || thumbnail->jpeg_size > THUMBNAIL_MAX_BYTES) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "thumbnail: %zu bytes, 1 to %u",
                    thumbnail->jpeg_size, THUMBNAIL_MAX_BYTES);
        return NULL;
    }
    return g_variant_new(
        "(sxxtqq@ay)", thumbnail->channel_id, thumbnail->captured_us, thumbnail->wall_us,
        thumbnail->pts, thumbnail->width, thumbnail->height,
        g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, thumbnail->jpeg, thumbnail->jpeg_size, 1));
}

static gboolean
thumbnail_from_variant(GVariant *variant, MessageThumbnail *thumbnail, GError **error)
{
    g_autoptr(GVariant) jpeg = NULL;
    gsize size = 0;

    g_variant_get(variant, "(sxxtqq@ay)", &thumbnail->channel_id, &thumbnail->captured_us,
                  &thumbnail->wall_us, &thumbnail->pts, &thumbnail->width, &thumbnail->height,
                  &jpeg);
    const uint8_t *bytes = g_variant_get_fixed_array(jpeg, &size, 1);

    if (!codec_check_slug(thumbnail->channel_id, "thumbnail: channel", error))
        return FALSE;
    if (size < 4 || size > THUMBNAIL_MAX_BYTES || bytes[0] != 0xff || bytes[1] != 0xd8 ||
        thumbnail->width == 0 || thumbnail->height == 0 || thumbnail->captured_us < 0 ||
        thumbnail->pts > PTS90_MODULUS) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "thumbnail: %" G_GSIZE_FORMAT " bytes, %ux%u: not a JPEG of at most %u bytes",
                    size, thumbnail->width, thumbnail->height, THUMBNAIL_MAX_BYTES);
        return FALSE;
    }
    thumbnail->jpeg = g_memdup2(bytes, size);
    thumbnail->jpeg_size = size;
    return TRUE;
}

static GVariant *
levels_to_variant(const MessageLevels *levels)
{
    const size_t n = MIN(levels->n_channels, LEVELS_MAX_CHANNELS);
    double pairs[LEVELS_MAX_CHANNELS][2]; /* as (dd) stands on the wire */

    for (size_t i = 0; i < n; i++) {
        pairs[i][0] = (double)levels->peak_dbfs[i];
        pairs[i][1] = (double)levels->rms_dbfs[i];
    }
    return g_variant_new(
        "(sqyx@a(dd))", levels->channel_id, levels->pid, levels->stream, levels->at_us,
        g_variant_new_fixed_array(G_VARIANT_TYPE("(dd)"), pairs, n, sizeof pairs[0]));
}

static gboolean
levels_from_variant(GVariant *variant, MessageLevels *levels, GError **error)
{
    g_autoptr(GVariant) pairs = NULL;

    g_variant_get(variant, "(sqyx@a(dd))", &levels->channel_id, &levels->pid, &levels->stream,
                  &levels->at_us, &pairs);
    const gsize count = g_variant_n_children(pairs);

    if (!codec_check_slug(levels->channel_id, "levels: channel", error))
        return FALSE;
    for (gsize i = 0; i < count && count <= LEVELS_MAX_CHANNELS; i++) {
        double peak, rms;

        g_variant_get_child(pairs, i, "(dd)", &peak, &rms);
        if (!isfinite(peak) || !isfinite(rms))
            break;
        levels->peak_dbfs[i] = (float)CLAMP(peak, DBFS_SILENCE, LEVEL_MAX_DB);
        levels->rms_dbfs[i] = (float)CLAMP(rms, DBFS_SILENCE, LEVEL_MAX_DB);
        levels->n_channels = (uint8_t)(i + 1);
    }
    if (levels->n_channels == count && levels->at_us >= 0 && levels->pid <= 0x1fff &&
        levels->stream < AUDIO_STREAMS_MAX)
        return TRUE;
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                "levels: %" G_GSIZE_FORMAT " channels of stream %u, at most %u of %u, each with "
                "finite levels",
                count, levels->stream, LEVELS_MAX_CHANNELS, AUDIO_STREAMS_MAX);
    return FALSE;
}

static GVariant *
evidence_to_variant(const MessageEvidence *evidence)
{
    g_autofree char *text = codec_text(evidence->text);

    return g_variant_new("(sqyxxs)", evidence->channel_id, evidence->fault, evidence->cause,
                         evidence->from_us, evidence->until_us, text);
}

static gboolean
evidence_from_variant(GVariant *variant, MessageEvidence *evidence, GError **error)
{
    g_variant_get(variant, "(sqyxxs)", &evidence->channel_id, &evidence->fault, &evidence->cause,
                  &evidence->from_us, &evidence->until_us, &evidence->text);
    if (!codec_check_slug(evidence->channel_id, "evidence: channel", error) ||
        !codec_check_text(evidence->text, "evidence", error))
        return FALSE;
    if (evidence->cause <= CAUSE_MONITOR && evidence->from_us >= 0 &&
        evidence->until_us >= evidence->from_us)
        return TRUE;
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                "evidence: cause %u, or a time that makes no sense", evidence->cause);
    return FALSE;
}

static const char *
slug_of(const Message *message)
{
    switch ((MessageKind)message->kind) {
    case MESSAGE_HELLO:
        return message->hello.input_id;
    case MESSAGE_CONFIG:
        return message->config.input_id;
    case MESSAGE_EDGE:
        return message->edge.channel_id;
    case MESSAGE_THUMBNAIL:
        return message->thumbnail.channel_id;
    case MESSAGE_LEVELS:
        return message->levels.channel_id;
    case MESSAGE_NOTES:
        return message->notes.channel_id;
    case MESSAGE_EVIDENCE:
        return message->evidence.channel_id;
    case MESSAGE_DEPTH:
        return message->depth.channel_id;
    case MESSAGE_SHOT:
        return message->shot.channel_id;
    case MESSAGE_STRUCTURE:
        return message->structure.channel_id;
    case MESSAGE_REPORT:
    case MESSAGE_BYE:
    case MESSAGE_FINDING:
        break;
    }
    return "none";
}

static GVariant *
payload_to_variant(const Message *message, GError **error)
{
    const FaultState *state = &message->edge.state;
    g_autofree char *text = NULL;

    switch ((MessageKind)message->kind) {
    case MESSAGE_HELLO:
        text = codec_text(message->hello.build);
        return g_variant_new("(ususx)", message->hello.version, message->hello.input_id,
                             message->hello.pid, text, message->hello.started_us);
    case MESSAGE_CONFIG:
        return codec_config_to_variant(&message->config, error);
    case MESSAGE_EDGE:
        return g_variant_new("(s(qbxd))", message->edge.channel_id, state->fault,
                             (gboolean)state->active, state->since_us, state->value);
    case MESSAGE_REPORT:
        return codec_report_to_variant(&message->report, error);
    case MESSAGE_THUMBNAIL:
        return thumbnail_to_variant(&message->thumbnail, error);
    case MESSAGE_BYE:
        text = codec_text(message->bye.reason);
        return g_variant_new("(s)", text);
    case MESSAGE_LEVELS:
        return levels_to_variant(&message->levels);
    case MESSAGE_FINDING:
        text = codec_text(message->finding.text);
        return g_variant_new("(ys)", message->finding.finding, text);
    case MESSAGE_NOTES:
        return codec_notes_to_variant(&message->notes, error);
    case MESSAGE_EVIDENCE:
        return evidence_to_variant(&message->evidence);
    case MESSAGE_DEPTH:
        return g_variant_new("(sy)", message->depth.channel_id, message->depth.depth);
    case MESSAGE_SHOT:
        return g_variant_new("(sq)", message->shot.channel_id, message->shot.width);
    case MESSAGE_STRUCTURE:
        return codec_structure_to_variant(&message->structure, error);
    }
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "message of unknown kind %u",
                message->kind);
    return NULL;
}

static void
put_le(uint8_t *at, uint64_t value, size_t count)
{
    for (size_t i = 0; i < count; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

static uint64_t
take_le(const uint8_t *at, size_t count)
{
    uint64_t value = 0;

    for (size_t i = count; i-- > 0;)
        value = value << 8 | at[i];
    return value;
}

/* A configuration is always said with its limits. */
static unsigned
wire_kind(const Message *message)
{
    return message->kind == MESSAGE_CONFIG ? WIRE_CONFIG : message->kind;
}

GBytes *
message_encode(const Message *message, GError **error)
{
    if (!codec_check_slug(slug_of(message), "message", error))
        return NULL;
    g_autoptr(GVariant) built = payload_to_variant(message, error);

    if (built == NULL)
        return NULL;
    g_variant_ref_sink(built);
    g_autoptr(GVariant) payload =
        G_BYTE_ORDER == G_BIG_ENDIAN ? g_variant_byteswap(built) : g_variant_ref(built);
    const gsize size = g_variant_get_size(payload);

    if (HEADER_BYTES + size > MESSAGE_MAX_BYTES) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "message of kind %u: %" G_GSIZE_FORMAT " bytes, at most %u", message->kind,
                    size, MESSAGE_MAX_BYTES - HEADER_BYTES);
        return NULL;
    }
    uint8_t *datagram = g_malloc(HEADER_BYTES + size);

    datagram[0] = 'G';
    datagram[1] = 'N';
    put_le(datagram + 2, wire_kind(message), 2);
    put_le(datagram + 4, size, 4);
    put_le(datagram + 8, message->sequence, 8);
    g_variant_store(payload, datagram + HEADER_BYTES);
    return g_bytes_new_take(datagram, HEADER_BYTES + size);
}

static gboolean
check_at_most(unsigned value, unsigned limit, const char *field, GError **error)
{
    if (value <= limit)
        return TRUE;
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "%s: %u, at most %u", field, value,
                limit);
    return FALSE;
}

static gboolean
payload_from_variant(GVariant *payload, Message *message, GError **error)
{
    MessageHello *hello = &message->hello;
    FaultState *state = &message->edge.state;
    gboolean active = FALSE;

    switch ((MessageKind)message->kind) {
    case MESSAGE_HELLO:
        g_variant_get(payload, "(ususx)", &hello->version, &hello->input_id, &hello->pid,
                      &hello->build, &hello->started_us);
        return codec_check_slug(hello->input_id, "hello: input", error) &&
               codec_check_text(hello->build, "hello: build", error);
    case MESSAGE_CONFIG:
        return codec_config_from_variant(payload, &message->config, error);
    case MESSAGE_EDGE:
        g_variant_get(payload, "(s(qbxd))", &message->edge.channel_id, &state->fault, &active,
                      &state->since_us, &state->value);
        state->active = active != FALSE;
        return codec_check_slug(message->edge.channel_id, "edge: channel", error) &&
               codec_check_state(state, error);
    case MESSAGE_REPORT:
        return codec_report_from_variant(payload, &message->report, error);
    case MESSAGE_THUMBNAIL:
        return thumbnail_from_variant(payload, &message->thumbnail, error);
    case MESSAGE_BYE:
        g_variant_get(payload, "(s)", &message->bye.reason);
        return codec_check_text(message->bye.reason, "bye", error);
    case MESSAGE_LEVELS:
        return levels_from_variant(payload, &message->levels, error);
    case MESSAGE_FINDING:
        g_variant_get(payload, "(ys)", &message->finding.finding, &message->finding.text);
        return codec_check_text(message->finding.text, "finding", error);
    case MESSAGE_NOTES:
        return codec_notes_from_variant(payload, &message->notes, error);
    case MESSAGE_EVIDENCE:
        return evidence_from_variant(payload, &message->evidence, error);
    case MESSAGE_DEPTH:
        g_variant_get(payload, "(sy)", &message->depth.channel_id, &message->depth.depth);
        return codec_check_slug(message->depth.channel_id, "depth: channel", error) &&
               check_at_most(message->depth.depth, DEPTH_FULL, "depth", error);
    case MESSAGE_SHOT:
        g_variant_get(payload, "(sq)", &message->shot.channel_id, &message->shot.width);
        return codec_check_slug(message->shot.channel_id, "shot: channel", error) &&
               check_at_most(message->shot.width, SHOT_WIDTH, "shot: width", error);
    case MESSAGE_STRUCTURE:
        return codec_structure_from_variant(payload, &message->structure, error);
    }
    return FALSE;
}

/* Checks the envelope. Returns the kind, or 0 with @error. */
static unsigned
check_envelope(const uint8_t *bytes, size_t size, GError **error)
{
    if (size < HEADER_BYTES || size > MESSAGE_MAX_BYTES || bytes[0] != 'G' || bytes[1] != 'N' ||
        take_le(bytes + 4, 4) != size - HEADER_BYTES) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "datagram of %zu bytes: not a message of the worker protocol", size);
        return 0;
    }
    const unsigned kind = (unsigned)take_le(bytes + 2, 2);

    if (kind >= G_N_ELEMENTS(payload_types) || payload_types[kind] == NULL) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND,
                    "message of kind %u, which this version does not know", kind);
        return 0;
    }
    return kind;
}

Message *
message_decode(const void *data, size_t size, GError **error)
{
    const uint8_t *bytes = data;
    const unsigned kind = check_envelope(bytes, size, error);

    if (kind == 0)
        return NULL;
    g_autoptr(GBytes) copy = g_bytes_new(bytes + HEADER_BYTES, size - HEADER_BYTES);
    g_autoptr(GVariant) wire = g_variant_ref_sink(
        g_variant_new_from_bytes(G_VARIANT_TYPE(payload_types[kind]), copy, FALSE));

    if (!g_variant_is_normal_form(wire)) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "message of kind %u: payload is not in normal form", kind);
        return NULL;
    }
    g_autoptr(GVariant) payload =
        G_BYTE_ORDER == G_BIG_ENDIAN ? g_variant_byteswap(wire) : g_variant_ref(wire);
    g_autoptr(Message) message = g_new0(Message, 1);

    message->kind = kind == WIRE_CONFIG ? MESSAGE_CONFIG : (uint16_t)kind;
    message->sequence = take_le(bytes + 8, 8);
    if (!payload_from_variant(payload, message, error))
        return NULL;
    return g_steal_pointer(&message);
}

void
message_free(Message *message)
{
    if (message == NULL)
        return;
    switch ((MessageKind)message->kind) {
    case MESSAGE_HELLO:
        g_free(message->hello.input_id);
        g_free(message->hello.build);
        break;
    case MESSAGE_CONFIG:
        codec_config_clear(&message->config);
        break;
    case MESSAGE_EDGE:
        g_free(message->edge.channel_id);
        break;
    case MESSAGE_REPORT:
        codec_report_clear(&message->report);
        break;
    case MESSAGE_THUMBNAIL:
        g_free(message->thumbnail.channel_id);
        g_free(message->thumbnail.jpeg);
        break;
    case MESSAGE_BYE:
        g_free(message->bye.reason);
        break;
    case MESSAGE_LEVELS:
        g_free(message->levels.channel_id);
        break;
    case MESSAGE_FINDING:
        g_free(message->finding.text);
        break;
    case MESSAGE_NOTES:
        codec_notes_clear(&message->notes);
        break;
    case MESSAGE_EVIDENCE:
        g_free(message->evidence.channel_id);
        g_free(message->evidence.text);
        break;
    case MESSAGE_DEPTH:
        g_free(message->depth.channel_id);
        break;
    case MESSAGE_SHOT:
        g_free(message->shot.channel_id);
        break;
    case MESSAGE_STRUCTURE:
        message_structure_clear(&message->structure);
        break;
    }
    g_free(message);
}

/* Notes of a stream to a variant and back. */
#include "pipelines/base/error.h"
#include "pipelines/contract/codec-part.h"

static gboolean
check_count(gsize count, GError **error)
{
    if (count <= MESSAGE_MAX_NOTES)
        return TRUE;
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                "notes: %" G_GSIZE_FORMAT " of them, at most %u", count, MESSAGE_MAX_NOTES);
    return FALSE;
}

GVariant *
codec_notes_to_variant(const MessageNotes *notes, GError **error)
{
    GVariantBuilder builder;

    if (!check_count(notes->n_notes, error))
        return NULL;
    g_variant_builder_init(&builder, G_VARIANT_TYPE("a(tyxxqts)"));
    for (size_t i = 0; i < notes->n_notes; i++) {
        const StreamNote *note = &notes->notes[i];
        g_autofree char *text = codec_text(note->text);

        g_variant_builder_add(&builder, "(tyxxqts)", note->number, note->kind, note->at_us,
                              note->wall_us, note->pid, note->pts, text);
    }
    return g_variant_new("(sa(tyxxqts))", notes->channel_id, &builder);
}

static gboolean
check_note(const StreamNote *note, uint64_t before, GError **error)
{
    if (!codec_check_text(note->text, "note", error))
        return FALSE;
    if (note->number > before && note->at_us >= 0 && note->pid <= 0x1fff &&
        note->pts <= PTS90_MODULUS)
        return TRUE;
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                "note %" G_GUINT64_FORMAT ": expected a number above %" G_GUINT64_FORMAT
                ", a time from 0, a PID and a PTS in range",
                note->number, before);
    return FALSE;
}

gboolean
codec_notes_from_variant(GVariant *variant, MessageNotes *ret_notes, GError **error)
{
    g_autoptr(GVariant) list = NULL;
    uint64_t before = 0;

    g_variant_get(variant, "(s@a(tyxxqts))", &ret_notes->channel_id, &list);
    const gsize count = g_variant_n_children(list);

    if (!codec_check_slug(ret_notes->channel_id, "notes: channel", error) ||
        !check_count(count, error))
        return FALSE;
    ret_notes->notes = g_new0(StreamNote, count);
    ret_notes->n_notes = count;
    for (gsize i = 0; i < count; i++) {
        StreamNote *note = &ret_notes->notes[i];

        g_variant_get_child(list, i, "(tyxxqts)", &note->number, &note->kind, &note->at_us,
                            &note->wall_us, &note->pid, &note->pts, &note->text);
        if (!check_note(note, before, error))
            return FALSE;
        before = note->number;
    }
    return TRUE;
}

void
codec_notes_clear(MessageNotes *notes)
{
    for (size_t i = 0; i < notes->n_notes; i++)
        g_free(notes->notes[i].text);
    g_free(notes->notes);
    g_free(notes->channel_id);
}

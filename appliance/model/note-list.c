/* A counted copy of the newest notes. */
#include "appliance/model/note-list.h"

struct NoteList {
    gatomicrefcount refs;
    size_t count;
    StreamNote notes[NOTE_LIST_MAX]; /* @count entries, texts owned */
};

const StreamNote *
note_list_get(const NoteList *list, size_t *ret_count)
{
    *ret_count = list != NULL ? list->count : 0;
    return list != NULL ? list->notes : NULL;
}

static void
add(NoteList *list, const StreamNote *note)
{
    list->notes[list->count] = *note;
    list->notes[list->count].text = g_strdup(note->text);
    list->count++;
}

NoteList *
note_list_append(NoteList *before, const StreamNote *notes, size_t n_notes)
{
    NoteList *list = g_new0(NoteList, 1);
    size_t n_before = 0;
    const StreamNote *old = note_list_get(before, &n_before);
    const size_t n_new = MIN(n_notes, NOTE_LIST_MAX);
    const size_t keep = MIN(n_before, NOTE_LIST_MAX - n_new);

    g_atomic_ref_count_init(&list->refs);
    for (size_t i = n_before - keep; i < n_before; i++)
        add(list, &old[i]);
    for (size_t i = n_notes - n_new; i < n_notes; i++)
        add(list, &notes[i]);
    note_list_unref(before);
    return list;
}

NoteList *
note_list_ref(NoteList *list)
{
    if (list != NULL)
        g_atomic_ref_count_inc(&list->refs);
    return list;
}

void
note_list_unref(NoteList *list)
{
    if (list == NULL || !g_atomic_ref_count_dec(&list->refs))
        return;
    for (size_t i = 0; i < list->count; i++)
        g_free(list->notes[i].text);
    g_free(list);
}

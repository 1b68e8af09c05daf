/* The last notes of a channel: what its stream told. Immutable once shared, so that a snapshot and
 * the HTTP thread read it without locks; the loop makes a new one when notes come. */
#pragma once

#include <glib.h>

#include "pipelines/contract/message.h"

#define NOTE_LIST_MAX 200u /* notes of one channel; older ones go */

typedef struct NoteList NoteList;

/* Notes oldest first. @list: (nullable): none. Returns: (transfer none): valid with @list */
const StreamNote *note_list_get(const NoteList *list, size_t *ret_count);

/* A list with those of @before and then @notes. @before: (transfer full) (nullable): a reference is
 * taken over. Returns: (transfer full) */
NoteList *note_list_append(NoteList *before, const StreamNote *notes, size_t n_notes);

NoteList *note_list_ref(NoteList *list); /* (nullable) */
void note_list_unref(NoteList *list);    /* (nullable); any thread */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NoteList, note_list_unref)

/* The last notes of a channel. */
#include <glib.h>

#include "appliance/model/note-list.h"

static void
new_notes_come_behind_and_push_the_oldest_out(void)
{
    NoteList *list = NULL;
    size_t count = 0;

    for (guint64 n = 1; n <= NOTE_LIST_MAX + 5; n++) {
        g_autofree char *text = g_strdup_printf("note %" G_GUINT64_FORMAT, n);
        const StreamNote note = {.number = n, .text = text};

        list = note_list_append(list, &note, 1);
    }
    const StreamNote *notes = note_list_get(list, &count);

    g_assert_cmpuint(count, ==, NOTE_LIST_MAX);
    g_assert_cmpuint(notes[0].number, ==, 6);
    g_assert_cmpstr(notes[count - 1].text, ==, "note 205");
    note_list_unref(list);
}

static void
a_list_that_is_shared_stays_as_it_is(void)
{
    const StreamNote one = {.number = 1, .text = (char *)(uintptr_t) "one"};
    const StreamNote two = {.number = 2, .text = (char *)(uintptr_t) "two"};
    g_autoptr(NoteList) first = note_list_append(NULL, &one, 1);
    g_autoptr(NoteList) second = note_list_append(note_list_ref(first), &two, 1);
    size_t count = 0;

    (void)note_list_get(first, &count);
    g_assert_cmpuint(count, ==, 1);
    (void)note_list_get(second, &count);
    g_assert_cmpuint(count, ==, 2);
}

static void
more_notes_at_once_than_there_is_room_leave_the_newest(void)
{
    StreamNote many[NOTE_LIST_MAX + 10] = {0};
    size_t count = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(many); i++)
        many[i] = (StreamNote){.number = i + 1, .text = (char *)(uintptr_t) "x"};
    g_autoptr(NoteList) list = note_list_append(NULL, many, G_N_ELEMENTS(many));
    const StreamNote *notes = note_list_get(list, &count);

    g_assert_cmpuint(count, ==, NOTE_LIST_MAX);
    g_assert_cmpuint(notes[0].number, ==, 11);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/note-list/new notes come behind and push the oldest out",
                    new_notes_come_behind_and_push_the_oldest_out);
    g_test_add_func("/note-list/a list that is shared stays as it is",
                    a_list_that_is_shared_stays_as_it_is);
    g_test_add_func("/note-list/more notes at once than there is room leave the newest",
                    more_notes_at_once_than_there_is_room_leave_the_newest);
    return g_test_run();
}

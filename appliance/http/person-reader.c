/* Pieces of the journal, from its begin to its end. */
#include "appliance/http/person-reader.h"

#define PIECE 1000u

typedef struct {
    JournalReader reader;
    char *name;
    ErasedNames *names; /* that one name: sentences that name it are found as if it were erased */
} Question;

static void
question_free(gpointer data)
{
    Question *question = (Question *)data;

    erased_names_unref(question->names);
    g_free(question->name);
    g_free(question);
}

void
person_record_free(PersonRecord *record)
{
    if (record == NULL)
        return;
    g_ptr_array_unref(record->events);
    g_free(record);
}

static bool
tells_of(const Question *question, const Event *event)
{
    g_autofree char *named =
        event->kind == EVENT_AUDIT ? erased_names_in_text(question->names, event->text) : NULL;

    return named != NULL || g_str_equal(event->actor, question->name) ||
           g_str_equal(event->owner, question->name);
}

static void
take_piece(const Question *question, const GPtrArray *piece, PersonRecord *record)
{
    for (guint i = 0; i < piece->len; i++) {
        Event *event = (Event *)piece->pdata[i];

        if (record->since_us == 0)
            record->since_us = event->wall_us;
        if (tells_of(question, event))
            g_ptr_array_add(record->events, event_ref(event));
    }
    if (record->events->len > PERSON_EVENTS_MAX) {
        record->complete = false;
        g_ptr_array_remove_range(record->events, 0, record->events->len - PERSON_EVENTS_MAX);
    }
}

static void
read_all(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    const Question *question = (const Question *)data;
    PersonRecord *record = g_new0(PersonRecord, 1);
    uint64_t after = 0;

    record->events = g_ptr_array_new_with_free_func((GDestroyNotify)event_unref);
    record->complete = true;
    for (;;) {
        g_autoptr(GPtrArray) piece = question->reader.read(question->reader.self, after, PIECE);

        if (piece == NULL || piece->len == 0)
            break;
        take_piece(question, piece, record);
        after = ((const Event *)piece->pdata[piece->len - 1])->seq;
    }
    g_task_return_pointer(task, record, (GDestroyNotify)person_record_free);
}

void
person_read(const JournalReader *reader,
            const char *name,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
    g_autoptr(GTask) task = g_task_new(NULL, NULL, callback, user_data);
    g_autoptr(ErasedNames) nobody = erased_names_new(NULL, NULL);
    Question *question = g_new0(Question, 1);

    question->reader = *reader;
    question->name = g_strdup(name);
    question->names = erased_names_with(nobody, name, "");
    g_task_set_task_data(task, question, question_free);
    g_task_run_in_thread(task, read_all);
}

PersonRecord *
person_read_finish(GAsyncResult *result)
{
    return (PersonRecord *)g_task_propagate_pointer(G_TASK(result), NULL);
}

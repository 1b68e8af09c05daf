/* Events of the journal, fed to figures of their own. */
#include "appliance/http/scoped-figures.h"

#include "appliance/http/journal-span.h"
#include "pipelines/base/clock.h"

#define PIECE          1000u
#define CHANNEL_PREFIX "channel/"

typedef struct {
    FiguresView *view; /* owned reference */
    MonoUs made_us;
} Kept;

struct ScopedFigures {
    GHashTable *kept; /* scope's key: Kept */
    unsigned counting;
};

typedef struct {
    ScopedFigures *self; /* no-ref: outlives the job */
    JournalReader reader;
    char *key;
    GHashTable *resources; /* (element-type utf8): "channel/ID" that are counted */
    unsigned positions;
    WallUs now_us;
    ScopedFiguresDone done;
    gpointer user_data;
} Job;

static void
kept_free(gpointer data)
{
    Kept *kept = (Kept *)data;

    figures_view_unref(kept->view);
    g_free(kept);
}

static void
job_free(gpointer data)
{
    Job *job = (Job *)data;

    g_hash_table_unref(job->resources);
    g_free(job->key);
    g_free(job);
}

ScopedFigures *
scoped_figures_new(void)
{
    ScopedFigures *self = g_new0(ScopedFigures, 1);

    self->kept = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, kept_free);
    return self;
}

void
scoped_figures_free(ScopedFigures *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->kept);
    g_free(self);
}

static bool
change_of(EventKind kind, AlarmChange *ret_change)
{
    static const struct {
        EventKind kind;
        AlarmChange change;
    } changes[] = {
        {EVENT_ALARM_RAISED, ALARM_CHANGE_RAISED},   {EVENT_ALARM_UPDATED, ALARM_CHANGE_UPDATED},
        {EVENT_ALARM_CLEARED, ALARM_CHANGE_CLEARED}, {EVENT_ALARM_ACK, ALARM_CHANGE_ACK},
        {EVENT_ALARM_COMMENT, ALARM_CHANGE_COMMENT}, {EVENT_ALARM_ASSIGNED, ALARM_CHANGE_ASSIGNED},
        {EVENT_ALARM_SHELVED, ALARM_CHANGE_SHELVED},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
        if (changes[i].kind != kind)
            continue;
        *ret_change = changes[i].change;
        return true;
    }
    return false;
}

/* An alarm that an incident took in stands for itself here, as everywhere in a narrowed view. */
static void
feed(AlarmFigures *figures, const Event *event)
{
    AlarmTransition transition = {.wall_us = event->wall_us,
                                  .alarm_id = event->alarm_id,
                                  .resource = event->resource,
                                  .fault = event->fault,
                                  .severity = event->severity,
                                  .raised_wall_us = event->raised_wall_us,
                                  .quiet = event->quiet == QUIET_MEMBER ? QUIET_NONE : event->quiet,
                                  .actor = event->actor};

    if (change_of(event->kind, &transition.change))
        alarm_figures_feed(figures, &transition, event->seq);
}

static void
count(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    const Job *job = (const Job *)data;
    g_autoptr(AlarmFigures) figures = alarm_figures_new();
    AlarmPolicy policy = alarm_policy_default();
    uint64_t after =
        journal_span_begin(&job->reader, job->now_us - FIGURES_PERIODS * (WallUs)FIGURES_PERIOD_US);

    for (;;) {
        g_autoptr(GPtrArray) piece = job->reader.read(job->reader.self, after, PIECE);

        if (piece == NULL || piece->len == 0)
            break;
        for (guint i = 0; i < piece->len; i++) {
            const Event *event = (const Event *)piece->pdata[i];

            after = event->seq;
            if (g_hash_table_contains(job->resources, event->resource))
                feed(figures, event);
        }
    }
    policy.positions = job->positions;
    g_task_return_pointer(task, alarm_figures_view(figures, &policy, job->now_us),
                          (GDestroyNotify)figures_view_unref);
}

/* Kept ones are few and small: when there is no room, all go. */
static void
keep(ScopedFigures *self, const char *key, FiguresView *view)
{
    Kept *kept = g_new0(Kept, 1);

    if (g_hash_table_size(self->kept) >= SCOPED_FIGURES_MAX)
        g_hash_table_remove_all(self->kept);
    kept->view = figures_view_ref(view);
    kept->made_us = boot_now_us();
    g_hash_table_replace(self->kept, g_strdup(key), kept);
}

static void
on_counted(GObject *source, GAsyncResult *result, gpointer data)
{
    const Job *job = (const Job *)g_task_get_task_data(G_TASK(result));
    g_autoptr(FiguresView) view = (FiguresView *)g_task_propagate_pointer(G_TASK(result), NULL);

    job->self->counting--;
    keep(job->self, job->key, view);
    job->done(view, job->user_data);
}

static GHashTable *
resources_of(const Snapshot *narrow)
{
    GHashTable *resources = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (size_t i = 0; i < narrow->n_channels; i++)
        g_hash_table_add(resources, g_strconcat(CHANNEL_PREFIX, narrow->channels[i].id, NULL));
    return resources;
}

void
scoped_figures_ask(ScopedFigures *self,
                   const ScopedQuestion *question,
                   ScopedFiguresDone done,
                   gpointer user_data)
{
    const Kept *kept = (const Kept *)g_hash_table_lookup(self->kept, question->scope_key);
    g_autoptr(GTask) task = NULL;
    Job *job = NULL;

    if (kept != NULL && boot_now_us() - kept->made_us < SCOPED_FIGURES_KEEP_US) {
        done(kept->view, user_data);
        return;
    }
    if (self->counting >= SCOPED_FIGURES_AT_ONCE) {
        done(NULL, user_data);
        return;
    }
    self->counting++;
    job = g_new0(Job, 1);
    *job = (Job){.self = self,
                 .reader = *question->reader,
                 .key = g_strdup(question->scope_key),
                 .resources = resources_of(question->narrow),
                 .positions = question->positions,
                 .now_us = wall_now_us(),
                 .done = done,
                 .user_data = user_data};
    task = g_task_new(NULL, NULL, on_counted, NULL);
    g_task_set_task_data(task, job, job_free);
    g_task_run_in_thread(task, count);
}

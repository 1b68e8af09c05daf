/* One timer for all: they are answered in the order in which they came due. */
#include "appliance/http/late-refusals.h"

#include "appliance/http/app.h"
#include "appliance/http/login.h"

struct LateRefusals {
    GQueue waiting; /* (element-type Refusal): the earliest first */
    GSource *timer; /* (nullable): of the first */
};

typedef struct {
    HttpRequest *request; /* owned */
    char *user;
    MonoUs due_us;
} Refusal;

static void answer_due(LateRefusals *later, MonoUs now_us);

LateRefusals *
late_refusals_new(void)
{
    LateRefusals *later = g_new0(LateRefusals, 1);

    g_queue_init(&later->waiting);
    return later;
}

void
late_refusals_free(LateRefusals *later)
{
    if (later == NULL)
        return;
    answer_due(later, G_MAXINT64);
    g_free(later);
}

static void
answer(Refusal *refusal)
{
    login_refuse(refusal->request, refusal->user);
    http_request_unref(refusal->request);
    g_free(refusal->user);
    g_free(refusal);
}

static gboolean
on_due(gpointer data)
{
    answer_due((LateRefusals *)data, app_now().mono_us);
    return G_SOURCE_REMOVE;
}

static void
wait_for_first(LateRefusals *later, MonoUs now_us)
{
    const Refusal *first = (const Refusal *)g_queue_peek_head(&later->waiting);

    if (first == NULL)
        return;
    later->timer = g_timeout_source_new((guint)((first->due_us - now_us + 999) / 1000));
    g_source_set_callback(later->timer, on_due, later, NULL);
    g_source_attach(later->timer, g_main_context_get_thread_default());
}

static void
answer_due(LateRefusals *later, MonoUs now_us)
{
    if (later->timer != NULL) {
        g_source_destroy(later->timer);
        g_clear_pointer(&later->timer, g_source_unref);
    }
    for (const Refusal *first = (const Refusal *)g_queue_peek_head(&later->waiting);
         first != NULL && first->due_us <= now_us;
         first = (const Refusal *)g_queue_peek_head(&later->waiting))
        answer((Refusal *)g_queue_pop_head(&later->waiting));
    wait_for_first(later, now_us);
}

static int
by_due(gconstpointer a, gconstpointer b, gpointer data)
{
    const MonoUs first_us = ((const Refusal *)a)->due_us, second_us = ((const Refusal *)b)->due_us;

    return first_us < second_us ? -1 : first_us > second_us;
}

void
late_refusals_add(LateRefusals *later, HttpRequest *request, const char *user, MonoUs began_us)
{
    Refusal *refusal = g_new0(Refusal, 1);

    *refusal = (Refusal){.request = http_request_ref(request),
                         .user = g_strdup(user),
                         .due_us = began_us + REFUSAL_US};
    g_queue_insert_sorted(&later->waiting, refusal, by_due, NULL);
    answer_due(later, app_now().mono_us);
}

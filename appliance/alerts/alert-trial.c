/* The way back of a test's result. */
#include "appliance/alerts/alert-trial.h"

struct AlertTrial {
    GMainContext *context;
    char *id;
    AlertsTested tested;
    gpointer user_data;
    bool ok;
    char *text;
};

AlertTrial *
alert_trial_new(const char *id, AlertsTested tested, gpointer user_data)
{
    AlertTrial *test = g_new0(AlertTrial, 1);

    test->context = g_main_context_ref_thread_default();
    test->id = g_strdup(id);
    test->tested = tested;
    test->user_data = user_data;
    return test;
}

const char *
alert_trial_id(const AlertTrial *test)
{
    return test->id;
}

static void
test_free(gpointer data)
{
    AlertTrial *test = data;

    g_main_context_unref(test->context);
    g_free(test->id);
    g_free(test->text);
    g_free(test);
}

static gboolean
answer(gpointer data)
{
    const AlertTrial *test = data;

    test->tested(test->ok, test->text, test->user_data);
    return G_SOURCE_REMOVE;
}

static void
post(AlertTrial *test)
{
    g_autoptr(GSource) source = g_idle_source_new();

    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, answer, test, test_free);
    g_source_attach(source, test->context);
}

void
alert_trial_answer(AlertTrial *test, bool ok, const char *text)
{
    test->ok = ok;
    test->text = g_strdup(text);
    post(test);
}

void
alert_trial_fail(AlertTrial *test, const char *text)
{
    test->text = g_strdup(text);
    post(test);
}

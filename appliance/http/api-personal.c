/* Personal data: what is kept of somebody, taken away by themselves or an administrator, and
 * erased by an administrator. */
#include <string.h>

#include "appliance/http/api.h"
#include "appliance/http/json-writer.h"
#include "appliance/http/person-reader.h"
#include "appliance/http/precondition.h"
#include "appliance/http/view-person.h"
#include "pipelines/base/slug.h"

/* An export or an erasure under way. */
typedef struct {
    HttpRequest *request; /* owned */
    char *name;
} PersonJob;

static PersonJob *
job_new(HttpRequest *request, const char *name)
{
    PersonJob *job = g_new0(PersonJob, 1);

    job->request = http_request_ref(request);
    job->name = g_strdup(name);
    return job;
}

static void
job_free(PersonJob *job)
{
    http_request_unref(job->request);
    g_free(job->name);
    g_free(job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PersonJob, job_free)

static void
on_read(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(PersonJob) job = (PersonJob *)data;
    HttpRequest *request = job->request;
    g_autoptr(PersonRecord) record = person_read_finish(result);
    g_autoptr(AccountBook) book = board_get_accounts(request->app->board);
    g_autoptr(GPtrArray) sessions = session_table_list(request->app->sessions);
    g_autoptr(Snapshot) shown = http_request_snapshot(request);
    g_autofree char *what = g_strdup_printf("personal data of %s exported", job->name);
    g_autofree char *file =
        g_strdup_printf("attachment; filename=\"personal-data-%s.json\"", job->name);
    g_autoptr(GString) json = g_string_new(NULL);
    const PersonFacts facts = {.name = job->name,
                               .book = book,
                               .sessions = sessions,
                               .record = record,
                               .shown = shown,
                               .limited = request->scope.limited,
                               .now_us = app_now().wall_us};

    request->app->exporting = false;
    view_person(json, &facts);
    api_audit(request, request->user, what);
    http_request_set_header(request, "Content-Disposition", file);
    http_request_reply_json(request, 200, json);
}

static void export(HttpRequest *request, const char *name)
{
    const JournalReader *reader = request->app->ports.journal;

    if (reader == NULL) {
        http_request_problem(request, 503, "unavailable", "No journal is connected.");
        return;
    }
    if (request->app->exporting) { /* each reads all of the journal */
        http_request_set_header(request, "Retry-After", "5");
        http_request_problem(request, 503, "busy", "Another export is being made; try again.");
        return;
    }
    request->app->exporting = true;
    http_request_defer(request);
    person_read(reader, name, on_read, job_new(request, name));
}

void
api_account_personal_data(HttpRequest *request)
{
    g_autoptr(AccountBook) book = board_get_accounts(request->app->board);

    if (account_book_find(book, request->user) == NULL)
        http_request_problem(request, 409, "conflict", "This login has no account of its own.");
    else
        export(request, request->user);
}

/* A name that somebody had may be asked for after the account was removed. Answers 404 itself. */
static bool
is_known(HttpRequest *request, bool removed)
{
    g_autoptr(AccountBook) book = board_get_accounts(request->app->board);
    const char *name = request->params[0];

    if (slug_is_valid(name) && (account_book_find(book, name) != NULL) != removed)
        return true;
    http_request_problem(request, 404, "not-found",
                         removed ? "An account has this name: it was not removed."
                                 : "No account has this name.");
    return false;
}

void
api_user_personal_data(HttpRequest *request)
{
    const bool removed = g_strcmp0(http_request_query(request, "removed"), "true") == 0;

    if (is_known(request, removed))
        export(request, request->params[0]);
}

/* What the HTTP side alone holds of them. */
static void
forget(HttpApp *app, const char *name)
{
    g_autoptr(GPtrArray) sessions = session_table_list(app->sessions);

    for (guint i = sessions->len; i-- > 0;) {
        const Session *session = (const Session *)sessions->pdata[i];

        if (!g_str_equal(session->user, name))
            continue;
        live_drop_session(app->live, session->key_hash);
        session_table_end(app->sessions, session->key_hash);
    }
    live_forget_events(app->live);
    second_factors_forget(app->factors, name);
}

static void
on_erased(const CommandResult *result, gpointer data)
{
    g_autoptr(PersonJob) job = (PersonJob *)data;
    g_autoptr(GString) json = g_string_new(NULL);

    if (result->error != NULL) {
        http_request_problem_of(job->request, result->error);
        return;
    }
    forget(job->request->app, job->name);
    json_begin_object(json, NULL);
    json_string(json, "pseudonym", result->text);
    json_end_object(json);
    http_request_reply_json(job->request, 200, json);
}

void
api_user_erase(HttpRequest *request)
{
    const CommandPort *commands = request->app->ports.commands;
    g_autoptr(AccountBook) book = board_get_accounts(request->app->board);
    g_autoptr(JsonNode) root = http_request_json(request);
    bool removed = false;
    const Account *account = account_book_find(book, request->params[0]);
    Command *command = NULL;

    if (root == NULL)
        return;
    if (!http_json_flag(json_node_get_object(root), "removed", &removed)) {
        http_request_problem(request, 400, "invalid", "\"removed\" is true or false.");
        return;
    }
    if (!is_known(request, removed) || (account != NULL && !api_user_matches(request, account)))
        return;
    command = http_request_command(request, COMMAND_ACCOUNT_ERASE, request->params[0]);
    command->expected = account != NULL ? account->revision : 0;
    http_request_defer(request);
    commands->submit(commands->self, command, on_erased, job_new(request, request->params[0]));
}

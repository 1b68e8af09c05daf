/* Password worker, then command port. */
#include "appliance/http/account-change.h"

#include <string.h>

#include "appliance/http/password-worker.h"

AccountChange *
account_change_new(HttpRequest *request, const Account *from, AccountChanged done)
{
    AccountChange *change = g_new0(AccountChange, 1);

    change->request = http_request_ref(request);
    account_copy(from != NULL ? from : &(const Account){0}, &change->account);
    change->expected = from != NULL ? from->revision : 0;
    change->done = done;
    return change;
}

static void
forget(char *secret)
{
    if (secret != NULL)
        explicit_bzero(secret, strlen(secret));
    g_free(secret);
}

void
account_change_free(AccountChange *change)
{
    if (change == NULL)
        return;
    http_request_unref(change->request);
    account_clear(&change->account);
    forget(change->password);
    forget(change->secret);
    g_free(change);
}

static void
on_set(const CommandResult *result, gpointer data)
{
    g_autoptr(AccountChange) change = (AccountChange *)data;
    guint64 revision = 0;

    if (result->error != NULL) {
        http_request_problem_of(change->request, result->error);
        return;
    }
    if (result->text != NULL &&
        g_ascii_string_to_unsigned(result->text, 10, 0, G_MAXINT64, &revision, NULL))
        change->account.revision = revision;
    change->done(change->request, &change->account, change->secret);
}

static void
submit(AccountChange *change)
{
    const CommandPort *commands = change->request->app->ports.commands;
    Command *command =
        http_request_command(change->request, COMMAND_ACCOUNT_SET, change->account.name);

    command_set_account(command, &change->account);
    command->expected = change->expected;
    http_request_defer(change->request);
    commands->submit(commands->self, command, on_set, change);
}

static void
on_hashed(bool right, const char *hash, gpointer data)
{
    AccountChange *change = (AccountChange *)data;

    if (!right) {
        http_request_problem(change->request, 503, "busy", "No memory to hash the password.");
        account_change_free(change);
        return;
    }
    g_free(change->account.password_hash);
    change->account.password_hash = g_strdup(hash);
    submit(change);
}

void
account_change_run(AccountChange *change)
{
    HttpRequest *request = change->request;

    if (change->password == NULL) {
        submit(change);
        return;
    }
    http_request_defer(request);
    if (password_hash(request->app->passwords, change->password, on_hashed, change))
        return;
    http_request_set_header(request, "Retry-After", "2");
    http_request_problem(request, 503, "busy", "Too many passwords at once; try again.");
    account_change_free(change);
}

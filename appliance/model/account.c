/* Life of account books, and the words for roles. */
#include "appliance/model/account.h"

#include <string.h>

static const char *const role_names[] = {
    [ROLE_NONE] = "none",         [ROLE_VIEWER] = "viewer", [ROLE_OPERATOR] = "operator",
    [ROLE_ENGINEER] = "engineer", [ROLE_ADMIN] = "admin",
};

AccountBook *
account_book_new(size_t n_accounts)
{
    AccountBook *book = g_new0(AccountBook, 1);

    g_atomic_ref_count_init(&book->refs);
    book->accounts = g_new0(Account, n_accounts);
    book->n_accounts = n_accounts;
    return book;
}

AccountBook *
account_book_ref(AccountBook *book)
{
    g_return_val_if_fail(book != NULL, NULL);

    g_atomic_ref_count_inc(&book->refs);
    return book;
}

/* Overwrites a hash before its memory is given back, so that it does not linger. */
static void
forget(char *secret)
{
    if (secret != NULL)
        explicit_bzero(secret, strlen(secret));
    g_free(secret);
}

void
account_book_unref(AccountBook *book)
{
    if (book == NULL || !g_atomic_ref_count_dec(&book->refs))
        return;
    for (size_t i = 0; i < book->n_accounts; i++) {
        g_free(book->accounts[i].name);
        forget(book->accounts[i].password_hash);
    }
    g_free(book->accounts);
    g_free(book);
}

const Account *
account_book_find(const AccountBook *book, const char *name)
{
    g_return_val_if_fail(book != NULL, NULL);

    for (size_t i = 0; name != NULL && i < book->n_accounts; i++) {
        if (g_strcmp0(book->accounts[i].name, name) == 0)
            return &book->accounts[i];
    }
    return NULL;
}

const char *
role_name(Role role)
{
    return (unsigned)role < G_N_ELEMENTS(role_names) ? role_names[role] : "none";
}

Role
role_from_name(const char *name)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(role_names); i++) {
        if (g_strcmp0(name, role_names[i]) == 0)
            return (Role)i;
    }
    return ROLE_NONE;
}

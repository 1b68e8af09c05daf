/* Account books: looked through, and made anew for every change. */
#include <string.h>

#include "appliance/model/account.h"

AccountBook *
account_book_new(size_t n_accounts)
{
    AccountBook *book = g_new0(AccountBook, 1);

    g_atomic_ref_count_init(&book->refs);
    book->accounts = g_new0(Account, n_accounts);
    book->n_accounts = n_accounts;
    book->erased = erased_names_new(NULL, NULL);
    return book;
}

AccountBook *
account_book_ref(AccountBook *book)
{
    g_return_val_if_fail(book != NULL, NULL);

    g_atomic_ref_count_inc(&book->refs);
    return book;
}

void
account_book_unref(AccountBook *book)
{
    if (book == NULL || !g_atomic_ref_count_dec(&book->refs))
        return;
    for (size_t i = 0; i < book->n_accounts; i++)
        account_clear(&book->accounts[i]);
    for (size_t i = 0; i < book->n_tokens; i++)
        api_token_clear(&book->tokens[i]);
    g_free(book->accounts);
    g_free(book->tokens);
    erased_names_unref(book->erased);
    g_free(book);
}

bool
account_book_equal(const AccountBook *a, const AccountBook *b)
{
    if (a->n_accounts != b->n_accounts || a->n_tokens != b->n_tokens ||
        !erased_names_equal(a->erased, b->erased))
        return false;
    for (size_t i = 0; i < a->n_accounts; i++) {
        if (!account_equal(&a->accounts[i], &b->accounts[i]))
            return false;
    }
    for (size_t i = 0; i < a->n_tokens; i++) {
        if (!api_token_equal(&a->tokens[i], &b->tokens[i]))
            return false;
    }
    return true;
}

/* Tokens of @book, but for those of @without (nullable). */
static void
copy_tokens(const AccountBook *book, const char *without, AccountBook *next)
{
    next->tokens = g_new0(ApiToken, book->n_tokens + 1);
    for (size_t i = 0; i < book->n_tokens; i++) {
        if (without == NULL || !g_str_equal(book->tokens[i].owner, without))
            api_token_copy(&book->tokens[i], &next->tokens[next->n_tokens++]);
    }
}

static void
set_erased(AccountBook *book, ErasedNames *erased)
{
    erased_names_unref(book->erased);
    book->erased = erased_names_ref(erased);
}

AccountBook *
account_book_with(const AccountBook *book, const Account *account)
{
    const bool keep = account->role != ROLE_NONE;
    AccountBook *next = account_book_new(book->n_accounts + 1);
    bool placed = !keep;

    next->n_accounts = 0;
    for (size_t i = 0; i < book->n_accounts; i++) {
        const bool changed = g_str_equal(book->accounts[i].name, account->name);

        if (!changed || keep)
            account_copy(changed ? account : &book->accounts[i],
                         &next->accounts[next->n_accounts++]);
        placed = placed || changed;
    }
    if (!placed)
        account_copy(account, &next->accounts[next->n_accounts++]);
    copy_tokens(book, keep ? NULL : account->name, next);
    set_erased(next, book->erased);
    return next;
}

/* All of @book. */
static AccountBook *
copy(const AccountBook *book)
{
    AccountBook *next = account_book_new(book->n_accounts);

    for (size_t i = 0; i < book->n_accounts; i++)
        account_copy(&book->accounts[i], &next->accounts[i]);
    copy_tokens(book, NULL, next);
    set_erased(next, book->erased);
    return next;
}

AccountBook *
account_book_with_token(const AccountBook *book, const ApiToken *token)
{
    AccountBook *next = copy(book);

    for (size_t i = 0; i < next->n_tokens; i++) {
        if (!g_str_equal(next->tokens[i].id, token->id))
            continue;
        api_token_clear(&next->tokens[i]);
        if (token->rights != 0) {
            api_token_copy(token, &next->tokens[i]);
        } else {
            memmove(&next->tokens[i], &next->tokens[i + 1],
                    (next->n_tokens - i - 1) * sizeof *next->tokens);
            next->n_tokens--;
        }
        return next;
    }
    if (token->rights != 0)
        api_token_copy(token, &next->tokens[next->n_tokens++]);
    return next;
}

AccountBook *
account_book_with_erased(const AccountBook *book, ErasedNames *erased)
{
    AccountBook *next = account_book_new(book->n_accounts);

    next->n_accounts = 0;
    for (size_t i = 0; i < book->n_accounts; i++) {
        if (erased_names_number(erased, book->accounts[i].name) == 0)
            account_copy(&book->accounts[i], &next->accounts[next->n_accounts++]);
    }
    next->tokens = g_new0(ApiToken, book->n_tokens + 1);
    for (size_t i = 0; i < book->n_tokens; i++) {
        if (erased_names_number(erased, book->tokens[i].owner) == 0)
            api_token_copy(&book->tokens[i], &next->tokens[next->n_tokens++]);
    }
    set_erased(next, erased);
    return next;
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

const Account *
account_book_find_subject(const AccountBook *book, const char *subject)
{
    for (size_t i = 0; i < book->n_accounts; i++) {
        const Account *account = &book->accounts[i];

        if (account->login_by == LOGIN_BY_OIDC && g_strcmp0(account->subject, subject) == 0)
            return account;
    }
    return NULL;
}

const ApiToken *
account_book_find_token(const AccountBook *book, const char *id)
{
    for (size_t i = 0; id != NULL && i < book->n_tokens; i++) {
        if (g_str_equal(book->tokens[i].id, id))
            return &book->tokens[i];
    }
    return NULL;
}

/* What is compared is a hash of 256 random bits: how long it takes tells nothing of use. */
const ApiToken *
account_book_find_token_hash(const AccountBook *book, const char *hash)
{
    for (size_t i = 0; hash != NULL && i < book->n_tokens; i++) {
        if (g_str_equal(book->tokens[i].hash, hash))
            return &book->tokens[i];
    }
    return NULL;
}

size_t
account_book_count_admins(const AccountBook *book)
{
    size_t n = 0;

    for (size_t i = 0; i < book->n_accounts; i++) {
        const Account *account = &book->accounts[i];

        if (account->role == ROLE_ADMIN && !account->disabled && !account->scope.limited)
            n++;
    }
    return n;
}

/* People who may log in, as the HTTP thread needs to know them. Immutable once shared. */
#pragma once

#include <glib.h>

/* Each role may what the ones before it may. */
typedef enum { ROLE_NONE, ROLE_VIEWER, ROLE_OPERATOR, ROLE_ENGINEER, ROLE_ADMIN } Role;

typedef struct {
    char *name; /* slug */
    Role role;
    char *password_hash; /* argon2id in libsodium's text form */
} Account;

typedef struct {
    gatomicrefcount refs;
    Account *accounts; /* @n_accounts entries; none on a box that was never set up */
    size_t n_accounts;
} AccountBook;

/* Returns: (transfer full): an empty book with one reference, to be filled before it is shared */
AccountBook *account_book_new(size_t n_accounts);
AccountBook *account_book_ref(AccountBook *book);
void account_book_unref(AccountBook *book); /* (nullable) */

/* Returns: (transfer none) (nullable): the account named @name */
const Account *account_book_find(const AccountBook *book, const char *name);

const char *role_name(Role role);      /* "none", "viewer", "operator", "engineer", "admin" */
Role role_from_name(const char *name); /* ROLE_NONE for any other word */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AccountBook, account_book_unref)

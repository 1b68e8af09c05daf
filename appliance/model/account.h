/* People who may log in, and tokens for programs and walls, as the HTTP thread needs to know them.
 * Immutable once shared. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "appliance/model/erased-names.h"
#include "appliance/model/scope.h"
#include "pipelines/base/units.h"

#define ACCOUNTS_MAX        1000u
#define TOKENS_MAX          1000u
#define RECOVERY_CODES      10u
#define ACCOUNT_TEXT_MAX    120u    /* bytes of a full name, a token's name */
#define ACCOUNT_SECRET_MAX  512u    /* bytes of a hash or a sealed secret */
#define ACCOUNT_SUBJECT_MAX 512u    /* bytes of what somebody is elsewhere */
#define ACCOUNT_LOCAL       "local" /* nobody may be called so: one-time codes, the control socket */

/* Each role may what the ones before it may. */
typedef enum { ROLE_NONE, ROLE_VIEWER, ROLE_OPERATOR, ROLE_ENGINEER, ROLE_ADMIN } Role;

/* Where an account's holder proves who it is. */
typedef enum { LOGIN_BY_PASSWORD, LOGIN_BY_OIDC, LOGIN_BY_PAM } LoginBy;

/* What a token may; bits, none of which includes another. */
typedef enum {
    TOKEN_READ = 1 << 0,
    TOKEN_ACK = 1 << 1,    /* what operators do with alarms and calendar */
    TOKEN_CONFIG = 1 << 2, /* channels, profiles, receivers */
    TOKEN_ADMIN = 1 << 3,  /* accounts, tokens, sessions, audit */
    TOKEN_WALL = 1 << 4,   /* what a wall shows; its sessions never idle out */
    TOKEN_STATUS = 1 << 5, /* the status page of its channels, and nothing else */
} TokenRight;
#define TOKEN_ALL 0x3Fu

typedef struct {
    char *name;          /* slug */
    char *full_name;     /* "" for none */
    Role role;           /* ROLE_NONE in a change: to be removed */
    char *password_hash; /* argon2id in libsodium's text form; "": no login by password here */
    LoginBy login_by;
    char *subject;    /* of LOGIN_BY_OIDC: "ISSUER SUBJECT"; of LOGIN_BY_PAM: the name there, ""
                         for the same; else "" */
    char *totp;       /* sealed secret of the second factor; "" for none */
    GStrv recovery;   /* (nullable): hashes of one-time codes in its stead */
    bool must_change; /* nothing but a new password is next */
    bool disabled;
    Scope scope;
    uint64_t revision; /* grows with every change: sessions of an earlier one that matters end */
    uint64_t epoch;    /* the revision that sessions must have begun at or after */
    WallUs created_us; /* 0: before this was kept */
} Account;

typedef struct {
    char *id;        /* slug */
    char *name;      /* what it is for, in the site's words */
    char *hash;      /* 64 hex digits; the token itself is shown once and never kept */
    char *owner;     /* name of the account that made it */
    unsigned rights; /* TokenRight bits; 0 in a change: to be removed */
    Scope scope;
    WallUs created_us;
    WallUs expires_us; /* 0: never */
} ApiToken;

typedef struct {
    gatomicrefcount refs;
    Account *accounts; /* @n_accounts entries; none on a box that was never set up */
    size_t n_accounts;
    ApiToken *tokens; /* @n_tokens entries */
    size_t n_tokens;
    ErasedNames *erased; /* owned reference; never NULL: whose personal data are gone */
} AccountBook;

/* Returns: (transfer full): an empty book with one reference, to be filled before it is shared */
AccountBook *account_book_new(size_t n_accounts);
AccountBook *account_book_ref(AccountBook *book);
void account_book_unref(AccountBook *book); /* (nullable) */
bool account_book_equal(const AccountBook *a, const AccountBook *b);

/* Returns: (transfer full): @book with @account added, replaced, or, with ROLE_NONE, removed. A
 * removed account's tokens go with it. The next one is alike. */
AccountBook *account_book_with(const AccountBook *book, const Account *account);
AccountBook *account_book_with_token(const AccountBook *book, const ApiToken *token);

/* Returns: (transfer full): @book with @erased for those it had, and without the accounts, and
 * their tokens, that one of them names. */
AccountBook *account_book_with_erased(const AccountBook *book, ErasedNames *erased);

/* Returns: (transfer none) (nullable): the account named @name, the token with @id, with @hash */
const Account *account_book_find(const AccountBook *book, const char *name);
const ApiToken *account_book_find_token(const AccountBook *book, const char *id);
const ApiToken *account_book_find_token_hash(const AccountBook *book, const char *hash);

/* Whom an OpenID provider knows as @subject. Returns: (transfer none) (nullable) */
const Account *account_book_find_subject(const AccountBook *book, const char *subject);

/* Accounts that may administer the box: somebody must be left. */
size_t account_book_count_admins(const AccountBook *book);

void account_clear(Account *account); /* overwrites secrets, frees, leaves all zeroes */
void account_copy(const Account *from, Account *ret_to); /* strings become "" where NULL */
bool account_equal(const Account *a, const Account *b);
void api_token_clear(ApiToken *token);
void api_token_copy(const ApiToken *from, ApiToken *ret_to);
bool api_token_equal(const ApiToken *a, const ApiToken *b);

/* Whether somebody who was let in as @old may not go on as @changed. */
bool account_ends_sessions(const Account *old, const Account *changed);

/* Whether @token is good at @now_us. */
bool api_token_is_good(const ApiToken *token, WallUs now_us);

const char *login_by_name(LoginBy login_by);                /* "password", "oidc", "pam" */
bool login_by_from_name(const char *name, LoginBy *ret_by); /* false for any other word */

const char *role_name(Role role);      /* "none", "viewer", "operator", "engineer", "admin" */
Role role_from_name(const char *name); /* ROLE_NONE for any other word */

/* "read", "ack", "config", "admin", "wall"; NULL and 0 for anything else. */
const char *token_right_name(unsigned right);
unsigned token_right_from_name(const char *name);
Role token_role(unsigned rights); /* the role that comes nearest: for what a handler shows */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AccountBook, account_book_unref)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Account, account_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ApiToken, api_token_clear)

/* A change of an account on its way: a new password is hashed first, then the loop is asked, then
 * the account as it is now is the answer. HTTP thread only. */
#pragma once

#include "appliance/http/request.h"
#include "appliance/model/account.h"

typedef struct AccountChange AccountChange;

/* Called once the change holds, with its new revision in @account; answers @request. */
typedef void (*AccountChanged)(HttpRequest *request, const Account *account, const char *secret);

struct AccountChange {
    HttpRequest *request; /* owned */
    Account account;      /* as it shall be; its name may be new */
    uint64_t expected;    /* revision that is changed; 0: none yet */
    char *password;       /* (nullable): to be hashed */
    char *secret;         /* (nullable): to be shown once with the answer */
    const char *pointer;  /* (nullable): JSON pointer of the field that will not do */
    AccountChanged done;
};

/* @from: (nullable): what it is now. Returns: (transfer full) */
AccountChange *account_change_new(HttpRequest *request, const Account *from, AccountChanged done);
void account_change_free(AccountChange *change); /* (nullable) */

/* Takes @change and answers its request, now or later. */
void account_change_run(AccountChange *change);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AccountChange, account_change_free)

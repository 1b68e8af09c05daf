/* Accounts with the cheapest hashes there are. */
#include "tests/services/http-people.h"

#include <sodium.h>

AccountBook *
http_people_make(void)
{
    const Role roles[] = {ROLE_VIEWER, ROLE_OPERATOR, ROLE_ENGINEER, ROLE_ADMIN};
    AccountBook *book = account_book_new(G_N_ELEMENTS(roles));

    for (size_t i = 0; i < G_N_ELEMENTS(roles); i++) {
        char hash[crypto_pwhash_STRBYTES];

        g_assert_cmpint(crypto_pwhash_str(hash, "correct horse", 13, 1, 8192), ==, 0);
        const Account account = {.name = (char *)(uintptr_t)role_name(roles[i]),
                                 .role = roles[i],
                                 .password_hash = hash};

        account_copy(&account, &book->accounts[i]);
    }
    return book;
}

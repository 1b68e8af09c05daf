/* Names of people whose personal data were erased, and the pseudonyms that stand in their place:
 * "erased user 3". No name is kept, only its keyed digest, so that what still holds the name (the
 * journal, a database that was away) can be told from what does not. Pure; immutable once shared.
 *
 * The key lies beside the digests: whoever reads both can try names, as with every pseudonym. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define ERASED_NAMES_MAX     10000u
#define ERASED_DIGEST_DIGITS 64u /* hex: HMAC-SHA256 */
#define ERASED_KEY_MAX       64u /* bytes of a key */

typedef struct ErasedNames ErasedNames;

/* @key: (nullable): as stored; "" and NULL: none yet. @digests: (nullable): in the order in which
 * they were erased. Returns: (transfer full) */
ErasedNames *erased_names_new(const char *key, const char *const *digests);
ErasedNames *erased_names_ref(ErasedNames *names);
void erased_names_unref(ErasedNames *names); /* (nullable) */
bool erased_names_equal(const ErasedNames *a, const ErasedNames *b);

/* Returns: (transfer full): @names with @name behind the others; @names itself, with one more
 * reference, if it is there. @fresh_key: random text, taken with the first name */
ErasedNames *erased_names_with(ErasedNames *names, const char *name, const char *fresh_key);

/* For storing. (transfer none) */
const char *erased_names_key(const ErasedNames *names);            /* "" before the first */
const char *const *erased_names_digests(const ErasedNames *names); /* NULL-terminated */

/* (nullable) @names: none */
unsigned erased_names_count(const ErasedNames *names);

/* Which of the erased @name (nullable) is, from 1; 0: none of them. */
unsigned erased_names_number(const ErasedNames *names, const char *name);

/* "erased user 3". Returns: (transfer full) */
char *erased_names_pseudonym(unsigned number);

/* What stands for @name: (transfer full) (nullable): NULL if it was not erased */
char *erased_names_instead(const ErasedNames *names, const char *name);

/**
 * erased_names_in_text:
 * @text: a sentence of the audit trail
 *
 * Sentences that the box makes name people behind "account ", "session of " and "personal data of "
 * at their begin, and nowhere else. What people wrote themselves is left as it is.
 *
 * Returns: (transfer full) (nullable): the sentence with the pseudonym; NULL if it names nobody who
 *   was erased
 */
char *erased_names_in_text(const ErasedNames *names, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ErasedNames, erased_names_unref)

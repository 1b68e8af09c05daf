/* Digests in order, and a table to look them up by. */
#include "appliance/model/erased-names.h"

#include <string.h>

struct ErasedNames {
    gatomicrefcount refs;
    char *key;           /* "" before the first name */
    GPtrArray *digests;  /* (element-type utf8), NULL-terminated */
    GHashTable *numbers; /* digest: number from 1; its keys are @digests' */
};

static void
add(ErasedNames *names, const char *digest)
{
    char *copy = g_strdup(digest);

    names->digests->pdata[names->digests->len - 1] = copy;
    g_hash_table_insert(names->numbers, copy, GUINT_TO_POINTER(names->digests->len));
    g_ptr_array_add(names->digests, NULL);
}

ErasedNames *
erased_names_new(const char *key, const char *const *digests)
{
    ErasedNames *names = g_new0(ErasedNames, 1);

    g_atomic_ref_count_init(&names->refs);
    names->key = g_strdup(key != NULL ? key : "");
    names->digests = g_ptr_array_new_with_free_func(g_free);
    names->numbers = g_hash_table_new(g_str_hash, g_str_equal);
    g_ptr_array_add(names->digests, NULL);
    for (size_t i = 0; digests != NULL && digests[i] != NULL; i++)
        add(names, digests[i]);
    return names;
}

ErasedNames *
erased_names_ref(ErasedNames *names)
{
    g_return_val_if_fail(names != NULL, NULL);

    g_atomic_ref_count_inc(&names->refs);
    return names;
}

void
erased_names_unref(ErasedNames *names)
{
    if (names == NULL || !g_atomic_ref_count_dec(&names->refs))
        return;
    g_hash_table_unref(names->numbers);
    g_ptr_array_unref(names->digests);
    g_free(names->key);
    g_free(names);
}

bool
erased_names_equal(const ErasedNames *a, const ErasedNames *b)
{
    return g_str_equal(a->key, b->key) &&
           g_strv_equal(erased_names_digests(a), erased_names_digests(b));
}

static char *
digest_of(const char *key, const char *name)
{
    return g_compute_hmac_for_string(G_CHECKSUM_SHA256, (const guchar *)key, strlen(key), name, -1);
}

ErasedNames *
erased_names_with(ErasedNames *names, const char *name, const char *fresh_key)
{
    const char *key = *names->key != '\0' ? names->key : fresh_key;
    g_autofree char *digest = digest_of(key, name);
    ErasedNames *next = NULL;

    if (erased_names_number(names, name) > 0)
        return erased_names_ref(names);
    next = erased_names_new(key, erased_names_digests(names));
    add(next, digest);
    return next;
}

const char *
erased_names_key(const ErasedNames *names)
{
    return names->key;
}

const char *const *
erased_names_digests(const ErasedNames *names)
{
    return (const char *const *)names->digests->pdata;
}

unsigned
erased_names_count(const ErasedNames *names)
{
    return names != NULL ? names->digests->len - 1 : 0;
}

unsigned
erased_names_number(const ErasedNames *names, const char *name)
{
    if (erased_names_count(names) == 0 || name == NULL || *name == '\0')
        return 0;
    g_autofree char *digest = digest_of(names->key, name);

    return GPOINTER_TO_UINT(g_hash_table_lookup(names->numbers, digest));
}

char *
erased_names_pseudonym(unsigned number)
{
    return g_strdup_printf("erased user %u", number);
}

char *
erased_names_instead(const ErasedNames *names, const char *name)
{
    const unsigned number = erased_names_number(names, name);

    return number > 0 ? erased_names_pseudonym(number) : NULL;
}

char *
erased_names_in_text(const ErasedNames *names, const char *text)
{
    static const char *const before[] = {"account ", "session of ", "personal data of "};

    for (size_t i = 0; i < G_N_ELEMENTS(before); i++) {
        const char *begin = text + strlen(before[i]);

        if (erased_names_count(names) == 0 || !g_str_has_prefix(text, before[i]))
            continue;
        const size_t length = strcspn(begin, " :,");
        g_autofree char *name = g_strndup(begin, length);
        g_autofree char *instead = erased_names_instead(names, name);

        return instead != NULL ? g_strconcat(before[i], instead, begin + length, NULL) : NULL;
    }
    return NULL;
}

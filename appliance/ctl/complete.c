/* Nouns, verbs and options from the tables, ids from the list of the noun. */
#include "appliance/ctl/complete.h"

#include <stdint.h>
#include <string.h>

#include "appliance/ctl/output.h"
#include "appliance/ctl/request.h"

static void
offer(const char *word, const char *begin)
{
    if (g_str_has_prefix(word, begin))
        g_print("%s\n", word);
}

static void
offer_nouns(const char *begin)
{
    const char *last = "";

    for (const Verb *verb = verbs; verb->noun != NULL; verb++) {
        if (!g_str_equal(verb->noun, last))
            offer(verb->noun, begin);
        last = verb->noun;
    }
}

static void
offer_verbs(const char *noun, const char *begin)
{
    for (const Verb *verb = verbs; verb->noun != NULL; verb++) {
        if (verb->verb != NULL && g_str_equal(verb->noun, noun))
            offer(verb->verb, begin);
    }
}

static void
offer_options(const Verb *verb, const char *begin)
{
    for (const OptionSpec *spec = option_specs; spec->name != NULL; spec++) {
        g_autofree char *option = g_strconcat("--", spec->name, NULL);

        if (spec->is_global || (verb != NULL && verb_takes(verb, spec->name)))
            offer(option, begin);
    }
}

/* (nullable) */
static const Verb *
find(const char *noun, const char *name)
{
    for (const Verb *verb = verbs; verb->noun != NULL; verb++) {
        if (g_str_equal(verb->noun, noun) &&
            (verb->verb == NULL || g_strcmp0(verb->verb, name) == 0))
            return verb;
    }
    return NULL;
}

/* The first column of the list of @noun: "ID=profile.id". */
static void
offer_ids(const VerbContext *context, const char *noun, const char *begin)
{
    const Verb *list = find(noun, "list");
    VerbContext asking = *context;
    g_autoptr(JsonNode) root = NULL;

    if (list == NULL)
        return;
    asking.verb = list;
    if (request_json(&asking, &root) != CTL_OK)
        return;
    JsonArray *items =
        output_items(json_node_get_object(root), list->items != NULL ? list->items : "items");
    const char *path = strchr(list->columns, '=') + 1;
    g_auto(GStrv) names = g_strsplit(path, ";", 2);
    g_auto(GStrv) members = g_strsplit(names[0], ".", 2);

    for (guint i = 0; i < output_length(items); i++) {
        JsonObject *item = json_array_get_object_element(items, i);

        if (members[1] != NULL)
            item = output_object(item, members[0]);
        if (item != NULL)
            offer(output_text(item, members[1] != NULL ? members[1] : members[0]), begin);
    }
}

/* What @words hold that is no option and no option's value. Returns: (transfer container) */
static GPtrArray *
plain_words(char *const *words, guint n)
{
    GPtrArray *plain = g_ptr_array_new();

    for (guint i = 0; i < n; i++) {
        const OptionSpec *spec =
            g_str_has_prefix(words[i], "--") ? option_spec(words[i] + 2) : NULL;

        if (spec != NULL && !spec->is_flag)
            i++;
        else if (words[i][0] != '-')
            g_ptr_array_add(plain, words[i]);
    }
    return plain;
}

void
complete(const VerbContext *context, char *const *words)
{
    const guint n = g_strv_length((char **)(uintptr_t)words);
    const char *begin = n > 0 ? words[n - 1] : "";
    const char *before = n > 1 ? words[n - 2] : "";
    g_autoptr(GPtrArray) plain = plain_words(words, n > 0 ? n - 1 : 0);
    const char *noun = plain->len > 0 ? plain->pdata[0] : NULL;
    const Verb *verb = noun != NULL ? find(noun, plain->len > 1 ? plain->pdata[1] : NULL) : NULL;

    if (g_str_equal(before, "--channel"))
        offer_ids(context, "channel", begin);
    else if (g_str_equal(before, "--profile"))
        offer_ids(context, "profile", begin);
    else if (begin[0] == '-')
        offer_options(verb, begin);
    else if (noun == NULL)
        offer_nouns(begin);
    else if (verb == NULL)
        offer_verbs(noun, begin);
    else if (verb->args != NULL && plain->len == 2)
        offer_ids(context, noun, begin);
}

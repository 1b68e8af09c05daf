/* Copies of events with pseudonyms in them. */
#include "appliance/events/name-veil.h"

#include <string.h>

#define FROM "{\"from\":\"" /* how the note of an audit record begins */

/* Replaces *@field (a name) if it was erased. */
static bool
replace_name(char **field, const ErasedNames *names)
{
    char *instead = erased_names_instead(names, *field);

    if (instead == NULL)
        return false;
    g_free(*field);
    *field = instead;
    return true;
}

/* The note of an audit record without the address. Returns: (transfer full) (nullable): NULL if
 * there is none in it */
static char *
without_address(const char *note)
{
    const char *end = note + strlen(FROM);

    if (!g_str_has_prefix(note, FROM))
        return NULL;
    for (; *end != '\0' && *end != '"'; end++) {
        if (*end == '\\' && end[1] != '\0')
            end++;
    }
    return *end == '"' ? g_strconcat("{\"from\":null", end + 1, NULL) : NULL;
}

Event *
event_without_names(Event *event, const ErasedNames *erased)
{
    const bool audit = event->kind == EVENT_AUDIT;

    if (erased_names_count(erased) == 0 ||
        (*event->actor == '\0' && *event->owner == '\0' && !audit))
        return event;
    g_autofree char *text = audit ? erased_names_in_text(erased, event->text) : NULL;

    if (text == NULL && erased_names_number(erased, event->actor) == 0 &&
        erased_names_number(erased, event->owner) == 0)
        return event;
    Event *copy = event_copy(event);
    const bool acted = replace_name(&copy->actor, erased);
    g_autofree char *note = acted && audit ? without_address(event->note) : NULL;

    (void)replace_name(&copy->owner, erased);
    if (text != NULL)
        event_set(&copy->text, text);
    if (note != NULL)
        event_set(&copy->note, note);
    event_unref(event);
    return copy;
}

void
name_veil_init(NameVeil *veil)
{
    *veil = (NameVeil){0};
    g_mutex_init(&veil->lock);
}

void
name_veil_clear(NameVeil *veil)
{
    g_clear_pointer(&veil->erased, erased_names_unref);
    g_mutex_clear(&veil->lock);
}

void
name_veil_set(NameVeil *veil, ErasedNames *erased)
{
    ErasedNames *before = NULL;

    g_mutex_lock(&veil->lock);
    before = veil->erased;
    veil->erased = erased_names_ref(erased);
    g_mutex_unlock(&veil->lock);
    erased_names_unref(before);
}

ErasedNames *
name_veil_get(NameVeil *veil)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&veil->lock);

    return veil->erased != NULL ? erased_names_ref(veil->erased) : NULL;
}

Event *
name_veil_one(NameVeil *veil, Event *event)
{
    g_autoptr(ErasedNames) erased = name_veil_get(veil);

    return event_without_names(event, erased);
}

void
name_veil_all(NameVeil *veil, GPtrArray *events)
{
    g_autoptr(ErasedNames) erased = name_veil_get(veil);

    for (guint i = 0; erased_names_count(erased) > 0 && i < events->len; i++)
        events->pdata[i] = event_without_names((Event *)events->pdata[i], erased);
}

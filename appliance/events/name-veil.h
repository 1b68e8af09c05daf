/* Pseudonyms before the events of people who were erased: every reader of the journal looks through
 * one. Its segments are never rewritten: their bytes keep the names until they are deleted by age
 * or size. */
#pragma once

#include "appliance/events/event.h"
#include "appliance/model/erased-names.h"

typedef struct {
    GMutex lock;
    ErasedNames *erased; /* under @lock (nullable): nobody */
} NameVeil;

void name_veil_init(NameVeil *veil);
void name_veil_clear(NameVeil *veil);

/* Whose names are told by pseudonyms from now on; a reference is taken. These: any thread. */
void name_veil_set(NameVeil *veil, ErasedNames *erased);

/* Returns: (transfer full) (nullable): NULL: nobody's */
ErasedNames *name_veil_get(NameVeil *veil);

/* @event (transfer full) as it is told: see event_without_names(). Returns: (transfer full) */
Event *name_veil_one(NameVeil *veil, Event *event);
void name_veil_all(NameVeil *veil, GPtrArray *events); /* (element-type Event): in place */

/**
 * event_without_names:
 * @event: (transfer full)
 * @erased: (nullable)
 *
 * Whoever acted or promised and was erased stands there by a pseudonym, and of what they did beside
 * alarms it is not told from which address. What people wrote stays as they wrote it.
 *
 * Returns: (transfer full): @event itself where nothing of it changes, else a copy
 */
Event *event_without_names(Event *event, const ErasedNames *erased);

/* Which channels somebody may know of: a broadcaster sees its own channels and groups alone. The
 * same notion for people, tokens and receivers. Pure. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define SCOPE_NAMES_MAX 512u /* channels, or groups, of one scope */

/* All zeroes: everything. */
typedef struct {
    bool limited;   /* false: everything, whatever the lists say */
    GStrv channels; /* (nullable): ids */
    GStrv groups;   /* (nullable): names; a channel counts if either names it */
} Scope;

/* A channel of the site, and whether somebody may know of it. Strings are borrowed. */
typedef struct {
    const char *id;      /* slug */
    const char *group;   /* "" for none */
    const char *profile; /* slug; "" for the group's or the default */
    bool shown;
} ScopedChannel;

/* Whether one of the lists names channel @id, or its @group ("" for none). */
bool scope_lists_name(GStrv channels, GStrv groups, const char *id, const char *group);

/* Whether @scope (nullable: everything) shows channel @id of @group. */
bool scope_has_channel(const Scope *scope, const char *id, const char *group);

/* Every channel and group that @inner names is shown by @outer, as far as names tell: a channel of
 * @inner whose group @outer names counts if @outer names it, too. Unlimited is within unlimited
 * alone. */
bool scope_is_within(const Scope *inner, const Scope *outer);

/* Whether a channel of @group is shown. @channels: @n of them */
bool scope_shows_group(const ScopedChannel *channels, size_t n, const char *group);

void scope_clear(Scope *scope); /* frees what it owns, leaves all zeroes */
void scope_copy(const Scope *from, Scope *ret_to);
bool scope_equal(const Scope *a, const Scope *b);

/* The same text for equal scopes, to look a rendering up by. Returns: (transfer full): "" for
 * everything */
char *scope_key(const Scope *scope);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Scope, scope_clear)

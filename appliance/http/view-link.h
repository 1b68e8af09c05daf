/* The page behind a link in a message: one alarm, on a phone, without a script. Pure. */
#pragma once

#include <glib.h>

#include "appliance/model/snapshot.h"

/* What the page's policy lets it do: its own style and its own form. Returns: (transfer full) */
char *view_link_policy(void);

/* @said: (nullable): what became of the last act; @form: whether there are buttons; without,
 * what people did is left out, too, as @snapshot may be older than the act. */
void view_link_page(
    GString *out, const AlarmView *alarm, const Snapshot *snapshot, const char *said, bool form);

/* A page with a title and one sentence alone. */
void view_link_sentence(GString *out, const char *title, const char *sentence);

/* The little language in which a site words its messages. Pure.
 *
 *   {name}                 the field's value
 *   {?name} ... {/name}    only if the field has a value
 *   {!name} ... {/name}    only if it has none
 *   {{                     a brace
 *
 * Values are data: what looks like a field in them is text. The result is plain text: each kind of
 * receiver escapes it whole, the template's own words included, so that no template can break
 * out. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define TEMPLATE_MAX_BYTES 2000u /* of a template */
#define TEMPLATE_MAX_DEPTH 4u    /* conditions in each other */

typedef enum {
    FIELD_STATE,    /* "raised", "updated", "cleared", "acknowledged", ... */
    FIELD_ACT,      /* what a person did: "Acknowledged"; empty for the box's doings */
    FIELD_SEVERITY, /* "critical" */
    FIELD_WHERE,    /* channel's name, or the resource */
    FIELD_CHANNEL_NAME,
    FIELD_CHANNEL_ID,
    FIELD_GROUP,
    FIELD_ADDRESS,
    FIELD_RESOURCE,
    FIELD_TEXT,   /* one sentence with the evidence */
    FIELD_WHAT,   /* the fault's sentence */
    FIELD_FAULT,  /* its slug */
    FIELD_ACTION, /* what to do */
    FIELD_IMPACT,
    FIELD_CAUSE,
    FIELD_AT, /* times: local of the site */
    FIELD_RAISED_AT,
    FIELD_CLEARED_AT, /* empty while it stands */
    FIELD_DURATION,   /* from raise to clear; empty while it stands */
    FIELD_ACTOR,
    FIELD_NOTE,
    FIELD_OWNER,
    FIELD_MEMBERS, /* alarms of an incident; empty if it is none */
    FIELD_REMINDER,
    FIELD_MONITOR,
    FIELD_ALARM_ID,
    FIELD_INCIDENT_ID,
    FIELD_LINK,
    FIELD_ACK_LINK,
    FIELD_COUNT
} TemplateField;

/* One value a field; NULL counts as empty. (transfer none) */
typedef struct {
    const char *values[FIELD_COUNT];
} TemplateValues;

/* The field's word in templates. */
const char *template_field_name(TemplateField field);

/* Whether @text is a template; else %GANTRY_ERROR_INVALID, which names the unknown field and the
 * nearest known one. */
bool template_check(const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* @text: one that template_check() accepts; of anything else what can be read.
 * Returns: (transfer full): at most @max_characters, cut with an ellipsis */
char *template_render(const char *text, const TemplateValues *values, unsigned max_characters);

/* @text cut to @max_characters, the last of which is an ellipsis then. Returns: (transfer full) */
char *template_cut(const char *text, unsigned max_characters);

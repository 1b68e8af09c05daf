/* One pass over the text, with a stack of conditions. */
#include "appliance/model/message-template.h"

#include <string.h>

#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

static const char *const names[FIELD_COUNT + 1] = {
    [FIELD_STATE] = "state",
    [FIELD_ACT] = "act",
    [FIELD_SEVERITY] = "severity",
    [FIELD_WHERE] = "where",
    [FIELD_CHANNEL_NAME] = "channel_name",
    [FIELD_CHANNEL_ID] = "channel_id",
    [FIELD_GROUP] = "group",
    [FIELD_ADDRESS] = "address",
    [FIELD_RESOURCE] = "resource",
    [FIELD_TEXT] = "text",
    [FIELD_WHAT] = "what",
    [FIELD_FAULT] = "fault",
    [FIELD_ACTION] = "action",
    [FIELD_IMPACT] = "impact",
    [FIELD_CAUSE] = "cause",
    [FIELD_AT] = "at",
    [FIELD_RAISED_AT] = "raised_at",
    [FIELD_CLEARED_AT] = "cleared_at",
    [FIELD_DURATION] = "duration",
    [FIELD_ACTOR] = "actor",
    [FIELD_NOTE] = "note",
    [FIELD_OWNER] = "owner",
    [FIELD_MEMBERS] = "members",
    [FIELD_REMINDER] = "reminder",
    [FIELD_MONITOR] = "monitor",
    [FIELD_ALARM_ID] = "alarm_id",
    [FIELD_INCIDENT_ID] = "incident_id",
    [FIELD_LINK] = "link",
    [FIELD_ACK_LINK] = "ack_link",
};

/* Reading goes from tag to tag. */
typedef struct {
    const char *at;
    TemplateField open[TEMPLATE_MAX_DEPTH];
    unsigned depth;
} Reader;

typedef enum { TAG_END, TAG_BRACE, TAG_VALUE, TAG_IF, TAG_UNLESS, TAG_CLOSE, TAG_BAD } TagKind;

typedef struct {
    TagKind kind;
    const char *before; /* text before the tag, @before_bytes of it */
    size_t before_bytes;
    TemplateField field;
    char word[32]; /* what stood in the braces */
} Tag;

const char *
template_field_name(TemplateField field)
{
    return field < FIELD_COUNT ? names[field] : "";
}

static bool
field_of(const char *word, TemplateField *ret_field)
{
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        if (strcmp(names[i], word) == 0) {
            *ret_field = (TemplateField)i;
            return true;
        }
    }
    return false;
}

/* The words between the braces at @start, which does not hold the brace itself. */
static void
read_word(const char *start, Tag *tag)
{
    const size_t length = strcspn(start, "{}\n");

    tag->kind = TAG_VALUE;
    if (start[0] == '?' || start[0] == '!' || start[0] == '/')
        tag->kind = start[0] == '?' ? TAG_IF : start[0] == '!' ? TAG_UNLESS : TAG_CLOSE;
    const char *word = tag->kind == TAG_VALUE ? start : start + 1;
    const size_t bytes = length - (size_t)(word - start);

    (void)g_strlcpy(tag->word, word, MIN(sizeof tag->word, bytes + 1));
    if (start[length] != '}' || bytes >= sizeof tag->word || !field_of(tag->word, &tag->field))
        tag->kind = TAG_BAD;
}

static Tag
next_tag(Reader *reader)
{
    Tag tag = {.before = reader->at};
    const char *brace = strchr(reader->at, '{');

    tag.before_bytes = brace != NULL ? (size_t)(brace - reader->at) : strlen(reader->at);
    if (brace == NULL) {
        reader->at += tag.before_bytes;
        return tag;
    }
    if (brace[1] == '{') {
        tag.kind = TAG_BRACE;
        reader->at = brace + 2;
        return tag;
    }
    read_word(brace + 1, &tag);
    reader->at = brace + 1 + strcspn(brace + 1, "}");
    if (*reader->at == '}')
        reader->at++;
    return tag;
}

/* @what: before the word, @then: after it. */
static bool
refuse(GError **error, const char *what, const char *word, const char *then)
{
    g_autofree char *clean = text_clean(word, 64);
    const char *near = text_nearest(clean, names);
    const bool helps = near != NULL && strcmp(near, clean) != 0;

    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "the template %s {%s}%s%s%s%s", what,
                clean, then, helps ? "; did you mean {" : "", helps ? near : "", helps ? "}?" : "");
    return false;
}

static bool
check_tag(Reader *reader, const Tag *tag, GError **error)
{
    if (tag->kind == TAG_BAD)
        return refuse(error, "names an unknown field", tag->word, "");
    if (tag->kind == TAG_IF || tag->kind == TAG_UNLESS) {
        if (reader->depth == TEMPLATE_MAX_DEPTH)
            return refuse(error, "has a condition", tag->word, " that lies too deep");
        reader->open[reader->depth++] = tag->field;
    } else if (tag->kind == TAG_CLOSE) {
        if (reader->depth == 0 || reader->open[--reader->depth] != tag->field)
            return refuse(error, "ends a condition", tag->word, " that did not begin");
    }
    return true;
}

bool
template_check(const char *text, GError **error)
{
    Reader reader = {.at = text};
    Tag tag;

    if (strlen(text) > TEMPLATE_MAX_BYTES || !g_utf8_validate(text, -1, NULL)) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "a template is UTF-8 of at most %u bytes", TEMPLATE_MAX_BYTES);
        return false;
    }
    do {
        tag = next_tag(&reader);
        if (!check_tag(&reader, &tag, error))
            return false;
    } while (tag.kind != TAG_END);
    if (reader.depth > 0)
        return refuse(error, "does not end its condition", names[reader.open[reader.depth - 1]],
                      "");
    return true;
}

char *
template_cut(const char *text, unsigned max_characters)
{
    if (max_characters == 0 || g_utf8_strlen(text, -1) <= (glong)max_characters)
        return g_strdup(text);
    g_autofree char *head = g_utf8_substring(text, 0, (glong)max_characters - 1);

    return g_strconcat(head, "\u2026", NULL);
}

/* How deep the conditions that do not hold begin; 0: all hold. */
static unsigned
enter(unsigned hidden, unsigned depth, bool holds)
{
    return hidden == 0 && !holds ? depth : hidden;
}

char *
template_render(const char *text, const TemplateValues *values, unsigned max_characters)
{
    g_autoptr(GString) out = g_string_new(NULL);
    Reader reader = {.at = text};
    unsigned depth = 0, hidden = 0;
    Tag tag;

    do {
        tag = next_tag(&reader);
        const char *value =
            tag.kind >= TAG_VALUE && tag.kind <= TAG_CLOSE ? values->values[tag.field] : NULL;
        const bool full = value != NULL && value[0] != '\0';

        if (hidden == 0)
            g_string_append_len(out, tag.before, (gssize)tag.before_bytes);
        if (tag.kind == TAG_BRACE && hidden == 0)
            g_string_append_c(out, '{');
        else if (tag.kind == TAG_VALUE && hidden == 0 && full)
            g_string_append(out, value);
        else if (tag.kind == TAG_IF || tag.kind == TAG_UNLESS)
            hidden = enter(hidden, ++depth, full == (tag.kind == TAG_IF));
        else if (tag.kind == TAG_CLOSE && depth > 0) {
            if (hidden == depth--)
                hidden = 0;
        }
    } while (tag.kind != TAG_END);
    return template_cut(out->str, max_characters);
}

/* Channel lists in XSPF (xspf.org, version 1), pulled node by node: no document type, no entity, no
 * network, bounded depth. Namespaces are not looked at, as many players leave them out. */
#include <libxml/xmlreader.h>
#include <string.h>

#include "appliance/config/channel-list-builder.h"

#define DEPTH_MAX 8 /* playlist, trackList, track, a member, and what extensions nest */
#define META      "gantry:"

typedef struct {
    ListBuilder *builder; /* no-ref */
    xmlTextReader *reader;
    RawChannel raw;
    bool in_track;
    int column; /* that the text belongs to; -1: none */
} Reading;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlTextReader, xmlFreeTextReader)

static unsigned
line_of(const Reading *reading)
{
    return (unsigned)MAX(xmlTextReaderGetParserLineNumber(reading->reader), 1);
}

/* The column that <meta rel="gantry:COLUMN"> names; -1 for others. */
static int
meta_column(xmlTextReader *reader)
{
    xmlChar *rel = xmlTextReaderGetAttribute(reader, BAD_CAST "rel");
    int found = -1;

    for (int i = 0; rel != NULL && i < COLUMN_COUNT; i++) {
        g_autofree char *name = g_strconcat(META, list_column_name((Column)i), NULL);

        found = strcmp((const char *)rel, name) == 0 ? i : found;
    }
    xmlFree(rel);
    return found;
}

static int
column_of(xmlTextReader *reader, const char *name)
{
    static const struct {
        const char *name;
        Column column;
    } known[] = {{"location", COLUMN_ADDRESS},
                 {"title", COLUMN_NAME},
                 {"identifier", COLUMN_ID},
                 {"album", COLUMN_GROUP}};

    if (strcmp(name, "meta") == 0)
        return meta_column(reader);
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        if (strcmp(name, known[i].name) == 0)
            return (int)known[i].column;
    }
    return -1;
}

static void
begin_element(Reading *reading)
{
    const char *name = (const char *)xmlTextReaderConstLocalName(reading->reader);

    if (strcmp(name, "track") == 0) {
        raw_channel_clear(&reading->raw);
        reading->raw.line = line_of(reading);
        reading->in_track = true;
    } else if (reading->in_track && !xmlTextReaderIsEmptyElement(reading->reader)) {
        reading->column = column_of(reading->reader, name);
        reading->raw.loose_id |= strcmp(name, "identifier") == 0;
    }
}

static void
take_text(Reading *reading)
{
    const char *text = (const char *)xmlTextReaderConstValue(reading->reader);
    char **field = NULL;

    if (reading->column < 0 || text == NULL)
        return;
    field = &reading->raw.fields[reading->column];
    if (*field != NULL)
        return; /* the first one counts, as the format says of locations */
    *field = g_strstrip(g_strdup(text));
}

static bool
end_element(Reading *reading, GError **error)
{
    const char *name = (const char *)xmlTextReaderConstLocalName(reading->reader);

    reading->column = -1;
    if (strcmp(name, "track") != 0 || !reading->in_track)
        return true;
    reading->in_track = false;
    return list_builder_add(reading->builder, &reading->raw, error) ||
           list_builder_pass(reading->builder, error);
}

static bool
take_node(Reading *reading, GError **error)
{
    switch (xmlTextReaderNodeType(reading->reader)) {
    case XML_READER_TYPE_DOCUMENT_TYPE:
    case XML_READER_TYPE_ENTITY_REFERENCE:
        return list_refuse(reading->builder, line_of(reading), error,
                           "a document type or an entity of its own is not taken; write the "
                           "characters themselves");
    case XML_READER_TYPE_ELEMENT:
        begin_element(reading);
        return true;
    case XML_READER_TYPE_TEXT:
    case XML_READER_TYPE_CDATA:
        take_text(reading);
        return true;
    case XML_READER_TYPE_END_ELEMENT:
        return end_element(reading, error);
    default: /* lint: numbers of a library, not an enum of ours */
        return true;
    }
}

static bool
read_nodes(Reading *reading, GError **error)
{
    int more = xmlTextReaderRead(reading->reader);

    if (more == 1 &&
        (xmlTextReaderNodeType(reading->reader) == XML_READER_TYPE_ELEMENT &&
         strcmp((const char *)xmlTextReaderConstLocalName(reading->reader), "playlist") != 0))
        return list_refuse(reading->builder, line_of(reading), error,
                           "<playlist> of XSPF is expected here");
    for (; more == 1; more = xmlTextReaderRead(reading->reader)) {
        if (xmlTextReaderDepth(reading->reader) > DEPTH_MAX)
            return list_refuse(reading->builder, line_of(reading), error,
                               "more than %d elements in each other", DEPTH_MAX);
        if (!take_node(reading, error))
            return false;
    }
    if (more == 0)
        return true;
    return list_refuse(reading->builder, line_of(reading), error, "this is no well-formed XML");
}

bool
channel_list_read_xspf(ListBuilder *builder, const char *text, GError **error)
{
    const int options =
        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_COMPACT;
    g_autoptr(xmlTextReader) reader =
        xmlReaderForMemory(text, (int)strlen(text), NULL, "UTF-8", options);
    Reading reading = {.builder = builder, .reader = reader, .column = -1};

    if (reader == NULL)
        return list_refuse(builder, 1, error, "the XML reader does not start");
    const bool good = read_nodes(&reading, error);

    raw_channel_clear(&reading.raw);
    return good;
}

/* The audit trail out of the journal, newest first: who did what, from where. The journal is read
 * backwards in pieces, on a thread of its own; it works with every database away. */
#pragma once

#include <gio/gio.h>

#include "appliance/http/http-server.h"

#define AUDIT_PAGE_MAX   1000u
#define AUDIT_SCAN_MAX   100000u /* events of the journal that one request looks through */
#define AUDIT_FILTER_MAX 200u    /* bytes of a text to look for */

typedef struct {
    JournalReader reader;
    uint64_t before; /* sequence; only older ones. 0: the newest */
    WallUs from_us;  /* 0: all */
    WallUs to_us;    /* 0: all */
    char *actor;     /* (nullable): this one alone */
    char *text;      /* (nullable): in the sentence, whatever its case */
    size_t max;
} AuditQuery;

typedef struct {
    GPtrArray *events; /* (element-type Event), newest first */
    uint64_t next;     /* sequence to go on below; 0: there is no more */
} AuditPage;

void audit_query_clear(AuditQuery *query);
void audit_page_free(AuditPage *page); /* (nullable) */

/* Takes @query's contents. @callback: audit_read_finish() in it */
void audit_read(AuditQuery *query, GAsyncReadyCallback callback, gpointer user_data);
/* Returns: (transfer full) (nullable) */
AuditPage *audit_read_finish(GAsyncResult *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AuditPage, audit_page_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(AuditQuery, audit_query_clear)

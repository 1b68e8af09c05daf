/* One statement finds the names of a piece, one replaces each that was erased. */
#include "appliance/stores/history-erase.h"

#include <string.h>

#define EXACT " COLLATE utf8mb4_bin" /* names that differ in capitals are not the same */

/* Like event_without_names(): of what they did it is not told from which address. */
#define WITHOUT_ADDRESS                                                                            \
    ", note = CASE WHEN note LIKE '{\"from\":\"%' THEN CONCAT('{\"from\":null',"                   \
    " SUBSTRING(note, LOCATE('\"', note, 10) + 1)) ELSE note END"
#define SENTENCES                                                                                  \
    " AND (text LIKE 'account %' OR text LIKE 'session of %' OR text LIKE 'personal data of %')"

static const struct {
    const char *table;
    const char *column;
    const char *also; /* what else is set */
    const char *only; /* rows to look at */
    bool sentence;    /* the column holds sentences, not names */
    bool by_id;       /* the table's key is an UUID, not journal and sequence */
} parts[] = {
    {"incident_event", "actor", "", "", false, false},
    {"incident_event", "owner", "", "", false, false},
    {"alarm", "owner", "", "", false, true},
    {"audit", "actor", WITHOUT_ADDRESS, "", false, false},
    {"audit", "text", "", SENTENCES, true, false},
};

#define IDS "0123456789abcdef" /* first digits of UUIDs */

/* Rows of one piece. */
typedef struct {
    const char *where;
    MysqlValue values[3];
    size_t n;
} Piece;

void
history_erase_begin(HistoryErase *erase, ErasedNames *names)
{
    history_erase_clear(erase);
    erase->names = erased_names_ref(names);
}

void
history_erase_clear(HistoryErase *erase)
{
    g_clear_pointer(&erase->names, erased_names_unref);
    g_clear_pointer(&erase->journals, g_ptr_array_unref);
    *erase = (HistoryErase){0};
}

bool
history_erase_is_done(const HistoryErase *erase)
{
    return erased_names_count(erase->names) == 0 || erase->part >= G_N_ELEMENTS(parts);
}

static void
collect(const char *const *row, unsigned n, gpointer user_data)
{
    if (n > 0 && row[0] != NULL)
        g_ptr_array_add(user_data, g_strdup(row[0]));
}

/* Returns: (transfer full) (element-type utf8) (nullable): the first column of the result */
static GPtrArray *
ask(MysqlLink *link, const char *sql, const Piece *piece, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);

    if (!mysql_link_execute(link, sql, piece != NULL ? piece->values : NULL,
                            piece != NULL ? piece->n : 0, collect, found, error))
        return NULL;
    return g_steal_pointer(&found);
}

static bool
replace(const HistoryErase *erase,
        MysqlLink *link,
        const Piece *piece,
        const char *old,
        const char *instead,
        GError **error)
{
    const char *column = parts[erase->part].column;
    g_autofree char *sql = g_strdup_printf("UPDATE %s SET %s = ?%s WHERE %s AND %s = ?" EXACT,
                                           parts[erase->part].table, column,
                                           parts[erase->part].also, piece->where, column);
    MysqlValue values[5] = {mysql_value_text(instead)};

    memcpy(values + 1, piece->values, piece->n * sizeof *values);
    values[piece->n + 1] = mysql_value_text(old);
    return mysql_link_execute(link, sql, values, piece->n + 2, NULL, NULL, error);
}

static bool
erase_piece(const HistoryErase *erase, MysqlLink *link, const Piece *piece, GError **error)
{
    const char *column = parts[erase->part].column;
    g_autofree char *sql =
        g_strdup_printf("SELECT DISTINCT %s" EXACT " FROM %s WHERE %s AND %s <> ''%s", column,
                        parts[erase->part].table, piece->where, column, parts[erase->part].only);
    g_autoptr(GPtrArray) found = ask(link, sql, piece, error);

    for (guint i = 0; found != NULL && i < found->len; i++) {
        const char *old = found->pdata[i];
        g_autofree char *instead = parts[erase->part].sentence
                                       ? erased_names_in_text(erase->names, old)
                                       : erased_names_instead(erase->names, old);

        if (instead != NULL && !replace(erase, link, piece, old, instead, error))
            return false;
    }
    return found != NULL;
}

static void
next_part(HistoryErase *erase)
{
    g_clear_pointer(&erase->journals, g_ptr_array_unref);
    erase->journal = 0;
    erase->after = erase->until = 0;
    erase->part++;
}

static bool
step_by_id(HistoryErase *erase, MysqlLink *link, GError **error)
{
    const char from[] = {IDS[erase->after], '\0'};
    const char to[] = {erase->after + 1 < strlen(IDS) ? IDS[erase->after + 1] : 'g', '\0'};
    const Piece piece = {.where = "id >= ? AND id < ?",
                         .values = {mysql_value_text(from), mysql_value_text(to)},
                         .n = 2};

    if (!erase_piece(erase, link, &piece, error))
        return false;
    if (++erase->after == strlen(IDS))
        next_part(erase);
    return true;
}

/* Finds how far the present journal's rows reach. */
static bool
measure(HistoryErase *erase, MysqlLink *link, GError **error)
{
    const Piece piece = {
        .where = "", .values = {mysql_value_text(erase->journals->pdata[erase->journal])}, .n = 1};
    g_autofree char *first_sql =
        g_strdup_printf("SELECT MIN(seq) FROM %s WHERE journal_id = ?", parts[erase->part].table);
    g_autofree char *last_sql =
        g_strdup_printf("SELECT MAX(seq) FROM %s WHERE journal_id = ?", parts[erase->part].table);
    g_autoptr(GPtrArray) first = ask(link, first_sql, &piece, error);
    g_autoptr(GPtrArray) last = first != NULL ? ask(link, last_sql, &piece, error) : NULL;
    guint64 seq = 0;

    if (last == NULL)
        return false;
    if (last->len > 0)
        (void)g_ascii_string_to_unsigned(last->pdata[0], 10, 0, G_MAXINT64, &seq, NULL);
    erase->until = MAX(seq, 1);
    seq = 1;
    if (first->len > 0)
        (void)g_ascii_string_to_unsigned(first->pdata[0], 10, 1, G_MAXINT64, &seq, NULL);
    erase->after = seq - 1;
    return true;
}

static bool
step_by_sequence(HistoryErase *erase, MysqlLink *link, GError **error)
{
    const char *journal = erase->journals->pdata[erase->journal];
    const uint64_t to = MIN(erase->after + HISTORY_ERASE_ROWS, erase->until);
    const Piece piece = {.where = "journal_id = ? AND seq > ? AND seq <= ?",
                         .values = {mysql_value_text(journal),
                                    mysql_value_integer((int64_t)erase->after),
                                    mysql_value_integer((int64_t)to)},
                         .n = 3};

    if (!erase_piece(erase, link, &piece, error))
        return false;
    erase->after = to;
    if (to == erase->until) {
        erase->journal++;
        erase->until = 0;
    }
    return true;
}

bool
history_erase_step(HistoryErase *erase, MysqlLink *link, GError **error)
{
    if (history_erase_is_done(erase))
        return true;
    if (parts[erase->part].by_id)
        return step_by_id(erase, link, error);
    if (erase->journals == NULL) {
        g_autofree char *sql =
            g_strdup_printf("SELECT DISTINCT journal_id FROM %s", parts[erase->part].table);

        erase->journals = ask(link, sql, NULL, error);
        return erase->journals != NULL;
    }
    if (erase->journal >= erase->journals->len) {
        next_part(erase);
        return true;
    }
    return erase->until == 0 ? measure(erase, link, error) : step_by_sequence(erase, link, error);
}

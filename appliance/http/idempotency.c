/* A hash of records and the order in which they came. */
#include "appliance/http/idempotency.h"

#include <string.h>

typedef struct {
    char *scope;  /* owned: its digest, also the key of the hash */
    char *digest; /* of the body */
    MonoUs at_us;
    IdempotencyAnswer answer;
} Record;

struct Idempotency {
    char *key;
    GHashTable *records; /* scope: Record (owned by @order) */
    GQueue order;        /* Record, oldest first */
    size_t bytes;        /* of all bodies */
};

static void
record_free(gpointer data)
{
    Record *record = (Record *)data;

    g_free(record->scope);
    g_free(record->digest);
    g_free(record->answer.type);
    g_clear_pointer(&record->answer.body, g_bytes_unref);
    g_free(record);
}

Idempotency *
idempotency_new(const char *key)
{
    Idempotency *self = g_new0(Idempotency, 1);

    self->key = g_strdup(key);
    self->records = g_hash_table_new(g_str_hash, g_str_equal);
    g_queue_init(&self->order);
    return self;
}

void
idempotency_free(Idempotency *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->records);
    g_queue_clear_full(&self->order, record_free);
    g_free(self->key);
    g_free(self);
}

static void
drop(Idempotency *self, Record *record)
{
    g_hash_table_remove(self->records, record->scope);
    (void)g_queue_remove(&self->order, record);
    if (record->answer.body != NULL)
        self->bytes -= g_bytes_get_size(record->answer.body);
    record_free(record);
}

static void
drop_old(Idempotency *self, MonoUs now_us)
{
    for (Record *oldest = (Record *)g_queue_peek_head(&self->order);
         oldest != NULL &&
         (now_us - oldest->at_us > IDEMPOTENCY_KEEP_US || self->bytes > IDEMPOTENCY_BYTES_MAX ||
          g_queue_get_length(&self->order) >= IDEMPOTENCY_MAX);
         oldest = (Record *)g_queue_peek_head(&self->order))
        drop(self, oldest);
}

static char *
digest_of(const Idempotency *self, const void *data, size_t size)
{
    return g_compute_hmac_for_data(G_CHECKSUM_SHA256, (const guchar *)self->key, strlen(self->key),
                                   (const guchar *)data, size);
}

/* Returns: (nullable) */
static Record *
find(const Idempotency *self, const char *scope)
{
    g_autofree char *name = digest_of(self, scope, strlen(scope));

    return (Record *)g_hash_table_lookup(self->records, name);
}

IdempotencyResult
idempotency_begin(Idempotency *self,
                  const char *scope,
                  const GByteArray *body,
                  MonoUs now_us,
                  const IdempotencyAnswer **ret_answer)
{
    g_autofree char *digest = digest_of(self, body->data, body->len);
    Record *record;

    drop_old(self, now_us);
    record = find(self, scope);
    if (record == NULL) {
        record = g_new0(Record, 1);
        record->scope = digest_of(self, scope, strlen(scope));
        record->digest = g_steal_pointer(&digest);
        record->at_us = now_us;
        g_queue_push_tail(&self->order, record);
        g_hash_table_insert(self->records, record->scope, record);
        return IDEMPOTENCY_NEW;
    }
    if (!g_str_equal(record->digest, digest))
        return IDEMPOTENCY_OTHER;
    if (record->answer.status == 0)
        return IDEMPOTENCY_IN_FLIGHT;
    *ret_answer = &record->answer;
    return IDEMPOTENCY_DONE;
}

void
idempotency_finish(
    Idempotency *self, const char *scope, unsigned status, const char *type, GBytes *body)
{
    Record *record = find(self, scope);

    if (record == NULL || record->answer.status != 0)
        return;
    if (status == 429 || status >= 500 ||
        (body != NULL && g_bytes_get_size(body) > IDEMPOTENCY_ANSWER_MAX)) {
        drop(self, record);
        return;
    }
    record->answer.status = status;
    record->answer.type = g_strdup(type);
    if (body != NULL) {
        record->answer.body = g_bytes_ref(body);
        self->bytes += g_bytes_get_size(body);
    }
}

void
idempotency_finish_secret(Idempotency *self, const char *scope, unsigned status)
{
    Record *record = find(self, scope);

    if (record == NULL || record->answer.status != 0)
        return;
    record->answer.status = status;
    record->answer.shown_once = true;
}

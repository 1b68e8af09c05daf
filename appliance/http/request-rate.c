/* Buckets that fill by themselves: only what was taken is remembered. */
#include "appliance/http/request-rate.h"

#define SHARED  ""                              /* the bucket of all who found no room */
#define FILL_US (US_PER_SECOND / RATE_A_SECOND) /* for one request */

/* The bucket is full once @full_us has passed; each request moves it by FILL_US. */
typedef struct {
    MonoUs full_us;
} Bucket;

struct RequestRate {
    GHashTable *buckets; /* client: Bucket */
};

RequestRate *
request_rate_new(void)
{
    RequestRate *self = g_new0(RequestRate, 1);

    self->buckets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return self;
}

void
request_rate_free(RequestRate *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->buckets);
    g_free(self);
}

static gboolean
is_full(gpointer key, gpointer value, gpointer data)
{
    return ((const Bucket *)value)->full_us <= *(const MonoUs *)data;
}

static Bucket *
bucket_of(RequestRate *self, const char *client, MonoUs now_us)
{
    Bucket *bucket = (Bucket *)g_hash_table_lookup(self->buckets, client);

    if (bucket != NULL)
        return bucket;
    if (g_hash_table_size(self->buckets) >= RATE_CLIENTS_MAX)
        (void)g_hash_table_foreach_remove(self->buckets, is_full, &now_us);
    if (g_hash_table_size(self->buckets) >= RATE_CLIENTS_MAX && *client != '\0')
        return bucket_of(self, SHARED, now_us);
    bucket = g_new0(Bucket, 1);
    g_hash_table_insert(self->buckets, g_strdup(client), bucket);
    return bucket;
}

RateResult
request_rate_take(RequestRate *self, const char *client, MonoUs now_us)
{
    Bucket *bucket = bucket_of(self, client, now_us);
    const MonoUs from_us = MAX(bucket->full_us, now_us);
    const int64_t taken_us = from_us - now_us; /* what is to be filled again */
    const int64_t whole_us = RATE_BURST * FILL_US;
    RateResult result = {0};

    if (taken_us + FILL_US > whole_us) {
        result.wait_s = 1;
    } else {
        bucket->full_us = from_us + FILL_US;
        result.left = (unsigned)((whole_us - taken_us - FILL_US) / FILL_US);
    }
    result.full_s =
        (unsigned)((MAX(bucket->full_us - now_us, 0) + US_PER_SECOND - 1) / US_PER_SECOND);
    return result;
}

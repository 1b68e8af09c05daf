/* Connecting, batching, reading answers. */
#include "appliance/stores/redis-link.h"

#include <hiredis/hiredis.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

#define MAX_PASSWORD 1024u
#define DEFAULT_PORT 6379
/* How Redis begins its answer to an entry that a stream has already. */
#define STREAM_HAS_IT "ERR The ID specified in XADD is equal or smaller"

struct RedisLink {
    RedisAccess access;    /* strings are ours */
    redisContext *context; /* (nullable): NULL while not connected */
    int64_t back_off_us;
    MonoUs next_try_us;
    GPtrArray *arguments; /* (element-type GBytes): of the command that is being filled */
    unsigned pending;     /* commands sent, whose answers were not read */
    GError *refused;      /* (nullable): first refusal since the last flush */
    GMutex lock;          /* of @fd */
    int fd;               /* -1 while not connected */
};

RedisLink *
redis_link_new(const RedisAccess *access)
{
    RedisLink *link = g_new0(RedisLink, 1);

    link->access = (RedisAccess){
        .socket = g_strdup(access->socket),
        .host = g_strdup(access->host),
        .port = access->port,
        .password_file = g_strdup(access->password_file),
    };
    link->back_off_us = REDIS_LINK_BACK_OFF_MIN_US;
    link->arguments = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    link->fd = -1;
    g_mutex_init(&link->lock);
    return link;
}

void
redis_link_free(RedisLink *link)
{
    if (link == NULL)
        return;
    redis_link_close(link);
    g_free((char *)link->access.socket);
    g_free((char *)link->access.host);
    g_free((char *)link->access.password_file);
    g_ptr_array_unref(link->arguments);
    g_clear_error(&link->refused);
    g_mutex_clear(&link->lock);
    g_free(link);
}

static void
publish_fd(RedisLink *link, int fd)
{
    g_mutex_lock(&link->lock);
    link->fd = fd;
    g_mutex_unlock(&link->lock);
}

void
redis_link_close(RedisLink *link)
{
    publish_fd(link, -1);
    link->pending = 0;
    g_ptr_array_set_size(link->arguments, 0);
    g_clear_pointer(&link->context, redisFree);
}

void
redis_link_interrupt(RedisLink *link)
{
    g_mutex_lock(&link->lock);
    if (link->fd >= 0)
        (void)shutdown(link->fd, SHUT_RDWR);
    g_mutex_unlock(&link->lock);
}

static bool
lost(RedisLink *link, const char *what, GError **error)
{
    g_autofree char *reason =
        text_clean(link->context != NULL && link->context->errstr[0] != '\0' ? link->context->errstr
                                                                             : "not connected",
                   200);

    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "%s: %s", what, reason);
    redis_link_close(link);
    return false;
}

static bool
authenticate(RedisLink *link, GError **error)
{
    g_autofree char *password = NULL;
    g_autoptr(GError) local = NULL;
    gsize size = 0;
    const char *file = link->access.password_file;

    if (file == NULL || file[0] == '\0')
        return true;
    if (!g_file_get_contents(file, &password, &size, &local) || size > MAX_PASSWORD) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_DENIED, "reading the password of Redis: %s",
                    local != NULL ? local->message : "file too large");
        redis_link_close(link);
        return false;
    }
    redis_link_start(link, "AUTH");
    redis_link_add(link, g_strchomp(password));
    if (redis_link_flush(link, error))
        return true;
    redis_link_close(link);
    return false;
}

static bool
connect_now(RedisLink *link, GError **error)
{
    static const struct timeval timeout = {.tv_sec = LIVE_REDIS_TIMEOUT_US / US_PER_SECOND};
    const RedisAccess *access = &link->access;
    const bool local = access->socket != NULL && access->socket[0] != '\0';

    if (local)
        link->context = redisConnectUnixWithTimeout(access->socket, timeout);
    else
        link->context =
            redisConnectWithTimeout(access->host != NULL ? access->host : "",
                                    access->port != 0 ? access->port : DEFAULT_PORT, timeout);
    if (link->context == NULL || link->context->err != 0 ||
        redisSetTimeout(link->context, timeout) != REDIS_OK)
        return lost(link, "connecting to Redis", error);
    publish_fd(link, link->context->fd);
    return authenticate(link, error);
}

bool
redis_link_open(RedisLink *link, MonoUs now_us, bool *ret_fresh, GError **error)
{
    *ret_fresh = false;
    if (link->context != NULL)
        return true;
    if (now_us < link->next_try_us) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "Redis is down");
        return false;
    }
    *ret_fresh = connect_now(link, error);
    return *ret_fresh;
}

MonoUs
redis_link_next_try_us(const RedisLink *link)
{
    return link->next_try_us;
}

void
redis_link_back_off(RedisLink *link, MonoUs now_us)
{
    redis_link_close(link);
    link->next_try_us = now_us + link->back_off_us;
    link->back_off_us = MIN(2 * link->back_off_us, REDIS_LINK_BACK_OFF_MAX_US);
}

void
redis_link_succeeded(RedisLink *link)
{
    link->back_off_us = REDIS_LINK_BACK_OFF_MIN_US;
    link->next_try_us = 0;
}

/* Takes note of a refusal; the first one counts. */
static void
judge(RedisLink *link, const redisReply *reply)
{
    if (reply->type != REDIS_REPLY_ERROR || g_str_has_prefix(reply->str, STREAM_HAS_IT) ||
        link->refused != NULL)
        return;
    g_autofree char *text = text_clean(reply->str, 200);

    link->refused = g_error_new(GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "Redis refuses: %s", text);
}

static bool
read_answers(RedisLink *link)
{
    while (link->context != NULL && link->pending > 0) {
        void *reply = NULL;

        if (redisGetReply(link->context, &reply) != REDIS_OK)
            return false;
        link->pending--;
        judge(link, reply);
        freeReplyObject(reply);
    }
    return link->context != NULL;
}

/* Appends the command that is being filled to what hiredis will send. */
static void
close_command(RedisLink *link)
{
    const char *values[REDIS_LINK_MAX_ARGUMENTS];
    size_t sizes[REDIS_LINK_MAX_ARGUMENTS];
    const guint n = link->arguments->len;

    if (n == 0)
        return;
    for (guint i = 0; i < n; i++) {
        gsize size = 0;

        values[i] = g_bytes_get_data(g_ptr_array_index(link->arguments, i), &size);
        sizes[i] = size;
    }
    if (link->context != NULL &&
        redisAppendCommandArgv(link->context, (int)n, values, sizes) == REDIS_OK)
        link->pending++;
    g_ptr_array_set_size(link->arguments, 0);
}

void
redis_link_start(RedisLink *link, const char *name)
{
    close_command(link);
    redis_link_add(link, name);
}

void
redis_link_add_bytes(RedisLink *link, const void *data, size_t size)
{
    g_return_if_fail(link->arguments->len < REDIS_LINK_MAX_ARGUMENTS);

    /* Never without data: hiredis takes a NULL for the end. */
    g_ptr_array_add(link->arguments, g_bytes_new(size > 0 ? data : "", size));
}

void
redis_link_add(RedisLink *link, const char *text)
{
    redis_link_add_bytes(link, text, strlen(text));
}

void
redis_link_add_number(RedisLink *link, uint64_t number)
{
    char text[24];

    g_snprintf(text, sizeof text, "%" G_GUINT64_FORMAT, number);
    redis_link_add(link, text);
}

void
redis_link_expire(RedisLink *link, const char *key, unsigned seconds)
{
    redis_link_start(link, "EXPIRE");
    redis_link_add(link, key);
    redis_link_add_number(link, seconds);
}

bool
redis_link_flush(RedisLink *link, GError **error)
{
    close_command(link);
    if (link->context == NULL && link->refused == NULL)
        return lost(link, "talking to Redis", error);
    if (link->context != NULL && !read_answers(link)) {
        g_clear_error(&link->refused);
        return lost(link, "talking to Redis", error);
    }
    if (link->refused == NULL)
        return true;
    g_propagate_error(error, g_steal_pointer(&link->refused));
    return false;
}

static void
take_texts(const redisReply *reply, GPtrArray *texts)
{
    if (reply->type == REDIS_REPLY_STRING || reply->type == REDIS_REPLY_STATUS)
        g_ptr_array_add(texts, g_strndup(reply->str, (gsize)reply->len));
    for (size_t i = 0; reply->type == REDIS_REPLY_ARRAY && i < reply->elements; i++) {
        const redisReply *element = reply->element[i];

        /* One level is all that is asked for: SCAN answers a cursor and an array. */
        for (size_t j = 0; element->type == REDIS_REPLY_ARRAY && j < element->elements; j++) {
            if (element->element[j]->type == REDIS_REPLY_STRING)
                g_ptr_array_add(
                    texts, g_strndup(element->element[j]->str, (gsize)element->element[j]->len));
        }
        if (element->type == REDIS_REPLY_STRING)
            g_ptr_array_add(texts, g_strndup(element->str, (gsize)element->len));
    }
}

bool
redis_link_ask(RedisLink *link, RedisAnswer *ret_answer, GError **error)
{
    void *reply = NULL;

    close_command(link);
    if (link->context == NULL || link->pending != 1 ||
        redisGetReply(link->context, &reply) != REDIS_OK)
        return lost(link, "asking Redis", error);
    link->pending = 0;
    const redisReply *answer = reply;

    if (answer->type == REDIS_REPLY_ERROR) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "Redis refuses: %s",
                    answer->str);
        freeReplyObject(reply);
        return false;
    }
    g_autoptr(GPtrArray) texts = g_ptr_array_new();

    take_texts(answer, texts);
    g_ptr_array_add(texts, NULL);
    ret_answer->texts = (GStrv)g_ptr_array_steal(texts, NULL);
    ret_answer->integer = answer->type == REDIS_REPLY_INTEGER ? answer->integer : 0;
    freeReplyObject(reply);
    return true;
}

void
redis_answer_clear(RedisAnswer *answer)
{
    g_clear_pointer(&answer->texts, g_strfreev);
    answer->integer = 0;
}

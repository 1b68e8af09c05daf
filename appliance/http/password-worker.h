/* argon2id beside the HTTP thread: it takes about 100 ms and 19 MiB, so one thread does it, one at
 * a time, for at most PASSWORD_QUEUE_MAX waiting. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define PASSWORD_QUEUE_MAX 16u
#define PASSWORD_MIN       8u
#define PASSWORD_MAX       256u /* bytes */

typedef struct PasswordWorker PasswordWorker;

/* On the context that was thread-default when it was asked. @right: the password fits the hash;
 * @hash: (nullable) of a new password. */
typedef void (*PasswordDone)(bool right, const char *hash, gpointer user_data);

PasswordWorker *password_worker_new(void);
void password_worker_free(PasswordWorker *worker); /* waits for the one at work; (nullable) */

/* False, and @done is not called, if too many wait. @hash: (nullable): NULL takes as long and is
 * never right, so that a wrong name cannot be told from a wrong password. */
bool password_check(PasswordWorker *worker,
                    const char *hash,
                    const char *password,
                    PasswordDone done,
                    gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
bool password_hash(PasswordWorker *worker,
                   const char *password,
                   PasswordDone done,
                   gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;

/* Starting, stopping and asking the private servers. */
#include "tests/services/private-servers.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <mysql.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "appliance/stores/redis-link.h"
#include "pipelines/base/clock.h"

#define START_WAIT_US (120 * US_PER_SECOND)
/* The machine is not switched off in a test: what the kernel has outlives a server that is killed,
 * and nobody waits for a slow disk. */
#define NO_SYNC  "--innodb-flush-method=nosync", "--debug-no-sync"
#define PASSWORD "only-for-this-test"

bool
private_servers_missing(const char *const *programs, int *ret_exit)
{
    for (; *programs != NULL; programs++) {
        g_autofree char *path = g_find_program_in_path(*programs);
        g_autofree char *sbin = g_build_filename("/usr/sbin", *programs, NULL);

        if (path != NULL || g_file_test(sbin, G_FILE_TEST_IS_EXECUTABLE))
            continue;
        g_print("1..0 # SKIP %s is not installed\n", *programs);
        *ret_exit = g_strcmp0(g_getenv("CI"), "true") == 0 ? 1 : 0;
        return true;
    }
    return false;
}

/* In the child: it must not outlive the test. */
static void
die_with_parent(gpointer user_data)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static GPid
start(const char *const *argv, const char *folder)
{
    g_autoptr(GError) error = NULL;
    GPid pid = 0;
    const bool started = g_spawn_async(folder, (char **)(void *)argv, NULL,
                                       G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH |
                                           G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                                       die_with_parent, NULL, &pid, &error);

    g_assert_no_error(error);
    g_assert_true(started);
    return pid;
}

void
private_servers_signal(GPid *pid, int signal_number)
{
    if (*pid == 0)
        return;
    g_assert_cmpint(kill(*pid, signal_number), ==, 0);
    if (signal_number == SIGSTOP || signal_number == SIGCONT)
        return;
    while (waitpid(*pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    *pid = 0;
}

bool
wait_until(Condition holds, gpointer user_data, int64_t wait_us)
{
    const int64_t end = g_get_monotonic_time() + wait_us;

    while (!holds(user_data)) {
        if (g_get_monotonic_time() > end)
            return false;
        while (g_main_context_iteration(NULL, FALSE))
            continue;
        g_usleep(5000);
    }
    return true;
}

static void
make_database_folder(const char *data, const char *tmp_option)
{
    g_autofree char *data_option = g_strconcat("--datadir=", data, NULL);
    const char *const argv[] = {"mariadb-install-db",
                                "--no-defaults",
                                "--auth-root-authentication-method=normal",
                                "--skip-test-db",
                                "--skip-name-resolve",
                                data_option,
                                tmp_option,
                                NO_SYNC,
                                geteuid() == 0 ? "--user=mysql" : NULL,
                                NULL};
    GPid pid = start(argv, "/");
    int status = 0;

    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    g_assert_cmpint(status, ==, 0);
}

PrivateServers *
private_servers_new(void)
{
    PrivateServers *servers = g_new0(PrivateServers, 1);

    servers->folder = g_dir_make_tmp("gantry-services-XXXXXX", NULL);
    g_assert_nonnull(servers->folder);
    g_assert_cmpint(g_chmod(servers->folder, 0755), ==, 0); /* root's MariaDB runs as mysql */
    servers->mysql_socket = g_build_filename(servers->folder, "run", "mysql.sock", NULL);
    servers->redis_socket = g_build_filename(servers->folder, "redis.sock", NULL);
    servers->mysql_password_file = g_build_filename(servers->folder, "password", NULL);
    g_assert_true(g_file_set_contents(servers->mysql_password_file, PASSWORD "\n", -1, NULL));
    servers->mysql_access = (MysqlAccess){.socket = servers->mysql_socket,
                                          .user = "gantry",
                                          .password_file = servers->mysql_password_file,
                                          .database = PRIVATE_DATABASE,
                                          .admin_user = "root"};
    servers->redis_access = (RedisAccess){.socket = servers->redis_socket,
                                          .password_file = servers->mysql_password_file};
    return servers;
}

void
remove_folder(const char *folder)
{
    const char *const argv[] = {"rm", "-rf", "--", folder, NULL};

    (void)g_spawn_sync(NULL, (char **)(void *)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                       NULL, NULL, NULL);
}

void
private_servers_free(PrivateServers *servers)
{
    private_servers_signal(&servers->mariadbd, SIGKILL);
    private_servers_signal(&servers->redis, SIGKILL);
    remove_folder(servers->folder);
    g_free(servers->folder);
    g_free(servers->mysql_socket);
    g_free(servers->redis_socket);
    g_free(servers->mysql_password_file);
    g_free(servers);
}

static MYSQL *
connect_as_root(PrivateServers *servers, const char *database)
{
    MYSQL *mysql = mysql_init(NULL);

    if (mysql_real_connect(mysql, NULL, "root", "", database, 0, servers->mysql_socket,
                           CLIENT_MULTI_STATEMENTS) != NULL)
        return mysql;
    mysql_close(mysql);
    return NULL;
}

static bool
mariadb_answers(gpointer user_data)
{
    MYSQL *mysql = connect_as_root(user_data, NULL);

    if (mysql != NULL)
        mysql_close(mysql);
    return mysql != NULL;
}

static char *
ask(MYSQL *mysql, const char *sql)
{
    char *last = NULL;

    (void)mysql_query(mysql, sql);
    g_assert_cmpstr(mysql_error(mysql), ==, "");
    do {
        MYSQL_RES *result = mysql_store_result(mysql);

        for (MYSQL_ROW row = NULL; result != NULL && (row = mysql_fetch_row(result)) != NULL;) {
            g_free(last);
            last = g_strdup(row[0]);
        }
        mysql_free_result(result);
    } while (mysql_next_result(mysql) == 0);
    g_assert_cmpstr(mysql_error(mysql), ==, "");
    return last;
}

char *
private_servers_sql(PrivateServers *servers, const char *sql)
{
    MYSQL *mysql = connect_as_root(servers, NULL);

    g_assert_nonnull(mysql);
    (void)mysql_select_db(mysql, PRIVATE_DATABASE);
    char *answer = ask(mysql, sql);

    mysql_close(mysql);
    return answer;
}

gint64
private_servers_count(PrivateServers *servers, const char *sql)
{
    g_autofree char *text = private_servers_sql(servers, sql);
    gint64 count = -1;

    if (text != NULL)
        g_assert_true(g_ascii_string_to_signed(text, 10, G_MININT64, G_MAXINT64, &count, NULL));
    return count;
}

static void
make_folders(const char *data, const char *run, const char *tmp_option)
{
    const char *const argv[] = {"chown", "mysql", run, NULL};

    g_assert_cmpint(g_mkdir_with_parents(run, 0755), ==, 0);
    if (geteuid() == 0)
        g_assert_true(g_spawn_sync(NULL, (char **)(void *)argv, NULL, G_SPAWN_SEARCH_PATH, NULL,
                                   NULL, NULL, NULL, NULL, NULL));
    make_database_folder(data, tmp_option);
}

void
private_servers_start_mariadb(PrivateServers *servers)
{
    g_autofree char *data = g_build_filename(servers->folder, "mariadb", NULL);
    g_autofree char *run = g_build_filename(servers->folder, "run", NULL);
    g_autofree char *data_option = g_strconcat("--datadir=", data, NULL);
    g_autofree char *socket_option = g_strconcat("--socket=", servers->mysql_socket, NULL);
    g_autofree char *pid_option = g_strconcat("--pid-file=", run, "/mariadb.pid", NULL);
    /* One that starts removes what it takes for left over in its folder: no other's tables. */
    g_autofree char *tmp_option = g_strconcat("--tmpdir=", run, NULL);
    const bool first = !g_file_test(data, G_FILE_TEST_IS_DIR);
    const char *const argv[] = {"/usr/sbin/mariadbd",
                                "--no-defaults",
                                data_option,
                                socket_option,
                                pid_option,
                                tmp_option,
                                NO_SYNC,
                                "--skip-networking",
                                "--innodb-buffer-pool-size=32M",
                                geteuid() == 0 ? "--user=mysql" : NULL,
                                NULL};

    if (first)
        make_folders(data, run, tmp_option);
    servers->mariadbd = start(argv, "/");
    g_assert_true(wait_until(mariadb_answers, servers, START_WAIT_US));
    if (first)
        g_free(private_servers_sql(
            servers, "CREATE DATABASE " PRIVATE_DATABASE ";"
                     "CREATE USER gantry@localhost IDENTIFIED BY '" PASSWORD "';"
                     "GRANT " PRIVATE_RIGHTS " ON " PRIVATE_DATABASE ".* TO gantry@localhost"));
}

static bool
redis_listens(gpointer user_data)
{
    PrivateServers *servers = user_data;
    RedisLink *link = redis_link_new(&servers->redis_access);
    bool fresh = false;
    const bool open = redis_link_open(link, boot_now_us(), &fresh, NULL);

    redis_link_free(link);
    return open;
}

void
private_servers_start_redis(PrivateServers *servers)
{
    const char *const argv[] = {"redis-server",
                                "--port",
                                "0",
                                "--unixsocket",
                                servers->redis_socket,
                                "--save",
                                "",
                                "--requirepass",
                                PASSWORD,
                                "--daemonize",
                                "no",
                                NULL};

    servers->redis = start(argv, servers->folder);
    g_assert_true(wait_until(redis_listens, servers, START_WAIT_US));
}

static bool
is_gone(gpointer user_data)
{
    GWeakRef *weak = user_data;
    g_autoptr(GObject) object = g_weak_ref_get(weak);

    return object == NULL;
}

void
release_object(gpointer object)
{
    GWeakRef weak;

    g_weak_ref_init(&weak, object);
    g_object_unref(object);
    g_assert_true(wait_until(is_gone, &weak, PATIENCE_US));
    g_weak_ref_clear(&weak);
}

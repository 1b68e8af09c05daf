/* What a worker that was taken over finds of the stores: real servers, on the same box, of the same
 * user, with all doors that a worker can see. */
#include <errno.h>
#include <fcntl.h>
#include <mysql.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/element/escape.h"
#include "tests/services/private-servers.h"

/* Connects to @path and asks. Returns: whether anything was answered */
static bool
ask(const char *path, int type, const char *words, size_t size)
{
    const struct timeval patience = {.tv_sec = 2};
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    char answer[64];

    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0 ||
        connect(fd, (const struct sockaddr *)&address, sizeof address) != 0 ||
        (size > 0 && send(fd, words, size, MSG_NOSIGNAL) < 0))
        return false;
    return recv(fd, answer, sizeof answer, 0) > 0;
}

/* The server speaks first. */
static bool
hear_mysql(const EscapeWorld *world)
{
    return ask(world->mysql, SOCK_STREAM, NULL, 0);
}

static bool
reach_mysql_by_packets(const EscapeWorld *world)
{
    return ask(world->mysql, SOCK_SEQPACKET, NULL, 0) || ask(world->mysql, SOCK_DGRAM, "x", 1);
}

static bool
log_into_mysql(const EscapeWorld *world)
{
    MYSQL *mysql = mysql_init(NULL);

    return mysql_real_connect(mysql, NULL, "root", "", NULL, 0, world->mysql, 0) != NULL;
}

static bool
ping_redis(const EscapeWorld *world)
{
    return ask(world->redis, SOCK_STREAM, "PING\r\n", 6);
}

static bool
reach_redis_by_packets(const EscapeWorld *world)
{
    return ask(world->redis, SOCK_SEQPACKET, "PING\r\n", 6) ||
           ask(world->redis, SOCK_DGRAM, "PING\r\n", 6);
}

/* Files of the servers lie beside their sockets. */
static bool
opens_beside(const char *socket, const char *name)
{
    g_autofree char *folder = g_path_get_dirname(socket);
    g_autofree char *path = g_build_filename(folder, name, NULL);

    return open(path, O_RDONLY | O_CLOEXEC) >= 0;
}

static bool
read_the_password(const EscapeWorld *world)
{
    return opens_beside(world->redis, "password");
}

static bool
read_the_tables(const EscapeWorld *world)
{
    return opens_beside(world->redis, "mariadb/ibdata1") ||
           opens_beside(world->redis, "mariadb/mysql/global_priv.MAD");
}

static bool
listen_in_place_of_redis(const EscapeWorld *world)
{
    return unlink(world->redis) == 0;
}

static const EscapeAttempt attempts[] = {
    {"hear MariaDB", hear_mysql},
    {"reach MariaDB by packets", reach_mysql_by_packets},
    {"log into MariaDB as root", log_into_mysql},
    {"ask Redis", ping_redis},
    {"reach Redis by packets", reach_redis_by_packets},
    {"read the password", read_the_password},
    {"read MariaDB's tables", read_the_tables},
    {"take Redis's place", listen_in_place_of_redis},
    {NULL, NULL},
};

typedef struct {
    PrivateServers *servers;
    EscapeWorld world;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->world = escape_world_new(); /* forks: before there are threads */
    fixture->servers = private_servers_new();
    private_servers_start_mariadb(fixture->servers);
    private_servers_start_redis(fixture->servers);
    fixture->world.mysql = fixture->servers->mysql_socket;
    fixture->world.redis = fixture->servers->redis_socket;
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    private_servers_free(fixture->servers);
    escape_world_clear(&fixture->world);
}

static void
test_the_stores_are_out_of_reach(Fixture *fixture, gconstpointer data)
{
    /* Whoever is not locked in does reach them, by the same ways. */
    g_assert_true(hear_mysql(&fixture->world));
    g_assert_true(log_into_mysql(&fixture->world));
    g_assert_true(ping_redis(&fixture->world));
    g_assert_true(read_the_password(&fixture->world));
    g_assert_true(read_the_tables(&fixture->world));
    escape_all_denied(&fixture->world, attempts);
}

/* A second lock: even by a byte stream nobody gets in without a password. */
static void
test_the_stores_ask_for_a_password(Fixture *fixture, gconstpointer data)
{
    g_autofree char *path = g_strdup(fixture->servers->redis_socket);
    MYSQL *mysql = mysql_init(NULL);
    char answer[256] = "";
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_assert_null(mysql_real_connect(mysql, NULL, "gantry", "", PRIVATE_DATABASE, 0,
                                     fixture->servers->mysql_socket, 0));
    g_assert_nonnull(strstr(mysql_error(mysql), "Access denied"));
    mysql_close(mysql);
    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    g_assert_cmpint(connect(fd, (const struct sockaddr *)&address, sizeof address), ==, 0);
    g_assert_cmpint(send(fd, "KEYS *\r\n", 8, 0), ==, 8);
    g_assert_cmpint(recv(fd, answer, sizeof answer - 1, 0), >, 0);
    g_assert_true(g_str_has_prefix(answer, "-NOAUTH"));
    close(fd);
}

int
main(int argc, char **argv)
{
    static const char *const programs[] = {"/usr/sbin/mariadbd", "mariadb-install-db",
                                           "redis-server", NULL};
    int result = 0;

    g_test_init(&argc, &argv, NULL);
    if (private_servers_missing(programs, &result))
        return result;
    g_test_add("/escape/the-stores-are-out-of-reach", Fixture, NULL, set_up,
               test_the_stores_are_out_of_reach, tear_down);
    g_test_add("/escape/the-stores-ask-for-a-password", Fixture, NULL, set_up,
               test_the_stores_ask_for_a_password, tear_down);
    return g_test_run();
}

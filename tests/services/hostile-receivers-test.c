/* Receivers that mean harm or know no better (fault table, rows 53 and 54): what they answer, where
 * they say they are, and what their names resolve to. Names are resolved by this file: libcurl's
 * getaddrinfo() is ours. */
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "appliance/alerts/alerts.h"
#include "appliance/stores/store-thread.h"
#include "tests/services/http-peer.h"
#include "tests/services/private-servers.h"
#include "tests/services/sink-waits.h"
#include "tests/services/store-events.h"

#define WAIT_US PATIENCE_US

typedef struct {
    char *folder;
    GantryEventLog *log;
    GantryAlerts *alerts;
    GSocketService *listener;
    gint connects; /* that the listener saw; atomic */
    guint16 port;
} Fixture;

/* The first bytes of a public address, then loopback: what a rebinding name server answers. */
static const char *
address_of(const char *name)
{
    static gint asked = 0; /* lint: allow, counts the questions of all threads */

    if (strcmp(name, "rebind.example") == 0)
        return g_atomic_int_add(&asked, 1) % 2 == 0 ? "127.0.0.1" : "10.0.0.1";
    if (strcmp(name, "loopback.example") == 0)
        return "127.0.0.1";
    if (strcmp(name, "metadata.example") == 0)
        return "169.254.169.254";
    return NULL;
}

int getaddrinfo(const char *name,
                const char *service,
                const struct addrinfo *hints,
                struct addrinfo **ret_list);

/* One address; numbers are read as inet_aton() reads them, decimal, hex and short forms too. */
int
getaddrinfo(const char *name,
            const char *service,
            const struct addrinfo *hints,
            struct addrinfo **ret_list)
{
    const char *known = name != NULL ? address_of(name) : NULL;
    struct in_addr address;

    if (name != NULL && strcmp(name, "slow.example") == 0)
        g_usleep(5 * G_USEC_PER_SEC);
    if (!inet_aton(known != NULL ? known : name != NULL ? name : "", &address))
        return EAI_NONAME;
    struct addrinfo *info = calloc(1, sizeof *info + sizeof(struct sockaddr_in));
    struct sockaddr_in *in = (struct sockaddr_in *)(void *)(info + 1);

    *in = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = address};
    *info = (struct addrinfo){.ai_family = AF_INET,
                              .ai_socktype = SOCK_STREAM,
                              .ai_protocol = IPPROTO_TCP,
                              .ai_addrlen = sizeof *in,
                              .ai_addr = (struct sockaddr *)(void *)in};
    *ret_list = info;
    return 0;
}

void
freeaddrinfo(struct addrinfo *list)
{
    free(list);
}

static gboolean
count_connect(GSocketService *service,
              GSocketConnection *connection,
              GObject *source,
              gpointer data)
{
    g_atomic_int_inc((gint *)data);
    return TRUE;
}

/* A listener on every address of this machine. */
static void
listen_everywhere(Fixture *fixture)
{
    fixture->listener = g_socket_service_new();
    fixture->port =
        g_socket_listener_add_any_inet_port(G_SOCKET_LISTENER(fixture->listener), NULL, NULL);
    g_assert_cmpuint(fixture->port, >, 0);
    g_signal_connect(fixture->listener, "incoming", G_CALLBACK(count_connect), &fixture->connects);
    g_socket_service_start(fixture->listener);
}

static void
set_up(Fixture *fixture, gconstpointer unused)
{
    fixture->folder = g_dir_make_tmp("gantry-hostile-XXXXXX", NULL);
    g_autofree char *journal = g_build_filename(fixture->folder, "journal", NULL);
    g_autofree char *outbox = g_build_filename(fixture->folder, "outbox", NULL);
    const AlertsSettings settings = {.folder = outbox, .monitor_id = "box-1"};

    fixture->log = store_event_log(journal);
    fixture->alerts = gantry_alerts_new(fixture->log, &settings);
    listen_everywhere(fixture);
}

static void
tear_down(Fixture *fixture, gconstpointer unused)
{
    gantry_alerts_stop(fixture->alerts, PATIENCE_US);
    gantry_event_log_close(fixture->log, PATIENCE_US);
    release_object(fixture->alerts);
    release_object(fixture->log);
    g_socket_service_stop(fixture->listener);
    g_object_unref(fixture->listener);
    remove_folder(fixture->folder);
    g_free(fixture->folder);
}

static GantryReceiver *
add(Fixture *fixture, const char *id, const char *url, bool allow_private)
{
    const ReceiverAccess access = {.id = id, .url = url, .allow_private = allow_private};

    return gantry_alerts_add(fixture->alerts, &access, NULL);
}

static bool
has_attempt(gpointer user_data)
{
    g_autoptr(GPtrArray) attempts = gantry_receiver_get_attempts(user_data, 1);

    return attempts->len > 0;
}

typedef struct {
    GantryReceiver *receiver;
    guint count;
} AttemptsWanted;

static bool
has_attempts(gpointer user_data)
{
    const AttemptsWanted *wanted = user_data;
    g_autoptr(GPtrArray) attempts =
        gantry_receiver_get_attempts(wanted->receiver, wanted->count + 1);

    return attempts->len >= wanted->count;
}

/* Waits for the first attempt at @receiver. Returns: (transfer full): its answer */
static char *
first_answer(GantryReceiver *receiver)
{
    g_assert_true(wait_until(has_attempt, receiver, WAIT_US));
    g_autoptr(GPtrArray) attempts = gantry_receiver_get_attempts(receiver, 100);
    const Attempt *first = attempts->pdata[attempts->len - 1];

    g_assert_cmpint(first->outcome, ==, DELIVERY_FAILED);
    return g_strdup(first->answer);
}

static void
drop(GantryReceiver *receiver)
{
    gantry_event_sink_stop(GANTRY_EVENT_SINK(receiver), 0);
    g_object_unref(receiver);
}

/* (transfer full): an address of this machine that is not loopback; 10.0.0.1 if it has none */
static char *
own_address(void)
{
    const struct sockaddr_in far = {.sin_family = AF_INET,
                                    .sin_port = GUINT16_TO_BE(9),
                                    .sin_addr = {.s_addr = GUINT32_TO_BE(0xc6336401)}};
    struct sockaddr_in near = {0};
    socklen_t size = sizeof near;
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const bool known = connect(fd, (const struct sockaddr *)(const void *)&far, sizeof far) == 0 &&
                       getsockname(fd, (struct sockaddr *)(void *)&near, &size) == 0;
    char text[INET_ADDRSTRLEN] = "10.0.0.1";

    if (known)
        (void)inet_ntop(AF_INET, &near.sin_addr, text, sizeof text);
    (void)close(fd);
    return g_strdup(text);
}

static void
no_address_of_this_box_or_its_network_is_ever_connected_to(Fixture *fixture, gconstpointer unused)
{
    g_autofree char *own = own_address();
    const char *const hosts[] = {"127.0.0.1",
                                 "127.1",
                                 "2130706433",
                                 "0x7f000001",
                                 "017700000001",
                                 "0.0.0.0",
                                 "0",
                                 "[::1]",
                                 "[::ffff:127.0.0.1]",
                                 "[::ffff:7f00:1]",
                                 "[64:ff9b::7f00:1]",
                                 "169.254.169.254",
                                 "10.0.0.1",
                                 "192.168.1.1",
                                 "172.16.0.1",
                                 "100.64.0.1",
                                 "loopback.example",
                                 "metadata.example",
                                 "rebind.example",
                                 own};

    for (size_t i = 0; i < G_N_ELEMENTS(hosts); i++) {
        g_autofree char *url = g_strdup_printf("http://%s:%u/", hosts[i], fixture->port);
        g_autofree char *id = g_strdup_printf("r%zu", i);
        GantryReceiver *receiver = add(fixture, id, url, false);

        g_test_message("%s", url);
        g_assert_nonnull(receiver);
        (void)gantry_event_log_append(fixture->log,
                                      store_loud_event(EVENT_ALARM_RAISED, (unsigned)i + 1, 1));
        g_autofree char *answer = first_answer(receiver);

        g_assert_cmpstr(answer, ==, "the address is not allowed for a receiver");
        drop(receiver);
    }
    g_assert_cmpint(g_atomic_int_get(&fixture->connects), ==, 0);
}

static void
what_is_no_address_of_a_receiver_is_refused_before_it_is_one(Fixture *fixture, gconstpointer unused)
{
    static const char *const bad[] = {"file:///etc/passwd",
                                      "gopher://127.0.0.1/x",
                                      "unix:///run/x.sock",
                                      "dict://127.0.0.1/",
                                      "ftp://127.0.0.1/",
                                      "ldap://127.0.0.1/",
                                      "http://user:pw@1.2.3.4/",
                                      "http:///x",
                                      "127.0.0.1",
                                      "//127.0.0.1/",
                                      "http+unix://x/"};

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_test_message("%s", bad[i]);
        g_assert_null(add(fixture, "bad", bad[i], true));
    }
}

/* Every answer of row 53, and what becomes of it: in its list of attempts, and nowhere else. */
static void
every_misbehaviour_is_a_failure_of_its_own(Fixture *fixture, gconstpointer unused)
{
    HttpPeer *peer = http_peer_new();
    const struct {
        const char *path; /* of the peer, or a whole address */
        int status;
        const char *state;
    } cases[] = {
        {"/500", 500, "failing"},
        {"/503", 503, "failing"},
        {"/429", 429, "failing"},
        {"/404", 404, "refusing"},
        {"/410", 410, "refusing"},
        {"/redirect", 302, "failing"},
        {"/hang", 0, "failing"},
        {"/midheader", 0, "failing"},
        {"/garbage", 0, "failing"},
        {"/slowbody", 200, "ok"}, /* it has answered, whatever becomes of its body */
        {"/endless", 200, "ok"},
        {"http://closed.invalid/", 0, "failing"},
        {"http://slow.example/", 0, "failing"},
        {"http://127.0.0.1:9/", 0, "failing"},
    };
    GantryReceiver *receivers[G_N_ELEMENTS(cases)];

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *url =
            cases[i].path[0] == '/' ? http_peer_url(peer, cases[i].path) : g_strdup(cases[i].path);
        g_autofree char *id = g_strdup_printf("r%zu", i);

        receivers[i] = add(fixture, id, url, true);
        g_assert_nonnull(receivers[i]);
    }
    (void)gantry_event_log_append(fixture->log, store_loud_event(EVENT_ALARM_RAISED, 1, 1));
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].path);
        g_assert_true(wait_until(has_attempt, receivers[i], WAIT_US));
        g_autoptr(GPtrArray) attempts = gantry_receiver_get_attempts(receivers[i], 100);
        const Attempt *first = attempts->pdata[attempts->len - 1];
        g_assert_cmpint(first->status, ==, cases[i].status);
        g_assert_true(/* the attempt is listed first */
                      wait_sink_state(GANTRY_EVENT_SINK(receivers[i]), cases[i].state));
        g_assert_cmpuint(strlen(first->answer), <=, DELIVERY_MAX_ANSWER);
    }
    g_assert_cmpuint(http_peer_count(peer, "/ok"), ==, 0); /* no redirect was followed */
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        drop(receivers[i]);
    http_peer_free(peer);
}

static bool
never(gpointer user_data)
{
    return false;
}

static long
resident_kb(void)
{
    g_autofree char *text = NULL;
    guint64 pages = 0;

    g_assert_true(g_file_get_contents("/proc/self/statm", &text, NULL, NULL));
    g_auto(GStrv) words = g_strsplit(text, " ", 3);

    g_assert_true(g_ascii_string_to_unsigned(words[1], 10, 0, G_MAXINT32, &pages, NULL));
    return (long)pages * sysconf(_SC_PAGESIZE) / 1024;
}

/* Bodies without an end cost a kilobyte each, and the good receiver none of its second. */
static void
endless_bodies_take_no_memory_and_no_time_of_others(Fixture *fixture, gconstpointer unused)
{
    HttpPeer *peer = http_peer_new();
    g_autofree char *endless = http_peer_url(peer, "/endless");
    g_autofree char *hang = http_peer_url(peer, "/hang");
    g_autofree char *ok = http_peer_url(peer, "/ok");
    GantryReceiver *receivers[] = {add(fixture, "endless", endless, true),
                                   add(fixture, "hang", hang, true), add(fixture, "ok", ok, true)};
    const long before_kb = resident_kb();
    int64_t delays[100];

    for (unsigned alarm = 1; alarm <= G_N_ELEMENTS(delays); alarm++) {
        (void)gantry_event_log_append(fixture->log, store_loud_event(EVENT_ALARM_RAISED, alarm, 1));
        (void)wait_until(never, NULL, 50000); /* the peers are served meanwhile */
    }
    AttemptsWanted wanted = {receivers[2], G_N_ELEMENTS(delays)};

    g_assert_true(wait_until(has_attempts, &wanted, WAIT_US));
    (void)wait_until(never, NULL, 500000);
    g_autoptr(GPtrArray) attempts = gantry_receiver_get_attempts(receivers[2], 200);

    g_assert_cmpuint(attempts->len, ==, G_N_ELEMENTS(delays));
    for (guint i = 0; i < attempts->len; i++)
        delays[i] = ((const Attempt *)attempts->pdata[i])->latency_us;
    int64_t worst = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(delays); i++)
        worst = MAX(worst, delays[i]);
    g_test_message("slowest delivery %d ms, memory grew by %ld KiB", (int)(worst / 1000),
                   resident_kb() - before_kb);
    g_assert_cmpint(
        worst, <,
        5 * US_PER_SECOND); /* one that hangs would cost 10 s; 1, where nothing else runs */
    g_assert_cmpint(resident_kb() - before_kb, <, 20000);
    for (size_t i = 0; i < G_N_ELEMENTS(receivers); i++)
        drop(receivers[i]);
    http_peer_free(peer);
}

static gboolean
answer_garbage(GSocketService *service, GSocketConnection *connection, GObject *source, gpointer d)
{
    static const char garbage[] = "\x47\x00\xff no greeting of TLS, whatever comes\r\n\r\n";

    g_output_stream_write(g_io_stream_get_output_stream(G_IO_STREAM(connection)), garbage,
                          sizeof garbage, NULL, NULL);
    return TRUE;
}

/* A server that talks, but not TLS. Returns: (transfer full) */
static GSocketService *
garbage_server(guint16 *ret_port)
{
    GSocketService *service = g_socket_service_new();

    *ret_port = g_socket_listener_add_any_inet_port(G_SOCKET_LISTENER(service), NULL, NULL);
    g_signal_connect(service, "incoming", G_CALLBACK(answer_garbage), NULL);
    g_socket_service_start(service);
    return service;
}

/* A receiver by HTTPS at @url, trusted by @ca_file, is told of an alarm. Returns: (transfer full):
 * what its list of attempts says, "" for delivered */
static char *
told_by_tls(Fixture *fixture, const char *url, const char *ca_file)
{
    static unsigned alarm = 100; /* lint: allow, each receiver has an alarm of its own */
    g_autofree char *id = g_strdup_printf("tls-%u", ++alarm); /* attempts outlive a receiver */
    const ReceiverAccess access = {.id = id, .url = url, .ca_file = ca_file, .allow_private = true};
    GantryReceiver *receiver = gantry_alerts_add(fixture->alerts, &access, NULL);

    (void)gantry_event_log_append(fixture->log, store_loud_event(EVENT_ALARM_RAISED, alarm, 1));
    g_assert_true(wait_until(has_attempt, receiver, WAIT_US));
    g_autoptr(GPtrArray) attempts = gantry_receiver_get_attempts(receiver, 100);
    const Attempt *first = attempts->pdata[attempts->len - 1];
    char *said = g_strdup(first->outcome == DELIVERY_OK ? "" : first->answer);

    g_assert_cmpint(first->status, ==, first->outcome == DELIVERY_OK ? 204 : 0);
    g_test_message("%s: %s", url, said);
    drop(receiver);
    return said;
}

static void
nothing_is_told_to_a_wrong_certificate_or_past_tls(Fixture *fixture, gconstpointer unused)
{
    static const struct {
        const char *name; /* in the certificate; NULL: no TLS at all */
        int days;         /* that it is good for */
        bool trusted;
        const char *says; /* "": it is told */
    } cases[] = {
        {"IP:127.0.0.1", 2, true, ""},
        {"IP:127.0.0.1", -1, true, "expired"},
        {"DNS:other.example", 2, true, "no alternative certificate subject name matches"},
        {"IP:127.0.0.1", 2, false, "self-signed"},
        {NULL, 0, true, "wrong version number"},
    };
    guint16 port = 0;
    GSocketService *garbage = garbage_server(&port);
    g_autofree char *no_tls = g_strdup_printf("https://127.0.0.1:%u/ok", port);

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *name = cases[i].name != NULL ? cases[i].name : "IP:127.0.0.1";
        g_autofree char *file = g_strdup_printf("peer-%zu.pem", i);
        g_autofree char *pem =
            http_peer_certificate_for_days(fixture->folder, file, name, cases[i].days);
        HttpPeer *peer = http_peer_new_tls(pem);
        g_autofree char *url = http_peer_url(peer, "/ok");
        g_autofree char *said = told_by_tls(fixture, cases[i].name != NULL ? url : no_tls,
                                            cases[i].trusted ? pem : NULL);

        g_assert_nonnull(strstr(said, cases[i].says));
        g_assert_cmpint(said[0] == '\0', ==, cases[i].says[0] == '\0');
        g_assert_cmpuint(http_peer_count(peer, "/ok"), ==, cases[i].says[0] == '\0' ? 1 : 0);
        http_peer_free(peer);
    }
    g_socket_service_stop(garbage);
    g_object_unref(garbage);
}

typedef struct {
    HttpPeer *peer;
    guint count;
} Tries;

static bool
has_tried(gpointer user_data)
{
    const Tries *tries = user_data;

    return http_peer_count(tries->peer, "/500") >= tries->count;
}

/* To the fourth, half a minute; with -m slow to the eighth, ten minutes. */
static void
every_retry_comes_within_a_fifth_of_its_time(Fixture *fixture, gconstpointer unused)
{
    static const int64_t listed_s[] = {0, 5, 15, 30, 60, 120, 300, 600};
    const guint n = g_test_slow() ? G_N_ELEMENTS(listed_s) : 4;
    Tries tries = {.peer = http_peer_new(), .count = n};
    g_autofree char *url = http_peer_url(tries.peer, "/500");
    GantryReceiver *receiver = add(fixture, "wrong", url, true);

    (void)gantry_event_log_append(fixture->log, store_loud_event(EVENT_ALARM_RAISED, 1, 1));
    g_assert_true(wait_until(has_tried, &tries, (listed_s[n - 1] * 6 / 5 + 30) * US_PER_SECOND));
    const MonoUs first_us = http_peer_get(tries.peer, "/500", 0)->at_us;

    for (guint i = 1; i < n; i++) {
        const double took_s =
            (double)(http_peer_get(tries.peer, "/500", i)->at_us - first_us) / 1e6;
        const double fifth_s = (double)(listed_s[i] - listed_s[i - 1]) / 5;

        g_test_message("attempt %u after %.2f s, listed %d s", i + 1, took_s, (int)listed_s[i]);
        /* The peer may be late where something else runs, at the first one, too. */
        g_assert_cmpfloat(took_s, >, (double)listed_s[i] - fifth_s - 1);
        g_assert_cmpfloat(took_s, <, (double)listed_s[i] + fifth_s + 5);
    }
    drop(receiver);
    http_peer_free(tries.peer);
}

#define ADD(path, function)                                                                        \
    g_test_add("/hostile-receivers/" path, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("no-address-of-this-box-or-its-network-is-ever-connected-to",
        no_address_of_this_box_or_its_network_is_ever_connected_to);
    ADD("what-is-no-address-of-a-receiver-is-refused-before-it-is-one",
        what_is_no_address_of_a_receiver_is_refused_before_it_is_one);
    ADD("every-misbehaviour-is-a-failure-of-its-own", every_misbehaviour_is_a_failure_of_its_own);
    ADD("endless-bodies-take-no-memory-and-no-time-of-others",
        endless_bodies_take_no_memory_and_no_time_of_others);
    ADD("nothing-is-told-to-a-wrong-certificate-or-past-tls",
        nothing_is_told_to_a_wrong_certificate_or_past_tls);
    ADD("every-retry-comes-within-a-fifth-of-its-time",
        every_retry_comes_within_a_fifth_of_its_time);
    return g_test_run();
}

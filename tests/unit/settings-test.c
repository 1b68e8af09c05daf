/* Settings: every key has a place, every mistake is named with file, line and what would do. */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "appliance/config/settings.h"
#include "pipelines/base/error.h"

static void
assert_refused(const char *text, const char *message)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Settings) settings = settings_parse("g.conf", text, strlen(text), &error);

    g_assert_null(settings);
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
    g_assert_cmpstr(error->message, ==, message);
}

static void
an_empty_file_gives_the_built_in_settings(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Settings) settings = settings_parse("g.conf", "", 0, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(settings->state_folder, ==, "/var/lib/gantry");
    g_assert_cmpstr(settings->http_listen, ==, "127.0.0.1");
    g_assert_cmpuint(settings->http_port, ==, 8080);
    g_assert_cmpstr(settings->mysql.socket, ==, "");
    g_assert_cmpstr(settings->mysql.host, ==, "");
    g_assert_cmpint(settings->workers_mode, ==, WORKERS_SPAWN);
    g_assert_cmpstr(settings->profile_name, ==, "laptop");
    g_assert_cmpuint(settings->n_receivers, ==, 0);
}

static void
every_key_reaches_its_field(void)
{
    static const char text[] = "# all of them\n"
                               "[state]\nfolder=/s\n"
                               "[http]\nlisten = ::1\nport=81\nui_dir=/ui\n"
                               "[mysql]\nsocket=/m\nport=82\nuser=u\npassword_file=/p\n"
                               "database=d\nadmin_user=a\nadmin_password_file=/ap\n"
                               "[redis]\nhost=redis.example\nport=83\npassword_file=/rp\n"
                               "[workers]\nmode=systemd\nprogram=/w\nreceive_buffer=4194304\n"
                               "thumbnail_period_ms=500\n"
                               "[segments]\n"
                               "minutes=0\n"
                               "share_percent=25\n"
                               "folder=/srv/segments\n"
                               "[inventory]\nchannels=/c.csv\ninterface=eth1\n"
                               "[profile]\nfile=/hw.json\n"
                               "[receiver noc-1]\nkind=webhook\nurl=http://127.0.0.1:9/x=y\n"
                               "secret_file=/sec\nmin_severity=major\nallow_private=true\n"
                               "allow_networks=10.1.0.0/16, fd12::/32\n"
                               "[alerts]\nallow_networks=192.168.5.7\n";
    g_autoptr(GError) error = NULL;
    g_autoptr(Settings) settings = settings_parse("g.conf", text, strlen(text), &error);

    g_assert_no_error(error);
    g_assert_cmpstr(settings->state_folder, ==, "/s");
    g_assert_cmpstr(settings->http_listen, ==, "::1");
    g_assert_cmpuint(settings->http_port, ==, 81);
    g_assert_cmpstr(settings->http_ui_dir, ==, "/ui");
    g_assert_cmpstr(settings->mysql.socket, ==, "/m");
    g_assert_cmpuint(settings->mysql.port, ==, 82);
    g_assert_cmpstr(settings->mysql.user, ==, "u");
    g_assert_cmpstr(settings->mysql.password_file, ==, "/p");
    g_assert_cmpstr(settings->mysql.database, ==, "d");
    g_assert_cmpstr(settings->mysql.admin_user, ==, "a");
    g_assert_cmpstr(settings->mysql.admin_password_file, ==, "/ap");
    g_assert_cmpstr(settings->redis.host, ==, "redis.example");
    g_assert_cmpuint(settings->redis.port, ==, 83);
    g_assert_cmpstr(settings->redis.password_file, ==, "/rp");
    g_assert_cmpint(settings->workers_mode, ==, WORKERS_SYSTEMD);
    g_assert_cmpstr(settings->workers_program, ==, "/w");
    g_assert_cmpuint(settings->receive_buffer, ==, 4194304);
    g_assert_cmpuint(settings->thumbnail_period_ms, ==, 500);
    g_assert_cmpuint(settings->segment_minutes, ==, 0);
    g_assert_cmpuint(settings->segment_share_percent, ==, 25);
    g_assert_cmpstr(settings->segment_folder, ==, "/srv/segments");
    g_assert_cmpstr(settings->channels_file, ==, "/c.csv");
    g_assert_cmpstr(settings->interface, ==, "eth1");
    g_assert_cmpstr(settings->profile_file, ==, "/hw.json");
    g_assert_cmpstr(settings->profile_name, ==, "");
    g_assert_cmpuint(settings->n_receivers, ==, 1);
    g_assert_cmpstr(settings->receivers[0].id, ==, "noc-1");
    g_assert_cmpstr(settings->receivers[0].kind, ==, "webhook");
    g_assert_cmpstr(settings->receivers[0].url, ==, "http://127.0.0.1:9/x=y");
    g_assert_cmpstr(settings->receivers[0].secret_file, ==, "/sec");
    g_assert_cmpint(settings->receivers[0].policy.min_severity, ==, SEVERITY_MAJOR);
    g_assert_true(settings->receivers[0].allow_private);
    g_assert_cmpstr(settings->receivers[0].allow_networks, ==, "10.1.0.0/16, fd12::/32");
    g_assert_cmpstr(settings->allow_networks, ==, "192.168.5.7");
}

static void
mistakes_are_named_with_line_and_the_nearest_that_would_do(void)
{
    assert_refused("[http]\n\nprot=80\n",
                   "g.conf:3: unknown key prot in [http]; did you mean port?");
    assert_refused(
        "[http]\nbanana=1\n",
        "g.conf:2: unknown key banana in [http]; known are listen, port, ui_dir, certificate, key, "
        "front_certificate, tls_port, frame_ancestors, security_contact, public_url");
    assert_refused("[htpp]\n", "g.conf:1: unknown group [htpp]; did you mean [http]?");
    assert_refused("[http]\nport=0\n", "g.conf:2: port = \"0\" is not a number from 1 to 65535");
    assert_refused("[http]\nport=80x\n",
                   "g.conf:2: port = \"80x\" is not a number from 1 to 65535");
    assert_refused(
        "[http]\nlisten=localhost\n",
        "g.conf:2: listen = \"localhost\" is not an IP address, such as 127.0.0.1 or ::1");
    assert_refused("[state]\nfolder=state\n",
                   "g.conf:2: folder = \"state\" is not an absolute path");
    assert_refused("[workers]\nmode=systmd\n",
                   "g.conf:2: mode = \"systmd\" is not known; did you mean systemd?");
    assert_refused("[http]\nport=80\nport=81\n",
                   "g.conf:3: key port of [http] stands in line 2 already");
    assert_refused("port=80\n", "g.conf:1: \"port=80\" stands before the first [group]");
    assert_refused("[http]\nport\n",
                   "g.conf:2: \"port\" is neither [group] nor key=value nor # comment");
    assert_refused("[mysql]\nsocket=/s\nhost=h\n",
                   "g.conf:3: [mysql] has both socket and host; keep one");
    assert_refused("[receiver a]\nkind=webhook\nurl=ftp://x\n",
                   "g.conf:1: receiver a: its url is none of https:// or http:// and a host");
    assert_refused(
        "[receiver a]\nkind=webhook\n",
        "g.conf:1: receiver a: it has no url; write one that begins with https:// or http://");
    assert_refused("[receiver a]\nkind=webhok\nurl=http://x\n",
                   "g.conf:2: kind = \"webhok\" is not known; did you mean webhook?");
    assert_refused("[receiver a]\nkind=webhook\nurl=http://x\nmin_severity=cirtical\n",
                   "g.conf:4: min_severity = \"cirtical\" is not known; did you mean critical?");
    assert_refused(
        "[receiver a]\nkind=webhook\nurl=http://x\nsecret=/x\n",
        "g.conf:4: unknown key secret in [receiver a]; known are kind, url, secret_file, "
        "min_severity, allow_private, allow_networks, ca_file, to, from, user, title, text, "
        "heartbeat_s, "
        "per_minute, "
        "level, scoped, channels, groups, hours, time_zone");
    assert_refused("[alerts]\nallow_networks=10.1.2.3/16\n",
                   "g.conf:2: allow_networks: \"10.1.2.3/16\" is no network; write such as "
                   "10.1.0.0/16 or fd12::/32, without bits behind the prefix");
    assert_refused("[receiver My NOC]\nkind=webhook\nurl=http://x\n",
                   "g.conf:1: receiver \"My NOC\" is not made of a-z, 0-9 and - alone; write "
                   "[receiver my-noc]");
    assert_refused("[http]\nlisten=\xff\n", "g.conf:1: not UTF-8 text");
}

/* "[slates]" and one of @name with @digits digits. Returns: (transfer full) */
static char *
slate_text(const char *name, size_t digits, char digit)
{
    g_autofree char *hex = g_strnfill(digits, digit);

    return g_strdup_printf("[slates]\n%s=%s\n", name, hex);
}

static void
a_login_provider_is_told_whole_or_not_at_all(void)
{
    static const char good[] = "[http]\npublic_url=https://gantry.example\n[oidc]\n"
                               "issuer=https://id.example/realms/tv\nclient=gantry\n"
                               "roles=/noc=operator, x=admin\ngroups=acme=Acme News\n";
    g_autoptr(GError) error = NULL;
    g_autoptr(Settings) settings = settings_parse("g.conf", good, strlen(good), &error);

    g_assert_no_error(error);
    g_assert_cmpstr(settings->access.oidc.issuer, ==, "https://id.example/realms/tv");
    g_assert_cmpstr(settings->access.oidc.role_claim, ==, "groups");
    assert_refused("[oidc]\nissuer=https://id.example\n",
                   "g.conf:2: [oidc] has an issuer, so it needs client and roles, too");
    assert_refused("[oidc]\nissuer=https://id.example\nclient=c\nroles=x=admin\n",
                   "g.conf:2: [oidc] has an issuer, so [http] needs public_url: the provider sends "
                   "browsers back there");
    assert_refused("[oidc]\nroles=x=chief\n", "g.conf:2: roles: \"x=chief\" is not THEIRS=ROLE, "
                                              "with viewer, operator, engineer or admin");
    assert_refused("[oidc]\ngroups=acme\n", "g.conf:2: groups: \"acme\" is not THEIRS=GROUP, or "
                                            "THEIRS=* for everything");
}

static void
a_login_provider_is_asked_by_tls_unless_it_is_this_machine(void)
{
    static const char *const good[] = {"https://id.example/", "http://127.0.0.1:8080",
                                       "http://[::1]:1/x", "http://localhost"};
    static const char *const bad[] = {"http://id.example",
                                      "http://10.0.0.1",
                                      "https://",
                                      "ftp://localhost",
                                      "https://u:p@x.example",
                                      "https://x.example?y=z",
                                      "http://127.0.0.1.example",
                                      "id.example"};

    for (size_t i = 0; i < G_N_ELEMENTS(good) + G_N_ELEMENTS(bad); i++) {
        const bool is_good = i < G_N_ELEMENTS(good);
        g_autofree char *text = g_strdup_printf(
            "[http]\npublic_url=https://g.example\n[oidc]\nclient=c\nroles=x=admin\nissuer=%s\n",
            is_good ? good[i] : bad[i - G_N_ELEMENTS(good)]);
        g_autoptr(GError) error = NULL;
        g_autoptr(Settings) settings = settings_parse("g.conf", text, strlen(text), &error);

        g_assert_cmpint(settings != NULL, ==, is_good);
        if (!is_good)
            g_assert_true(g_str_has_prefix(error->message, "g.conf:6: issuer = "));
    }
}

static void
slates_are_named_pictures_of_432_bytes(void)
{
    g_autofree char *text = slate_text("Good night", 864, 'a');
    g_autofree char *slate_short = slate_text("x", 863, '0');
    g_autofree char *wrong = slate_text("x", 864, 'g');
    g_autoptr(GString) many = g_string_new("[slates]\n");
    g_autoptr(GError) error = NULL;
    g_autoptr(Settings) settings = settings_parse("g.conf", text, strlen(text), &error);

    g_assert_no_error(error);
    g_assert_cmpuint(settings->n_slates, ==, 1);
    g_assert_cmpstr(settings->slates[0].name, ==, "Good night");
    g_assert_cmphex(settings->slates[0].fingerprint[0], ==, 0xaa);
    g_assert_cmphex(settings->slates[0].fingerprint[431], ==, 0xaa);
    assert_refused(slate_short, "g.conf:2: the fingerprint of slate \"x\" has 863 digits, not 864; "
                                "gantry-probe --slate FILE prints one");
    assert_refused(wrong, "g.conf:2: digit 1 of the fingerprint of slate \"x\" is not hexadecimal");
    for (unsigned i = 0; i < 17; i++) {
        g_autofree char *hex = g_strnfill(864, '0');

        g_string_append_printf(many, "s%u=%s\n", i, hex);
    }
    assert_refused(many->str, "g.conf:18: more than 16 slates");
}

typedef struct {
    char *folder;
    char *main;
    char *low;
    char *high;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    fixture->folder = g_dir_make_tmp("settings-XXXXXX", NULL);
    fixture->main = g_build_filename(fixture->folder, "gantry.conf", NULL);
    fixture->low = g_build_filename(fixture->folder, "low", NULL);
    fixture->high = g_build_filename(fixture->folder, "high", NULL);
    g_assert_cmpint(g_mkdir(fixture->low, 0700) + g_mkdir(fixture->high, 0700), ==, 0);
    g_assert_true(g_file_set_contents(fixture->main, "[http]\nport=1\nlisten=::1\n", -1, NULL));
}

static void
write_in(const char *folder, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
empty_folder(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);

        g_assert_cmpint(g_unlink(path), ==, 0);
    }
    g_assert_cmpint(g_rmdir(folder), ==, 0);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    empty_folder(fixture->low);
    empty_folder(fixture->high);
    empty_folder(fixture->folder);
    g_free(fixture->folder);
    g_free(fixture->main);
    g_free(fixture->low);
    g_free(fixture->high);
}

static Settings *
load(Fixture *fixture, GError **error)
{
    const char *const files[] = {fixture->main, NULL};
    const char *const folders[] = {fixture->low, fixture->high, "/nonexistent/conf.d", NULL};

    return settings_load(files, folders, error);
}

static void
drop_ins_win_by_name_over_all_folders(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    write_in(fixture->low, "90-last.conf", "[http]\nport=90\n");
    write_in(fixture->high, "10-first.conf", "[http]\nport=10\n[state]\nfolder=/ten\n");
    write_in(fixture->high, "99-not-read.txt", "[http]\nport=99\n");
    g_autoptr(Settings) settings = load(fixture, &error);

    g_assert_no_error(error);
    g_assert_cmpuint(settings->http_port, ==, 90);
    g_assert_cmpstr(settings->http_listen, ==, "::1");
    g_assert_cmpstr(settings->state_folder, ==, "/ten");
}

static void
a_link_to_nowhere_masks_the_drop_in_of_that_name(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *mask = g_build_filename(fixture->high, "90.conf", NULL);

    write_in(fixture->low, "90.conf", "[http]\nport=90\n");
    g_assert_cmpint(symlink("/dev/null", mask), ==, 0);
    g_autoptr(Settings) settings = load(fixture, &error);

    g_assert_no_error(error);
    g_assert_cmpuint(settings->http_port, ==, 1);
}

static void
a_mistake_in_a_drop_in_is_named_with_its_file(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    write_in(fixture->high, "50.conf", "[http]\nprt=2\n");
    g_assert_null(load(fixture, &error));
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
    g_assert_true(g_str_has_prefix(error->message, fixture->high));
    g_assert_nonnull(strstr(error->message, "50.conf:2: unknown key prt"));
}

static void
a_missing_file_that_was_asked_for_is_an_error(void)
{
    const char *const files[] = {"/nonexistent/gantry.conf", NULL};
    g_autoptr(GError) error = NULL;

    g_assert_null(settings_load(files, NULL, &error));
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name)       g_test_add_func("/settings/" #name, name)
#define TEST_FILES(name) g_test_add("/settings/" #name, Fixture, NULL, set_up, name, tear_down)
    TEST(an_empty_file_gives_the_built_in_settings);
    TEST(every_key_reaches_its_field);
    TEST(mistakes_are_named_with_line_and_the_nearest_that_would_do);
    TEST(a_login_provider_is_told_whole_or_not_at_all);
    TEST(a_login_provider_is_asked_by_tls_unless_it_is_this_machine);
    TEST(slates_are_named_pictures_of_432_bytes);
    TEST_FILES(drop_ins_win_by_name_over_all_folders);
    TEST_FILES(a_link_to_nowhere_masks_the_drop_in_of_that_name);
    TEST_FILES(a_mistake_in_a_drop_in_is_named_with_its_file);
    TEST(a_missing_file_that_was_asked_for_is_an_error);
#undef TEST
#undef TEST_FILES
    return g_test_run();
}

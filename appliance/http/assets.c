/* The dashboard's files: from the program itself, or from a folder while it is being written. */
#include <string.h>

#include "appliance/http/api.h"

#define RESOURCE_ROOT "/gantry/ui/"
#define IMMUTABLE     "public, max-age=31536000, immutable"

static const struct {
    const char *suffix;
    const char *type;
} types[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".webmanifest", "application/manifest+json"},
    {".txt", "text/plain; charset=utf-8"},
};

static const char *
type_of(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
        if (g_str_has_suffix(name, types[i].suffix))
            return types[i].type;
    }
    return "application/octet-stream";
}

/* Names of built files: letters, digits, dot, hyphen, underscore; folders between. Nothing that
 * begins with a dot. */
static bool
is_file_name(const char *name)
{
    for (const char *at = name; *at != '\0'; at++) {
        if (*at == '.' && (at == name || at[-1] == '/'))
            return false;
        if (!g_ascii_isalnum(*at) && strchr("._-/", *at) == NULL)
            return false;
    }
    return *name != '\0' && strlen(name) < 200;
}

static unsigned
count_slashes(const char *path)
{
    unsigned n = 0;

    for (; *path != '\0'; path++)
        n += *path == '/';
    return n;
}

/* Pages of the dashboard: it routes by itself, every one is index.html. */
static bool
is_page(const char *path)
{
    static const char *const pages[] = {"/",        "/wall",   "/alarms", "/handover",
                                        "/system",  "/login",  "/setup",  "/index.html",
                                        "/reports", "/config", "/account"};
    static const struct {
        const char *path;
        unsigned deeper; /* slashes that may come in what is below */
    } folders[] = {{"/channels/", 0}, {"/alarms/", 0}, {"/config/", 1}, {"/wall/", 0}};

    for (size_t i = 0; i < G_N_ELEMENTS(pages); i++) {
        if (g_str_equal(path, pages[i]))
            return true;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
        if (g_str_has_prefix(path, folders[i].path) &&
            count_slashes(path + strlen(folders[i].path)) <= folders[i].deeper)
            return true;
    }
    return false;
}

static bool
accepts_gzip(const HttpRequest *request)
{
    const char *accepted = http_request_header(request, "Accept-Encoding");

    return accepted != NULL && strstr(accepted, "gzip") != NULL;
}

static GBytes *
lookup(const HttpRequest *request, const char *name, bool *ret_zipped)
{
    g_autofree char *plain = g_strconcat(RESOURCE_ROOT, name, NULL);
    g_autofree char *zipped = g_strconcat(plain, ".gz", NULL);
    GBytes *found = NULL;

    *ret_zipped = false;
    if (accepts_gzip(request))
        found = g_resources_lookup_data(zipped, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    if (found != NULL) {
        *ret_zipped = true;
        return found;
    }
    return g_resources_lookup_data(plain, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
}

static void
missing(HttpRequest *request)
{
    http_request_problem(request, 404, "not-found", "There is nothing here.");
}

static void
serve(HttpRequest *request, const char *name, GBytes *content, bool zipped)
{
    const bool page = g_str_equal(name, "index.html");
    g_autofree char *digest =
        page ? g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, content) : NULL;
    g_autofree char *etag = g_strdup_printf("\"%.32s\"", page ? digest : "");

    http_request_set_header(request, "Vary", "Accept-Encoding");
    if (zipped)
        http_request_set_header(request, "Content-Encoding", "gzip");
    http_request_set_header(
        request, "Cache-Control",
        g_str_has_prefix(name, "assets/") && request->app->ui_dir == NULL ? IMMUTABLE : "no-cache");
    if (page) {
        http_request_set_header(request, "ETag", etag);
        if (g_strcmp0(http_request_header(request, "If-None-Match"), etag) == 0) {
            http_request_reply(request, 304, NULL, NULL);
            return;
        }
    }
    http_request_reply(request, 200, type_of(name), content);
}

static void
on_loaded(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(HttpRequest) request = (HttpRequest *)data;
    g_autofree char *name = g_file_get_basename(G_FILE(source));
    char *text = NULL;
    gsize size = 0;
    g_autoptr(GBytes) content = NULL;

    if (!g_file_load_contents_finish(G_FILE(source), result, &text, &size, NULL, NULL)) {
        missing(request);
        return;
    }
    content = g_bytes_new_take(text, size);
    serve(request, name, content, false);
}

static void
load(HttpRequest *request, const char *name)
{
    g_autofree char *path = g_build_filename(request->app->ui_dir, name, NULL);
    g_autoptr(GFile) file = g_file_new_for_path(path);

    http_request_defer(request);
    g_file_load_contents_async(file, NULL, on_loaded, http_request_ref(request));
}

void
assets_serve(HttpRequest *request)
{
    const char *name = is_page(request->path) ? "index.html" : request->path + 1;
    bool zipped = false;
    g_autoptr(GBytes) content = NULL;

    if (!is_file_name(name)) {
        missing(request);
        return;
    }
    if (request->app->ui_dir != NULL) {
        load(request, name);
        return;
    }
    content = lookup(request, name, &zipped);
    if (content == NULL)
        missing(request);
    else
        serve(request, name, content, zipped);
}

/* Line by line; nothing is copied, nothing is kept. */
#include "appliance/http/request-head.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

typedef struct {
    const char *at;
    size_t n;
} Text;

/* What has been seen of one head. */
typedef struct {
    RequestHead *head;
    unsigned n_fields;
    bool minor_0; /* HTTP/1.0, where a Host may be missing */
    bool host, length, seen[8];
} Scan;

/* Fields that decide something: two of them could be read in two ways. */
static const char *const singles[] = {"host",   "content-length", "content-type",
                                      "origin", "authorization",  "sec-fetch-site",
                                      "expect", "idempotency-key"};

static bool
refuse(RequestHead *head, unsigned status, const char *wrong)
{
    head->status = status;
    head->wrong = wrong;
    return false;
}

static bool
is_token(Text text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (!g_ascii_isalnum(text.at[i]) && strchr("!#$%&'*+-.^_`|~", text.at[i]) == NULL)
            return false;
    }
    return text.n > 0 && memchr(text.at, '\0', text.n) == NULL;
}

static bool
is(Text text, const char *word)
{
    return text.n == strlen(word) && g_ascii_strncasecmp(text.at, word, text.n) == 0;
}

static bool
check_method(RequestHead *head, Text method)
{
    static const char *const known[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
    static const char *const refused[] = {"TRACE", "CONNECT", "OPTIONS"};

    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        if (method.n == strlen(known[i]) && memcmp(method.at, known[i], method.n) == 0)
            return true;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        if (is(method, refused[i]))
            return refuse(head, 405, "This method is not served.");
    }
    return is_token(method) ? refuse(head, 501, "There is no such method here.")
                            : refuse(head, 400, "The request line does not begin with a method.");
}

/* libsoup refuses these too, but says nothing about it. */
static bool
is_decodable(const char *from, const char *to)
{
    g_autofree char *plain = g_uri_unescape_segment(from, to, NULL);

    return plain != NULL && g_utf8_validate(plain, -1, NULL);
}

/* Whether the path, once decoded, names a folder above it. */
static bool
climbs(const char *from, const char *to)
{
    g_autofree char *plain = g_uri_unescape_segment(from, to, NULL);
    g_auto(GStrv) parts = plain != NULL ? g_strsplit(plain, "/", -1) : NULL;

    return parts != NULL && g_strv_contains((const char *const *)parts, "..");
}

static bool
check_escapes(RequestHead *head, Text target)
{
    const char *end = target.at + target.n;
    const char *mark = memchr(target.at, '?', target.n);
    const char *path_end = mark != NULL ? mark : end;

    if (!is_decodable(target.at, path_end) || (mark != NULL && !is_decodable(mark, end)))
        return refuse(head, 400, "The target is not percent-encoded UTF-8 without NUL.");
    if (climbs(target.at, path_end))
        return refuse(head, 400, "The path goes up.");
    return true;
}

static bool
check_target(RequestHead *head, Text target)
{
    if (target.n == 0 || target.at[0] != '/')
        return refuse(head, 400, "The target is a path that begins with \"/\".");
    for (size_t i = 0; i < target.n; i++) {
        if (!g_ascii_isgraph(target.at[i]) || target.at[i] == '#')
            return refuse(head, 400, "The target holds a character that must be escaped.");
    }
    return check_escapes(head, target);
}

static bool
check_request_line(Scan *scan, Text line)
{
    const char *first = memchr(line.at, ' ', line.n);
    const char *last = NULL;
    Text method, target, version;

    for (size_t i = line.n; i > 0 && last == NULL; i--)
        last = line.at[i - 1] == ' ' ? line.at + i - 1 : NULL;
    if (first == NULL || last == first)
        return refuse(scan->head, 400, "The request line is \"METHOD target HTTP/1.1\".");
    method = (Text){line.at, (size_t)(first - line.at)};
    target = (Text){first + 1, (size_t)(last - first - 1)};
    version = (Text){last + 1, (size_t)(line.at + line.n - last - 1)};
    if (!check_method(scan->head, method) || !check_target(scan->head, target))
        return false;
    scan->minor_0 = is(version, "HTTP/1.0");
    if (version.n == 8 && memcmp(version.at, "HTTP/1.", 7) == 0 &&
        (scan->minor_0 || version.at[7] == '1'))
        return true;
    return version.n == 8 && memcmp(version.at, "HTTP/", 5) == 0
               ? refuse(scan->head, 505, "Only HTTP/1.1 is spoken here.")
               : refuse(scan->head, 400, "The request line ends with \"HTTP/1.1\".");
}

static bool
check_length(RequestHead *head, Text value)
{
    uint64_t length = 0;

    for (size_t i = 0; i < value.n; i++) {
        if (!g_ascii_isdigit(value.at[i]))
            return refuse(head, 400, "Content-Length is a number.");
        length = MIN(length * 10 + (uint64_t)(value.at[i] - '0'), (uint64_t)HEAD_BODY_MAX + 1);
    }
    if (value.n == 0)
        return refuse(head, 400, "Content-Length is a number.");
    if (length > HEAD_BODY_MAX)
        return refuse(head, 413, "The body is larger than anything here takes.");
    head->body = length;
    return true;
}

static bool
check_host(RequestHead *head, Text value)
{
    for (size_t i = 0; i < value.n; i++) {
        if (!g_ascii_isalnum(value.at[i]) && strchr("-._:[]%", value.at[i]) == NULL)
            return refuse(head, 400, "Host is a name or an address, and a port.");
    }
    return value.n > 0 && value.n <= 255 ? true
                                         : refuse(head, 400, "Host has 1 to 255 characters.");
}

/* Of each kind one. */
static bool
check_single(Scan *scan, Text name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(singles); i++) {
        if (!is(name, singles[i]))
            continue;
        if (scan->seen[i])
            return refuse(scan->head, 400, "A field stands twice that may stand once.");
        scan->seen[i] = true;
    }
    return true;
}

static bool
check_value(RequestHead *head, Text value)
{
    for (size_t i = 0; i < value.n; i++) {
        if (((unsigned char)value.at[i] < 0x20 && value.at[i] != '\t') || value.at[i] == 0x7f)
            return refuse(head, 400, "A field holds a control character.");
    }
    return true;
}

static bool
check_field(Scan *scan, Text line)
{
    const char *colon = memchr(line.at, ':', line.n);
    Text name = {line.at, colon != NULL ? (size_t)(colon - line.at) : 0};
    Text value = {colon + 1, colon != NULL ? line.n - name.n - 1 : 0};

    if (++scan->n_fields > HEAD_FIELDS_MAX)
        return refuse(scan->head, 431, "There are more than 64 fields.");
    if (line.at[0] == ' ' || line.at[0] == '\t')
        return refuse(scan->head, 400, "A field goes on in a second line.");
    if (!is_token(name))
        return refuse(scan->head, 400, "A field is \"Name: value\".");
    if (!check_value(scan->head, value) || !check_single(scan, name))
        return false;
    for (; value.n > 0 && strchr(" \t", value.at[0]) != NULL; value.n--)
        value.at++;
    while (value.n > 0 && strchr(" \t", value.at[value.n - 1]) != NULL)
        value.n--;
    if (is(name, "transfer-encoding"))
        return refuse(scan->head, 400, "Bodies come with Content-Length.");
    if (is(name, "expect") && !is(value, "100-continue"))
        return refuse(scan->head, 417, "Expect is \"100-continue\".");
    scan->host = scan->host || is(name, "host");
    if (is(name, "host"))
        return check_host(scan->head, value);
    return is(name, "content-length") ? check_length(scan->head, value) : true;
}

/* A CR without LF is refused as soon as its next byte is there; an LF without CR at once. */
static bool
check_line_ends(RequestHead *head, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] == '\0')
            return refuse(head, 400, "The head holds a NUL.");
        if (bytes[i] == '\n' && (i == 0 || bytes[i - 1] != '\r'))
            return refuse(head, 400, "Lines end with CR and LF.");
        if (bytes[i] == '\r' && i + 1 < n && bytes[i + 1] != '\n')
            return refuse(head, 400, "Lines end with CR and LF.");
    }
    return true;
}

/* No line, whole or not, may be so long. */
static bool
check_line_size(RequestHead *head, size_t size, bool first)
{
    if (size <= HEAD_LINE_MAX)
        return true;
    return first ? refuse(head, 414, "The target is longer than anything here needs.")
                 : refuse(head, 431, "A field is longer than 6144 bytes.");
}

static bool
finish(Scan *scan, size_t size)
{
    if (!scan->host && !scan->minor_0)
        return refuse(scan->head, 400, "There is no Host.");
    scan->head->size = size;
    return true;
}

RequestHead
request_head_scan(const char *bytes, size_t n)
{
    RequestHead head = {0};
    Scan scan = {.head = &head};
    const size_t looked = MIN(n, HEAD_MAX);
    size_t begin = 0;
    bool first = true;

    while (head.status == 0 && begin < looked) {
        const char *feed = memchr(bytes + begin, '\n', looked - begin);
        const size_t end = feed != NULL ? (size_t)(feed - bytes) + 1 : looked;
        const Text line = {bytes + begin, end - begin - (feed != NULL ? 2 : 0)};

        if (!check_line_ends(&head, bytes + begin, end - begin) ||
            !check_line_size(&head, end - begin, first) || feed == NULL)
            break;
        if (line.n == 0 && !first) {
            (void)finish(&scan, end);
            return head;
        }
        if (!(first ? check_request_line(&scan, line) : check_field(&scan, line)))
            break;
        first = false;
        begin = end;
    }
    if (head.status == 0 && n >= HEAD_MAX)
        (void)refuse(&head, 431, "The head is longer than 16 KiB.");
    return head;
}

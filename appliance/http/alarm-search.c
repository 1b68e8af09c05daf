/* Parameters one by one, each with its refusal. */
#include "appliance/http/alarm-search.h"

#include <string.h>

#include "appliance/http/page.h"

#define SEVERITIES_MAX 8u
#define UUID_BYTES     36u

static bool
read_state(const char *word, AlarmFilter *ret_filter)
{
    static const char *const words[] = {"open", "cleared", "all", "shelved"};

    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++) {
        if (word == NULL || g_str_equal(word, words[i])) {
            *ret_filter = (AlarmFilter)i;
            return true;
        }
    }
    return false;
}

/* "major,critical" to bits. */
static bool
read_severities(const char *text, unsigned *ret_bits)
{
    g_auto(GStrv) words = g_strsplit(text != NULL ? text : "", ",", SEVERITIES_MAX + 1);
    unsigned bits = 0;

    for (size_t i = 0; words[i] != NULL; i++) {
        Severity severity;

        if (i >= SEVERITIES_MAX || !severity_from_name(words[i], &severity))
            return false;
        bits |= 1u << (unsigned)severity;
    }
    *ret_bits = bits;
    return true;
}

static bool
refuse(HttpRequest *request, const char *detail)
{
    http_request_problem(request, 400, "invalid", detail);
    return false;
}

static bool
read_common(HttpRequest *request, unsigned *ret_severities, const char **ret_text)
{
    *ret_text = http_request_query(request, "q");
    if (!read_severities(http_request_query(request, "severity"), ret_severities))
        return refuse(request, "\"severity\" names severities such as major,critical.");
    if (*ret_text != NULL &&
        (strlen(*ret_text) > ALARM_TEXT_MAX || !g_utf8_validate(*ret_text, -1, NULL)))
        return refuse(request, "\"q\" is a text of at most 200 bytes.");
    return true;
}

bool
alarm_query_read(HttpRequest *request, AlarmQuery *ret_query)
{
    AlarmQuery query = {
        .channel = http_request_query(request, "channel"),
        .group = http_request_query(request, "group"),
        .unacknowledged = g_strcmp0(http_request_query(request, "unacknowledged"), "true") == 0,
        .limit = (unsigned)http_request_query_uint(request, "limit", 1, ALARM_PAGE_MAX, 100),
    };

    if (!page_place(request, &query.after))
        return false;
    if (!read_state(http_request_query(request, "state"), &query.state))
        return refuse(request, "\"state\" is open, shelved, cleared or all.");
    if (!read_common(request, &query.severities, &query.text))
        return false;
    *ret_query = query;
    return true;
}

/* ---- The past ---- */

char *
past_alarms_place(const Event *event)
{
    return g_strdup_printf("%" G_GINT64_FORMAT ".%s", event->raised_wall_us, event->alarm_id);
}

static bool
read_place(const char *text, PastAlarms *past)
{
    const char *dot = text != NULL ? strchr(text, '.') : NULL;
    g_autofree char *number = dot != NULL ? g_strndup(text, (gsize)(dot - text)) : NULL;
    gint64 after_us = 0;

    if (text == NULL)
        return true;
    if (dot == NULL || strlen(dot + 1) > UUID_BYTES || !g_str_is_ascii(dot) ||
        !g_ascii_string_to_signed(number, 10, 1, G_MAXINT64 / 2, &after_us, NULL))
        return false;
    past->search.after_us = after_us;
    past->after_id = g_strdup(dot + 1);
    past->search.after_id = past->after_id;
    return true;
}

/* The channels that alarms may be of; NULL for everything. */
static GStrv
wanted_channels(HttpRequest *request, const Snapshot *snapshot, bool may_see_all)
{
    const char *channel = http_request_query(request, "channel");
    const char *group = http_request_query(request, "group");
    g_autoptr(GStrvBuilder) ids = g_strv_builder_new();

    if (may_see_all && group == NULL) {
        if (channel == NULL)
            return NULL;
        g_strv_builder_add(ids, channel); /* it may be gone since */
        return g_strv_builder_end(ids);
    }
    for (size_t i = 0; i < snapshot->n_channels; i++) {
        const ChannelView *view = &snapshot->channels[i];

        if ((channel == NULL || g_str_equal(view->id, channel)) &&
            (group == NULL || g_str_equal(view->group, group)))
            g_strv_builder_add(ids, view->id);
    }
    return g_strv_builder_end(ids);
}

static bool
read_time(HttpRequest *request, const char *name, WallUs *time_us)
{
    const char *text = http_request_query(request, name);

    return text == NULL || http_time_parse(text, time_us);
}

bool
past_alarms_read(HttpRequest *request,
                 const Snapshot *snapshot,
                 bool may_see_all,
                 PastAlarms *ret_past)
{
    g_auto(PastAlarms) past = {0};
    const char *place = NULL;

    past.search.to_us = app_now().wall_us + US_PER_SECOND;
    past.search.max = (size_t)http_request_query_uint(request, "limit", 1, ALARM_PAGE_MAX - 1, 100);
    if (!read_common(request, &past.search.severities, &past.search.text))
        return false;
    if (!read_time(request, "from", &past.search.from_us) ||
        !read_time(request, "to", &past.search.to_us) || past.search.from_us >= past.search.to_us)
        return refuse(request, "\"from\" and \"to\" are times such as 2026-01-31T12:00:00Z, "
                               "\"from\" the earlier.");
    if (!page_place(request, &place))
        return false;
    if (!read_place(place, &past)) {
        http_request_problem(request, 400, "bad-cursor", "\"cursor\" is not of this list.");
        return false;
    }
    past.channels = wanted_channels(request, snapshot, may_see_all);
    past.search.channels = (const char *const *)past.channels;
    *ret_past = past;
    past = (PastAlarms){0};
    return true;
}

void
past_alarms_clear(PastAlarms *past)
{
    g_strfreev(past->channels);
    g_free(past->after_id);
    *past = (PastAlarms){0};
}

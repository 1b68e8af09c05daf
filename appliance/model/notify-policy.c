/* The order of the questions, and the arithmetic of the week. */
#include "appliance/model/notify-policy.h"

#include <stdio.h>
#include <string.h>

#include "appliance/model/scope.h"
#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

#define DAY_MIN 1440u

static const char *const day_names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

static bool
is_empty(const char *const *names)
{
    return names == NULL || names[0] == NULL;
}

/* Whether the resource is among what the receiver was given to hear of. */
static bool
is_in_scope(const NotifyPolicy *policy, const NotifyFacts *facts)
{
    const bool all = is_empty((const char *const *)policy->channels) &&
                     is_empty((const char *const *)policy->groups);
    const bool is_channel = g_str_has_prefix(facts->resource, "channel/");

    if (is_channel)
        return (all && !policy->scoped) ||
               scope_lists_name(policy->channels, policy->groups,
                                facts->resource + strlen("channel/"), facts->group);
    /* What many channels share names others: it is never for a broadcaster. */
    if (policy->scoped)
        return false;
    if (g_str_has_prefix(facts->resource, "group/") &&
        !is_empty((const char *const *)policy->groups))
        return scope_lists_name(NULL, policy->groups, "", facts->resource + strlen("group/"));
    return true;
}

/* An incident's parent is not for a scoped receiver, so its members speak for themselves there. */
static bool
is_quiet(const NotifyPolicy *policy, const NotifyFacts *facts)
{
    return facts->quiet != QUIET_NONE && !(policy->scoped && facts->quiet == QUIET_MEMBER);
}

NotifyVerdict
notify_decide(const NotifyPolicy *policy, const NotifyFacts *facts, bool announced)
{
    if (!is_in_scope(policy, facts))
        return NOTIFY_NEVER;
    if (announced)
        return facts->is_update && is_quiet(policy, facts) ? NOTIFY_QUIET : NOTIFY_TELL;
    if (facts->severity < policy->min_severity)
        return NOTIFY_NEVER;
    if (policy->impacts != 0 && (policy->impacts & (1u << facts->impact)) == 0)
        return NOTIFY_NEVER;
    if (policy->level > 0 && !(facts->is_reminder && facts->reminder >= policy->level))
        return NOTIFY_NEVER;
    return is_quiet(policy, facts) ? NOTIFY_QUIET : NOTIFY_TELL;
}

static unsigned
opens_in(const NotifyHours *hours, unsigned day, unsigned minute_of_week)
{
    const unsigned from = day * DAY_MIN + hours->from_min;
    const unsigned length = (unsigned)hours->to_min - hours->from_min;
    const unsigned since = (minute_of_week + NOTIFY_WEEK_MIN - from) % NOTIFY_WEEK_MIN;

    return since < length ? 0 : NOTIFY_WEEK_MIN - since;
}

unsigned
notify_opens_in_min(const NotifyPolicy *policy, unsigned minute_of_week)
{
    unsigned soonest = policy->n_hours == 0 ? 0 : NOTIFY_WEEK_MIN;

    for (size_t i = 0; i < policy->n_hours; i++) {
        for (unsigned day = 0; day < G_N_ELEMENTS(day_names); day++) {
            if ((policy->hours[i].days & (1u << day)) != 0)
                soonest = MIN(soonest, opens_in(&policy->hours[i], day, minute_of_week));
        }
    }
    return soonest;
}

static int
day_of(const char *word)
{
    for (int i = 0; i < (int)G_N_ELEMENTS(day_names); i++) {
        if (strcmp(word, day_names[i]) == 0)
            return i;
    }
    return -1;
}

/* "mon-fri" or "sat"; a range may go over the week's end. 0 for anything else. */
static uint8_t
days_of(const char *word)
{
    g_auto(GStrv) ends = g_strsplit(word, "-", 3);
    const guint n = g_strv_length(ends);
    const int first = n >= 1 && n <= 2 ? day_of(ends[0]) : -1;
    const int last = n == 2 ? day_of(ends[1]) : first;
    uint8_t days = 0;

    if (first < 0 || last < 0)
        return 0;
    for (int day = first;; day = (day + 1) % 7) {
        days |= (uint8_t)(1u << day);
        if (day == last)
            return days;
    }
}

bool
notify_hours_parse(const char *text, NotifyHours *ret_hours, GError **error)
{
    unsigned from_h = 0, from_m = 0, to_h = 0, to_m = 0;
    char days[16] = "", rest = 0;
    const bool read = sscanf(text, "%15[a-z-] %2u:%2u-%2u:%2u%c", days, &from_h, &from_m, &to_h,
                             &to_m, &rest) == 5;
    const uint8_t set = days_of(days);
    const unsigned from = from_h * 60 + from_m, to = to_h * 60 + to_m;

    if (!read || set == 0 || from_m > 59 || to_m > 59 || from >= DAY_MIN || to > DAY_MIN) {
        g_autofree char *clean = text_clean(text, 64);

        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "\"%s\" are no hours; write them as \"mon-fri 08:00-18:00\" or "
                    "\"sat 00:00-24:00\"",
                    clean);
        return false;
    }
    *ret_hours = (NotifyHours){.days = set,
                               .from_min = (uint16_t)from,
                               .to_min = (uint16_t)(to > from ? to : to + DAY_MIN)};
    return true;
}

char *
notify_hours_format(const NotifyHours *hours)
{
    unsigned first = 0, n = 0;
    const unsigned to = hours->to_min > DAY_MIN ? hours->to_min - DAY_MIN : hours->to_min;

    for (unsigned day = 0; day < 7; day++) {
        n += (hours->days >> day) & 1u;
        if ((hours->days >> day & 1u) != 0 && (hours->days >> ((day + 6) % 7) & 1u) == 0)
            first = day;
    }
    const unsigned last = (first + MAX(n, 1) - 1) % 7;

    return g_strdup_printf("%s%s%s %02u:%02u-%02u:%02u", day_names[first], n > 1 ? "-" : "",
                           n > 1 ? day_names[last] : "", hours->from_min / 60u,
                           hours->from_min % 60u, to / 60u, to % 60u);
}

void
notify_policy_clear(NotifyPolicy *policy)
{
    g_strfreev(policy->channels);
    g_strfreev(policy->groups);
    g_free(policy->time_zone);
    *policy = (NotifyPolicy){0};
}

void
notify_policy_copy(const NotifyPolicy *from, NotifyPolicy *ret_to)
{
    *ret_to = *from;
    ret_to->channels = g_strdupv(from->channels);
    ret_to->groups = g_strdupv(from->groups);
    ret_to->time_zone = g_strdup(from->time_zone);
}

static bool
names_equal(GStrv a, GStrv b)
{
    if (is_empty((const char *const *)a) || is_empty((const char *const *)b))
        return is_empty((const char *const *)a) == is_empty((const char *const *)b);
    return g_strv_equal((const char *const *)a, (const char *const *)b);
}

bool
notify_policy_equal(const NotifyPolicy *a, const NotifyPolicy *b)
{
    if (a->n_hours != b->n_hours)
        return false;
    for (size_t i = 0; i < a->n_hours; i++) {
        if (a->hours[i].days != b->hours[i].days || a->hours[i].from_min != b->hours[i].from_min ||
            a->hours[i].to_min != b->hours[i].to_min)
            return false;
    }
    return a->min_severity == b->min_severity && a->impacts == b->impacts && a->level == b->level &&
           a->scoped == b->scoped && names_equal(a->channels, b->channels) &&
           names_equal(a->groups, b->groups) &&
           g_strcmp0(a->time_zone != NULL ? a->time_zone : "",
                     b->time_zone != NULL ? b->time_zone : "") == 0;
}

/* The times of the attempts. */
#include "appliance/alerts/retry-schedule.h"

#include <glib.h>

#include <stdio.h>
#include <string.h>

#define JITTER 0.2

static const int64_t attempt_s[] = {0, 5, 15, 30, 60, 120, 300};

RetryClass
retry_class(int http_status)
{
    if (http_status >= 200 && http_status < 300)
        return RETRY_DELIVERED;
    switch (http_status) {
    case 429:
    case 503:
        return RETRY_THROTTLED;
    case 400:
    case 401:
    case 403:
    case 404:
    case 413:
    case 422:
        return RETRY_REFUSED;
    case 410:
        return RETRY_GONE;
    default:
        return RETRY_FAILED;
    }
}

/* Begin of attempt @n (from 0) after the first, without jitter. */
static int64_t
planned_us(unsigned n)
{
    const unsigned last = G_N_ELEMENTS(attempt_s) - 1;

    if (n <= last)
        return attempt_s[n] * US_PER_SECOND;
    return attempt_s[last] * US_PER_SECOND + (int64_t)(n - last) * RETRY_SLOW_US;
}

static int64_t
jittered(int64_t interval_us, double random)
{
    return (int64_t)((double)interval_us * JITTER * (2 * random - 1));
}

static MonoUs
scheduled_us(const RetryState *state)
{
    const int64_t planned = planned_us(state->attempts);
    const int64_t interval = planned - planned_us(state->attempts - 1);

    return state->first_us + planned + jittered(interval, state->random);
}

MonoUs
retry_next_us(const RetryState *state)
{
    MonoUs next = US_NEVER;

    g_return_val_if_fail(state->attempts > 0, US_NEVER);

    switch (state->class) {
    case RETRY_DELIVERED:
        return US_NEVER;
    case RETRY_FAILED:
        next = scheduled_us(state);
        break;
    case RETRY_THROTTLED:
        next = state->retry_after_s >= 0 ? state->now_us + state->retry_after_s * US_PER_SECOND
                                         : scheduled_us(state);
        break;
    case RETRY_REFUSED:
        next = state->now_us + RETRY_SLOW_US + jittered(RETRY_SLOW_US, state->random);
        break;
    case RETRY_GONE:
        next = state->now_us + RETRY_GONE_US + jittered(RETRY_GONE_US, state->random);
        break;
    }
    next = MAX(next, state->now_us + RETRY_MIN_GAP_US);
    return next - state->first_us > RETRY_GIVE_UP_US ? US_NEVER : next;
}

int
retry_after_parse(const char *value, WallUs now_wall_us)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    guint64 seconds = 0;

    if (value == NULL)
        return -1;
    if (g_ascii_string_to_unsigned(value, 10, 0, G_MAXINT32, &seconds, NULL))
        return (int)MIN(seconds, RETRY_MAX_RETRY_AFTER_S);

    /* "Fri, 20 Nov 2026 10:20:30 GMT" */
    char month[4] = "";
    int day = 0, year = 0, hour = 0, minute = 0, second = 0;

    if (sscanf(value, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT", &day, month, &year, &hour,
               &minute, &second) != 6)
        return -1;
    for (int i = 0; i < 12; i++) {
        if (strcmp(month, months[i]) != 0)
            continue;
        g_autoptr(GDateTime) when = g_date_time_new_utc(year, i + 1, day, hour, minute, second);

        if (when == NULL)
            return -1;
        return (int)CLAMP(g_date_time_to_unix(when) - now_wall_us / US_PER_SECOND, 0,
                          RETRY_MAX_RETRY_AFTER_S);
    }
    return -1;
}

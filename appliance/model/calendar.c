/* Windows of the site's calendar, through clock changes. */
#include "appliance/model/calendar.h"

#define DAY_S      INT64_C(86400)
#define DAYS_AHEAD 8 /* a weekly window comes again within a week */

static const struct {
    const char *name;
    FaultId expected;
    FaultId excused[4]; /* ends with FAULT_NONE */
} kinds[CALENDAR_KIND_COUNT] = {
    [CALENDAR_MAINTENANCE] = {"maintenance", FAULT_NONE, {FAULT_NONE}},
    [CALENDAR_SLATE] = {"slate", FAULT_SLATE_SHOWN, {FAULT_PICTURE_FROZEN, FAULT_SOUND_SILENT}},
    [CALENDAR_BLACK] = {"black",
                        FAULT_PICTURE_BLACK,
                        {FAULT_PICTURE_FROZEN, FAULT_PICTURE_UNIFORM, FAULT_SOUND_SILENT}},
    [CALENDAR_SILENCE] = {"silence", FAULT_SOUND_SILENT, {FAULT_SOUND_STREAM_SILENT}},
    [CALENDAR_BARS] = {"colour-bars", FAULT_COLOUR_BARS, {FAULT_PICTURE_FROZEN}},
    [CALENDAR_TABLES] = {"tables", FAULT_NONE, {FAULT_NONE}},
};

/* ---- Life ---- */

Calendar *
calendar_new(size_t n_entries)
{
    Calendar *calendar = g_new0(Calendar, 1);

    g_atomic_ref_count_init(&calendar->refs);
    calendar->entries = g_new0(CalendarEntry, n_entries);
    calendar->n_entries = n_entries;
    return calendar;
}

Calendar *
calendar_ref(Calendar *calendar)
{
    g_atomic_ref_count_inc(&calendar->refs);
    return calendar;
}

void
calendar_entry_clear(CalendarEntry *entry)
{
    g_free(entry->id);
    g_free(entry->title);
    g_strfreev(entry->channels);
    g_strfreev(entry->groups);
    *entry = (CalendarEntry){0};
}

void
calendar_unref(Calendar *calendar)
{
    if (calendar == NULL || !g_atomic_ref_count_dec(&calendar->refs))
        return;
    for (size_t i = 0; i < calendar->n_entries; i++)
        calendar_entry_clear(&calendar->entries[i]);
    g_free(calendar->entries);
    g_free(calendar);
}

const CalendarEntry *
calendar_find(const Calendar *calendar, const char *id)
{
    for (size_t i = 0; i < calendar->n_entries; i++) {
        if (g_strcmp0(calendar->entries[i].id, id) == 0)
            return &calendar->entries[i];
    }
    return NULL;
}

void
calendar_entry_copy(const CalendarEntry *from, CalendarEntry *ret_to)
{
    *ret_to = *from;
    ret_to->id = g_strdup(from->id);
    ret_to->title = g_strdup(from->title);
    ret_to->channels = g_strdupv(from->channels);
    ret_to->groups = g_strdupv(from->groups);
}

bool
calendar_entry_equal(const CalendarEntry *a, const CalendarEntry *b)
{
    return g_strcmp0(a->id, b->id) == 0 && g_strcmp0(a->title, b->title) == 0 &&
           a->kind == b->kind &&
           g_strv_equal((const char *const *)a->channels, (const char *const *)b->channels) &&
           g_strv_equal((const char *const *)a->groups, (const char *const *)b->groups) &&
           a->weekly == b->weekly && a->from_us == b->from_us && a->until_us == b->until_us &&
           a->days == b->days && a->from_minute == b->from_minute &&
           a->until_minute == b->until_minute;
}

const char *
calendar_kind_name(CalendarKind kind)
{
    return (unsigned)kind < CALENDAR_KIND_COUNT ? kinds[kind].name : "maintenance";
}

bool
calendar_kind_from_name(const char *name, CalendarKind *ret_kind)
{
    for (unsigned i = 0; i < CALENDAR_KIND_COUNT; i++) {
        if (g_strcmp0(name, kinds[i].name) == 0) {
            *ret_kind = (CalendarKind)i;
            return true;
        }
    }
    return false;
}

/* ---- Windows ---- */

/* The instant of a local time, given as seconds since 1970 as if it were UTC. @first: of two
 * instants with this name the earlier one. */
static WallUs
instant_of(GTimeZone *zone, gint64 local_s, bool first)
{
    gint64 time_s = local_s;
    const int standard = g_time_zone_adjust_time(zone, G_TIME_TYPE_STANDARD, &time_s);
    const gint64 a = time_s - g_time_zone_get_offset(zone, standard);

    time_s = local_s;
    const int daylight = g_time_zone_adjust_time(zone, G_TIME_TYPE_DAYLIGHT, &time_s);
    const gint64 b = time_s - g_time_zone_get_offset(zone, daylight);

    return (first ? MIN(a, b) : MAX(a, b)) * US_PER_SECOND;
}

/* Midnight of the local day of @wall_us, as seconds since 1970 as if it were UTC. */
static gint64
local_day_s(GTimeZone *zone, WallUs wall_us)
{
    const gint64 utc_s = wall_us / US_PER_SECOND;
    const int interval = g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, utc_s);
    const gint64 local_s = utc_s + g_time_zone_get_offset(zone, MAX(interval, 0));

    return local_s - (local_s % DAY_S + DAY_S) % DAY_S;
}

/* 0 for Monday; 1970-01-01 was a Thursday. */
static unsigned
weekday_of(gint64 day_s)
{
    return (unsigned)(((day_s / DAY_S + 3) % 7 + 7) % 7);
}

/* The window of the local day @day_s, if there is one that is not over at @wall_us. */
static bool
window_of_day(
    const CalendarEntry *entry, GTimeZone *zone, gint64 day_s, WallUs wall_us, WallUs ret_window[2])
{
    const gint64 end_day_s = day_s + (entry->until_minute <= entry->from_minute ? DAY_S : 0);

    if ((entry->days & 1u << weekday_of(day_s)) == 0)
        return false;
    WallUs from_us = instant_of(zone, day_s + 60 * (gint64)entry->from_minute, true);
    WallUs until_us = instant_of(zone, end_day_s + 60 * (gint64)entry->until_minute, false);

    from_us = MAX(from_us, entry->from_us);
    if (entry->until_us != 0)
        until_us = MIN(until_us, entry->until_us);
    if (until_us <= from_us || until_us <= wall_us)
        return false;
    ret_window[0] = from_us;
    ret_window[1] = until_us;
    return true;
}

static bool
weekly_window(const CalendarEntry *entry, GTimeZone *zone, WallUs wall_us, WallUs ret_window[2])
{
    const WallUs begin_us = MAX(wall_us, entry->from_us);
    const gint64 today_s = local_day_s(zone, begin_us);

    for (int day = -1; day <= DAYS_AHEAD; day++) {
        if (window_of_day(entry, zone, today_s + day * DAY_S, wall_us, ret_window))
            return true;
    }
    return false;
}

bool
calendar_entry_window(const CalendarEntry *entry,
                      GTimeZone *zone,
                      WallUs wall_us,
                      WallUs *ret_from_us,
                      WallUs *ret_until_us,
                      bool *ret_active)
{
    WallUs window[2] = {entry->from_us, entry->until_us};

    if (entry->weekly ? !weekly_window(entry, zone, wall_us, window) : wall_us >= window[1])
        return false;
    *ret_from_us = window[0];
    *ret_until_us = window[1];
    *ret_active = wall_us >= window[0];
    return true;
}

/* ---- What it says ---- */

bool
calendar_entry_concerns(const CalendarEntry *entry, const char *channel, const char *group)
{
    if (entry->channels[0] == NULL && entry->groups[0] == NULL)
        return true;
    return g_strv_contains((const char *const *)entry->channels, channel) ||
           g_strv_contains((const char *const *)entry->groups, group);
}

CalendarNow
calendar_now(const Calendar *calendar, GTimeZone *zone, WallUs wall_us)
{
    CalendarNow now = {.calendar = calendar,
                       .active = g_new0(bool, calendar->n_entries + 1),
                       .until_us = g_new0(WallUs, calendar->n_entries + 1)};

    for (size_t i = 0; i < calendar->n_entries; i++) {
        WallUs from_us = 0;

        if (!calendar_entry_window(&calendar->entries[i], zone, wall_us, &from_us, &now.until_us[i],
                                   &now.active[i]))
            now.active[i] = false;
    }
    return now;
}

void
calendar_now_clear(CalendarNow *now)
{
    g_clear_pointer(&now->active, g_free);
    g_clear_pointer(&now->until_us, g_free);
}

CalendarSays
calendar_says(const CalendarNow *now, const char *channel, const char *group)
{
    CalendarSays says = {.content_name = ""};

    for (size_t i = 0; i < now->calendar->n_entries; i++) {
        const CalendarEntry *entry = &now->calendar->entries[i];

        if (!now->active[i] || !calendar_entry_concerns(entry, channel, group))
            continue;
        if (entry->kind == CALENDAR_MAINTENANCE && now->until_us[i] > says.work_until_us) {
            says.work = entry;
            says.work_until_us = now->until_us[i];
        } else if (entry->kind == CALENDAR_TABLES) {
            says.tables = entry;
        } else if (kinds[entry->kind].expected != FAULT_NONE && says.content == NULL) {
            says.content = entry;
            says.expected = kinds[entry->kind].expected;
            says.content_until_us = now->until_us[i];
            says.content_name = kinds[entry->kind].name;
        }
    }
    return says;
}

bool
calendar_excuses(FaultId expected, FaultId fault)
{
    for (unsigned kind = 0; expected != FAULT_NONE && kind < CALENDAR_KIND_COUNT; kind++) {
        if (kinds[kind].expected != expected)
            continue;
        if (fault == expected)
            return true;
        for (unsigned i = 0; i < G_N_ELEMENTS(kinds[kind].excused); i++) {
            if (fault == kinds[kind].excused[i] && fault != FAULT_NONE)
                return true;
        }
    }
    return false;
}

/* Counting transitions into periods, keys and standing alarms. */
#include "appliance/model/alarm-figures-parts.h"

#include <string.h>

#define DAY_US     (INT64_C(24) * 3600 * US_PER_SECOND)
#define MINUTE_US  (INT64_C(60) * US_PER_SECOND)
#define EPISODE_US (5 * MINUTE_US) /* calm for so long: the next chatter is another one */
#define FORWARD_US DAY_US          /* a clock that runs ahead farther is not believed */

AlarmFigures *
alarm_figures_new(void)
{
    AlarmFigures *figures = g_new0(AlarmFigures, 1);

    figures->keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    figures->open = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return figures;
}

void
alarm_figures_free(AlarmFigures *figures)
{
    if (figures == NULL)
        return;
    g_hash_table_unref(figures->keys);
    g_hash_table_unref(figures->open);
    g_free(figures);
}

uint64_t
alarm_figures_seq(const AlarmFigures *figures)
{
    return figures->seq;
}

const FiguresPeriod *
figures_period(const AlarmFigures *figures, int64_t number)
{
    const FiguresPeriod *period = &figures->periods[(uint64_t)number % FIGURES_PERIODS];

    return number > 0 && period->number == number ? period : NULL;
}

/* The period numbered @number, to be counted in; NULL for one that is too old. */
static FiguresPeriod *
period_for(AlarmFigures *figures, int64_t number)
{
    FiguresPeriod *period = &figures->periods[(uint64_t)number % FIGURES_PERIODS];

    if (number <= 0 || period->number > number)
        return NULL;
    if (period->number != number)
        *period = (FiguresPeriod){.number = number};
    return period;
}

static uint8_t
rank_of(Severity severity)
{
    if (severity >= SEVERITY_CRITICAL)
        return 2;
    return severity >= SEVERITY_MAJOR ? 1 : 0;
}

static void
count_rank(FiguresPeriod *period, uint8_t rank, int by)
{
    uint32_t *const counts[] = {&period->low, &period->medium, &period->high};

    *counts[rank] += (uint32_t)by;
    period->announced += (uint32_t)by;
}

static void
announce(AlarmFigures *figures, FiguresOpen *open, const AlarmTransition *transition)
{
    FiguresPeriod *period = period_for(figures, transition->wall_us / FIGURES_PERIOD_US);

    if (period == NULL || open->period != 0)
        return;
    open->period = period->number;
    open->rank = rank_of(transition->severity);
    count_rank(period, open->rank, 1);
}

/* Its incident counts in its place. */
static void
withdraw(AlarmFigures *figures, FiguresOpen *open)
{
    FiguresPeriod *period = open->period != 0 ? period_for(figures, open->period) : NULL;

    open->period = 0;
    if (period == NULL || period->announced == 0)
        return;
    count_rank(period, open->rank, -1);
    if (open->acted && period->acted > 0)
        period->acted--;
}

static FiguresKey *
key_of(AlarmFigures *figures, const AlarmTransition *transition)
{
    g_autofree char *name =
        g_strdup_printf("%s\t%u", transition->resource, (unsigned)transition->fault);
    FiguresKey *key = g_hash_table_lookup(figures->keys, name);

    if (key == NULL && g_hash_table_size(figures->keys) < FIGURES_KEYS_MAX) {
        key = g_new0(FiguresKey, 1);
        g_hash_table_insert(figures->keys, g_steal_pointer(&name), key);
    }
    return key;
}

/* Returns whether the fault begins to chatter with this raise. */
static bool
count_key(AlarmFigures *figures, const AlarmTransition *transition)
{
    FiguresKey *key = key_of(figures, transition);
    const int64_t day = transition->wall_us / DAY_US;
    const size_t at = (size_t)day % FIGURES_DAYS;

    if (key == NULL)
        return false;
    if (key->day[at] != day)
        key->day_count[at] = 0;
    key->day[at] = day;
    key->day_count[at]++;
    for (size_t i = FIGURES_CHATTER - 1; i > 0; i--)
        key->recent[i] = key->recent[i - 1];
    key->recent[0] = transition->wall_us;
    const WallUs third_us = key->recent[FIGURES_CHATTER - 1];

    if (third_us == 0 || transition->wall_us - third_us > MINUTE_US)
        return false;
    const bool begins = transition->wall_us - key->chattered_us > EPISODE_US;

    key->chattered_us = transition->wall_us;
    return begins;
}

static void
take_raise(AlarmFigures *figures, const AlarmTransition *transition)
{
    FiguresPeriod *period = period_for(figures, transition->wall_us / FIGURES_PERIOD_US);
    const bool chatters = count_key(figures, transition);

    if (period == NULL || g_hash_table_size(figures->open) >= FIGURES_OPEN_MAX) {
        figures->left_out++;
        return;
    }
    FiguresOpen *open = g_new0(FiguresOpen, 1);

    period->raised++;
    period->chattering += chatters ? 1 : 0;
    open->raised_us = transition->raised_wall_us;
    g_hash_table_insert(figures->open, g_strdup(transition->alarm_id), open);
    if (transition->quiet == QUIET_NONE)
        announce(figures, open, transition);
}

static void
take_act(AlarmFigures *figures, FiguresOpen *open, const AlarmTransition *transition)
{
    FiguresPeriod *period = open->period != 0 ? period_for(figures, open->period) : NULL;

    if (open->acted || transition->actor[0] == '\0')
        return;
    open->acted = true;
    if (period != NULL)
        period->acted++;
}

void
alarm_figures_feed(AlarmFigures *figures, const AlarmTransition *transition, uint64_t seq)
{
    FiguresOpen *open = g_hash_table_lookup(figures->open, transition->alarm_id);

    if (seq <= figures->seq)
        return;
    figures->seq = seq;
    if (transition->wall_us <= 0 ||
        (figures->newest_us != 0 && transition->wall_us - figures->newest_us > 365 * FORWARD_US)) {
        figures->left_out++;
        return;
    }
    figures->newest_us = MAX(figures->newest_us, transition->wall_us);
    if (figures->since_us == 0)
        figures->since_us = transition->wall_us;
    if (transition->change == ALARM_CHANGE_RAISED)
        take_raise(figures, transition);
    else if (open == NULL)
        return;
    else if (transition->change == ALARM_CHANGE_CLEARED)
        g_hash_table_remove(figures->open, transition->alarm_id);
    else if (transition->change == ALARM_CHANGE_JOINED && transition->quiet != QUIET_NONE)
        withdraw(figures, open);
    else if (transition->change == ALARM_CHANGE_UPDATED && transition->quiet == QUIET_NONE)
        announce(figures, open, transition);
    else if (transition->change == ALARM_CHANGE_ACK || transition->change == ALARM_CHANGE_COMMENT ||
             transition->change == ALARM_CHANGE_ASSIGNED ||
             transition->change == ALARM_CHANGE_SHELVED)
        take_act(figures, open, transition);
}

/* ---- As bytes ---- */

#define FORMAT   1u
#define KIND     "(utxxua(xuuuuuuu)a(saxauaxx)a(sxxyb))"
#define KEY_KIND "(saxauaxx)"

static GVariant *
encode_key(const char *name, const FiguresKey *key)
{
    return g_variant_new(
        "(s@ax@au@axx)", name,
        g_variant_new_fixed_array(G_VARIANT_TYPE_INT64, key->day, FIGURES_DAYS, sizeof(int64_t)),
        g_variant_new_fixed_array(G_VARIANT_TYPE_UINT32, key->day_count, FIGURES_DAYS,
                                  sizeof(uint32_t)),
        g_variant_new_fixed_array(G_VARIANT_TYPE_INT64, key->recent, FIGURES_CHATTER,
                                  sizeof(int64_t)),
        key->chattered_us);
}

GBytes *
alarm_figures_encode(const AlarmFigures *figures)
{
    g_auto(GVariantBuilder) periods = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a(xuuuuuuu)"));
    g_auto(GVariantBuilder) keys = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a" KEY_KIND));
    g_auto(GVariantBuilder) open = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a(sxxyb)"));
    GHashTableIter iter;
    gpointer name, value;

    for (size_t i = 0; i < FIGURES_PERIODS; i++) {
        const FiguresPeriod *p = &figures->periods[i];

        if (p->number != 0)
            g_variant_builder_add(&periods, "(xuuuuuuu)", p->number, p->announced, p->raised,
                                  p->low, p->medium, p->high, p->acted, p->chattering);
    }
    g_hash_table_iter_init(&iter, figures->keys);
    while (g_hash_table_iter_next(&iter, &name, &value))
        g_variant_builder_add_value(&keys, encode_key(name, value));
    g_hash_table_iter_init(&iter, figures->open);
    while (g_hash_table_iter_next(&iter, &name, &value)) {
        const FiguresOpen *o = value;

        g_variant_builder_add(&open, "(sxxyb)", name, o->raised_us, o->period, o->rank, o->acted);
    }
    g_autoptr(GVariant) whole = g_variant_ref_sink(g_variant_new(
        "(utxxua(xuuuuuuu)a" KEY_KIND "a(sxxyb))", FORMAT, figures->seq, figures->since_us,
        figures->newest_us, figures->left_out, &periods, &keys, &open));

    return g_variant_get_data_as_bytes(whole);
}

static void
decode_periods(AlarmFigures *figures, GVariantIter *iter)
{
    FiguresPeriod p = {0};

    while (g_variant_iter_next(iter, "(xuuuuuuu)", &p.number, &p.announced, &p.raised, &p.low,
                               &p.medium, &p.high, &p.acted, &p.chattering)) {
        FiguresPeriod *period = period_for(figures, p.number);

        if (period != NULL)
            *period = p;
    }
}

/* Copies an array of exactly @n values. */
static bool
copy_array(GVariant *array, size_t n, size_t size, void *ret_values)
{
    gsize found = 0;
    const void *values = g_variant_get_fixed_array(array, &found, size);

    if (found != n)
        return false;
    memcpy(ret_values, values, n * size);
    return true;
}

static bool
decode_keys(AlarmFigures *figures, GVariantIter *iter)
{
    GVariant *child;

    while ((child = g_variant_iter_next_value(iter)) != NULL) {
        g_autoptr(GVariant) entry = child;
        g_autoptr(GVariant) days = g_variant_get_child_value(entry, 1);
        g_autoptr(GVariant) counts = g_variant_get_child_value(entry, 2);
        g_autoptr(GVariant) recent = g_variant_get_child_value(entry, 3);
        g_autofree FiguresKey *key = g_new0(FiguresKey, 1);
        const char *name = NULL;

        g_variant_get_child(entry, 0, "&s", &name);
        g_variant_get_child(entry, 4, "x", &key->chattered_us);
        if (g_hash_table_size(figures->keys) >= FIGURES_KEYS_MAX ||
            !copy_array(days, FIGURES_DAYS, sizeof(int64_t), key->day) ||
            !copy_array(counts, FIGURES_DAYS, sizeof(uint32_t), key->day_count) ||
            !copy_array(recent, FIGURES_CHATTER, sizeof(int64_t), key->recent))
            return false;
        g_hash_table_insert(figures->keys, g_strdup(name), g_steal_pointer(&key));
    }
    return true;
}

static bool
decode_open(AlarmFigures *figures, GVariantIter *iter)
{
    const char *name = NULL;
    FiguresOpen o = {0};
    gboolean acted = FALSE;

    while (g_variant_iter_next(iter, "(&sxxyb)", &name, &o.raised_us, &o.period, &o.rank, &acted)) {
        if (g_hash_table_size(figures->open) >= FIGURES_OPEN_MAX || o.rank > 2)
            return false;
        o.acted = acted;
        g_hash_table_insert(figures->open, g_strdup(name), g_memdup2(&o, sizeof o));
    }
    return true;
}

AlarmFigures *
alarm_figures_decode(GBytes *bytes)
{
    g_autoptr(GVariant) whole =
        g_variant_ref_sink(g_variant_new_from_bytes(G_VARIANT_TYPE(KIND), bytes, FALSE));
    g_autoptr(AlarmFigures) figures = alarm_figures_new();
    g_autoptr(GVariantIter) periods = NULL;
    g_autoptr(GVariantIter) keys = NULL;
    g_autoptr(GVariantIter) open = NULL;
    guint32 format = 0, left_out = 0;
    guint64 seq = 0;
    gint64 since_us = 0, newest_us = 0;

    if (!g_variant_is_normal_form(whole))
        return NULL;
    g_variant_get(whole, "(utxxua(xuuuuuuu)a" KEY_KIND "a(sxxyb))", &format, &seq, &since_us,
                  &newest_us, &left_out, &periods, &keys, &open);
    if (format != FORMAT)
        return NULL;
    figures->seq = seq;
    figures->since_us = since_us;
    figures->newest_us = newest_us;
    figures->left_out = left_out;
    decode_periods(figures, periods);
    if (!decode_keys(figures, keys) || !decode_open(figures, open))
        return NULL;
    return g_steal_pointer(&figures);
}

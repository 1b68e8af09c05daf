/* Sentences put together from a rule's figures. */
#include "appliance/model/alarm-rule-text.h"

#include <math.h>

/* Which limits the worker or the supervisor compares with for which fault. */
static const struct {
    FaultId fault;
    LimitId limits[3]; /* LIMIT_NONE ends them */
} used[] = {
    {FAULT_PICTURE_BLACK, {LIMIT_BLACK_SHARE, LIMIT_BLACK_LEVEL}},
    {FAULT_PICTURE_FROZEN, {LIMIT_FREEZE_LEVEL}},
    {FAULT_SOUND_SILENT, {LIMIT_SILENCE_LEVEL}},
    {FAULT_SOUND_STREAM_SILENT, {LIMIT_SILENCE_LEVEL}},
    {FAULT_TRUE_PEAK, {LIMIT_TRUE_PEAK}},
    {FAULT_LOUDNESS, {LIMIT_LOUDNESS_TARGET, LIMIT_LOUDNESS_TOLERANCE, LIMIT_LOUDNESS_STEP}},
    {FAULT_BITRATE, {LIMIT_BITRATE_OFF, LIMIT_BITRATE_DROP, LIMIT_BITRATE_OFF_TIME}},
};

static char *
two_units(int64_t large, const char *large_unit, int64_t small, const char *small_unit)
{
    return small == 0 ? g_strdup_printf("%" G_GINT64_FORMAT " %s", large, large_unit)
                      : g_strdup_printf("%" G_GINT64_FORMAT " %s %" G_GINT64_FORMAT " %s", large,
                                        large_unit, small, small_unit);
}

char *
alarm_span_text(int64_t span_us)
{
    const int64_t s = MAX(span_us, 0) / US_PER_SECOND;

    if (s < 60)
        return g_strdup_printf("%" G_GINT64_FORMAT " s", s);
    if (s < 3600)
        return two_units(s / 60, "min", s % 60, "s");
    if (s < 24 * 3600)
        return two_units(s / 3600, "h", s % 3600 / 60, "min");
    return two_units(s / 86400, "d", s % 86400 / 3600, "h");
}

/* "at once", "after 5 s" */
static void
put_delay(GString *out, int64_t delay_us)
{
    g_autofree char *span = alarm_span_text(delay_us);

    if (delay_us == 0)
        g_string_append(out, " at once");
    else
        g_string_append_printf(out, " after %s", span);
}

static void
put_counts(GString *out, const ErrorSecondsRule *rule)
{
    g_autofree char *warning = alarm_span_text(rule->warning_span_s * US_PER_SECOND);
    g_autofree char *worse = alarm_span_text(rule->worse_span_s * US_PER_SECOND);
    g_autofree char *longer = alarm_span_text(rule->long_span_s * US_PER_SECOND);

    g_string_append_printf(out, "Raised as warning from %u error-second%s within %s",
                           rule->warning_count, rule->warning_count == 1 ? "" : "s", warning);
    if (rule->worse_count > 0)
        g_string_append_printf(out, ", as %s from %u within %s", severity_name(rule->worse),
                               rule->worse_count, worse);
    if (rule->long_count > 0)
        g_string_append_printf(out, "%s from %u within %s", rule->worse_count > 0 ? " or" : ", as",
                               rule->long_count, longer);
}

static void
put_state(GString *out, const FaultRule *rule)
{
    g_autofree char *later = alarm_span_text(rule->alarm.escalate_after_us);

    g_string_append_printf(out, "Raised as %s", severity_name(rule->alarm.severity));
    put_delay(out, rule->alarm.raise_after_us);
    if (rule->alarm.escalate_after_us > 0)
        g_string_append_printf(out, ", as %s from %s on", severity_name(rule->alarm.escalated),
                               later);
    if (rule->needed > 0)
        g_string_append_printf(out, ", when %u of the last %u looks say so", rule->needed,
                               rule->window);
}

char *
alarm_rule_text(const AlarmProfile *profile, FaultId fault)
{
    const FaultRule *rule = alarm_profile_rule(profile, (unsigned)fault);
    g_autofree char *clear = alarm_span_text(rule->alarm.clear_after_us);
    GString *out = g_string_new(NULL);

    if (rule->off)
        return g_string_free(g_string_append(out, "Measured and shown, never raised."), FALSE);
    if (rule->seconds.metric != METRIC_NONE)
        put_counts(out, &rule->seconds);
    else
        put_state(out, rule);
    if (rule->alarm.clear_after_us == 0)
        g_string_append(out, "; cleared at once when it is gone.");
    else
        g_string_append_printf(out, "; cleared after %s without it.", clear);
    if (rule->spoiled_by_own_loss)
        g_string_append(out, " Not judged while this box itself loses packets.");
    return g_string_free(out, FALSE);
}

GStrv
alarm_rule_limits(const AlarmProfile *profile, FaultId fault)
{
    g_autoptr(GStrvBuilder) lines = g_strv_builder_new();

    for (size_t i = 0; i < G_N_ELEMENTS(used); i++) {
        for (size_t k = 0; used[i].fault == fault && k < G_N_ELEMENTS(used[i].limits); k++) {
            const LimitInfo *info = limit_info(used[i].limits[k]);

            if (info == NULL)
                continue;
            g_autofree char *line =
                g_strdup_printf("%s: %g %s (%s)", info->sentence,
                                profile->limits.values[info->number], info->unit, info->name);

            g_strv_builder_add(lines, line);
        }
    }
    return g_strv_builder_end(lines);
}

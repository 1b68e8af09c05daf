/* From sparse settings to the one table that a channel is judged by. */
#include <string.h>

#include "appliance/model/alarm-profile.h"

#define HLS_TARGET_S 10.0 /* while it is not known */

static int64_t
to_us(double seconds)
{
    return (int64_t)(seconds * (double)US_PER_SECOND);
}

static void
apply_seconds(ErrorSecondsRule *seconds, ProfileField field, unsigned value)
{
    switch (field) {
    case PROFILE_ERRORS:
        seconds->warning_count = value;
        break;
    case PROFILE_ERRORS_SPAN:
        seconds->warning_span_s = value;
        break;
    case PROFILE_WORSE_ERRORS:
        seconds->worse_count = value;
        break;
    case PROFILE_WORSE_SPAN:
        seconds->worse_span_s = value;
        break;
    case PROFILE_LONG_ERRORS:
        seconds->long_count = value;
        break;
    case PROFILE_LONG_SPAN:
        seconds->long_span_s = value;
        break;
    case PROFILE_ENABLED:
    case PROFILE_RAISE:
    case PROFILE_CLEAR:
    case PROFILE_SEVERITY:
    case PROFILE_ESCALATE:
    case PROFILE_ESCALATED:
    case PROFILE_IMPACT:
    case PROFILE_NEEDED:
    case PROFILE_WINDOW:
    case PROFILE_FIELDS:
        break;
    }
}

static void
apply_rule(FaultRule *rule, const ProfileSetting *setting)
{
    switch ((ProfileField)setting->field) {
    case PROFILE_ENABLED:
        rule->off = !(setting->value > 0);
        break;
    case PROFILE_RAISE:
        rule->alarm.raise_after_us = to_us(setting->value);
        break;
    case PROFILE_CLEAR:
        rule->alarm.clear_after_us = to_us(setting->value);
        break;
    case PROFILE_SEVERITY:
        rule->alarm.severity = (Severity)setting->value;
        break;
    case PROFILE_ESCALATE:
        rule->alarm.escalate_after_us = to_us(setting->value);
        break;
    case PROFILE_ESCALATED:
        rule->alarm.escalated = (Severity)setting->value;
        rule->seconds.worse = (Severity)setting->value;
        break;
    case PROFILE_IMPACT:
        rule->impact = (ImpactClass)setting->value;
        break;
    case PROFILE_NEEDED:
        rule->needed = (uint8_t)setting->value;
        break;
    case PROFILE_WINDOW:
        rule->window = (uint8_t)setting->value;
        break;
    case PROFILE_ERRORS:
    case PROFILE_ERRORS_SPAN:
    case PROFILE_WORSE_ERRORS:
    case PROFILE_WORSE_SPAN:
    case PROFILE_LONG_ERRORS:
    case PROFILE_LONG_SPAN:
        apply_seconds(&rule->seconds, (ProfileField)setting->field, (unsigned)setting->value);
        break;
    case PROFILE_FIELDS:
        break;
    }
}

static void
apply(AlarmProfile *profile, const ProfileSource *source)
{
    for (size_t i = 0; i < source->n_settings; i++) {
        const ProfileSetting *setting = &source->settings[i];

        if (setting->fault == FAULT_NONE)
            (void)limits_set(&profile->limits, setting->field, setting->value);
        else if ((unsigned)setting->fault <= FAULT_NUMBER_MAX)
            apply_rule(&profile->rules[setting->fault], setting);
    }
}

/* Settings of several profiles may meet that were never written together: what they say of growing
 * worse must still be so. */
static void
reconcile(FaultRule *rule)
{
    AlarmRule *alarm = &rule->alarm;

    if (alarm->escalate_after_us == 0)
        return;
    alarm->escalate_after_us = MAX(alarm->escalate_after_us, alarm->raise_after_us);
    alarm->escalated = MAX(alarm->escalated, alarm->severity);
}

static const char *
profile_of_group(const ProfileBook *book, const char *group)
{
    for (size_t i = 0; i < book->n_groups; i++) {
        if (g_strcmp0(book->groups[i].group, group) == 0)
            return book->groups[i].profile;
    }
    return "";
}

/* Puts @id and what it builds on before the @n sources in @chain. Returns: how many there are then;
 * *@ret_grounded: whether the last one names no base: what lies beneath comes next */
static size_t
climb(const ProfileBook *book,
      const char *id,
      const ProfileSource **chain,
      size_t n,
      bool *ret_grounded)
{
    const ProfileSource *at = profile_book_find(book, id);

    *ret_grounded = at == NULL;
    for (unsigned depth = 0; at != NULL && depth <= PROFILE_DEPTH_MAX; depth++) {
        chain[n++] = at;
        *ret_grounded = *at->base == '\0' && !profile_is_shipped(at->id);
        at = *at->base != '\0' ? profile_book_find(book, at->base) : NULL;
    }
    return n;
}

Carrier
carrier_of_address(const char *address)
{
    static const struct {
        const char *scheme;
        Carrier carrier;
    } schemes[] = {
        {"srt://", CARRIER_SRT},   {"rtmp://", CARRIER_RTMP},  {"rtmps://", CARRIER_RTMP},
        {"rtsp://", CARRIER_RTSP}, {"rtsps://", CARRIER_RTSP}, {"http://", CARRIER_HLS},
        {"https://", CARRIER_HLS},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++) {
        if (g_str_has_prefix(address, schemes[i].scheme))
            return schemes[i].carrier;
    }
    return CARRIER_UDP;
}

/* Packets of other carriers than UDP and RTP are waited for by their own measure. */
static void
apply_carrier(AlarmProfile *profile, const ProfileWant *want)
{
    static const LimitId waits[] = {
        [CARRIER_SRT] = LIMIT_NO_PACKETS_SRT,
        [CARRIER_RTMP] = LIMIT_NO_PACKETS_RTMP,
        [CARRIER_RTSP] = LIMIT_NO_PACKETS_RTSP,
        [CARRIER_HLS] = LIMIT_NO_PACKETS_HLS,
    };
    AlarmRule *rule = &profile->rules[FAULT_NO_PACKETS].alarm;

    if (want->carrier == CARRIER_UDP || (unsigned)want->carrier >= G_N_ELEMENTS(waits))
        return;
    double wait_s = profile->limits.values[waits[want->carrier]];

    if (want->carrier == CARRIER_HLS)
        wait_s *= want->target_s > 0 ? want->target_s : HLS_TARGET_S;
    rule->raise_after_us = MAX(rule->raise_after_us, to_us(wait_s));
}

AlarmProfile *
profile_book_resolve(const ProfileBook *book, const ProfileWant *want)
{
    const ProfileSource *chain[2 * (PROFILE_DEPTH_MAX + 1)] = {NULL};
    AlarmProfile *profile = g_atomic_rc_box_new(AlarmProfile);
    const char *group = profile_of_group(book, want->group);
    bool grounded = false;
    size_t n = climb(book, want->profile, chain, 0, &grounded);

    if (grounded)
        n = climb(book, group, chain, n, &grounded);
    *profile = *alarm_profile_default();
    profile->name = g_strdup(n > 0 ? chain[0]->id : profile->name);
    while (n > 0)
        apply(profile, chain[--n]);
    apply_carrier(profile, want);
    for (unsigned fault = 0; fault <= FAULT_NUMBER_MAX; fault++)
        reconcile(&profile->rules[fault]);
    return profile;
}

AlarmProfile *
alarm_profile_ref(AlarmProfile *profile)
{
    return g_atomic_rc_box_acquire(profile);
}

static void
profile_clear(gpointer data)
{
    g_free((gpointer)((AlarmProfile *)data)->name);
}

void
alarm_profile_unref(AlarmProfile *profile)
{
    if (profile != NULL)
        g_atomic_rc_box_release_full(profile, profile_clear);
}

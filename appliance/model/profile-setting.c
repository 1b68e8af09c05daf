/* Keys and values of profiles' settings. */
#include <math.h>
#include <string.h>

#include "appliance/model/alarm-profile.h"
#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

#define LIMITS_PREFIX "limits"
#define DAY_S         86400.0
#define SPAN_MAX_S    ((double)ERROR_SECONDS_SPAN)

static const ProfileFieldInfo fields[PROFILE_FIELDS] = {
    [PROFILE_ENABLED] = {"enabled", VALUE_BOOLEAN, 0, 1},
    [PROFILE_RAISE] = {"raise_s", VALUE_NUMBER, 0, DAY_S},
    [PROFILE_CLEAR] = {"clear_s", VALUE_NUMBER, 0, DAY_S},
    [PROFILE_SEVERITY] = {"severity", VALUE_SEVERITY, SEVERITY_WARNING, SEVERITY_CRITICAL},
    [PROFILE_ESCALATE] = {"escalate_s", VALUE_NUMBER, 0, DAY_S},
    [PROFILE_ESCALATED] = {"escalated", VALUE_SEVERITY, SEVERITY_WARNING, SEVERITY_CRITICAL},
    [PROFILE_IMPACT] = {"impact", VALUE_IMPACT, IMPACT_NONE, IMPACT_COUNT - 1},
    [PROFILE_ERRORS] = {"errors", VALUE_NUMBER, 1, SPAN_MAX_S},
    [PROFILE_ERRORS_SPAN] = {"errors_span_s", VALUE_NUMBER, 1, SPAN_MAX_S},
    [PROFILE_WORSE_ERRORS] = {"worse_errors", VALUE_NUMBER, 0, SPAN_MAX_S},
    [PROFILE_WORSE_SPAN] = {"worse_span_s", VALUE_NUMBER, 1, SPAN_MAX_S},
    [PROFILE_LONG_ERRORS] = {"long_errors", VALUE_NUMBER, 0, SPAN_MAX_S},
    [PROFILE_LONG_SPAN] = {"long_span_s", VALUE_NUMBER, 1, SPAN_MAX_S},
    [PROFILE_NEEDED] = {"needed", VALUE_NUMBER, 0, N_OF_M_MAX},
    [PROFILE_WINDOW] = {"window", VALUE_NUMBER, 1, N_OF_M_MAX},
};

static bool G_GNUC_PRINTF(2, 3) refuse(GError **error, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, what);
    return false;
}

const ProfileFieldInfo *
profile_field_info(ProfileField field)
{
    return &fields[MIN((unsigned)field, PROFILE_FIELDS - 1u)];
}

char *
profile_key_text(const ProfileSetting *setting)
{
    if (setting->fault != FAULT_NONE)
        return g_strdup_printf("%s.%s", fault_info(setting->fault)->name,
                               profile_field_info((ProfileField)setting->field)->name);
    const LimitInfo *limit = limit_info(setting->field);

    return g_strdup_printf(LIMITS_PREFIX ".%s", limit != NULL ? limit->name : "unknown");
}

/* Says that @word is none of @known (NULL-terminated), and which is near. */
static bool
refuse_word(const char *what, const char *word, const char *const *known, GError **error)
{
    g_autofree char *clean = text_clean(word, 80);
    const char *near = text_nearest(clean, known);

    return near != NULL ? refuse(error, "unknown %s \"%s\"; did you mean %s?", what, clean, near)
                        : refuse(error,
                                 "unknown %s \"%s\"; keys are FAULT.FIELD or limits.LIMIT, such as "
                                 "picture-black.raise_s",
                                 what, clean);
}

static bool
parse_limit(const char *name, ProfileSetting *ret_setting, GError **error)
{
    g_autoptr(GPtrArray) known = g_ptr_array_new();

    ret_setting->fault = FAULT_NONE;
    ret_setting->field = limit_by_name(name);
    if (ret_setting->field != LIMIT_NONE)
        return true;
    for (unsigned number = 1; number <= LIMIT_NUMBER_MAX; number++) {
        if (limit_info(number) != NULL)
            g_ptr_array_add(known, (gpointer)limit_info(number)->name);
    }
    g_ptr_array_add(known, NULL);
    return refuse_word("limit", name, (const char *const *)known->pdata, error);
}

static bool
parse_fault(const char *name, FaultId *ret_fault, GError **error)
{
    g_autoptr(GPtrArray) known = g_ptr_array_new();

    *ret_fault = fault_by_name(name);
    if (*ret_fault != FAULT_NONE)
        return true;
    for (unsigned number = 1; number <= FAULT_NUMBER_MAX; number++) {
        if (fault_info(number)->number != FAULT_NONE)
            g_ptr_array_add(known, (gpointer)fault_info(number)->name);
    }
    g_ptr_array_add(known, NULL);
    return refuse_word("fault", name, (const char *const *)known->pdata, error);
}

static bool
parse_field(const char *name, unsigned *ret_field, GError **error)
{
    const char *known[PROFILE_FIELDS + 1] = {NULL};

    for (unsigned i = 0; i < PROFILE_FIELDS; i++) {
        known[i] = fields[i].name;
        *ret_field = i;
        if (g_str_equal(name, known[i]))
            return true;
    }
    return refuse_word("field", name, known, error);
}

bool
profile_key_parse(const char *key, ProfileSetting *ret_setting, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(key, ".", 3);
    ProfileSetting setting = {.why = ""};

    if (g_strv_length(parts) != 2)
        return refuse_word("key", key, (const char *const[]){NULL}, error);
    if (g_str_equal(parts[0], LIMITS_PREFIX)) {
        if (!parse_limit(parts[1], &setting, error))
            return false;
    } else if (!parse_fault(parts[0], &setting.fault, error) ||
               !parse_field(parts[1], &setting.field, error)) {
        return false;
    }
    *ret_setting = setting;
    return true;
}

/* Whether the field belongs to a fault of this kind. */
static bool
check_belongs(const ProfileSetting *setting, const char *key, GError **error)
{
    const FaultRule *rule = alarm_profile_rule(alarm_profile_default(), setting->fault);
    const bool counted = rule->seconds.metric != METRIC_NONE;

    if (setting->fault >= FAULT_WORKER_LOST)
        return refuse(error, "%s: a fault of the box, which profiles of channels do not set", key);
    if (setting->field >= PROFILE_ERRORS && setting->field <= PROFILE_LONG_SPAN && !counted)
        return refuse(error, "%s: this fault is a state, its errors are not counted", key);
    if (setting->field >= PROFILE_NEEDED && counted)
        return refuse(error, "%s: this fault is counted; use errors and errors_span_s", key);
    return true;
}

bool
profile_setting_check(const ProfileSetting *setting, GError **error)
{
    g_autofree char *key = profile_key_text(setting);
    const LimitInfo *limit = setting->fault == FAULT_NONE ? limit_info(setting->field) : NULL;
    double smallest = 0, largest = 0;

    if (setting->fault == FAULT_NONE ? limit == NULL : setting->field >= PROFILE_FIELDS)
        return refuse(error, "%s: unknown key", key);
    if (limit == NULL && !check_belongs(setting, key, error))
        return false;
    smallest = limit != NULL ? limit->smallest : fields[setting->field].smallest;
    largest = limit != NULL ? limit->largest : fields[setting->field].largest;
    if (!isfinite(setting->value) || setting->value < smallest || setting->value > largest)
        return refuse(error, "%s: %g is out of range; write %g to %g", key, setting->value,
                      smallest, largest);
    return true;
}

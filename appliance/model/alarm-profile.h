/* Profiles of a site: sparse settings upon one another, made into one table of rules a channel.
 *
 * A profile names what it builds on (`base`), or builds on what lies beneath it: a channel's on its
 * group's, a group's on the shipped profile "default". Settings say only what differs, and why.
 * Shipped profiles cannot be changed, only built upon. */
#pragma once

#include <glib.h>

#include "appliance/model/alarm-rules.h"
#include "appliance/model/scope.h"

#define PROFILES_MAX         100u /* that a site may have */
#define PROFILE_SETTINGS_MAX 400u /* of one profile */
#define PROFILE_GROUPS_MAX   200u /* that have a profile */
#define PROFILE_DEPTH_MAX    8u   /* of profiles upon each other */
#define PROFILE_TEXT_MAX     400u /* bytes of a text or a reason */

/* What can be set of a fault; numbers stand nowhere but in memory. */
typedef enum {
    PROFILE_ENABLED,
    PROFILE_RAISE,
    PROFILE_CLEAR,
    PROFILE_SEVERITY,
    PROFILE_ESCALATE, /* 0: never */
    PROFILE_ESCALATED,
    PROFILE_IMPACT,
    PROFILE_ERRORS, /* error-seconds that warn; of counted faults only, like the next five */
    PROFILE_ERRORS_SPAN,
    PROFILE_WORSE_ERRORS,
    PROFILE_WORSE_SPAN,
    PROFILE_LONG_ERRORS,
    PROFILE_LONG_SPAN,
    PROFILE_NEEDED, /* of the last PROFILE_WINDOW reports that must tell of it; of states only */
    PROFILE_WINDOW,
    PROFILE_FIELDS, /* how many there are */
} ProfileField;

typedef enum { VALUE_NUMBER, VALUE_BOOLEAN, VALUE_SEVERITY, VALUE_IMPACT } ProfileValueKind;

typedef struct {
    const char *name; /* in keys */
    ProfileValueKind kind;
    double smallest; /* of numbers */
    double largest;
} ProfileFieldInfo;

typedef struct {
    FaultId fault;   /* FAULT_NONE: a limit */
    unsigned field;  /* ProfileField of a fault, else LimitId */
    double value;    /* seconds, counts; booleans 0 and 1; severities and impacts by number */
    const char *why; /* one sentence, never NULL */
} ProfileSetting;

typedef struct {
    const char *id;   /* slug */
    const char *base; /* slug of what it builds on; "": what lies beneath */
    const char *text; /* what it is for */
    const ProfileSetting *settings;
    size_t n_settings;
} ProfileSource;

/* Which profile a group of channels has. */
typedef struct {
    const char *group;
    const char *profile; /* slug */
} GroupProfile;

/* Immutable, shared by reference across threads. */
typedef struct {
    ProfileSource *sources; /* the site's own; @n_sources entries */
    size_t n_sources;
    GroupProfile *groups; /* @n_groups entries */
    size_t n_groups;
} ProfileBook;

/* How the packets of a channel come, as far as rules depend on it. */
typedef enum { CARRIER_UDP, CARRIER_SRT, CARRIER_RTMP, CARRIER_RTSP, CARRIER_HLS } Carrier;

typedef struct {
    const char *profile; /* of the channel; "" or NULL: none */
    const char *group;   /* of the channel; "" or NULL: none */
    Carrier carrier;
    double target_s; /* target duration of HLS; 0 while unknown: 10 s, the longest in common use */
} ProfileWant;

/* By the scheme of an input's address; what is unknown is UDP, whose rule is the strictest. */
Carrier carrier_of_address(const char *address);

const ProfileFieldInfo *profile_field_info(ProfileField field);

/* "picture-frozen.raise_s", "limits.black-share". Returns: (transfer full) */
char *profile_key_text(const ProfileSetting *setting);

/* Reads what profile_key_text() writes into fault and field. Returns: false with
 * %GANTRY_ERROR_INVALID, which names the nearest known word */
bool profile_key_parse(const char *key, ProfileSetting *ret_setting, GError **error);

/* Whether the setting's value makes sense for its key; else %GANTRY_ERROR_INVALID. */
bool profile_setting_check(const ProfileSetting *setting, GError **error);

/* The shipped profiles, "default" first; it has no settings. */
const ProfileSource *profile_shipped(size_t *ret_n);
bool profile_is_shipped(const char *id);

/* The profile named @id, shipped or of the site. (transfer none) (nullable) */
const ProfileSource *profile_book_find(const ProfileBook *book, const char *id);

/**
 * profile_book_new:
 * @sources, @groups: copied
 *
 * Returns: (transfer full): a book of these; NULL with %GANTRY_ERROR_INVALID: too many, an id that
 *   is no slug, twice there or shipped, a base or a group's profile that does not exist, bases in a
 *   circle, a setting that makes no sense
 */
ProfileBook *profile_book_new(const ProfileSource *sources,
                              size_t n_sources,
                              const GroupProfile *groups,
                              size_t n_groups,
                              GError **error);
ProfileBook *profile_book_empty(void);
ProfileBook *profile_book_ref(ProfileBook *book);
void profile_book_unref(ProfileBook *book); /* (nullable) */
bool profile_book_equal(const ProfileBook *a, const ProfileBook *b);

/**
 * profile_book_with:
 * @source: replaces the one of its id, or is added; copied
 *
 * Returns: (transfer full): NULL as profile_book_new() has it
 */
ProfileBook *
profile_book_with(const ProfileBook *book, const ProfileSource *source, GError **error);

/* The same without profile @id. NULL with %GANTRY_ERROR_NOT_FOUND, or with %GANTRY_ERROR_CONFLICT
 * while another profile or a group uses it. */
ProfileBook *profile_book_without(const ProfileBook *book, const char *id, GError **error);

/* The same with @profile for @group; "" takes it away. */
ProfileBook *profile_book_with_group(const ProfileBook *book,
                                     const char *group,
                                     const char *profile,
                                     GError **error);

/* What of @book judges a channel that is shown: its profiles, what they build on, its groups. Those
 * that judge others as well come without what people wrote of them. @channels: all @n of the site.
 * Returns: (transfer full) */
ProfileBook *profile_book_narrow(const ProfileBook *book, const ScopedChannel *channels, size_t n);

/**
 * profile_book_resolve:
 *
 * A profile that does not exist counts as not named: the channel is watched all the same.
 *
 * Returns: (transfer full): the table of one channel, immutable
 */
AlarmProfile *profile_book_resolve(const ProfileBook *book, const ProfileWant *want);

AlarmProfile *alarm_profile_ref(AlarmProfile *profile);
void alarm_profile_unref(AlarmProfile *profile); /* (nullable) */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProfileBook, profile_book_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AlarmProfile, alarm_profile_unref)

/* Settings: the table of keys, and what holds between them. */
#include "appliance/config/settings.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <string.h>

#include "appliance/config/key-file.h"
#include "appliance/config/settings-access.h"
#include "appliance/config/settings-parts.h"
#include "appliance/config/slates.h"
#include "pipelines/base/error.h"
#include "pipelines/base/slug.h"
#include "pipelines/base/text.h"

#define RECEIVER_PREFIX "receiver "
#define INTERFACE_MAX   15

typedef enum {
    KEY_TEXT,      /* char *: anything */
    KEY_WORD,      /* char *: no white space */
    KEY_PATH,      /* char *: absolute, or empty */
    KEY_ADDRESS,   /* char *: numeric IP address */
    KEY_INTERFACE, /* char *: name of a network interface, or empty */
    KEY_SLUG,      /* char * */
    KEY_URL,       /* char *: http:// or https://, without a slash at its end */
    KEY_NUMBER16,  /* uint16_t */
    KEY_NUMBER32,  /* uint32_t */
    KEY_FLAG,      /* bool */
    KEY_MODE,      /* WorkersMode */
    KEY_KIND,      /* char *: of a receiver */
    KEY_SEVERITY,  /* Severity */
    KEY_LIST,      /* GStrv: commas between */
    KEY_NETWORKS,  /* char *: networks in CIDR notation, commas between */
    KEY_HOURS,     /* NotifyPolicy: "mon-fri 08:00-18:00", commas between */
} KeyType;

typedef struct {
    const char *group;
    const char *key;
    KeyType type;
    uint32_t minimum; /* of a number */
    uint32_t maximum;
    size_t offset; /* of the field in Settings or Receiver */
} KeySpec;

/* Whether the field is one text of its own. */
static bool
is_text(KeyType type)
{
    return type != KEY_NUMBER16 && type != KEY_NUMBER32 && type != KEY_MODE && type != KEY_FLAG;
}

#define AT(field)       offsetof(Settings, field)
#define RECEIVER(field) offsetof(Receiver, field)

static const KeySpec keys[] = {
    {"state", "folder", KEY_PATH, 0, 0, AT(state_folder)},
    {"http", "listen", KEY_ADDRESS, 0, 0, AT(http_listen)},
    {"http", "port", KEY_NUMBER16, 1, 65535, AT(http_port)},
    {"http", "ui_dir", KEY_PATH, 0, 0, AT(http_ui_dir)},
    {"http", "certificate", KEY_PATH, 0, 0, AT(http_certificate)},
    {"http", "key", KEY_PATH, 0, 0, AT(http_key)},
    {"http", "front_certificate", KEY_PATH, 0, 0, AT(http_front_certificate)},
    {"http", "tls_port", KEY_NUMBER16, 1, 65535, AT(http_tls_port)},
    {"http", "frame_ancestors", KEY_URL, 0, 0, AT(http_frame_ancestors)},
    {"http", "security_contact", KEY_WORD, 0, 0, AT(http_security_contact)},
    {"http", "public_url", KEY_URL, 0, 0, AT(http_public_url)},
    {"access", "session_idle_minutes", KEY_NUMBER32, 1, 525600, AT(access.idle_minutes)},
    {"access", "session_age_hours", KEY_NUMBER32, 1, 8760, AT(access.age_hours)},
    {"access", "pam_service", KEY_SLUG, 0, 0, AT(access.pam_service)},
    {"access", "pam_folder", KEY_PATH, 0, 0, AT(access.pam_folder)},
    {"access", "pam_program", KEY_PATH, 0, 0, AT(access.pam_program)},
    {"oidc", "issuer", KEY_WORD, 0, 0, AT(access.oidc.issuer)},
    {"oidc", "name", KEY_TEXT, 0, 0, AT(access.oidc.name)},
    {"oidc", "client", KEY_WORD, 0, 0, AT(access.oidc.client)},
    {"oidc", "secret_file", KEY_PATH, 0, 0, AT(access.oidc.secret_file)},
    {"oidc", "ca_file", KEY_PATH, 0, 0, AT(access.oidc.ca_file)},
    {"oidc", "scopes", KEY_TEXT, 0, 0, AT(access.oidc.scopes)},
    {"oidc", "name_claim", KEY_WORD, 0, 0, AT(access.oidc.name_claim)},
    {"oidc", "role_claim", KEY_WORD, 0, 0, AT(access.oidc.role_claim)},
    {"oidc", "roles", KEY_TEXT, 0, 0, AT(access.oidc.roles)},
    {"oidc", "group_claim", KEY_WORD, 0, 0, AT(access.oidc.group_claim)},
    {"oidc", "groups", KEY_TEXT, 0, 0, AT(access.oidc.groups)},
    {"mysql", "socket", KEY_PATH, 0, 0, AT(mysql.socket)},
    {"mysql", "host", KEY_WORD, 0, 0, AT(mysql.host)},
    {"mysql", "port", KEY_NUMBER16, 1, 65535, AT(mysql.port)},
    {"mysql", "user", KEY_WORD, 0, 0, AT(mysql.user)},
    {"mysql", "password_file", KEY_PATH, 0, 0, AT(mysql.password_file)},
    {"mysql", "database", KEY_WORD, 0, 0, AT(mysql.database)},
    {"mysql", "admin_user", KEY_WORD, 0, 0, AT(mysql.admin_user)},
    {"mysql", "admin_password_file", KEY_PATH, 0, 0, AT(mysql.admin_password_file)},
    {"redis", "socket", KEY_PATH, 0, 0, AT(redis.socket)},
    {"redis", "host", KEY_WORD, 0, 0, AT(redis.host)},
    {"redis", "port", KEY_NUMBER16, 1, 65535, AT(redis.port)},
    {"redis", "password_file", KEY_PATH, 0, 0, AT(redis.password_file)},
    {"workers", "mode", KEY_MODE, 0, 0, AT(workers_mode)},
    {"workers", "program", KEY_PATH, 0, 0, AT(workers_program)},
    {"workers", "probe", KEY_PATH, 0, 0, AT(probe_program)},
    {"workers", "receive_buffer", KEY_NUMBER32, 65536, 1u << 30, AT(receive_buffer)},
    {"workers", "thumbnail_period_ms", KEY_NUMBER32, 200, 600000, AT(thumbnail_period_ms)},
    {"segments", "minutes", KEY_NUMBER32, 0, 1440, AT(segment_minutes)},
    {"segments", "share_percent", KEY_NUMBER32, 1, 90, AT(segment_share_percent)},
    {"segments", "folder", KEY_PATH, 0, 0, AT(segment_folder)},
    {"self_probe", "every_seconds", KEY_NUMBER32, 0, 86400, AT(self_probe_seconds)},
    {"alerts", "allow_networks", KEY_NETWORKS, 0, 0, AT(allow_networks)},
    {"inventory", "channels", KEY_PATH, 0, 0, AT(channels_file)},
    {"inventory", "interface", KEY_INTERFACE, 0, 0, AT(interface)},
    {"inventory", "allow_loopback", KEY_FLAG, 0, 0, AT(allow_loopback)},
    {"profile", "name", KEY_SLUG, 0, 0, AT(profile_name)},
    {"profile", "file", KEY_PATH, 0, 0, AT(profile_file)},
};

static const KeySpec receiver_keys[] = {
    {"receiver", "kind", KEY_KIND, 0, 0, RECEIVER(kind)},
    {"receiver", "url", KEY_WORD, 0, 0, RECEIVER(url)},
    {"receiver", "secret_file", KEY_PATH, 0, 0, RECEIVER(secret_file)},
    {"receiver", "min_severity", KEY_SEVERITY, 0, 0, RECEIVER(policy.min_severity)},
    {"receiver", "allow_private", KEY_FLAG, 0, 0, RECEIVER(allow_private)},
    {"receiver", "allow_networks", KEY_NETWORKS, 0, 0, RECEIVER(allow_networks)},
    {"receiver", "ca_file", KEY_PATH, 0, 0, RECEIVER(ca_file)},
    {"receiver", "to", KEY_WORD, 0, 0, RECEIVER(to)},
    {"receiver", "from", KEY_WORD, 0, 0, RECEIVER(from)},
    {"receiver", "user", KEY_WORD, 0, 0, RECEIVER(user)},
    {"receiver", "title", KEY_TEXT, 0, 0, RECEIVER(title)},
    {"receiver", "text", KEY_TEXT, 0, 0, RECEIVER(text)},
    {"receiver", "heartbeat_s", KEY_NUMBER32, RECEIVER_HEARTBEAT_S, 604800, RECEIVER(heartbeat_s)},
    {"receiver", "per_minute", KEY_NUMBER32, 1, 100000, RECEIVER(per_minute)},
    {"receiver", "level", KEY_NUMBER32, 0, NOTIFY_LEVEL_MAX, RECEIVER(policy.level)},
    {"receiver", "scoped", KEY_FLAG, 0, 0, RECEIVER(policy.scoped)},
    {"receiver", "channels", KEY_LIST, 0, 0, RECEIVER(policy.channels)},
    {"receiver", "groups", KEY_LIST, 0, 0, RECEIVER(policy.groups)},
    {"receiver", "hours", KEY_HOURS, 0, 0, RECEIVER(policy)},
    {"receiver", "time_zone", KEY_WORD, 0, 0, RECEIVER(policy.time_zone)},
};

static const char *const group_names[] = {
    "state",   "http",   "mysql",      "redis",  "workers", "segments", "inventory",
    "profile", "slates", "self_probe", "alerts", "access",  "oidc",     NULL};

static bool
refuse_word(const KeyEntry *entry, const char *const *known, GError **error)
{
    const char *near = text_nearest(entry->value, known);
    g_autofree char *all = g_strjoinv(", ", (char **)known);

    if (near != NULL)
        return key_entry_refuse(entry, error, "%s = \"%s\" is not known; did you mean %s?",
                                entry->key, entry->value, near);
    return key_entry_refuse(entry, error, "%s = \"%s\" is not known; write one of %s", entry->key,
                            entry->value, all);
}

/* Whether @entry's value may stand in a text field of @type; false with @error. */
static bool
check_text(const KeyEntry *entry, KeyType type, GError **error)
{
    const char *value = entry->value;
    struct in6_addr ip;

    if (type == KEY_WORD && strpbrk(value, " \t") != NULL)
        return key_entry_refuse(entry, error, "%s = \"%s\" holds white space", entry->key, value);
    if (type == KEY_PATH && value[0] != '\0' && value[0] != '/')
        return key_entry_refuse(entry, error, "%s = \"%s\" is not an absolute path", entry->key,
                                value);
    if (type == KEY_ADDRESS && inet_pton(AF_INET, value, &ip) != 1 &&
        inet_pton(AF_INET6, value, &ip) != 1)
        return key_entry_refuse(entry, error,
                                "%s = \"%s\" is not an IP address, such as 127.0.0.1 or ::1",
                                entry->key, value);
    if (type == KEY_INTERFACE && (strlen(value) > INTERFACE_MAX || strpbrk(value, "/: \t") != NULL))
        return key_entry_refuse(entry, error, "%s = \"%s\" is no name of a network interface",
                                entry->key, value);
    if (type == KEY_SLUG && !slug_is_valid(value)) {
        g_autofree char *near = slug_from_text(value);

        return key_entry_refuse(entry, error,
                                "%s = \"%s\" is not made of a-z, 0-9 and - alone; write %s",
                                entry->key, value, near);
    }
    if (type == KEY_URL &&
        ((!g_str_has_prefix(value, "http://") && !g_str_has_prefix(value, "https://")) ||
         g_str_has_suffix(value, "/")))
        return key_entry_refuse(entry, error,
                                "%s = \"%s\" is not http:// or https:// and a host, without a "
                                "slash at its end",
                                entry->key, value);
    return true;
}

static bool
set_number(const KeyEntry *entry, const KeySpec *spec, void *field, GError **error)
{
    guint64 value = 0;

    if (!g_ascii_string_to_unsigned(entry->value, 10, spec->minimum, spec->maximum, &value, NULL))
        return key_entry_refuse(entry, error, "%s = \"%s\" is not a number from %u to %u",
                                entry->key, entry->value, spec->minimum, spec->maximum);
    if (spec->type == KEY_NUMBER16)
        *(uint16_t *)field = (uint16_t)value;
    else
        *(uint32_t *)field = (uint32_t)value;
    return true;
}

static bool
set_choice(const KeyEntry *entry, KeyType type, void *field, GError **error)
{
    static const char *const flags[] = {"true", "false", NULL};
    static const char *const modes[] = {"spawn", "systemd", NULL};
    static const char *const severities[] = {"indeterminate", "warning",  "minor",
                                             "major",         "critical", NULL};
    const char *const *known = type == KEY_FLAG ? flags : type == KEY_MODE ? modes : severities;

    if (!g_strv_contains(known, entry->value))
        return refuse_word(entry, known, error);
    if (type == KEY_FLAG)
        *(bool *)field = entry->value[0] == 't';
    else if (type == KEY_MODE)
        *(WorkersMode *)field =
            g_str_equal(entry->value, "spawn") ? WORKERS_SPAWN : WORKERS_SYSTEMD;
    else
        (void)severity_from_name(entry->value, field);
    return true;
}

static bool
set_text(const KeyEntry *entry, KeyType type, char **field, GError **error)
{
    g_autoptr(GError) reason = NULL;

    if (type == KEY_KIND && !g_strv_contains(receiver_kind_names(), entry->value))
        return refuse_word(entry, receiver_kind_names(), error);
    if (!check_text(entry, type, error))
        return false;
    if (type == KEY_NETWORKS && !receiver_networks_check(entry->value, &reason))
        return key_entry_refuse(entry, error, "%s: %s", entry->key, reason->message);
    g_free(*field);
    *field = g_strdup(entry->value);
    return true;
}

/* Parts between commas, without white space around them. Returns: (transfer full) */
static GStrv
split(const char *text)
{
    GStrv parts = g_strsplit(text, ",", NOTIFY_MAX_NAMES);

    for (size_t i = 0; parts[i] != NULL; i++)
        g_strstrip(parts[i]);
    return parts;
}

static bool
set_hours(const KeyEntry *entry, NotifyPolicy *policy, GError **error)
{
    g_auto(GStrv) parts = split(entry->value);
    g_autoptr(GError) reason = NULL;

    if (g_strv_length(parts) > NOTIFY_MAX_HOURS)
        return key_entry_refuse(entry, error, "more than %u hours", NOTIFY_MAX_HOURS);
    for (size_t i = 0; parts[i] != NULL; i++) {
        if (!notify_hours_parse(parts[i], &policy->hours[policy->n_hours++], &reason))
            return key_entry_refuse(entry, error, "%s", reason->message);
    }
    return true;
}

static bool
set_field(const KeyEntry *entry, const KeySpec *spec, void *object, GError **error)
{
    void *field = (char *)object + spec->offset;

    switch (spec->type) {
    case KEY_NUMBER16:
    case KEY_NUMBER32:
        return set_number(entry, spec, field, error);
    case KEY_FLAG:
    case KEY_MODE:
    case KEY_SEVERITY:
        return set_choice(entry, spec->type, field, error);
    case KEY_LIST:
        g_strfreev(*(GStrv *)field);
        *(GStrv *)field = split(entry->value);
        return true;
    case KEY_HOURS:
        return set_hours(entry, field, error);
    case KEY_TEXT:
    case KEY_WORD:
    case KEY_PATH:
    case KEY_ADDRESS:
    case KEY_INTERFACE:
    case KEY_SLUG:
    case KEY_URL:
    case KEY_KIND:
    case KEY_NETWORKS:
        return set_text(entry, spec->type, field, error);
    }
    return false;
}

static bool
take_keys(KeyFile *file, Settings *settings, GError **error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        const KeyEntry *entry = key_file_take(file, keys[i].group, keys[i].key);

        if (entry != NULL && !set_field(entry, &keys[i], settings, error))
            return false;
    }
    return true;
}

static bool
take_receiver(KeyFile *file, const KeyEntry *header, Settings *settings, GError **error)
{
    const char *id = header->group + strlen(RECEIVER_PREFIX);

    if (!slug_is_valid(id)) {
        g_autofree char *near = slug_from_text(id);

        return key_entry_refuse(header, error,
                                "receiver \"%s\" is not made of a-z, 0-9 and - alone; write [%s%s]",
                                id, RECEIVER_PREFIX, near);
    }
    if (settings->n_receivers >= RECEIVER_MAX_COUNT)
        return key_entry_refuse(header, error, "more than %u receivers", RECEIVER_MAX_COUNT);
    settings->receivers = g_renew(Receiver, settings->receivers, settings->n_receivers + 1);
    Receiver *receiver = &settings->receivers[settings->n_receivers++];

    const Receiver blank = {
        .id = (char *)id, .from_settings = true, .policy = {.min_severity = SEVERITY_WARNING}};

    receiver_copy(&blank, receiver);
    for (size_t i = 0; i < G_N_ELEMENTS(receiver_keys); i++) {
        const KeyEntry *entry = key_file_take(file, header->group, receiver_keys[i].key);

        if (entry != NULL && !set_field(entry, &receiver_keys[i], receiver, error))
            return false;
    }
    g_autoptr(GError) reason = NULL;

    if (receiver->kind[0] == '\0')
        return key_entry_refuse(header, error, "[%s] has no kind; write kind=webhook",
                                header->group);
    return receiver_check(receiver, &reason) ||
           key_entry_refuse(header, error, "%s", reason->message);
}

/* Takes the headers of known groups, and the receivers that they name. */
static bool
take_groups(KeyFile *file, Settings *settings, GError **error)
{
    for (guint i = 0; i < file->entries->len; i++) {
        KeyEntry *entry = file->entries->pdata[i];

        if (entry->key != NULL)
            continue;
        entry->taken = g_strv_contains(group_names, entry->group) ||
                       g_str_has_prefix(entry->group, RECEIVER_PREFIX);
        if (g_str_has_prefix(entry->group, RECEIVER_PREFIX) &&
            !take_receiver(file, entry, settings, error))
            return false;
    }
    return true;
}

static bool
refuse_key(const KeyEntry *entry, GError **error)
{
    const bool receiver = g_str_has_prefix(entry->group, RECEIVER_PREFIX);
    const KeySpec *table = receiver ? receiver_keys : keys;
    const size_t n = receiver ? G_N_ELEMENTS(receiver_keys) : G_N_ELEMENTS(keys);
    g_autoptr(GPtrArray) known = g_ptr_array_new();

    for (size_t i = 0; i < n; i++) {
        if (receiver || g_str_equal(table[i].group, entry->group))
            g_ptr_array_add(known, (gpointer)table[i].key);
    }
    g_ptr_array_add(known, NULL);
    const char *near = text_nearest(entry->key, (const char *const *)known->pdata);
    g_autofree char *all = g_strjoinv(", ", (char **)known->pdata);

    if (near != NULL)
        return key_entry_refuse(entry, error, "unknown key %s in [%s]; did you mean %s?",
                                entry->key, entry->group, near);
    return key_entry_refuse(entry, error, "unknown key %s in [%s]; known are %s", entry->key,
                            entry->group, all);
}

/* What nobody took is a mistake: a key that does nothing would be believed to do something. */
static bool
refuse_rest(KeyFile *file, GError **error)
{
    for (guint i = 0; i < file->entries->len; i++) {
        const KeyEntry *entry = file->entries->pdata[i];

        if (entry->taken)
            continue;
        if (entry->key != NULL)
            return refuse_key(entry, error);
        const char *near = text_nearest(entry->group, group_names);

        if (near != NULL)
            return key_entry_refuse(entry, error, "unknown group [%s]; did you mean [%s]?",
                                    entry->group, near);
        return key_entry_refuse(
            entry, error,
            "unknown group [%s]; known are state, http, mysql, redis, workers, "
            "segments, inventory, access, oidc, profile, slates, self_probe, alerts and receiver "
            "NAME",
            entry->group);
    }
    return true;
}

/* Refuses two keys that exclude each other, at the second of them. */
static bool
check_either(KeyFile *file, const char *group, const char *one, const char *other, GError **error)
{
    const KeyEntry *first = key_file_take(file, group, one);
    const KeyEntry *second = key_file_take(file, group, other);

    if (first == NULL || second == NULL || first->value[0] == '\0' || second->value[0] == '\0')
        return true;
    return key_entry_refuse(second, error, "[%s] has both %s and %s; keep one", group, one, other);
}

static Settings *
settings_new(void)
{
    Settings *settings = g_new0(Settings, 1);

    settings->segment_minutes = 10;
    settings->segment_share_percent = 10;
    settings->self_probe_seconds = 900;
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (is_text(keys[i].type))
            *(char **)(void *)((char *)settings + keys[i].offset) = g_strdup("");
    }
    return settings;
}

static void
set_default(char **field, const char *value)
{
    if ((*field)[0] != '\0')
        return;
    g_free(*field);
    *field = g_strdup(value);
}

static void
set_defaults(Settings *settings)
{
    set_default(&settings->state_folder, "/var/lib/gantry");
    set_default(&settings->http_listen, "127.0.0.1");
    set_default(&settings->access.pam_program, "/usr/libexec/gantry/gantry-pam");
    set_default(&settings->access.oidc.name, "Single sign-on");
    set_default(&settings->access.oidc.scopes, "profile");
    set_default(&settings->access.oidc.name_claim, "preferred_username");
    set_default(&settings->access.oidc.role_claim, "groups");
    set_default(&settings->workers_program, "/usr/libexec/gantry/gantry-channel");
    set_default(&settings->probe_program, "/usr/bin/gantry-probe");
    set_default(&settings->mysql.user, "gantry");
    set_default(&settings->mysql.database, "gantry");
    if (settings->profile_file[0] == '\0')
        set_default(&settings->profile_name, "laptop");
    settings->http_port = settings->http_port != 0 ? settings->http_port : 8080;
    settings->http_tls_port = settings->http_tls_port != 0 ? settings->http_tls_port : 8443;
    settings->mysql.port = settings->mysql.port != 0 ? settings->mysql.port : 3306;
    settings->redis.port = settings->redis.port != 0 ? settings->redis.port : 6379;
    if (settings->thumbnail_period_ms == 0)
        settings->thumbnail_period_ms = 1000;
}

Settings *
settings_from_key_file(KeyFile *file, GError **error)
{
    g_autoptr(Settings) settings = settings_new();

    if (!take_keys(file, settings, error) || !slates_take(file, settings, error) ||
        !take_groups(file, settings, error) || !refuse_rest(file, error) ||
        !check_either(file, "mysql", "socket", "host", error) ||
        !check_either(file, "redis", "socket", "host", error) ||
        !check_either(file, "profile", "name", "file", error) ||
        !settings_access_check(file, settings, error))
        return NULL;
    set_defaults(settings);
    return g_steal_pointer(&settings);
}

void
settings_free(Settings *settings)
{
    if (settings == NULL)
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (is_text(keys[i].type))
            g_free(*(char **)(void *)((char *)settings + keys[i].offset));
    }
    for (size_t i = 0; i < settings->n_receivers; i++)
        receiver_clear(&settings->receivers[i]);
    g_free(settings->receivers);
    slates_clear(settings);
    g_free(settings);
}

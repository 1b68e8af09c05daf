/* Settings of the daemon: key files with drop-ins. Every key has a place in one table; a key that
 * the table does not take is an error naming file, line, group, key and the nearest known one. */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "appliance/config/receiver.h"
#include "appliance/model/access-options.h"
#include "pipelines/contract/message.h"

#define SETTINGS_MAX_BYTES (1u << 20) /* of one file */

typedef enum { WORKERS_SPAWN, WORKERS_SYSTEMD } WorkersMode;

typedef struct {
    char *socket; /* path of a Unix socket; "" when @host is used */
    char *host;   /* "" when @socket is used; both "": no MySQL */
    uint16_t port;
    char *user;
    char *password_file; /* "" for no password */
    char *database;
    char *admin_user; /* for migrations; "" to use @user */
    char *admin_password_file;
} MysqlSettings;

typedef struct {
    char *socket; /* path of a Unix socket; "" when @host is used */
    char *host;   /* "" when @socket is used; both "": no Redis */
    uint16_t port;
    char *password_file; /* "" for no password */
} RedisSettings;

typedef struct {
    char *state_folder; /* absolute */
    char *http_listen;  /* numeric address */
    uint16_t http_port;
    char *http_ui_dir;      /* "" for the user interface inside the program */
    char *http_certificate; /* PEM file; "": no TLS */
    char *http_key;         /* PEM file; "": it stands in the certificate's */
    uint16_t http_tls_port;
    char *http_front_certificate; /* PEM file of a TLS server in front, whose end is watched; "" */
    char *http_frame_ancestors;   /* who may frame the dashboard: an origin; "" for nobody */
    char *http_security_contact;  /* URI; "" for none */
    char *http_public_url;        /* how people reach the dashboard; "" for the listening address */
    AccessOptions access;
    MysqlSettings mysql;
    RedisSettings redis;
    WorkersMode workers_mode;
    char *workers_program;        /* path of gantry-channel */
    uint32_t receive_buffer;      /* bytes; 0: as the hardware profile says */
    uint32_t thumbnail_period_ms; /* shortest time between two pictures of a channel */
    uint32_t segment_minutes; /* of each channel that are kept on disk; 0: nothing is recorded */
    uint32_t segment_share_percent; /* of the free disk that all recordings may take */
    uint32_t self_probe_seconds;    /* between two runs of the self-probe; 0: none */
    char *segment_folder;           /* where workers record; "" for where they do by themselves */
    char *probe_program;  /* gantry-probe, for inputs that are no channels yet, and sound */
    bool allow_loopback;  /* people may add channels that are sent by this box itself */
    char *allow_networks; /* networks that any receiver may be in, commas between; "" for none */
    char *channels_file;  /* CSV or M3U; "" to leave the inventory as it is */
    char *interface;      /* for channels that name none; "" for the kernel's choice */
    char *profile_name;   /* hardware profile; "" when @profile_file is used */
    char *profile_file;
    SlateConfig *slates; /* in order of the files; @n_slates entries, at most SLATES_MAX */
    size_t n_slates;
    Receiver *receivers; /* by id; @n_receivers entries */
    size_t n_receivers;
} Settings;

/**
 * settings_load:
 * @files: (nullable) (array zero-terminated=1): key files, later ones win; a missing one is an
 * error
 * @folders: (nullable) (array zero-terminated=1): their `*.conf`, sorted by name over all folders,
 *   come after @files; of two with one name the later folder's counts, a link to /dev/null or an
 *   empty file masks; a missing folder is no error
 *
 * Reads everything before it returns anything: a bad file changes nothing. Blocks on disk.
 *
 * Returns: (transfer full): or %NULL with %GANTRY_ERROR_INVALID, one line `FILE:LINE: ...`, or
 *   %GANTRY_ERROR_NOT_FOUND for a missing file
 */
Settings *settings_load(const char *const *files,
                        const char *const *folders,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* As settings_load(), for one text. Pure; fuzzed. @file: name to put before errors. */
Settings *settings_parse(const char *file, const char *text, size_t size, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

void settings_free(Settings *settings); /* (nullable) */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Settings, settings_free)

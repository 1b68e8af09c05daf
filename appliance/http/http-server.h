/* The HTTP server: dashboard, API, event stream, and the control socket of gantryctl.
 *
 * It owns one thread with a main context of its own. Others hand it immutable facts through the
 * publish functions, which never block and may be called from any thread; the newest fact of a kind
 * replaces the one before. It asks for what it cannot answer through the ports below and never
 * waits for an answer. */
#pragma once

#include <gio/gio.h>
#include <stdbool.h>

#include "appliance/events/command-port.h"
#include "appliance/events/event.h"
#include "appliance/events/evidence-reader.h"
#include "appliance/events/history-reader.h"
#include "appliance/events/picture-history.h"
#include "appliance/events/report-reader.h"
#include "appliance/events/segment-reader.h"
#include "appliance/events/session-store.h"
#include "appliance/model/access-options.h"
#include "appliance/model/account.h"
#include "appliance/model/snapshot.h"

typedef struct {
    const char *const *listen; /* (nullable): IP addresses, NULL-terminated; none: no TCP at all */
    const char *certificate;   /* (nullable): PEM file: every address speaks TLS on @tls_port too */
    const char *key;           /* (nullable): PEM file; NULL or "": it stands in @certificate */
    uint16_t tls_port;         /* 0: any free one */
    const char *frame_ancestors;  /* (nullable): of the content policy, "https://noc.example.org";
                                     NULL: 'none' */
    const char *security_contact; /* (nullable): URI that security.txt names, "mailto:..." */
    uint16_t port;                /* TCP; 0: any free one, see gantry_http_server_get_port() */
    const char *control_path;     /* (nullable): Unix socket of gantryctl; a dead one is replaced */
    const char *ui_dir;           /* (nullable): dashboard files from here, not from the program */
    const char *build;      /* version shown to people; a dashboard of another one reloads itself */
    const char *link_base;  /* (nullable): "http://host:port" that login links begin with; NULL:
                               the first listening address */
    const char *public_url; /* (nullable): how browsers reach the dashboard: a login provider sends
                               them back there; NULL: no login by a provider */
    const uint8_t *link_key;    /* (nullable): ACK_LINK_KEY_BYTES that sign links in messages; NULL:
                                   none is served */
    const uint8_t *account_key; /* (nullable): 32 bytes that seal secrets of accounts; NULL: no
                                   second factor can be set up */
    const AccessOptions *access; /* (nullable): the defaults. Outlives the server */
    const char *probe_program;   /* (nullable): gantry-probe, which decodes sound; NULL: nothing is
                                    heard */
} HttpServerSettings;

/* The journal, as GET /api/v1/events/log reads it. */
typedef struct {
    gpointer self; /* no-ref: outlives the server */
    /* Up to @max events with a sequence above @after, oldest first. Called on a worker thread; may
     * block on disk. Returns: (transfer full) (element-type Event). */
    GPtrArray *(*read)(gpointer self, uint64_t after, size_t max);
} JournalReader;

/* What the server asks others. gantry_http_server_new() copies the structs that this points to. */
typedef struct {
    const CommandPort *commands;
    const HistoryReader *history;   /* (nullable): nothing older than the last hour is shown */
    const ReportReader *reports;    /* (nullable): no report is made */
    const SessionStore *sessions;   /* (nullable): sessions end with the process */
    const JournalReader *journal;   /* (nullable): no journal is shown */
    const EvidenceReader *evidence; /* (nullable): no evidence of alarms is kept */
    const PictureHistory *pictures; /* (nullable): no pictures of the past are shown */
    const SegmentReader *segments;  /* (nullable): no recordings are shown */
} HttpServerPorts;

/* One picture of a channel. */
typedef struct {
    const char *channel_id;  /* slug */
    uint16_t width;          /* pixels: 192 or 320 */
    uint16_t height;         /* pixels */
    MonoUs captured_us;      /* when the last packet of the picture arrived */
    WallUs captured_wall_us; /* the same instant as wall time */
    uint64_t pts;            /* 90 kHz; PTS90_MODULUS: none */
    int64_t stale_after_us;  /* age from which it is stale; 0: as the snapshot says */
    GBytes *jpeg;            /* (transfer none) */
} HttpThumbnail;

/* Figures of the server itself, for the system page and tests. */
typedef struct {
    unsigned connections;          /* open now, control socket included */
    unsigned streams;              /* event streams among them */
    uint64_t requests;             /* answered */
    uint64_t refused;              /* connections over the cap */
    uint64_t cut;                  /* connections ended by a deadline or a bad header */
    WallUs certificate_expires_us; /* 0: there is none */
    bool certificate_unread;       /* the last reload failed; the one before is in use */
    uint64_t accept_errors;        /* failed accept() calls, such as EMFILE */
    uint64_t events_dropped; /* journal events that the streams had no room for (they resync) */
} HttpServerStatus;

typedef struct GantryHttpServer GantryHttpServer;

/* GnuTLS of Debian 12 still speaks TLS 1.0 and 1.1, and GIO takes its choice from this variable
 * alone: the program sets it before it starts a thread. */
#define HTTP_TLS_PRIORITY_VARIABLE "G_TLS_GNUTLS_PRIORITY"
#define HTTP_TLS_PRIORITY          "NORMAL:%COMPAT:-VERS-TLS1.0:-VERS-TLS1.1"

/**
 * gantry_http_server_new:
 * @settings: (transfer none): copied
 * @ports: (transfer none): copied; their @self outlive the server
 *
 * Returns: (transfer full): a server that does not listen yet
 */
GantryHttpServer *gantry_http_server_new(const HttpServerSettings *settings,
                                         const HttpServerPorts *ports);

/* Binds every address and starts the thread. On failure (%GANTRY_ERROR_CONFLICT: address in use,
 * %GANTRY_ERROR_INVALID: no IP address, %GANTRY_ERROR_DENIED) nothing listens. */
bool gantry_http_server_start(GantryHttpServer *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Closes every connection and joins the thread. Idempotent. */
void gantry_http_server_stop(GantryHttpServer *self);

/* Stops and frees. @self: (nullable). */
void gantry_http_server_free(GantryHttpServer *self);

/* The TCP port in use after start; 0 if none. Any thread. */
uint16_t gantry_http_server_get_port(const GantryHttpServer *self);

/* The port of TLS; 0 if there is no certificate. Any thread. */
uint16_t gantry_http_server_get_tls_port(const GantryHttpServer *self);

/* Reads certificate and key anew for the connections to come. Any thread, never blocks. */
void gantry_http_server_reload_certificate(GantryHttpServer *self);

/* Until accounts are published nobody can log in, and the API answers 503: only an empty book says
 * that the box was never set up.
 *
 * Publishers: any thread, from gantry_http_server_new() on, never block. All (transfer none). */
void gantry_http_server_publish_snapshot(GantryHttpServer *self, Snapshot *snapshot);
void gantry_http_server_publish_accounts(GantryHttpServer *self, AccountBook *book);
void gantry_http_server_publish_thumbnail(GantryHttpServer *self, const HttpThumbnail *thumbnail);

/* Audio levels of one channel: @n of each array in dBFS, at most LEVELS_MAX_CHANNELS. */
void gantry_http_server_publish_levels(GantryHttpServer *self,
                                       const char *channel_id,
                                       unsigned n,
                                       const float *peak_dbfs,
                                       const float *rms_dbfs);

/* A journal event, in order of its sequence, once it is visible. Of other kinds than an alarm's,
 * streams learn the sequence only. */
void gantry_http_server_publish_event(GantryHttpServer *self, Event *event);

/* Accepts @code once, for login or set-up as administrator, for @ttl_s seconds. Any thread. The
 * composition root prints the one it makes at the first start. */
void gantry_http_server_add_code(GantryHttpServer *self, const char *code, unsigned ttl_s);

/* A code of 128 random bits as 26 letters and digits. Returns: (transfer full) */
char *gantry_http_code_new(void);

/* Copies the current figures. Any thread, never blocks. */
void gantry_http_server_get_status(GantryHttpServer *self, HttpServerStatus *ret_status);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GantryHttpServer, gantry_http_server_free)

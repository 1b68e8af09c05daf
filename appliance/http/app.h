/* What the handlers share: one instance, owned by the server, used on the HTTP thread alone. */
#pragma once

#include "appliance/http/board.h"
#include "appliance/http/codes.h"
#include "appliance/http/disk-pool.h"
#include "appliance/http/http-server.h"
#include "appliance/http/idempotency.h"
#include "appliance/http/known-addresses.h"
#include "appliance/http/live.h"
#include "appliance/http/oidc-flows.h"
#include "appliance/http/oidc-provider.h"
#include "appliance/http/pam-checker.h"
#include "appliance/http/password-worker.h"
#include "appliance/http/request-rate.h"
#include "appliance/http/scoped-figures.h"
#include "appliance/http/second-factor.h"
#include "appliance/http/session.h"
#include "appliance/http/throttle.h"
#include "appliance/http/view-channel.h"

/* A rendered answer, good for a short while and shared by all clients. */
typedef struct {
    uint64_t seq;     /* of the snapshot it shows */
    MonoUs at_us;     /* when it was rendered: ages inside are told from then */
    GBytes *rendered; /* (nullable) */
} CachedView;

typedef struct HttpApp {
    Board *board; /* no-ref */
    Codes *codes; /* no-ref */
    SessionTable *sessions;
    Throttle *throttle;
    struct ReportShelf *reports;
    ScopedFigures *figures;
    RequestRate *rate;
    KnownAddresses *known;
    Idempotency *idempotency;
    uint32_t start_id; /* random: request ids of two starts differ */
    uint32_t requests; /* numbered so far */
    PasswordWorker *passwords;
    SecondFactors *factors;
    PamChecker *pam;            /* (nullable): there is no PAM */
    struct LateRefusals *later; /* (nullable): there is no PAM */
    OidcProvider *oidc;         /* (nullable): there is none */
    OidcFlows *flows;
    const AccessOptions *access; /* no-ref (nullable) */
    DiskPool *disk;
    struct SoundMaker *sounds; /* (nullable): there is no program that decodes */
    unsigned clips;            /* on their way to clients */
    Live *live;
    HttpServerPorts ports; /* what they point to outlives the app */
    char *build;
    char *content_policy;    /* see security-headers.h */
    char *security_contact;  /* (nullable): of security.txt */
    char *ui_dir;            /* (nullable) */
    char *link_base;         /* "http://127.0.0.1:8080" */
    const uint8_t *link_key; /* no-ref (nullable): signs links in messages */
    bool exporting;          /* somebody's personal data are being gathered */
    bool code_used;          /* somebody logged in by a one-time code since the start */
    GHashTable
        *watched;       /* (element-type utf8 gint64): when the loop was told that somebody looks */
    GHashTable *tokens; /* (element-type utf8 gint64): when each was last used */
    GHashTable *views;  /* (element-type utf8 CachedView): renderings, at most APP_VIEWS_MAX */
    HttpServerStatus *status; /* no-ref; under @status_lock */
    GMutex *status_lock;      /* no-ref */
} HttpApp;

/* When a token was last used, since gantryd started. */
void app_note_token(HttpApp *app, const char *id, WallUs now_us);
WallUs app_token_seen_us(const HttpApp *app, const char *id); /* 0: not yet */

/* Both clocks, now. */
ViewTime app_now(void);

#define APP_VIEWS_MAX 64u /* beyond, all are made anew */

/* Returns: (transfer full): what was rendered under @key, anew by @render if a newer snapshot came
 * or it is older than 250 ms. */
GBytes *app_cached(HttpApp *app,
                   const char *key,
                   const Snapshot *snapshot,
                   void (*render)(GString *out, const Snapshot *snapshot, const ViewTime *now));

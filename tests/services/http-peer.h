/* A receiver of webhooks that behaves as its path says: a real server on loopback.
 *
 *   /ok  204          /slow N  204 after N ms       /500 /429 (Retry-After: 1) /404 /410
 *   /redirect  302 to /ok           /hang  accepts, never answers       /midheader  closes inside
 *   the headers       /503 (Retry-After: 1)   /garbage  no HTTP   /slowbody  200, a byte a second
 *   /endless  200 and a body without an end           /switch  500 until told */
#pragma once

#include <gio/gio.h>
#include <stdbool.h>

#include "pipelines/base/units.h"

typedef struct {
    MonoUs at_us; /* when the whole request was there */
    char *path;
    char *body;
    char *id; /* webhook-id */
    char *timestamp;
    char *signature;
} HttpPeerRequest;

typedef struct {
    GSocketService *service;
    guint16 port;
    GMutex lock;
    GPtrArray *requests;          /* (element-type HttpPeerRequest) */
    gint works;                   /* of /switch; atomic */
    GTlsCertificate *certificate; /* (nullable): NULL for plain HTTP */
} HttpPeer;

HttpPeer *http_peer_new(void);

/* Makes FOLDER/FILE, a self-signed certificate for @name ("IP:127.0.0.1") and its key. Returns:
 * (transfer full): its path */
char *http_peer_certificate(const char *folder, const char *file, const char *name);

/* The same, good for @days; negative: it has expired. */
char *
http_peer_certificate_for_days(const char *folder, const char *file, const char *name, int days);

/* As an HTTPS server; @pem: file with certificate and key */
HttpPeer *http_peer_new_tls(const char *pem);
void http_peer_free(HttpPeer *peer);

/* Returns: (transfer full): http://127.0.0.1:PORT (https) and @path */
char *http_peer_url(HttpPeer *peer, const char *path);

/* Requests to @path so far. */
guint http_peer_count(HttpPeer *peer, const char *path);

/* The @n-th request to @path, from 0. (transfer none): as long as @peer */
const HttpPeerRequest *http_peer_get(HttpPeer *peer, const char *path, guint n);

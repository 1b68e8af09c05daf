/* The server's certificate and key: read from files, read again when told, never half. HTTP thread
 * only, after tls_identity_new(). */
#pragma once

#include <gio/gio.h>
#include <stdbool.h>

#include "pipelines/base/units.h"

typedef struct TlsIdentity TlsIdentity;

/* @certificate: PEM file, its chain behind it. @key: PEM file; "" if it stands in @certificate too.
 * Returns: (transfer full): or NULL with %GANTRY_ERROR_INVALID, naming the file */
TlsIdentity *tls_identity_new(const char *certificate,
                              const char *key,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tls_identity_free(TlsIdentity *self); /* (nullable) */

/* Reads both files anew; connections that are open keep what they have. On failure nothing changes.
 */
bool tls_identity_reload(TlsIdentity *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer none) */
GTlsCertificate *tls_identity_get(const TlsIdentity *self);

/* When it ends; 0: unknown. */
WallUs tls_identity_expires_us(const TlsIdentity *self);

/* GIO's certificate, and the two paths it came from. */
#include "appliance/http/tls-identity.h"

#include "pipelines/base/error.h"

struct TlsIdentity {
    char *certificate_path;
    char *key_path;
    GTlsCertificate *certificate; /* owned; with its private key */
};

bool
tls_identity_reload(TlsIdentity *self, GError **error)
{
    g_autoptr(GError) cause = NULL;
    const char *key = *self->key_path != '\0' ? self->key_path : self->certificate_path;
    g_autoptr(GTlsCertificate) certificate =
        g_tls_certificate_new_from_files(self->certificate_path, key, &cause);

    if (certificate == NULL) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "certificate \"%s\" with key \"%s\": %s", self->certificate_path, key,
                    cause->message);
        return false;
    }
    g_clear_object(&self->certificate);
    self->certificate = g_steal_pointer(&certificate);
    return true;
}

TlsIdentity *
tls_identity_new(const char *certificate, const char *key, GError **error)
{
    TlsIdentity *self = g_new0(TlsIdentity, 1);

    self->certificate_path = g_strdup(certificate);
    self->key_path = g_strdup(key);
    if (!tls_identity_reload(self, error))
        g_clear_pointer(&self, tls_identity_free);
    return self;
}

void
tls_identity_free(TlsIdentity *self)
{
    if (self == NULL)
        return;
    g_clear_object(&self->certificate);
    g_free(self->certificate_path);
    g_free(self->key_path);
    g_free(self);
}

GTlsCertificate *
tls_identity_get(const TlsIdentity *self)
{
    return self->certificate;
}

WallUs
tls_identity_expires_us(const TlsIdentity *self)
{
    g_autoptr(GDateTime) end = g_tls_certificate_get_not_valid_after(self->certificate);

    return end != NULL ? g_date_time_to_unix(end) * US_PER_SECOND : 0;
}

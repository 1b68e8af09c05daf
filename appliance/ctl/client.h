/* One HTTP request at a time over the control socket. */
#pragma once

#include <json-glib/json-glib.h>

/* Exit status of gantryctl. */
typedef enum {
    CTL_OK = 0,
    CTL_FAILURE = 1,
    CTL_USAGE = 2,
    CTL_UNREACHABLE = 3,
    CTL_DENIED = 4,
    CTL_NOT_FOUND = 5,
    CTL_CONFLICT = 6,
} CtlStatus;

typedef struct CtlClient CtlClient;

/* @socket_path: of gantryd's control socket; @timeout_s: for one whole request. */
CtlClient *ctl_client_new(const char *socket_path, unsigned timeout_s);
void ctl_client_free(CtlClient *client); /* (nullable) */

/* As ctl_client_ask(), with @method: "GET", "POST", "PUT" or "DELETE". */
CtlStatus ctl_client_send(CtlClient *client,
                          const char *method,
                          const char *path,
                          const char *body,
                          JsonNode **ret_root,
                          char **ret_message);

/* Asks @path (with its query); @body: (nullable): JSON to POST, NULL: a GET.
 * @ret_root: (transfer full): the answer, always an object, only on CTL_OK.
 * @ret_message: (transfer full): one sentence for people, only otherwise. */
CtlStatus ctl_client_ask(
    CtlClient *client, const char *path, const char *body, JsonNode **ret_root, char **ret_message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CtlClient, ctl_client_free)

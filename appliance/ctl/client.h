/* One HTTP request at a time: over the control socket, or to a host with an API token. */
#pragma once

#include <json-glib/json-glib.h>
#include <stdbool.h>

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

typedef struct {
    const char *socket;  /* path of gantryd's control socket; not used with @host */
    const char *host;    /* (nullable): "https://gantry.example" */
    const char *token;   /* (nullable): API token, for @host */
    const char *ca_file; /* (nullable): trusted roots */
    unsigned timeout_s;  /* for one whole request */
} CtlAccess;

typedef struct CtlClient CtlClient;

/* @access: copied */
CtlClient *ctl_client_new(const CtlAccess *access);
void ctl_client_free(CtlClient *client); /* (nullable) */

/* Called for every line of an answer; @line: without its end. False: enough. */
typedef bool (*CtlLine)(const char *line, gpointer user_data);

typedef struct {
    const char *method;   /* "GET", "POST", "PUT", "PATCH" or "DELETE" */
    const char *path;     /* with its query */
    const char *body;     /* (nullable) */
    const char *type;     /* (nullable): of @body; NULL: JSON */
    const char *if_match; /* (nullable) */
    CtlLine on_line;      /* (nullable): takes the answer line by line, without a time limit */
    gpointer user_data;   /* of on_line */
} CtlRequest;

typedef struct {
    long http_status;
    char *type;    /* media type; "" for none */
    char *etag;    /* (nullable) */
    char *retry;   /* (nullable): Retry-After */
    GString *body; /* empty with CtlRequest.on_line */
} CtlAnswer;

void ctl_answer_clear(CtlAnswer *answer);

/* @ret_message: (transfer full): one or more sentences for people, unless CTL_OK. */
CtlStatus ctl_client_request(CtlClient *client,
                             const CtlRequest *request,
                             CtlAnswer *ret_answer,
                             char **ret_message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CtlClient, ctl_client_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CtlAnswer, ctl_answer_clear)

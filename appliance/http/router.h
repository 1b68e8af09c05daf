/* Which handler answers which method and path, and who may ask. Table-driven and pure. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "appliance/model/account.h"

#define ROUTE_PARAMS_MAX 2u

typedef enum {
    ROUTE_PLAIN = 0,
    ROUTE_CONTROL_ONLY = 1 << 0, /* the control socket alone */
    ROUTE_IMPORT = 1 << 1,       /* may carry a body of up to BODY_IMPORT_MAX */
    ROUTE_METRICS = 1 << 2,      /* loopback may ask without a login */
    ROUTE_ALWAYS = 1 << 3,       /* answers even while accounts and sessions are being read */
    ROUTE_FORM = 1 << 4,         /* its address is the secret: a plain form may post to it */
    ROUTE_OWN = 1 << 5,          /* about who asks: also while a new password is due */
} RouteFlags;

/* What somebody gets whose account or token is limited to some channels. */
typedef enum {
    REACH_BOX,    /* it is about the whole box: refused */
    REACH_SCOPED, /* their channels alone, as if there were no others */
    REACH_ALL,    /* the same as everybody: it names no channel */
} RouteReach;

struct HttpRequest;

/* The one table of rights: what is not in it is not served. Each row is also said in api.yaml
 * (x-gantry-role, x-gantry-tokens, x-gantry-reach), and tests hold both and a running gantryd
 * against each other. */
typedef struct {
    const char *method;  /* "GET" also answers HEAD */
    const char *pattern; /* "/api/v1/channels/{}/series": {} stands for one non-empty segment */
    Role role;           /* least role of a person; ROLE_NONE: anybody */
    unsigned tokens;     /* TokenRight bits: a token with any of them may ask; 0: no token */
    RouteReach reach;
    unsigned flags; /* RouteFlags */
    void (*handle)(struct HttpRequest *request);
} Route;

typedef enum { ROUTE_FOUND, ROUTE_NO_PATH, ROUTE_NO_METHOD } RouteResult;

typedef struct {
    RouteResult result;
    const Route *route;             /* if found */
    char *params[ROUTE_PARAMS_MAX]; /* (transfer full): segments that stood for {} */
} RouteMatch;

/* The methods of @path, as an Allow header lists them. Returns: (transfer full) */
char *route_methods(const Route *routes, const char *path);

/* @routes: ends with an entry without a method. @path: decoded. */
RouteMatch route_match(const Route *routes, const char *method, const char *path);

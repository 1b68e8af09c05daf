/* Requests of people and peers to the supervision loop: acknowledge an alarm, read the last hour,
 * set an account. The HTTP thread submits and goes on; the answer comes back to its own context. */
#pragma once

#include <gio/gio.h>
#include <stdbool.h>

#include "appliance/model/account.h"
#include "pipelines/base/units.h"

typedef enum {
    COMMAND_ALARM_ACK,       /* target: alarm id; note, for_us */
    COMMAND_ALARM_UNACK,     /* target: alarm id; note */
    COMMAND_ALARM_COMMENT,   /* target: alarm id; note */
    COMMAND_ALARM_ASSIGN,    /* target: alarm id; owner; note */
    COMMAND_ALARM_SHELVE,    /* target: alarm id; note, for_us (0: until it clears) */
    COMMAND_ALARM_UNSHELVE,  /* target: alarm id; note */
    COMMAND_ALARM_RULE,      /* target: resource; metric: FaultId; answers JSON */
    COMMAND_CONFIG,          /* verb: what about the inventory */
    COMMAND_SITE_SHOW,       /* target: "calendar", "runbooks" or "policy"; answers JSON */
    COMMAND_SITE_SET,        /* target: "calendar/ID", "runbooks/FAULT" or "policy"; note: JSON */
    COMMAND_SITE_REMOVE,     /* target: the same */
    COMMAND_ACCOUNT_SET,     /* target: account name; account; expected; answers its revision */
    COMMAND_ACCOUNT_REMOVE,  /* target: account name; expected */
    COMMAND_ACCOUNT_ERASE,   /* target: account name; expected (0: it is gone); its pseudonym */
    COMMAND_TOKEN_SET,       /* target: token id; token; there is none of that id */
    COMMAND_TOKEN_REMOVE,    /* target: token id */
    COMMAND_SAMPLES,         /* target: channel id; metric, from_us, to_us: last hour at 1 s */
    COMMAND_AUDIT,           /* target: what was done ("login"); note: details */
    COMMAND_CHANNELS_CHECK,  /* note: whole text of a CSV or M3U list; answers what it would change
                              */
    COMMAND_RECEIVER_SHOW,   /* target: receiver id, "" for all; answers JSON */
    COMMAND_RECEIVER_SET,    /* target: receiver id; note: JSON, its secret in it */
    COMMAND_RECEIVER_REMOVE, /* target: receiver id */
    COMMAND_RECEIVER_TEST,   /* target: receiver id; answers what it said */
    COMMAND_RECEIVER_ATTEMPTS, /* target: receiver id; answers JSON */
    COMMAND_RECEIVER_REPLAY,   /* target: receiver id; seq: of the journal's event */
    COMMAND_CHANNEL_WATCH,     /* target: channel id: somebody looks at it now */
    COMMAND_CHANNEL_SHOT,      /* target: channel id: a picture of SHOT_WIDTH, within 3 s */
    COMMAND_PROFILES,          /* answers all profiles as JSON */
    COMMAND_PROFILE_SET,       /* target: profile id; note: the profile as JSON */
    COMMAND_PROFILE_DELETE,    /* target: profile id */
    COMMAND_GROUP_PROFILE,     /* channel: a group; target: its profile's id, "" for none */
    COMMAND_PROFILE_SIMULATE,  /* target: profile id; note: a draft of it as JSON, "" for the stored
                                  one; channel: id, "group/NAME" or ""; from_us: span; answers JSON
                                */
    COMMAND_PROPOSAL,        /* target: channel id; answers the profile that was learned, as JSON */
    COMMAND_PROPOSAL_ACCEPT, /* target: channel id */
} CommandKind;

/* About the inventory. A target is "COLLECTION/ID". */
typedef enum {
    CONFIG_LIST,   /* target: collection, "channels" or "walls"; answers JSON */
    CONFIG_SHOW,   /* target; answers JSON and its ETag */
    CONFIG_CREATE, /* target, not there yet; note: JSON */
    CONFIG_SET,    /* target, there or not; note: JSON; if_match */
    CONFIG_PATCH,  /* target, there; note: JSON merge patch (RFC 7396); if_match */
    CONFIG_REMOVE, /* target; if_match */
    CONFIG_IMPORT, /* note: a list of channels; channel: "remove" if what is not in it shall go */
    CONFIG_EXPORT, /* answers the channels as CSV */
    CONFIG_GENERATIONS, /* target: number of the first one, "" for the newest; seq: how many */
    CONFIG_DIFFERENCE,  /* target: a generation; seq: the other one, 0 for the present one */
    CONFIG_REVERT,      /* target: a generation; if_match: of the present one */
    CONFIG_RULES,       /* target: a profile; answers all its rules as JSON */
    CONFIG_PROBE,       /* target: address of an input; channel: interface; answers an id */
    CONFIG_OPERATION,   /* target: that id */
} ConfigVerb;

typedef struct {
    CommandKind kind;
    ConfigVerb verb;   /* of COMMAND_CONFIG */
    char *target;      /* "" if none */
    char *actor;       /* who asks: account name or "local" */
    char *note;        /* bounded by the submitter */
    char *owner;       /* (nullable): account name */
    int64_t for_us;    /* how long; 0: without an end */
    uint64_t seq;      /* of an event */
    char *channel;     /* what it is about, beside the target; "" if nothing */
    char *address;     /* where from, as text; "" if unknown */
    Scope *scope;      /* (nullable): all that the actor may know of; NULL: everything */
    Account *account;  /* (nullable) */
    ApiToken *token;   /* (nullable) */
    uint64_t expected; /* revision that is changed; 0: there is none yet */
    char *if_match;    /* (nullable): tags of the version to change; see etag_allows() */
    bool dry_run;      /* check and tell, change nothing */
    unsigned metric;   /* MetricId */
    MonoUs from_us;
    MonoUs to_us;
} Command;

/* Columns of one series: NAN where nothing was measured. */
typedef struct {
    size_t n;      /* entries of each array */
    MonoUs *at_us; /* ascending */
    double *minimum;
    double *maximum;
    double *mean;
} CommandSeries;

/* A picture that was asked for. */
typedef struct {
    GBytes *jpeg; /* (nullable): none */
    MonoUs captured_us;
    WallUs captured_wall_us;
    uint64_t pts; /* 90 kHz; PTS90_MODULUS: none */
} CommandPicture;

/* One wrong field of what was sent. */
typedef struct {
    char *pointer; /* JSON pointer (RFC 6901): "/address" */
    char *detail;  /* one sentence */
} CommandFault;

typedef struct {
    GError *error;        /* (nullable): why not */
    GPtrArray *faults;    /* (nullable) (element-type CommandFault): wrong fields, beside @error */
    char *etag;           /* (nullable): of the thing as it now is */
    char *text;           /* (nullable): one sentence or one JSON value */
    CommandSeries series; /* of COMMAND_SAMPLES */
    CommandPicture picture; /* of COMMAND_CHANNEL_SHOT */
} CommandResult;

/* Called once, on the thread-default context of the submitter. @result: (transfer none). */
typedef void (*CommandDone)(const CommandResult *result, gpointer user_data);

typedef struct {
    gpointer self; /* no-ref: outlives every submitter */
    /* @command: (transfer full). Never blocks; any thread that runs a main context. @done is called
     * with GANTRY_ERROR_UNAVAILABLE if the loop's queue (256) is full. */
    void (*submit)(gpointer self, Command *command, CommandDone done, gpointer user_data);
} CommandPort;

Command *command_new(CommandKind kind, const char *target, const char *actor);
void command_free(Command *command);                                /* (nullable) */
void command_set_account(Command *command, const Account *account); /* copied; the next, too */
void command_set_token(Command *command, const ApiToken *token);
void command_set_scope(Command *command, const Scope *scope); /* (nullable), copied */
void command_result_clear(CommandResult *result);

/* Refuses: @pointer leads to the wrong field, @detail says what was expected. The first one becomes
 * the error too; later ones are added. */
void command_result_fault(CommandResult *result, const char *pointer, const char *detail);
CommandFault *command_fault_new(const char *pointer, const char *detail);
void command_fault_free(CommandFault *fault);
void command_picture_clear(CommandPicture *picture);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Command, command_free)

/* The table of verbs. A route of the API without a row here is a mistake that a test finds
 * (tests/services/ctl-covers-api-test.py). */
#include "appliance/ctl/verb-runs.h"

#define ALARM_COLUMNS                                                                              \
    "ID=id;SEVERITY=severity;RAISED=raised_at;CLEARED=cleared_at;OPERATOR=operator_state;"         \
    "OWNER=owner;UNTIL=until;RESOURCE=resource;TYPE=type;TEXT=text"
#define EVENT_COLUMNS                                                                              \
    "SEQ=seq;AT=at;KIND=kind;SEVERITY=severity;RESOURCE=resource;TYPE=type;TEXT=text;ACTOR=actor"
#define CHANNEL_COLUMNS                                                                            \
    "ID=id;STATE=state;SEVERITY=severity;MBIT/S=bitrate_bps@M;CC ERRORS=cc_errors;"                \
    "ADDRESS=address;NAME=name;WHY=state_text"

#define GET  .method = "GET"
#define POST .method = "POST"
#define PUT  .method = "PUT"
#define DEL  .method = "DELETE"
#define API  "/api/v1/"

const Verb verbs[] = {
    {"status", NULL, NULL, "the box at a glance; with --check as a plug-in of Nagios", GET,
     API "system", .more = "check", .also = "GET /api/v1/channels;GET /api/v1/alarms",
     .run = run_status},
    {"top", NULL, NULL, "every channel, again each second until interrupted", GET, API "channels",
     .output = OUT_TABLE, .columns = CHANNEL_COLUMNS, .run = run_top},

    {"channel", "list", NULL, "every channel and its state", GET, API "channels",
     .output = OUT_TABLE, .columns = CHANNEL_COLUMNS},
    {"channel", "show", "ID", "all about one channel", GET, API "channels/{}",
     .output = OUT_OBJECT},
    {"channel", "notes", "ID", "what the stream itself told, newest first", GET,
     API "channels/{}/notes", .query = "kind limit", .output = OUT_TABLE,
     .columns = "AT=at;KIND=kind;PID=pid;TEXT=text"},
    {"channel", "series", "ID", "figures over time, with --metrics NAMES", GET,
     API "channels/{}/series", .query = "metrics from to max-points", .output = OUT_OBJECT},
    {"channel", "segments", "ID", "what is recorded of it, oldest first", GET,
     API "channels/{}/segments", .query = "from to", .output = OUT_TABLE,
     .columns = "FROM=from;TO=to;BYTES=bytes"},
    {"channel", "clip", "ID", "a part of the recording as a transport stream", GET,
     API "channels/{}/clip.ts", .query = "from to", .output = OUT_FILE, .more = "output"},
    {"channel", "thumb", "ID", "the newest picture, JPEG", GET, API "channels/{}/thumb.jpg",
     .query = "width", .output = OUT_FILE, .more = "output"},
    {"channel", "shot", "ID", "a picture taken now, JPEG", GET, API "channels/{}/shot.jpg",
     .output = OUT_FILE, .more = "output"},
    {"channel", "pictures", "ID", "pictures of the past that are kept, newest first", GET,
     API "channels/{}/thumbnails", .query = "from to limit", .output = OUT_TABLE,
     .columns = "AT=captured_at;URL=url"},
    {"channel", "picture", "ID TIME", "one of those, JPEG; TIME as in its address", GET,
     API "channels/{}/thumbnails/{}.jpg", .output = OUT_FILE, .more = "output"},
    {"channel", "proposal", "ID", "what was learned of it, and the profile proposed", GET,
     API "channels/{}/proposal", .run = run_channel_proposal},
    {"channel", "accept", "ID", "take the proposed profile", POST,
     API "channels/{}/proposal/accept", .body = ""},
    {"channel", "maintain", "ID", "planned work from now on, for --minutes N, with --note WHY", PUT,
     API "calendar/{}", .more = "minutes note", .run = run_channel_maintain},

    {"profile", "list", NULL, "alarm profiles, shipped ones first", GET, API "profiles",
     .output = OUT_TABLE,
     .columns = "ID=profile.id;BASE=profile.base;CHANNELS=channels;SHIPPED=shipped;"
                "FOR=profile.text"},
    {"profile", "show", "ID", "what a profile sets, and why", GET, API "profiles",
     .run = run_profile_show},
    {"profile", "set", "ID", "make one or change it, with --body JSON", PUT, API "profiles/{}",
     .body = "*"},
    {"profile", "remove", "ID", "delete one that nothing uses", DEL, API "profiles/{}"},
    {"profile", "simulate", "ID", "what it would have raised in the last hours", POST,
     API "profiles/{}/simulate", .body = "channel hours:n", .run = run_profile_simulate},
    {"group", "profile", "GROUP", "give a group of channels a --profile ID, or none", PUT,
     API "group-profiles/{}", .body = "profile"},

    {"alarm", "list", NULL, "raised alarms; with --all also those cleared lately", GET,
     API "alarms", .query = "state=all state channel limit", .output = OUT_TABLE,
     .columns = ALARM_COLUMNS},
    {"alarm", "watch", NULL, "alarms as they come, until interrupted", GET, API "events",
     .output = OUT_STREAM, .columns = ALARM_COLUMNS, .run = run_alarm_watch},
    {"alarm", "ack", "ID", "acknowledge, with --note TEXT and --minutes N", POST,
     API "alarms/{}/ack", .body = "note minutes:n"},
    {"alarm", "unack", "ID", "take an acknowledgement back", POST, API "alarms/{}/unack",
     .body = "note"},
    {"alarm", "comment", "ID", "comment, with --note TEXT", POST, API "alarms/{}/comment",
     .body = "note", .also = "POST /api/v1/alarms/{}/comments"},
    {"alarm", "assign", "ID", "give it to --user NAME", POST, API "alarms/{}/assign",
     .body = "note user"},
    {"alarm", "shelve", "ID", "put it aside, with --note WHY; --minutes N, or until it clears",
     POST, API "alarms/{}/shelve", .body = "note minutes:n"},
    {"alarm", "unshelve", "ID", "take a shelf back before its end", POST, API "alarms/{}/unshelve",
     .body = "note"},
    {"alarm", "events", "ID", "the story of one alarm", GET, API "alarms/{}/events",
     .output = OUT_TABLE, .columns = EVENT_COLUMNS},
    {"alarm", "clip", "ID", "the recording around it as a transport stream", GET,
     API "alarms/{}/clip.ts", .query = "channel", .output = OUT_FILE, .more = "output"},
    {"alarm", "evidence", "ID", "pictures, figures and clip that are kept of it", GET,
     API "alarms/{}/evidence", .output = OUT_OBJECT},
    {"alarm", "picture", "ID NAME", "one picture of it: before.jpg, at.jpg or after.jpg", GET,
     API "alarms/{}/evidence/{}", .output = OUT_FILE, .more = "output"},

    {"handover", NULL, NULL, "for the next shift: open, shelved, promised, stale, lately", GET,
     API "handover", .run = run_handover},
    {"figures", NULL, NULL, "alarms an hour, floods, chatter, what led to an act", GET,
     API "alarm-figures", .output = OUT_TABLE, .items = "spans",
     .columns = "SPAN=span;HOURS=hours;ALARMS=announced;PER HOUR=per_hour;FLOODS=floods;"
                "MOST/10 MIN=most_in_10_minutes;CHATTER=chattering;ACTED=acted_share"},
    {"figures", "csv", NULL, "the same counts by the hour, for 30 days, as CSV", GET,
     API "alarm-figures.csv", .output = OUT_TEXT, .more = "output"},

    {"calendar", "list", NULL, "planned work and expected content", GET, API "calendar",
     .output = OUT_TABLE,
     .columns = "ID=id;KIND=kind;NOW=active;NEXT FROM=next_from;NEXT UNTIL=next_until;"
                "REPEAT=repeat;CHANNELS=channels;GROUPS=groups;TITLE=title"},
    {"calendar", "set", "ID", "plan, or change a plan, with --body JSON", PUT, API "calendar/{}",
     .body = "*"},
    {"calendar", "remove", "ID", "take a plan back", DEL, API "calendar/{}"},
    {"runbook", "list", NULL, "what to do about each fault", GET, API "runbooks",
     .output = OUT_TABLE, .columns = "FAULT=fault;OF THE SITE=own;WHAT TO DO=text"},
    {"runbook", "set", "FAULT", "the site's own text, with --note TEXT", PUT, API "runbooks/{}",
     .body = "text=note"},
    {"runbook", "remove", "FAULT", "back to the shipped text", DEL, API "runbooks/{}"},
    {"policy", "show", NULL, "what the site decided about its alarms", GET, API "policy",
     .output = OUT_OBJECT},
    {"policy", "set", NULL, "change it, with --body JSON or --set NAME=VALUE", PUT, API "policy",
     .body = "*"},

    {"receiver", "list", NULL, "who is told of alarms, and whether they take them", GET,
     API "receivers", .output = OUT_TABLE,
     .columns = "ID=id;KIND=settings.kind;STATE=status.state;SEVERITY=settings.min_severity;"
                "URL=settings.url;WHY=status.text"},
    {"receiver", "show", "ID", "one receiver as JSON", GET, API "receivers/{}", .output = OUT_JSON},
    {"receiver", "set", "ID", "make or change one: JSON, its secret in it, best on stdin", PUT,
     API "receivers/{}", .body = "*"},
    {"receiver", "remove", "ID", "tell it no more, forget its secret", DEL, API "receivers/{}"},
    {"receiver", "test", "ID", "send a test, print what it answered", POST, API "receivers/{}/test",
     .body = "", .run = run_receiver_try},
    {"receiver", "deliveries", "ID", "the last attempts, newest first", GET,
     API "receivers/{}/deliveries", .output = OUT_TABLE,
     .columns = "AT=at;WHAT=what;OUTCOME=outcome;STATUS=status;MS=latency_ms;ATTEMPT=attempt;"
                "SEQ=seq;TITLE=title;ANSWER=answer"},
    {"receiver", "replay", "ID", "send the journal's event --seq SEQ once more", POST,
     API "receivers/{}/replay", .body = "seq=seq:n seq=after:n", .run = run_receiver_try},

    {"journal", NULL, NULL,
     "events, with --after SEQ and --follow; of a dead gantryd with --file PATH", GET,
     API "events/log", .columns = EVENT_COLUMNS, .more = "after follow file", .run = run_journal},
    {"event", "watch", NULL, "the live stream of everything, one JSON object a line", GET,
     API "events", .output = OUT_STREAM, .run = run_watch},
    {"system", "show", NULL, "all that the box says of itself", GET, API "system",
     .output = OUT_OBJECT},
    {"catalogue", NULL, NULL, "every fault and every figure with its sentence", GET,
     API "catalogue", .output = OUT_OBJECT},
    {"metrics", NULL, NULL, "figures as Prometheus reads them", GET, "/metrics", .output = OUT_TEXT,
     .more = "output"},
    {"api", "describe", NULL, "the description of the API, OpenAPI 3.1", GET, API "openapi.yaml",
     .output = OUT_TEXT, .more = "output"},
    {"session", "show", NULL, "who the box takes you for", GET, API "session",
     .output = OUT_OBJECT},
    {"login-link", NULL, NULL, "a link that logs in once, within 24 hours", POST, API "login-codes",
     .body = "", .run = run_login_link},
    {"setup-code", NULL, NULL, "a code for the first set-up, good once, within 24 hours", POST,
     API "login-codes", .body = "", .run = run_setup_code},

    {"help", NULL, NULL, "all commands, or --json for programs", .run = run_help},
    {0},
};

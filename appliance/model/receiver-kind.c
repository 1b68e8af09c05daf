/* The table of kinds. Limits: reference "Alert delivery", section 1.3, and the makers' pages. */
#include "appliance/model/receiver-kind.h"

#include <string.h>

#define TITLE "[{severity}] {where}: {what}{?cleared_at} - cleared{/cleared_at}"
#define TEXT                                                                                       \
    "{text}{?cleared_at}\nCleared after {duration}.{/cleared_at}"                                  \
    "{?act}\n{act}{?actor} by {actor}{/actor}{?note}: {note}{/note}{/act}"                         \
    "{!cleared_at}\nWhat to do: {action}{/cleared_at}"

static const ReceiverKindInfo kinds[RECEIVER_KIND_COUNT] = {
    [RECEIVER_WEBHOOK] = {.name = "webhook",
                          .schemes = {"https", "http"},
                          .has_heartbeat = true,
                          .burst = 500,
                          .per_minute = 6000,
                          .in_flight = 4,
                          .max_title = 500,
                          .max_text = 2000,
                          .title = TITLE,
                          .text = "{text}"},
    /* One message a second and webhook; a second's worth at once. */
    [RECEIVER_SLACK] = {.name = "slack",
                        .schemes = {"https", "http"},
                        .secret_is_url = true,
                        .for_people = true,
                        .has_heartbeat = true,
                        .burst = 1,
                        .per_minute = 55,
                        .in_flight = 1,
                        .max_title = 150,
                        .max_text = 2800,
                        .title = TITLE,
                        .text = TEXT},
    /* Throttled above 4 a second; 28 KB documented, 21 KB seen to work. */
    [RECEIVER_TEAMS] = {.name = "teams",
                        .schemes = {"https", "http"},
                        .secret_is_url = true,
                        .for_people = true,
                        .has_heartbeat = true,
                        .burst = 3,
                        .per_minute = 120,
                        .in_flight = 2,
                        .max_title = 250,
                        .max_text = 2500,
                        .title = TITLE,
                        .text = TEXT},
    /* About 120 calls a minute and key. */
    [RECEIVER_PAGERDUTY] = {.name = "pagerduty",
                            .schemes = {"https", "http"},
                            .url = "https://events.pagerduty.com/v2/enqueue",
                            .needs_secret = true,
                            .keeps_state = true,
                            .for_people = true,
                            .burst = 10,
                            .per_minute = 90,
                            .in_flight = 4,
                            .max_title = 1024,
                            .max_text = 4000,
                            .title = TITLE,
                            .text = TEXT},
    [RECEIVER_JSM] = {.name = "jsm",
                      .schemes = {"https", "http"},
                      .url = "https://api.atlassian.com/jsm/ops/integration/v2/alerts",
                      .needs_secret = true,
                      .keeps_state = true,
                      .for_people = true,
                      .burst = 10,
                      .per_minute = 90,
                      .in_flight = 4,
                      .max_title = 130,
                      .max_text = 15000,
                      .title = TITLE,
                      .text = TEXT},
    [RECEIVER_ALERTMANAGER] = {.name = "alertmanager",
                               .schemes = {"https", "http"},
                               .keeps_state = true,
                               .has_heartbeat = true,
                               .burst = 100,
                               .per_minute = 1200,
                               .in_flight = 4,
                               .max_title = 500,
                               .max_text = 4000,
                               .title = TITLE,
                               .text = "{text}"},
    /* One message a second and chat, 20 a minute in a group. */
    [RECEIVER_TELEGRAM] = {.name = "telegram",
                           .schemes = {"https", "http"},
                           .url = "https://api.telegram.org",
                           .needs_secret = true,
                           .needs_to = true,
                           .for_people = true,
                           .has_heartbeat = true,
                           .burst = 1,
                           .per_minute = 19,
                           .in_flight = 1,
                           .max_title = 250,
                           .max_text = 3500,
                           .title = TITLE,
                           .text = TEXT},
    [RECEIVER_EMAIL] = {.name = "email",
                        .schemes = {"smtps", "smtp", "smtp+plain"},
                        .needs_to = true,
                        .for_people = true,
                        .has_heartbeat = true,
                        .burst = 10,
                        .per_minute = 30,
                        .in_flight = 2,
                        .max_title = 200,
                        .max_text = 20000,
                        .title = TITLE,
                        .text = TEXT},
    [RECEIVER_SYSLOG] = {.name = "syslog",
                         .schemes = {"tls", "tcp", "udp"},
                         .has_heartbeat = true,
                         .burst = 500,
                         .per_minute = 6000,
                         .in_flight = 4,
                         .max_title = 200,
                         .max_text = 1000,
                         .title = TITLE,
                         .text = "{text}{?cleared_at} Cleared after {duration}.{/cleared_at}"},
};

static const char *const names[] = {"webhook",      "slack",    "teams", "pagerduty", "jsm",
                                    "alertmanager", "telegram", "email", "syslog",    NULL};

const ReceiverKindInfo *
receiver_kind_info(ReceiverKind kind)
{
    return &kinds[kind < RECEIVER_KIND_COUNT ? kind : RECEIVER_WEBHOOK];
}

bool
receiver_kind_from_name(const char *name, ReceiverKind *ret_kind)
{
    for (unsigned i = 0; name != NULL && i < RECEIVER_KIND_COUNT; i++) {
        if (strcmp(kinds[i].name, name) != 0)
            continue;
        *ret_kind = (ReceiverKind)i;
        return true;
    }
    return false;
}

const char *const *
receiver_kind_names(void)
{
    return names;
}

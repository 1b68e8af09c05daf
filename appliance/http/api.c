/* The routes. */
#include "appliance/http/api.h"

const Route api_routes[] = {
    {"GET", "/api/v1/session", ROLE_NONE, ROUTE_PLAIN, api_session_get},
    {"POST", "/api/v1/login", ROLE_NONE, ROUTE_PLAIN, api_login},
    {"POST", "/api/v1/logout", ROLE_NONE, ROUTE_PLAIN, api_logout},
    {"POST", "/api/v1/setup", ROLE_NONE, ROUTE_PLAIN, api_setup},
    {"POST", "/api/v1/login-codes", ROLE_ADMIN, ROUTE_CONTROL_ONLY, api_login_codes},
    {"GET", "/api/v1/openapi.yaml", ROLE_NONE, ROUTE_ALWAYS, api_openapi},

    {"GET", "/api/v1/channels", ROLE_VIEWER, ROUTE_PLAIN, api_channels},
    {"GET", "/api/v1/channels/{}", ROLE_VIEWER, ROUTE_PLAIN, api_channel},
    {"GET", "/api/v1/channels/{}/notes", ROLE_VIEWER, ROUTE_PLAIN, api_channel_notes},
    {"GET", "/api/v1/channels/{}/structure", ROLE_VIEWER, ROUTE_PLAIN, api_channel_structure},
    {"GET", "/api/v1/channels/{}/series", ROLE_VIEWER, ROUTE_PLAIN, api_channel_series},
    {"GET", "/api/v1/channels/{}/segments", ROLE_VIEWER, ROUTE_PLAIN, api_channel_segments},
    {"GET", "/api/v1/channels/{}/clip.ts", ROLE_VIEWER, ROUTE_PLAIN, api_channel_clip},
    {"GET", "/api/v1/channels/{}/thumb.jpg", ROLE_VIEWER, ROUTE_PLAIN, api_channel_thumb},
    {"GET", "/api/v1/channels/{}/shot.jpg", ROLE_VIEWER, ROUTE_PLAIN, api_channel_shot},
    {"GET", "/api/v1/channels/{}/thumbnails", ROLE_VIEWER, ROUTE_PLAIN, api_channel_thumbnails},
    {"GET", "/api/v1/channels/{}/thumbnails/{}", ROLE_VIEWER, ROUTE_PLAIN, api_channel_thumbnail},
    {"GET", "/api/v1/channels/{}/proposal", ROLE_VIEWER, ROUTE_PLAIN, api_channel_proposal},
    {"POST", "/api/v1/channels/{}/proposal/accept", ROLE_ENGINEER, ROUTE_PLAIN,
     api_channel_proposal_accept},
    {"POST", "/api/v1/channels", ROLE_ENGINEER, ROUTE_PLAIN, api_config_create},
    {"PUT", "/api/v1/channels/{}", ROLE_ENGINEER, ROUTE_PLAIN, api_config_put},
    {"PATCH", "/api/v1/channels/{}", ROLE_ENGINEER, ROUTE_PLAIN, api_config_patch},
    {"DELETE", "/api/v1/channels/{}", ROLE_ENGINEER, ROUTE_PLAIN, api_config_delete},
    {"GET", "/api/v1/channels/{}/settings", ROLE_VIEWER, ROUTE_PLAIN, api_config_show},
    {"GET", "/api/v1/channel-settings", ROLE_VIEWER, ROUTE_PLAIN, api_config_list},
    {"GET", "/api/v1/walls", ROLE_VIEWER, ROUTE_PLAIN, api_config_list},
    {"POST", "/api/v1/walls", ROLE_ENGINEER, ROUTE_PLAIN, api_config_create},
    {"GET", "/api/v1/walls/{}", ROLE_VIEWER, ROUTE_PLAIN, api_config_show},
    {"PUT", "/api/v1/walls/{}", ROLE_ENGINEER, ROUTE_PLAIN, api_config_put},
    {"PATCH", "/api/v1/walls/{}", ROLE_ENGINEER, ROUTE_PLAIN, api_config_patch},
    {"DELETE", "/api/v1/walls/{}", ROLE_ENGINEER, ROUTE_PLAIN, api_config_delete},
    {"GET", "/api/v1/profiles", ROLE_VIEWER, ROUTE_PLAIN, api_profiles},
    {"PUT", "/api/v1/profiles/{}", ROLE_ENGINEER, ROUTE_PLAIN, api_profile_put},
    {"DELETE", "/api/v1/profiles/{}", ROLE_ENGINEER, ROUTE_PLAIN, api_profile_delete},
    {"POST", "/api/v1/profiles/{}/simulate", ROLE_OPERATOR, ROUTE_PLAIN, api_profile_simulate},
    {"PUT", "/api/v1/group-profiles/{}", ROLE_ENGINEER, ROUTE_PLAIN, api_group_profile_put},
    {"GET", "/api/v1/wall/thumbs", ROLE_VIEWER, ROUTE_PLAIN, api_wall_thumbs},

    {"GET", "/api/v1/alarms", ROLE_VIEWER, ROUTE_PLAIN, api_alarms},
    {"POST", "/api/v1/alarms/{}/ack", ROLE_OPERATOR, ROUTE_PLAIN, api_alarm_ack},
    {"POST", "/api/v1/alarms/{}/unack", ROLE_OPERATOR, ROUTE_PLAIN, api_alarm_unack},
    {"POST", "/api/v1/alarms/{}/comments", ROLE_OPERATOR, ROUTE_PLAIN, api_alarm_comment},
    {"POST", "/api/v1/alarms/{}/comment", ROLE_OPERATOR, ROUTE_PLAIN, api_alarm_comment},
    {"POST", "/api/v1/alarms/{}/assign", ROLE_OPERATOR, ROUTE_PLAIN, api_alarm_assign},
    {"POST", "/api/v1/alarms/{}/shelve", ROLE_OPERATOR, ROUTE_PLAIN, api_alarm_shelve},
    {"POST", "/api/v1/alarms/{}/unshelve", ROLE_OPERATOR, ROUTE_PLAIN, api_alarm_unshelve},
    {"GET", "/api/v1/alarms/{}/events", ROLE_VIEWER, ROUTE_PLAIN, api_alarm_events},
    {"GET", "/api/v1/alarms/{}/clip.ts", ROLE_VIEWER, ROUTE_PLAIN, api_alarm_clip},
    {"GET", "/api/v1/alarms/{}/evidence", ROLE_VIEWER, ROUTE_PLAIN, api_alarm_evidence},
    {"GET", "/api/v1/alarms/{}/evidence/{}", ROLE_VIEWER, ROUTE_PLAIN, api_alarm_evidence_picture},

    {"GET", "/a/{}", ROLE_NONE, ROUTE_ALWAYS | ROUTE_FORM, api_link_show},
    {"POST", "/a/{}", ROLE_NONE, ROUTE_ALWAYS | ROUTE_FORM, api_link_act},

    {"GET", "/api/v1/handover", ROLE_VIEWER, ROUTE_PLAIN, api_handover},
    {"GET", "/api/v1/alarm-figures", ROLE_VIEWER, ROUTE_PLAIN, api_alarm_figures},
    {"GET", "/api/v1/alarm-figures.csv", ROLE_VIEWER, ROUTE_PLAIN, api_alarm_figures_csv},
    {"GET", "/api/v1/calendar", ROLE_VIEWER, ROUTE_PLAIN, api_calendar},
    {"PUT", "/api/v1/calendar/{}", ROLE_OPERATOR, ROUTE_PLAIN, api_calendar_put},
    {"DELETE", "/api/v1/calendar/{}", ROLE_OPERATOR, ROUTE_PLAIN, api_calendar_delete},
    {"GET", "/api/v1/runbooks", ROLE_VIEWER, ROUTE_PLAIN, api_runbooks},
    {"PUT", "/api/v1/runbooks/{}", ROLE_ENGINEER, ROUTE_PLAIN, api_runbook_put},
    {"DELETE", "/api/v1/runbooks/{}", ROLE_ENGINEER, ROUTE_PLAIN, api_runbook_delete},
    {"GET", "/api/v1/policy", ROLE_VIEWER, ROUTE_PLAIN, api_policy},
    {"PUT", "/api/v1/policy", ROLE_ENGINEER, ROUTE_PLAIN, api_policy_put},

    {"GET", "/api/v1/receivers", ROLE_ENGINEER, ROUTE_PLAIN, api_receivers},
    {"GET", "/api/v1/receivers/{}", ROLE_ENGINEER, ROUTE_PLAIN, api_receivers},
    {"PUT", "/api/v1/receivers/{}", ROLE_ADMIN, ROUTE_PLAIN, api_receiver_put},
    {"DELETE", "/api/v1/receivers/{}", ROLE_ADMIN, ROUTE_PLAIN, api_receiver_delete},
    {"POST", "/api/v1/receivers/{}/test", ROLE_ENGINEER, ROUTE_PLAIN, api_receiver_test},
    {"GET", "/api/v1/receivers/{}/deliveries", ROLE_ENGINEER, ROUTE_PLAIN, api_receiver_deliveries},
    {"POST", "/api/v1/receivers/{}/replay", ROLE_ENGINEER, ROUTE_PLAIN, api_receiver_replay},

    {"GET", "/api/v1/system", ROLE_VIEWER, ROUTE_PLAIN, api_system},
    {"GET", "/api/v1/system/trends", ROLE_VIEWER, ROUTE_PLAIN, api_system_trends},
    {"GET", "/api/v1/catalogue", ROLE_VIEWER, ROUTE_PLAIN, api_catalogue},
    {"GET", "/api/v1/events", ROLE_VIEWER, ROUTE_PLAIN, api_events},
    {"GET", "/api/v1/events/log", ROLE_ENGINEER, ROUTE_PLAIN, api_journal},

    {"GET", "/problems/", ROLE_NONE, ROUTE_ALWAYS, api_problem_list},
    {"GET", "/problems/{}", ROLE_NONE, ROUTE_ALWAYS, api_problem},
    {"GET", "/metrics", ROLE_VIEWER, ROUTE_METRICS | ROUTE_ALWAYS, api_metrics},
    {"GET", "/healthz", ROLE_NONE, ROUTE_ALWAYS, api_healthz},
    {"GET", "/readyz", ROLE_NONE, ROUTE_ALWAYS, api_readyz},
    {"GET", "/version", ROLE_NONE, ROUTE_ALWAYS, api_version},
    {0},
};

static void
ignore(const CommandResult *result, gpointer user_data)
{
}

void
api_audit(HttpApp *app, const char *actor, const char *what, const char *note)
{
    Command *command = command_new(COMMAND_AUDIT, what, actor);

    g_free(command->note);
    command->note = g_strdup(note);
    app->ports.commands->submit(app->ports.commands->self, command, ignore, NULL);
}

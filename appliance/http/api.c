/* The routes. */
#include "appliance/http/api.h"

#include "pipelines/base/text.h"

#define AUDIT_NOTE_MAX 400u /* bytes */

/* What tokens may, in short. */
enum {
    NONE = 0,
    ANY = TOKEN_ALL,
    READ = TOKEN_READ,
    WALL = TOKEN_WALL,
    ACK = TOKEN_ACK,
    CONFIG = TOKEN_CONFIG,
    ADMIN = TOKEN_ADMIN,
};

/* One row a line. */
/* clang-format off */
const Route api_routes[] = {
    {"GET", "/api/v1/session", ROLE_NONE, ANY, REACH_ALL, ROUTE_OWN, api_session_get},
    {"POST", "/api/v1/login", ROLE_NONE, ANY, REACH_ALL, ROUTE_PLAIN, api_login},
    {"POST", "/api/v1/login/oidc", ROLE_NONE, ANY, REACH_ALL, ROUTE_PLAIN, api_oidc_begin},
    {"GET", "/api/v1/login/oidc", ROLE_ADMIN, ADMIN, REACH_BOX, ROUTE_PLAIN, api_oidc_show},
    {"GET", "/api/v1/login/oidc/callback", ROLE_NONE, ANY, REACH_ALL, ROUTE_PLAIN, api_oidc_callback},
    {"POST", "/api/v1/logout", ROLE_NONE, ANY, REACH_ALL, ROUTE_OWN, api_logout},
    {"POST", "/api/v1/setup", ROLE_NONE, ANY, REACH_ALL, ROUTE_PLAIN, api_setup},
    {"POST", "/api/v1/login-codes", ROLE_ADMIN, NONE, REACH_BOX, ROUTE_CONTROL_ONLY, api_login_codes},
    {"GET", "/api/v1/openapi.yaml", ROLE_NONE, ANY, REACH_ALL, ROUTE_ALWAYS, api_openapi},
    {"GET", "/api/v1/openapi.json", ROLE_NONE, ANY, REACH_ALL, ROUTE_ALWAYS, api_openapi_json},
    {"GET", "/.well-known/security.txt", ROLE_NONE, ANY, REACH_ALL, ROUTE_ALWAYS, api_security_txt},

    {"GET", "/api/v1/account", ROLE_VIEWER, NONE, REACH_ALL, ROUTE_OWN, api_account},
    {"POST", "/api/v1/account/password", ROLE_VIEWER, NONE, REACH_ALL, ROUTE_OWN, api_account_password},
    {"POST", "/api/v1/account/second-factor", ROLE_VIEWER, NONE, REACH_ALL, ROUTE_PLAIN, api_account_totp_begin},
    {"GET", "/api/v1/account/second-factor.svg", ROLE_VIEWER, NONE, REACH_ALL, ROUTE_PLAIN, api_account_totp_svg},
    {"POST", "/api/v1/account/second-factor/confirm", ROLE_VIEWER, NONE, REACH_ALL, ROUTE_PLAIN, api_account_totp_confirm},
    {"POST", "/api/v1/account/second-factor/remove", ROLE_VIEWER, NONE, REACH_ALL, ROUTE_PLAIN, api_account_totp_remove},
    {"GET", "/api/v1/account/personal-data", ROLE_VIEWER, NONE, REACH_ALL, ROUTE_PLAIN, api_account_personal_data},
    {"GET", "/api/v1/audit", ROLE_ADMIN, ADMIN, REACH_BOX, ROUTE_PLAIN, api_audit_list},
    {"GET", "/api/v1/audit.csv", ROLE_ADMIN, ADMIN, REACH_BOX, ROUTE_PLAIN, api_audit_csv},
    {"GET", "/api/v1/sessions", ROLE_VIEWER, ADMIN, REACH_ALL, ROUTE_OWN, api_sessions},
    {"DELETE", "/api/v1/sessions/{}", ROLE_VIEWER, ADMIN, REACH_ALL, ROUTE_OWN, api_session_end},
    {"GET", "/api/v1/users", ROLE_ADMIN, ADMIN, REACH_BOX, ROUTE_PLAIN, api_users},
    {"POST", "/api/v1/users", ROLE_ADMIN, ADMIN, REACH_BOX, ROUTE_PLAIN, api_user_make},
    {"GET", "/api/v1/users/{}", ROLE_ADMIN, ADMIN, REACH_BOX, ROUTE_PLAIN, api_user},
    {"PATCH", "/api/v1/users/{}", ROLE_ADMIN, ADMIN, REACH_BOX, ROUTE_PLAIN, api_user_change},
    {"DELETE", "/api/v1/users/{}", ROLE_ADMIN, ADMIN, REACH_BOX, ROUTE_PLAIN, api_user_remove},
    {"GET", "/api/v1/users/{}/personal-data", ROLE_ADMIN, ADMIN, REACH_BOX, ROUTE_PLAIN, api_user_personal_data},
    {"POST", "/api/v1/users/{}/erase", ROLE_ADMIN, ADMIN, REACH_BOX, ROUTE_PLAIN, api_user_erase},
    {"GET", "/api/v1/tokens", ROLE_ADMIN, ADMIN, REACH_BOX, ROUTE_PLAIN, api_tokens},
    {"POST", "/api/v1/tokens", ROLE_ADMIN, ADMIN, REACH_BOX, ROUTE_PLAIN, api_token_make},
    {"DELETE", "/api/v1/tokens/{}", ROLE_ADMIN, ADMIN, REACH_BOX, ROUTE_PLAIN, api_token_remove},
    {"POST", "/api/v1/channels/import", ROLE_ENGINEER, CONFIG, REACH_BOX, ROUTE_IMPORT, api_channels_import},
    {"GET", "/api/v1/channels.csv", ROLE_VIEWER, READ, REACH_BOX, ROUTE_PLAIN, api_channels_export},
    {"GET", "/api/v1/generations", ROLE_ENGINEER, CONFIG, REACH_BOX, ROUTE_PLAIN, api_generations},
    {"GET", "/api/v1/generations/{}/diff", ROLE_ENGINEER, CONFIG, REACH_BOX, ROUTE_PLAIN, api_generation_diff},
    {"POST", "/api/v1/generations/{}/revert", ROLE_ENGINEER, CONFIG, REACH_BOX, ROUTE_PLAIN, api_generation_revert},
    {"POST", "/api/v1/probes", ROLE_ENGINEER, CONFIG, REACH_BOX, ROUTE_PLAIN, api_probe_start},
    {"GET", "/api/v1/operations/{}", ROLE_ENGINEER, CONFIG, REACH_BOX, ROUTE_PLAIN, api_operation},
    {"POST", "/api/v1/channels", ROLE_ENGINEER, CONFIG, REACH_BOX, ROUTE_PLAIN, api_config_create},
    {"PUT", "/api/v1/channels/{}", ROLE_ENGINEER, CONFIG, REACH_BOX, ROUTE_PLAIN, api_config_put},
    {"PATCH", "/api/v1/channels/{}", ROLE_ENGINEER, CONFIG, REACH_BOX, ROUTE_PLAIN, api_config_patch},
    {"DELETE", "/api/v1/channels/{}", ROLE_ENGINEER, CONFIG, REACH_BOX, ROUTE_PLAIN, api_config_delete},
    {"GET", "/api/v1/channels/{}/settings", ROLE_VIEWER, READ, REACH_BOX, ROUTE_PLAIN, api_config_show},
    {"GET", "/api/v1/channel-settings", ROLE_VIEWER, READ, REACH_BOX, ROUTE_PLAIN, api_config_list},
    {"GET", "/api/v1/walls", ROLE_VIEWER, READ | WALL, REACH_SCOPED, ROUTE_PLAIN, api_config_list},
    {"POST", "/api/v1/walls", ROLE_ENGINEER, CONFIG, REACH_BOX, ROUTE_PLAIN, api_config_create},
    {"GET", "/api/v1/walls/{}", ROLE_VIEWER, READ | WALL, REACH_SCOPED, ROUTE_PLAIN, api_config_show},
    {"PUT", "/api/v1/walls/{}", ROLE_ENGINEER, CONFIG, REACH_BOX, ROUTE_PLAIN, api_config_put},
    {"PATCH", "/api/v1/walls/{}", ROLE_ENGINEER, CONFIG, REACH_BOX, ROUTE_PLAIN, api_config_patch},
    {"DELETE", "/api/v1/walls/{}", ROLE_ENGINEER, CONFIG, REACH_BOX, ROUTE_PLAIN, api_config_delete},

    {"GET", "/api/v1/channels", ROLE_VIEWER, READ | WALL, REACH_SCOPED, ROUTE_PLAIN, api_channels},
    {"GET", "/api/v1/channels/{}", ROLE_VIEWER, READ, REACH_SCOPED, ROUTE_PLAIN, api_channel},
    {"GET", "/api/v1/channels/{}/notes", ROLE_VIEWER, READ, REACH_SCOPED, ROUTE_PLAIN, api_channel_notes},
    {"GET", "/api/v1/channels/{}/structure", ROLE_VIEWER, READ, REACH_SCOPED, ROUTE_PLAIN, api_channel_structure},
    {"GET", "/api/v1/channels/{}/series", ROLE_VIEWER, READ, REACH_SCOPED, ROUTE_PLAIN, api_channel_series},
    {"GET", "/api/v1/channels/{}/segments", ROLE_VIEWER, READ, REACH_SCOPED, ROUTE_PLAIN, api_channel_segments},
    {"GET", "/api/v1/channels/{}/clip.ts", ROLE_VIEWER, READ, REACH_SCOPED, ROUTE_PLAIN, api_channel_clip},
    {"GET", "/api/v1/channels/{}/sound.wav", ROLE_VIEWER, READ, REACH_SCOPED, ROUTE_PLAIN, api_channel_sound},
    {"GET", "/api/v1/channels/{}/thumb.jpg", ROLE_VIEWER, READ | WALL, REACH_SCOPED, ROUTE_PLAIN, api_channel_thumb},
    {"GET", "/api/v1/channels/{}/shot.jpg", ROLE_VIEWER, READ, REACH_SCOPED, ROUTE_PLAIN, api_channel_shot},
    {"GET", "/api/v1/channels/{}/thumbnails", ROLE_VIEWER, READ, REACH_SCOPED, ROUTE_PLAIN, api_channel_thumbnails},
    {"GET", "/api/v1/channels/{}/thumbnails/{}", ROLE_VIEWER, READ, REACH_SCOPED, ROUTE_PLAIN, api_channel_thumbnail},
    {"GET", "/api/v1/channels/{}/proposal", ROLE_VIEWER, READ, REACH_SCOPED, ROUTE_PLAIN, api_channel_proposal},
    {"POST", "/api/v1/channels/{}/proposal/accept", ROLE_ENGINEER, CONFIG, REACH_SCOPED, ROUTE_PLAIN, api_channel_proposal_accept},
    {"GET", "/api/v1/profiles", ROLE_VIEWER, READ, REACH_SCOPED, ROUTE_PLAIN, api_profiles},
    {"GET", "/api/v1/profiles/{}/rules", ROLE_VIEWER, READ, REACH_SCOPED, ROUTE_PLAIN, api_profile_rules},
    {"PUT", "/api/v1/profiles/{}", ROLE_ENGINEER, CONFIG, REACH_BOX, ROUTE_PLAIN, api_profile_put},
    {"DELETE", "/api/v1/profiles/{}", ROLE_ENGINEER, CONFIG, REACH_BOX, ROUTE_PLAIN, api_profile_delete},
    {"POST", "/api/v1/profiles/{}/simulate", ROLE_OPERATOR, CONFIG, REACH_BOX, ROUTE_PLAIN, api_profile_simulate},
    {"PUT", "/api/v1/group-profiles/{}", ROLE_ENGINEER, CONFIG, REACH_BOX, ROUTE_PLAIN, api_group_profile_put},
    {"GET", "/api/v1/wall/thumbs", ROLE_VIEWER, READ | WALL, REACH_SCOPED, ROUTE_PLAIN, api_wall_thumbs},
    {"GET", "/api/v1/alarms.csv", ROLE_VIEWER, READ, REACH_SCOPED, ROUTE_PLAIN, api_alarms_csv},
    {"POST", "/api/v1/alarms:batch", ROLE_OPERATOR, ACK, REACH_SCOPED, ROUTE_PLAIN, api_alarm_batch},
    {"GET", "/api/v1/alarms/{}", ROLE_VIEWER, READ, REACH_SCOPED, ROUTE_PLAIN, api_alarm},
    {"GET", "/api/v1/alarm-history", ROLE_VIEWER, READ, REACH_SCOPED, ROUTE_PLAIN, api_alarm_history},
    {"GET", "/api/v1/alarm-history.csv", ROLE_VIEWER, READ, REACH_SCOPED, ROUTE_PLAIN, api_alarm_history_csv},

    {"GET", "/api/v1/alarms", ROLE_VIEWER, READ | WALL, REACH_SCOPED, ROUTE_PLAIN, api_alarms},
    {"POST", "/api/v1/alarms/{}/ack", ROLE_OPERATOR, ACK, REACH_SCOPED, ROUTE_PLAIN, api_alarm_ack},
    {"POST", "/api/v1/alarms/{}/unack", ROLE_OPERATOR, ACK, REACH_SCOPED, ROUTE_PLAIN, api_alarm_unack},
    {"POST", "/api/v1/alarms/{}/comments", ROLE_OPERATOR, ACK, REACH_SCOPED, ROUTE_PLAIN, api_alarm_comment},
    {"POST", "/api/v1/alarms/{}/comment", ROLE_OPERATOR, ACK, REACH_SCOPED, ROUTE_PLAIN, api_alarm_comment},
    {"POST", "/api/v1/alarms/{}/assign", ROLE_OPERATOR, ACK, REACH_SCOPED, ROUTE_PLAIN, api_alarm_assign},
    {"POST", "/api/v1/alarms/{}/shelve", ROLE_OPERATOR, ACK, REACH_SCOPED, ROUTE_PLAIN, api_alarm_shelve},
    {"POST", "/api/v1/alarms/{}/unshelve", ROLE_OPERATOR, ACK, REACH_SCOPED, ROUTE_PLAIN, api_alarm_unshelve},
    {"GET", "/api/v1/alarms/{}/events", ROLE_VIEWER, READ, REACH_SCOPED, ROUTE_PLAIN, api_alarm_events},
    {"GET", "/api/v1/alarms/{}/clip.ts", ROLE_VIEWER, READ, REACH_SCOPED, ROUTE_PLAIN, api_alarm_clip},
    {"GET", "/api/v1/alarms/{}/evidence", ROLE_VIEWER, READ, REACH_SCOPED, ROUTE_PLAIN, api_alarm_evidence},
    {"GET", "/api/v1/alarms/{}/evidence/{}", ROLE_VIEWER, READ, REACH_SCOPED, ROUTE_PLAIN, api_alarm_evidence_picture},

    {"GET", "/status/{}", ROLE_NONE, ANY, REACH_ALL, ROUTE_ALWAYS, api_status_page},
    {"GET", "/a/{}", ROLE_NONE, ANY, REACH_ALL, ROUTE_ALWAYS | ROUTE_FORM, api_link_show},
    {"POST", "/a/{}", ROLE_NONE, ANY, REACH_ALL, ROUTE_ALWAYS | ROUTE_FORM, api_link_act},

    {"GET", "/api/v1/reports/availability", ROLE_VIEWER, READ, REACH_SCOPED, ROUTE_PLAIN, api_availability},
    {"GET", "/api/v1/reports/availability.csv", ROLE_VIEWER, READ, REACH_SCOPED, ROUTE_PLAIN, api_availability_csv},
    {"GET", "/api/v1/handover", ROLE_VIEWER, READ, REACH_SCOPED, ROUTE_PLAIN, api_handover},
    {"GET", "/api/v1/alarm-figures", ROLE_VIEWER, READ, REACH_SCOPED, ROUTE_PLAIN, api_alarm_figures},
    {"GET", "/api/v1/alarm-figures.csv", ROLE_VIEWER, READ, REACH_SCOPED, ROUTE_PLAIN, api_alarm_figures_csv},
    {"GET", "/api/v1/calendar", ROLE_VIEWER, READ, REACH_SCOPED, ROUTE_PLAIN, api_calendar},
    {"PUT", "/api/v1/calendar/{}", ROLE_OPERATOR, ACK, REACH_BOX, ROUTE_PLAIN, api_calendar_put},
    {"DELETE", "/api/v1/calendar/{}", ROLE_OPERATOR, ACK, REACH_BOX, ROUTE_PLAIN, api_calendar_delete},
    {"GET", "/api/v1/runbooks", ROLE_VIEWER, READ, REACH_ALL, ROUTE_PLAIN, api_runbooks},
    {"PUT", "/api/v1/runbooks/{}", ROLE_ENGINEER, CONFIG, REACH_BOX, ROUTE_PLAIN, api_runbook_put},
    {"DELETE", "/api/v1/runbooks/{}", ROLE_ENGINEER, CONFIG, REACH_BOX, ROUTE_PLAIN, api_runbook_delete},
    {"GET", "/api/v1/policy", ROLE_VIEWER, READ | WALL, REACH_ALL, ROUTE_PLAIN, api_policy},
    {"PUT", "/api/v1/policy", ROLE_ENGINEER, CONFIG, REACH_BOX, ROUTE_PLAIN, api_policy_put},

    {"GET", "/api/v1/receivers", ROLE_ENGINEER, CONFIG, REACH_SCOPED, ROUTE_PLAIN, api_receivers},
    {"GET", "/api/v1/receivers/{}", ROLE_ENGINEER, CONFIG, REACH_SCOPED, ROUTE_PLAIN, api_receivers},
    {"PUT", "/api/v1/receivers/{}", ROLE_ADMIN, CONFIG, REACH_SCOPED, ROUTE_PLAIN, api_receiver_put},
    {"DELETE", "/api/v1/receivers/{}", ROLE_ADMIN, CONFIG, REACH_SCOPED, ROUTE_PLAIN, api_receiver_delete},
    {"POST", "/api/v1/receivers/{}/test", ROLE_ENGINEER, CONFIG, REACH_SCOPED, ROUTE_PLAIN, api_receiver_test},
    {"GET", "/api/v1/receivers/{}/deliveries", ROLE_ENGINEER, CONFIG, REACH_SCOPED, ROUTE_PLAIN, api_receiver_deliveries},
    {"POST", "/api/v1/receivers/{}/replay", ROLE_ENGINEER, CONFIG, REACH_SCOPED, ROUTE_PLAIN, api_receiver_replay},

    {"GET", "/api/v1/system", ROLE_VIEWER, READ, REACH_SCOPED, ROUTE_PLAIN, api_system},
    {"GET", "/api/v1/system/trends", ROLE_VIEWER, READ, REACH_BOX, ROUTE_PLAIN, api_system_trends},
    {"GET", "/api/v1/catalogue", ROLE_VIEWER, READ | WALL, REACH_ALL, ROUTE_PLAIN, api_catalogue},
    {"GET", "/api/v1/events", ROLE_VIEWER, READ | WALL, REACH_SCOPED, ROUTE_PLAIN, api_events},
    {"GET", "/api/v1/events/log", ROLE_ENGINEER, CONFIG, REACH_BOX, ROUTE_PLAIN, api_journal},

    {"GET", "/problems/", ROLE_NONE, ANY, REACH_ALL, ROUTE_ALWAYS, api_problem_list},
    {"GET", "/problems/{}", ROLE_NONE, ANY, REACH_ALL, ROUTE_ALWAYS, api_problem},
    {"GET", "/metrics", ROLE_VIEWER, READ, REACH_BOX, ROUTE_METRICS | ROUTE_ALWAYS, api_metrics},
    {"GET", "/healthz", ROLE_NONE, ANY, REACH_ALL, ROUTE_ALWAYS, api_healthz},
    {"GET", "/readyz", ROLE_NONE, ANY, REACH_ALL, ROUTE_ALWAYS, api_readyz},
    {"GET", "/version", ROLE_NONE, ANY, REACH_ALL, ROUTE_ALWAYS, api_version},
    {0},
};
/* clang-format on */

static void
ignore(const CommandResult *result, gpointer user_data)
{
}

void
api_audit(const HttpRequest *request, const char *actor, const char *what)
{
    api_audit_note(request, actor, what, "");
}

void
api_audit_note(const HttpRequest *request, const char *actor, const char *what, const char *note)
{
    const CommandPort *commands = request->app->ports.commands;
    Command *command = http_request_command(request, COMMAND_AUDIT, what);

    g_free(command->actor);
    command->actor = g_strdup(actor);
    g_free(command->note);
    command->note = text_clean(note, AUDIT_NOTE_MAX);
    commands->submit(commands->self, command, ignore, NULL);
}

/* The API's handlers by subject, and the table that leads to them. HTTP thread only. */
#pragma once

#include "appliance/http/request.h"
#include "appliance/http/router.h"

#define CODE_TTL_S (24u * 3600u)

extern const Route api_routes[]; /* ends with an entry without a method */

/* api-session.c */
void api_session_get(HttpRequest *request);
void api_login(HttpRequest *request);
void api_logout(HttpRequest *request);
void api_setup(HttpRequest *request);
void api_login_codes(HttpRequest *request);
bool api_is_set_up(const HttpApp *app); /* an account exists or a code was used */

/* api-oidc.c */
void api_oidc_begin(HttpRequest *request);
void api_oidc_callback(HttpRequest *request);
void api_oidc_show(HttpRequest *request);

/* api-users.c */
void api_users(HttpRequest *request);
void api_user(HttpRequest *request);
void api_user_make(HttpRequest *request);
void api_user_change(HttpRequest *request);
void api_user_remove(HttpRequest *request);
/* Reads what is there of "limited", "channels", "groups" over @scope. Returns: (transfer none)
 * (nullable): why it will not do */
const char *api_read_scope(JsonObject *object, Scope *scope);

/* Whether @request changes the version of @account that it names. Answers 428 or 412 itself. */
bool api_user_matches(HttpRequest *request, const Account *account);

/* api-personal.c */
void api_account_personal_data(HttpRequest *request);
void api_user_personal_data(HttpRequest *request);
void api_user_erase(HttpRequest *request);

/* api-account.c */
void api_account(HttpRequest *request);
void api_account_password(HttpRequest *request);
void api_account_totp_begin(HttpRequest *request);
void api_account_totp_svg(HttpRequest *request);
void api_account_totp_confirm(HttpRequest *request);
void api_account_totp_remove(HttpRequest *request);

/* api-audit.c */
void api_audit_list(HttpRequest *request);
void api_audit_csv(HttpRequest *request);

/* api-tokens.c */
void api_tokens(HttpRequest *request);
void api_token_make(HttpRequest *request);
void api_token_remove(HttpRequest *request);

/* api-sessions.c */
void api_sessions(HttpRequest *request);
void api_session_end(HttpRequest *request);

/* api-channels.c */
void api_channels(HttpRequest *request);
void api_channel(HttpRequest *request);
void api_channel_notes(HttpRequest *request);
void api_channel_structure(HttpRequest *request);

/* api-config.c: channels and walls as people change them */
void api_config_list(HttpRequest *request);
void api_config_show(HttpRequest *request);
void api_config_create(HttpRequest *request);
void api_config_put(HttpRequest *request);
void api_config_patch(HttpRequest *request);
void api_config_delete(HttpRequest *request);

/* api-inventory.c: the inventory as a whole */
void api_channels_import(HttpRequest *request);
void api_channels_export(HttpRequest *request);
void api_generations(HttpRequest *request);
void api_generation_diff(HttpRequest *request);
void api_generation_revert(HttpRequest *request);
void api_profile_rules(HttpRequest *request);
void api_probe_start(HttpRequest *request);
void api_operation(HttpRequest *request);

/* api-profiles.c */
void api_profiles(HttpRequest *request);
void api_profile_put(HttpRequest *request);
void api_profile_delete(HttpRequest *request);
void api_profile_simulate(HttpRequest *request);
void api_group_profile_put(HttpRequest *request);
void api_channel_proposal(HttpRequest *request);
void api_channel_proposal_accept(HttpRequest *request);

/* api-pictures.c */
void api_channel_thumb(HttpRequest *request);
void api_channel_shot(HttpRequest *request);
void api_channel_thumbnails(HttpRequest *request);
void api_channel_thumbnail(HttpRequest *request);
void api_wall_thumbs(HttpRequest *request);

/* api-series.c */
void api_channel_series(HttpRequest *request);

/* api-segments.c */
void api_channel_segments(HttpRequest *request);
void api_channel_clip(HttpRequest *request);
void api_alarm_clip(HttpRequest *request);
void api_channel_sound(HttpRequest *request);

/* api-status.c */
void api_status_page(HttpRequest *request);

/* api-availability.c */
void api_availability(HttpRequest *request);
void api_availability_csv(HttpRequest *request);

/* api-alarm-history.c, api-alarm-detail.c, api-alarm-batch.c */
void api_alarms_csv(HttpRequest *request);
void api_alarm_history(HttpRequest *request);
void api_alarm_history_csv(HttpRequest *request);
void api_alarm(HttpRequest *request);
void api_alarm_batch(HttpRequest *request);

/* api-alarms.c */
void api_alarms(HttpRequest *request);
void api_alarm_ack(HttpRequest *request);
void api_alarm_unack(HttpRequest *request);
void api_alarm_comment(HttpRequest *request);
void api_alarm_assign(HttpRequest *request);
void api_alarm_shelve(HttpRequest *request);
void api_alarm_unshelve(HttpRequest *request);
void api_alarm_events(HttpRequest *request);

/* api-link.c */
void api_link_show(HttpRequest *request);
void api_link_act(HttpRequest *request);

/* api-reports.c */
void api_handover(HttpRequest *request);
void api_alarm_figures(HttpRequest *request);
void api_alarm_figures_csv(HttpRequest *request);

/* api-receivers.c */
void api_receivers(HttpRequest *request);
void api_receiver_put(HttpRequest *request);
void api_receiver_delete(HttpRequest *request);
void api_receiver_test(HttpRequest *request);
void api_receiver_deliveries(HttpRequest *request);
void api_receiver_replay(HttpRequest *request);

/* api-site.c */
void api_calendar(HttpRequest *request);
void api_calendar_put(HttpRequest *request);
void api_calendar_delete(HttpRequest *request);
void api_runbooks(HttpRequest *request);
void api_runbook_put(HttpRequest *request);
void api_runbook_delete(HttpRequest *request);
void api_policy(HttpRequest *request);
void api_policy_put(HttpRequest *request);

/* api-evidence.c */
void api_alarm_evidence(HttpRequest *request);
void api_alarm_evidence_picture(HttpRequest *request);

/* api-system.c */
void api_system(HttpRequest *request);
void api_system_trends(HttpRequest *request);
void api_catalogue(HttpRequest *request);
void api_events(HttpRequest *request);
void api_journal(HttpRequest *request);
void api_metrics(HttpRequest *request);
void api_healthz(HttpRequest *request);
void api_readyz(HttpRequest *request);
void api_version(HttpRequest *request);
void api_openapi(HttpRequest *request);
void api_openapi_json(HttpRequest *request);
void api_security_txt(HttpRequest *request);

/* api-problems.c */
void api_problem(HttpRequest *request);
void api_problem_list(HttpRequest *request);

/* assets.c: the dashboard; 404 for what is not part of it. */
void assets_serve(HttpRequest *request);

/* Writes an audit record of what @actor did or tried by @request. */
void api_audit(const HttpRequest *request, const char *actor, const char *what);

/* The same with details, such as why; any text. */
void
api_audit_note(const HttpRequest *request, const char *actor, const char *what, const char *note);

/* CommandDone: the text of the result, JSON, or that it was done, or the error, is the answer to
 * @data, an HttpRequest (transfer full). */
void api_answer_shown(const CommandResult *result, gpointer data);
void api_answer_changed(const CommandResult *result, gpointer data);

/* A test message that somebody waits for on a context of their own. */
#pragma once

#include "appliance/alerts/alerts.h"

typedef struct AlertTrial AlertTrial;

AlertTrial *alert_trial_new(const char *id, AlertsTested tested, gpointer user_data);
const char *alert_trial_id(const AlertTrial *test);

/* Each takes @test (transfer full) and calls back, once, on its context. @text: what the receiver
 * answered, or why not. */
void alert_trial_answer(AlertTrial *test, bool ok, const char *text);
void alert_trial_fail(AlertTrial *test, const char *text);

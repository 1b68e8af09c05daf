/* The rule that an alarm was raised by, as sentences for people: when it is raised, how bad, when
 * it clears, and what measuring compares with. Pure. */
#pragma once

#include "appliance/model/alarm-rules.h"

/* Returns: (transfer full): such as "Raised as a warning after 5 s, as major from 15 s on; cleared
 * after 3 s without it." Never %NULL */
char *alarm_rule_text(const AlarmProfile *profile, FaultId fault);

/* The limits that @fault is measured by, as text each: "black-share 0.98 ratio: Share of ...".
 * Returns: (transfer full): empty for a fault that has none */
GStrv alarm_rule_limits(const AlarmProfile *profile, FaultId fault);

/* "8 s", "3 min 12 s", "2 h 5 min", "4 d 3 h": two units at most. @span_us: 0 and more.
 * Returns: (transfer full) */
char *alarm_span_text(int64_t span_us);

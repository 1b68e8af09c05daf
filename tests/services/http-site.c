/* Empty lists, the shipped policy, no alarms. */
#include "tests/services/http-site.h"

void
http_site_answer(const Command *command, CommandResult *result)
{
    if (command->kind == COMMAND_ACCOUNT_ERASE)
        result->text = g_strdup("erased user 1");
    else if (command->kind == COMMAND_SITE_SHOW && g_str_equal(command->target, "policy"))
        result->text =
            g_strdup("{\"name\":\"\",\"timezone\":\"Europe/Vienna\",\"shelf_max_minutes\":480,"
                     "\"remind_after_minutes\":10,\"escalate_after\":3,\"positions\":1,"
                     "\"skipped_steps\":[]}");
    else if (command->kind == COMMAND_SITE_SHOW)
        result->text =
            g_strdup("{\"items\":[],\"next_cursor\":null,\"timezone\":\"Europe/Vienna\"}");
    else
        result->text = g_strdup("{\"items\":[],\"next_cursor\":null}");
}

FiguresView *
http_site_figures(WallUs wall_us)
{
    const AlarmPolicy policy = alarm_policy_default();
    g_autoptr(AlarmFigures) figures = alarm_figures_new();

    return alarm_figures_view(figures, &policy, wall_us);
}

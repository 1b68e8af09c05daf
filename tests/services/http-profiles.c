/* One profile, one alarm that it would have raised, one proposal. */
#include "tests/services/http-profiles.h"

#include "pipelines/base/error.h"

void
http_profiles_answer(const Command *command, CommandResult *result)
{
    static const char profile[] =
        "{\"id\":\"news\",\"base\":\"default\",\"text\":\"News\",\"settings\":[{\"key\":"
        "\"picture-black.raise_s\",\"value\":3,\"why\":\"A studio is never dark\"}]}";

    if (g_str_equal(command->target, "gone"))
        result->error = g_error_new(GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND, "No such thing.");
    else if (command->kind == COMMAND_PROFILES)
        result->text = g_strdup_printf("{\"items\":[{\"shipped\":true,\"etag\":null,\"channels\":2,"
                                       "\"profile\":%s}],\"groups\":[{"
                                       "\"group\":\"Talk\",\"profile\":\"news\",\"etag\":\"x\"}]}",
                                       profile);
    else if (command->kind == COMMAND_PROFILE_SIMULATE)
        result->text = g_strdup_printf(
            "{\"items\":[{\"channel\":\"channel-07\",\"alarms\":1,\"standing\":0,\"covers_s\":"
            "%" G_GINT64_FORMAT ",\"faults\":[{\"fault\":\"picture-black\",\"alarms\":1,\"worst\":"
            "\"major\",\"raised_s\":9.5,\"last_before_s\":60}]}],\"text\":\"1 alarm\","
            "\"profile\":\"%s\",\"span_s\":86400,\"covers_s\":60,\"channels\":1,\"alarms\":1,"
            "\"present_alarms\":0,\"by_severity\":{\"warning\":0,\"minor\":0,\"major\":1,"
            "\"critical\":0},\"measures_otherwise\":false}",
            command->from_us / US_PER_SECOND, command->target);
    else if (command->kind == COMMAND_ALARM_RULE)
        result->text =
            g_strdup("{\"profile\":\"default\",\"text\":\"Raised at once.\",\"limits\":[]}");
    else if (command->kind == COMMAND_PROPOSAL)
        result->text = g_strdup_printf(
            "{\"channel\":\"%s\",\"state\":\"learning\",\"watched_s\":60,\"day_s\":86400,"
            "\"facts\":[\"There is a picture\"],\"profile\":%s}",
            command->target, profile);
}

/* From the calendar's windows to each channel's plan, and from there to its observations. */
#include "appliance/supervisor/calendar-desk.h"

static char *
sentence(const CalendarSays *says, GTimeZone *zone)
{
    const CalendarEntry *entry = says->work != NULL ? says->work : says->content;
    const WallUs until_us = says->work != NULL ? says->work_until_us : says->content_until_us;

    if (entry == NULL)
        return NULL;
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(until_us / US_PER_SECOND);
    g_autoptr(GDateTime) local = utc != NULL ? g_date_time_to_timezone(utc, zone) : NULL;
    g_autofree char *until = local != NULL ? g_date_time_format(local, "%a %H:%M") : g_strdup("?");
    const char *what = says->work != NULL ? "planned work" : says->content_name;

    return g_strdup_printf("Planned until %s: %s%s%s", until, what,
                           *entry->title != '\0' ? ", " : "", entry->title);
}

static void
expect(ChannelRecord *channel, FaultId expected, Ingest *ingest, AlarmNow now)
{
    ChannelPlan *plan = &channel->plan;
    const Observation over = {.resource = channel->resource,
                              .fault = FAULT_EXPECTED_MISSING,
                              .faulty = false,
                              .since_us = now.us,
                              .cause_scope = CAUSE_INPUT};

    if (plan->expected == expected)
        return;
    if (plan->expected != FAULT_NONE) {
        plan->excused = plan->expected;
        plan->excused_us = now.us;
    }
    plan->expected = expected;
    plan->since_us = now.us;
    ingest_observe(ingest, &over, now);
}

void
calendar_desk_step(Records *records, AlarmBook *book, Ingest *ingest, AlarmNow now)
{
    const SiteBook *site = records->inventory->site;
    g_auto(CalendarNow) windows = calendar_now(site->calendar, site->zone, now.wall_us);
    GPtrArray *transitions = alarm_transitions_new();

    alarm_book_set_policy(book, &site->policy);
    for (size_t i = 0; i < records->inventory->n_channels; i++) {
        ChannelRecord *channel = records->channels[i];

        if (channel->channel->disabled)
            continue;
        const CalendarSays says =
            calendar_says(&windows, channel->channel->id, channel->channel->group);
        char *text = sentence(&says, site->zone);

        alarm_book_set_planned(book, channel->resource, says.work != NULL,
                               says.work != NULL ? text : "The planned work is over", now,
                               transitions);
        channel->plan.work = says.work != NULL;
        channel->plan.tables = says.tables != NULL;
        g_free(channel->plan.text);
        channel->plan.text = text;
        expect(channel, says.expected, ingest, now);
    }
    ingest_publish(ingest, transitions, now);
}

void
calendar_desk_excuse(const ChannelRecord *channel, Observation *observation, MonoUs now_us)
{
    const ChannelPlan *plan = &channel->plan;

    if (!observation->faulty)
        return;
    if (calendar_excuses(plan->expected, observation->fault) ||
        (plan->tables && observation->fault == FAULT_AUDIO_STREAM_MISSING)) {
        observation->faulty = false;
        observation->since_us = now_us;
    } else if (plan->excused_us != 0 && calendar_excuses(plan->excused, observation->fault)) {
        observation->since_us = MAX(observation->since_us, plan->excused_us);
    }
}

bool
calendar_desk_expects(const ChannelRecord *channel, unsigned fault, char **ret_text)
{
    const ChannelPlan *plan = &channel->plan;

    if (plan->expected == FAULT_NONE || (unsigned)plan->expected != fault)
        return false;
    *ret_text = g_strdup_printf("%s: %s", fault_info(FAULT_EXPECTED_MISSING)->sentence,
                                plan->text != NULL ? plan->text : "");
    return true;
}

/* The log of SCTE-35, a line a message. */
#include "pipelines/probe/report-parts.h"
#include "pipelines/probe/text-columns.h"
#include "pipelines/ts/scte35-log.h"

#define CUES_MAX 50u /* lines of one PID: the newest ones */

typedef struct {
    GString *text;
    const ProbeSession *session;
} Add;

static void
add_pts(GString *text, const Scte35 *message)
{
    const uint64_t ms = message->pts / 90;

    if (message->has_pts)
        g_string_append_printf(text, "  %02u:%02u:%02u.%03u", (unsigned)(ms / 3600000),
                               (unsigned)(ms / 60000 % 60), (unsigned)(ms / 1000 % 60),
                               (unsigned)(ms % 1000));
    else
        g_string_append(text, "             -");
}

static void
add_message(GString *text, const Scte35 *message)
{
    const char *name = scte35_command_name(message->command);

    add_pts(text, message);
    if (message->encrypted) {
        g_string_append(text, "  encrypted");
        return;
    }
    g_string_append_printf(text, "  %s", *name ? name : "unknown command");
    for (size_t i = 0; i < scte35_events_kept(message); i++) {
        char event[SCTE35_DESCRIPTION_MAX];

        scte35_describe_event(&message->events[i], event, sizeof event);
        g_string_append_printf(text, " %s", event);
    }
}

static void
add_entry(const Add *add, const Scte35Entry *entry)
{
    GString *text = add->text;
    char time[REPORT_TIME_MAX];

    report_time(add->session, entry->first.arrival_us, time);
    g_string_append_printf(text, "  %12s", time);
    if (entry->verdict == SCTE35_CRC_BAD)
        g_string_append(text, "             -  wrong CRC");
    else
        add_message(text, &entry->message);
    if (entry->verdict == SCTE35_MALFORMED)
        g_string_append(text, " (malformed)");
    if (entry->cancelled)
        g_string_append(text, " (called off later)");
    if (entry->repeats > 0)
        g_string_append_printf(text, "  +%" G_GUINT64_FORMAT " repeats", entry->repeats);
    g_string_append_c(text, '\n');
    for (size_t i = 0; i < scte35_descriptors_kept(&entry->message); i++) {
        const Scte35Segmentation *segmentation = scte35_segmentation_at(&entry->message, i);
        char description[SCTE35_DESCRIPTION_MAX];

        if (!segmentation)
            continue;
        scte35_describe(segmentation, description, sizeof description);
        g_string_append_printf(text, "%17s", "");
        g_string_append_len(text, description, (gssize)text_columns_fit(description, 83));
        g_string_append_c(text, '\n');
    }
}

static void
add_log(const TsComponent *component, const TsAncillary *ancillary, void *user_data)
{
    const Add *add = user_data;
    const Scte35Log *log = ts_ancillary_scte35(ancillary);
    Scte35Counters counters;

    if (!log)
        return;
    const size_t size = scte35_log_size(log);
    const size_t from = size > CUES_MAX ? size - CUES_MAX : 0;

    scte35_log_counters(log, &counters);
    g_string_append_printf(
        add->text,
        "\nSCTE-35 on PID %u: %" G_GUINT64_FORMAT " sections, %" G_GUINT64_FORMAT
        " repeats, %" G_GUINT64_FORMAT " splice_null, %" G_GUINT64_FORMAT " CRC errors\n",
        component->pid, counters.sections, counters.repeats, counters.nulls, counters.crc_errors);
    if (size > 0)
        g_string_append(add->text, "          came        splice  command\n");
    if (from > 0)
        g_string_append_printf(add->text, "  %zu older ones are not shown; --json has all\n", from);
    for (size_t i = from; i < size; i++)
        add_entry(add, scte35_log_at(log, i));
}

void
report_text_cues(GString *text, const ProbeSession *session, const ReportScope *scope)
{
    Add add = {text, session};

    report_ancillary_each(session, scope, add_log, &add);
}

/* Events in the log: one line each, whatever stands in them. */
#include "appliance/supervisor/event-notice.h"

#include <glib.h>
#include <string.h>

/* Keeps the message. @user_data: a char * */
static GLogWriterOutput
keep(GLogLevelFlags level, const GLogField *fields, gsize n, gpointer user_data)
{
    char **message = user_data;

    for (gsize i = 0; i < n; i++) {
        if (strcmp(fields[i].key, "MESSAGE") == 0) {
            g_free(*message);
            *message = g_strdup(fields[i].value);
        }
    }
    return G_LOG_WRITER_HANDLED;
}

static void
a_text_begins_no_line_of_its_own_and_steers_no_terminal(void)
{
    g_autoptr(Event) event = event_new(EVENT_BOX, 1, 1);
    char *message = NULL;

    g_log_set_writer_func(keep, &message, NULL);
    event_set(&event->resource, "channel/one\n");
    event_set(&event->text, "a\r\nNov 26 00:00:00 box sshd: forged\x1b[2J \u202egnp");
    event_set(&event->actor, "anna\nforged");
    event_notice(event);
    g_assert_cmpstr(message, ==,
                    "box channel/one: aNov 26 00:00:00 box sshd: forged[2J gnp, by annaforged");
    g_free(message);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/event-notice/a-text-begins-no-line-of-its-own-and-steers-no-terminal",
                    a_text_begins_no_line_of_its_own_and_steers_no_terminal);
    return g_test_run();
}

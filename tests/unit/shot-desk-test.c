/* Pictures on demand: one question for many, an answer for each, and no one waits for ever. */
#include <glib.h>

#include "appliance/supervisor/shot-desk.h"
#include "pipelines/base/error.h"

#define S(x) ((MonoUs)((x) * (double)US_PER_SECOND))

typedef struct {
    ShotDesk *desk;
    CommandDesk *commands;
    Records *records;
    InventoryInput input;
    InventoryChannel channel;
    InputRecord input_record;
    ChannelRecord record;
    bool connected;
    unsigned asked;    /* times that the worker was asked */
    unsigned pictures; /* answers that hold one */
    unsigned late;     /* refusals for lateness */
    unsigned refused;  /* other refusals */
    char *text;        /* of the last refusal */
    MonoUs now_us;
} Fixture;

static bool
send_shot(const char *input_id, const char *channel_id, gpointer user_data)
{
    Fixture *fixture = user_data;

    g_assert_cmpstr(input_id, ==, "in");
    g_assert_cmpstr(channel_id, ==, "one");
    fixture->asked++;
    return fixture->connected;
}

static void
handle(CommandCall *call, const Command *command, gpointer user_data)
{
    Fixture *fixture = user_data;

    shot_desk_ask(fixture->desk, call, &fixture->record, fixture->now_us);
}

static void
set_up(Fixture *fixture, gconstpointer unused)
{
    const ShotDeskPorts ports = {.send = send_shot, .user_data = fixture};

    fixture->desk = shot_desk_new(&ports);
    fixture->commands = command_desk_new(handle, fixture);
    fixture->records = records_new();
    fixture->input.id = (char *)"in";
    fixture->channel.id = (char *)"one";
    fixture->input_record.input = &fixture->input;
    fixture->record =
        (ChannelRecord){.channel = &fixture->channel, .input = &fixture->input_record};
    fixture->connected = true;
    fixture->now_us = S(100);
}

static void
turn(void)
{
    while (g_main_context_iteration(NULL, FALSE))
        ;
}

static void
tear_down(Fixture *fixture, gconstpointer unused)
{
    shot_desk_free(fixture->desk);
    turn();
    command_desk_free(fixture->commands);
    records_free(fixture->records);
    g_free(fixture->text);
}

static void
on_answer(const CommandResult *result, gpointer user_data)
{
    Fixture *fixture = user_data;

    if (result->error == NULL) {
        g_assert_cmpuint(g_bytes_get_size(result->picture.jpeg), ==, 3);
        g_assert_cmpuint(result->picture.pts, ==, 900);
        fixture->pictures++;
        return;
    }
    g_free(fixture->text);
    fixture->text = g_strdup(result->error->message);
    if (g_error_matches(result->error, GANTRY_ERROR, GANTRY_ERROR_TIMEOUT))
        fixture->late++;
    else
        fixture->refused++;
}

static void
ask(Fixture *fixture, unsigned times)
{
    const CommandPort *port = command_desk_get_port(fixture->commands);

    for (unsigned i = 0; i < times; i++)
        port->submit(port->self, command_new(COMMAND_CHANNEL_SHOT, "one", "x"), on_answer, fixture);
    turn();
}

static void
give_picture(Fixture *fixture)
{
    const MessageThumbnail picture = {
        .channel_id = (char *)"one", .captured_us = fixture->now_us, .pts = 900, .width = 480};
    g_autoptr(GBytes) jpeg = g_bytes_new_static("abc", 3);

    shot_desk_take(fixture->desk, &picture, jpeg, fixture->now_us);
    turn();
}

static void
those_who_ask_together_share_one_picture(Fixture *fixture, gconstpointer unused)
{
    ask(fixture, 5);
    g_assert_cmpuint(fixture->asked, ==, 1);
    g_assert_cmpuint(fixture->pictures, ==, 0);
    give_picture(fixture);
    g_assert_cmpuint(fixture->pictures, ==, 5);
}

static void
a_picture_of_this_second_is_given_again_and_then_a_new_one_asked_for(Fixture *fixture,
                                                                     gconstpointer unused)
{
    ask(fixture, 1);
    give_picture(fixture);
    fixture->now_us += S(0.9);
    ask(fixture, 1);
    g_assert_cmpuint(fixture->asked, ==, 1);
    g_assert_cmpuint(fixture->pictures, ==, 2);
    fixture->now_us += S(0.2);
    ask(fixture, 1);
    g_assert_cmpuint(fixture->asked, ==, 2);
    g_assert_cmpuint(fixture->pictures, ==, 2);
}

static void
without_a_picture_the_answer_comes_after_three_seconds(Fixture *fixture, gconstpointer unused)
{
    ask(fixture, 2);
    shot_desk_step(fixture->desk, fixture->records, fixture->now_us + S(2.9));
    turn();
    g_assert_cmpuint(fixture->late, ==, 0);
    shot_desk_step(fixture->desk, fixture->records, fixture->now_us + S(3));
    turn();
    g_assert_cmpuint(fixture->late, ==, 2);
    g_assert_nonnull(g_strstr_len(fixture->text, -1, "within 3 s"));
    give_picture(fixture); /* too late: nobody waits any more */
    g_assert_cmpuint(fixture->pictures, ==, 0);
}

static void
a_channel_without_a_worker_and_a_crowd_are_refused_at_once(Fixture *fixture, gconstpointer unused)
{
    fixture->connected = false;
    ask(fixture, 1);
    g_assert_cmpuint(fixture->refused, ==, 1);
    fixture->connected = true;
    ask(fixture, SHOT_WAITING_MAX + 3);
    g_assert_cmpuint(fixture->refused, ==, 4);
    give_picture(fixture);
    g_assert_cmpuint(fixture->pictures, ==, SHOT_WAITING_MAX);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(function)                                                                              \
    g_test_add("/shot-desk/" #function, Fixture, NULL, set_up, function, tear_down)
    ADD(those_who_ask_together_share_one_picture);
    ADD(a_picture_of_this_second_is_given_again_and_then_a_new_one_asked_for);
    ADD(without_a_picture_the_answer_comes_after_three_seconds);
    ADD(a_channel_without_a_worker_and_a_crowd_are_refused_at_once);
    return g_test_run();
}

/* What a stream is made of: changes are marked, what left is kept for a day. */
#include <glib.h>

#include "appliance/model/channel-structure.h"
#include "pipelines/contract/codec.h"

#define AT(hours) (INT64_C(1800000000000000) + (WallUs)((hours)*3600) * US_PER_SECOND)

/* @components: "257 H.264, 258 AAC:deu". Returns: (transfer full) */
static Message *
told(const char *components)
{
    Message *message = g_new0(Message, 1);
    g_auto(GStrv) parts = g_strsplit(components, ", ", -1);
    const guint n = *components != '\0' ? g_strv_length(parts) : 0;

    message->kind = MESSAGE_STRUCTURE;
    message->structure.channel_id = g_strdup("one");
    message->structure.components = g_new0(ComponentReport, n);
    message->structure.n_components = n;
    for (guint i = 0; i < n; i++) {
        g_auto(GStrv) words = g_strsplit_set(parts[i], " :", -1);
        guint64 pid = 0;

        g_assert_true(g_ascii_string_to_unsigned(words[0], 10, 0, 0x1fff, &pid, NULL));
        message->structure.components[i] = (ComponentReport){
            .pid = (uint16_t)pid,
            .codec = g_strdup(words[1]),
            .language = g_strdup(words[2] != NULL ? words[2] : ""),
            .detail = g_strdup(""),
        };
    }
    return message;
}

static void
what_was_there_from_the_beginning_is_not_marked(void)
{
    g_autoptr(ChannelStructure) structure =
        channel_structure_take(NULL, told("257 H.264, 258 AAC:deu"), AT(0));

    structure = channel_structure_take(structure, told("257 H.264, 258 AAC:deu"), AT(1));
    g_assert_cmpint(channel_structure_since(structure, 0), ==, 0);
    g_assert_cmpint(channel_structure_since(structure, 1), ==, 0);
}

static void
a_component_that_came_or_became_another_is_marked_and_stays_so(void)
{
    g_autoptr(ChannelStructure) structure =
        channel_structure_take(NULL, told("257 H.264, 258 AAC:deu"), AT(0));

    structure =
        channel_structure_take(structure, told("257 HEVC, 258 AAC:deu, 259 AAC:eng"), AT(1));
    structure =
        channel_structure_take(structure, told("257 HEVC, 258 AAC:deu, 259 AAC:eng"), AT(2));
    g_assert_cmpint(channel_structure_since(structure, 0), ==, AT(1));
    g_assert_cmpint(channel_structure_since(structure, 1), ==, 0);
    g_assert_cmpint(channel_structure_since(structure, 2), ==, AT(1));
}

static void
a_component_that_left_is_told_for_a_day_or_until_it_comes_back(void)
{
    g_autoptr(ChannelStructure) structure =
        channel_structure_take(NULL, told("257 H.264, 258 AAC:deu, 259 AAC:eng"), AT(0));
    size_t n = 0;

    structure = channel_structure_take(structure, told("257 H.264"), AT(1));
    structure = channel_structure_take(structure, told("257 H.264, 259 AAC:eng"), AT(2));
    const GoneComponent *gone = channel_structure_gone(structure, &n);

    g_assert_cmpuint(n, ==, 1);
    g_assert_cmpuint(gone[0].pid, ==, 258);
    g_assert_cmpstr(gone[0].language, ==, "deu");
    g_assert_cmpint(gone[0].gone_us, ==, AT(1));
    g_assert_cmpint(channel_structure_since(structure, 1), ==, AT(2)); /* it came back: news */
    structure = channel_structure_take(structure, told("257 H.264, 259 AAC:eng"), AT(26));
    (void)channel_structure_gone(structure, &n);
    g_assert_cmpuint(n, ==, 0);
}

static void
a_pmt_that_is_away_for_a_while_changes_nothing(void)
{
    g_autoptr(ChannelStructure) structure = channel_structure_take(NULL, told("257 H.264"), AT(0));
    size_t n = 0;

    structure = channel_structure_take(structure, told(""), AT(1));
    g_assert_cmpuint(channel_structure_told(structure)->n_components, ==, 1);
    structure = channel_structure_take(structure, told("257 H.264"), AT(2));
    (void)channel_structure_gone(structure, &n);
    g_assert_cmpuint(n, ==, 0);
    g_assert_cmpint(channel_structure_since(structure, 0), ==, 0);
}

static void
more_that_left_than_there_is_room_for_drops_the_oldest(void)
{
    ChannelStructure *structure = NULL;
    size_t n = 0;

    for (unsigned i = 0; i < STRUCTURE_GONE_MAX + 10; i++) {
        g_autofree char *one = g_strdup_printf("%u AAC", 100 + i);

        structure = channel_structure_take(structure, told(one), AT(0) + i);
    }
    const GoneComponent *gone = channel_structure_gone(structure, &n);

    g_assert_cmpuint(n, ==, STRUCTURE_GONE_MAX);
    g_assert_cmpuint(gone[0].pid, ==, 100 + STRUCTURE_GONE_MAX + 8);
    channel_structure_unref(structure);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/structure/first", what_was_there_from_the_beginning_is_not_marked);
    g_test_add_func("/structure/changed",
                    a_component_that_came_or_became_another_is_marked_and_stays_so);
    g_test_add_func("/structure/gone",
                    a_component_that_left_is_told_for_a_day_or_until_it_comes_back);
    g_test_add_func("/structure/away", a_pmt_that_is_away_for_a_while_changes_nothing);
    g_test_add_func("/structure/bound", more_that_left_than_there_is_room_for_drops_the_oldest);
    return g_test_run();
}

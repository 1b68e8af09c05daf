/* SCTE-35 messages from the bytes of their sections. */
#include <glib.h>
#include <string.h>

#include "pipelines/ts/scte35.h"
#include "tests/fixtures/hex.h"

#define HEAD "fc3000 00 00 00000000 00 fff" /* clear, no adjustment; command length follows */
#define NONE "0000"                         /* no descriptors */

static Scte35Verdict
parse(const char *hex, Scte35 *ret_message)
{
    g_autoptr(GByteArray) section = hex_section(hex);

    return scte35_parse(section->data, section->len, ret_message);
}

static void
a_splice_insert_says_when_how_long_and_which_way(void)
{
    Scte35 message;

    g_assert_cmpint(
        parse(HEAD "014 05 000003e9 7f ef fe 00030d40 fe 002932e0 0001 01 02" NONE, &message), ==,
        SCTE35_GOOD);
    const Scte35Event *event = &message.events[0];

    g_assert_cmpuint(message.command, ==, SCTE35_SPLICE_INSERT);
    g_assert_cmpuint(message.tier, ==, 0xfff);
    g_assert_cmpuint(message.n_events, ==, 1);
    g_assert_cmpuint(event->id, ==, 1001);
    g_assert_false(event->cancel);
    g_assert_true(event->out);
    g_assert_true(event->program_splice);
    g_assert_false(event->immediate);
    g_assert_true(message.has_pts);
    g_assert_cmpuint(message.pts, ==, 200000);
    g_assert_cmpuint(event->duration, ==, 2700000);
    g_assert_true(event->auto_return);
    g_assert_cmpuint(event->unique_program_id, ==, 1);
    g_assert_cmpuint(event->avail, ==, 1);
    g_assert_cmpuint(event->avails_expected, ==, 2);
}

static void
the_adjustment_wraps_with_the_clock(void)
{
    Scte35 message;

    parse("fc3000 00 01 fffffffe 00 fff005 06 fe 00000005" NONE, &message);
    g_assert_true(message.has_pts);
    g_assert_cmpuint(message.pts_adjustment, ==, PTS90_MODULUS - 2);
    g_assert_cmpuint(message.pts, ==, 3);
}

static void
a_cancelled_event_says_nothing_else(void)
{
    Scte35 message;
    uint32_t id = 0;

    g_assert_cmpint(parse(HEAD "005 05 00000007 ff" NONE, &message), ==, SCTE35_GOOD);
    g_assert_true(message.events[0].cancel);
    g_assert_true(scte35_cancels(&message, 7));
    g_assert_false(scte35_announces(&message, 7));
    g_assert_true(scte35_event_id(&message, &id));
    g_assert_cmpuint(id, ==, 7);
    g_assert_false(message.has_pts);
}

static void
components_have_times_of_their_own_and_the_first_is_the_messages(void)
{
    Scte35 message;

    parse(HEAD "017 05 000003eb 7f 0f 02 01 fe 00055730 02 fe 00055794 0002 00 00" NONE, &message);
    g_assert_false(message.events[0].program_splice);
    g_assert_cmpuint(scte35_components_kept(&message), ==, 2);
    g_assert_cmpuint(message.components[1].tag, ==, 2);
    g_assert_cmpuint(message.components[1].pts, ==, 350100);
    g_assert_cmpuint(message.pts, ==, 350000);
    g_assert_cmpuint(message.events[0].unique_program_id, ==, 2);
}

static void
an_immediate_splice_has_no_time(void)
{
    Scte35 message;

    g_assert_cmpint(parse(HEAD "00a 05 00000001 7f df 0000 00 00" NONE, &message), ==, SCTE35_GOOD);
    g_assert_true(message.events[0].immediate);
    g_assert_false(message.has_pts);
}

static void
a_schedule_lists_its_events(void)
{
    Scte35 message;

    g_assert_cmpint(parse(HEAD
                          "02e 04 03 00000001 7f ff 4b000000 fe 00002328 0005 01 02"
                          "00000002 ff 00000003 7f 1f 02 07 4b000001 08 4b000002 0006 00 00" NONE,
                          &message),
                    ==, SCTE35_GOOD);
    g_assert_cmpuint(message.n_events, ==, 3);
    g_assert_cmpuint(message.events[0].utc, ==, 0x4b000000);
    g_assert_cmpuint(message.events[0].duration, ==, 9000);
    g_assert_true(message.events[1].cancel);
    g_assert_cmpuint(message.events[2].utc, ==, 0x4b000001);
    g_assert_cmpuint(message.events[2].n_components, ==, 2);
    g_assert_cmpuint(message.events[2].unique_program_id, ==, 6);
    g_assert_cmpuint(scte35_components_kept(&message), ==, 0);
}

static void
a_segmentation_is_described_in_one_line(void)
{
    Scte35 message;
    char text[SCTE35_DESCRIPTION_MAX];

    g_assert_cmpint(parse(HEAD "005 06 fe 000493e0 001e 021c 43554549 00001002 7f ff 0000149970 "
                               "08 08 0102030405060708 10 01 01",
                          &message),
                    ==, SCTE35_GOOD);
    g_assert_cmpuint(message.n_descriptors, ==, 1);
    const Scte35Segmentation *segmentation = scte35_segmentation_at(&message, 0);

    g_assert_nonnull(segmentation);
    g_assert_true(segmentation->program_segmentation);
    g_assert_false(segmentation->restricted);
    scte35_describe(segmentation, text, sizeof text);
    g_assert_cmpstr(text, ==,
                    "Program Start (0x10), event 4098, 15.0 s, TI 0102030405060708, segment 1/1");
}

static void
restrictions_and_sub_segments_are_read(void)
{
    Scte35 message;

    parse(HEAD "005 06 fe 00000000 0013 0211 43554549 4800008e 7f 9b 00 00 34 02 03 04 05",
          &message);
    const Scte35Segmentation *segmentation = scte35_segmentation_at(&message, 0);

    g_assert_nonnull(segmentation);
    g_assert_true(segmentation->restricted);
    g_assert_true(segmentation->web_delivery_allowed);
    g_assert_true(segmentation->no_regional_blackout);
    g_assert_false(segmentation->archive_allowed);
    g_assert_cmpuint(segmentation->device_restrictions, ==, 3);
    g_assert_cmpuint(segmentation->number, ==, 2);
    g_assert_true(segmentation->has_sub_segment);
    g_assert_cmpuint(segmentation->sub_number, ==, 4);
    g_assert_cmpuint(segmentation->sub_expected, ==, 5);
}

static void
a_upid_becomes_safe_text(void)
{
    Scte35 message;

    /* ADI "A<esc>\xffB", then a multiple one of Ad-ID "X1" and EIDR 0102. */
    g_assert_cmpint(parse(HEAD "000 00 002e"
                               "0213 43554549 00000001 7f bf 09 04 411bff42 10 00 00"
                               "0217 43554549 00000002 7f bf 0d 08 03025831 0a020102 11 00 00",
                          &message),
                    ==, SCTE35_GOOD);
    g_assert_cmpstr(scte35_segmentation_at(&message, 0)->upid, ==, "A\357\277\275B");
    g_assert_cmpstr(scte35_segmentation_at(&message, 1)->upid, ==, "Ad-ID:X1 EIDR:0102");
    g_assert_null(scte35_segmentation_at(&message, 2));
}

static void
the_other_descriptors_are_read(void)
{
    Scte35 message;

    g_assert_cmpint(parse(HEAD "000 00 0041"
                               "0008 43554549 00000135"
                               "0109 43554549 32 7f 312a23"
                               "0310 43554549 0000 5e000000 00000064 0025"
                               "040a 43554549 1f 05 656e67 25"
                               "0206 41424344 0001"
                               "f004 43554549",
                          &message),
                    ==, SCTE35_GOOD);
    g_assert_cmpuint(message.n_descriptors, ==, 6);
    g_assert_cmpuint(message.descriptors[0].avail_id, ==, 0x135);
    g_assert_cmpuint(message.descriptors[1].dtmf.preroll, ==, 50);
    g_assert_cmpstr(message.descriptors[1].dtmf.digits, ==, "1*#");
    g_assert_cmpuint(message.descriptors[2].time.tai_seconds, ==, 0x5e000000);
    g_assert_cmpuint(message.descriptors[2].time.utc_offset, ==, 37);
    g_assert_cmpstr(message.descriptors[3].audio.language, ==, "eng");
    g_assert_cmpuint(message.descriptors[3].audio.channels, ==, 2);
    g_assert_true(message.descriptors[3].audio.full_service);
    g_assert_cmphex(message.descriptors[4].identifier, ==, 0x41424344);
    g_assert_null(scte35_segmentation_at(&message, 4));
}

static void
an_encrypted_message_is_flagged_and_not_read(void)
{
    Scte35 message;

    g_assert_cmpint(parse("fc3000 00 82 00000000 05 fff014 05 deadbeefdeadbeef", &message), ==,
                    SCTE35_GOOD);
    g_assert_true(message.encrypted);
    g_assert_cmpuint(message.encryption_algorithm, ==, 1);
    g_assert_cmpuint(message.cw_index, ==, 5);
    g_assert_cmpuint(message.command, ==, SCTE35_SPLICE_NULL);
    g_assert_cmpuint(message.n_events, ==, 0);
}

static void
a_private_command_is_known_by_its_identifier(void)
{
    Scte35 message;

    g_assert_cmpint(parse(HEAD "00c ff 45444953 0011223344556677" NONE, &message), ==, SCTE35_GOOD);
    g_assert_cmpstr(scte35_command_name(message.command), ==, "private_command");
    g_assert_cmphex(message.private_identifier, ==, 0x45444953);
    g_assert_cmpuint(message.private_size, ==, 8);
}

static void
an_unknown_command_length_ends_with_the_syntax(void)
{
    Scte35 message;

    g_assert_cmpint(parse(HEAD "fff 06 fe 00000009 000a 0008 43554549 00000001", &message), ==,
                    SCTE35_GOOD);
    g_assert_cmpuint(message.pts, ==, 9);
    g_assert_cmpuint(message.n_descriptors, ==, 1);
}

static void
a_wrong_crc_leaves_nothing_to_read(void)
{
    g_autoptr(GByteArray) section = hex_section(HEAD "005 06 fe 00000005" NONE);
    Scte35 message;

    section->data[section->len - 1] ^= 1;
    g_assert_cmpint(scte35_parse(section->data, section->len, &message), ==, SCTE35_CRC_BAD);
    g_assert_false(message.has_pts);
    section->data[0] = 0x74;
    g_assert_cmpint(scte35_parse(section->data, section->len, &message), ==, SCTE35_OTHER_TABLE);
    g_assert_cmpint(scte35_parse(section->data, 0, &message), ==, SCTE35_OTHER_TABLE);
}

static void
lengths_that_leave_their_bounds_are_malformed(void)
{
    static const char *const sections[] = {
        HEAD "014 05 000003e9 7f ef fe 0003" NONE, /* the command is not there */
        HEAD "003 06 fe 0000" NONE,                /* too short for its syntax */
        HEAD "005 06 fe 00000005 0010",            /* the loop is not there */
        HEAD "000 00 0006 0206 43554549",          /* a descriptor leaves the loop */
        HEAD "000 00 0008 0206 43554549 0000",     /* a segmentation leaves its own */
        HEAD "007 04 03 00000001 7f ff" NONE,      /* a schedule without its events */
        HEAD "000 00 0007 0105 43554549 32",       /* DTMF without its count */
        HEAD "010 05 00000001 7f 0f ff 01 fe 00000000 0000" NONE, /* components without end */
        "fc3000 00",
    };
    Scte35 message;

    for (gsize i = 0; i < G_N_ELEMENTS(sections); i++)
        g_assert_cmpint(parse(sections[i], &message), ==, SCTE35_MALFORMED);
}

static void
more_than_the_bounds_is_counted_not_kept(void)
{
    g_autoptr(GString) hex = g_string_new(HEAD "000 00 00be");
    Scte35 message;

    for (guint i = 0; i < 19; i++)
        g_string_append_printf(hex, "0008 43554549 %08x", i);
    g_assert_cmpint(parse(hex->str, &message), ==, SCTE35_GOOD);
    g_assert_cmpuint(message.n_descriptors, ==, 19);
    g_assert_cmpuint(scte35_descriptors_kept(&message), ==, SCTE35_DESCRIPTORS_MAX);
    g_assert_cmpuint(message.descriptors[7].avail_id, ==, 7);
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } tests[] = {
        {"a splice_insert says when, how long and which way",
         a_splice_insert_says_when_how_long_and_which_way},
        {"the adjustment wraps with the clock", the_adjustment_wraps_with_the_clock},
        {"a cancelled event says nothing else", a_cancelled_event_says_nothing_else},
        {"components have times of their own, and the first is the message's",
         components_have_times_of_their_own_and_the_first_is_the_messages},
        {"an immediate splice has no time", an_immediate_splice_has_no_time},
        {"a schedule lists its events", a_schedule_lists_its_events},
        {"a segmentation is described in one line", a_segmentation_is_described_in_one_line},
        {"restrictions and sub-segments are read", restrictions_and_sub_segments_are_read},
        {"a UPID becomes safe text", a_upid_becomes_safe_text},
        {"the other descriptors are read", the_other_descriptors_are_read},
        {"an encrypted message is flagged and not read",
         an_encrypted_message_is_flagged_and_not_read},
        {"a private command is known by its identifier",
         a_private_command_is_known_by_its_identifier},
        {"an unknown command length ends with the syntax",
         an_unknown_command_length_ends_with_the_syntax},
        {"a wrong CRC leaves nothing to read", a_wrong_crc_leaves_nothing_to_read},
        {"lengths that leave their bounds are malformed",
         lengths_that_leave_their_bounds_are_malformed},
        {"more than the bounds is counted, not kept", more_than_the_bounds_is_counted_not_kept},
    };

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path = g_strconcat("/scte35/", tests[i].name, NULL);

        g_test_add_func(path, tests[i].run);
    }
    return g_test_run();
}

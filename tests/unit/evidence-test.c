/* Which pictures are kept and chosen around an alarm, at odd times, and what a record says of it.
 */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "appliance/model/evidence-case.h"
#include "appliance/stores/evidence-file.h"
#include "pipelines/base/error.h"

#define S(x)   ((MonoUs)((x) * (double)US_PER_SECOND))
#define WALL_S 1000000 /* of second 0 of the boot clock */

static bool
add_of(EvidenceFrames *frames, double at_s, size_t bytes, MonoUs now_us)
{
    g_autoptr(GBytes) jpeg = g_bytes_new_take(g_malloc0(bytes), bytes);
    const EvidenceFrame frame = {.captured_us = S(at_s),
                                 .wall_us = S(WALL_S + at_s),
                                 .pts = (uint64_t)(at_s * 90000),
                                 .width = 320,
                                 .height = 180,
                                 .jpeg = jpeg};

    return evidence_frames_add(frames, &frame, now_us);
}

static void
add(EvidenceFrames *frames, double at_s)
{
    g_assert_true(add_of(frames, at_s, 1000, S(1e6)));
}

static void
add_each_second(EvidenceFrames *frames, double from_s, double to_s)
{
    for (double at_s = from_s; at_s <= to_s; at_s++)
        add(frames, at_s);
}

static EvidenceCase *
open_at(double since_s, double raised_s, const EvidenceFrames *frames)
{
    const EvidenceOpening opening = {.alarm_id = "alarm",
                                     .channel_id = "one",
                                     .input_id = "in",
                                     .text = "The picture is black",
                                     .fault = FAULT_PICTURE_BLACK,
                                     .since_us = S(since_s),
                                     .since_wall_us = S(WALL_S + since_s),
                                     .raised_us = S(raised_s),
                                     .raised_wall_us = S(WALL_S + raised_s),
                                     .now_us = S(raised_s),
                                     .stale_after_us = S(6),
                                     .decodes = true};

    return evidence_case_new(&opening, frames);
}

static double
offset_s(const EvidenceCase *item, EvidencePlace place)
{
    const EvidencePicture *picture = &item->pictures[place];

    g_assert_true(picture->there);
    g_assert_cmpstr(picture->reason, ==, "");
    return (double)picture->offset_us / (double)US_PER_SECOND;
}

static void
assert_absent(const EvidenceCase *item, EvidencePlace place, const char *words)
{
    g_assert_false(item->pictures[place].there);
    g_assert_null(item->pictures[place].jpeg);
    g_assert_nonnull(strstr(item->pictures[place].reason, words));
}

/* ---- The ring ---- */

static void
the_ring_keeps_90_s_of_pictures_a_second_apart(void)
{
    EvidenceFrames *frames = evidence_frames_new();

    for (int i = 0; i <= 800; i++)
        (void)add_of(frames, 100 + 0.25 * i, 1000, S(1000));
    g_assert_cmpuint(evidence_frames_count(frames, NULL), ==, 91);
    g_assert_cmpint(evidence_frames_first(frames, 0, S(1e6))->captured_us, ==, S(210));
    evidence_frames_free(frames);
}

static void
large_pictures_push_the_oldest_out(void)
{
    EvidenceFrames *frames = evidence_frames_new();
    size_t bytes = 0;

    for (int i = 0; i < 60; i++)
        g_assert_true(add_of(frames, 100 + i, 40 << 10, S(1000)));
    g_assert_cmpuint(evidence_frames_count(frames, &bytes), ==, 12);
    g_assert_cmpuint(bytes, ==, 12 * (40 << 10));
    g_assert_cmpint(evidence_frames_first(frames, 0, S(1e6))->captured_us, ==, S(148));
    g_assert_false(add_of(frames, 200, EVIDENCE_FRAMES_BYTES + 1, S(1000)));
    evidence_frames_free(frames);
}

static void
a_picture_of_the_future_or_of_the_past_is_not_taken(void)
{
    EvidenceFrames *frames = evidence_frames_new();

    g_assert_false(add_of(frames, 101, 10, S(100)));
    g_assert_true(add_of(frames, 100, 10, S(100)));
    g_assert_false(add_of(frames, 99, 10, S(101)));
    g_assert_false(add_of(frames, 100, 10, S(101)));
    g_assert_true(add_of(frames, 101, 10, S(101)));
    g_assert_cmpuint(evidence_frames_count(frames, NULL), ==, 2);
    evidence_frames_free(frames);
}

/* ---- The choice ---- */

static void
before_at_and_after_stand_around_the_beginning(void)
{
    EvidenceFrames *frames = evidence_frames_new();

    add_each_second(frames, 80.5, 104.5);
    EvidenceCase *item = open_at(100, 105, frames);

    g_assert_true(evidence_case_step(item, frames, S(105)));
    g_assert_cmpfloat(offset_s(item, EVIDENCE_BEFORE), ==, -0.5);
    g_assert_cmpfloat(offset_s(item, EVIDENCE_AT), ==, 0.5);
    assert_absent(item, EVIDENCE_AFTER, "Not yet");
    add_each_second(frames, 105.5, 109.5);
    g_assert_false(evidence_case_step(item, frames, S(110)));
    add_each_second(frames, 110.5, 112.5);
    g_assert_true(evidence_case_step(item, frames, S(113)));
    g_assert_cmpfloat(offset_s(item, EVIDENCE_AFTER), ==, 10.5);
    g_assert_false(evidence_case_is_due(item, S(149.9)));
    g_assert_true(evidence_case_is_due(item, S(150)));
    evidence_case_free(item);
    evidence_frames_free(frames);
}

static void
a_picture_captured_at_the_very_beginning_is_at_and_not_before(void)
{
    EvidenceFrames *frames = evidence_frames_new();

    add_each_second(frames, 98, 101);
    EvidenceCase *item = open_at(100, 105, frames);

    (void)evidence_case_step(item, frames, S(105));
    g_assert_cmpfloat(offset_s(item, EVIDENCE_BEFORE), ==, -1);
    g_assert_cmpfloat(offset_s(item, EVIDENCE_AT), ==, 0);
    evidence_case_free(item);
    evidence_frames_free(frames);
}

static void
a_fault_that_ended_between_two_pictures_has_none_at(void)
{
    EvidenceFrames *frames = evidence_frames_new();

    add(frames, 99);
    add(frames, 107);
    EvidenceCase *item = open_at(100, 105, frames);

    evidence_case_clear(item, S(106), S(109), S(WALL_S + 109));
    (void)evidence_case_step(item, frames, S(109));
    assert_absent(item, EVIDENCE_AT, "while it lasted");
    g_assert_cmpfloat(offset_s(item, EVIDENCE_AFTER), ==, 7);
    evidence_case_free(item);
    evidence_frames_free(frames);
}

static void
an_alarm_that_clears_early_has_the_newest_picture_after(void)
{
    EvidenceFrames *frames = evidence_frames_new();

    add_each_second(frames, 95, 108);
    EvidenceCase *item = open_at(100, 105, frames);

    (void)evidence_case_step(item, frames, S(105));
    evidence_case_clear(item, S(105.5), S(108.5), S(WALL_S + 108.5));
    g_assert_true(evidence_case_step(item, frames, S(108.5)));
    g_assert_cmpfloat(offset_s(item, EVIDENCE_AFTER), ==, 8);
    evidence_case_free(item);
    evidence_frames_free(frames);
}

static void
the_only_picture_is_never_shown_twice(void)
{
    EvidenceFrames *frames = evidence_frames_new();

    add(frames, 103);
    EvidenceCase *item = open_at(100, 105, frames);

    (void)evidence_case_step(item, frames, S(150));
    assert_absent(item, EVIDENCE_BEFORE, "from before it began");
    g_assert_cmpfloat(offset_s(item, EVIDENCE_AT), ==, 3);
    assert_absent(item, EVIDENCE_AFTER, "No later picture");
    evidence_case_free(item);
    evidence_frames_free(frames);
}

static void
pictures_far_from_their_place_are_called_stale(void)
{
    EvidenceFrames *frames = evidence_frames_new();

    add(frames, 60);
    add(frames, 108);
    EvidenceCase *item = open_at(100, 105, frames);

    (void)evidence_case_step(item, frames, S(109));
    g_assert_true(item->pictures[EVIDENCE_BEFORE].stale);
    g_assert_cmpfloat(offset_s(item, EVIDENCE_BEFORE), ==, -40);
    g_assert_true(item->pictures[EVIDENCE_AT].stale);
    add(frames, 112);
    (void)evidence_case_step(item, frames, S(112));
    g_assert_false(item->pictures[EVIDENCE_AFTER].stale);
    evidence_case_free(item);
    evidence_frames_free(frames);
}

static void
a_picture_long_after_is_none_of_this_alarm(void)
{
    EvidenceFrames *frames = evidence_frames_new();

    add(frames, 99);
    EvidenceCase *item = open_at(100, 105, frames);

    add(frames, 136);
    g_assert_false(evidence_case_step(item, frames, S(136)));
    g_assert_true(evidence_case_step(item, frames, S(150)));
    assert_absent(item, EVIDENCE_AT, "until 30 s after");
    assert_absent(item, EVIDENCE_AFTER, "No later picture");
    evidence_case_free(item);
    evidence_frames_free(frames);
}

static void
without_decoding_every_place_says_so(void)
{
    EvidenceCase *item = open_at(100, 105, NULL);

    g_assert_nonnull(strstr(item->pictures[EVIDENCE_BEFORE].reason, "No picture had come yet"));
    item->decodes = false;
    (void)evidence_case_step(item, NULL, S(150));
    assert_absent(item, EVIDENCE_AT, "No pictures are decoded");
    assert_absent(item, EVIDENCE_AFTER, "No pictures are decoded");
    evidence_case_free(item);
}

/* ---- The record ---- */

static EvidenceRecord *
a_record(void)
{
    EvidenceFrames *frames = evidence_frames_new();

    add_each_second(frames, 95, 112);
    EvidenceCase *item = open_at(100.25, 105, frames);

    (void)evidence_case_step(item, frames, S(150.25));
    EvidenceRecord *record = evidence_case_record(item, S(150.25));

    record->first_offset_us = -S(60.25);
    record->n_seconds = 3;
    record->series = g_new0(EvidenceSeries, 1);
    record->n_series = 1;
    record->series[0] = (EvidenceSeries){METRIC_LUMA_MEAN, {0.5F, NAN, 0.0F}};
    record->clip.state = EVIDENCE_CLIP_PARTLY;
    evidence_set(&record->clip.text, "It ends 2.0 s early");
    record->clip.bytes = 188000;
    evidence_case_free(item);
    evidence_frames_free(frames);
    return record;
}

static void
a_record_is_read_back_as_it_was_written(void)
{
    g_autoptr(EvidenceRecord) record = a_record();
    g_autofree char *text = evidence_file_text(record);
    g_autoptr(GError) error = NULL;
    g_autoptr(EvidenceRecord) again = evidence_file_parse(text, strlen(text), &error);

    g_assert_no_error(error);
    g_autofree char *twice = evidence_file_text(again);

    g_assert_cmpstr(twice, ==, text);
    g_assert_true(again->complete);
    g_assert_cmpint(again->fault, ==, FAULT_PICTURE_BLACK);
    g_assert_cmpint(again->since_us, ==, S(WALL_S + 100.25));
    g_assert_cmpint(again->clip.to_us - again->clip.from_us, ==, S(64.75));
    g_assert_cmpint(again->pictures[EVIDENCE_AT].offset_us, ==, S(0.75));
    g_assert_cmpuint(again->pictures[EVIDENCE_AT].pts, ==, 101 * 90000);
    g_assert_true(isnan(again->series[0].values[1]));
    g_assert_cmpfloat(again->series[0].values[0], ==, 0.5F);
    g_assert_cmpuint(again->clip.bytes, ==, 188000);
}

static void
what_is_no_record_is_refused(void)
{
    static const char *const bad[] = {
        "",
        "{}",
        "[]",
        "{\"version\":1}",
        "{\"version\":1,\"alarm_id\":\"../etc\"}",
        "{\"version\":2,\"alarm_id\":\"a\"}",
        "{\"version\":1,\"alarm_id\":7}",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(evidence_file_parse(bad[i], strlen(bad[i]), &error));
        g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
    }
}

static void
a_record_of_nonsense_is_bounded(void)
{
    static const char text[] =
        "{\"version\":1,\"alarm_id\":\"a\",\"fault\":3,\"seconds\":99999,\"pictures\":[],"
        "\"series\":{\"luma_mean\":[1,\"x\",{}]},"
        "\"clip\":{\"state\":\"x\",\"text\":5,\"bytes\":-1}}";
    g_autoptr(EvidenceRecord) record = evidence_file_parse(text, strlen(text), NULL);

    g_assert_nonnull(record);
    g_assert_cmpuint(record->n_seconds, ==, EVIDENCE_SECONDS_MAX);
    g_assert_cmpuint(record->n_series, ==, 1);
    g_assert_cmpint(record->clip.state, ==, EVIDENCE_CLIP_NONE);
    g_assert_cmpuint(record->clip.bytes, ==, 0);
}

static void
evidence_is_kept_of_picture_and_sound_and_not_of_the_transport(void)
{
    g_assert_true(evidence_is_kept_of(FAULT_PICTURE_BLACK));
    g_assert_true(evidence_is_kept_of(FAULT_SOUND_CLIPPING));
    g_assert_true(evidence_is_kept_of(FAULT_VIDEO_MISSING));
    g_assert_false(evidence_is_kept_of(FAULT_NO_PACKETS));
    g_assert_false(evidence_is_kept_of(FAULT_CONTINUITY));
    g_assert_false(evidence_is_kept_of(FAULT_OWN_LOSS));
}

#define ADD(function) g_test_add_func("/evidence/" #function, function)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(the_ring_keeps_90_s_of_pictures_a_second_apart);
    ADD(large_pictures_push_the_oldest_out);
    ADD(a_picture_of_the_future_or_of_the_past_is_not_taken);
    ADD(before_at_and_after_stand_around_the_beginning);
    ADD(a_picture_captured_at_the_very_beginning_is_at_and_not_before);
    ADD(a_fault_that_ended_between_two_pictures_has_none_at);
    ADD(an_alarm_that_clears_early_has_the_newest_picture_after);
    ADD(the_only_picture_is_never_shown_twice);
    ADD(pictures_far_from_their_place_are_called_stale);
    ADD(a_picture_long_after_is_none_of_this_alarm);
    ADD(without_decoding_every_place_says_so);
    ADD(a_record_is_read_back_as_it_was_written);
    ADD(what_is_no_record_is_refused);
    ADD(a_record_of_nonsense_is_bounded);
    ADD(evidence_is_kept_of_picture_and_sound_and_not_of_the_transport);
    return g_test_run();
}

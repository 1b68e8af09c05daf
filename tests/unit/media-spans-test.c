/* A condition that is looked at now and then, made into spans. */
#include "pipelines/probe/media-spans.h"

static MediaSpan
span(const MediaSpans *spans, guint index)
{
    g_assert_cmpuint(index, <, spans->spans->len);
    return g_array_index(spans->spans, MediaSpan, index);
}

static void
look(MediaSpans *spans, bool active, MonoUs since_us)
{
    const Condition condition = {.known = true, .active = active, .since_us = since_us};

    media_spans_follow(spans, &condition, 1);
}

static void
a_span_lasts_from_change_to_change(void)
{
    MediaSpans spans;

    media_spans_init(&spans);
    look(&spans, false, 0);
    look(&spans, true, 1000);
    look(&spans, true, 1000);
    look(&spans, false, 5000);
    look(&spans, false, 5000);
    g_assert_cmpuint(spans.spans->len, ==, 1);
    g_assert_cmpint(span(&spans, 0).start_us, ==, 1000);
    g_assert_cmpint(span(&spans, 0).end_us, ==, 5000);
    g_assert_cmpuint(span(&spans, 0).kind, ==, 1);
    media_spans_clear(&spans);
}

static void
what_was_not_known_is_no_span(void)
{
    const Condition unknown = {0};
    MediaSpans spans;

    media_spans_init(&spans);
    media_spans_follow(&spans, &unknown, 0);
    media_spans_finish(&spans, 9000);
    g_assert_cmpuint(spans.spans->len, ==, 0);
    media_spans_clear(&spans);
}

static void
a_change_between_two_looks_is_two_spans(void)
{
    MediaSpans spans;

    media_spans_init(&spans);
    look(&spans, true, 1000);
    look(&spans, true, 3000);
    media_spans_finish(&spans, 4000);
    g_assert_cmpuint(spans.spans->len, ==, 2);
    g_assert_cmpint(span(&spans, 1).start_us, ==, 3000);
    g_assert_cmpint(span(&spans, 1).end_us, ==, 4000);
    media_spans_clear(&spans);
}

static void
what_finds_no_room_is_counted(void)
{
    MediaSpans spans;

    media_spans_init(&spans);
    for (MonoUs i = 1; i <= MEDIA_SPANS_MAX + 3; i++) {
        look(&spans, true, 10 * i);
        look(&spans, false, 10 * i + 5);
    }
    g_assert_cmpuint(spans.spans->len, ==, MEDIA_SPANS_MAX);
    g_assert_cmpuint(spans.dropped, ==, 3);
    media_spans_clear(&spans);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/media-spans/a-span-lasts-from-change-to-change",
                    a_span_lasts_from_change_to_change);
    g_test_add_func("/media-spans/what-was-not-known-is-no-span", what_was_not_known_is_no_span);
    g_test_add_func("/media-spans/a-change-between-two-looks-is-two-spans",
                    a_change_between_two_looks_is_two_spans);
    g_test_add_func("/media-spans/what-finds-no-room-is-counted", what_finds_no_room_is_counted);
    return g_test_run();
}

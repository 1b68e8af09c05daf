/* A condition's changes, made into spans. */
#include "pipelines/probe/media-spans.h"

void
media_spans_init(MediaSpans *spans)
{
    *spans = (MediaSpans){.spans = g_array_new(FALSE, FALSE, sizeof(MediaSpan))};
}

void
media_spans_clear(MediaSpans *spans)
{
    g_clear_pointer(&spans->spans, g_array_unref);
}

void
media_spans_finish(MediaSpans *spans, MonoUs end_us)
{
    const MediaSpan span = {spans->start_us, MAX(end_us, spans->start_us), spans->kind};

    if (!spans->open)
        return;
    spans->open = false;
    if (spans->spans->len < MEDIA_SPANS_MAX)
        g_array_append_val(spans->spans, span);
    else
        spans->dropped++;
}

void
media_spans_follow(MediaSpans *spans, const Condition *condition, unsigned kind)
{
    if (!condition->known)
        return;
    /* It ceased, or ceased and began again since it was looked at last. */
    if (spans->open && (!condition->active || condition->since_us > spans->start_us))
        media_spans_finish(spans, condition->since_us);
    if (!condition->active)
        return;
    if (!spans->open)
        spans->start_us = condition->since_us;
    spans->open = true;
    spans->kind = kind;
}

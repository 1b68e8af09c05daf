/* A ring by number: an event lies at its number modulo the size. */
#include "pipelines/ts/ts-events.h"

#include <stdarg.h>

#include "pipelines/base/text.h"

static const char *const names[] = {
    [TS_EVENT_SERVICE_ADDED] = "service-added",
    [TS_EVENT_SERVICE_REMOVED] = "service-removed",
    [TS_EVENT_SERVICE_RENAMED] = "service-renamed",
    [TS_EVENT_MAP_MOVED] = "pmt-moved",
    [TS_EVENT_CLOCK_MOVED] = "pcr-moved",
    [TS_EVENT_COMPONENT_ADDED] = "component-added",
    [TS_EVENT_COMPONENT_REMOVED] = "component-removed",
    [TS_EVENT_COMPONENT_CHANGED] = "component-changed",
    [TS_EVENT_STREAM_ID_CHANGED] = "stream-id-changed",
    [TS_EVENT_TABLE_CHANGED] = "table-changed",
    [TS_EVENT_VERSION_ONLY] = "version-only",
    [TS_EVENT_CONTENT_ONLY] = "content-only",
    [TS_EVENT_TIME_JUMP] = "time-jump",
};

void
ts_events_clear(TsEvents *events)
{
    g_free(events->ring);
    *events = (TsEvents){0};
}

void
ts_events_at(TsEvents *events, uint64_t packet, MonoUs arrival_us)
{
    events->packet = packet;
    events->arrival_us = arrival_us;
}

void
ts_events_add(
    TsEvents *events, TsEventKind kind, uint16_t service_id, uint16_t pid, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *clean = text_clean(text, TS_EVENT_TEXT_MAX - 1);

    if (!events->ring)
        events->ring = g_new0(TsEvent, TS_EVENTS_MAX);
    TsEvent *event = &events->ring[++events->number % TS_EVENTS_MAX];

    event->number = events->number;
    event->packet = events->packet;
    event->arrival_us = events->arrival_us;
    event->kind = kind;
    event->service_id = service_id;
    event->pid = pid;
    g_strlcpy(event->text, clean, sizeof event->text);
}

size_t
ts_events_read(const TsEvents *events, uint64_t after_number, TsEvent *ret_events, size_t max)
{
    const uint64_t gone = events->number > TS_EVENTS_MAX ? events->number - TS_EVENTS_MAX : 0;
    const uint64_t after = after_number > gone ? after_number : gone;
    size_t count = 0;

    for (; after + count < events->number && count < max; count++)
        ret_events[count] = events->ring[(after + count + 1) % TS_EVENTS_MAX];
    return count;
}

const char *
ts_event_kind_name(TsEventKind kind)
{
    return (unsigned)kind < G_N_ELEMENTS(names) ? names[kind] : "";
}

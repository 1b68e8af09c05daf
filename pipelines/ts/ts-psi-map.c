/* Components are compared by PID: order alone is no change that anybody notices. */
#include "pipelines/ts/ts-psi-map.h"

#include <glib.h>
#include <string.h>

#include "pipelines/ts/ts-analyser.h"
#include "pipelines/ts/ts-descriptors.h"

/* What a PMT said before. */
typedef struct {
    uint16_t pcr_pid;
    size_t n_components;
    TsComponent components[TS_COMPONENTS_MAX];
} Before;

void
ts_map_forget(TsListed *listed)
{
    TsService *service = &listed->service;

    listed->pmt_crc = 0;
    listed->moved = true;
    service->pmt_seen = false;
    service->pcr_pid = TS_PID_NULL;
    service->n_components = 0;
    service->n_cas = 0;
    service->ca = false;
    service->registration = 0;
    service->pmt_us = 0;
}

static const TsComponent *
find(const TsComponent *components, size_t count, uint16_t pid)
{
    for (size_t i = 0; i < count; i++)
        if (components[i].pid == pid)
            return &components[i];
    return NULL;
}

/* "HEVC", or "stream type 0x99"; with the language in brackets. */
static char *
describe(const TsComponent *component)
{
    const char *codec = ts_codec_name(component->codec);
    g_autofree char *type = codec[0] != '\0'
                                ? g_strdup(codec)
                                : g_strdup_printf("stream type 0x%02x", component->stream_type);
    const char *scrambled = component->scrambled ? ", scrambled" : "";

    if (component->language[0] == '\0')
        return g_strdup_printf("%s%s", type, scrambled);
    return g_strdup_printf("%s (%s)%s", type, component->language, scrambled);
}

static void
tell_component(const TsService *service,
               const TsComponent *old,
               const TsComponent *component,
               TsEvents *events)
{
    g_autofree char *is = describe(component);

    if (!old) {
        ts_events_add(events, TS_EVENT_COMPONENT_ADDED, service->service_id, component->pid,
                      "PMT changed: PID 0x%x %s added", component->pid, is);
        return;
    }
    g_autofree char *was = describe(old);

    if (old->stream_type == component->stream_type && strcmp(was, is) == 0)
        return;
    ts_events_add(events, TS_EVENT_COMPONENT_CHANGED, service->service_id, component->pid,
                  "PMT changed: PID 0x%x was %s (0x%02x), is %s (0x%02x)", component->pid, was,
                  old->stream_type, is, component->stream_type);
}

static void
tell(const TsService *service, const Before *before, TsEvents *events)
{
    if (before->pcr_pid != service->pcr_pid)
        ts_events_add(events, TS_EVENT_CLOCK_MOVED, service->service_id, service->pcr_pid,
                      "PMT changed: PCR PID was 0x%x, is 0x%x", before->pcr_pid, service->pcr_pid);
    for (size_t i = 0; i < service->n_components; i++) {
        const TsComponent *component = &service->components[i];

        tell_component(service, find(before->components, before->n_components, component->pid),
                       component, events);
    }
    for (size_t i = 0; i < before->n_components; i++) {
        const TsComponent *old = &before->components[i];
        g_autofree char *was = describe(old);

        if (!find(service->components, service->n_components, old->pid))
            ts_events_add(events, TS_EVENT_COMPONENT_REMOVED, service->service_id, old->pid,
                          "PMT changed: PID 0x%x %s removed", old->pid, was);
    }
}

static void
read_components(TsTables *tables, TsService *service, ByteReader *body)
{
    service->n_components = 0;
    while (body->left >= 5) {
        const uint8_t stream_type = byte_reader_u8(body);
        const uint16_t pid = byte_reader_u16(body) & 0x1fff;
        const uint16_t length = byte_reader_u16(body) & 0x0fff;
        const ByteReader descriptors = byte_reader_slice(body, length);

        if (descriptors.broken)
            return;
        if (service->n_components == TS_COMPONENTS_MAX) {
            tables->refused++;
            continue;
        }
        tables->refused += ts_component(stream_type, pid, descriptors, service->registration,
                                        &service->components[service->n_components++]);
    }
}

/* Returns: false if it does not hold together */
static bool
read_map(TsTables *tables, TsService *service, const TsSectionHead *head)
{
    ByteReader body = head->body;
    const uint16_t pcr_pid = byte_reader_u16(&body) & 0x1fff;
    const uint16_t length = byte_reader_u16(&body) & 0x0fff;
    const ByteReader descriptors = byte_reader_slice(&body, length);
    TsProgramInfo info;

    if (body.broken)
        return false;
    tables->refused += ts_program_info(descriptors, &info);
    service->pcr_pid = pcr_pid;
    service->version = head->version;
    service->registration = info.registration;
    service->ca = info.n_cas > 0;
    service->n_cas = info.n_cas;
    memcpy(service->cas, info.cas, sizeof info.cas);
    read_components(tables, service, &body);
    return true;
}

bool
ts_map_take(TsTables *tables, TsListed *listed, const TsSectionHead *head, TsEvents *events)
{
    TsService *service = &listed->service;
    Before before;

    service->pmt_us = events->arrival_us;
    if (service->pmt_seen && listed->pmt_crc == head->crc)
        return false;
    before.pcr_pid = service->pcr_pid;
    before.n_components = service->n_components;
    memcpy(before.components, service->components, service->n_components * sizeof(TsComponent));
    if (!read_map(tables, service, head))
        return false;
    if (service->pmt_seen)
        tell(service, &before, events);
    service->pmt_seen = true;
    listed->moved = true;
    listed->pmt_crc = head->crc;
    listed->changed_us = events->arrival_us;
    return true;
}

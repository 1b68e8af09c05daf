/* Every entry knows which section told of it: a section that comes anew replaces its own. */
#include "pipelines/ts/ts-si-services.h"

#include <glib.h>
#include <string.h>

#include "pipelines/ts/ts-descriptors.h"

#define ROOM_FIRST 32u

void
ts_other_services_clear(TsOtherServices *services)
{
    g_free(services->items);
    *services = (TsOtherServices){0};
}

static void
drop(TsOtherServices *services, const TsSectionHead *head, uint16_t network_id)
{
    size_t kept = 0;

    for (size_t i = 0; i < services->count; i++) {
        const TsOtherService *service = &services->items[i];
        const bool ours =
            service->stream_id == head->extension && service->network_id == network_id;

        if (ours && (service->section == head->number || service->section > head->last))
            continue;
        if (kept != i)
            services->items[kept] = services->items[i];
        kept++;
    }
    services->count = kept;
}

/* Returns: (nullable): no room */
static TsOtherService *
add(TsOtherServices *services)
{
    if (services->count == TS_OTHER_SERVICES_MAX)
        return NULL;
    if (services->count == services->room) {
        services->room = services->room > 0 ? services->room * 2 : ROOM_FIRST;
        services->items = g_renew(TsOtherService, services->items, services->room);
    }
    return &services->items[services->count++];
}

static void
read_label(TsOtherService *service, ByteReader loop)
{
    TsDescriptor descriptor;
    TsServiceLabel label;

    while (ts_descriptor_next(&loop, &descriptor)) {
        if (descriptor.tag != 0x48 || !ts_service_label(descriptor.body, &label))
            continue;
        service->type = label.type;
        memcpy(service->name, label.name, sizeof service->name);
        memcpy(service->provider, label.provider, sizeof service->provider);
    }
}

void
ts_other_services_take(TsOtherServices *services, const TsSectionHead *head, TsSiRefused *refused)
{
    ByteReader body = head->body;
    const uint16_t network_id = byte_reader_u16(&body);

    byte_reader_skip(&body, 1);
    if (body.broken)
        return;
    drop(services, head, network_id);
    while (body.left >= 5) {
        const uint16_t service_id = byte_reader_u16(&body);

        byte_reader_skip(&body, 1);
        const uint16_t flags = byte_reader_u16(&body);
        const ByteReader loop = byte_reader_slice(&body, flags & 0x0fffu);

        if (loop.broken)
            return;
        TsOtherService *service = add(services);

        if (!service) {
            refused->other_services++;
            continue;
        }
        *service = (TsOtherService){.stream_id = head->extension,
                                    .network_id = network_id,
                                    .service_id = service_id,
                                    .section = head->number,
                                    .running = (uint8_t)(flags >> 13)};
        read_label(service, loop);
    }
}

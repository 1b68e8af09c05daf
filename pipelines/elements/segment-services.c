/* PIDs of services, and the event that carries them. */
#include "pipelines/elements/segment-services.h"

#include <string.h>

#define EVENT_NAME "GantrySegmentServices"

static void
add_pid(SegmentService *entry, uint16_t pid)
{
    if (pid == 0 || pid >= TS_PID_NULL || entry->n_pids == SEGMENT_PIDS_MAX)
        return;
    entry->pids[entry->n_pids++] = pid;
}

/* The first picture; without one the first sound. */
static const TsComponent *
cut_at(const TsService *service)
{
    static const TsKind kinds[] = {TS_KIND_VIDEO, TS_KIND_AUDIO};

    for (size_t k = 0; k < G_N_ELEMENTS(kinds); k++)
        for (size_t i = 0; i < service->n_components; i++)
            if (service->components[i].kind == kinds[k])
                return &service->components[i];
    return NULL;
}

static void
add_pids(SegmentService *entry, const TsService *service)
{
    add_pid(entry, service->pmt_pid);
    add_pid(entry, service->pcr_pid);
    for (size_t i = 0; i < service->n_cas; i++)
        add_pid(entry, service->cas[i].pid);
    for (size_t i = 0; i < service->n_components; i++) {
        const TsComponent *component = &service->components[i];

        add_pid(entry, component->pid);
        for (size_t n = 0; n < component->n_ca; n++)
            add_pid(entry, component->ca[n].pid);
    }
}

static void
read_service(SegmentService *entry, const TsService *service, int32_t stream)
{
    const TsComponent *cut = cut_at(service);

    entry->transport_stream_id = (uint16_t)MAX(stream, 0);
    entry->service_id = service->service_id;
    entry->pmt_pid = service->pmt_pid;
    if (cut != NULL) {
        entry->cut_pid = cut->pid;
        entry->codec = cut->codec;
    }
    add_pids(entry, service);
}

void
segment_services_read(SegmentServices *services,
                      const TsAnalyser *analyser,
                      const uint16_t *ids,
                      size_t n)
{
    const int32_t stream = ts_analyser_transport_stream_id(analyser);

    *services = (SegmentServices){.n = MIN(n, (size_t)ES_SERVICES_MAX)};
    for (size_t i = 0; i < services->n; i++) {
        const TsService *service = ts_analyser_service(analyser, ids[i]);
        SegmentService *entry = &services->entries[i];

        entry->whole = n == 1 && ts_analyser_n_services(analyser) <= 1;
        entry->cut_pid = TS_PID_NULL;
        if (service != NULL)
            read_service(entry, service, stream);
    }
}

GstEvent *
segment_services_to_event(const SegmentServices *services)
{
    g_autoptr(GBytes) bytes =
        g_bytes_new(services->entries, services->n * sizeof services->entries[0]);

    return gst_event_new_custom(
        GST_EVENT_CUSTOM_DOWNSTREAM_STICKY,
        gst_structure_new(EVENT_NAME, "entries", G_TYPE_BYTES, bytes, NULL));
}

bool
segment_services_from_event(GstEvent *event, SegmentServices *ret_services)
{
    const GValue *value = NULL;

    if (!gst_event_has_name(event, EVENT_NAME))
        return false;
    value = gst_structure_get_value(gst_event_get_structure(event), "entries");
    if (value == NULL || !G_VALUE_HOLDS(value, G_TYPE_BYTES))
        return false;
    gsize size = 0;
    const void *data = g_bytes_get_data(g_value_get_boxed(value), &size);
    const size_t n = MIN(size / sizeof ret_services->entries[0], (size_t)ES_SERVICES_MAX);

    *ret_services = (SegmentServices){.n = n};
    if (n > 0)
        memcpy(ret_services->entries, data, n * sizeof ret_services->entries[0]);
    return true;
}

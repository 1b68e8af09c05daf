/* Between two PCRs every packet takes the same time. */
#include "pipelines/ts/ts-std.h"

#include <glib.h>

#include "pipelines/ts/ts-analyser.h"

#define FIRST_ROOM 256u
#define FNV_BASIS  2166136261u
#define FNV_PRIME  16777619u
/* A PCR is the time of its own byte; the model wants that of a packet's last byte. */
#define PCR_BYTE  11.0
#define LAST_BYTE ((TS_PACKET_SIZE - PCR_BYTE) / TS_PACKET_SIZE)

static void
service_free(TsStdService *service)
{
    for (size_t i = 0; i < service->n_buffers; i++)
        ts_std_buffer_clear(&service->buffers[i]);
    g_free(service->events);
    g_free(service);
}

void
ts_std_clear(TsStd *std)
{
    for (size_t i = 0; i < std->n; i++)
        service_free(std->services[i]);
    std->n = 0;
}

static uint32_t
hash(uint32_t sum, uint32_t value)
{
    return (sum ^ value) * FNV_PRIME;
}

static uint32_t
wiring_of(const TsService *service)
{
    uint32_t sum = hash(hash(FNV_BASIS, service->pcr_pid), service->pmt_pid);

    for (size_t i = 0; i < service->n_components; i++) {
        const TsComponent *component = &service->components[i];

        sum = hash(hash(sum, component->pid),
                   (uint32_t)component->codec << 8 | component->stream_type);
    }
    return sum;
}

TsStdService *
ts_std_find(const TsStd *std, uint16_t service_id)
{
    for (size_t i = 0; i < std->n; i++)
        if (std->services[i]->service_id == service_id)
            return std->services[i];
    return NULL;
}

static void
add(TsStd *std, const TsService *service)
{
    const size_t n = service->n_components + 1;
    TsStdService *made = g_malloc0(sizeof *made + n * sizeof made->buffers[0]);
    TsStdModel tables;

    made->service_id = service->service_id;
    made->pcr_pid = service->pcr_pid;
    made->pmt_pid = service->pmt_pid;
    made->wiring = wiring_of(service);
    made->listed = true;
    made->n_buffers = n;
    made->pids[TS_STD_SYSTEM] = service->pmt_pid;
    for (size_t i = 0; i < service->n_components; i++)
        made->pids[i + 1] = service->components[i].pid;
    for (size_t i = 0; i < n; i++)
        ts_std_buffer_init(&made->buffers[i]);
    ts_std_system_model(0, &tables);
    ts_std_buffer_set(&made->buffers[TS_STD_SYSTEM], &tables);
    std->services[std->n++] = made;
}

static void
drop_unlisted(TsStd *std)
{
    size_t kept = 0;

    for (size_t i = 0; i < std->n; i++) {
        if (std->services[i]->listed)
            std->services[kept++] = std->services[i];
        else
            service_free(std->services[i]);
    }
    std->n = kept;
}

void
ts_std_follow(TsStd *std, const TsTables *tables)
{
    for (size_t i = 0; i < std->n; i++)
        std->services[i]->listed = false;
    for (size_t i = 0; i < tables->n_services; i++) {
        const TsService *service = &tables->services[i]->service;
        TsStdService *known = ts_std_find(std, service->service_id);

        if (known && known->wiring == wiring_of(service))
            known->listed = true;
    }
    drop_unlisted(std);
    for (size_t i = 0; i < tables->n_services && std->n < TS_SERVICES_MAX; i++) {
        const TsService *service = &tables->services[i]->service;

        if (service->pmt_seen && !ts_std_find(std, service->service_id))
            add(std, service);
    }
}

static void
restart(TsStdService *service)
{
    for (size_t i = 0; i < service->n_buffers; i++)
        ts_std_buffer_restart(&service->buffers[i]);
}

/* Nothing more is collected before the next PCR. */
static void
stop(TsStdService *service)
{
    restart(service);
    g_clear_pointer(&service->events, g_free);
    service->running = false;
    service->room = 0;
    service->n = 0;
}

/* Returns: false where nothing is collected */
static bool
make_room(TsStdService *service)
{
    if (!service->running)
        return false;
    if (service->room == TS_STD_EVENTS_MAX) {
        service->overruns++;
        stop(service);
        return false;
    }
    service->room = service->room > 0 ? 2 * service->room : FIRST_ROOM;
    service->events = g_renew(TsStdEvent, service->events, service->room);
    return true;
}

void
ts_std_collect_more(TsStdService *service, uint64_t index, unsigned slot, unsigned bytes)
{
    if (make_room(service))
        ts_std_collect(service, index, slot, bytes);
}

void
ts_std_break(TsStdService *service, unsigned slot)
{
    if (service->buffers[slot].aligned)
        service->broken = true;
}

bool
ts_std_due(const TsStdService *service, Pts90 stamp, double *ret_due)
{
    const int64_t ahead =
        pts90_distance(service->pcr / 300, stamp) * 300 - (int64_t)(service->pcr % 300);

    if (!service->running || stamp == PTS90_MODULUS || ahead > TS_STD_DUE_TICKS ||
        ahead < -TS_STD_DUE_TICKS)
        return false;
    *ret_due = (double)(service->ticks + ahead);
    return true;
}

static void
play_events(TsStdService *service, const TsClock *clock, TsStdFinder finder, void *user_data)
{
    const double per_packet =
        (double)(clock->ticks - service->ticks) / (double)(clock->index - service->index);
    const double from = (double)service->ticks + LAST_BYTE * per_packet;

    for (uint32_t i = 0; i < service->n; i++) {
        const TsStdEvent *event = &service->events[i];
        TsStdBuffer *buffer = &service->buffers[event->slot];

        if (!buffer->known)
            continue;
        const unsigned found =
            ts_std_buffer_packet(buffer, from + event->offset * per_packet, event->bytes);

        if (found)
            finder(service, event->slot, found, user_data);
    }
}

void
ts_std_play(TsStdService *service, const TsClock *clock, TsStdFinder finder, void *user_data)
{
    const bool follows = service->running && !service->broken && clock->steady &&
                         clock->epoch == service->epoch && clock->index > service->index;

    if (follows)
        play_events(service, clock, finder, user_data);
    else if (service->running)
        restart(service);
    service->running = true;
    service->broken = false;
    service->n = 0;
    service->index = clock->index;
    service->pcr = clock->pcr;
    service->ticks = clock->ticks;
    service->epoch = clock->epoch;
}

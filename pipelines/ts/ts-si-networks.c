/* Every entry knows which section told of it: a section that comes anew replaces its own. */
#include "pipelines/ts/ts-si-networks.h"

#include <glib.h>

#include "pipelines/ts/dvb-text.h"
#include "pipelines/ts/ts-descriptors.h"

#define TABLE_NIT_ACTUAL 0x40u
#define TABLE_BAT        0x4au
#define EACEM            0x00000028u /* private data specifiers under which 0x83 is the LCN */
#define NORDIG           0x00000029u
#define UK_DTT           0x0000233au
#define NEW_ZEALAND      0x00000037u
#define AUSTRALIA_FIRST  0x00003200u
#define AUSTRALIA_LAST   0x0000320fu

/* One transport stream of the section at hand. */
typedef struct {
    TsNetwork *network;
    TsNetworkStream stream;
    uint32_t specifier; /* private_data_specifier before the descriptor at hand, 0 without one */
    TsSiRefused *refused;
} Reading;

void
ts_networks_clear(TsNetworks *networks)
{
    for (size_t i = 0; i < networks->count; i++)
        g_free(networks->items[i]);
    networks->count = 0;
}

static TsNetwork *
network_of(TsNetworks *networks, TsNetworkKind kind, uint16_t id)
{
    for (size_t i = 0; i < networks->count; i++) {
        TsNetwork *network = networks->items[i];

        if (network->kind == kind && (network->id == id || kind == TS_NETWORK_ACTUAL))
            return network;
    }
    if (networks->count == TS_NETWORKS_MAX)
        return NULL;
    TsNetwork *network = g_new0(TsNetwork, 1);

    network->kind = kind;
    network->id = id;
    return networks->items[networks->count++] = network;
}

/* Drops what this section said before, and what sections beyond the last one said. */
static void
drop(TsNetwork *network, uint8_t section, uint8_t last, bool all)
{
    size_t kept = 0;

    for (size_t i = 0; i < network->n_streams; i++)
        if (!all && network->streams[i].section != section && network->streams[i].section <= last)
            network->streams[kept++] = network->streams[i];
    network->n_streams = kept;
    kept = 0;
    for (size_t i = 0; i < network->n_services; i++)
        if (!all && network->services[i].section != section && network->services[i].section <= last)
            network->services[kept++] = network->services[i];
    network->n_services = kept;
    if (all || network->name_section == section || network->name_section > last)
        network->name[0] = '\0';
}

/* @service_id: of the stream at hand; made if it is not there. Returns: (nullable): no room */
static TsNetworkService *
service_of(Reading *reading, uint16_t service_id)
{
    TsNetwork *network = reading->network;
    const TsNetworkStream *stream = &reading->stream;

    for (size_t i = network->n_services; i > 0; i--) {
        TsNetworkService *service = &network->services[i - 1];

        if (service->stream_id != stream->stream_id || service->section != stream->section)
            break; /* those of one stream stand together, at the end */
        if (service->service_id == service_id)
            return service;
    }
    if (network->n_services == TS_NETWORK_SERVICES_MAX) {
        reading->refused->services++;
        return NULL;
    }
    TsNetworkService *service = &network->services[network->n_services++];

    *service = (TsNetworkService){.stream_id = stream->stream_id,
                                  .network_id = stream->network_id,
                                  .service_id = service_id,
                                  .section = stream->section};
    return service;
}

static void
read_service_list(Reading *reading, ByteReader body)
{
    while (body.left >= 3) {
        TsNetworkService *service = service_of(reading, byte_reader_u16(&body));
        const uint8_t type = byte_reader_u8(&body);

        if (service)
            service->type = type;
    }
}

/* Pairs of a service and its number, @mask wide. The first number of a service counts. */
static void
read_numbers(Reading *reading, ByteReader body, uint16_t mask)
{
    while (body.left >= 4) {
        TsNetworkService *service = service_of(reading, byte_reader_u16(&body));
        const uint16_t number = byte_reader_u16(&body);

        if (!service || service->has_lcn)
            continue;
        service->has_lcn = true;
        service->hidden = (number & 0x8000) == 0;
        service->lcn = number & mask;
    }
}

/* NorDig version 2: lists by country; the first that has the service counts. */
static void
read_channel_lists(Reading *reading, ByteReader body)
{
    while (body.left >= 6) {
        byte_reader_skip(&body, 1);
        byte_reader_skip(&body, byte_reader_u8(&body));
        byte_reader_skip(&body, 3);
        read_numbers(reading, byte_reader_slice(&body, byte_reader_u8(&body)), 0x03ff);
    }
}

static void
read_private(Reading *reading, TsDescriptor descriptor)
{
    const uint32_t specifier = reading->specifier;
    const bool plain = specifier == EACEM || specifier == UK_DTT || specifier == NEW_ZEALAND ||
                       (specifier >= AUSTRALIA_FIRST && specifier <= AUSTRALIA_LAST);

    if (descriptor.tag == 0x83 && plain)
        read_numbers(reading, descriptor.body, 0x03ff);
    else if (descriptor.tag == 0x83 && specifier == NORDIG)
        read_numbers(reading, descriptor.body, 0x3fff);
    else if (descriptor.tag == 0x87 && specifier == NORDIG)
        read_channel_lists(reading, descriptor.body);
}

/* @digits of BCD in the front of @word, 32 bits. Returns: 0 where they are no digits */
static uint64_t
bcd_of(uint32_t word, unsigned digits)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < digits; i++) {
        const unsigned digit = word >> (28 - 4 * i) & 15;

        if (digit > 9)
            return 0;
        value = value * 10 + digit;
    }
    return value;
}

/* Both begin with the frequency, in other units, and have the symbol rate three bytes behind it. */
static void
read_satellite_or_cable(TsDelivery *delivery, ByteReader body, unsigned unit_hz)
{
    delivery->frequency_hz = bcd_of(byte_reader_u32(&body), 8) * unit_hz;
    byte_reader_skip(&body, 3);
    delivery->symbol_rate = (uint32_t)bcd_of(byte_reader_u32(&body), 7) * 100;
}

/* Tens of hertz. Networks that differ from place to place send all ones: not told. */
static uint64_t
read_tens(ByteReader *body)
{
    const uint32_t tens = byte_reader_u32(body);

    return tens == UINT32_MAX ? 0 : (uint64_t)tens * 10;
}

static void
read_t2(TsDelivery *delivery, ByteReader body)
{
    byte_reader_skip(&body, 4); /* plp_id, T2_system_id, bandwidth */
    const bool several = (byte_reader_u8(&body) & 1) != 0;

    byte_reader_skip(&body, several ? 3 : 2); /* cell_id, length of the list */
    delivery->frequency_hz = read_tens(&body);
}

static void
read_extended(TsDelivery *delivery, ByteReader body)
{
    const uint8_t extension = byte_reader_u8(&body);

    if (extension != 0x04 && extension != 0x0d && extension != 0x17)
        return;
    delivery->tag = 0x7f;
    delivery->extension = extension;
    if (extension == 0x04)
        read_t2(delivery, body);
}

static void
read_delivery(TsDelivery *delivery, TsDescriptor descriptor)
{
    if (descriptor.tag == 0x7f) {
        read_extended(delivery, descriptor.body);
        return;
    }
    if (descriptor.tag != 0x43 && descriptor.tag != 0x44 && descriptor.tag != 0x5a &&
        descriptor.tag != 0xfa)
        return;
    delivery->tag = descriptor.tag;
    if (descriptor.tag == 0x43) {
        read_satellite_or_cable(delivery, descriptor.body, 10000);
    } else if (descriptor.tag == 0x44) {
        read_satellite_or_cable(delivery, descriptor.body, 100);
    } else if (descriptor.tag == 0x5a) {
        delivery->frequency_hz = read_tens(&descriptor.body);
    } else {
        byte_reader_skip(&descriptor.body, 2);
        delivery->frequency_hz = byte_reader_u16(&descriptor.body) * UINT64_C(1000000) / 7;
    }
}

static void
read_stream(Reading *reading, ByteReader loop)
{
    TsDescriptor descriptor;

    reading->specifier = 0;
    while (ts_descriptor_next(&loop, &descriptor)) {
        if (descriptor.tag == 0x5f)
            reading->specifier = byte_reader_u32(&descriptor.body);
        else if (descriptor.tag == 0x41)
            read_service_list(reading, descriptor.body);
        else if (descriptor.tag >= 0x80 && descriptor.tag != 0xfa)
            read_private(reading, descriptor);
        else
            read_delivery(&reading->stream.delivery, descriptor);
    }
    if (reading->network->n_streams < TS_NETWORK_STREAMS_MAX)
        reading->network->streams[reading->network->n_streams++] = reading->stream;
    else
        reading->refused->streams++;
}

static void
read_name(TsNetwork *network, ByteReader loop, uint8_t section)
{
    TsDescriptor descriptor;

    while (ts_descriptor_next(&loop, &descriptor)) {
        if (descriptor.tag != (network->kind == TS_NETWORK_BOUQUET ? 0x47 : 0x40))
            continue;
        dvb_text(descriptor.body.at, descriptor.body.left, network->name, sizeof network->name);
        network->name_section = section;
    }
}

void
ts_networks_take(TsNetworks *networks, const TsSectionHead *head, TsSiRefused *refused)
{
    const TsNetworkKind kind = head->table_id == TABLE_NIT_ACTUAL ? TS_NETWORK_ACTUAL
                               : head->table_id == TABLE_BAT      ? TS_NETWORK_BOUQUET
                                                                  : TS_NETWORK_OTHER;
    Reading reading = {.network = network_of(networks, kind, head->extension), .refused = refused};
    ByteReader body = head->body;

    if (!reading.network) {
        refused->networks++;
        return;
    }
    drop(reading.network, head->number, head->last, reading.network->id != head->extension);
    reading.network->id = head->extension;
    reading.network->version = head->version;
    read_name(reading.network, byte_reader_slice(&body, byte_reader_u16(&body) & 0x0fffu),
              head->number);
    ByteReader streams = byte_reader_slice(&body, byte_reader_u16(&body) & 0x0fffu);

    while (streams.left >= 6) {
        reading.stream = (TsNetworkStream){.section = head->number};
        reading.stream.stream_id = byte_reader_u16(&streams);
        reading.stream.network_id = byte_reader_u16(&streams);
        const ByteReader loop = byte_reader_slice(&streams, byte_reader_u16(&streams) & 0x0fffu);

        if (!loop.broken)
            read_stream(&reading, loop);
    }
}

const TsNetworkService *
ts_networks_lcn(const TsNetworks *networks, uint16_t stream_id, uint16_t service_id)
{
    const TsNetworkService *found = NULL;

    for (size_t i = 0; i < networks->count; i++) {
        const TsNetwork *network = networks->items[i];

        for (size_t n = 0; n < network->n_services && network->kind != TS_NETWORK_OTHER; n++) {
            const TsNetworkService *service = &network->services[n];

            if (!service->has_lcn || service->stream_id != stream_id ||
                service->service_id != service_id)
                continue;
            if (network->kind == TS_NETWORK_ACTUAL)
                return service;
            found = found ? found : service;
        }
    }
    return found;
}

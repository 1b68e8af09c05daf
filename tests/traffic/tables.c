/* Writing of PAT, PMT (ISO/IEC 13818-1, 2.4.4) and SDT (EN 300 468, 5.2.3). */
#include "tests/traffic/tables.h"

#include <glib.h>
#include <string.h>

#define PROVIDER          "Gantry"
#define SECTION_HEADER    8
#define CRC_SIZE          4
#define TABLE_PAT         0x00
#define TABLE_PMT         0x02
#define TABLE_SDT         0x42
#define TAG_SERVICE       0x48
#define ORIGINAL_NETWORK  0xff01 /* private */
#define DIGITAL_TV        0x01
#define RUNNING_AND_CLEAR 0x80

/* Fills in the eight bytes that begin a long section, and the CRC that ends it. */
static void
finish(Section *section, uint8_t table_id, uint16_t id, uint8_t version, const uint8_t *end)
{
    uint8_t *at = section->bytes;

    section->size = (size_t)(end - at) + CRC_SIZE;
    at[0] = table_id;
    at[1] = (uint8_t)((table_id == TABLE_SDT ? 0xf0 : 0xb0) | (section->size - 3) >> 8);
    at[2] = (uint8_t)(section->size - 3);
    at[3] = (uint8_t)(id >> 8);
    at[4] = (uint8_t)id;
    at[5] = (uint8_t)(0xc1 | (version & 0x1f) << 1);
    at[6] = 0;
    at[7] = 0;
    section_seal(at, section->size);
}

/* Sixteen bits; PIDs and lengths leave the upper ones to what is reserved. */
static uint8_t *
put_16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
    return at + 2;
}

void
section_write_pat(Section *section,
                  const TableService *services,
                  size_t count,
                  uint32_t left_out,
                  uint8_t version)
{
    uint8_t *at = section->bytes + SECTION_HEADER;

    for (size_t i = 0; i < count; i++) {
        if (left_out >> i & 1)
            continue;
        at = put_16(at, services[i].service_id);
        at = put_16(at, 0xe000u | services[i].pmt_pid);
    }
    finish(section, TABLE_PAT, services[0].service_id, version, at);
}

void
section_write_pmt(Section *section, const TableService *service)
{
    uint8_t *at = put_16(section->bytes + SECTION_HEADER, 0xe000u | service->pcr_pid);

    at = put_16(at, 0xf000u);
    for (size_t i = 0; i < service->n_entries; i++) {
        const TableEntry *entry = &service->entry[i];

        *at++ = entry->type;
        at = put_16(at, 0xe000u | entry->pid);
        at = put_16(at, 0xf000u | entry->descriptors_size);
        if (entry->descriptors_size > 0)
            memcpy(at, entry->descriptors, entry->descriptors_size);
        at += entry->descriptors_size;
    }
    finish(section, TABLE_PMT, service->service_id, service->pmt_version, at);
}

static uint8_t *
put_text(uint8_t *at, const char *text, size_t size)
{
    *at++ = (uint8_t)size;
    memcpy(at, text, size);
    return at + size;
}

static uint8_t *
put_service(uint8_t *at, const TableService *service)
{
    const size_t name = MIN(strlen(service->name), TABLES_NAME_MAX);
    const size_t descriptor = 1 + 1 + sizeof PROVIDER - 1 + 1 + name;

    at = put_16(at, service->service_id);
    *at++ = 0xfc; /* no EIT */
    *at++ = RUNNING_AND_CLEAR;
    *at++ = (uint8_t)(2 + descriptor);
    *at++ = TAG_SERVICE;
    *at++ = (uint8_t)descriptor;
    *at++ = DIGITAL_TV;
    at = put_text(at, PROVIDER, sizeof PROVIDER - 1);
    return put_text(at, service->name, name);
}

void
section_write_sdt(Section *section, const TableService *services, size_t count)
{
    uint8_t *at = put_16(section->bytes + SECTION_HEADER, ORIGINAL_NETWORK);

    *at++ = 0xff;
    for (size_t i = 0; i < count; i++)
        at = put_service(at, &services[i]);
    finish(section, TABLE_SDT, services[0].service_id, 0, at);
}

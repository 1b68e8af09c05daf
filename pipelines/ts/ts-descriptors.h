/* What a component is: its stream type, read together with its descriptors. Pure. */
#pragma once

#include "pipelines/base/byte-reader.h"
#include "pipelines/ts/ts-tables.h"

#define TS_REGISTRATION(a, b, c, d)                                                                \
    ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

/* One descriptor, in the loop it stands in. */
typedef struct {
    uint8_t tag;
    ByteReader body;
} TsDescriptor;

/* The next descriptor of a loop.
 * Returns: false at the end, and where the next one claims more than the loop has left */
bool ts_descriptor_next(ByteReader *loop, TsDescriptor *ret_descriptor);

/* The head of a service's PMT. All-zero is the initial state. */
typedef struct {
    uint32_t registration; /* format_identifier, 0 without one */
    size_t n_cas;
    TsCa cas[TS_CA_MAX]; /* @n_cas entries */
} TsProgramInfo;

/* @descriptors: program_info of a PMT. Returns: entries beyond TS_CA_MAX */
unsigned ts_program_info(ByteReader descriptors, TsProgramInfo *ret_info);

/* @body: of a CA_descriptor. Adds to @count entries of @list (room for TS_CA_MAX).
 * Returns: entries beyond, 0 or 1 */
unsigned ts_ca_add(ByteReader body, TsCa *list, size_t *count);

/* A service_descriptor. All-zero: nothing is known. */
typedef struct {
    uint8_t type; /* service_type */
    char provider[TS_TEXT_MAX];
    char name[TS_TEXT_MAX];
} TsServiceLabel;

/* @body: of a service_descriptor. Returns: false if it does not hold together */
bool ts_service_label(ByteReader body, TsServiceLabel *ret_label);

/**
 * ts_component:
 * @descriptors: of the component
 * @service_registration: format_identifier of the whole service, 0 without one: it decides about
 *   stream types that two standards use
 *
 * Returns: languages, pages and CA systems beyond their bounds
 */
unsigned ts_component(uint8_t stream_type,
                      uint16_t pid,
                      ByteReader descriptors,
                      uint32_t service_registration,
                      TsComponent *ret_component);

/* What a component is: its stream type, read together with its descriptors. Pure. */
#pragma once

#include "pipelines/base/byte-reader.h"
#include "pipelines/ts/ts-tables.h"

#define TS_REGISTRATION(a, b, c, d)                                                                \
    ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

/* @descriptors: of the component; @service_registration: format_identifier of the whole service, 0
 * without one: it decides about stream types that two standards use. */
TsComponent ts_component(uint8_t stream_type,
                         uint16_t pid,
                         ByteReader descriptors,
                         uint32_t service_registration);

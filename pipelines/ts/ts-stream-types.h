/* Which codec a stream type stands for, with what descriptors add to it. Pure. */
#pragma once

#include "pipelines/ts/ts-tables.h"

/* All that decides. All-zero: nothing is known. */
typedef struct {
    uint8_t stream_type;
    uint32_t registration;         /* format_identifier of the component, 0 without one */
    uint32_t service_registration; /* of the whole service, 0 without one */
    TsCodec by_tag;                /* what a descriptor names, TS_CODEC_UNKNOWN for none */
    TsCodec by_metadata;           /* what a metadata_descriptor names, the same */
} TsTypeHints;

TsCodec ts_codec_of(const TsTypeHints *hints);

/* What a descriptor of EN 300 468, one with the tag 0x7f, or a format_identifier alone says;
 * TS_CODEC_UNKNOWN where that is nothing. */
TsCodec ts_codec_by_descriptor(uint8_t tag);
TsCodec ts_codec_by_extension(uint8_t tag_extension);
TsCodec ts_codec_by_registration(uint32_t format_identifier);

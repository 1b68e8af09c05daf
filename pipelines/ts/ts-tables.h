/* What the tables of a transport stream say: services and their components. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"

#define TS_COMPONENTS_MAX 64u  /* components of one service; more are counted, not kept */
#define TS_SERVICES_MAX   512u /* services of one stream; more are counted, not kept */
#define TS_TEXT_MAX       128u /* bytes of a name, with the terminator */

typedef enum {
    TS_CODEC_UNKNOWN, /* includes tables, data and what is not listed */
    TS_CODEC_MPEG1_VIDEO,
    TS_CODEC_MPEG2_VIDEO,
    TS_CODEC_H264,
    TS_CODEC_HEVC,
    TS_CODEC_MPEG_AUDIO, /* layers I, II and III */
    TS_CODEC_AAC_ADTS,
    TS_CODEC_AAC_LATM,
    TS_CODEC_AC3,
    TS_CODEC_EAC3,
    TS_CODEC_AC4,
    TS_CODEC_DTS,
    TS_CODEC_OPUS,
    TS_CODEC_TELETEXT,
    TS_CODEC_DVB_SUBTITLES,
    TS_CODEC_SCTE35,
    TS_CODEC_ID3,
    TS_CODEC_AIT,
} TsCodec;

typedef enum { TS_KIND_DATA, TS_KIND_VIDEO, TS_KIND_AUDIO, TS_KIND_SUBTITLES } TsKind;

typedef struct {
    uint16_t pid;
    uint8_t stream_type; /* ISO 13818-1 table 2-34 */
    TsCodec codec;
    TsKind kind;
    uint32_t registration; /* format_identifier, 0 without one */
    char language[4];      /* ISO 639, "" without one */
    bool scrambled;        /* a CA descriptor stands at the component */
} TsComponent;

typedef struct {
    uint16_t service_id; /* program_number, never 0 */
    uint16_t pmt_pid;
    uint16_t pcr_pid;           /* TS_PID_NULL while unknown or none */
    uint8_t version;            /* of the PMT */
    bool pmt_seen;              /* the fields below come from a PMT, not from the PAT alone */
    bool ca;                    /* a CA descriptor stands at the service */
    uint8_t type;               /* service_type of the SDT, 0 while unknown */
    char name[TS_TEXT_MAX];     /* of the SDT, clean UTF-8; "" while unknown */
    char provider[TS_TEXT_MAX]; /* the same */
    MonoUs pmt_us;              /* arrival of the last good PMT section, 0 before the first */
    TsComponent components[TS_COMPONENTS_MAX]; /* @n_components entries, in order of the PMT */
    size_t n_components;
} TsService;

/* "H.264", "AAC", ... for people; "" for TS_CODEC_UNKNOWN. Never NULL. */
const char *ts_codec_name(TsCodec codec);
TsKind ts_codec_kind(TsCodec codec);

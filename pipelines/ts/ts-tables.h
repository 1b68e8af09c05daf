/* What the tables of a transport stream say: services and their components. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"

#define TS_COMPONENTS_MAX 64u  /* components of one service; more are counted, not kept */
#define TS_SERVICES_MAX   512u /* services of one stream; more are counted, not kept */
#define TS_TEXT_MAX       128u /* bytes of a name, with the terminator */
#define TS_LANGUAGES_MAX  4u   /* of one component; more are counted, not kept */
#define TS_PAGES_MAX      8u   /* teletext or subtitle pages of one component; the same */
#define TS_CA_MAX         8u   /* CA systems at one place; the same */

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
    TS_CODEC_MPEG4_VIDEO, /* part 2 */
    TS_CODEC_VVC,
    TS_CODEC_EVC,
    TS_CODEC_LCEVC,
    TS_CODEC_JPEG2000,
    TS_CODEC_JPEG_XS,
    TS_CODEC_VC1,
    TS_CODEC_AVS, /* the first of the three, GB/T 20090.2 */
    TS_CODEC_AVS2,
    TS_CODEC_AVS3,
    TS_CODEC_AV1,
    TS_CODEC_MPEGH_AUDIO,
    TS_CODEC_TRUEHD,
    TS_CODEC_LPCM,  /* of Blu-ray */
    TS_CODEC_S302M, /* SMPTE 302M, AES3 in PES */
    TS_CODEC_TTML,  /* EN 303 560 */
    TS_CODEC_PGS,   /* subtitles of Blu-ray */
    TS_CODEC_ARIB_CAPTIONS,
    TS_CODEC_KLV,      /* SMPTE 336M metadata */
    TS_CODEC_METADATA, /* of another or no format named */
    TS_CODEC_VBI,      /* EN 301 775, but for teletext */
    TS_CODEC_VANC,     /* SMPTE 2038 */
    TS_CODEC_DSMCC,    /* carousels and events */
    TS_CODEC_T2MI,     /* TS 102 773: another transport stream within */
} TsCodec;

typedef enum { TS_KIND_DATA, TS_KIND_VIDEO, TS_KIND_AUDIO, TS_KIND_SUBTITLES } TsKind;

/* Speakers as descriptors tell them; the stream itself may say more. */
typedef enum {
    TS_LAYOUT_UNKNOWN,
    TS_LAYOUT_MONO,
    TS_LAYOUT_DUAL_MONO, /* two programmes */
    TS_LAYOUT_STEREO,
    TS_LAYOUT_MATRIXED, /* stereo with surround encoded into it */
    TS_LAYOUT_MULTI,    /* more than two channels, up to 5.1 */
    TS_LAYOUT_BEYOND,   /* more than 5.1 */
} TsLayout;

typedef struct {
    char code[4];       /* ISO 639 */
    uint8_t audio_type; /* ISO 13818-1 table 2-60: 0 undefined, 1 clean effects, 2 hearing impaired,
                           3 visually impaired commentary */
} TsLanguage;

typedef struct {
    char language[4];   /* ISO 639 */
    uint8_t type;       /* teletext_type or subtitling_type of EN 300 468 */
    uint16_t page;      /* teletext: 100 to 899; DVB subtitles: composition_page_id */
    uint16_t ancillary; /* DVB subtitles: ancillary_page_id; teletext: 0 */
} TsPage;

typedef struct {
    uint16_t system_id; /* CA_system_id */
    uint16_t pid;       /* of the ECMs; in a CAT, of the EMMs */
} TsCa;

typedef struct {
    uint16_t pid;
    uint8_t stream_type; /* ISO 13818-1 table 2-34 */
    TsCodec codec;
    TsKind kind;
    uint32_t registration; /* format_identifier, 0 without one */
    char language[4];      /* ISO 639, the first one; "" without one */
    bool scrambled;        /* a CA descriptor stands at the component */
    bool has_tag;          /* @tag is given */
    bool still;            /* video_stream_descriptor: still pictures only */
    uint8_t tag;           /* component_tag */
    uint8_t profile;       /* profile_idc of AVC, HEVC, VVC; MPEG-2: profile_and_level; 0 unknown */
    uint8_t level;         /* level_idc; 0 unknown */
    TsLayout layout;
    uint8_t opus_config; /* channel_config_code of Opus plus 1; 0: not said */
    uint8_t n_languages;
    uint8_t n_pages;
    uint8_t n_ca;
    TsLanguage languages[TS_LANGUAGES_MAX]; /* of ISO_639_language_descriptors, @n_languages */
    TsPage pages[TS_PAGES_MAX];             /* @n_pages entries */
    TsCa ca[TS_CA_MAX];                     /* @n_ca entries */
} TsComponent;

typedef struct {
    uint16_t service_id; /* program_number, never 0 */
    uint16_t pmt_pid;
    uint16_t pcr_pid;           /* TS_PID_NULL while unknown or none */
    uint8_t version;            /* of the PMT */
    bool pmt_seen;              /* the fields below come from a PMT, not from the PAT alone */
    bool ca;                    /* a CA descriptor stands at the service */
    bool sdt_seen;              /* @type to @free_ca come from an SDT */
    uint8_t type;               /* service_type of the SDT, 0 while unknown */
    uint8_t running;            /* running_status, EN 300 468 table 6; 0 undefined */
    bool free_ca;               /* free_CA_mode: scrambled, says the SDT */
    bool has_lcn;               /* @lcn is given, by the NIT or BAT */
    bool lcn_hidden;            /* not to be shown to the viewer */
    uint16_t lcn;               /* logical channel number */
    uint32_t registration;      /* format_identifier at the service, 0 without one */
    char name[TS_TEXT_MAX];     /* of the SDT or else the VCT, clean UTF-8; "" while unknown */
    char provider[TS_TEXT_MAX]; /* of the SDT, the same */
    MonoUs pmt_us;              /* arrival of the last good PMT section, 0 before the first */
    size_t n_cas;
    TsCa cas[TS_CA_MAX];                       /* CA descriptors at the service, @n_cas entries */
    TsComponent components[TS_COMPONENTS_MAX]; /* @n_components entries, in order of the PMT */
    size_t n_components;
} TsService;

/* Sums over the PIDs of one service: PMT, PCR and components, each once. When the PMT names others,
 * the counters go on where they were. */
typedef struct {
    uint16_t service_id; /* 0 while the service is unknown; then all else is 0, too */
    uint64_t packets;
    uint64_t cc_errors; /* @cc_repeats included, as 1.4 has it */
    uint64_t cc_missing;
    uint64_t own_gaps;
    uint64_t own_missing;
    uint64_t transport_errors;
    uint64_t scrambled;
    uint64_t crc_errors; /* of PAT and PMT, too */
    uint64_t pcr_late;
    uint64_t pcr_jumps;
    int64_t pcr_interval_max_us; /* in the last full second */
    double bitrate_bps;          /* in the last full second */
} TsServiceFigures;

/* "H.264", "AAC", ... for people; "" for TS_CODEC_UNKNOWN. Never NULL. */
const char *ts_codec_name(TsCodec codec);
TsKind ts_codec_kind(TsCodec codec);

/* "stereo", ... for people; "" for TS_LAYOUT_UNKNOWN. Never NULL. */
const char *ts_layout_name(TsLayout layout);

/* Whether the component is made of sections that ts_es_section() takes: SCTE-35, AIT, private. */
bool ts_component_has_sections(const TsComponent *component);

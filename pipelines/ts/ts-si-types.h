/* What the tables beyond PAT, PMT and SDT say (EN 300 468, ATSC A/65): plain data.
 *
 * What was not sent is absent: a count of 0, an empty text, a flag that is not set. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"
#include "pipelines/ts/ts-table-watch.h"
#include "pipelines/ts/ts-tables.h"

#define TS_NETWORKS_MAX         32u   /* networks and bouquets; beyond all bounds here: counted */
#define TS_NETWORK_STREAMS_MAX  128u  /* transport streams of one */
#define TS_NETWORK_SERVICES_MAX 1024u /* services of one */
#define TS_OTHER_SERVICES_MAX   1024u /* services of other streams, from the SDT other */
#define TS_NOW_NEXT_MAX         512u  /* services with an EIT present/following */
#define TS_PROGRAMME_TEXT_MAX   256u  /* bytes of a short text, with the terminator */
#define TS_LOCAL_OFFSETS_MAX    16u   /* of a TOT */
#define TS_EMM_MAX              32u   /* CA systems of a CAT */
#define TS_CHANNELS_MAX         256u  /* virtual channels of ATSC */
#define TS_MASTER_MAX           512u  /* tables that an MGT lists */

/* How a transport stream of a network is sent. */
typedef struct {
    uint8_t tag;           /* of the delivery system descriptor: 0x43 satellite, 0x44 cable, 0x5a
                              terrestrial, 0x7f by @extension, 0xfa ISDB-T; 0: not told */
    uint8_t extension;     /* 0x04 T2, 0x0d C2, 0x17 S2X; else 0 */
    uint64_t frequency_hz; /* 0: not told */
    uint32_t symbol_rate;  /* symbols a second, of satellite and cable; 0: not told */
} TsDelivery;

typedef struct {
    uint16_t stream_id;  /* transport_stream_id */
    uint16_t network_id; /* original_network_id */
    uint8_t section;     /* section_number that told of it */
    TsDelivery delivery;
} TsNetworkStream;

typedef struct {
    uint16_t stream_id;  /* of its stream */
    uint16_t network_id; /* original_network_id, the same */
    uint16_t service_id;
    uint8_t section; /* section_number that told of it */
    uint8_t type;    /* service_type of the service list, 0 without */
    bool has_lcn;    /* @lcn and @hidden are given */
    bool hidden;     /* not to be shown to the viewer */
    uint16_t lcn;    /* logical channel number */
} TsNetworkService;

typedef enum { TS_NETWORK_ACTUAL, TS_NETWORK_OTHER, TS_NETWORK_BOUQUET } TsNetworkKind;

typedef struct {
    TsNetworkKind kind; /* NIT actual, NIT other, BAT */
    uint16_t id;        /* network_id or bouquet_id */
    uint8_t version;
    uint8_t name_section;   /* section_number that has @name */
    char name[TS_TEXT_MAX]; /* clean UTF-8; "" without one */
    size_t n_streams;
    TsNetworkStream streams[TS_NETWORK_STREAMS_MAX]; /* @n_streams entries, in no order */
    size_t n_services;
    TsNetworkService services[TS_NETWORK_SERVICES_MAX]; /* @n_services entries, in no order */
} TsNetwork;

/* A service of another transport stream, from its SDT. */
typedef struct {
    uint16_t stream_id;  /* transport_stream_id */
    uint16_t network_id; /* original_network_id */
    uint16_t service_id;
    uint8_t section;            /* section_number that told of it */
    uint8_t type;               /* service_type, 0 without */
    uint8_t running;            /* running_status; 0 undefined */
    char name[TS_TEXT_MAX];     /* clean UTF-8; "" without one */
    char provider[TS_TEXT_MAX]; /* the same */
} TsOtherService;

/* One event of an EIT. */
typedef struct {
    bool present;      /* there is such a programme: false where the section is empty */
    bool has_start;    /* @start_us is given */
    bool has_duration; /* @duration_s is given */
    bool scrambled;    /* free_CA_mode */
    uint16_t event_id;
    uint8_t running;                  /* running_status, EN 300 468 table 6; 0 undefined */
    uint8_t version;                  /* of the table */
    WallUs start_us;                  /* UTC */
    uint32_t duration_s;              /* seconds */
    char language[4];                 /* ISO 639 of the texts; "" without any */
    char name[TS_TEXT_MAX];           /* of the first short event descriptor; "" without one */
    char text[TS_PROGRAMME_TEXT_MAX]; /* the same */
} TsProgramme;

typedef struct {
    uint16_t service_id;
    uint16_t stream_id;  /* transport_stream_id */
    uint16_t network_id; /* original_network_id */
    bool actual;         /* of this transport stream */
    bool seen[2];        /* sections 0 and 1 */
    MonoUs last_us;      /* when a section with news came */
    TsProgramme now;
    TsProgramme next;
} TsNowNext;

/* The EIT schedule of one service: what it covers. */
typedef struct {
    uint32_t sections;   /* sections that are there */
    uint32_t programmes; /* events in them */
    bool has_span;       /* @from_us and @to_us are known */
    WallUs from_us;      /* start of the first */
    WallUs to_us;        /* end of the last */
} TsSchedule;

typedef struct {
    char country[4];    /* ISO 3166 */
    uint8_t region;     /* country_region_id; 0: the whole country */
    int16_t offset_min; /* local time less UTC, minutes */
    bool has_change;    /* the next two are given */
    WallUs change_us;   /* UTC: when it changes */
    int16_t next_min;   /* the offset from then on */
} TsLocalOffset;

/* The time that the stream told last, by TDT, TOT or STT. */
typedef struct {
    uint8_t table_id;  /* 0x70, 0x73, 0xcd */
    WallUs utc_us;     /* it said so */
    MonoUs arrival_us; /* when it did */
    uint64_t packet;   /* index of the packet that ended the section */
    uint64_t told;     /* times it was told, by any table */
    uint64_t jumps;    /* steps that did not go with the arrival */
    size_t n_offsets;
    TsLocalOffset offsets[TS_LOCAL_OFFSETS_MAX]; /* of the last TOT, @n_offsets entries */
} TsTime;

typedef struct {
    uint8_t version;
    size_t n_systems;
    TsCa systems[TS_EMM_MAX];     /* CA systems with the PIDs of their EMMs, @n_systems entries */
    uint8_t sections[TS_EMM_MAX]; /* section_number that told of each */
} TsCat;

/* A virtual channel of ATSC. */
typedef struct {
    uint16_t stream_id;  /* channel_TSID */
    uint16_t service_id; /* program_number; 0 for an analogue one, 0xffff for one that is away */
    uint16_t major;
    uint16_t minor;
    uint16_t source_id;
    uint8_t service_type;
    uint8_t section; /* section_number that told of it */
    bool cable;      /* of the CVCT */
    bool hidden;
    bool scrambled;         /* access_controlled */
    char name[TS_TEXT_MAX]; /* the extended one, or else the short one; clean UTF-8 */
} TsChannel;

/* What an MGT lists. */
typedef struct {
    uint16_t type; /* table_type: 0x0000 to 0x0003 VCT, 0x0100 on EIT, 0x0200 on ETT, ... */
    uint16_t pid;
    uint8_t version;
    uint32_t size; /* number_bytes */
} TsMasterEntry;

typedef struct {
    bool seen; /* an MGT came */
    uint8_t version;
    uint32_t n_eit; /* EITs of the list, EIT-0 to EIT-127 */
    uint32_t n_ett; /* ETTs of events, the same */
    size_t n_entries;
    TsMasterEntry entries[TS_MASTER_MAX]; /* @n_entries entries */
    size_t n_channels;
    TsChannel channels[TS_CHANNELS_MAX]; /* @n_channels entries */
} TsAtsc;

/* What went beyond a bound: not kept. */
typedef struct {
    uint64_t networks;       /* TS_NETWORKS_MAX; sections */
    uint64_t streams;        /* TS_NETWORK_STREAMS_MAX */
    uint64_t services;       /* TS_NETWORK_SERVICES_MAX */
    uint64_t other_services; /* TS_OTHER_SERVICES_MAX */
    uint64_t now_next;       /* TS_NOW_NEXT_MAX; sections */
    uint64_t offsets;        /* TS_LOCAL_OFFSETS_MAX */
    uint64_t ca_systems;     /* TS_EMM_MAX */
    uint64_t channels;       /* TS_CHANNELS_MAX and TS_MASTER_MAX */
    uint64_t not_followed;   /* TS_WATCH_TABLES_MAX and TS_WATCH_SECTIONS_MAX; sections */
} TsSiRefused;

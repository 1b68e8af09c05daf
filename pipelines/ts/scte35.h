/* One SCTE-35 message (ANSI/SCTE 35 2023), from the bytes of its section. Pure, bounded.
 *
 * Times are 90 kHz ticks with pts_adjustment already added, modulo 2^33. Of a message that is
 * encrypted only the header is read: its command and descriptors are not readable. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"

#define SCTE35_TABLE_ID        0xfcu
#define SCTE35_EVENTS_MAX      8u   /* of a splice_schedule; more are counted, not kept */
#define SCTE35_COMPONENTS_MAX  16u  /* of a splice_insert; more are counted, not kept */
#define SCTE35_DESCRIPTORS_MAX 8u   /* more are counted, not kept */
#define SCTE35_UPID_MAX        160u /* bytes of a UPID as text, with the terminator; then cut */
#define SCTE35_DTMF_MAX        7u   /* the field that counts them has three bits */
#define SCTE35_DESCRIPTION_MAX 320u /* enough for every scte35_describe() */

/* Values of splice_command_type. */
#define SCTE35_SPLICE_NULL           0x00u
#define SCTE35_SPLICE_SCHEDULE       0x04u
#define SCTE35_SPLICE_INSERT         0x05u
#define SCTE35_TIME_SIGNAL           0x06u
#define SCTE35_BANDWIDTH_RESERVATION 0x07u
#define SCTE35_PRIVATE_COMMAND       0xffu

/* Values of splice_descriptor_tag, all under the identifier "CUEI". */
#define SCTE35_AVAIL        0x00u
#define SCTE35_DTMF         0x01u
#define SCTE35_SEGMENTATION 0x02u
#define SCTE35_TIME         0x03u
#define SCTE35_AUDIO        0x04u

typedef enum {
    SCTE35_GOOD,
    SCTE35_CRC_BAD,     /* nothing is read of it */
    SCTE35_MALFORMED,   /* a length leaves its bounds; what stood before it is read */
    SCTE35_OTHER_TABLE, /* no splice_info_section */
} Scte35Verdict;

/* An event of a splice_insert, or one of a splice_schedule. */
typedef struct {
    uint32_t id;
    bool cancel; /* the event is called off; nothing else is said of it */
    bool out;    /* out_of_network_indicator: away from the programme */
    bool program_splice;
    bool immediate;
    bool has_pts;
    Pts90 pts;    /* of a splice_insert, with @has_pts */
    uint32_t utc; /* of a splice_schedule: seconds since 1980-01-06, 0 without one */
    bool has_duration;
    bool auto_return;
    uint64_t duration; /* 90 kHz ticks, below 2^33; 0 without one */
    uint16_t unique_program_id;
    uint8_t avail;
    uint8_t avails_expected;
    uint8_t n_components; /* that the event names instead of the whole programme */
} Scte35Event;

typedef struct {
    uint8_t tag;
    bool has_pts;
    Pts90 pts;
} Scte35Component;

typedef struct {
    uint32_t event_id;
    bool cancel; /* nothing else is said of the event */
    bool program_segmentation;
    uint8_t n_components; /* where it is not the whole programme */
    bool has_duration;
    uint64_t duration; /* 90 kHz ticks, below 2^40; 0 without one */
    bool restricted;   /* the four fields below hold */
    bool web_delivery_allowed;
    bool no_regional_blackout;
    bool archive_allowed;
    uint8_t device_restrictions; /* 0 to 3; 3: none */
    uint8_t upid_type;
    uint8_t upid_size;          /* bytes, as they stand in the message */
    char upid[SCTE35_UPID_MAX]; /* clean UTF-8, or hex digits where the type is not text */
    uint8_t type_id;
    uint8_t number;
    uint8_t expected;
    bool has_sub_segment; /* the two fields below hold */
    uint8_t sub_number;
    uint8_t sub_expected;
} Scte35Segmentation;

typedef struct {
    uint8_t tag;
    uint32_t identifier; /* "CUEI"; the union below holds under no other */
    union {
        uint32_t avail_id; /* SCTE35_AVAIL */
        struct {
            uint8_t preroll; /* tenths of a second */
            char digits[SCTE35_DTMF_MAX + 1];
        } dtmf;                          /* SCTE35_DTMF */
        Scte35Segmentation segmentation; /* SCTE35_SEGMENTATION */
        struct {
            uint64_t tai_seconds; /* since 1970-01-01 TAI */
            uint32_t tai_ns;
            uint16_t utc_offset; /* seconds between TAI and UTC */
        } time;                  /* SCTE35_TIME */
        struct {
            uint8_t n_components;
            uint8_t component_tag; /* this and the following: of the first one */
            char language[4];
            uint8_t bit_stream_mode;
            uint8_t channels;
            bool full_service;
        } audio; /* SCTE35_AUDIO */
    };
} Scte35Descriptor;

typedef struct {
    uint8_t protocol_version;
    bool encrypted;
    uint8_t encryption_algorithm;
    Pts90 pts_adjustment;
    uint8_t cw_index;
    uint16_t tier;
    uint8_t command; /* splice_command_type; SCTE35_SPLICE_NULL while @encrypted */

    bool has_pts; /* the message names a time, on the programme or on a component */
    Pts90 pts;    /* of the splice, the first that is named */

    uint8_t n_events; /* as the message says; at most SCTE35_EVENTS_MAX stand in @events */
    Scte35Event events[SCTE35_EVENTS_MAX];
    Scte35Component components[SCTE35_COMPONENTS_MAX]; /* of a splice_insert, see n_components */
    uint32_t private_identifier;                       /* of a private_command */
    uint16_t private_size;                             /* bytes behind the identifier */

    uint16_t n_descriptors; /* as they came; at most SCTE35_DESCRIPTORS_MAX are kept */
    Scte35Descriptor descriptors[SCTE35_DESCRIPTORS_MAX];
} Scte35;

/* @section: whole, from table_id to CRC_32. @ret_message: (out): always written; all-zero where
 * nothing could be read. */
Scte35Verdict scte35_parse(const uint8_t *section, size_t size, Scte35 *ret_message);

/* Entries of @events, @components (of the first event) and @descriptors that are filled. */
size_t scte35_events_kept(const Scte35 *message);
size_t scte35_components_kept(const Scte35 *message);
size_t scte35_descriptors_kept(const Scte35 *message);

/* Returns: (transfer none) (nullable): the segmentation at @index of @descriptors, or NULL if
 * another descriptor stands there or none */
const Scte35Segmentation *scte35_segmentation_at(const Scte35 *message, size_t index);

/* The id by which people know the message: of its event, else of its first segmentation.
 * Returns: false if it has none; @ret_id is then not written */
bool scte35_event_id(const Scte35 *message, uint32_t *ret_id);

/* Whether the message calls the event @id off. */
bool scte35_cancels(const Scte35 *message, uint32_t id);
/* Whether the message announces the event @id, and does not call it off. */
bool scte35_announces(const Scte35 *message, uint32_t id);

/* What a message says of one event: "event 1001 out, 30.000 s, returns by itself". @max: as below.
 */
void scte35_describe_event(const Scte35Event *event, char *ret_text, size_t max);

/* One line on a segmentation: "Program Start (0x10), event 4098, 15.0 s, TI 0102, segment 1/1".
 * @max: at least 1; SCTE35_DESCRIPTION_MAX is enough for all of it. */
void scte35_describe(const Scte35Segmentation *segmentation, char *ret_text, size_t max);

/* Names of the standard; "" for values that it does not define. Never NULL. */
const char *scte35_command_name(uint8_t command);
const char *scte35_segmentation_name(uint8_t type_id);
const char *scte35_upid_name(uint8_t upid_type);

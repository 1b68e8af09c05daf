/* The application information table (ETSI TS 102 809): which applications a service offers. Pure,
 * bounded. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/ts/ts-place.h"

#define AIT_TABLE_ID         0x74u
#define AIT_APPLICATIONS_MAX 16u /* of all sections; more are counted, not kept */
#define AIT_SECTIONS_MAX     16u /* (type, section number) told apart; more are counted, not kept */
#define AIT_NAME_MAX         64u /* bytes of a name, with the terminator */
#define AIT_URL_MAX          256u /* bytes of a URL, with the terminator; then cut */

typedef struct {
    uint16_t type;           /* application_type: 0x0010 for HbbTV */
    bool test;               /* test_application_flag */
    uint8_t version;         /* of its section */
    uint8_t section;         /* section_number */
    uint32_t organisation;   /* organisation_id */
    uint16_t application;    /* application_id */
    uint8_t control;         /* application_control_code */
    char language[4];        /* of @name; "" without one */
    char name[AIT_NAME_MAX]; /* the first that is given, clean UTF-8; "" without one */
    char url[AIT_URL_MAX];   /* base and initial path, clean UTF-8; "" where it is not by HTTP */
} AitApplication;

/* A section as it stood last. */
typedef struct {
    uint16_t type; /* with the test flag above its 15 bits */
    uint8_t number;
    uint8_t version;
    uint32_t crc;
} AitSection;

typedef struct {
    AitApplication applications[AIT_APPLICATIONS_MAX]; /* @n_applications entries */
    size_t n_applications;
    AitSection seen[AIT_SECTIONS_MAX]; /* @n_seen entries */
    size_t n_seen;
    uint64_t sections; /* good ones */
    uint64_t changes;  /* sections that say something new, the first of each left out */
    uint64_t crc_errors;
    uint64_t malformed;   /* CRC good, but a length leaves its bounds */
    uint64_t other_table; /* sections that are no AIT */
    uint64_t refused;     /* applications and sections beyond the bounds */
    TsPlace last;         /* of the last good section */
    TsPlace changed;      /* of the last one that said something new */
} Ait;                    /* all-zero is the initial state */

/* @section: whole, CRC not checked */
void ait_push(Ait *ait, const uint8_t *section, size_t size, const TsPlace *place);

/* "AUTOSTART", ...; "" for values that the standard does not define. Never NULL. */
const char *ait_control_name(uint8_t control);
/* "HbbTV", ...; "" for types that have no name here. Never NULL. */
const char *ait_type_name(uint16_t type);
